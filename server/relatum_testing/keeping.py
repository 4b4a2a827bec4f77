"""What a database holds, to see that it still does after its plugins have changed; and dumps, to see it years later."""

import lzma
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from packaging.version import Version
from pysqlite3 import dbapi2
from sqlalchemy import select

from relatum.connections import Connections, prepare
from relatum.tables import Tables

SUFFIX: Final = ".db.xz"
"""How the name of a dump ends; it begins with the version of the plugin that made it."""

Contents = Mapping[str, frozenset[str]]
"""The rows of tables, as they are written down, by the names of the tables."""

_STAMPS: Final = frozenset({"setting", "reader"})
"""Tables in which the engine keeps how far it is itself."""


async def contents(connections: Connections, tables: Tables) -> Contents:
    """All that is in the tables of a catalogue, by the columns that it knows."""
    found = {}
    async with connections.snapshot() as connection:
        for table in tables.metadata.sorted_tables:
            if table.name in _STAMPS:
                continue
            statement = prepare(select(*table.c), connections.dialect)
            rows = await connection.rows(statement, {})
            found[table.name] = frozenset(repr(tuple(row)) for row in rows)
    return found


def lost(before: Contents, after: Contents) -> list[str]:
    """Which tables do not hold any more what they held, a line each."""
    return [
        f"{name} held {len(rows)} rows, of which {len(rows - after[name])} are gone or changed."
        for name, rows in before.items()
        if not rows <= after[name]
    ]


def write_dump(url: str, version: str, folder: Path) -> Path:
    """Keep an SQLite database for the tests of versions to come, unless this version has a dump already.

    Args:
        url: of the database; it may be in use.
        version: of the plugin that is tested.
        folder: where dumps of it are.

    Returns:
        The file: the database, compressed.
    """
    file = folder / f"{version}{SUFFIX}"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory() as making, closing(dbapi2.connect(_path(url))) as connection:
            connection.execute("VACUUM INTO ?", (f"{making}/dump.db",))
            file.write_bytes(lzma.compress(Path(making, "dump.db").read_bytes()))
    return file


def _path(url: str) -> str:
    return url.removeprefix("sqlite:///")


@dataclass(frozen=True)
class Dump:
    """A database of an earlier version of a plugin."""

    version: str
    file: Path

    def restore(self, folder: Path) -> str:
        """Unpack it, and return the URL of the database."""
        unpacked = folder / f"{self.version}.db"
        unpacked.write_bytes(lzma.decompress(self.file.read_bytes()))
        return f"sqlite:///{unpacked}"


def dumps_in(folder: Path) -> list[Dump]:
    """The dumps in a folder, the latest version first."""
    found = [Dump(each.name.removesuffix(SUFFIX), each) for each in folder.glob(f"*{SUFFIX}")]
    return sorted(found, key=lambda each: Version(each.version), reverse=True)


def rows_of(url: str) -> dict[str, int]:
    """How many rows the tables of an SQLite database have in which records are, by the names of the tables."""
    with closing(dbapi2.connect(_path(url))) as connection:
        names = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type = 'table' "
            "AND (name LIKE '%\\_\\_%' ESCAPE '\\' OR name IN ('record', 'change', 'unit_of_work'))"
        ).fetchall()
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in names
        }
