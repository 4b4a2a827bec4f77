"""Climbs: whether a record, or one that its ties lead to over any number of hops, fulfils a condition.

A climb has two forms. From the far end: the records that fulfil the condition, and down the ties whatever leads to them,
once in the statement. From the row: its own way up, per row. Either is a recursive query over a set, so that loops end;
each tie holds at the time asked, and who may not see a tie or a record on the way does not come by it.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from sqlalchemy import CTE, CompoundSelect, FromClause, Select, select, union_all

from relatum.catalogue.places import Place, climbed, ends_at
from relatum.reading.context import Context
from relatum.reading.guards import readable
from relatum.reading.rows import EndRow, Far, Row
from relatum.reading.selective import narrows
from relatum.reading.several import row_of
from relatum.reading.sql import Predicate, exists, rows_of
from relatum.reading.ties import asks_ties_only, ties_on
from relatum_schemas.selection import Climb, Condition


def climbs(condition: Climb, row: Row, *, context: Context) -> Predicate:
    """Return whether a row, or a record that it leads to over these ends, fulfils a condition.

    Raises:
        UnknownField, BadSelection: the row has no such end, or one that does not lead on.
    """
    place = climbed(context.catalogue, Place(row.types), condition.ends)
    if context.way in ("either", "set_first") and narrows(
        condition.condition, place, context=context
    ):
        found = leading(condition, row.types, context=context)
        ids = rows_of(found).add_columns(found.c.id)
        few = context.way == "set_first"
        return context.dialect.one_of_few(row.id, ids) if few else row.id.in_(ids)
    return _reaches(condition, row, place, context)


def leading(condition: Climb, types: Sequence[str], *, context: Context) -> CTE:
    """Return the ids of the records that fulfil a climb's condition, and of those that lead to them.

    Args:
        condition: the climb.
        types: from which it starts; what it passes on the way is among the ids, too.
        context: of the rows.
    """
    place = climbed(context.catalogue, Place(tuple(types)), condition.ends)
    arrived = _arrived(condition.condition, place, context)
    found = arrived.cte(context.aliases.name("leading"), recursive=True)
    hop = _hops(condition, place, "near", context)
    step = rows_of(found.join(hop, hop.c.far == found.c.id)).add_columns(hop.c.near)
    return found.union(step)


def _arrived(condition: Condition, place: Place, context: Context) -> Select[Any]:
    """The records that fulfil the condition; in a policy, each type's from its own table."""
    parted = [(name,) for name in place.types] if context.judging else [place.types]
    each = [_fulfilling(condition, _record(types, context), context) for types in parted]
    if len(each) == 1:
        return each[0]
    several = union_all(*each).subquery(context.aliases.name("arrived"))
    return rows_of(several).add_columns(several.c.id)


def _fulfilling(condition: Condition, record: Row, context: Context) -> Select[Any]:
    judged = context.judge(condition, record, context=context)
    return rows_of(record.columns, *record.where, judged).add_columns(record.id.label("id"))


def _reaches(condition: Climb, row: Row, place: Place, context: Context) -> Predicate:
    """Whether the row's own way up meets a record that fulfils the condition."""
    begun = select(row.id.label("id")).correlate_except()
    way = begun.cte(context.aliases.name("way"), recursive=True, nesting=True)
    hop = _hops(condition, place, "far", context)
    step = rows_of(way.join(hop, hop.c.near == way.c.id)).add_columns(hop.c.far)
    met = way.union(step)
    inner = condition.condition
    if asks_ties_only(inner) and not context.recorded:
        # Whoever was met on the way may be seen.
        declared = place.types[0] if len(place.types) == 1 else ""
        end = EndRow(declared=declared, types=place.types, columns=met, end=met.c.id)
        return exists(met, context.judge(inner, end, context=context))
    record = _record(place.types, context)
    judged = context.judge(inner, record, context=context)
    return exists(met.join(record.columns, record.id == met.c.id), *record.where, judged)


def _record(types: tuple[str, ...], context: Context) -> Row:
    declared = types[0] if len(types) == 1 else ""
    return row_of(declared, types, context=context)


def _hops(
    condition: Climb, place: Place, onto: Literal["near", "far"], context: Context
) -> FromClause:
    """One hop of the climb: the ids at its ends, where the record that it goes on to may be seen."""
    hops = list(_each_hop(condition, place, onto, context))
    both: Select[Any] | CompoundSelect[Any] = hops[0] if len(hops) == 1 else union_all(*hops)
    return both.subquery(context.aliases.name("hop"))


def _each_hop(
    condition: Climb, place: Place, onto: Literal["near", "far"], context: Context
) -> Iterator[Select[Any]]:
    for name in condition.ends:
        for end in ends_at(context.catalogue, place, name):
            for tie, near in ties_on(end, condition.holds, context=context):
                assert tie.far is not None
                holder = Far(id=near, declared="", types=end.holders)
                seen = _seen(holder if onto == "near" else tie.far, context)
                rows = rows_of(tie.columns, *tie.where, *seen)
                yield rows.add_columns(near.label("near"), tie.far.id.label("far"))


def _seen(far: Far, context: Context) -> list[Predicate]:
    """Whether a record on the way may be seen; nothing when all there are may be."""
    if context.recorded:
        record = row_of(far.declared, far.types, context=context)
        return [exists(record.columns, record.id == far.id, *record.where)]
    judged = readable(far.id, far.types, context=context)
    return [] if judged is None else [judged]
