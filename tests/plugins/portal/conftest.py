"""The portal of a rental, served."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from relatum.connections import DialectName
from relatum_testing.databases import (
    Build,
    Databases,
    PostgresqlDatabases,
    SqliteDatabases,
)
from tests.plugins.portal.fleet import Fleet
from tests.plugins.portal.fleet import fleet as opened
from tests.plugins.portal.northwind import Northwind
from tests.plugins.portal.northwind import opened as northwind_opened
from tests.server.identity.browsing import Browser
from tests.server.serving import application, served


@pytest.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[Fleet]:
    """What there is to see."""
    async with opened(tmp_path, many=40) as made:
        yield made


@pytest.fixture
async def browser(fleet: Fleet) -> AsyncIterator[Browser]:
    """A browser in which nobody is signed in."""
    async with served(application(fleet.database, fleet.settings)) as client:
        yield Browser(client)


@pytest.fixture
async def ann(browser: Browser) -> Browser:
    """A browser in which Ann of Acme is signed in."""
    await browser.sign_in("ann@example.org")
    return browser


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.thorough)]
)
async def northwind(
    request: pytest.FixtureRequest, shared_directory: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Northwind]:
    """Northwind and what is others', opened once for all who try."""
    folder, dialect = tmp_path_factory.mktemp("northwind"), request.param
    databases: Databases = (
        SqliteDatabases(shared_directory, folder)
        if dialect == "sqlite"
        else PostgresqlDatabases(shared_directory, request.getfixturevalue("server"))
    )

    async def clone(_: DialectName, key: str, build: Build) -> str:
        return await databases.clone(key, build)

    async with northwind_opened(clone, dialect, folder) as made:
        yield made
    await databases.drop()


@pytest.fixture(scope="module")
async def client(northwind: Northwind) -> AsyncIterator[AsyncClient]:
    """A client of the server of Northwind; nobody is signed in."""
    async with served(application(northwind.database, northwind.settings)) as made:
        yield made
