"""How far the numbering of the change log is behind what is committed."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import func, select

from relatum.changes.sequencer import CHANGE, LEADERSHIP, UNIT_OF_WORK
from relatum.connections.interface import Connections
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName


@dataclass(frozen=True)
class Lag:
    """Lines that wait for their position.

    Attributes:
        lines: how many.
        oldest: when the first of them was recorded.
        numbered: whether some process is there to number them.
    """

    lines: int
    oldest: datetime | None
    numbered: bool


async def lag(connections: Connections) -> Lag:
    """Return how far behind the numbering is."""
    lines, oldest = await unnumbered(connections)
    async with connections.leadership(LEADERSHIP) as leader:
        numbered = leader is None or connections.dialect == "sqlite"
    return Lag(lines, oldest, numbered)


async def unnumbered(connections: Connections) -> tuple[int, datetime | None]:
    """Return how many lines wait for their position, and when the first of them was recorded."""
    async with connections.reading() as connection:
        rows: list[Any] = await connection.rows(_waiting(connections.dialect), {})
    lines, oldest = rows[0]
    return lines, oldest


@cache
def _waiting(dialect: DialectName) -> Prepared:
    unit = UNIT_OF_WORK.c
    statement = (
        select(func.count(), func.min(unit.recorded_at))
        .select_from(CHANGE)
        .join(UNIT_OF_WORK, unit.id == CHANGE.c.unit_id)
        .where(CHANGE.c.position.is_(None))
    )
    return prepare(statement, dialect)
