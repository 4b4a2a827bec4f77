"""Reads a file as an import does, for tests of what comes of its bytes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from relatum.importing.mapping import File
from relatum.importing.rows import Row, Unreadable, open_table

FILES = Path(__file__).parent / "files"


def read(
    path: Path, wanted: Sequence[str] = (), **stated: Any
) -> tuple[list[dict[str, object]], list[Unreadable]]:
    """The rows of a file by column, and what is no row."""
    rows: list[dict[str, object]] = []
    unreadable: list[Unreadable] = []
    with open_table(path, File(path=path.name, **stated), wanted) as table:
        for row in table:
            if isinstance(row, Row):
                rows.append(dict(zip(table.columns, row.cells, strict=True)))
            else:
                unreadable.append(row)
    return rows, unreadable
