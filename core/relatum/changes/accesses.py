"""The access log: what is no change of a record and must be known all the same. Append-only.

Any room notes what happens there, in the transaction in which it happens: sign-ins and failed ones, use of the system
principal, elevated actions, reads of sensitive fields, changes of roles and rules. Lines are digested, numbered and
chained as those of the change log are.
"""

import os
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final
from uuid import UUID

import orjson
from sqlalchemy import MetaData, bindparam, insert

from relatum.access.principal import Principal, looking_on
from relatum.changes import lines
from relatum.changes.numbering import end_of
from relatum.connections.encoding import instant_text, json_text
from relatum.connections.interface import Connection
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum.tables import identity

ACCESS_LOG: Final = identity.access_log(MetaData())

_WHILE_LOOKING: Final = frozenset(
    {"private_read", "exported", "elevated", "system_used", "looked_as", "looking_ended"}
)
"""What is noted of an administrator who looks as somebody else; nothing else is done so."""

_STAMPED: Final = ("position", "chain")
_COLUMNS: Final = tuple(
    column.name for column in ACCESS_LOG.c if column.name not in ("id", *_STAMPED)
)


def _insertion(dialect: DialectName) -> Prepared:
    columns = (*_COLUMNS, *_STAMPED) if dialect == "sqlite" else _COLUMNS
    values = {name: bindparam(name, type_=ACCESS_LOG.c[name].type) for name in columns}
    return prepare(insert(ACCESS_LOG).values(values), dialect)


_INSERTIONS: Final[Mapping[DialectName, Prepared]] = {
    "sqlite": _insertion("sqlite"),
    "postgresql": _insertion("postgresql"),
}


async def note(
    connection: Connection,
    principal: Principal,
    kind: str,
    *,
    at: datetime,
    type_name: str | None = None,
    record: UUID | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Append a line to the access log.

    Args:
        connection: in the transaction with which the line is kept or undone.
        principal: who did it.
        kind: what was done, such as ``signed_in``.
        at: when.
        type_name: of the record that it is about.
        record: that it is about.
        details: more, JSON-able; never secrets.

    Raises:
        Forbidden: an administrator only looks as the principal; each line but those of reading stands for what is done.
    """
    if principal.looking is not None:
        if kind not in _WHILE_LOOKING:
            raise looking_on()
        details = {**(details or {}), "looking": str(principal.looking)}
    line = {
        "recorded_at": at,
        "kind": kind,
        "actor": principal.id,
        "acted_for": principal.firm,
        "client": principal.client,
        "purpose": principal.purpose,
        "type": type_name,
        "record_id": record,
        "details": dict(details) if details else None,
    }
    salt = os.urandom(lines.SALT_BYTES)
    digest = access_digest(salt, **line)
    values: dict[str, object] = {**line, "salt": salt, "digest": digest}
    if connection.dialect == "sqlite":
        position, chain = await end_of(connection, ACCESS_LOG)
        values |= {"position": position + 1, "chain": lines.chained(chain, digest)}
    await connection.execute(_INSERTIONS[connection.dialect], values)


def access_digest(salt: bytes, **line: object) -> bytes:
    """Return the salted digest of a line, given by its columns."""
    said = [_said(name, value) for name, value in sorted(line.items())]
    return sha256(salt + orjson.dumps(said)).digest()


def _said(name: str, value: object) -> object:
    """A value of a line as its digest has it, the same whichever database gave it."""
    match value:
        case UUID():
            return value.hex
        case datetime():
            return instant_text(value)
    return json_text(value) if name == "details" and value is not None else value
