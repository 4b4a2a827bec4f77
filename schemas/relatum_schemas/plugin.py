"""The manifest of a plugin: one value named ``plugin`` in the module that the entry point names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, init=False)
class Plugin:
    """Says who a plugin is; what it contributes is what its module names (types, policies, actions, views).

    Args:
        name: short, lower case, unique in an installation; prefixes its tables.
        version: of the plugin.
        engine: range of engine versions it works with (PEP 440), e.g. ``">=0.1,<1"``.
        requires: names of the plugins whose types it uses.
    """

    name: str
    version: str
    engine: str
    requires: tuple[str, ...]

    def __init__(
        self, name: str, *, version: str, engine: str = ">=0.1", requires: Sequence[str] = ()
    ) -> None:
        """Keep the manifest; loading judges it."""
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "version", version)
        object.__setattr__(self, "engine", engine)
        object.__setattr__(self, "requires", tuple(requires))

    @property
    def well_named(self) -> bool:
        """Whether the name can prefix tables."""
        return re.fullmatch(r"[a-z](_?[a-z0-9]+){0,30}", self.name) is not None
