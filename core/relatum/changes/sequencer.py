"""Gives committed lines of both logs their position: one process at a time, elected by a lock.

Writers append lines without a position, since neither sequence numbers nor transaction ids nor timestamps tell the
order in which transactions commit. What the sequencer can see is committed; it numbers that without gaps, in the order
of the lines' ids. A line's id is drawn while its record is locked, so the lines of one record are numbered in the order
of its versions. On SQLite the one writer numbers its own lines, and there is nothing to do here.
"""

import asyncio
from typing import Any, Final

from sqlalchemy import ClauseElement, MetaData, Table, select, text

from relatum.changes import lines
from relatum.changes.accesses import ACCESS_LOG
from relatum.changes.numbering import end_of
from relatum.changes.tidings import CHANNEL, Tidings
from relatum.connections.interface import Connection, Connections, Leader
from relatum.connections.prepared import Prepared, prepare
from relatum.tables import fixed
from relatum_schemas.errors import DatabaseUnavailable

LEADERSHIP: Final = "change sequencer"
BATCH: Final = 5_000
"""Lines numbered in one transaction."""

_SHORTEST_PAUSE: Final = 0.01
_LONGEST_PAUSE: Final = 0.2
_TAKEOVER_PAUSE: Final = 2.0

_metadata = MetaData()
CHANGE: Final = fixed.change(_metadata)
UNIT_OF_WORK: Final = fixed.unit_of_work(_metadata)


def _postgresql(statement: ClauseElement) -> Prepared:
    return prepare(statement, "postgresql")


def _waiting(log: Table) -> Prepared:
    unnumbered = select(log.c.id, log.c.digest, log.c.type).where(log.c.position.is_(None))
    return _postgresql(unnumbered.order_by(log.c.id).limit(BATCH))


def _number(log: Table) -> Prepared:
    return _postgresql(
        text(
            f"UPDATE {log.name} SET position = given.position, chain = given.chain "
            "FROM unnest(CAST(:ids AS bigint[]), CAST(:positions AS bigint[]), "
            f"CAST(:chains AS bytea[])) AS given(id, position, chain) WHERE {log.name}.id = given.id"
        )
    )


_LOGS: Final = tuple((log, _waiting(log), _number(log)) for log in (CHANGE, ACCESS_LOG))


async def keep_sequencing(connections: Connections) -> None:
    """Number lines as they are committed, whenever this process is the elected one. Runs until it is cancelled."""
    while connections.dialect != "sqlite":
        try:
            async with connections.leadership(LEADERSHIP) as leader:
                if leader is not None:
                    await _lead(leader)
        except DatabaseUnavailable:
            # Whoever needs the database says so; the next one elected goes on where this one stopped.
            pass
        await asyncio.sleep(_TAKEOVER_PAUSE)


async def _lead(leader: Leader) -> None:
    pause = _SHORTEST_PAUSE
    while True:
        numbered = await number_lines(leader)
        pause = _SHORTEST_PAUSE if numbered else min(2 * pause, _LONGEST_PAUSE)
        if numbered < BATCH:
            await asyncio.sleep(pause)


async def sequence(connections: Connections) -> int:
    """Number what is committed now, if no other process is at it, and return how many lines that were."""
    total = 0
    if connections.dialect == "sqlite":
        return total
    async with connections.leadership(LEADERSHIP) as leader:
        while leader is not None:
            numbered = await number_lines(leader)
            total += numbered
            if numbered < BATCH:
                break
    return total


async def number_lines(leader: Leader) -> int:
    """Number a batch of committed lines of each log in one transaction, and tell listeners; return how many."""
    total = 0
    async with leader.writing() as connection:
        for log, waiting, number in _LOGS:
            found: list[Any] = await connection.rows(waiting, {})
            if not found:
                continue
            position, chain = await end_of(connection, log)
            chains: list[bytes] = []
            for _, digest, _ in found:
                chain = lines.chained(chain, digest)
                chains.append(chain)
            positions = list(range(position + 1, position + 1 + len(found)))
            ids = [line for line, _, _ in found]
            given = {"ids": ids, "positions": positions, "chains": chains}
            await connection.execute(number, given)
            if log is CHANGE:
                told = Tidings(position, positions[-1], {type_name for _, _, type_name in found})
                await connection.notify(CHANNEL, told.message())
            total += len(found)
    return total


async def end_of_log(connection: Connection) -> tuple[int, bytes]:
    """Position and chain of the last numbered change; 0 and the beginning of the chain when there is none."""
    return await end_of(connection, CHANGE)
