"""Rows of one of several types: a trait, `Record`, or an end that admits several.

Where the registry knows enough (`Record`, now), the row stands in the registry. Else it stands in a UNION ALL of the
types' tables, each with its own policies, under the columns of what they have alike.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import FromClause, and_, case, false, or_, union_all

from relatum.catalogue.model import BUILT_IN, RECORD, Field
from relatum.reading.context import Context, Private
from relatum.reading.guards import hidden, mask, of_types, readable, type_row
from relatum.reading.rows import WHOLE, Entry, Far, Row, SharedRow, TypeRow, Value
from relatum.reading.sql import Predicate, Sql, exists, rows_of, value_from
from relatum.reading.values import value_of
from relatum_schemas.errors import UnknownField
from relatum_schemas.kinds import Kind, Text


def row_of(
    declared: str, types: Sequence[str], *, entry: Entry = "judged", context: Context
) -> Row:
    """Return a row of one of several concrete types.

    Args:
        declared: the type, trait or `Record` as which it is asked for; empty for several types.
        types: the concrete types.
        entry: how the row enters (see `type_row`).
        context: of the row.
    """
    if of_one_type(declared, types, context=context):
        return type_row(types[0], entry=entry, context=context)
    if not types:
        return _no_row(declared, context=context)
    if declared == RECORD and not context.recorded:
        return registry_row(types, context=context)
    return _union_row(declared, types, entry=entry, context=context)


def record_at(far: Far, *, context: Context) -> Row:
    """Return the record at an end of a tie, as far as it may be seen."""
    row = row_of(far.declared, far.types, context=context)
    return replace(row, where=(row.id == far.id, *row.where))


def of_one_type(declared: str, types: Sequence[str], *, context: Context) -> bool:
    """Return whether rows so declared are of one concrete type, and have its fields."""
    return len(types) == 1 and declared not in context.catalogue.traits and declared != RECORD


def registry_row(types: Sequence[str], *, gathered: bool = False, context: Context) -> SharedRow:
    """Return a row of the registry: any record that is, and may be read.

    Args:
        types: what it may be.
        gathered: whether it is only ever looked up from what the principal reaches of these types, so that no policy is
            left to judge.
        context: of the row.
    """
    if not types:
        return _no_row(RECORD, context=context)
    record = context.aliases.of(context.tables.record, "record")
    where: list[Predicate] = [~record.c.deleted, record.c.merged_into.is_(None)]
    if not context.catalogue.are_all(types):
        where.append(of_types(record.c.type, types, context=context))
    guard = readable(record.c.id, types, context=context, type_column=record.c.type)
    if guard is not None and not gathered:
        where.append(guard)

    def plain(name: str, column: Sql) -> Value:
        return Value(kind=BUILT_IN[name].kind, parts={WHOLE: column}, nullable=False)

    elsewhere = partial(_by_type, record=record, types=types, context=context)
    values: dict[str, Callable[[], Value]] = {
        "id": lambda: plain("id", record.c.id),
        "type": lambda: plain("type", record.c.type),
        "version": lambda: elsewhere("version"),
    }
    if _any_shows("recorded_at", types, context):
        values["recorded_at"] = lambda: elsewhere("recorded_at")
    if _any_shows("missing", types, context):
        values["missing"] = lambda: elsewhere("missing")
    if _any_shows("label", types, context):
        values["label"] = lambda: _label(record, types, context)
    return SharedRow(
        declared=RECORD,
        types=tuple(types),
        columns=record,
        where=tuple(where),
        type=record.c.type,
        values=values,
    )


def _no_row(declared: str, *, context: Context) -> SharedRow:
    """Return a row that there never is, of a trait that no type has: it has fields all the same."""
    record = context.aliases.of(context.tables.record, "record")
    fields = context.catalogue.fields(declared) if declared else BUILT_IN
    return SharedRow(
        declared=declared,
        types=(),
        columns=record,
        where=(false(),),
        type=record.c.type,
        values={
            name: partial(_missing, field, context)
            for name, field in fields.items()
            if field.by is None
        },
    )


def _missing(field: Field, context: Context) -> Value:
    kinds = field.kind.parts or {WHOLE: field.kind}
    return Value(
        kind=field.kind,
        parts={part: context.dialect.missing(kind) for part, kind in kinds.items()},
        key=context.dialect.missing(Text()) if field.folded else None,
    )


def _any_shows(name: str, types: Sequence[str], context: Context) -> bool:
    if context.unguarded:
        return True
    rows = (type_row(each, context=context) for each in types)
    return any(not hidden(row, row.record_type.all_fields[name], context=context) for row in rows)


def _label(record: FromClause, types: Sequence[str], context: Context) -> Value:
    """The label that the registry keeps, where the policies of the record's type show it."""
    value = Value(kind=Text(), parts={WHOLE: record.c.label}, key=record.c.label__key)
    if context.unguarded:
        return value
    opened: list[str] = []
    judged: list[Predicate] = []
    for name in types:
        row = type_row(name, context=context)
        label = row.record_type.all_fields["label"]
        shown = mask(row, label, context=context)
        if hidden(row, label, context=context):
            continue
        if shown is None:
            opened.append(name)
        else:
            own = exists(row.columns, row.id == record.c.id, *row.where, shown)
            judged.append(and_(of_types(record.c.type, [name], context=context), own))
    if len(opened) == len(types):
        return value
    visible = or_(of_types(record.c.type, opened, context=context), *judged)
    return value.changed(lambda part: case((visible, part)))


