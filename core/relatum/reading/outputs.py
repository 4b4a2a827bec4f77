"""Outputs: what a row shows, as the members of a JSON object.

A row of one type shows its columns. What a row of several types shows depends on its type: a sub-select per concrete
type, of which the database runs the one that applies.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Text, case, cast

from relatum.reading import calculated
from relatum.reading.context import Context, Private, Sought, within
from relatum.reading.excerpts import marked
from relatum.reading.guards import hidden, type_row
from relatum.reading.identities import ids_shown
from relatum.reading.private import is_private, wrapped
from relatum.reading.rows import WHOLE, Far, LineRow, Row, SharedRow, TypeRow, Value
from relatum.reading.several import alike, of_one_type
from relatum.reading.sql import Entries, Json, Sql, rows_of, value_from
from relatum.reading.ties import far_of
from relatum.reading.values import unknown, value_of
from relatum_schemas.errors import BadSelection, UnknownField
from relatum_schemas.kinds import Identity
from relatum_schemas.kinds import Json as JsonKind
from relatum_schemas.kinds import Text as TextKind
from relatum_schemas.selection import (
    AcrossOutput,
    ChangedOutput,
    CursorOutput,
    EndOutput,
    ExcerptOutput,
    FieldOutput,
    HistoryOutput,
    IdsOutput,
    LinkOutput,
    Members,
    Output,
    RankOutput,
    SelfOutput,
    TextOutput,
)

Shown = Output | SelfOutput
"""An output of a row, inside or outside the edges of a connection."""

Links = Mapping[LinkOutput, Sql]
"""The links of a row."""

_NO_LINKS: Final[Links] = {}


_Untyped = CursorOutput | RankOutput | ExcerptOutput | SelfOutput
"""What there is of every row at a place."""


def entries_of(
    row: Row,
    outputs: Sequence[Shown],
    *,
    cursor: Sql | None = None,
    among: Sequence[str] = (),
    context: Context,
) -> Entries:
    """Return the members of a row's object.

    Args:
        row: of one type, or the edge of a row of several.
        outputs: what is asked; outputs for other types are left out.
        cursor: of the row, inside the edges of a connection.
        among: the types of which the row's is one, where it stands for one of several.
        context: of the row.

    Raises:
        UnknownField: the type has no such field or end.
        BadSelection: two outputs have one key, or a cursor stands outside of edges.
    """
    entries: dict[str, Sql] = {}
    for output in outputs:
        types = None if isinstance(output, _Untyped) else output.types
        with within(output.key):
            _judge_elsewhere(output, types or (), among or row.types, context)
            if types is not None and row.declared not in types:
                continue
            if output.key in entries:
                raise BadSelection("Two outputs of one object have the same key.")
            entries[output.key] = _shown(output, row, cursor, context)
    return list(entries.items())


def _judge_elsewhere(
    output: Shown, types: Sequence[str], among: Sequence[str], context: Context
) -> None:
    """Refuse what has no meaning also in an output for types that the row cannot have."""
    for name in types:
        if name not in among:
            elsewhere = type_row(context.catalogue.record_type(name).name, context=context)
            _shown(output, elsewhere, None, context)


def _shown(output: Shown, row: Row, cursor: Sql | None, context: Context) -> Sql:
    if isinstance(row, LineRow) or isinstance(output, HistoryOutput | ChangedOutput):
        return context.tell(output, row, cursor, context=context)
    match output:
        case FieldOutput():
            return _field_shown(output, row, context)
        case TextOutput(text=text):
            return context.dialect.constant(text)
        case IdsOutput():
            return ids_shown(row, context=context)
        case RankOutput() | ExcerptOutput():
            return _hit_shown(output, row, context)
        case AcrossOutput():
            return _across(output, row, context)
        case EndOutput():
            return context.form(output, row, context=context)
        case SelfOutput(outputs=outputs):
            return row_shown(row, outputs, context=context)
        case CursorOutput() if cursor is not None:
            return cursor
    raise BadSelection("Only the edges of a connection have cursors.")


def _hit_shown(output: RankOutput | ExcerptOutput, row: Row, context: Context) -> Json:
    """The rank of a row that a search has found, or the texts of its excerpt: searched fields, as far as they are open."""
    if row.hit is None:
        raise BadSelection("Only the edges of a search have a rank and an excerpt.")
    if isinstance(output, RankOutput):
        return row.hit.rank
    texts = [
        FieldOutput(key=field.name, field=field.name, types=(name,))
        for name in row.types
        for field in context.catalogue.types[name].stored_fields
        if field.label or field.searchable
    ]
    sought = Sought(row.hit.words, output.parts)
    return marked(row_shown(row, texts, context=context), sought, context=context)


def _across(output: AcrossOutput, row: Row, context: Context) -> Json:
    if output.across not in ("node", "source", "target"):
        raise BadSelection(f"Only lines of the change log have a {output.across}.")
    far = far_of(row, output.across, context=context)
    return record_shown(far, output.outputs, context=context)


def _field_shown(output: FieldOutput, row: Row, context: Context) -> Sql:
    if isinstance(row, TypeRow):
        field = context.catalogue.field(row.declared, output.field)
        if hidden(row, field, context=context):
            return context.dialect.missing(TextKind())
        if field.by is not None:
            return calculated.shown(row, output, context=context)
    told = context
    if is_private(row, output.field, context=context):
        # That it is shown, and of which records, is told by the answer itself.
        told = replace(context, private=Private())
    value = value_of(row, output.field, context=told)
    links = {
        each: _link(each, row, context)
        for each in output.parts or ()
        if isinstance(each, LinkOutput)
    }
    shown = value_shown(value, output.parts, links, context=context)
    return wrapped(shown, value, row, output.field, context=context)


def _link(link: LinkOutput, row: Row, context: Context) -> Sql:
    constant = context.dialect.constant
    record_id = cast(context.dialect.shown(row.id, Identity()), Text)
    linked: Sql = constant(link.before).concat(record_id).concat(constant(link.after))
    return linked


def value_shown(
    value: Value,
    parts: Members | None,
    links: Links = _NO_LINKS,
    *,
    context: Context,
) -> Sql:
    """Return a value in its wire form: of a composite kind an object of all its parts, or of those asked.

    Raises:
        UnknownField: the kind has no such part.
    """
    kinds = value.kind.parts
    shown = {
        name: context.dialect.shown(part, kinds.get(name, value.kind))
        for name, part in value.parts.items()
    }
    return composed(value, shown, parts, links, context=context)


def composed(
    value: Value,
    shown: Mapping[str, Sql],
    parts: Members | None,
    links: Links = _NO_LINKS,
    *,
    context: Context,
) -> Sql:
    """Return a value from its parts in wire form.

    Raises:
        UnknownField: the kind has no such part.
    """
    kinds = value.kind.parts
    asked = tuple((name, name) for name in kinds) if parts is None else parts
    for each in asked:
        if isinstance(each, tuple) and each[1] not in kinds:
            raise UnknownField(f"{value.kind.described()} has no part {each[1]!r}.", path=each[1])
    if not kinds:
        return shown[WHOLE]
    whole = context.dialect.object_of(members_of(asked, shown, links, context=context))
    return case((value.presence, whole)) if value.nullable else whole


def members_of(
    asked: Members, shown: Mapping[str, Sql], links: Links = _NO_LINKS, *, context: Context
) -> Entries:
    """Return the members of an object that is one value, out of its parts by name.

    Raises:
        BadSelection: it has a link, and is no field of a row.
    """
    members: dict[str, Sql] = {}
    for each in asked:
        match each:
            case TextOutput(key=key, text=text):
                members[key] = context.dialect.constant(text)
            case LinkOutput(key=key):
                if each not in links:
                    raise BadSelection("Only the fields of records have links.")
                members[key] = links[each]
            case (key, name):
                members[key] = shown[name]
    return list(members.items())


def row_shown(row: Row, outputs: Sequence[Output], *, context: Context) -> Json:
    """Return a row in scope as an object."""
    if isinstance(row, SharedRow) and not _offers(row, outputs):
        far = Far(id=row.id, declared=row.declared, types=row.types)
        return _by_type(far, row.type, outputs, context)
    return context.dialect.object_of(entries_of(row, outputs, context=context))


def _offers(row: SharedRow, outputs: Sequence[Output]) -> bool:
    """Whether the row itself has all that is asked, so that no type's own table is needed."""
    return all(
        (isinstance(output, TextOutput) and output.types is None)
        or (isinstance(output, FieldOutput) and output.types is None and output.field in row.values)
        for output in outputs
    )


