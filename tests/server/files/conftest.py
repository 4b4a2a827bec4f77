"""A shop under policies, which keeps files."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from httpx2 import AsyncClient

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue, with_administrators
from relatum.connections import DialectName
from relatum.identifiers import new_id
from relatum.session import Database, open_database
from relatum_schemas.policy import READ, Policy, only
from tests.databases import CloneTemplate
from tests.server.files.uploading import keeping_files
from tests.server.serving import administrators_token, fill
from tests.server.shop import Product

POLICIES = (
    Policy("reader", Product, READ),
    Policy("clerk", Product, READ, fields=only("title", "price")),
)


@pytest.fixture
async def shop(
    clone_template: CloneTemplate, dialect: DialectName, shop_catalogue: Catalogue
) -> AsyncIterator[Database]:
    """The shop with its records."""
    ruled = with_administrators(shop_catalogue, {new_id(): each for each in POLICIES}, [])

    async def build(url: str) -> None:
        await fill(url, shop_catalogue)

    url = await clone_template(dialect, f"shop:{shop_catalogue.fingerprint}", build)
    async with open_database(url, ruled) as database:
        yield database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where files are kept."""
    return tmp_path / "files"


@pytest.fixture
async def keeper(shop: Database, folder: Path) -> AsyncIterator[AsyncClient]:
    """A client of the shop with an administrator's token."""
    token = await administrators_token(shop)
    async with keeping_files(shop, folder, token=token) as client:
        yield client


async def header_of(database: Database, *roles: str) -> dict[str, str]:
    """The header of a program with these roles."""
    client = await database.identity.add_client(SYSTEM, "-".join(roles) or "none", roles=roles)
    made = await database.identity.add_token(SYSTEM, "test", client=client.id)
    return {"authorization": f"Bearer {made.secret}"}
