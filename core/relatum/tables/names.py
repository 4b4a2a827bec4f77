"""Names of constraints and indexes: speaking, unique in the database, never too long."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final, Literal

LONGEST: Final = 63
"""Bytes of an identifier that PostgreSQL keeps; what is beyond it cuts off silently."""

_DIGITS: Final = 8

Purpose = Literal["pk", "fk", "uq", "ck", "ix"]


def shortened(name: str, *, longest: int = LONGEST) -> str:
    """Return a name of at most `longest` bytes: itself, or its beginning and a digest of it all."""
    if len(name) <= longest:
        return name
    digest = sha256(name.encode()).hexdigest()[:_DIGITS]
    return f"{name[: longest - _DIGITS - 1]}_{digest}"


def constraint_name(purpose: Purpose, table: str, parts: Iterable[str] = ()) -> str:
    """Return the name of a constraint or index of a table, told apart by the columns it is on."""
    return shortened("__".join([f"{purpose}_{table}", *parts]))
