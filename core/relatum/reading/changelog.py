"""Lines of the change log: which of them a principal is told of, and what each of them shows.

A line is told to whoever may read its record, as it is now. Of a record that is gone, those rules are asked that can
still be judged: that open all records of its type, or ask of nothing but its own fields, or of the records at the ends of
a tie. Who did it, from where and why, is for those who may read the record's history. Lines of a record's own history
(`HistoryOutput`) are those of the record, told to whoever may read that.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import and_, false, or_, true

from relatum.access import Grant
from relatum.catalogue.model import BUILT_IN, RECORD
from relatum.catalogue.paths import own_comparisons
from relatum.changes.cursors import checked
from relatum.connections.types import PlainText
from relatum.reading.binds import supplied
from relatum.reading.conditions import predicate
from relatum.reading.connection import connected
from relatum.reading.context import PRESENT, Context, within
from relatum.reading.facts import cursor_of, shown_of
from relatum.reading.guards import (
    any_grant,
    of_types,
    open_to_all,
    readable,
    type_row,
)
from relatum.reading.listing import Listing
from relatum.reading.orders import Key, Ordering
from relatum.reading.pages import window
from relatum.reading.rows import LineRow, Row, TypeRow
from relatum.reading.several import row_of
from relatum.reading.sql import ONE, Json, Predicate, Sql, exists, raw, rows_of, value_from
from relatum.tables.columns import BIG_INTEGER
from relatum_schemas.errors import BadSelection
from relatum_schemas.policy import HISTORY, READ
from relatum_schemas.selection import (
    Changes,
    Connection,
    Form,
    HistoryOutput,
    Many,
    Operator,
    Output,
    Page,
    Parameter,
    RootField,
    SelfOutput,
    Value,
)

_NUMBER: Final = BUILT_IN["version"].kind


# --- the lines of all records


def lines_answered(root: RootField, source: Changes, *, context: Context) -> Json:
    """Return the lines of the change log as JSON.

    Raises:
        RelatumError: something is asked that lines do not have.
    """
    if root.order:
        raise BadSelection(
            "Changes come in their order.", hint="Leave out the order.", path="order"
        )
    context = replace(context, clock=PRESENT, right=READ)
    row = line_row(source, context=context)
    order = Ordering((Key(expression=row.columns.c.position, kind=_NUMBER, nullable=False),), "")
    listing = Listing(row, order, place=cursor_of(row, context=context))
    return _formed(listing, root.form, root.page, None, context)


def line_row(source: Changes, *, context: Context) -> LineRow:
    """Return the lines that a source means, as far as the principal is told of them.

    Raises:
        UnknownType: there is no such type.
        BadSelection: the filter is of no one type.
    """
    types = types_of(source, context=context)
    row = _lines(types, context)
    line = row.columns
    since = line.c.position > position_bind(source.since, context=context)
    where: list[Predicate] = [since]
    if not context.catalogue.are_all(types) or not context.unguarded:
        where.append(of_types(line.c.type, types, context=context))
    if source.operations:
        where.append(of_types(line.c.operation, source.operations, context=context))
    where.append(_told_of(source, row, context))
    return replace(row, where=tuple(where))


def types_of(source: Changes, *, context: Context) -> tuple[str, ...]:
    """Return the concrete types whose lines a source means, as far as some of their records may be read.

    Raises:
        UnknownType: there is no such type.
    """
    named = source.types or (RECORD,)
    found = (each for name in named for each in context.catalogue.concrete(name))
    return tuple(
        name
        for name in dict.fromkeys(found)
        if context.access.grants(context.catalogue, name, READ)
    )


def _lines(types: Sequence[str], context: Context) -> LineRow:
    line = context.aliases.of(context.tables.change, "line")
    unit = context.aliases.of(context.tables.unit_of_work, "unit")
    joined = line.join(unit, unit.c.id == line.c.unit_id)
    return LineRow(declared=RECORD, types=tuple(types), columns=line, joined=joined, unit=unit)


def position_bind(since: Value, *, context: Context) -> Sql:
    """Return the position of a cursor, which whoever runs the statement gives with its parameters."""
    if since is None:
        return raw("0")
    name = since.parameter if isinstance(since, Parameter) else str(since)
    context.binds.cursors[name] = since
    asked = Parameter(parameter=position_name(name))
    return context.binds.add(position_name(name), supplied(asked, int, 0), BIG_INTEGER)


def position_name(name: str) -> str:
    """Return the name of the parameter that gives the position of a cursor."""
    return f"{name}_position"


def _told_of(source: Changes, row: LineRow, context: Context) -> Predicate:
    """Whether the principal is told of a line."""
    judged = in_scope(source, row, context=context)
    return or_(judged, *gone_told(source, row, context=context))


def in_scope(source: Changes, row: LineRow, *, context: Context) -> Predicate:
    """Return whether the record of a line may be read and is meant by a source, in the state of the context.

    Of types whose records may all be read it is not asked whether the record is there.

    Raises:
        BadSelection: the filter is of no one type.
    """
    line = row.columns
    if source.filter is not None:
        return _matching(source, line.c.record_id, context)
    if context.access.large:
        return _each_seen(row, context)
    judged = readable(line.c.record_id, row.types, context=context, type_column=line.c.type)
    return true() if judged is None else judged


def _each_seen(row: LineRow, context: Context) -> Predicate:
    """Whether the record of a line may be read, put to each line by itself."""
    line = row.columns
    opened = [name for name in row.types if open_to_all(name, context=context)]
    seen = [of_types(line.c.type, opened, context=context)] if opened else []
    for name in row.types:
        if name in opened:
            continue
        record = type_row(name, entry="begun", context=context)
        found = rows_of(record.source, record.id == line.c.record_id, *record.where)
        by_itself = context.dialect.by_itself(found.add_columns(ONE)).exists()
        seen.append(and_(of_types(line.c.type, [name], context=context), by_itself))
    return or_(false(), *seen)


def gone_told(source: Changes, row: LineRow, *, context: Context) -> list[Predicate]:
    """Return on which lines about records that are gone the principal is told of them all the same."""
    if source.filter is not None:
        return []
    line = row.columns
    closed = [name for name in row.types if not open_to_all(name, context=context)]
    return [
        and_(of_types(line.c.type, [name], context=context), each)
        for name in closed
        if (each := gone_of(name, line.c.record_id, context=context)) is not None
    ]


def _matching(source: Changes, record_id: Sql, context: Context) -> Predicate:
    assert source.filter is not None
    if len(source.types) != 1:
        raise BadSelection(
            "A filter of changes is about one type or trait.", hint="Name just one.", path="filter"
        )
    (name,) = source.types
    types = context.catalogue.concrete(name)
    record = row_of(name, types, context=context)
    with within("filter"):
        chosen = predicate(source.filter, record, context=context)
    return exists(record.columns, record.id == record_id, *record.where, chosen)


def gone_of(type_name: str, record_id: Sql, *, context: Context) -> Predicate | None:
    """Return whether a record is gone, and may be read in its last version by a rule that can be judged; None if never."""
    grants = context.access.grants(context.catalogue, type_name, READ)
    judged = [each for each in grants if _judgeable(each, context)]
    if not judged:
        return None
    record_type = context.catalogue.types[type_name]
    stem = record_type.version_table.rpartition("__")[2]
    versions = context.aliases.of(context.tables.version[type_name], stem)
    row = TypeRow(
        declared=type_name,
        types=(type_name,),
        columns=versions,
        record_type=record_type,
        entry="alone",
    )
    opened = any_grant(judged, row, context=context)
    current = context.aliases.of(context.tables.current[type_name], "current")
    later = context.aliases.of(context.tables.version[type_name], "later")
    same_later = (later.c.id == versions.c.id, later.c.version > versions.c.version)
    return exists(
        versions,
        row.id == record_id,
        ~exists(later, *same_later),
        ~exists(current, current.c.id == versions.c.id),
        *([] if opened is None else [opened]),
    )


def _judgeable(grant: Grant, context: Context) -> bool:
    """Whether a grant asks of nothing that a record loses when it goes: its ties, and its words in search."""
    if grant.condition is None:
        return True
    try:
        asked = list(own_comparisons(grant.condition))
    except BadSelection:
        return False
    return all(
        each.path.field != "missing" and each.operator is not Operator.MATCHES for each in asked
    )


# --- the lines of one record


def history(output: HistoryOutput, row: TypeRow, *, context: Context) -> Json:
    """Return the lines of a record's history as JSON."""
    context = replace(context, clock=PRESENT, right=HISTORY)
    lines = _lines(row.types, context)
    line = lines.columns
    opened = readable(row.id, row.types, context=context)
    where = [line.c.record_id == row.id, *([] if opened is None else [opened])]
    lines = replace(lines, where=tuple(where), subject=row)
    key = Key(expression=line.c.id, kind=_NUMBER, nullable=False, descending=True)
    listing = Listing(lines, Ordering((key,), ""), place=cursor_of(lines, context=context))
    page = output.page
    after = None if page is None else page.after
    return _formed(listing, output.form, page, after, context)