def record_shown(far: Far, outputs: Sequence[Output], *, context: Context) -> Json:
    """Return the record at an end of a tie as an object; NULL where it may not be seen."""
    if of_one_type(far.declared, far.types, context=context):
        return _looked_up(far, far.types[0], outputs, context)
    record = context.aliases.of(context.tables.record, "record")
    shown = _by_type(far, record.c.type, outputs, context)
    return value_from(rows_of(record, record.c.id == far.id), shown)


def _looked_up(far: Far, type_name: str, outputs: Sequence[Output], context: Context) -> Json:
    row = type_row(type_name, context=context)
    rows = rows_of(row.columns, row.id == far.id, *row.where)
    entries = entries_of(row, outputs, among=far.types, context=context)
    return context.dialect.first_object(rows, entries)


def _by_type(far: Far, type_column: Sql, outputs: Sequence[Output], context: Context) -> Json:
    """A record of several types as an object, by the type that it has."""
    fields = alike(far.declared, far.types, context=context)
    for output in outputs:
        if isinstance(output, FieldOutput) and output.types is None and output.field not in fields:
            with within(output.key):
                raise unknown(far.declared or " or ".join(far.types), output.field)
    branches = [
        (type_column == context.dialect.constant(name), _looked_up(far, name, outputs, context))
        for name in far.types
    ]
    return case(*branches) if branches else context.dialect.missing(JsonKind())
