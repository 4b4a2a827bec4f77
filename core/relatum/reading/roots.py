"""Root fields: one answer each, of one source of rows, under one clock."""

from dataclasses import replace
from functools import partial

from relatum.catalogue.model import RECORD
from relatum.reading.among import looked_through
from relatum.reading.changelog import lines_answered
from relatum.reading.conditions import finds_few, predicate, predicate_along
from relatum.reading.context import Context, within
from relatum.reading.forms import formed
from relatum.reading.identities import names_ids, stood_for
from relatum.reading.listing import Listing
from relatum.reading.orders import Key, ordering
from relatum.reading.rows import Row, TypeRow
from relatum.reading.searching import found, has_words
from relatum.reading.selective import names_one, singles_out
from relatum.reading.several import row_of
from relatum.reading.sql import Json, Predicate, rows_of
from relatum.reading.walks import neighbourhood, shortest_path
from relatum_schemas.errors import BadSelection
from relatum_schemas.policy import AGGREGATE
from relatum_schemas.selection import (
    Aggregate,
    Changes,
    Connection,
    Many,
    Neighbourhood,
    Page,
    RootField,
    Rows,
    Search,
    ShortestPath,
    TotalCountItem,
)


def answered(root: RootField, *, context: Context) -> Json:
    """Return the JSON of a root field.

    Raises:
        RelatumError: it asks for what is not there; the path begins with the field's key.
    """
    right = AGGREGATE if isinstance(root.form, Aggregate) else context.right
    context = replace(context, clock=root.clock, right=right)
    with within(root.key):
        if isinstance(root.source, Changes):
            return lines_answered(root, root.source, context=context)
        gathering = replace(context, gathers=True)
        if isinstance(root.form, Aggregate):
            context = gathering
        all_read = _reads_all(root, context)
        key = None if all_read or not root.order else root.order[0].path.field
        row, natural = _rows(root, gathering if all_read else context, key=key)
        of = f"{root.source.kind}.{row.declared}"
        row = _found_once(row, root, context)
        order = ordering(row, root.order, natural, of=of, context=context)
        counting = partial(_rows_all, root, gathering)
        single = isinstance(root.source, Rows) and names_one(root.source.filter)
        listing = Listing(row, order, counting=counting, single=single)
        return formed(listing, root.form, root.page, context=context)


def _found_once(row: Row, root: RootField, context: Context) -> Row:
    """Rows that are listed and counted, looked up from their ids where these are found first anyway."""
    source, form = root.source, root.form
    if not isinstance(source, Rows) or not isinstance(form, Connection):
        return row
    counted = any(isinstance(item, TotalCountItem) for item in form.items)
    if not counted or len(form.items) == 1 or row.begun or not isinstance(row, TypeRow):
        return row
    if not context.dialect.FINDS_ONCE or not _few_found(source, row, context):
        return row
    found = rows_of(row.source, *row.where).add_columns(row.id.label("id"))
    ids = found.cte(context.aliases.name("found")).prefix_with("MATERIALIZED")
    joined, where = context.dialect.begun(ids, row.columns, row.id)
    return replace(row, joined=joined, where=tuple(where), own=ids)


def _few_found(source: Rows, row: Row, context: Context) -> bool:
    if source.words is not None:
        return True
    return source.filter is not None and finds_few(source.filter, row, context=context)


def _reads_all(root: RootField, context: Context) -> bool:
    """Whether all rows are read: none of their indexes gives them in the order asked until there are enough."""
    if not isinstance(root.source, Rows):
        return False
    if isinstance(root.form, Many) and (root.page is None or root.page == Page()):
        return True
    if not root.order:
        return False
    path = root.order[0].path
    fields = [
        context.catalogue.types[name].all_fields.get(path.field)
        for name in context.catalogue.concrete(root.source.type)
    ]
    return bool(path.steps) or not all(
        field is not None and (field.label or field.indexed or field.name == "id")
        for field in fields
    )


def _rows_all(root: RootField, context: Context) -> Row:
    """The rows of a source, where all of them are to be counted."""
    return _rows(root, context)[0]


def _rows(
    root: RootField, context: Context, *, key: str | None = None
) -> tuple[Row, tuple[Key, ...]]:
    """The rows of a source, and their natural order where that is not by id alone.

    Args:
        root: whose source it is.
        context: of the rows.
        key: the field whose index gives the order in which they are read until there are enough, if any does.
    """
    if root.order and not isinstance(root.source, Rows):
        raise BadSelection(
            "Only the rows of a type are ordered by choice.", hint="Leave out the order."
        )
    match root.source:
        case Rows():
            return _of_type(root.source, root, context, key), ()
        case Search():
            return found(root.source, context=context)
        case Neighbourhood():
            return neighbourhood(root.source, context=context)
        case ShortestPath():
            return shortest_path(root.source, context=context)
        case Changes():
            raise AssertionError("Lines of the change log are no records.")


def _of_type(source: Rows, root: RootField, context: Context, key: str | None) -> Row:
    types = context.catalogue.concrete(source.type)
    if source.among is not None:
        row = row_of(source.type, types, entry="begun", context=context)
        if isinstance(row, TypeRow) and not row.begun:
            return looked_through(row, root, context=context)
    named = source.filter is not None and singles_out(source.filter)
    row = row_of(source.type, types, entry="alone" if named else "begun", context=context)
    if source.words is not None:
        with within("words"):
            row = _narrowed(row, has_words(row, source.words, context=context))
    if source.filter is None:
        return row
    with within("filter"):
        if source.type == RECORD and not context.recorded and names_ids(source.filter):
            chosen = stood_for(row, source.filter, context=context)
        elif key is not None:
            chosen = predicate_along(source.filter, row, key, context=context)
        else:
            chosen = predicate(source.filter, row, context=context)
    return _narrowed(row, chosen)


def _narrowed(row: Row, chosen: Predicate) -> Row:
    row = replace(row, where=(*row.where, chosen))
    return replace(row, own=None) if isinstance(row, TypeRow) else row