def _after(row: LineRow, after: Value, context: Context) -> tuple[Predicate, Predicate]:
    """Which lines of a history come after a cursor, if there is one, and which it has left behind."""
    assert row.subject is not None
    with within("after"):
        given = context.binds.value(after, checked, PlainText())
    if given is None:
        return true(), false()
    other = context.aliases.of(context.tables.change, "place")
    same = context.dialect.line_cursor(other.c.unit_id, other.c.digest) == given
    place = value_from(rows_of(other, other.c.record_id == row.subject.id, same), other.c.id)
    at = row.columns.c.id
    return or_(given.is_(None), at < place), and_(given.is_not(None), at >= place)


# --- how lines are shown


def _formed(
    listing: Listing, form: Form, page: Page | None, after: Value, context: Context
) -> Json:
    """Lines in a form.

    Raises:
        BadSelection: they have no such form, or the page looks back.
    """
    if not isinstance(form, Many | Connection):
        raise BadSelection("Changes are a list or a connection.")
    if page is not None and (page.last is not None or page.before is not None):
        raise BadSelection("Changes are paged forward only.", hint="Give first.", path="last")
    forward = None if page is None else Page(first=page.first)
    bounded = isinstance(form, Connection)
    shown = window(forward, listing.order, bounded=bounded, context=context)
    if after is not None:
        assert isinstance(listing.row, LineRow)
        beyond, behind = _after(listing.row, after, context)
        shown = replace(shown, beyond=beyond, behind=behind)
    if isinstance(form, Many):
        return listing.listed(shown, form.outputs, context=context)
    return connected(listing, form.items, shown, context=context)


def told(output: Output | SelfOutput, row: Row, cursor: Sql | None, *, context: Context) -> Sql:
    """Return what an output shows of a line, or of a record's history.

    Raises:
        UnknownField, BadSelection: there is no such thing.
    """
    if isinstance(row, LineRow):
        return shown_of(output, row, context=context)
    if isinstance(output, HistoryOutput) and isinstance(row, TypeRow):
        return history(output, row, context=context)
    raise BadSelection("Only records have a history, and only its lines what was changed.")