def _by_type(name: str, *, record: FromClause, types: Sequence[str], context: Context) -> Value:
    """A built-in field that only the types' own tables have."""
    branches: list[tuple[Predicate, Sql]] = []
    for each in types:
        row = type_row(each, context=context)
        value = _known(row, BUILT_IN[name], context)
        if value is not None:
            rows = rows_of(row.columns, row.id == record.c.id, *row.where)
            own = record.c.type == context.dialect.constant(each)
            branches.append((own, value_from(rows, value.plain)))
    return Value(kind=BUILT_IN[name].kind, parts={WHOLE: case(*branches)})


def _union_row(declared: str, types: Sequence[str], *, entry: Entry, context: Context) -> SharedRow:
    members = [type_row(name, entry=entry, context=context) for name in types]
    fields = alike(declared, types, context=context)
    found = {
        name: [_known(each, field, context) for each in members]
        for name, field in fields.items()
        if name != "missing" and field.by is None
    }
    columns = [
        column
        for name, values in found.items()
        if any(value is not None for value in values)
        for column in _columns(name, values, context)
    ]
    selects = (
        rows_of(member.source, *member.where).add_columns(
            *(column.expressions[index].label(column.label) for column in columns)
        )
        for index, member in enumerate(members)
    )
    union = context.aliases.of(union_all(*selects), declared or "records")
    values = {
        column.field: partial(_from_union, union, columns, column.field) for column in columns
    }
    if _any_shows("missing", types, context):  # what takes sub-selects is made when it is asked
        values["missing"] = partial(_by_type, "missing", record=union, types=types, context=context)
    return SharedRow(
        declared=declared,
        types=tuple(types),
        columns=union,
        begun=all(member.begun for member in members),
        type=union.c.type,
        values=values,
    )


@dataclass(frozen=True, eq=False)
class _Column:
    """A column of a UNION ALL: one expression per member for a part, or for the folded key, of a field."""

    field: str
    part: str
    key: bool
    kind: Kind
    expressions: Sequence[Sql]
    nullable: bool

    @property
    def label(self) -> str:
        return "__".join(filter(None, (self.field, self.part, "key" if self.key else "")))


def _columns(name: str, values: Sequence[Value | None], context: Context) -> Iterator[_Column]:
    known = [value for value in values if value is not None]
    kind = known[0].kind
    nullable = any(value is None or value.nullable for value in values)
    for part in known[0].parts:
        plain = kind.parts.get(part, kind)
        missing = context.dialect.missing(plain)
        expressions = [missing if value is None else value.parts[part] for value in values]
        yield _Column(name, part, False, kind, expressions, nullable)
    if all(value.key is not None for value in known):
        missing = context.dialect.missing(Text())
        keys = [missing if value is None or value.key is None else value.key for value in values]
        yield _Column(name, WHOLE, True, kind, keys, nullable)


def _from_union(union: FromClause, columns: Sequence[_Column], name: str) -> Value:
    own = [column for column in columns if column.field == name]
    keys = [union.c[column.label] for column in own if column.key]
    return Value(
        kind=own[0].kind,
        parts={column.part: union.c[column.label] for column in own if not column.key},
        key=keys[0] if keys else None,
        nullable=any(column.nullable for column in own),
    )


def _known(member: TypeRow, field: Field, context: Context) -> Value | None:
    """A member's value of a field; None where its policies hide it. That it is read is told when it is asked for."""
    try:
        return value_of(member, field.name, context=replace(context, private=Private()))
    except UnknownField:
        return None


def alike(declared: str, types: Sequence[str], *, context: Context) -> Mapping[str, Field]:
    """Return the fields that a row has: those declared, or those that all its types have alike."""
    if declared:
        return context.catalogue.fields(declared)
    first, *others = (context.catalogue.fields(name) for name in types)
    return {
        name: field
        for name, field in first.items()
        if all(name in fields and fields[name].kind == field.kind for fields in others)
    }
