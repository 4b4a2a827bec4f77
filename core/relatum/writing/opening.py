"""Opens units of work on a database, and runs them again when the database undid them for another's sake."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TypeVar
from uuid import UUID

from relatum.access import Principal
from relatum.access.principal import looking_on
from relatum.connections.interface import Connection
from relatum.connections.repeat import repeat
from relatum.editions import held
from relatum.writing.ledger import Author
from relatum.writing.plan import plan_for
from relatum.writing.storage import Storage, in_force
from relatum.writing.unit import Unit

T = TypeVar("T")


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
    author = _author(principal, origin=origin, reason=reason, acted_for=acted_for)
    async with AsyncExitStack() as stack:

        async def begun(storage: Storage) -> Unit:
            return await stack.enter_async_context(_opened(storage, principal, author))

        unit = await in_force(storage, begun)
        yield unit
        await unit.finish(allow_missing=allow_missing)


@asynccontextmanager
async def _opened(storage: Storage, principal: Principal, author: Author) -> AsyncIterator[Unit]:
    """A unit of work on a connection that holds the edition, until it is committed or undone.

    Raises:
        Outdated: the edition is another one.
        Forbidden: an administrator only looks as the principal.
    """
    if principal.looking is not None:
        raise looking_on()
    edition = held(storage.edition, storage.connections.dialect)
    async with storage.connections.writing(edition) as connection:
        yield _unit(storage, connection, principal, author)


@asynccontextmanager
async def open_snapshot(storage: Storage, principal: Principal) -> AsyncIterator[Unit]:
    """Open a unit in which all that is read sees one state of the database, and nothing can be written.

    Args:
        storage: the database.
        principal: who reads; its rights hold.
    """
    author = _author(principal)
    async with storage.connections.snapshot() as connection:
        unit = _unit(storage, connection, principal, author)
        unit.writes = unit.notes = False
        yield unit


def _author(
    principal: Principal,
    *,
    origin: str | None = None,
    reason: str | None = None,
    acted_for: UUID | None = None,
) -> Author:
    return Author(
        actor=principal.id,
        acted_for=acted_for or principal.firm,
        origin=origin or principal.client,
        purpose=principal.purpose,
        reason=reason,
    )


def _unit(storage: Storage, connection: Connection, principal: Principal, author: Author) -> Unit:
    plan = plan_for(storage.catalogue, storage.tables, storage.connections.dialect)
    return Unit(storage, connection, plan, principal, author)


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
    author = _author(principal, origin=origin, reason=reason, acted_for=acted_for)

    async def attempt(storage: Storage) -> T:
        async with _opened(storage, principal, author) as unit:
            outcome = await work(unit)
            await unit.finish(allow_missing=False)
            return outcome

    async def attempts(storage: Storage) -> T:
        return await repeat(partial(attempt, storage))

    return await in_force(storage, attempts)
