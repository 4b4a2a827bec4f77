"""Opens test databases that hold the tables of a catalogue and nothing else yet."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from relatum.catalogue import Catalogue
from relatum.connections import DialectName
from relatum.connections.opening import open_connections
from relatum.sealing import Keyring
from relatum.session import Clock, Database, open_database, utc_now
from relatum.tables import build_tables, create_all
from relatum_testing.databases import Build

CloneTemplate = Callable[[DialectName, str, Build], Awaitable[str]]


@asynccontextmanager
async def opened(
    clone_template: CloneTemplate,
    dialect: DialectName,
    catalogue: Catalogue,
    *,
    clock: Clock = utc_now,
    keys: Keyring | None = None,
) -> AsyncIterator[Database]:
    """A database with the catalogue's tables, cloned from a template of this test run."""
    url = await prepared(clone_template, dialect, catalogue)
    async with open_database(url, catalogue, clock=clock, keys=keys) as database:
        yield database


async def prepared(
    clone_template: CloneTemplate, dialect: DialectName, catalogue: Catalogue
) -> str:
    """The address of a database with the catalogue's tables, cloned from a template of this test run."""

    async def build(url: str) -> None:
        connections = await open_connections(url)
        await create_all(connections, build_tables(catalogue))
        await connections.close()

    return await clone_template(dialect, f"tables:{catalogue.fingerprint}", build)
