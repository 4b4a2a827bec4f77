"""Reads the change log by position, the one order that all readers share."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select

from relatum.changes.sequencer import CHANGE, UNIT_OF_WORK, end_of_log
from relatum.changes.tidings import CHANNEL, tidings
from relatum.connections.interface import Connection, Connections
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum.tables.columns import BIG_INTEGER

LARGEST_READ: Final = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the change log, with what its unit of work says of it."""

    position: int
    type: str
    record: UUID
    version: int
    operation: str
    fields: tuple[str, ...]
    unit: UUID
    recorded_at: datetime
    actor: UUID | None
    acted_for: UUID | None
    origin: str | None
    purpose: str
    reason: str | None


@cache
def _lines_after(dialect: DialectName) -> Prepared:
    line, unit = CHANGE.c, UNIT_OF_WORK.c
    statement = (
        select(
            line.position, line.type, line.record_id, line.version, line.operation, line.fields,
            line.unit_id, unit.recorded_at, unit.actor, unit.acted_for, unit.origin, unit.purpose,
            unit.reason,
        )
        .join(UNIT_OF_WORK, unit.id == line.unit_id)
        .where(line.position > bindparam("since", type_=line.position.type))
        .order_by(line.position)
        .limit(bindparam("most", type_=BIG_INTEGER))
    )  # fmt: skip
    return prepare(statement, dialect)


async def read_changes(
    connection: Connection, since_position: int = 0, limit: int = 1_000
) -> list[Line]:
    """The lines after a position, in order.

    Args:
        connection: to the database.
        since_position: of the last line that the reader knows; 0 for the beginning.
        limit: how many lines at the most, up to `LARGEST_READ`.
    """
    given = {"since": since_position, "most": min(limit, LARGEST_READ)}
    rows: list[Any] = await connection.rows(_lines_after(connection.dialect), given)
    return [Line(*row) for row in rows]


async def wait_for_changes(
    connections: Connections, since_position: int, *, seconds: float = 30.0
) -> bool:
    """Wait until there are lines after a position.

    Returns:
        Whether there are; false when so many `seconds` passed without any.
    """
    async with connections.listen(CHANNEL) as messages:
        async with connections.reading() as connection:
            position, _ = await end_of_log(connection)
        if position > since_position:
            return True
        try:
            async with asyncio.timeout(seconds):
                async for told in messages:
                    if tidings(told).position > since_position:
                        return True
        except TimeoutError:
            return False
    return False
