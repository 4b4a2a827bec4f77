"""The manifest of a plugin: one value named ``plugin`` in the module that the entry point names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel


@dataclass(frozen=True, init=False)
class Plugin:
    """Says who a plugin is; what it contributes is what its module names (types, policies, actions, views).

    What it is for says the docstring of its module.

    Args:
        name: short, lower case, unique in an installation; prefixes its tables.
        version: of the plugin.
        engine: range of engine versions it works with (PEP 440), e.g. ``">=0.1,<1"``.
        requires: names of the plugins whose types it uses.
        after: names of plugins that it does without, and that are loaded before it where they are there.
        settings: a model of what an installation may say to it, in the table ``[plugins.<name>]`` of the settings file.
        title: what people call it; its name in words where nothing is said.
    """

    name: str
    version: str
    engine: str
    requires: tuple[str, ...]
    after: tuple[str, ...]
    settings: type[BaseModel] | None
    title: str

    def __init__(
        self,
        name: str,
        *,
        version: str,
        engine: str = ">=0.1",
        requires: Sequence[str] = (),
        after: Sequence[str] = (),
        settings: type[BaseModel] | None = None,
        title: str = "",
    ) -> None:
        """Keep the manifest; loading judges it."""
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "version", version)
        object.__setattr__(self, "engine", engine)
        object.__setattr__(self, "requires", tuple(requires))
        object.__setattr__(self, "after", tuple(after))
        object.__setattr__(self, "settings", settings)
        object.__setattr__(self, "title", title or name.replace("_", " ").capitalize())

    @property
    def well_named(self) -> bool:
        """Whether the name can prefix tables."""
        return re.fullmatch(r"[a-z](_?[a-z0-9]+){0,30}", self.name) is not None
