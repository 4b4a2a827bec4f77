"""Names of indexes and constraints: speaking, never too long, and none the worse for a rename.

Index names are unique in the database and begin with the table's name: they are made anew when it
is renamed. Constraint names are unique in their table and do not mention it. Primary keys have
none: PostgreSQL names their indexes itself, without clashes.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

LONGEST: Final = 63
"""Bytes of an identifier that PostgreSQL keeps; what is beyond it cuts off silently."""

_DIGITS: Final = 8


PARKED: Final = "parked__"
"""What begins with this, a table or a column, holds what was removed and is kept; nothing that is declared does."""


def shortened(name: str, *, longest: int = LONGEST) -> str:
    """Return a name of at most `longest` bytes: itself, or its beginning and a digest of it all."""
    if len(name) <= longest:
        return name
    digest = sha256(name.encode()).hexdigest()[:_DIGITS]
    return f"{name[: longest - _DIGITS - 1]}_{digest}"


def index_name(table: str, parts: Iterable[str], *, unique: bool = False) -> str:
    """Return the name of an index of a table, told apart by the columns it is on."""
    return shortened("__".join([f"{'uq' if unique else 'ix'}_{table}", *parts]))


def reference_name(column: str) -> str:
    """Return the name of a column's foreign key."""
    return shortened(f"fk_{column}")


def check_name(rule: str) -> str:
    """Return the name of a table's check."""
    return shortened(f"ck_{rule}")
