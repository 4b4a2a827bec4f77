"""Tests of plugins: what they stand on, and the suite that every plugin passes.

`fixtures` is found by pytest wherever Relatum is installed. In the order in which a test comes to its database:

1. `databases`: empty ones of both kinds, and copies of those that were made once. `installing` opens them for plugins, as
   an `installation`, with a `graph` of made-up `values` and a `clock` to move; `serving` has real servers, and
   `remembering` spares tests what was compiled for those before them.
2. `suite`: what every plugin is held to. `leaks` finds what the engine shows that no policy opens,
   `canaries` what functions tell, as `judging` judges each record; `bounds` counts statements,
   `texts` finds what is not explained, `keeping` compares what databases hold, and writes and reads dumps.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from relatum_testing.installation import Installation
    from relatum_testing.installing import Installations
    from relatum_testing.suite import ConformanceSuite

__all__ = ["ConformanceSuite", "Installation", "Installations"]

_PLACES: Final = {
    "ConformanceSuite": "suite",
    "Installation": "installation",
    "Installations": "installing",
}


def __getattr__(name: str) -> object:
    """Load what is asked for, when it is: pytest imports this package wherever Relatum is installed."""
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
