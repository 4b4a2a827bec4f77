"""SQLAlchemy engines for migrations store what requests read."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, Connection, MetaData, Table, insert, inspect, select, text

from relatum.connections import (
    FOREVER,
    Day,
    Identifier,
    Instant,
    JsonText,
    PlainText,
    Scaled,
    TextArray,
    on_engine,
    open_connections,
    prepare,
)
from relatum.connections.types import StoredType

KINDS: list[StoredType[Any]] = [
    Identifier(),
    Instant(),
    Day(),
    Scaled(10, 2),
    TextArray(),
    JsonText(),
    PlainText(),
]
ROW = (
    UUID(int=7),
    FOREVER,
    date.max,
    Decimal("1.50"),
    ("a", "b"),
    {"list": [1, None]},
    "Zürich",
)
KEPT = Table("kept", MetaData(), *(Column(f"column_{n}", kind) for n, kind in enumerate(KINDS)))


def fill(connection: Connection) -> None:
    with connection.begin():
        KEPT.create(connection)
        connection.execute(insert(KEPT).values(ROW))


async def test_engine_and_connections_agree(database_url: str) -> None:
    await on_engine(database_url, fill)
    connections = await open_connections(database_url)
    async with connections.reading() as connection:
        assert await connection.rows(prepare(select(KEPT), connections.dialect), {}) == [ROW]
    await connections.close()
    assert await on_engine(
        database_url, lambda connection: [tuple(row) for row in connection.execute(select(KEPT))]
    ) == [ROW]


async def test_the_first_moment_is_no_infinity(database_url: str) -> None:
    first = datetime.min.replace(tzinfo=UTC)

    def store(connection: Connection) -> object:
        KEPT.create(connection)
        connection.execute(insert(KEPT).values(column_1=first, column_2=date.min))
        as_text = "CAST(column_1 AS TEXT) || ' ' || CAST(column_2 AS TEXT)"
        return connection.scalar(text(f"SELECT {as_text} FROM kept"))

    assert "infinity" not in str(await on_engine(database_url, store))


async def test_a_failed_migration_leaves_nothing(database_url: str) -> None:
    def half_done(connection: Connection) -> None:
        with connection.begin():
            KEPT.create(connection)
            connection.execute(text("SELECT * FROM nowhere"))

    with pytest.raises(Exception, match="nowhere"):
        await on_engine(database_url, half_done)
    assert await on_engine(database_url, lambda c: inspect(c).get_table_names()) == []


@pytest.mark.parametrize("foreign_keys", [True, False])
async def test_references_can_rest_while_sqlite_rebuilds(
    database_url: str, foreign_keys: bool
) -> None:
    def setting(connection: Connection) -> object:
        return connection.scalar(text("PRAGMA foreign_keys"))

    if database_url.startswith("sqlite"):
        found = await on_engine(database_url, setting, foreign_keys=foreign_keys)
        assert bool(found) is foreign_keys
