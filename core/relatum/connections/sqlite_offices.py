"""Who does what one process does for all that use a SQLite file: whoever holds the lock of a file beside it.

The operating system takes the lock from a process that dies. SQLite's own locks are used, which are the same everywhere,
and keep those apart, too, that use the database within one process.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from relatum.connections.sqlite_library import dbapi2


@contextmanager
def office(database: Path, name: str) -> Iterator[bool]:
    """Try once to hold an office while the block runs, and say whether it is held.

    Args:
        database: the file.
        name: of the office.
    """
    file = database.with_suffix(f".{name.replace(' ', '-')}.lock")
    lock = dbapi2.connect(str(file), timeout=0, isolation_level=None)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except dbapi2.OperationalError:
            yield False
        else:
            yield True
    finally:
        lock.close()
