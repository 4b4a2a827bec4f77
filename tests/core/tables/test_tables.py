"""The tables of the shipped plugins: created on both databases, with indexes that are used."""

import json
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
from sqlalchemy import ClauseElement, func, insert, select, text

from relatum.connections import Connections, DialectName, open_connections, prepare
from relatum.connections.prepared import DIALECTS
from relatum.plugins import catalogue_of, load_plugins
from relatum.tables import build_tables, create_all, definitions
from relatum.tables.postgresql import search_vector
from relatum.tables.sqlite import SEARCH_WORDS
from relatum_schemas.errors import BadValue
from tests.core.migration.yard import LATER, number
from tests.databases import CloneTemplate

CATALOGUE = catalogue_of(load_plugins())
TABLES = build_tables(CATALOGUE)


@pytest.fixture
async def made(dialect: DialectName, clone_template: CloneTemplate) -> AsyncIterator[Connections]:
    """Connections to a database with the tables of the shipped plugins."""

    async def build(url: str) -> None:
        connections = await open_connections(url)
        await create_all(connections, TABLES)
        await connections.close()

    url = await clone_template(dialect, f"tables:{CATALOGUE.fingerprint}", build)
    connections = await open_connections(url)
    yield connections
    await connections.close()


async def _explained(connections: Connections, statement: ClauseElement) -> str:
    """How the database would run a statement, with sequential scans out of favour."""
    compiled = str(
        statement.compile(
            dialect=DIALECTS[connections.dialect], compile_kwargs={"literal_binds": True}
        )
    )
    async with connections.reading() as connection:
        if connections.dialect == "sqlite":
            explain = prepare(text(f"EXPLAIN QUERY PLAN {compiled}"), connections.dialect)
            return "\n".join(str(row) for row in await connection.rows(explain, {}))
        await connection.script("SET enable_seqscan = off; SET enable_bitmapscan = off")
        explain = prepare(text(f"EXPLAIN {compiled}"), connections.dialect)
        return "\n".join(str(row[0]) for row in await connection.rows(explain, {}))


def test_tables_are_built_once_per_catalogue() -> None:
    assert build_tables(CATALOGUE) is build_tables(CATALOGUE)
    assert definitions(TABLES, "sqlite") == definitions(build_tables(CATALOGUE), "sqlite")


def test_versions_have_the_columns_of_what_they_are_versions_of() -> None:
    for name, current in TABLES.current.items():
        versions = TABLES.version[name]
        assert {*versions.c.keys()} == {*current.c.keys(), "recorded_to"}
        assert not versions.foreign_keys


async def test_a_list_in_the_order_of_a_label_reads_its_index(made: Connections) -> None:
    organization = TABLES.current["Organization"]
    statement = (
        select(organization.c.id).order_by(organization.c.name__key, organization.c.id).limit(20)
    )
    plan = await _explained(made, statement)
    assert "ix_base__organization__name__key__id" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


@pytest.mark.parametrize(("near", "far"), [("source_id", "target_id"), ("target_id", "source_id")])
async def test_following_a_tie_reads_one_covering_index_in_order(
    made: Connections, near: str, far: str
) -> None:
    tie = TABLES.current["WorksAt"]
    first = tie.c.valid_from.asc().nulls_first()
    statement = (
        select(tie.c[far], tie.c.valid_to)
        .where(tie.c[near] == number(1))
        .order_by(first, tie.c.id)
        .limit(10)
    )
    plan = await _explained(made, statement)
    assert "COVERING INDEX" in plan or "Index Only Scan" in plan
    assert f"ix_base__works_at__{near}" in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


async def test_words_are_found_as_they_come_change_and_go(made: Connections) -> None:
    search = TABLES.search

    async def found(word: str) -> list[UUID]:
        if made.dialect == "sqlite":
            numbers = select(SEARCH_WORDS.c.rowid).where(text("search_words MATCH :query"))
            condition = search.c.number.in_(numbers)
        else:
            condition = search_vector(search).bool_op("@@")(text("CAST(:query AS tsquery)"))
        statement = select(search.c.record_id).where(condition).order_by(search.c.record_id)
        query = f'"{word}"' if made.dialect == "sqlite" else f"'{word}'"
        async with made.reading() as connection:
            rows = await connection.rows(prepare(statement, made.dialect), {"query": query})
        return [UUID(str(row[0])) for row in rows]

    rows = [
        (number(1), "Person", "name", True, "größe straße o"),
        (number(2), "Person", "name", True, "grosse strasse"),
    ]
    async with made.writing() as connection:
        names = ("record_id", "type", "field", "is_label", "tokens")
        await connection.copy(search, names, rows)
    assert await found("größe") == [number(1)]
    assert await found("strasse") == [number(2)]
    async with made.writing() as connection:
        await connection.script("UPDATE search SET tokens = 'neu' WHERE tokens LIKE 'grosse%'")
    assert await found("strasse") == []
    assert await found("neu") == [number(2)]
    async with made.writing() as connection:
        await connection.script("DELETE FROM search")
    assert await found("neu") == []


@pytest.mark.parametrize("dialect", ["postgresql"])
async def test_words_are_found_by_the_index(made: Connections) -> None:
    search = TABLES.search
    condition = search_vector(search).bool_op("@@")(text("CAST('''a''' AS tsquery)"))
    async with made.reading() as connection:
        await connection.script("SET enable_seqscan = off")
        explain = select(search.c.number).where(condition)
        compiled = explain.compile(dialect=DIALECTS["postgresql"])
        rows = await connection.rows(prepare(text(f"EXPLAIN {compiled}"), "postgresql"), {})
    assert "ix_search__tokens" in json.dumps([str(row) for row in rows])


async def test_a_symmetric_tie_is_stored_one_way_only(made: Connections) -> None:
    tie = TABLES.current["CompetesWith"]
    organization = TABLES.current["Organization"]
    async with made.writing() as connection:
        for count in (1, 2, 3):
            await connection.execute(
                prepare(
                    insert(TABLES.record).values(id=number(count), type="x", deleted=False),
                    made.dialect,
                ),
                {},
            )
        required = {
            column.name: "x"
            for column in organization.c
            if not column.nullable
            and column.server_default is None
            and column.name not in ("id", "version", "recorded_from")
        }
        for count in (1, 2):
            row = {"id": number(count), "version": 1, "recorded_from": LATER, **required}
            await connection.execute(prepare(insert(organization).values(row), made.dialect), {})
    ends = {"source_id": number(2), "target_id": number(1)}
    values = {"id": number(3), "version": 1, "recorded_from": LATER, **ends}
    with pytest.raises(BadValue):
        async with made.writing() as connection:
            await connection.execute(prepare(insert(tie).values(values), made.dialect), {})
    async with made.reading() as connection:
        ties = prepare(select(func.count()).select_from(tie), made.dialect)
        assert await connection.value(ties, {}) == 0
