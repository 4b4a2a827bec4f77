"""Durable work: `python -m benchmarks.working reactions` and `... kills`.

Reactions: so many changes are committed, ten per record; how fast they are worked off by one process, and whether each was
told once, those of a record in order. Kills: a process that works is killed so many times at random, and on PostgreSQL one
of two for good; what was begun has to end (see `tests.core.workflows.killing`).
"""

import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

import click

from benchmarks.servers import DIALECTS, database_server
from relatum import READ, Change, Context, Entity, Label, Plugin, on
from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.changes.sequencer import keep_sequencing
from relatum.connections import DialectName, open_connections
from relatum.session import open_database
from relatum.tables import build_tables, create_all
from relatum.workflows.positions import stand
from relatum.workflows.working import working
from relatum.writing import Create, Update
from tests.core.workflows import courier
from tests.core.workflows.killing import Outcome, kill_again_and_again, kill_one_of_two

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


async def react(url: str, count: int) -> tuple[float, float]:
    """Seconds until the first of so many changes was told, and until all were."""
    from benchmarks import working as items  # by the name by which the plugin is known

    catalogue = build_catalogue([items])
    connections = await open_connections(url)
    await create_all(connections, build_tables(catalogue))
    await connections.close()
    async with open_database(url, catalogue) as database:
        await stand(database, catalogue)
        numbering = asyncio.create_task(keep_sequencing(database.connections))
        db = database.as_(SYSTEM)
        made = await db.apply(
            [Create("Item", {"name": f"I{at}"}) for at in range(count // VERSIONS)]
        )
        for version in range(1, VERSIONS):
            await db.apply([Update(each.id, {"number": version}) for each in made])
        begun, first = time.perf_counter(), 0.0
        async with working(database, url), asyncio.timeout(PATIENCE):
            while (done := sum(map(len, items.told.values()))) < count:
                first = first or (time.perf_counter() - begun if done else 0.0)
                await asyncio.sleep(0.05)
            took = time.perf_counter() - begun
        numbering.cancel()
    expected = list(range(1, VERSIONS + 1))
    assert len(items.told) == len(made), "a record is missing"
    assert all(versions == expected for versions in items.told.values()), "lost or out of order"
    items.told.clear()
    return first, took


async def survive(url: str, kills: int) -> Outcome:
    """Kill one process again and again, or one of two for good where there are no kills to be made."""
    catalogue = build_catalogue([courier])
    connections = await open_connections(url)
    await create_all(connections, build_tables(catalogue))
    await connections.close()
    return await (kill_again_and_again(url, kills) if kills else kill_one_of_two(url))


@click.command()
@click.argument("what", type=click.Choice(["reactions", "kills"]))
@click.option("--database", type=click.Choice(DIALECTS), multiple=True, default=DIALECTS)
@click.option("--count", default=10_000, help="Of changes.")
@click.option("--kills", default=50, help="Of processes.")
def main(*, what: str, database: Sequence[DialectName], count: int, kills: int) -> None:
    """Measure durable work."""
    for dialect in database:
        if what == "reactions":
            with (
                tempfile.TemporaryDirectory() as folder,
                database_server(dialect, Path(folder)) as url,
            ):
                first, took = asyncio.run(react(url, count))
            click.echo(
                f"{dialect}: {count} reactions in {took:.1f} s, {count / took:.0f} a second; "
                f"the first after {first:.2f} s"
            )
            continue
        for each in (kills,) if dialect == "sqlite" else (kills, 0):
            with (
                tempfile.TemporaryDirectory() as folder,
                database_server(dialect, Path(folder)) as url,
            ):
                click.echo(f"{dialect}: {asyncio.run(survive(url, each))}")


if __name__ == "__main__":
    main()
