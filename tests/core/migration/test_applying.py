"""Migrations are applied whole or not at all, and lose no row that they were not to."""

import asyncio
from pathlib import Path

import pytest

from relatum.connections import open_connections
from relatum.migration import drift, make_migration, migrate, plan, reaching, running, state
from relatum.plugins import catalogue_of
from relatum_schemas.errors import (
    BadMigration,
    DatabaseLocked,
    DatabaseNewer,
    DatabaseOlder,
)
from tests.core.migration.yard import FIRST, Yard, counts, rows_of, run, tables_of

ADD = 'op.add_column("yard__site", sa.Column("x", PlainText()))'

FAILING = {
    "a statement": (f"{ADD}\nop.execute('UPDATE nowhere SET x = 1')", "nowhere"),
    "a mistake": (f"{ADD}\nop.no_such_operation()", "no_such_operation"),
    "a name": (f"{ADD}\nop.drop_column('yard__site', 'y')", "has no column 'y'"),
    "batch mode": (f"{ADD}\nwith op.batch_alter_table('yard__site'): pass", "no batch mode"),
    "rows that go": (f"{ADD}\nop.execute('DELETE FROM yard__stands_at')", "changes the rows"),
    "versions that go": (
        f"{ADD}\nop.execute('DELETE FROM yard__machine_version WHERE version = 1')",
        "6 before, 3 after",
    ),
    "a value that is missing": (
        f"{ADD}\nop.alter_column('yard__site', 'x', existing_type=PlainText(), nullable=False)",
        "refuses",
    ),
    "values that are not unique": (
        f"{ADD}\nop.create_index('uq', 'yard__stands_at', ['source_id'], unique=True)",
        "refuses",
    ),
}


@pytest.mark.parametrize("case", FAILING.values(), ids=FAILING)
async def test_a_migration_that_fails_leaves_nothing_behind(
    yard: Yard, filled: str, case: tuple[str, str]
) -> None:
    plugin = yard.plugin("yard", FIRST)
    catalogue = catalogue_of([plugin])
    before = await counts(filled, catalogue)
    yard.script("yard", 2, case[0])
    with pytest.raises(BadMigration, match=case[1]):
        await migrate(filled, [plugin])
    assert await drift(filled, catalogue) == []
    assert await counts(filled, catalogue) == before
    assert (await state(filled, [plugin])).missing == ("yard_0002",)


async def test_a_script_may_change_the_rows_of_tables_that_it_names(
    yard: Yard, filled: str
) -> None:
    plugin = yard.plugin("yard", FIRST)
    yard.script(
        "yard", 2, "op.execute('DELETE FROM yard__stands_at')", changes_rows=("yard__stands_at",)
    )
    (applied,) = await migrate(filled, [plugin])
    assert applied.acts == ("run: DELETE FROM yard__stands_at",)
    tables = tables_of(catalogue_of([plugin]))
    assert await rows_of(filled, tables.current["StandsAt"], "id") == []


async def test_what_was_applied_before_a_failure_is_undone_with_it(yard: Yard, filled: str) -> None:
    plugin = yard.plugin("yard", FIRST)
    yard.script("yard", 2, ADD)
    yard.script("yard", 3, "op.execute('UPDATE nowhere SET x = 1')")
    with pytest.raises(BadMigration):
        await migrate(filled, [plugin])
    assert await drift(filled, catalogue_of([plugin])) == []


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_reference_to_nothing_is_found_on_sqlite(yard: Yard, filled: str) -> None:
    plugin = yard.plugin("yard", FIRST)
    yard.script("yard", 2, "op.execute(\"UPDATE yard__stands_at SET target_id = x'00'\")")
    with pytest.raises(BadMigration, match="references to nothing: yard__stands_at -> yard__site"):
        await migrate(filled, [plugin])


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_rebuilt_table_keeps_its_triggers_and_indexes(yard: Yard, filled: str) -> None:
    plugin = yard.plugin("yard", FIRST)
    await run(filled, "CREATE TRIGGER kept AFTER DELETE ON yard__stands_at BEGIN SELECT 1; END")
    rebuilding = (
        "op.drop_constraint('fk_target_id', 'yard__stands_at', type_='foreignkey')\n"
        "op.create_foreign_key('fk_target_id', 'yard__stands_at', 'record', ['target_id'], ['id'])"
    )
    yard.script("yard", 2, rebuilding)
    (planned,) = await plan(filled, [plugin])
    assert "rebuilt__yard__stands_at" in planned.sql
    assert "CREATE TRIGGER kept" in planned.sql
    await migrate(filled, [plugin])
    found = await drift(filled, catalogue_of([plugin]))
    assert sorted(found) == [
        "yard__stands_at has besides: target_id refers to record.id",
        "yard__stands_at has besides: trigger kept: "
        "CREATE TRIGGER kept AFTER DELETE ON yard__stands_at BEGIN SELECT 1; END",
        "yard__stands_at lacks: target_id refers to yard__site.id",
    ]


