"""Gives committed lines of the change log their position: one process at a time, elected by a lock.

Writers append lines without a position, since neither sequence numbers nor transaction ids nor timestamps tell the
order in which transactions commit. What the sequencer can see is committed; it numbers that without gaps, in the order
of the lines' ids. A line's id is drawn while its record is locked, so the lines of one record are numbered in the order
of its versions. On SQLite the one writer numbers its own lines, and there is nothing to do here.
"""

import asyncio
from typing import Any, Final

from sqlalchemy import ClauseElement, MetaData, bindparam, select, text

from relatum.changes import lines
from relatum.connections.interface import Connection, Connections, Leader
from relatum.connections.prepared import Prepared, prepare
from relatum.tables import fixed
from relatum_schemas.errors import DatabaseUnavailable

CHANNEL: Final = "relatum_changes"
"""Where the last position is told after each batch."""

LEADERSHIP: Final = "change sequencer"
BATCH: Final = 5_000
"""Lines numbered in one transaction."""

_SHORTEST_PAUSE: Final = 0.01
_LONGEST_PAUSE: Final = 0.2
_TAKEOVER_PAUSE: Final = 2.0

_metadata = MetaData()
CHANGE: Final = fixed.change(_metadata)
UNIT_OF_WORK: Final = fixed.unit_of_work(_metadata)


def last_line() -> ClauseElement:
    """Position and chain of the last numbered line."""
    return (
        select(CHANGE.c.position, CHANGE.c.chain)
        .where(CHANGE.c.position.is_not(None))
        .order_by(CHANGE.c.position.desc())
        .limit(1)
    )


def _postgresql(statement: ClauseElement) -> Prepared:
    return prepare(statement, "postgresql")


_LAST: Final = _postgresql(last_line())
_WAITING: Final = _postgresql(
    select(CHANGE.c.id, CHANGE.c.digest)
    .where(CHANGE.c.position.is_(None))
    .order_by(CHANGE.c.id)
    .limit(BATCH)
)
_NUMBER: Final = _postgresql(
    text(
        "UPDATE change SET position = given.position, chain = given.chain "
        "FROM unnest(CAST(:ids AS bigint[]), CAST(:positions AS bigint[]), "
        "CAST(:chains AS bytea[])) AS given(id, position, chain) WHERE change.id = given.id"
    )
)


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
    """Number one batch of committed lines in a transaction of its own, and tell listeners; return how many."""
    async with leader.writing() as connection:
        waiting: list[Any] = await connection.rows(_WAITING, {})
        if not waiting:
            return 0
        position, chain = await end_of_log(connection)
        chains: list[bytes] = []
        for _, digest in waiting:
            chain = lines.chained(chain, digest)
            chains.append(chain)
        positions = list(range(position + 1, position + 1 + len(waiting)))
        ids = [line for line, _ in waiting]
        given = {"ids": ids, "positions": positions, "chains": chains}
        await connection.execute(_NUMBER, given)
        await connection.notify(CHANNEL, str(positions[-1]))
        return len(waiting)


async def end_of_log(connection: Connection) -> tuple[int, bytes]:
    """Position and chain of the last numbered line; 0 and the beginning of the chain when there is none."""
    prepared = _LAST if connection.dialect == "postgresql" else prepare(last_line(), "sqlite")
    found: list[Any] = await connection.rows(prepared, {})
    return found[0] if found else (0, lines.BEGINNING)


async def verify(connections: Connections) -> int | None:
    """Recompute the chain, and the digests of all lines that were not erased.

    Returns:
        The first position that is missing or does not fit; None when the log is as it was written.
    """
    expected, chain = 1, lines.BEGINNING
    prepared = prepare(_numbered(), connections.dialect)
    async with connections.snapshot() as connection:
        while rows := await connection.rows(prepared, {"since": expected - 1}):
            for row in rows:
                broken, chain = _next_link(row, expected, chain)
                if broken:
                    return expected
                expected += 1
    return None


def _numbered() -> ClauseElement:
    line = CHANGE.c
    return (
        select(
            line.position, line.chain, line.digest, line.salt, line.unit_id, UNIT_OF_WORK.c.actor,
            line.type, line.record_id, line.version, line.operation, line.fields,
        )
        .outerjoin(UNIT_OF_WORK, UNIT_OF_WORK.c.id == line.unit_id)
        .where(line.position > bindparam("since", type_=line.position.type))
        .order_by(line.position)
        .limit(BATCH)
    )  # fmt: skip


def _next_link(row: tuple[Any, ...], expected: int, chain: bytes) -> tuple[bool, bytes]:
    """Whether a line breaks the log, and the chain's value at it."""
    position, stored_chain, digest, salt, unit, actor, name, record, version, operation, fields = (
        row
    )
    link = lines.chained(chain, digest or b"")
    if position != expected or stored_chain != link:
        return True, link
    if salt is None:
        return False, link
    said = lines.line_digest(
        salt,
        unit=unit,
        actor=actor,
        type_name=name,
        record=record,
        version=version,
        operation=operation,
        fields=fields,
    )
    return said != digest, link
