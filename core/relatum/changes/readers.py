"""How far those have come that follow the log for the whole installation: a row each, moved as they go on."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import MetaData, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from relatum.connections.interface import Connection
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum.tables import fixed

_READER: Final = fixed.reader(MetaData())


async def standing(connection: Connection) -> dict[str, int]:
    """How far each reader has come, by name."""
    rows: list[Any] = await connection.rows(_all(connection.dialect), {})
    return dict(rows)


async def move(connection: Connection, positions: Mapping[str, int]) -> None:
    """Put readers where they have come to."""
    rows = [{"name": name, "position": each} for name, each in sorted(positions.items())]
    await connection.execute_many(_moving(connection.dialect), rows)


async def begin(connection: Connection, positions: Mapping[str, int]) -> None:
    """Have readers begin somewhere, unless they have begun already."""
    rows = [{"name": name, "position": each} for name, each in sorted(positions.items())]
    await connection.execute_many(_beginning(connection.dialect), rows)


@cache
def _all(dialect: DialectName) -> Prepared:
    return prepare(select(_READER.c.name, _READER.c.position), dialect)


@cache
def _moving(dialect: DialectName) -> Prepared:
    added = _added(dialect)
    moved = added.on_conflict_do_update(
        index_elements=[_READER.c.name], set_={"position": added.excluded.position}
    )
    return prepare(moved, dialect)


@cache
def _beginning(dialect: DialectName) -> Prepared:
    return prepare(_added(dialect).on_conflict_do_nothing(), dialect)


def _added(dialect: DialectName) -> sqlite.Insert | postgresql.Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    row = {column.name: bindparam(column.name, type_=column.type) for column in _READER.c}
    return insert(_READER).values(row)
