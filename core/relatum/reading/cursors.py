"""Cursors: where a row stands in an order, as an opaque text.

A cursor is the hexadecimal form of the JSON list ``[1, digest of the order, values of its keys..., id]``. The database
forms it (see `Dialect.hexadecimal`); here it is read.
"""

import hashlib
from collections.abc import Iterable
from typing import Final, TypeAlias

import orjson

from relatum_schemas.errors import BadCursor

VERSION: Final = 1
_HEADER: Final = 2

Outline: TypeAlias = tuple[bool, ...]
"""Of a value that decides a statement's form: there is one; of a cursor: which of its keys are missing, too."""


def order_digest(parts: Iterable[str]) -> str:
    """Return what tells one order from another."""
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:8]


def outline(value: object) -> Outline | None:
    """Return the outline of a value, None when it is missing."""
    if value is None:
        return None
    try:
        return tuple(key is None for key in _listed(value)[_HEADER:])
    except BadCursor:
        return ()


def read_cursor(value: object, digest: str, length: int) -> list[object]:
    """Return the values that a cursor holds.

    Args:
        value: the cursor as it was given.
        digest: of the order in which it is used.
        length: how many values it has to hold.

    Raises:
        BadCursor: it is damaged, of another version, or of another order.
    """
    version, marked, *values = _listed(value)
    if version != VERSION:
        raise BadCursor("The cursor is of another version of this service.", hint=_WAY_OUT)
    if marked != digest or len(values) != length:
        raise BadCursor("The cursor belongs to another order or field.", hint=_WAY_OUT)
    return values


_WAY_OUT: Final = "Begin at the first page, with the cursors that it gives."


def _listed(value: object) -> list[object]:
    try:
        listed = orjson.loads(bytes.fromhex(value)) if isinstance(value, str) else None
    except ValueError:
        listed = None
    if not isinstance(listed, list) or len(listed) <= _HEADER:
        raise BadCursor("This is not a cursor that this service gave.", hint=_WAY_OUT)
    return listed
