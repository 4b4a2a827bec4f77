"""How fast many records come in: people and their employments, against the bare floor of the same rows.

The engine is given commands in batches, a unit of work each: values are read and checked, ends and overlaps judged,
versions, search and change lines written. The floor writes the very rows that came of it, into the same tables of an
empty database, by COPY on a bare asyncpg connection or `executemany` on a bare SQLite connection, with as many commits;
its rows are in the driver's own form before the clock starts.

    python -m benchmarks.import_speed [people] [sqlite|postgresql]
"""

import asyncio
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
from pysqlite3 import dbapi2
from sqlalchemy import Table, select

from benchmarks import model
from benchmarks.servers import DIALECTS, database_server, processor_seconds
from relatum.access import SYSTEM
from relatum.catalogue import BeforeRule, Catalogue
from relatum.clock import Clock, utc_now
from relatum.connections import Connections, DialectName, open_connections
from relatum.connections.prepared import encoded_rows, prepare
from relatum.identifiers import new_id
from relatum.sealing import Keyring
from relatum.tables import Tables, build_tables, create_all
from relatum.writing import Command, Create, Relate, Unit, open_unit

PEOPLE: Final = 100_000
ORGANIZATIONS: Final = 500
BATCH: Final = 5_000


@dataclass
class Storage:
    """A database to write to."""

    connections: Connections
    catalogue: Catalogue
    tables: Tables
    clock: Clock = utc_now
    keys: Keyring | None = None
    edition: int = 0
    renewed: None = None

    def lend(self, unit: Unit, rule: BeforeRule) -> AbstractAsyncContextManager[object]:
        """No plugin of the measurement reacts."""
        raise NotImplementedError(rule.name)


def people(first: int, count: int, organizations: Sequence[UUID]) -> Iterator[Command]:
    """A batch of people, then their employments."""
    ids = [new_id() for _ in range(count)]
    for at, person in enumerate(ids, start=first):
        yield Create(
            "Person",
            {
                "given_name": f"Given{at % 977}",
                "family_name": f"Family{at % 7919}",
                "email": f"person{at}@example.org",
                "language": "de",
                "birth_date": f"19{at % 90 + 10}-0{at % 9 + 1}-1{at % 9}",
            },
            person,
        )
    for at, person in enumerate(ids, start=first):
        employer = organizations[at % len(organizations)]
        values = {"role": f"Role {at % 100}"}
        yield Relate("WorksAt", person, employer, values, f"20{at % 20 + 10}-01-01")


@dataclass(frozen=True)
class Taken:
    """What it took to write.

    Attributes:
        seconds: by the clock.
        processor: seconds of processor time, the database's included.
    """

    seconds: float
    processor: float


class Watch:
    """Begins to measure when it is made.

    Args:
        folder: of the database.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._processor = processor_seconds(os.getpid(), folder)
        self._begun = time.perf_counter()

    def taken(self) -> Taken:
        """What was taken since."""
        seconds = time.perf_counter() - self._begun
        return Taken(seconds, processor_seconds(os.getpid(), self._folder) - self._processor)


async def by_engine(url: str, folder: Path, count: int) -> Taken:
    """Return what the engine takes for so many people and as many ties."""
    catalogue = model.catalogue()
    connections = await open_connections(url)
    storage = Storage(connections, catalogue, build_tables(catalogue))
    await create_all(connections, storage.tables)
    firms = [new_id() for _ in range(ORGANIZATIONS)]
    async with open_unit(storage, SYSTEM) as unit:
        await unit.apply(
            [Create("Organization", {"name": f"Firm {at}"}, each) for at, each in enumerate(firms)]
        )
    watch = Watch(folder)
    for first in range(0, count, BATCH):
        async with open_unit(storage, SYSTEM, origin="benchmark") as unit:
            await unit.apply(list(people(first, min(BATCH, count - first), firms)))
    taken = watch.taken()
    await connections.close()
    return taken


@dataclass
class Rows:
    """The rows of a table in the driver's form."""

    table: Table
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


