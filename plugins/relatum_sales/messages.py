"""Where the plugin's translations are."""

from pathlib import Path

from relatum import hookimpl


@hookimpl
def messages() -> Path:
    """The folder of the translations."""
    return Path(__file__).parent / "locale"
