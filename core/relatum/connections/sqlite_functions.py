"""SQL functions that Relatum adds to SQLite.

Each call crosses from C into Python, so a function belongs here only if a statement calls it once
per group or once per answer, never once per row.
"""

from collections.abc import Callable
from typing import NamedTuple

SqliteValue = str | bytes | int | float | None


class SqliteFunction(NamedTuple):
    """A deterministic function under the name that SQL calls."""

    name: str
    argument_count: int
    function: Callable[..., SqliteValue]


SQLITE_FUNCTIONS: list[SqliteFunction] = []
"""What every connection opened from now on knows."""


def register(name: str, argument_count: int, function: Callable[..., SqliteValue]) -> None:
    """Make a deterministic function known to the SQLite connections opened from now on.

    Args:
        name: as SQL calls it.
        argument_count: how many arguments it takes, -1 for any number.
        function: given and returning what SQLite stores; an exception fails the statement.
    """
    SQLITE_FUNCTIONS.append(SqliteFunction(name, argument_count, function))
