"""What comes of work when servers are killed again and again at random: see `tests.server.workflows.killing`."""

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.servers import database_server
from relatum.connections import DialectName
from tests.server.workflows.killing import Outcome, kill_again_and_again, kill_one_of_two

KILLS: Final = 50


@dataclass(frozen=True)
class Killed:
    """What came of it.

    Attributes:
        database: which one.
        servers: how many there were at a time.
        outcome: of all.
    """

    database: DialectName
    servers: int
    outcome: Outcome


def measure(dialect: DialectName, kills: int = KILLS) -> list[Killed]:
    """Kill the only server so many times; on PostgreSQL also one of two, for good."""
    measured = [Killed(dialect, 1, _alone(dialect, kills))]
    if dialect == "postgresql":
        measured.append(Killed(dialect, 2, _alone(dialect, 0)))
    return measured


def _alone(dialect: DialectName, kills: int) -> Outcome:
    """With a database of its own."""
    with (
        tempfile.TemporaryDirectory() as stored,
        tempfile.TemporaryDirectory() as folder,
        database_server(dialect, Path(stored)) as url,
    ):
        if kills:
            return asyncio.run(kill_again_and_again(Path(folder), url, kills))
        return asyncio.run(kill_one_of_two(Path(folder), url))
