"""Opens units of work on a database, and runs them again when the database undid them for another's sake."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Protocol, TypeVar
from uuid import UUID

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.clock import Clock
from relatum.connections.interface import Connection, Connections
from relatum.connections.repeat import repeat
from relatum.sealing import Keyring
from relatum.tables import Tables
from relatum.writing.ledger import Author
from relatum.writing.plan import plan_for
from relatum.writing.unit import Unit

T = TypeVar("T")


class Storage(Protocol):
    """What a unit of work writes to: a database in use."""

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


@asynccontextmanager
async def open_unit(
    storage: Storage,
    principal: Principal,
    *,
    origin: str | None = None,
    reason: str | None = None,
    acted_for: UUID | None = None,
    allow_missing: bool = False,
) -> AsyncIterator[Unit]:
    """Open a unit of work: committed when the block ends, undone when it raises.

    Args:
        storage: the database.
        principal: who works; its rights hold.
        origin: what the changes come from (an import run, a connector); None for the client app that asks.
        reason: why.
        acted_for: the firm acted for, when it is not the principal's own.
        allow_missing: leave records incomplete that have fewer ties than they must, as imports do.

    Raises:
        LimitBroken: at the end, when a record has fewer ties than it must.
        Repeat: the database undid the transaction; `run_unit` does the whole unit again then.
    """
    author = Author(
        actor=principal.id,
        acted_for=acted_for or principal.firm,
        origin=origin or principal.client,
        purpose=principal.purpose,
        reason=reason,
    )
    async with storage.connections.writing() as connection:
        unit = _unit(storage, connection, principal, author)
        yield unit
        await unit.finish(allow_missing=allow_missing)


@asynccontextmanager
async def open_snapshot(storage: Storage, principal: Principal) -> AsyncIterator[Unit]:
    """Open a unit in which all that is read sees one state of the database, and nothing can be written.

    Args:
        storage: the database.
        principal: who reads; its rights hold.
    """
    author = Author(
        actor=principal.id,
        acted_for=principal.firm,
        origin=None,
        purpose=principal.purpose,
        reason=None,
    )
    async with storage.connections.snapshot() as connection:
        unit = _unit(storage, connection, principal, author)
        unit.writes = False
        yield unit


def _unit(storage: Storage, connection: Connection, principal: Principal, author: Author) -> Unit:
    plan = plan_for(storage.catalogue, storage.tables, storage.connections.dialect)
    return Unit(connection, plan, principal, author, storage.clock, storage.keys)


async def run_unit(
    work: Callable[[Unit], Awaitable[T]],
    storage: Storage,
    principal: Principal,
    *,
    origin: str | None = None,
    reason: str | None = None,
    acted_for: UUID | None = None,
) -> T:
    """Run a unit of work, and again from its start when the database undid it for another's sake.

    Args:
        work: what to do; called anew each time, so that nothing of an undone attempt may remain in it.
        storage: the database.
        principal: who works; its rights hold.
        origin: what the changes come from (an import run, a connector); None for the client app that asks.
        reason: why.
        acted_for: the firm acted for, when it is not the principal's own.

    Raises:
        DatabaseLocked: every attempt was undone.
    """

    async def attempt() -> T:
        unit_of_work = open_unit(
            storage, principal, origin=origin, reason=reason, acted_for=acted_for
        )
        async with unit_of_work as unit:
            return await work(unit)

    return await repeat(attempt)
