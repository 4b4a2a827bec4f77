"""What this room asks of a session: it reads as one principal, and notes what is taken away."""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum_schemas.action import Action
from relatum_schemas.entity import Declared
from relatum_schemas.policy import Right
from relatum_schemas.selection import Among, Condition, Request


class Reads(Protocol):
    """The database as one principal sees it."""

    @property
    def catalogue(self) -> Catalogue:
        """The types in force."""
        ...

    @property
    def principal(self) -> Principal:
        """Who asks."""
        ...

    async def read(
        self,
        request: Request | Callable[[], Request],
        parameters: Mapping[str, object] | None = None,
    ) -> bytes:
        """Answer a request as JSON, in one statement."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager["Reads"]:
        """One state of the database, for several readings."""
        ...

    async def sees_much(self, types: Set[str]) -> bool:
        """Whether the principal sees much of one of these concrete types."""
        ...

    async def fewest(
        self,
        type_name: str,
        conditions: Sequence[Condition],
        given: Sequence[str],
        parameters: Mapping[str, object],
    ) -> Among | None:
        """By which of some conditions and words the fewest rows of a type are found; None where none finds few."""
        ...

    @property
    def looked_through(self) -> int:
        """How many rows are looked through for a page at most, where somebody sees much."""
        ...

    async def choices(self, list_name: str) -> dict[str, str]:
        """The codes in use of a choice list that is kept as data, with their titles, in its order."""
        ...

    async def callable_on(
        self, actions: Sequence[Action], records: Iterable[Declared]
    ) -> dict[str, set[UUID]]:
        """On which of the records the principal may call each action now; in a snapshot."""
        ...

    async def open_to(self, right: Right, record: Declared) -> bool:
        """Whether the principal has a right on a record; in a snapshot."""
        ...

    async def note(self, kind: str, **details: object) -> None:
        """Append a line to the access log."""
        ...
