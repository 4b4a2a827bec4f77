"""Values that are not simply shown: those whose reading is noted, and those that are encrypted.

A statement puts such a value into its answer with the record that it is of, between marks that are drawn anew for each
call. `opened` takes them out again: it decrypts what is encrypted, leaves the value alone where it stood, and tells of
which records what was read. It goes over the answer's bytes once, however many values there are.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import case

from relatum.access import classes_of
from relatum.catalogue.model import Catalogue, Field, RecordType
from relatum.connections.types import PlainText
from relatum.reading.context import Context, Used
from relatum.reading.rows import Row, SharedRow, Value
from relatum.reading.sql import Json, Sql
from relatum.sealing import Keyring, field_places, needed
from relatum_schemas.kinds import Encrypted, Identity

MARK: Final = "private_mark"
"""The bind that separates private values from all others."""


@dataclass(frozen=True)
class Opened:
    """An answer as it leaves, and what was read for it: by field, the records whose values it shows."""

    answer: bytes
    read: Mapping[Used, frozenset[UUID]]


def new_mark() -> str:
    """Return a mark that nothing in an answer can have by chance or on purpose."""
    return secrets.token_hex(16)


def noted(field: Field, record_type: RecordType) -> bool:
    """Return whether reading a field is noted."""
    return isinstance(field.kind, Encrypted) or bool(classes_of(field, record_type))


def use(field: Field, record_type: RecordType, *, context: Context) -> None:
    """Remember that a statement reads a field on somebody's behalf."""
    if not context.access.engine and noted(field, record_type):
        context.private.used.add(Used(record_type.name, field.name))


def use_of_several(types: Sequence[str], name: str, *, context: Context) -> None:
    """Remember that a statement reads a field of records of several types, as far as it is open."""
    for record_type in (context.catalogue.types[each] for each in types):
        field = record_type.all_fields.get(name)
        if field is None:
            continue
        grants = context.access.grants(context.catalogue, record_type.name, context.right)
        if any(
            context.access.holds(context.catalogue, each, field, record_type) for each in grants
        ):
            use(field, record_type, context=context)


def wrapped(shown: Sql, value: Value, row: Row, name: str, *, context: Context) -> Sql:
    """Return what a statement shows for a field: the value itself, or what `opened` finds it by."""
    if not is_private(row, name, context=context):
        return shown
    mark = context.binds.add(MARK, lambda moment: new_mark(), PlainText())
    number = context.dialect.constant(str(len(context.private.shown)))
    context.private.shown.append(name)
    type_name = row.type if isinstance(row, SharedRow) else context.dialect.constant(row.declared)
    whole: Json = context.dialect.object_of(
        [
            ("m", mark),
            ("n", number),
            ("t", type_name),
            ("i", context.dialect.shown(row.id, Identity())),
            ("v", shown),
            ("e", mark),
        ]
    )
    return case((value.presence, whole)) if value.nullable else whole


def is_private(row: Row, name: str, *, context: Context) -> bool:
    """Return whether a value of a row is wrapped when it is shown."""
    types = (context.catalogue.types[each] for each in row.types)
    fields = [(each.all_fields[name], each) for each in types if name in each.all_fields]
    if context.access.engine:
        return any(isinstance(field.kind, Encrypted) for field, _ in fields)
    return any(noted(field, record_type) for field, record_type in fields)


def opened(
    answer: bytes,
    mark: str,
    shown: Sequence[str],
    *,
    catalogue: Catalogue,
    keys: Keyring | None,
) -> Opened:
    """Return an answer with its private values opened.

    Args:
        answer: of the statement.
        mark: that it was given.
        shown: the names of the fields, as the statement counted them.
        catalogue: the types in force.
        keys: to decrypt with.

    Raises:
        KeyMissing, Unsealable: an encrypted value cannot be opened.
    """
    met: dict[tuple[bytes, bytes], _Met] = {}

    def one(found: re.Match[bytes]) -> bytes:
        number, type_name, record, value = found.groups()
        known = met.get((number, type_name))
        if known is None:
            record_type = catalogue.types[type_name.decode()]
            known = met[number, type_name] = _Met(record_type, shown[int(number)])
        record_id = UUID(record.decode())
        known.records.add(record_id)
        if known.places is None:
            return value
        return needed(keys).open(value.decode().strip('"'), known.places, record_id)

    plain = _pattern(mark).sub(one, answer)
    read: dict[Used, frozenset[UUID]] = {}
    for each in met.values():
        if each.noted:
            read[each.used] = read.get(each.used, frozenset()) | each.records
    return Opened(plain, read)


class _Met:
    """A field of a type whose values were met in an answer, and of which records."""

    def __init__(self, record_type: RecordType, name: str) -> None:
        field = record_type.all_fields[name]
        self.used = Used(record_type.name, name)
        self.noted = noted(field, record_type)
        self.records: set[UUID] = set()
        encrypted = isinstance(field.kind, Encrypted)
        self.places = field_places(field, record_type) if encrypted else None


def _pattern(mark: str) -> re.Pattern[bytes]:
    return re.compile(
        (
            rf'\{{\s*"m"\s*:\s*"{mark}"\s*,\s*"n"\s*:\s*"(\d+)"\s*,\s*"t"\s*:\s*"(\w+)"\s*,'
            rf'\s*"i"\s*:\s*"([0-9a-f-]{{36}})"\s*,\s*"v"\s*:\s*(.*?)\s*,\s*"e"\s*:\s*"{mark}"\s*\}}'
        ).encode(),
        re.DOTALL,
    )
