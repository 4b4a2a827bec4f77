import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, bindparam, insert, literal, select
from sqlalchemy.schema import CreateIndex, CreateTable, Index

from relatum.connections import (
    FOREVER,
    Connections,
    Day,
    DialectName,
    Flag,
    Identifier,
    Instant,
    JsonText,
    Micros,
    PlainText,
    Scaled,
    TextArray,
    prepare,
)
from relatum.connections.prepared import DIALECTS
from relatum.connections.types import StoredType
from relatum_schemas.errors import BadValue, NumericOverflow

EAST = timezone(timedelta(hours=5, minutes=45))

VALUES: dict[StoredType[Any], list[Any]] = {
    Identifier(): [UUID(int=0), UUID(int=2**127), UUID(int=2**128 - 1)],
    Instant(): [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 30, 0, 1, tzinfo=UTC),
        FOREVER,
    ],
    Day(): [date.min, date(999, 1, 1), date(2024, 2, 29), date.max],
    Scaled(18, 4): [
        Decimal("-99999999999999.9999"),
        Decimal("-0.0001"),
        Decimal("0.0000"),
        Decimal("1265793.0395"),
        Decimal("99999999999999.9999"),
    ],
    Scaled(18, 0): [Decimal(-999999999999999999), Decimal(7), Decimal(999999999999999999)],
    Micros(): [timedelta(days=-1), timedelta(microseconds=1), timedelta(days=36500, seconds=1)],
    Flag(): [False, True],
    # By code point: capitals first, and a character beyond U+FFFF after U+FFEE.
    PlainText(): ["", "Zebra", "a", "a b", "aB", "ab", "straße", "ä", "\uffee", "\U0001f600"],
}
UNORDERED: dict[StoredType[Any], list[Any]] = {
    TextArray(): [(), ("a", "b"), ("", 'quote"', "comma,", "{brace}", "NULL", "ä\\")],
    JsonText(): [
        True,
        7,
        "",
        "text",
        [1, None, "ä", {"b": 1.5, "a": []}],
        {"key": {"deep": [1, 2]}},
        "backslash \\u0000 is not NUL",
    ],
}


def table_of(kind: StoredType[Any]) -> Table:
    return Table(
        "kept",
        MetaData(),
        Column("place", Integer, primary_key=True),
        Column("kept", kind),
    )


async def stored(
    connections: Connections, kind: StoredType[Any], values: Sequence[object]
) -> list[object]:
    """Return the values as they come back, in the database's order."""
    table = table_of(kind)
    create = str(CreateTable(table).compile(dialect=DIALECTS[connections.dialect]))
    write = prepare(insert(table), connections.dialect)
    ordered = (
        select(table.c.kept)
        if isinstance(kind, JsonText)
        else select(table.c.kept).order_by(table.c.kept)
    )
    async with connections.writing() as connection:
        await connection.script(create)
        # Backwards, so that the order is the database's.
        rows = [{"place": -place, "kept": value} for place, value in enumerate(values)]
        await connection.execute_many(write, reversed(rows))
        found = await connection.rows(prepare(ordered, connections.dialect), {})
        await connection.script("DROP TABLE kept")
    return [value for (value,) in found]


@pytest.mark.parametrize("kind", VALUES, ids=repr)
async def test_values_come_back_and_order_as_in_python(
    connections: Connections, kind: StoredType[Any]
) -> None:
    values = VALUES[kind]
    assert values == sorted(values)
    found = await stored(connections, kind, values)
    assert found == values
    assert [str(value) for value in found] == [str(value) for value in values]


@pytest.mark.parametrize("kind", UNORDERED, ids=repr)
async def test_values_without_an_order_come_back(
    connections: Connections, kind: StoredType[Any]
) -> None:
    values = UNORDERED[kind]
    found = await stored(connections, kind, values)
    assert len(found) == len(values)
    assert all(value in found for value in values)


@pytest.mark.parametrize("kind", [*VALUES, *UNORDERED], ids=repr)
async def test_none_is_null(connections: Connections, kind: StoredType[Any]) -> None:
    assert await stored(connections, kind, [None]) == [None]


