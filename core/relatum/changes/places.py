"""Places: where somebody stands who follows changes, as cursors that only this installation can read.

A place names positions, and those count the changes of hidden records as well; and it remembers by which roles its
holder was told. So places are sealed, with a key that is drawn once per database and kept in it. The same place has the
same cursor.
"""

import os
from dataclasses import dataclass
from functools import cache
from struct import Struct
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import MetaData, bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from relatum.changes.cursors import SEALED_BYTES, checked, is_sealed, resolved, unit_of
from relatum.changes.sequencer import end_of_log
from relatum.connections.interface import Connection, Connections
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum.tables import fixed
from relatum_schemas.errors import BadCursor

_KEY_BYTES: Final = 32
_NAME: Final = "cursor_key"
_FORM: Final = Struct(">cQQ16s16s")
_NOBODY: Final = UUID(int=0)
_ABOUT: Final = [b"a place in the change log"]
_SETTING: Final = fixed.setting(MetaData())

assert _FORM.size + 16 == SEALED_BYTES


@dataclass(frozen=True)
class Place:
    """Where somebody stands who follows changes.

    Attributes:
        base: the position up to which all was told.
        until: the position up to which it is being told what left since the base, then the lines in between; None when
            nothing is.
        left: the last record that was told to have left, in the order of ids.
        line: the position of the last line that was told, or after which lines begin, once all that left was told.
        roles: by which all was told so far; None where that is not known.
    """

    base: int
    until: int | None = None
    left: UUID | None = None
    line: int | None = None
    roles: frozenset[str] | None = None


class Places:
    """Places as cursors, and cursors as places, of one database."""

    def __init__(self, key: bytes) -> None:
        """Seal with a key."""
        self._seal = AESSIV(key)

    def cursor(self, place: Place, who: UUID | None = None) -> str:
        """The cursor of a place, for its holder."""
        until = place.base if place.until is None else place.until
        if place.left is not None:
            kind, last = b"r", place.left.bytes
        else:
            kind, last = b"l", (until if place.line is None else place.line).to_bytes(16, "big")
        holder = _NOBODY if place.roles is None else who or _NOBODY
        roles = "\n".join(sorted(place.roles or ())).encode()
        plain = _FORM.pack(kind, place.base, until, last, holder.bytes)
        return self._seal.encrypt(plain + roles, _ABOUT).hex()

    def place(self, cursor: str, who: UUID | None = None) -> Place:
        """The place of a sealed cursor; the roles are told to its holder only.

        Raises:
            BadCursor: it was not sealed here.
        """
        try:
            plain = self._seal.decrypt(bytes.fromhex(cursor), _ABOUT)
        except InvalidTag as forged:
            raise BadCursor("The cursor is damaged.", hint="Give it as it was.") from forged
        kind, base, until, last, holder = _FORM.unpack(plain[: _FORM.size])
        own = who is not None and holder == who.bytes
        named = plain[_FORM.size :].decode().split("\n")
        roles = frozenset(filter(None, named)) if own else None
        if kind == b"r":
            return Place(base, until, left=UUID(bytes=last), roles=roles)
        line = int.from_bytes(last, "big")
        if line == until:
            return Place(until, roles=roles)
        return Place(base, until, line=line, roles=roles)


_known: WeakKeyDictionary[Connections, Places] = WeakKeyDictionary()


async def places_of(connections: Connections) -> Places:
    """The places of a database; its key is drawn when the first of them is asked for."""
    known = _known.get(connections)
    if known is None:
        async with connections.reading() as connection:
            kept = await _kept_key(connection)
        if kept is None:
            async with connections.writing() as connection:
                kept = await _drawn_key(connection)
        known = _known[connections] = Places(kept)
    return known


async def cursor_now(connection: Connection) -> str:
    """The cursor after all that has a position, as a unit of work under way sees it that wrote nothing itself.

    Args:
        connection: in the unit's transaction.
    """
    end, _ = await end_of_log(connection)
    return Places(await _drawn_key(connection)).cursor(Place(end))


async def place_of(connections: Connections, cursor: object, who: UUID | None = None) -> Place:
    """The place for which a cursor of changes stands.

    A line stands for its whole unit of work: nobody has seen the state in the midst of one.

    Args:
        connections: to the database.
        cursor: as it was given out.
        who: the record of whoever holds it.

    Raises:
        BadCursor: it is damaged, or names nothing that this database has.
        DatabaseUnavailable: nobody numbered its lines in time.
    """
    given = checked(cursor)
    if is_sealed(given):
        return (await places_of(connections)).place(given, who)
    line = await resolved(connections, given)
    unit = unit_of(given)
    until = line if unit is None else await resolved(connections, unit)
    return Place(line) if until == line else Place(line, until, line=line)


async def position_of(connections: Connections, cursor: object) -> int:
    """The position of the last line that was told to whoever stands at a cursor.

    Raises:
        BadCursor: it is damaged, or names nothing that this database has.
        DatabaseUnavailable: nobody numbered its lines in time.
    """
    given = checked(cursor)
    if not is_sealed(given):
        return await resolved(connections, given)
    place = (await places_of(connections)).place(given)
    return place.base if place.line is None else place.line


async def _kept_key(connection: Connection) -> bytes | None:
    kept: list[Any] = await connection.rows(_kept(connection.dialect), {})
    return bytes.fromhex(kept[0][0]) if kept else None


async def _drawn_key(connection: Connection) -> bytes:
    """The key of the database, drawn now if it never was."""
    kept = await _kept_key(connection)
    if kept is None:
        drawn = os.urandom(_KEY_BYTES).hex()
        await connection.execute(_keep(connection.dialect), {"value": drawn})
        kept = await _kept_key(connection)
    assert kept is not None
    return kept


@cache
def _kept(dialect: DialectName) -> Prepared:
    setting = _SETTING.c
    named = setting.name == bindparam("setting_name", _NAME, type_=setting.name.type)
    return prepare(select(setting.value).where(named), dialect)


@cache
def _keep(dialect: DialectName) -> Prepared:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    setting = _SETTING.c
    row = {
        "name": bindparam("setting_name", _NAME, type_=setting.name.type),
        "value": bindparam("value", type_=setting.value.type),
    }
    return prepare(insert(_SETTING).values(row).on_conflict_do_nothing(), dialect)
