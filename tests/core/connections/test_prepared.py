from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, bindparam, func, insert, select, update
from sqlalchemy.schema import CreateTable

from relatum.connections import (
    Connections,
    DialectName,
    Flag,
    Identifier,
    JsonText,
    PlainText,
    Scaled,
    any_of,
    document,
    prepare,
)
from relatum.connections.prepared import DIALECTS, encoded_rows
from relatum.connections.sqlite_library import dbapi2

KEY = UUID("01890000-0000-7000-8000-000000000001")
ITEM = Table(
    "item",
    MetaData(),
    Column("id", Identifier, primary_key=True),
    Column("name", PlainText),
    Column("price", Scaled(10, 2)),
)
ROWS = [
    {"id": KEY, "name": "a", "price": Decimal("1.5")},
    {"id": UUID(int=1), "name": "it's", "price": Decimal(2)},
]
BOTH = pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])


async def fill(connections: Connections) -> None:
    create = str(CreateTable(ITEM).compile(dialect=DIALECTS[connections.dialect]))
    async with connections.writing() as connection:
        await connection.script(create)
        await connection.execute_many(prepare(insert(ITEM), connections.dialect), ROWS)


def test_postgresql_parameters_carry_their_type() -> None:
    statement = select(ITEM.c.name).where(
        ITEM.c.id == bindparam("id"), ITEM.c.price > bindparam("price")
    )
    prepared = prepare(statement, "postgresql")
    assert "item.id = $1::UUID AND item.price > $2::NUMERIC(10, 2)" in prepared.text
    assert prepared.names == ("id", "price")
    assert prepared.arguments({"id": KEY, "price": Decimal("1.5")}) == [KEY, Decimal("1.5")]


def test_sqlite_parameters_are_stored_forms() -> None:
    statement = select(ITEM.c.name).where(
        ITEM.c.id == bindparam("id"), ITEM.c.price > bindparam("price")
    )
    prepared = prepare(statement, "sqlite")
    assert "item.id = ? AND item.price > ?" in prepared.text
    assert prepared.arguments({"price": Decimal("1.5"), "id": KEY}) == [KEY.bytes, 150]


@pytest.mark.parametrize("limit", [bindparam("most", type_=Integer), 2])
def test_sqlite_plans_a_statement_once_whatever_its_limit(limit: Any) -> None:
    prepared = prepare(
        select(ITEM.c.name).where(ITEM.c.name > bindparam("name")).limit(limit), "sqlite"
    )
    raw = dbapi2.connect(":memory:")
    raw.execute(str(CreateTable(ITEM).compile(dialect=DIALECTS["sqlite"])))
    planned: list[int] = []

    def planning(action: int, *_: object) -> int:
        planned.append(action)
        return int(dbapi2.SQLITE_OK)

    raw.set_authorizer(planning)
    for most in (1, 2, 3):
        planned.clear()
        raw.execute(prepared.text, prepared.arguments({"name": "a", "most": most})).fetchall()
        assert bool(planned) is (most == 1)
    raw.close()


def test_constants_are_encoded_once_and_cannot_be_given() -> None:
    prepared = prepare(select(ITEM.c.id).where(ITEM.c.price > Decimal("1.5")).limit(3), "sqlite")
    assert prepared.names == ()
    assert prepared.arguments({"price_1": Decimal(7)})[0] == 150


@BOTH
def test_a_parameter_used_twice_is_given_once(dialect: DialectName) -> None:
    name = bindparam("name", type_=PlainText())
    prepared = prepare(
        select(ITEM.c.id).where((ITEM.c.name > name) | (ITEM.c.name == name)), dialect
    )
    assert set(prepared.arguments({"name": "a"})) == {"a"}


@BOTH
def test_a_default_stands_until_a_value_is_given(dialect: DialectName) -> None:
    prepared = prepare(select(bindparam("name", "none", type_=PlainText())), dialect)
    assert prepared.arguments({}) == ["none"]
    assert prepared.arguments({"name": "some"}) == ["some"]
    assert prepared.arguments({"name": None}) == [None]


@BOTH
def test_a_missing_parameter_is_named(dialect: DialectName) -> None:
    prepared = prepare(select(ITEM.c.id).where(ITEM.c.name == bindparam("wanted")), dialect)
    with pytest.raises(TypeError, match=r"needs the parameter 'wanted'; given were other\."):
        prepared.arguments({"other": 1})


