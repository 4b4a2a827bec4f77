"""Transactions and savepoints, in the same words on both databases.

What ends a transaction runs in a task of its own: when the caller is cancelled (its client is
gone), the commit or rollback still comes to its end before the connection is lent again or closed.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Held:
    """What goes along with the beginning of a transaction, in the same journey, and has to find a row.

    Attributes:
        text: statements; the last one finds a row, or none.
        named: what a connection runs once before, which gives `text` the names that it calls; nothing if empty.
    """

    text: str
    named: str = ""


class Transactional(Protocol):
    """A connection that can be told to begin, commit and roll back."""

    spoiled: bool
    """True from when a statement was cancelled, which may have run to its end or not: the
    transaction may then hold half of something, and must not be committed."""

    async def begin(self, text: str, held: Held | None) -> None:
        """Open a transaction, and find something by what goes along.

        Raises:
            Outdated: it finds nothing.
        """
        ...

    async def control(self, text: str) -> None:
        """Run one of the statements that move in transactions."""
        ...

    async def commit(self) -> None:
        """Commit, and fail if what was written has not been kept."""
        ...

    async def rollback(self) -> None:
        """Undo everything since the beginning; must not raise."""
        ...


@asynccontextmanager
async def transaction(
    connection: Transactional, begin: str, release: Callable[[], None], held: Held | None = None
) -> AsyncIterator[None]:
    """Commit when the block ends, roll back when it raises.

    Args:
        connection: in no transaction.
        begin: the statement that opens the transaction.
        release: called when the transaction has ended, one way or the other.
        held: what goes along with the beginning, and has to find something; None for nothing.

    Raises:
        Outdated: it finds nothing.
    """
    connection.spoiled = False
    try:
        await connection.begin(begin, held)
        yield
    except BaseException:
        await _to_the_end(_undo(connection, release))
        raise
    await _to_the_end(_finish(connection, release))


@asynccontextmanager
async def savepoint(connection: Transactional, name: str) -> AsyncIterator[None]:
    """Leave what the block did in the transaction, or undo it when the block raises."""
    was_spoiled = connection.spoiled
    await connection.control(f"SAVEPOINT {name}")
    try:
        yield
    except BaseException:
        if await _undone_to(connection, name):
            connection.spoiled = was_spoiled
        raise
    await connection.control(f"RELEASE SAVEPOINT {name}")


async def _undone_to(connection: Transactional, name: str) -> bool:
    """Undo a part; False where all is undone already, as SQLite does when a change is broken off: it stays spoiled."""
    try:
        await connection.control(f"ROLLBACK TO SAVEPOINT {name}")
        await connection.control(f"RELEASE SAVEPOINT {name}")
    except Exception:
        if not connection.spoiled:
            raise
        return False
    return True


async def _finish(connection: Transactional, release: Callable[[], None]) -> None:
    if connection.spoiled:
        await _undo(connection, release)
        raise RuntimeError("A part of it was cancelled, so the transaction was rolled back.")
    try:
        await connection.commit()
    except BaseException:
        await _undo(connection, release)
        raise
    release()


async def _undo(connection: Transactional, release: Callable[[], None]) -> None:
    try:
        await connection.rollback()
    finally:
        release()


async def _to_the_end(end: Coroutine[None, None, None]) -> None:
    """Wait until a transaction has ended, also when the caller is cancelled meanwhile."""
    task = asyncio.ensure_future(end)
    cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            cancelled = True
        except BaseException:  # is told below
            break
    if cancelled:
        task.exception()  # the caller is told of the cancellation, nobody of this
        raise asyncio.CancelledError
    task.result()
