"""What a line of the change log shows: its facts, and the records that it leads to."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from sqlalchemy import and_, case, func, or_, true

from relatum.catalogue.model import RECORD, Field, RelationshipType
from relatum.connections.types import FOREVER, PlainText
from relatum.reading.context import Context
from relatum.reading.cuts import GONE
from relatum.reading.guards import hidden, mask, of_types, readable, type_row
from relatum.reading.outputs import entries_of, record_shown
from relatum.reading.rows import Far, LineRow, TypeRow
from relatum.reading.sql import Json, Predicate, Sql, exists, rows_of, value_from
from relatum.reading.touched import touched
from relatum_schemas.errors import BadSelection, UnknownField
from relatum_schemas.kinds import Identity, Instant
from relatum_schemas.kinds import Json as JsonKind
from relatum_schemas.policy import HISTORY, READ
from relatum_schemas.selection import (
    AcrossOutput,
    ChangedOutput,
    CursorOutput,
    FieldOutput,
    Output,
    SelfOutput,
    TextOutput,
)

_ENDS: Final = ("source", "target")
"""What lines of ties say of ends that were moved, besides the fields."""


def shown_of(output: Output | SelfOutput, row: LineRow, *, context: Context) -> Sql:
    """Return what an output shows of a line.

    Raises:
        UnknownField, BadSelection: lines have no such thing.
    """
    match output:
        case TextOutput(text=text):
            return context.dialect.constant(text)
        case FieldOutput(field=name):
            return _fact(name, row, context)
        case CursorOutput():
            return cursor_of(row, context=context)
        case SelfOutput(outputs=outputs):
            return context.dialect.object_of(entries_of(row, outputs, context=context))
        case AcrossOutput(across=across, outputs=outputs):
            return _record(across, row, outputs, context)
        case ChangedOutput() if row.subject is not None:
            return touched(output, row, context=context)
    raise BadSelection("Lines of the change log do not have that.")


def cursor_of(row: LineRow, *, context: Context) -> Sql:
    """Return the cursor of a line."""
    return context.dialect.line_cursor(row.columns.c.unit_id, row.columns.c.digest)


def _fact(name: str, row: LineRow, context: Context) -> Sql:
    """A fact of a line.

    Raises:
        UnknownField: there is no such fact.
    """
    line, unit, dialect = row.columns.c, row.unit.c, context.dialect
    match name:
        case "cursor":
            return cursor_of(row, context=context)
        case "type" | "version":
            return line[name]
        case "record_id":
            return dialect.shown(line.record_id, Identity())
        case "unit":
            return dialect.shown(line.unit_id, Identity())
        case "operation":
            return func.upper(line.operation, type_=PlainText())
        case "recorded_at":
            return dialect.shown(unit.recorded_at, Instant())
        case "recorded_to" if row.subject is not None:
            return _recorded_to(row, context)
        case "fields":
            return _fields(row, context)
        case "origin" | "purpose" | "reason":
            return _historic(unit[name], row, context)
    raise UnknownField(f"A change has no {name!r}.", path=name)


def _historic(value: Sql, row: LineRow, context: Context) -> Sql:
    """A value, for those who may read the record's history."""
    if row.subject is not None:
        return value
    line = row.columns.c
    asked = replace(context, right=HISTORY)
    types = [name for name in row.types if context.access.grants(context.catalogue, name, HISTORY)]
    opened = readable(line.record_id, row.types, context=asked, type_column=line.type)
    if opened is None:
        return value
    return case((and_(of_types(line.type, types, context=context), opened), value))


def _record(across: str, row: LineRow, outputs: Sequence[Output], context: Context) -> Json:
    """The record that a line is about, or one by whom or for whom it was written."""
    if across == "record":
        far = Far(id=row.columns.c.record_id, declared=RECORD, types=row.types)
        return record_shown(far, outputs, context=context)
    if across not in ("actor", "acted_for"):
        raise BadSelection(f"A change has no {across}.")
    entities = tuple(context.catalogue.entities)
    far = Far(id=row.unit.c[across], declared=RECORD, types=entities)
    reading = replace(context, right=READ)
    return _historic(record_shown(far, outputs, context=reading), row, context)


def _recorded_to(row: LineRow, context: Context) -> Sql:
    """Until when the version of a line was the last one; missing when it is, and of lines that end a record."""
    assert row.subject is not None
    line = row.columns.c
    versions = context.aliases.of(context.tables.version[row.subject.declared], "versions")
    same = (versions.c.id == line.record_id, versions.c.version == line.version)
    until = case((versions.c.recorded_to < FOREVER, versions.c.recorded_to))
    written = line.operation.not_in([context.dialect.constant(name) for name in GONE])
    found = value_from(rows_of(versions, *same, written), until)
    return context.dialect.shown(found, Instant())


def _fields(row: LineRow, context: Context) -> Json:
    """The names of the fields that a line touched, as far as they may be read."""
    line = row.columns.c
    if context.access.engine:
        return context.dialect.codes_among(line.fields, lambda name: true())
    branches = [
        (
            line.type == context.dialect.constant(name),
            context.dialect.codes_among(
                line.fields, partial(_open_name, name, line.record_id, context)
            ),
        )
        for name in row.types
    ]
    return case(*branches) if branches else context.dialect.missing(JsonKind())


def _open_name(type_name: str, record_id: Sql, context: Context, name: Sql) -> Predicate:
    """Whether a name is that of a field that may be read on a record."""
    record = type_row(type_name, context=context)
    always = list(_ENDS) if isinstance(record.record_type, RelationshipType) else []
    judged: list[Predicate] = []
    for field in _named_fields(record):
        if hidden(record, field, context=context):
            continue
        opened = mask(record, field, context=context)
        if opened is None:
            always.append(field.name)
        else:
            on_record = exists(record.columns, record.id == record_id, *record.where, opened)
            judged.append(and_(name == context.dialect.constant(field.name), on_record))
    return or_(of_types(name, always, context=context), *judged)


def _named_fields(row: TypeRow) -> Iterator[Field]:
    """The fields that lines about a type may name."""
    for field in row.record_type.all_fields.values():
        if not field.built_in or field.name in ("valid_from", "valid_to"):
            yield field
