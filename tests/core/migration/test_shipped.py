"""The migrations that are shipped make the tables that their declarations ask for."""

import pytest

from relatum.connections import open_connections
from relatum.migration import drift, migrate, state, undone
from relatum.plugins import catalogue_of, load_plugins
from relatum.tables import build_tables, create_all
from tests.core.migration.yard import run

PLUGINS = load_plugins()
NAMES = [plugin.name for plugin in PLUGINS]


@pytest.mark.parametrize("plugin", ["relatum", *NAMES])
def test_the_migrations_of_a_plugin_say_all_that_it_declares(plugin: str) -> None:
    assert undone(PLUGINS, plugin) == []


@pytest.mark.parametrize("plugin", NAMES)
async def test_a_plugin_migrates_a_database_to_what_it_declares(
    plugin: str, database_url: str
) -> None:
    plugins = load_plugins(only=[plugin])
    await migrate(database_url, plugins)
    assert (await state(database_url, plugins)).current
    assert await drift(database_url, catalogue_of(plugins)) == []


async def test_tables_made_at_once_are_those_that_migrations_make(database_url: str) -> None:
    catalogue = catalogue_of(PLUGINS)
    connections = await open_connections(database_url)
    await create_all(connections, build_tables(catalogue))
    await connections.close()
    assert await drift(database_url, catalogue) == []


DRIFTED = {
    "a column besides": ("ALTER TABLE setting ADD COLUMN x TEXT", "setting has besides: column x"),
    "an index lacks": ("DROP INDEX ix_change__unit_id", "change lacks: "),
    "a table lacks": ("DROP TABLE choice", "The table choice is missing."),
    "a table besides": ("CREATE TABLE mine (id INTEGER)", "The table mine is not declared."),
}


@pytest.mark.parametrize("case", DRIFTED.values(), ids=DRIFTED)
async def test_what_was_changed_by_hand_is_named(case: tuple[str, str], database_url: str) -> None:
    await migrate(database_url, [])
    await run(database_url, case[0])
    (found,) = await drift(database_url, catalogue_of([]))
    assert found.startswith(case[1])
