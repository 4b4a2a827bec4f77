"""Cursors of the change log: where a reader stands, as an opaque text that tells nothing of what others wrote.

A position counts all changes, those of hidden records too, so it never leaves this side of the wall. What does is named
by the unit of work and, for one line of it, by the beginning of the line's salted digest. Both are random, both stay when
a record is erased, and a unit's cursor can be given before anybody has numbered its lines.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select

from relatum.changes.sequencer import CHANGE, sequence
from relatum.changes.tidings import CHANNEL
from relatum.connections.interface import Connection, Connections
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum_schemas.errors import BadCursor, DatabaseUnavailable

BEGINNING: Final = "0" * 48
"""The cursor before the first line."""

DIGEST_BYTES: Final = 8
"""So much of a line's digest tells it from the other lines of its unit."""

WAIT_SECONDS: Final = 10.0
"""How long a unit's lines may take to be numbered."""

SEALED_BYTES: Final = 65
"""The least length of a cursor that is sealed (`relatum.changes.places`)."""

_UNIT_BYTES: Final = 16
_FORM: Final = re.compile("(?:[0-9a-f]{32}|[0-9a-f]{48}|(?:[0-9a-f]{2}){65,2000})")
_LONGEST_PAUSE: Final = 0.25


def cursor_of_unit(unit: UUID) -> str:
    """The cursor after all lines of a unit of work that wrote something, be they numbered yet or not."""
    return unit.hex


def cursor_of_line(unit: UUID, digest: bytes) -> str:
    """The cursor after one line: of its unit and its digest."""
    return unit.hex + digest[:DIGEST_BYTES].hex()


def checked(cursor: object) -> str:
    """Return a cursor that has the form of one.

    Raises:
        BadCursor: it has not.
    """
    if not isinstance(cursor, str) or not _FORM.fullmatch(cursor):
        raise _bad_cursor()
    return cursor


def is_sealed(cursor: str) -> bool:
    """Whether a cursor is one of a place, which is sealed."""
    return len(cursor) >= 2 * SEALED_BYTES


def unit_of(cursor: str) -> str | None:
    """The cursor of the whole unit of work of which a cursor names a line; None of what names no line."""
    if cursor == BEGINNING or len(cursor) != len(BEGINNING):
        return None
    return cursor[: 2 * _UNIT_BYTES]


async def cursor_at(connection: Connection, position: int) -> str:
    """The cursor after the last line that has this position or an earlier one."""
    rows: list[Any] = await connection.rows(_line_at(connection.dialect), {"position": position})
    return cursor_of_line(*rows[0]) if rows else BEGINNING


async def resolved(
    connections: Connections, cursor: object, *, seconds: float = WAIT_SECONDS
) -> int:
    """The position that a cursor stands for: 0 for the beginning.

    A unit's lines may wait for the sequencer still; where none is at work they are numbered here.

    Args:
        connections: to the database.
        cursor: as it was given out.
        seconds: how long to wait for the unit's lines to be numbered.

    Raises:
        BadCursor: it is damaged, or names nothing that this database has.
        DatabaseUnavailable: nobody numbered the lines in time.
    """
    given = checked(cursor)
    if given == BEGINNING:
        return 0
    if is_sealed(given):
        raise _bad_cursor()
    unit, digest = _read(given)
    position = await _position(connections, unit, digest)
    if position is not None:
        return position
    try:
        async with asyncio.timeout(seconds), connections.listen(CHANNEL) as told:
            while True:
                await sequence(connections)
                position = await _position(connections, unit, digest)
                if position is not None:
                    return position
                await _news(told)
    except TimeoutError as late:
        raise DatabaseUnavailable(
            f"The change has had no position for {seconds:g} seconds.",
            hint="Try again in a moment. Somebody holds the numbering of changes and is not at it.",
        ) from late


async def _news(told: AsyncIterator[str]) -> None:
    """Wait for a message, or for so long that what a lost one had said is worth a look."""
    try:
        async with asyncio.timeout(_LONGEST_PAUSE):
            await anext(told)
    except TimeoutError:
        return


async def _position(connections: Connections, unit: UUID, digest: bytes | None) -> int | None:
    async with connections.reading() as connection:
        statement = _lines_of(connections.dialect)
        lines: list[Any] = await connection.rows(statement, {"unit": unit})
    meant = [
        position for position, each in lines if digest is None or each[:DIGEST_BYTES] == digest
    ]
    if not meant:
        raise _bad_cursor()
    return None if None in meant else max(meant)


def _read(cursor: str) -> tuple[UUID, bytes | None]:
    """The unit and the beginning of the digest that a cursor names; no digest means all lines of the unit."""
    named = bytes.fromhex(cursor)
    return UUID(bytes=named[:_UNIT_BYTES]), named[_UNIT_BYTES:] or None


def _bad_cursor() -> BadCursor:
    return BadCursor(
        "This is not a cursor of changes that this service gave.",
        hint="Give a cursor of `changes` or the changeCursor of a mutation as it was, or leave it out.",
    )


@cache
def _lines_of(dialect: DialectName) -> Prepared:
    line = CHANGE.c
    of_unit = line.unit_id == bindparam("unit", type_=line.unit_id.type)
    return prepare(select(line.position, line.digest).where(of_unit), dialect)


@cache
def _line_at(dialect: DialectName) -> Prepared:
    line = CHANGE.c
    reached = line.position <= bindparam("position", type_=line.position.type)
    found = select(line.unit_id, line.digest).where(reached)
    return prepare(found.order_by(line.position.desc()).limit(1), dialect)
