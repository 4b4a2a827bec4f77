"""What units of work write to, and how they go on when another edition turns out to be in force."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Final, Protocol, Self, TypeVar

from relatum.catalogue import BeforeRule, Catalogue
from relatum.clock import Clock
from relatum.connections.interface import Connections
from relatum.connections.repeat import Outdated
from relatum.sealing import Keyring
from relatum.tables import Tables

if TYPE_CHECKING:
    from relatum.writing.unit import Unit

S = TypeVar("S", bound="Storage")
T = TypeVar("T")

_RENEWALS: Final = 8
"""How often in a row another edition may turn out to be in force."""


class Storage(Protocol):
    """A database in use, under one edition of what is in force."""

    @property
    def connections(self) -> Connections:
        """Its connections."""
        ...

    @property
    def catalogue(self) -> Catalogue:
        """The types in force."""
        ...

    @property
    def tables(self) -> Tables:
        """Their tables."""
        ...

    @property
    def clock(self) -> Clock:
        """The present."""
        ...

    @property
    def keys(self) -> Keyring | None:
        """To encrypt with; None where the installation has no key."""
        ...

    @property
    def edition(self) -> int:
        """Of the catalogue."""
        ...

    @property
    def renewed(self) -> Callable[[], Awaitable[Self]] | None:
        """Gives the storage of the edition in force now; None where whoever asks begins anew for that."""
        ...

    def lend(self, unit: "Unit", rule: BeforeRule) -> AbstractAsyncContextManager[object]:
        """What surrounds a reaction before commit, in a unit of work under way: gives its context."""
        ...


async def in_force(storage: S, work: Callable[[S], Awaitable[T]]) -> T:
    """Do something under the edition in force: again under a later one, if this one turns out to be outdated.

    Args:
        storage: as it is known.
        work: what to do; called anew when nothing of it was kept.

    Raises:
        Outdated: whoever asks has to begin anew.
    """
    for _ in range(_RENEWALS):
        try:
            return await work(storage)
        except Outdated:
            if storage.renewed is None:
                raise
            before, storage = storage, await storage.renewed()
            if storage is before:
                break
    try:
        # A table that had another form is asked anew, too; what was wrong then, is wrong for another reason.
        return await work(storage)
    except Outdated as outdated:
        raise outdated.__cause__ or outdated from None