@BOTH
def test_an_insert_takes_a_parameter_per_column(dialect: DialectName) -> None:
    assert prepare(insert(ITEM), dialect).names == ("id", "name", "price")


@BOTH
def test_an_update_keeps_the_names_it_was_given(dialect: DialectName) -> None:
    statement = (
        update(ITEM).values(name=bindparam("new_name")).where(ITEM.c.id == bindparam("which"))
    )
    assert prepare(statement, dialect).names == ("new_name", "which")


@BOTH
def test_what_only_sqlalchemy_would_run_is_refused(dialect: DialectName) -> None:
    with pytest.raises(TypeError, match="use any_of"):
        prepare(select(ITEM.c.id).where(ITEM.c.name.in_(["a", "b"])), dialect)
    counted = Table("counted", MetaData(), Column("id", Integer), Column("at", Integer, default=1))
    with pytest.raises(TypeError, match=r"Defaults made in Python are not run here \(at\)"):
        prepare(insert(counted).values(id=1), dialect)


@BOTH
def test_rows_for_copying_are_encoded_column_by_column(dialect: DialectName) -> None:
    (row,) = encoded_rows([ITEM.c.id, ITEM.c.price], [(KEY, Decimal("1.5"))], dialect)
    assert row == ((KEY.bytes, 150) if dialect == "sqlite" else (KEY, Decimal("1.5")))


@pytest.mark.parametrize(
    ("column", "values", "found"),
    [
        (ITEM.c.id, [KEY, UUID(int=5)], 1),
        (ITEM.c.name, ["it's", "a", "never"], 2),
        (ITEM.c.name, ('"', "[", "\\u0041"), 0),
        (ITEM.c.price, [Decimal("1.50"), Decimal(2)], 2),
        (ITEM.c.price, [], 0),
        (ITEM.c.name, [None], 0),
    ],
    ids=str,
)
async def test_any_of_matches_a_list_of_any_length(
    connections: Connections, column: Column[Any], values: object, found: int
) -> None:
    await fill(connections)
    count = prepare(
        select(func.count()).select_from(ITEM).where(any_of(column, "wanted")), connections.dialect
    )
    none_of = prepare(
        select(func.count()).select_from(ITEM).where(~any_of(column, "unwanted")),
        connections.dialect,
    )
    async with connections.reading() as connection:
        assert await connection.value(count, {"wanted": values}) == found
        if values != [None]:
            assert await connection.value(none_of, {"unwanted": values}) == 2 - found


async def test_any_of_uses_the_index(connections: Connections) -> None:
    await fill(connections)
    wanted = prepare(select(ITEM.c.name).where(any_of(ITEM.c.id, "ids")), connections.dialect)
    explain = "EXPLAIN QUERY PLAN " if connections.dialect == "sqlite" else "EXPLAIN "
    async with connections.snapshot() as connection:
        if connections.dialect == "postgresql":
            await connection.script("SET LOCAL enable_seqscan = off")
        plan = str(
            await connection.rows(
                replace(wanted, text=explain + wanted.text, decoders=()), {"ids": [KEY]}
            )
        )
    assert "USING INDEX" in plan or "Index Scan using item_pkey" in plan or "Bitmap Index" in plan


async def test_a_document_is_bytes_on_both(connections: Connections) -> None:
    answer = document(bindparam("answer", type_=JsonText()))
    prepared = prepare(select(answer), connections.dialect)
    async with connections.reading() as connection:
        found = await connection.value(prepared, {"answer": {"name": "ä\U0001f600"}})
    assert found == '{"name":"ä\U0001f600"}'.encode()


async def test_aggregates_keep_the_columns_type(connections: Connections) -> None:
    await fill(connections)
    statement = select(func.sum(ITEM.c.price), func.max(ITEM.c.name), func.count())
    async with connections.reading() as connection:
        rows = await connection.rows(prepare(statement, connections.dialect), {})
    assert rows == [(Decimal("3.50"), "it's", 2)]


async def test_a_flag_stands_alone_in_a_condition(connections: Connections) -> None:
    flag = bindparam("flag", type_=Flag())
    prepared = prepare(select(func.count()).where(flag), connections.dialect)
    async with connections.reading() as connection:
        assert await connection.value(prepared, {"flag": True}) == 1
        assert await connection.value(prepared, {"flag": False}) == 0
