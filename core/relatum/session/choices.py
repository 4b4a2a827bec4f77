"""Choice lists that are kept as data: ``Choice(list="industry")``.

A list is kept as a whole. Codes left out are put out of use: records that have them keep them, none takes them anew.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.dialects.postgresql import Insert as PostgresqlInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert
from sqlalchemy.sql.expression import ClauseElement

from relatum.connections import DialectName, prepare
from relatum.writing import Storage
from relatum_schemas.errors import Forbidden
from relatum_schemas.kinds import Choice, Text

if TYPE_CHECKING:
    from relatum.session.session import Session


async def choices(database: Storage, list_name: str) -> dict[str, str]:
    """The codes in use of a choice list, with their titles, in the list's order."""
    table = database.tables.choice
    statement = (
        select(table.c.code, table.c.title)
        .where(table.c.list == bindparam("list", type_=table.c.list.type), table.c.active)
        .order_by(table.c.position)
    )
    prepared = prepare(statement, database.connections.dialect)
    async with database.connections.reading() as connection:
        rows = await connection.rows(prepared, {"list": list_name})
    return {str(code): str(title) for code, title in rows}


async def keep_choices(session: "Session", list_name: str, titles: Mapping[str, str]) -> None:
    """Make a choice list what ``titles`` says: code to title, in this order.

    Raises:
        Forbidden: the session's principal is no administrator.
        BadValue: a code or title cannot be kept.
    """
    if not session.principal.unrestricted:
        raise Forbidden("Only administrators keep choice lists.", path="list")
    kind = Choice(list=list_name)
    items = [
        {
            "list": list_name,
            "code": kind.parse(code),
            "title": Text().parse(title),
            "position": position,
            "active": True,
        }
        for position, (code, title) in enumerate(titles.items())
    ]
    await session.certify()
    connections = session.storage.connections
    table = session.storage.tables.choice
    retire = prepare(
        update(table)
        .where(table.c.list == bindparam("key", type_=table.c.list.type))
        .values(active=False),
        connections.dialect,
    )
    keep = prepare(_kept(table, connections.dialect), connections.dialect)
    async with connections.writing() as connection:
        await connection.execute(retire, {"key": list_name})
        await connection.execute_many(keep, items)


def _kept(table: Table, dialect: DialectName) -> ClauseElement:
    """One item put into the list, in place of what stood there under its code."""
    values = {column.name: bindparam(column.name, type_=column.type) for column in table.c}
    kind = PostgresqlInsert if dialect == "postgresql" else SqliteInsert
    insert = kind(table).values(values)
    changed = ("title", "position", "active")
    return insert.on_conflict_do_update(
        index_elements=[table.c.list, table.c.code],
        set_={name: insert.excluded[name] for name in changed},
    )
