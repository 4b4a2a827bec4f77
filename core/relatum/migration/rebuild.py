"""Folded texts and search words made again for records that are there.

They follow from the records' texts, the types' markers and the rules of `relatum.text`. For each
type the table `setting` keeps by which of these they were made, so what is stale is known, and
only that is made again: in batches, each a transaction of its own, going on after the last one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Column, Table, bindparam, delete, insert, select, tuple_, update

from relatum.catalogue.model import Catalogue, RecordType
from relatum.connections import Connection, Connections, any_of, prepare
from relatum.tables import Tables, build_tables, key_name
from relatum.text import FOLD_VERSION, fold
from relatum.writing.forms import Form, folded_label

BATCH: Final = 1_000
"""Records of one transaction."""

Rows = list[tuple[object, ...]]


@dataclass(frozen=True)
class _Making:
    """What is made again for one type."""

    form: Form
    table: Table
    tables: Tables

    @property
    def texts(self) -> list[Column[Any]]:
        """The columns of all texts that something is made of."""
        return [self.table.c[each.column] for each in _text_fields(self.form.type)]

    @property
    def setting(self) -> str:
        """Where it is kept how far this is."""
        return f"text.{self.form.name}.{self.table.name}"


def made_by(record_type: RecordType) -> str:
    """Return what a type's folded texts and search words follow from, as `setting` keeps it."""
    marks = {
        "label": (each.name for each in record_type.stored_fields if each.label),
        "searchable": (each.name for each in record_type.stored_fields if each.searchable),
        "folded": (each.name for each in record_type.stored_fields if each.folded),
    }
    return " ".join([FOLD_VERSION, *(f"{mark}={','.join(of)}" for mark, of in marks.items())])


