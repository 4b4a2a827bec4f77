"""Where a log ends, of changes or of accesses: what its next line is numbered and chained from."""

from functools import cache
from typing import Any

from sqlalchemy import Table, select

from relatum.changes import lines
from relatum.connections.interface import Connection
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName


@cache
def last_line(log: Table, dialect: DialectName) -> Prepared:
    """The statement that tells position and chain of the last numbered line."""
    return prepare(
        select(log.c.position, log.c.chain)
        .where(log.c.position.is_not(None))
        .order_by(log.c.position.desc())
        .limit(1),
        dialect,
    )


async def end_of(connection: Connection, log: Table) -> tuple[int, bytes]:
    """Position and chain of the last numbered line; 0 and the beginning of the chain when there is none."""
    return end_in(await connection.rows(last_line(log, connection.dialect), {}))


def end_in(found: list[Any]) -> tuple[int, bytes]:
    """Position and chain out of what the statement `last_line` gave."""
    return found[0] if found else (0, lines.BEGINNING)