async def test_a_moment_is_the_same_in_every_zone(connections: Connections) -> None:
    (found,) = await stored(connections, Instant(), [datetime(2026, 1, 1, 5, 45, tzinfo=EAST)])
    assert found == datetime(2026, 1, 1, tzinfo=UTC)
    assert isinstance(found, datetime)
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (PlainText(), "NUL \0 inside"),
        (PlainText(), "half a pair \ud800"),
        (PlainText(), 7),
        (TextArray(), "one text"),
        (TextArray(), ["NUL \0"]),
        (JsonText(), {"deep": ["NUL \0"]}),
        (JsonText(), math.nan),
        (JsonText(), UUID(int=1)),
        (JsonText(), "\udfff"),
        (Identifier(), "c0ffee00-0000-0000-0000-000000000000"),
        (Instant(), datetime(2026, 1, 1)),
        (Instant(), date(2026, 1, 1)),
        (Instant(), datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))),
        (Day(), datetime(2026, 1, 1, tzinfo=UTC)),
        (Scaled(5, 2), Decimal("1.234")),
        (Scaled(5, 2), Decimal("NaN")),
        (Scaled(5, 2), 1.5),
        (Scaled(5, 2), True),
        (Micros(), 5),
        (Flag(), 1),
    ],
    ids=repr,
)
@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_a_value_of_another_kind_is_refused(
    kind: StoredType[Any], value: object, dialect: DialectName
) -> None:
    statement = prepare(select(bindparam("given", type_=kind)), dialect)
    with pytest.raises(BadValue):
        statement.arguments({"given": value})


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Scaled(5, 2), Decimal("1000.00")),
        (Scaled(5, 2), Decimal("1E+4")),
        (Micros(), timedelta.max),
    ],
    ids=repr,
)
def test_a_number_out_of_range_is_refused(
    kind: StoredType[Any], value: object, dialect: DialectName
) -> None:
    statement = prepare(select(bindparam("given", type_=kind)), dialect)
    with pytest.raises(NumericOverflow):
        statement.arguments({"given": value})


@pytest.mark.parametrize(
    "given", ["1.500", "1.5", "1.50", "150E-2", "999.99", "-999.99", "0", "1E+2"]
)
def test_trailing_zeros_do_not_count_as_places(given: str) -> None:
    statement = prepare(select(bindparam("given", type_=Scaled(5, 2))), "sqlite")
    assert statement.arguments({"given": Decimal(given)}) == [int(Decimal(given) * 100)]


@pytest.mark.parametrize(("precision", "scale"), [(19, 2), (0, 0), (4, 5), (4, -1)])
def test_a_scaled_number_must_fit_64_bits(precision: int, scale: int) -> None:
    with pytest.raises(ValueError, match="precision must be 1 to 18"):
        Scaled(precision, scale)


def test_json_is_written_canonically() -> None:
    statement = prepare(select(bindparam("given", type_=JsonText())), "sqlite")
    (text,) = statement.arguments({"given": {"b": [1, "ä"], "a": None}})
    assert text == '{"a":null,"b":[1,"ä"]}'


@pytest.mark.parametrize(
    ("kind", "value"),
    [(kind, values[-1]) for kind, values in VALUES.items()]
    + [(PlainText(), "it's"), (TextArray(), ("a'b", "c"))],
    ids=repr,
)
async def test_values_stand_in_ddl(
    connections: Connections, kind: StoredType[Any], value: object
) -> None:
    table = table_of(kind)
    dialect = DIALECTS[connections.dialect]
    condition = table.c.kept == literal(value, kind)
    index = Index("some", table.c.place, sqlite_where=condition, postgresql_where=condition)
    async with connections.writing() as connection:
        await connection.script(str(CreateTable(table).compile(dialect=dialect)))
        await connection.script(str(CreateIndex(index).compile(dialect=dialect)))


def test_the_types_write_themselves_as_a_migration_imports_them() -> None:
    assert repr(Scaled(12, 4)) == "Scaled(12, 4)"
    assert [repr(kind()) for kind in (Identifier, Instant, Day, Flag, PlainText)] == [
        "Identifier()",
        "Instant()",
        "Day()",
        "Flag()",
        "PlainText()",
    ]