async def stale_text(connections: Connections, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the names of the types whose folded texts and search words are to be made again."""
    setting = build_tables(catalogue).setting
    kept = prepare(select(setting.c.name, setting.c.value), connections.dialect)
    async with connections.reading() as connection:
        made = set(await connection.rows(kept, {}))
    return tuple(each.name for each in catalogue if (_setting(each), made_by(each)) not in made)


async def rebuild_text(
    connections: Connections, catalogue: Catalogue, types: Collection[str] | None = None
) -> tuple[str, ...]:
    """Make folded texts and search words again, and return the types for which it was done.

    It may be interrupted, and goes on where it was; others may read and write meanwhile.

    Args:
        connections: to a migrated database.
        catalogue: the types in force.
        types: names of the types; those that are stale by default.
    """
    names = await stale_text(connections, catalogue) if types is None else tuple(types)
    tables = build_tables(catalogue)
    for name in names:
        form = Form(catalogue.record_type(name))
        for table in (tables.current[name], tables.version[name]):
            await _remake(connections, _Making(form, table, tables))
        async with connections.writing() as connection:
            await _keep(connection, tables, _setting(form.type), made_by(form.type))
            for table in (tables.current[name], tables.version[name]):
                await _keep(connection, tables, _Making(form, table, tables).setting, None)
    return names


def _setting(record_type: RecordType) -> str:
    return f"text.{record_type.name}"


async def _remake(connections: Connections, making: _Making) -> None:
    more = True
    while more:
        async with connections.writing() as connection:
            more = await _remake_batch(connection, making)


async def _remake_batch(connection: Connection, making: _Making) -> bool:
    """Make one batch, and return whether there may be another."""
    begin = await _kept(connection, making)
    rows = await connection.rows(prepare(_batch(making, begin), connection.dialect), {})
    if not rows:
        return False
    contents = [_content(making, row) for row in rows]
    await _write_keys(connection, making, rows, contents)
    if making.table is making.tables.current[making.form.name]:
        identities = [cast(UUID, row[0]) for row in rows]
        await _write_labels(connection, making, identities, contents)
        await _write_words(connection, making, identities, contents)
    last = rows[-1]
    await _keep(connection, making.tables, making.setting, f"{last[0]} {last[1]}")
    return len(rows) == BATCH


def _batch(making: _Making, begin: tuple[UUID, int] | None) -> Any:
    columns = making.table.c
    statement = select(columns.id, columns.version, *making.texts)
    if begin is not None:
        identity, version = begin
        after = tuple_(columns.id, columns.version) > tuple_(
            bindparam("identity", identity, columns.id.type, unique=True),
            bindparam("version", version, columns.version.type, unique=True),
        )
        statement = statement.where(after)
    return statement.order_by(columns.id, columns.version).limit(BATCH).with_for_update()


def _text_fields(record_type: RecordType) -> list[Any]:
    return [
        each for each in record_type.stored_fields if each.folded or each.label or each.searchable
    ]


def _content(making: _Making, row: tuple[object, ...]) -> list[object]:
    """The record's values as the writing room has them, texts only."""
    content: list[object] = [None] * len(making.form.fields)
    for field, text in zip(_text_fields(making.form.type), row[2:], strict=True):
        content[making.form.positions[field.name]] = text
    return content


async def _write_keys(
    connection: Connection, making: _Making, rows: Rows, contents: list[list[object]]
) -> None:
    folded = [each for each in making.form.fields if each.folded]
    if not folded:
        return
    columns = making.table.c
    statement = (
        update(making.table)
        .where(columns.id == bindparam("of"), columns.version == bindparam("numbered"))
        .values({key_name(each): bindparam(f"key_{each.column}") for each in folded})
    )
    at = {each.column: making.form.positions[each.name] for each in folded}
    await connection.execute_many(
        prepare(statement, connection.dialect),
        (
            {
                "of": row[0],
                "numbered": row[1],
                **{f"key_{column}": _fold(content[place]) for column, place in at.items()},
            }
            for row, content in zip(rows, contents, strict=True)
        ),
    )


def _fold(text: object) -> str | None:
    return None if text is None else fold(str(text))


async def _write_labels(
    connection: Connection,
    making: _Making,
    identities: list[UUID],
    contents: list[list[object]],
) -> None:
    record = making.tables.record
    statement = (
        update(record)
        .where(record.c.id == bindparam("of"))
        .values(label=bindparam("called"), label__key=bindparam("folded"))
    )
    await connection.execute_many(
        prepare(statement, connection.dialect),
        (
            {"of": identity, "called": label, "folded": folded_label(label)}
            for identity, label in zip(identities, map(making.form.label, contents), strict=True)
        ),
    )


async def _write_words(
    connection: Connection,
    making: _Making,
    identities: list[UUID],
    contents: list[list[object]],
) -> None:
    search = making.tables.search
    former = delete(search).where(any_of(search.c.record_id, "identities"))
    await connection.execute(prepare(former, connection.dialect), {"identities": identities})
    found = (
        (identity, making.form.name, *row)
        for identity, content in zip(identities, contents, strict=True)
        for row in making.form.search_rows(content)
    )
    names = ("record_id", "type", "field", "is_label", "tokens")
    await connection.copy(search, names, found)


async def _kept(connection: Connection, making: _Making) -> tuple[UUID, int] | None:
    setting = making.tables.setting
    statement = select(setting.c.value).where(setting.c.name == bindparam("of"))
    rows = await connection.rows(prepare(statement, connection.dialect), {"of": making.setting})
    if not rows:
        return None
    identity, version = str(rows[0][0]).split()
    return UUID(identity), int(version)


async def _keep(connection: Connection, tables: Tables, name: str, value: str | None) -> None:
    setting = tables.setting
    former = delete(setting).where(setting.c.name == bindparam("of"))
    await connection.execute(prepare(former, connection.dialect), {"of": name})
    if value is not None:
        kept = prepare(insert(setting), connection.dialect)
        await connection.execute(kept, {"name": name, "value": value})
