"""Policies in statements: which rows there are for a principal, and which of their fields.

There is one predicate, put where a row of a type enters a statement (`type_row`): lists, ends, filters, counts, walks and
search all meet the same rows. A field that only some grants open is masked row by row, wherever it is used.

A guard states conditions, and conditions meet guarded rows: the circle is closed by `Context.judge`.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import false, or_

from relatum.access import ALWAYS_SHOWN, Grant, holds_field
from relatum.catalogue.model import Field, RelationshipType
from relatum.reading.context import PRESENT, Context
from relatum.reading.rows import TypeRow
from relatum.reading.sql import Predicate, Sql, exists
from relatum.reading.times import moment
from relatum_schemas.kinds import Instant
from relatum_schemas.policy import HISTORY, READ


def type_row(type_name: str, *, context: Context) -> TypeRow:
    """Return a row of a concrete type: of its table, at the clock's recorded time, and readable."""
    record_type = context.catalogue.types[type_name]
    columns = context.table(record_type)
    row = TypeRow(declared=type_name, types=(type_name,), columns=columns, record_type=record_type)
    where: list[Predicate] = []
    if context.recorded:
        known = moment(context.clock.recorded_at, unit=Instant(), context=context)
        where += [columns.c.recorded_from <= known, known < columns.c.recorded_to]
    return replace(row, where=(*where, *_guard(row, context=context)))


def _guard(row: TypeRow, *, context: Context) -> list[Predicate]:
    """What makes a row readable; nothing when all rows of its type are."""
    each = [any_grant(grants, row, context=context) for grants in _grants(row.declared, context)]
    return [predicate for predicate in each if predicate is not None]


def any_grant(grants: Sequence[Grant], row: TypeRow, *, context: Context) -> Predicate | None:
    """Return whether one of the grants opens a row, judged now, on the record as it is; None when any row."""
    if any(grant.unconditional for grant in grants):
        return None
    if not grants:
        return false()
    if not context.recorded:
        return or_(*(_granted(grant, row, context) for grant in grants))
    present = type_row_unguarded(row.declared, context=context)
    judged = or_(*(_granted(grant, present, context) for grant in grants))
    return exists(present.columns, present.id == row.id, judged)


def type_row_unguarded(type_name: str, *, context: Context) -> TypeRow:
    """Return a row of a concrete type as it is now, whoever asks."""
    return type_row(type_name, context=context.judged(type_name))


def _granted(grant: Grant, row: TypeRow, context: Context) -> Predicate:
    judged = context.judged(row.declared)
    stated: list[Predicate] = []
    if grant.condition is not None:
        stated.append(context.judge(grant.condition, row, context=judged))
    if grant.both_ends:
        stated += _both_ends(row, context)
    first, *others = stated
    for other in others:
        first = first & other
    return first


def _both_ends(row: TypeRow, context: Context) -> list[Predicate]:
    relationship = row.record_type
    assert isinstance(relationship, RelationshipType)
    if row.declared in context.judging:
        return [false()]
    reading = replace(context, clock=PRESENT, right=READ, judging=context.judging | {row.declared})
    sides = (
        (row.columns.c.source_id, relationship.source),
        (row.columns.c.target_id, relationship.target),
    )
    judged = (readable(end, side.types, context=reading) for end, side in sides)
    return [predicate for predicate in judged if predicate is not None] or [row.id.is_not(None)]


def readable(
    record_id: Sql, types: Sequence[str], *, context: Context, type_column: Sql | None = None
) -> Predicate | None:
    """Return whether a record of one of these types may be read; None when all of them may.

    Args:
        record_id: the record.
        types: what it may be.
        context: for whom.
        type_column: the name of its type, where a row in scope tells it.
    """
    opened, judged = _opened(types, context)
    if len(opened) == len(types):
        return None
    parts: list[Predicate] = [
        exists(row.columns, row.id == record_id, *row.where)
        for row in (type_row(name, context=context) for name in judged)
    ]
    if opened and type_column is not None:
        parts.append(of_types(type_column, opened, context=context))
    elif opened:
        record = context.aliases.of(context.tables.record, "record")
        listed = of_types(record.c.type, opened, context=context)
        parts.append(exists(record, record.c.id == record_id, listed))
    return or_(*parts) if parts else false()


def _opened(types: Sequence[str], context: Context) -> tuple[list[str], list[str]]:
    """The types of which every record may be read, and those of which some may."""
    opened: list[str] = []
    judged: list[str] = []
    for name in types:
        if open_to_all(name, context=context):
            opened.append(name)
        elif all(_grants(name, context)):
            judged.append(name)
    return opened, judged


def open_to_all(type_name: str, *, context: Context) -> bool:
    """Return whether every record of a type may be read."""
    return all(
        any(grant.unconditional for grant in grants) for grants in _grants(type_name, context)
    )


def _grants(type_name: str, context: Context) -> list[Sequence[Grant]]:
    """What is granted on a type, by each right that reading it takes."""
    rights = [context.right, HISTORY] if context.recorded else [context.right]
    return [context.access.grants(context.catalogue, type_name, right) for right in rights]


def of_types(type_column: Sql, types: Sequence[str], *, context: Context) -> Predicate:
    """Return whether a type is one of these."""
    if not types:
        return false()
    return type_column.in_([context.dialect.constant(name) for name in types])


def hidden(row: TypeRow, field: Field, *, context: Context) -> bool:
    """Return whether no grant opens a field: it does not exist for the principal."""
    return field.name not in ALWAYS_SHOWN and not _holding(row, field, context)


def mask(row: TypeRow, field: Field, *, context: Context) -> Predicate | None:
    """Return on which readable rows a field is open; None when on all of them."""
    if field.name in ALWAYS_SHOWN:
        return None
    holding = _holding(row, field, context)
    grants = context.access.grants(context.catalogue, row.declared, context.right)
    if len(holding) == len(grants):
        return None
    return any_grant(holding, row, context=context)


def _holding(row: TypeRow, field: Field, context: Context) -> list[Grant]:
    grants = context.access.grants(context.catalogue, row.declared, context.right)
    return [grant for grant in grants if holds_field(grant, field, row.record_type)]
