"""How fast reactions to what was committed are worked off by one process.

So many changes are committed, ten per record. Then a reaction, which reads the record, is told of each:
once, and of those of a record in order, or it fails.
"""

import asyncio
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

from benchmarks.servers import database_seconds, database_server
from relatum import READ, Change, Context, Entity, Label, Plugin, on
from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.changes.sequencer import keep_sequencing
from relatum.connections import DialectName, open_connections
from relatum.session import Session, open_database
from relatum.tables import build_tables, create_all
from relatum.workflows.positions import stand
from relatum.workflows.working import working
from relatum.writing import Create, Update

CHANGES: Final = 10_000
GOAL: Final = 200
"""A second."""

VERSIONS: Final = 10
PATIENCE: Final = 600.0


class Item(Entity):
    """Something that changes."""

    name: Annotated[str, Label]
    number: int = 0


told: dict[UUID, list[int]] = defaultdict(list)


@on(Item, "created", "updated", elevated={Item: READ})
async def look(ctx: Context, change: Change) -> None:
    """Look at what changed."""
    await ctx.db.get(Item, change.record)
    told[change.record].append(change.version)


plugin = Plugin("items", version="1.0")


@dataclass(frozen=True)
class Reacting:
    """What it takes.

    Attributes:
        database: which one.
        changes: that were told.
        seconds: from when the process begins to work until all are told.
        first: seconds until the first one is told.
        processor: milliseconds of processor time of the process for each.
        database_processor: likewise of a PostgreSQL server.
    """

    database: DialectName
    changes: int
    seconds: float
    first: float
    processor: float
    database_processor: float


def measure(dialect: DialectName, changes: int = CHANGES) -> Reacting:
    """Have so many changes told."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with database_server(dialect, folder) as url:
            return asyncio.run(_react(dialect, url, folder, changes))


async def _react(dialect: DialectName, url: str, folder: Path, changes: int) -> Reacting:
    from benchmarks import reacting as items  # by the name by which the plugin is known

    catalogue = build_catalogue([items])
    connections = await open_connections(url)
    await create_all(connections, build_tables(catalogue))
    await connections.close()
    async with open_database(url, catalogue) as database:
        await stand(database, catalogue)
        numbering = asyncio.create_task(keep_sequencing(database.connections))
        made = await _change(database.as_(SYSTEM), changes)
        begun, first = time.perf_counter(), 0.0
        own, server = time.process_time(), database_seconds(folder)
        async with working(database, url), asyncio.timeout(PATIENCE):
            while (done := sum(map(len, items.told.values()))) < changes:
                first = first or (time.perf_counter() - begun if done else 0.0)
                await asyncio.sleep(0.05)
            measured = Reacting(
                database=dialect,
                changes=changes,
                seconds=time.perf_counter() - begun,
                first=first,
                processor=1_000 * (time.process_time() - own) / changes,
                database_processor=1_000 * (database_seconds(folder) - server) / changes,
            )
        numbering.cancel()
    expected = list(range(1, VERSIONS + 1))
    assert items.told.keys() == set(made), "a record is missing"
    assert all(versions == expected for versions in items.told.values()), "lost or out of order"
    return measured


async def _change(db: Session, changes: int) -> list[UUID]:
    """Commit so many changes, and return the records."""
    made = await db.apply([Create("Item", {"name": f"I{at}"}) for at in range(changes // VERSIONS)])
    for version in range(1, VERSIONS):
        await db.apply([Update(each.id, {"number": version}) for each in made])
    return [each.id for each in made]
