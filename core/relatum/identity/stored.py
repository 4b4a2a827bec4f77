"""How the room's statements reach the database: its tables, which no catalogue alters, and statements prepared once."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ClauseElement,
    Column,
    ColumnElement,
    MetaData,
    Table,
    bindparam,
    func,
    insert,
)

from relatum.connections import Connection, DialectName, Identifier, Prepared, prepare
from relatum.tables import fixed, identity

_metadata: Final = MetaData()
RECORD: Final = fixed.record(_metadata)
SETTING: Final = fixed.setting(_metadata)
ANSWER: Final = fixed.answer(_metadata)
PLUGIN: Final = fixed.plugin(_metadata)
ACCOUNT: Final = identity.account(_metadata)
LINKED: Final = identity.linked(_metadata)
SESSION: Final = identity.session(_metadata)
CLIENT: Final = identity.client(_metadata)
TOKEN: Final = identity.token(_metadata)
TICKET: Final = identity.ticket(_metadata)
HOLDING: Final = identity.holding(_metadata)
RULE: Final = identity.rule(_metadata)
THROTTLE: Final = identity.throttle(_metadata)


def given(name: str, like: Column[Any]) -> ColumnElement[Any]:
    """Return a parameter that holds a value of a column's type."""
    return bindparam(name, type_=like.type)


def survivor() -> ColumnElement[UUID]:
    """Return the id of the record that a row of `RECORD` stands for now."""
    return func.coalesce(RECORD.c.merged_into, RECORD.c.id, type_=Identifier())


@cache
def prepared(build: Callable[[], ClauseElement], dialect: DialectName) -> Prepared:
    """Return the statement that a function builds, prepared once."""
    return prepare(build(), dialect)


@cache
def _insertion(table: Table, columns: tuple[str, ...], dialect: DialectName) -> Prepared:
    values = {name: bindparam(name, type_=table.c[name].type) for name in columns}
    return prepare(insert(table).values(values), dialect)


async def rows(
    connection: Connection, build: Callable[[], ClauseElement], **values: object
) -> list[Any]:
    """Return the rows of the statement that a function builds."""
    return await connection.rows(prepared(build, connection.dialect), values)


async def run(connection: Connection, build: Callable[[], ClauseElement], **values: object) -> int:
    """Run the statement that a function builds, and return how many rows it wrote."""
    return await connection.execute(prepared(build, connection.dialect), values)


async def add(connection: Connection, table: Table, row: Mapping[str, object]) -> None:
    """Write one new row; columns left out are missing."""
    await connection.execute(_insertion(table, tuple(row), connection.dialect), row)
