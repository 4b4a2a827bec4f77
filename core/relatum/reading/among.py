"""Which rows are looked through, where somebody sees so many that not all of them can be.

A page is bounded by what is read for it, not by what it shows: a filter that no index answers would read a million rows to
show none. So rows are looked for among so many at most: those that one part of the query finds by its index, where they are
few (`relatum.reading.weighing`), else a stretch of the order asked. Their ids are made once in the statement,
and all else is asked of them one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import CTE, CompoundSelect, Select, func, select, union_all

from relatum.connections.types import PlainText
from relatum.reading.conditions import predicate
from relatum.reading.context import Context, within
from relatum.reading.guards import type_row, type_row_unguarded
from relatum.reading.orders import cursor, order_by, ordering
from relatum.reading.pages import Window, window
from relatum.reading.rows import TypeRow
from relatum.reading.searching import has_words_itself
from relatum.reading.sql import Json, Sql, raw, rows_of, value_from
from relatum.text import words
from relatum_schemas.errors import BadSelection
from relatum_schemas.kinds import LongText
from relatum_schemas.selection import (
    All,
    Among,
    Compare,
    Condition,
    Operator,
    Order,
    RootField,
    Rows,
    Value,
)

Ids = Select[Any] | CompoundSelect[Any]
"""A select of one column of ids."""


def looked_through(row: TypeRow, root: RootField, *, context: Context) -> TypeRow:
    """Return the rows of a source that asks among which they are, its filter and words put to these.

    Args:
        row: of the source's type, guarded.
        root: whose source it is.
        context: of the row.

    Raises:
        BadSelection: they are of several types, or of a recorded time.
    """
    source = root.source
    assert isinstance(source, Rows) and source.among is not None
    if context.recorded:
        raise BadSelection("Rows are looked through in the present only.", path="among")
    with within("among"):
        if source.among.in_order:
            row = _along(row, source.among, root, context)
        else:
            found = ids_among(source.among, row.declared, context=context)
            ids = found.cte(context.aliases.name("among")).prefix_with("MATERIALIZED")
            row = _begun(row, ids, context)
    inside = replace(context, way="each_row")
    asked = [] if source.filter is None else [predicate(source.filter, row, context=inside)]
    if source.words is not None:
        asked.append(has_words_itself(row, source.words, context=inside))
    return replace(row, where=(*row.where, *asked))


def ids_among(among: Among, type_name: str, *, context: Context) -> Ids:
    """Return the ids of so many records of a type at most, be they seen or not, that a condition or a word finds."""
    if among.word is not None:
        return _with_word(among, type_name, context)
    if among.condition is None:
        raise BadSelection("Nothing says among which rows is looked.", hint="Look in order.")
    parts = [
        ids.limit(raw(str(among.most)))
        for ids in _found(among.condition, type_name, context)
    ]  # fmt: skip
    if len(parts) == 1:
        return parts[0]
    each = union_all(*(select(part.subquery().c.id) for part in parts)).subquery("each")
    return select(each.c.id).distinct().limit(raw(str(among.most)))


def words_found(word: Value, most: int, *, context: Context) -> Select[Any]:
    """Return so many rows of words at most, each with its record and type, in which one word begins a word."""
    query_of = context.dialect.word_query
    query = context.binds.value(
        word, lambda text: query_of(words(LongText().parse(text))), PlainText(), query_of(())
    )
    assert query is not None
    return context.dialect.matched(query, context.tables, most)


def _with_word(among: Among, type_name: str, context: Context) -> Ids:
    found = words_found(among.word, among.most, context=context).subquery("matched")
    own = found.c.type == context.dialect.constant(type_name)
    return select(found.c.id).where(own).distinct()


def _found(condition: Condition, type_name: str, context: Context) -> Iterator[Select[Any]]:
    """The records on which a condition holds: of several values of a field, those of each."""
    inside = replace(context.judged(type_name), way="set_first")
    for each in _one_by_one(condition):
        row = type_row_unguarded(type_name, context=context)
        rows = rows_of(row.source, *row.where, predicate(each, row, context=inside))
        yield rows.add_columns(row.id.label("id")).order_by(*_by_index(each, row, inside))


def _one_by_one(condition: Condition) -> Sequence[Condition]:
    if not isinstance(condition, Compare) or condition.operator is not Operator.IN:
        return (condition,)
    if not isinstance(condition.value, list | tuple):
        return (condition,)
    return [
        condition.model_copy(update={"operator": Operator.EQ, "value": each})
        for each in condition.value
    ]


def _by_index(condition: Condition, row: TypeRow, context: Context) -> Sequence[Sql]:
    """The order of the index that finds a field's values, so that the planner cannot but take it."""
    first = condition.of[0] if isinstance(condition, All) and condition.of else condition
    if not isinstance(first, Compare) or first.path.steps:
        return ()
    order = ordering(row, [Order(path=first.path)], (), of="", context=context)
    return order_by(order, context=context)


def _along(row: TypeRow, among: Among, root: RootField, context: Context) -> TypeRow:
    """The first rows in the order asked, from the page's cursor on, with the cursor from which looking would go on."""
    own = type_row(row.declared, entry="begun", context=context)
    shown = _window(own, root, context)
    bounds = [] if shown.beyond is None else [shown.beyond]
    if among.condition is not None:
        bounds.append(predicate(among.condition, own, context=context))
    rows = rows_of(own.source, *own.where, *bounds).add_columns(own.id.label("id"))
    first = rows.order_by(*order_by(shown.order, context=context)).limit(raw(str(among.most)))
    read = first.subquery(context.aliases.name("first"))
    numbered = select(read.c.id, func.row_number().over().label("position"))
    ids = numbered.cte(context.aliases.name("among")).prefix_with("MATERIALIZED")
    last = select(ids.c.id).where(ids.c.position == raw(str(among.most)))
    return replace(_begun(row, ids, context), further=_cursor(row, last, root, context))


def _window(row: TypeRow, root: RootField, context: Context) -> Window:
    order = ordering(row, root.order, (), of=f"{root.source.kind}.{row.declared}", context=context)
    return window(root.page, order, bounded=True, context=context)


def _cursor(row: TypeRow, ids: Ids, root: RootField, context: Context) -> Json:
    """The cursor of the one row that a select of its id gives."""
    last = type_row_unguarded(row.declared, context=context)
    source, where = context.dialect.begun(ids.subquery("last"), last.columns, last.id)
    place = _window(last, root, context).order
    return value_from(rows_of(source, *where), cursor(place, context=context))


def _begun(row: TypeRow, ids: CTE, context: Context) -> TypeRow:
    joined, where = context.dialect.begun(ids, row.columns, row.id)
    return replace(row, joined=joined, where=(*where, *row.where), begun=True)