@pytest.mark.parametrize("dialect", ["sqlite"])
async def test_a_rebuilt_record_table_ends_nothing_that_refers_to_it(
    yard: Yard, filled: str
) -> None:
    plugin = yard.plugin("yard", FIRST)
    before = await counts(filled, catalogue_of([plugin]))
    yard.script(
        "yard",
        2,
        "op.drop_constraint('fk_id', 'yard__machine', type_='foreignkey')\n"
        "op.create_foreign_key('fk_id', 'yard__machine', 'record', ['id'], ['id'])",
    )
    await migrate(filled, [plugin])
    assert await counts(filled, catalogue_of([plugin])) == before
    assert await drift(filled, catalogue_of([plugin])) == []


async def test_a_plan_shows_words_and_sql_and_applies_nothing(
    yard: Yard, database_url: str, tmp_path: Path
) -> None:
    plugin = yard.plugin("yard", FIRST)
    make_migration([plugin], "yard", "As declared")
    *engine, own = await plan(database_url, [plugin])
    assert {each.plugin for each in engine} == {"relatum"}
    assert (own.plugin, own.message) == ("yard", "As declared.")
    assert "create the table yard__machine" in own.acts
    assert "CREATE TABLE yard__machine" in own.sql
    assert _databases(tmp_path) == []
    missing = (await state(database_url, [plugin])).missing
    assert missing == (*(each.revision for each in engine), "yard_0001")
    assert len(await drift(database_url, catalogue_of([plugin]))) > 6


async def test_a_plan_on_a_database_with_data_shows_only_what_is_missing(
    yard: Yard, filled: str
) -> None:
    declared = FIRST.replace("note: str", 'colour: str = "grey"\n    note: str')
    plugin = yard.plugin("yard", declared)
    make_migration([plugin], "yard", "Paint them")
    (planned,) = await plan(filled, [plugin])
    assert planned.revision == "yard_0002"
    assert "'grey'" in planned.sql
    assert await drift(filled, catalogue_of([yard.plugin("yard", FIRST)])) == []


async def test_an_older_database_says_what_it_lacks(yard: Yard, filled: str) -> None:
    plugin = yard.plugin("yard", FIRST)
    (await state(filled, [plugin])).require_current()
    yard.script("yard", 2, ADD)
    found = await state(filled, [plugin])
    assert not found.current
    with pytest.raises(DatabaseOlder, match=r"yard_0002.*relatum migrate"):
        found.require_current()


async def test_a_newer_database_is_left_alone(yard: Yard, filled: str) -> None:
    plugin = yard.plugin("yard", FIRST)
    newer = yard.script("yard", 2, ADD)
    await migrate(filled, [plugin])
    newer.unlink()
    with pytest.raises(DatabaseNewer, match="yard_0002"):
        (await state(filled, [plugin])).require_current()
    with pytest.raises(DatabaseNewer):
        await migrate(filled, [plugin])
    with pytest.raises(DatabaseNewer):
        await plan(filled, [plugin])


async def test_a_database_of_plugins_that_are_not_loaded_is_left_alone(filled: str) -> None:
    with pytest.raises(DatabaseNewer, match="not loaded: yard"):
        await migrate(filled, [])


async def test_processes_that_migrate_at_once_do_it_once(yard: Yard, filled: str) -> None:
    plugin = yard.plugin("yard", FIRST)
    yard.script("yard", 2, ADD)
    outcomes = await asyncio.gather(*(migrate(filled, [plugin]) for _ in range(3)))
    assert sorted(len(applied) for applied in outcomes) == [0, 0, 1]


async def test_a_migration_waits_for_those_who_use_a_table_and_gives_up_in_time(
    yard: Yard, filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "LOCK_SECONDS", 0.1)
    monkeypatch.setattr(reaching, "PATIENCE", 0.5)
    plugin = yard.plugin("yard", FIRST)
    yard.script("yard", 2, ADD)
    connections = await open_connections(filled)
    async with connections.writing() as connection:
        await connection.script("UPDATE yard__site SET name = name")
        with pytest.raises(DatabaseLocked, match="Nothing was changed"):
            await migrate(filled, [plugin])
    await connections.close()
    assert len(await migrate(filled, [plugin])) == 1


def _databases(folder: Path) -> list[Path]:
    return list(folder.glob("*.db*"))
