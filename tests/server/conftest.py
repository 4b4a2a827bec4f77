"""The shop, on each database in turn, open and served."""

from collections.abc import AsyncIterator

import pytest
from httpx2 import AsyncClient

from relatum.catalogue import Catalogue, build_catalogue
from relatum.connections import DialectName
from relatum.session import Database, open_database
from tests.databases import CloneTemplate
from tests.server import shop
from tests.server.serving import administrators_token, application, fill, served


@pytest.fixture(scope="session")
def shop_catalogue() -> Catalogue:
    """The types of the test plugin."""
    return build_catalogue([shop])


@pytest.fixture
async def shop_database(
    clone_template: CloneTemplate, dialect: DialectName, shop_catalogue: Catalogue
) -> AsyncIterator[Database]:
    """The shop with its records."""

    async def build(url: str) -> None:
        await fill(url, shop_catalogue)

    url = await clone_template(dialect, f"shop:{shop_catalogue.fingerprint}", build)
    async with open_database(url, shop_catalogue) as database:
        yield database


@pytest.fixture
async def client(shop_database: Database) -> AsyncIterator[AsyncClient]:
    """A client of the served shop, with an administrator's token."""
    token = await administrators_token(shop_database)
    async with served(application(shop_database), token=token) as client:
        yield client
