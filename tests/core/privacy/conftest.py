"""The clinic, on both databases."""

from collections.abc import AsyncIterator

import pytest

from relatum.connections import DialectName, open_connections
from relatum.session import Database, open_database
from relatum.tables import build_tables, create_all
from tests.core.privacy.clinic import CATALOGUE, KEYS
from tests.databases import CloneTemplate


@pytest.fixture
async def clinic_url(clone_template: CloneTemplate, dialect: DialectName) -> str:
    async def build(url: str) -> None:
        connections = await open_connections(url)
        await create_all(connections, build_tables(CATALOGUE))
        await connections.close()

    return await clone_template(dialect, f"clinic:{CATALOGUE.fingerprint}", build)


@pytest.fixture
async def clinic(clinic_url: str) -> AsyncIterator[Database]:
    async with open_database(clinic_url, CATALOGUE, keys=KEYS) as database:
        yield database
