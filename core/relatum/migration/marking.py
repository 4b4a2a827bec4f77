"""Migrations in development: scripts that are written anew with each change of declarations, until one is kept.

While a plugin is worked on its last migration follows the declarations, so that a day's work is one migration and not
twenty. Such a script says so in its first line, with a digest of its text: whoever changes anything in it makes it his own,
and from then on it stays as it is.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Final

from alembic.script import Script

from relatum.migration.scripts import Scripts

NAME: Final = "in_development"
"""What the file of such a script is called, after its revision."""

_UNSIGNED: Final = "0" * 8
MESSAGE: Final = (
    f"In development: relatum dev writes this anew until somebody changes it ({_UNSIGNED})"
)
"""The message of such a script, before it is signed."""

_SIGNED: Final = re.compile(
    re.escape(f'"""{MESSAGE}.').replace(_UNSIGNED, r"(?P<digest>[0-9a-f]{8})")
)


def signed(text: str) -> str:
    """The text of a script with that message, with its digest."""
    return text.replace(_UNSIGNED, sha256(text.encode()).hexdigest()[:8], 1)


def in_development(text: str) -> bool:
    """Whether a script is in development: it says so, and nobody has changed it."""
    found = _SIGNED.match(text)
    return found is not None and signed(text.replace(found["digest"], _UNSIGNED, 1)) == text


def begun(scripts: Scripts, plugin: str) -> tuple[Script, ...]:
    """The last scripts of a plugin, as far as they are in development and no other plugin's build on them."""
    held = {
        name
        for each in scripts.all
        if scripts.plugin_of(each) != plugin
        for name in _names(each.dependencies)
    }
    found: list[Script] = []
    for script in reversed(scripts.of_plugin(plugin)):
        if script.revision in held or not in_development(Path(script.path).read_text()):
            break
        found.insert(0, script)
    return tuple(found)


def _names(revisions: str | Sequence[str] | None) -> tuple[str, ...]:
    return (revisions,) if isinstance(revisions, str) else tuple(revisions or ())