async def written(url: str, dialect: DialectName) -> list[Rows]:
    """All rows of a database, in an order in which they can be written."""
    tables = build_tables(model.catalogue())
    connections = await open_connections(url)
    found = []
    async with connections.reading() as connection:
        for table in tables.metadata.sorted_tables:
            columns = [column for column in table.columns if column.name != "number"]
            rows = await connection.rows(prepare(select(*columns), dialect), {})
            names = tuple(column.name for column in columns)
            encoded = list(encoded_rows(columns, rows, dialect))
            found.append(Rows(table, names, encoded))
    await connections.close()
    return found


async def empty(url: str) -> None:
    """Make the tables in a second database."""
    connections = await open_connections(url)
    await create_all(connections, build_tables(model.catalogue()))
    await connections.close()


async def floor_postgresql(
    url: str, folder: Path, written_rows: Sequence[Rows], commits: int
) -> Taken:
    """Return what COPY takes for the rows."""
    connection = await asyncpg.connect(url)
    watch = Watch(folder)
    for part in _parts(written_rows, commits):
        async with connection.transaction():
            await connection.copy_records_to_table(
                part.table.name, records=part.rows, columns=list(part.columns)
            )
    taken = watch.taken()
    await connection.close()
    return taken


def floor_sqlite(url: str, folder: Path, written_rows: Sequence[Rows], commits: int) -> Taken:
    """Return what `executemany` takes for the rows, with the settings that the engine uses."""
    connection = dbapi2.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    connection.executescript(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
    )
    watch = Watch(folder)
    for part in _parts(written_rows, commits):
        names = ", ".join(f'"{name}"' for name in part.columns)
        marks = ", ".join("?" for _ in part.columns)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            f'INSERT INTO "{part.table.name}" ({names}) VALUES ({marks})', part.rows
        )
        connection.execute("COMMIT")
    taken = watch.taken()
    connection.close()
    return taken


def _parts(written_rows: Sequence[Rows], commits: int) -> Iterator[Rows]:
    """The rows, table by table, in about as many parts as there are commits."""
    size = -(-sum(len(each.rows) for each in written_rows) // commits)
    for each in written_rows:
        for first in range(0, len(each.rows), size):
            yield Rows(each.table, each.columns, each.rows[first : first + size])


@dataclass(frozen=True)
class ImportSpeed:
    """How long an import takes on one database.

    Attributes:
        people: how many came in, with as many ties.
        rows: that were written for them.
        engine: what the engine took.
        floor: what the bare driver took for the same rows.
        memory: megabytes that the engine's process had at most.
    """

    database: DialectName
    people: int
    rows: int
    engine: Taken
    floor: Taken
    memory: float

    @property
    def by_clock(self) -> float:
        """The engine's speed by the floor's."""
        return self.floor.seconds / self.engine.seconds

    @property
    def by_processor(self) -> float:
        """The floor's processor time by the engine's; what else the machine does hardly disturbs it."""
        return self.floor.processor / self.engine.processor


def measure(dialect: DialectName, count: int) -> ImportSpeed:
    """Return how long engine and floor take on one database; alone in its process, memory is the engine's."""
    with tempfile.TemporaryDirectory(prefix="relatum-import-") as name:
        folder = Path(name) / "engine"
        folder.mkdir()
        with database_server(dialect, folder) as url:
            engine = asyncio.run(by_engine(url, folder, count))
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            rows = asyncio.run(written(url, dialect))
        folder = Path(name) / "floor"
        folder.mkdir()
        with database_server(dialect, folder) as url:
            asyncio.run(empty(url))
            commits = max(1, count // BATCH)
            if dialect == "sqlite":
                floor = floor_sqlite(url, folder, rows, commits)
            else:
                floor = asyncio.run(floor_postgresql(url, folder, rows, commits))
    total = sum(len(each.rows) for each in rows)
    return ImportSpeed(dialect, count, total, engine, floor, memory)


def main() -> None:
    """Measure what the command line names, by default both databases."""
    given = sys.argv[1:]
    count = next((int(each) for each in given if each.isdigit()), PEOPLE)
    for dialect in DIALECTS:
        if not {"sqlite", "postgresql"} & set(given) or dialect in given:
            seen = measure(dialect, count)
            print(
                f"{dialect}: {count:,} people and {count:,} ties ({seen.rows:,} rows): "
                f"engine {seen.engine.seconds:.1f} s, floor {seen.floor.seconds:.1f} s, "
                f"ratio {seen.by_clock:.2f}, by processor time {seen.by_processor:.2f}"
            )


if __name__ == "__main__":
    main()
