"""Policies in statements: which rows there are for a principal, and which of their fields.

There is one predicate, put where a row of a type enters a statement (`type_row`): lists, ends, filters, counts, walks and
search all meet the same rows. A field that only some grants open is masked row by row, wherever it is used.

It has two forms. Where the principal reaches few records of a type, they are gathered first (`relatum.reading.reach`),
and rows are looked up from them or found among them; else each row is put to the grants. A guard states conditions, and
conditions meet guarded rows: the circle is closed by `Context.judge` and `Context.reached`.
"""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import and_, false, or_

from relatum.access import ALWAYS_SHOWN, Grant
from relatum.catalogue.model import Field, RelationshipType
from relatum.reading.context import Context
from relatum.reading.cuts import known_at
from relatum.reading.rows import Entry, TypeRow
from relatum.reading.sql import Predicate, Sql, exists
from relatum.reading.times import moment
from relatum_schemas.kinds import Instant
from relatum_schemas.policy import HISTORY, READ


def type_row(type_name: str, *, entry: Entry = "judged", context: Context) -> TypeRow:
    """Return a row of a concrete type: of its table, at the clock's recorded time, and readable.

    Args:
        type_name: the type.
        entry: how the row enters: ``"begun"`` where nothing else leads to it, so that one begins at what the principal
            reaches, if that is little; ``"judged"`` where it was reached from elsewhere; ``"alone"`` where few are named.
        context: of the row.
    """
    record_type = context.catalogue.types[type_name]
    columns = context.table(record_type)
    row = TypeRow(
        declared=type_name,
        types=(type_name,),
        columns=columns,
        record_type=record_type,
        entry=entry,
    )
    where: list[Predicate] = []
    if context.cut is not None:
        where.append(known_at(context.cut, columns, context=context))
    elif context.recorded:
        known = moment(context.clock.recorded_at, unit=Instant(), context=context)
        where += [columns.c.recorded_from <= known, known < columns.c.recorded_to]
    row = replace(row, where=tuple(where))
    rights = _grants(type_name, context)
    if entry == "begun":
        row, rights = _begun(row, rights, context)
    guards = (any_grant(grants, row, context=context) for grants in rights)
    return replace(row, where=(*row.where, *(each for each in guards if each is not None)))


def _begun(
    row: TypeRow, rights: list[Sequence[Grant]], context: Context
) -> tuple[TypeRow, list[Sequence[Grant]]]:
    """A row looked up from what the principal reaches by one of the rights, and the other rights."""
    for grants in rights:
        if any(grant.unconditional for grant in grants):
            continue
        ids = context.reached(row.declared, grants, ties=True, context=context)
        if ids is not None:
            joined, where = context.dialect.begun(ids, row.columns, row.id)
            others = [each for each in rights if each is not grants]
            own = None if row.where or others else ids
            where = (*where, *row.where)
            return replace(row, joined=joined, where=where, begun=True, own=own), others
    return row, rights


def any_grant(grants: Sequence[Grant], row: TypeRow, *, context: Context) -> Predicate | None:
    """Return whether one of the grants opens a row, judged now, on the record as it is; None when any row."""
    if any(grant.unconditional for grant in grants):
        return None
    if not grants:
        return false()
    ids = None if row.entry == "alone" else context.reached(row.declared, grants, context=context)
    if ids is not None:
        return context.dialect.among(row.id, ids)
    if not context.recorded or context.cut is not None:
        return _any_granted(grants, row, context)
    present = type_row_unguarded(row.declared, context=context)
    judged = _any_granted(grants, present, context)
    return exists(present.columns, present.id == row.id, *([] if judged is None else [judged]))


def type_row_unguarded(type_name: str, *, context: Context) -> TypeRow:
    """Return a row of a concrete type as it is now, whoever asks."""
    return type_row(type_name, context=context.judged(type_name))


def _any_granted(grants: Sequence[Grant], row: TypeRow, context: Context) -> Predicate | None:
    opened: list[Predicate] = []
    for grant in grants:
        granted = _granted(grant, row, context)
        if granted is None:
            return None
        opened.append(granted)
    return or_(*opened)


def _granted(grant: Grant, row: TypeRow, context: Context) -> Predicate | None:
    """What a grant asks of a row; None where it asks for both ends, and all such records may be read."""
    judged = context.judged(row.declared)
    if row.entry == "begun" and row.declared in context.access.large:
        judged = replace(judged, way="each_row")
    stated: list[Predicate] = []
    if grant.condition is not None:
        stated.append(context.judge(grant.condition, row, context=judged))
    if grant.both_ends:
        stated += both_ends(row, context)
    return and_(*stated) if stated else None


def both_ends(row: TypeRow, context: Context) -> list[Predicate]:
    """Return whether both records of a tie may be read, as up to two predicates."""
    relationship = row.record_type
    assert isinstance(relationship, RelationshipType)
    if row.declared in context.judging:
        return [false()]
    judging = context.judging | {row.declared}
    reading = replace(context, clock=context.present, right=READ, judging=judging)
    sides = (
        (row.columns.c.source_id, relationship.source),
        (row.columns.c.target_id, relationship.target),
    )
    judged = (readable(end, side.types, context=reading) for end, side in sides)
    return [predicate for predicate in judged if predicate is not None]


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
    parts = [_readable_of(name, record_id, context) for name in judged]
    if opened and type_column is not None:
        parts.append(of_types(type_column, opened, context=context))
    elif opened:
        record = context.aliases.of(context.tables.record, "record")
        listed = of_types(record.c.type, opened, context=context)
        parts.append(exists(record, record.c.id == record_id, listed))
    return or_(*parts) if parts else false()


def _readable_of(type_name: str, record_id: Sql, context: Context) -> Predicate:
    """Whether a record is of a type, and may be read."""
    if not context.recorded or context.cut is not None:
        (grants,) = _grants(type_name, context)
        ids = context.reached(type_name, grants, context=context)
        if ids is not None:
            return context.dialect.among(record_id, ids)
    row = type_row(type_name, context=context)
    return exists(row.columns, row.id == record_id, *row.where)


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
    past = context.recorded and context.cut is None
    rights = [context.right, HISTORY] if past else [context.right]
    return [context.access.grants(context.catalogue, type_name, right) for right in rights]


def of_types(type_column: Sql, types: Sequence[str], *, context: Context) -> Predicate:
    """Return whether a type is one of these."""
    if not types:
        return false()
    return type_column.in_([context.dialect.constant(name) for name in types])


def hidden(row: TypeRow, field: Field, *, context: Context) -> bool:
    """Return whether no grant opens a field: it does not exist for the principal."""
    if field.name in ALWAYS_SHOWN:
        return False
    rights = _grants(row.declared, context)
    return not all(_holding(grants, row, field, context) for grants in rights)


def mask(row: TypeRow, field: Field, *, context: Context) -> Predicate | None:
    """Return on which readable rows a field is open, by each right that reading it takes; None when on all of them."""
    if field.name in ALWAYS_SHOWN:
        return None
    opened: list[Predicate] = []
    for grants in _grants(row.declared, context):
        holding = _holding(grants, row, field, context)
        if len(holding) < len(grants):
            granted = any_grant(holding, row, context=context)
            opened += [] if granted is None else [granted]
    return and_(*opened) if opened else None


def _holding(grants: Sequence[Grant], row: TypeRow, field: Field, context: Context) -> list[Grant]:
    """Those of the grants that open a field."""
    return [
        grant
        for grant in grants
        if context.access.holds(context.catalogue, grant, field, row.record_type)
    ]
