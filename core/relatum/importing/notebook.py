"""What one run has to remember of a million rows without holding them in memory: a temporary database of its own.

It knows which keys were read already, so that a file that says two things of one record is told so instead of changing
it back and forth, and it keeps the ties whose ends had not come yet.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson
from pysqlite3 import dbapi2

from relatum.importing.rows import Row

_TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -16384;
CREATE TABLE seen (key INTEGER PRIMARY KEY, content INTEGER, line INTEGER);
CREATE TABLE waiting (number INTEGER PRIMARY KEY, file INTEGER, tie INTEGER, line INTEGER, cells BLOB, text TEXT);
"""
_SEEN = "SELECT key, content, line FROM seen WHERE key IN (SELECT value FROM json_each(?))"


Entry = tuple[int, int, int]
"""The digests of what tells a record apart and of what is said of it, and the line that says so."""


def digest(parts: tuple[object, ...]) -> int:
    """A number that stands for values within this run, equal when they are written alike (64 bits, keyed)."""
    return hash(repr(parts))


class Notebook:
    """The memory of one run. Get it from `notebook`."""

    def __init__(self, connection: Any) -> None:
        """Write to a temporary database."""
        self._connection = connection

    def note(self, entries: Sequence[Entry]) -> dict[int, Entry]:
        """Remember entries of different keys; of keys that were noted before, the entry that stays."""
        written = self._connection.executemany(
            "INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", entries
        )
        if written.rowcount == len(entries):
            return {}
        listed = orjson.dumps([key for key, _, _ in entries]).decode()
        known = {entry[0]: entry for entry in self._connection.execute(_SEEN, [listed])}
        return {key: known[key] for key, *said in entries if known[key] != (key, *said)}

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
    with TemporaryDirectory(prefix="relatum-import-") as folder:
        path = Path(folder, "notebook.db")
        connection = dbapi2.connect(str(path), isolation_level=None, check_same_thread=False)
        try:
            connection.executescript(_TABLES)
            connection.execute("BEGIN")
            yield Notebook(connection)
        finally:
            connection.close()
