"""How a SQLite connection is set up, the same for requests and for migrations."""

from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from relatum.connections.sqlite_functions import SQLITE_FUNCTIONS
from relatum.connections.sqlite_library import dbapi2
from relatum_schemas.errors import DatabaseUnavailable

if TYPE_CHECKING:
    # The same API, with types. The library that runs is always the one brought along.
    import sqlite3

    RawConnection: TypeAlias = sqlite3.Connection
else:
    RawConnection = dbapi2.Connection

PREPARED_STATEMENTS = 512
PAGE_CACHE_KIB = 16 * 1024
WRITER_MAPPED_BYTES = 64 * 1024 * 1024
READER_MAPPED_BYTES = 0x7FFF0000
"""The most that SQLite maps: a read of a cached page then takes no system call, which halves what wide reads cost."""
JOURNAL_BYTES = 64 * 1024 * 1024

SETTINGS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA temp_store = MEMORY",
    f"PRAGMA cache_size = -{PAGE_CACHE_KIB}",
    f"PRAGMA mmap_size = {WRITER_MAPPED_BYTES}",
    f"PRAGMA journal_size_limit = {JOURNAL_BYTES}",
)


def open_writer(path: Path, busy_timeout: float) -> RawConnection:
    """Open a connection that may write; the file is created if it is not there.

    Args:
        path: the database file.
        busy_timeout: seconds to wait for other processes.
    """
    raw = _open(path, busy_timeout)
    (mode,) = raw.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise DatabaseUnavailable(
            f"{path} cannot be kept with a write-ahead log (its mode stays {mode!r}).",
            hint="Put it on a local disk; network file systems do not support it.",
        )
    return raw


def open_reader(path: Path, busy_timeout: float) -> RawConnection:
    """Open a connection that only reads."""
    raw = _open(path, busy_timeout)
    raw.execute("PRAGMA query_only = ON")
    raw.execute(f"PRAGMA mmap_size = {READER_MAPPED_BYTES}")
    return raw


def set_up(raw: RawConnection) -> None:
    """Give a connection its settings and functions."""
    raw.isolation_level = None
    for setting in SETTINGS:
        raw.execute(setting)
    for name, argument_count, function in SQLITE_FUNCTIONS:
        raw.create_function(name, argument_count, function, deterministic=True)


def _open(path: Path, busy_timeout: float) -> RawConnection:
    raw: RawConnection = dbapi2.connect(
        str(path),
        timeout=busy_timeout,
        check_same_thread=False,
        cached_statements=PREPARED_STATEMENTS,
    )
    set_up(raw)
    return raw
