"""What one run has to remember of a million rows without holding them in memory: a temporary database of its own.

It knows which keys were read already, so that a file that says two things of one record is told so instead of changing
it back and forth, and it keeps the ties whose ends had not come yet.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from pysqlite3 import dbapi2

from relatum.importing.rows import Row

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -32768;
CREATE TABLE seen (key INTEGER PRIMARY KEY, content INTEGER, line INTEGER);
CREATE TABLE waiting (number INTEGER PRIMARY KEY, file INTEGER, tie INTEGER, line INTEGER, cells BLOB, text TEXT);
"""
_SEEN = "SELECT key, content, line FROM seen WHERE key IN (SELECT value FROM json_each(?))"


def digest(parts: tuple[object, ...]) -> int:
    """A number that stands for values within this run, equal when they are written alike (64 bits, keyed)."""
    return hash(repr(parts))


class Notebook:
    """The memory of one run. Get it from `notebook`."""

    def __init__(self, connection: Any) -> None:
        """Write to a temporary database."""
        self._connection = connection

    def seen(self, keys: Collection[int]) -> dict[int, tuple[int, int]]:
        """Of these keys those that were noted, each with the digest of its content and its line."""
        listed = orjson.dumps(list(keys)).decode()
        return {
            key: (content, line) for key, content, line in self._connection.execute(_SEEN, [listed])
        }

    def note(self, entries: Iterable[tuple[int, int, int]]) -> None:
        """Remember keys, each with the digest of its content and its line."""
        self._connection.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", entries)

    def wait(self, file: int, tie: int, row: Row) -> None:
        """Keep a row for the end of the run, for one of its ties."""
        self._connection.execute(
            "INSERT INTO waiting (file, tie, line, cells, text) VALUES (?, ?, ?, ?, ?)",
            [file, tie, row.line, orjson.dumps(list(row.cells), default=str), row.text],
        )

    def waiting(self, count: int) -> Iterator[list[tuple[int, int, Row]]]:
        """The rows kept, in batches: number of the file, number of the tie, row."""
        last = 0
        while True:
            rows = self._connection.execute(
                "SELECT number, file, tie, line, cells, text FROM waiting WHERE number > ? ORDER BY number LIMIT ?",
                [last, count],
            ).fetchall()
            if not rows:
                return
            last = rows[-1][0]
            yield [
                (file, tie, Row(line, orjson.loads(cells), text))
                for _, file, tie, line, cells, text in rows
            ]


@contextmanager
def open_notebook() -> Iterator[Notebook]:
    """Give a notebook; it is gone when the block ends."""
    # An empty name asks SQLite for a temporary file that it deletes itself.
    connection = dbapi2.connect("", isolation_level=None, check_same_thread=False)
    try:
        connection.executescript(_TABLES)
        connection.execute("BEGIN")
        yield Notebook(connection)
    finally:
        connection.close()
