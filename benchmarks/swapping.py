"""What it takes to bring types into force that administrators declare: at the start of a server, and while it serves.

A server starts with so many types more than those of `relatum_base`. Another one starts without them; then they are
declared, all at once, and later one more. It is measured how long that takes the process, and for how long the event loop,
which answers requests meanwhile, could do nothing else at most.
"""

import asyncio
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import psutil
from sqlalchemy import MetaData, insert

import relatum_base
from benchmarks.servers import database_server
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName, open_connections, prepare
from relatum.editions import count_up
from relatum.plugins import LoadedPlugin
from relatum.session import Database, assembling, open_database
from relatum.tables import build_tables, create_all, fixed
from relatum_schemas.declared import Declarations, as_data
from relatum_server.app import create_app

TYPES: Final = 200
START_LIMIT: Final = 3.0
SWAP_LIMIT: Final = 1.0
BLOCKED_LIMIT: Final = 0.05
"""Seconds."""

_DECLARATION: Final = fixed.declaration(MetaData())
_TYPES: Final = assembling([LoadedPlugin(relatum_base.plugin, relatum_base)])
_BEAT: Final = 0.001
_AFTER: Final = 1.0
"""Seconds for which the loop is watched after a swap: what stood for the types before is let go then."""

KINDS: Final = ("text", "integer", "date", "money", "boolean")


@dataclass(frozen=True)
class Swapping:
    """What it takes.

    Attributes:
        types: that are added.
        start: seconds from the start of a process until it answers.
        start_processor: of them, seconds of processor time.
        swap: seconds from when it is known that others are in force until they are.
        processor: of them, seconds of processor time.
        one_more: seconds, where one type is added to those.
        blocked: seconds for which the event loop could do nothing else at most.
        memory: MB that the process has more after twenty swaps than after the second.
    """

    database: DialectName
    types: int
    start: float
    start_processor: float
    swap: float
    processor: float
    one_more: float
    blocked: float
    memory: float


def measure(dialect: DialectName, types: int) -> Swapping:
    """Start servers, and let types come into force."""
    with (
        tempfile.TemporaryDirectory(prefix="relatum-swapping-") as folder,
        database_server(dialect, Path(folder)) as url,
    ):
        return asyncio.run(_measured(url, dialect, types))


async def _measured(url: str, dialect: DialectName, types: int) -> Swapping:
    connections = await open_connections(url)
    await create_all(connections, build_tables(build_catalogue([relatum_base])))
    await connections.close()
    async with _serving(url) as database, _watched() as longest:
        await _declare(database, 1, declared(types))
        swap, processor = await _renewed(database)
        await _declare(database, 2, declared(types + 1))
        one_more, _ = await _renewed(database)
        await asyncio.sleep(_AFTER)
        blocked = longest()
        before = _megabytes()
        for number in range(3, 21):
            await _declare(database, number, declared(types + number % 2))
            await _renewed(database)
            await asyncio.sleep(_BEAT)
        memory = _megabytes() - before
    start, start_processor = await _started(url)
    return Swapping(
        dialect, types, start, start_processor, swap, processor, one_more, blocked, memory
    )


def declared(types: int) -> Declarations:
    """So many types: of four, three are entity types, and the fourth ties one of them to organizations."""
    entities: list[dict[str, Any]] = [
        {"name": f"Thing{number}", "fields": _fields()} for number in range(types) if number % 4
    ]
    ties = [
        {
            "name": f"Tie{number}",
            "source": {"end": f"owners{number}", "types": [entities[number // 4]["name"]]},
            "target": {"end": f"things{number}", "types": ["Organization"]},
        }
        for number in range(0, types, 4)
    ]
    return Declarations.model_validate({"types": entities, "relationships": ties})


def _fields() -> list[dict[str, Any]]:
    named = {"name": "title", "kind": "text", "label": True}
    return [named, *({"name": f"its_{kind}", "kind": kind} for kind in KINDS)]


@asynccontextmanager
async def _serving(url: str) -> AsyncIterator[Database]:
    """A server's database, as long as it serves."""
    async with open_database(url, _TYPES) as database:
        app = create_app(_given(database))
        async with app.router.lifespan_context(app):
            yield database


@asynccontextmanager
async def _given(database: Database) -> AsyncIterator[Database]:
    yield database


async def _declare(database: Database, number: int, declarations: Declarations) -> None:
    """Keep declarations as those in force, without making their tables, which would take the database its time."""
    row = {
        "number": number,
        "recorded_at": datetime.now(UTC),
        "made_by": None,
        "acts": [],
        "document": as_data(declarations),
    }
    async with database.connections.writing() as connection:
        await connection.execute(prepare(insert(_DECLARATION), connection.dialect), row)
        await count_up(connection)


async def _renewed(database: Database) -> tuple[float, float]:
    """Seconds until what is declared is in force, and those of processor time."""
    began, used = time.perf_counter(), time.process_time()
    await database.renewed()
    return time.perf_counter() - began, time.process_time() - used


@asynccontextmanager
async def _watched() -> AsyncIterator[Callable[[], float]]:
    """Gives what tells for how many seconds the event loop was blocked at most."""
    longest = 0.0

    async def beat() -> None:
        nonlocal longest
        while True:
            began = time.perf_counter()
            await asyncio.sleep(_BEAT)
            longest = max(longest, time.perf_counter() - began - _BEAT)

    task = asyncio.create_task(beat())
    try:
        yield lambda: longest
    finally:
        task.cancel()


def _megabytes() -> float:
    return float(psutil.Process().memory_info().rss) / 1e6


async def _started(url: str) -> tuple[float, float]:
    """Seconds that a process takes from its start until it serves, and those of processor time to its end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.swapping", url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"serves\n"
    taken = time.perf_counter() - began
    await process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken, after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime


async def _start(url: str) -> None:
    async with _serving(url):
        print("serves", flush=True)


if __name__ == "__main__":
    asyncio.run(_start(sys.argv[1]))
