"""What the code of plugins finds around it in a process, beside the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from pydantic import BaseModel

from relatum.plugins.health import PluginHealth
from relatum.plugins.hooks import Hooks
from relatum.plugins.loading import Loading
from relatum.plugins.messages import ENGLISH, Phrasebook
from relatum_schemas.kinds import FileReference


class FileKeeper(Protocol):
    """Where files are kept that records name."""

    async def keep(self, name: str, media_type: str, content: bytes) -> FileReference:
        """Keep a file, and say how a field of a record names it."""
        ...

    async def content(self, reference: FileReference) -> bytes:
        """All of a file that is kept."""
        ...


@dataclass(frozen=True)
class Surroundings:
    """What there is around the plugins of a process.

    Attributes:
        loading: the plugins that are loaded, and those that cannot be used.
        hooks: what they implement.
        settings: of plugins that declare a model of them, by the plugin's name.
        health: how they fare.
        files: where files are kept; None where none are.
        language: of people who have said nothing of theirs, by its tag.
    """

    loading: Loading = field(default_factory=Loading)
    hooks: Hooks = field(default_factory=Hooks)
    settings: Mapping[str, BaseModel] = field(default_factory=dict)
    health: PluginHealth = field(default_factory=PluginHealth)
    files: FileKeeper | None = None
    language: str = ENGLISH

    @cached_property
    def phrasebook(self) -> Phrasebook:
        """What they have translated."""
        return Phrasebook(self.hooks, self.health)
