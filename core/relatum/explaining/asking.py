"""What this room asks of a session, and of the database that it stands on."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol

from relatum.access import Principal
from relatum.catalogue.model import Catalogue
from relatum.clock import Clock
from relatum.connections import Connections
from relatum.reading import Plans
from relatum.sealing import Keyring
from relatum.tables import Tables
from relatum_schemas.selection import Request


class Storage(Protocol):
    """A database in use."""

    @property
    def connections(self) -> Connections:
        """Its connections."""
        ...

    @property
    def catalogue(self) -> Catalogue:
        """The types and rules in force."""
        ...

    @property
    def tables(self) -> Tables:
        """Their tables."""
        ...

    @property
    def plans(self) -> Plans:
        """The plans in use."""
        ...

    @property
    def clock(self) -> Clock:
        """The present."""
        ...

    @property
    def keys(self) -> Keyring | None:
        """To encrypt with."""
        ...

    @property
    def catalogue_at(self) -> Callable[[datetime], Awaitable[Catalogue]] | None:
        """Gives the catalogue with the rules of a recorded time."""
        ...


class Asker(Protocol):
    """The database as one principal sees it: who asks why."""

    @property
    def principal(self) -> Principal:
        """Who asks."""
        ...

    @property
    def storage(self) -> Storage:
        """The database."""
        ...

    async def read(
        self,
        request: Request | Callable[[], Request],
        parameters: Mapping[str, object] | None = None,
    ) -> bytes:
        """Answer a request as JSON."""
        ...
