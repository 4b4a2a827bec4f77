"""Brings encrypted values under the key in force: what former keys sealed, and what was stored before it was encrypted.

Rows are taken in batches, each in a short transaction, while others go on reading and writing. A value that somebody has
changed meanwhile was sealed with the key in force already, and stays as it is.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ClauseElement,
    ColumnElement,
    Table,
    and_,
    bindparam,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from relatum.catalogue.model import Field
from relatum.connections.interface import Connection
from relatum.connections.types import PlainText
from relatum.sealing import Keyring, Sealed, needed, prefix_of, sealed_with
from relatum.tables.columns import BIG_INTEGER, LOOKUP, part_name
from relatum.writing.forms import Form, seal_value
from relatum.writing.plan import Plan, plan_for
from relatum.writing.storage import Storage
from relatum_schemas.errors import RelatumError
from relatum_schemas.kinds import Encrypted, EncryptedLookup

BATCH: Final = 500
_FIRST: Final = UUID(int=0)


async def reseal(storage: Storage) -> int:
    """Seal all encrypted values with the key in force, and return in how many rows that changed something.

    Raises:
        KeyMissing: a key is not there.
        Unsealable: a value cannot be opened; its path names type, field and record.
    """
    keys = needed(storage.keys)
    plan = plan_for(storage.catalogue, storage.tables, storage.connections.dialect)
    changed = 0
    for form in plan.forms.values():
        if form.encrypted:
            for table in (plan.tables.current[form.name], plan.tables.version[form.name]):
                changed += await _resealed(storage, plan, keys, form, table)
    return changed


async def _resealed(storage: Storage, plan: Plan, keys: Keyring, form: Form, table: Table) -> int:
    changed, record, version = 0, _FIRST, 0
    while True:
        given = {
            "record": record, "after": version, "most": BATCH, "sealed": prefix_of(keys.current) + "%"
        }  # fmt: skip
        async with storage.connections.writing() as connection:
            rows: list[Any] = await connection.rows(plan.prepared(_stale, form, table), given)
            for record, version, *texts in rows:
                await _put(connection, plan, keys, form, table, (record, version), texts)
        changed += len(rows)
        if len(rows) < BATCH:
            return changed


async def _put(
    connection: Connection,
    plan: Plan,
    keys: Keyring,
    form: Form,
    table: Table,
    place: tuple[UUID, int],
    texts: Sequence[str | None],
) -> None:
    record, version = place
    for (_, field), text in zip(form.encrypted, texts, strict=True):
        if text is None or sealed_with(text) == keys.current:
            continue
        try:
            sealed = _anew(keys, form, field, record, text)
        except RelatumError as error:
            raise error.at(form.name, field.name, str(record)) from None
        values = {"record": record, "at": version, "old": text, "new": sealed.text}
        if isinstance(field.kind, EncryptedLookup):
            values["digest"] = sealed.lookup
        await connection.execute(plan.prepared(_replace, table, field.column, form), values)


def _anew(keys: Keyring, form: Form, field: Field, record: UUID, text: str) -> Sealed:
    value: object = Sealed(record, text)
    if sealed_with(text) is None:
        assert isinstance(field.kind, Encrypted)
        value = field.kind.parse(text)
    return seal_value(keys, value, field, form.type, record)


def _stale(plan: Plan, form: Form, table: Table) -> ClauseElement:
    columns = [table.c[field.column] for _, field in form.encrypted]
    sealed = bindparam("sealed", type_=PlainText())
    stale: list[ColumnElement[bool]] = [
        and_(column.is_not(None), not_(column.like(sealed))) for column in columns
    ]
    after = tuple_(table.c.id, table.c.version) > tuple_(
        bindparam("record", type_=table.c.id.type), bindparam("after", type_=BIG_INTEGER)
    )
    return (
        select(table.c.id, table.c.version, *columns)
        .where(after, or_(*stale))
        .order_by(table.c.id, table.c.version)
        .limit(bindparam("most", type_=BIG_INTEGER))
    )


def _replace(plan: Plan, table: Table, name: str, form: Form) -> ClauseElement:
    field = next(each for _, each in form.encrypted if each.column == name)
    column = table.c[name]
    values = {name: bindparam("new", type_=column.type)}
    if isinstance(field.kind, EncryptedLookup):
        values[part_name(field, LOOKUP)] = bindparam("digest", type_=column.type)
    return (
        update(table)
        .where(
            table.c.id == bindparam("record", type_=table.c.id.type),
            table.c.version == bindparam("at", type_=table.c.version.type),
            column == bindparam("old", type_=column.type),
        )
        .values(values)
    )
