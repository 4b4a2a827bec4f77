"""Walks over ties of several types: what is near a record, and the shortest chain between two.

A walk goes breadth-first over sets: a recursive query whose rows are hops, each with the list of the ids met there, of
those not met before and within the budget. Policies judge every tie and every record on the way. A chain is then read back
from its end: the records of each hop that lead on to it, and of those the smallest ids from the start.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import CTE, Integer, Select, false, select, union_all

from relatum.catalogue.model import RECORD, RelationshipType
from relatum.reading.context import Context, within
from relatum.reading.guards import readable, type_row
from relatum.reading.identities import survivor
from relatum.reading.orders import Key
from relatum.reading.rows import Row
from relatum.reading.several import row_of
from relatum.reading.sql import ONE, Predicate, Sql, exists, raw, rows_of
from relatum.reading.times import holding
from relatum_schemas.errors import BadValue, TooLarge
from relatum_schemas.kinds import Identity
from relatum_schemas.kinds import Integer as IntegerKind
from relatum_schemas.selection import Neighbourhood, ShortestPath, Value

DEEPEST = 12
"""Hops of a walk at most."""


def neighbourhood(source: Neighbourhood, *, context: Context) -> tuple[Row, tuple[Key, ...]]:
    """Return the records around one, and their order: by distance.

    Raises:
        UnknownType: there is no relationship type of that name.
        TooLarge: it is deeper than a walk goes.
    """
    walk = _walk(source, _start(source.id, "id", context), None, context)
    return _listed(walk, first=1, context=context)


def shortest_path(source: ShortestPath, *, context: Context) -> tuple[Row, tuple[Key, ...]]:
    """Return the records of a shortest chain, and their order: from the start.

    Raises:
        UnknownType, TooLarge: as for a neighbourhood.
    """
    end = survivor(source.end, "end", context=context)
    walk = _walk(source, _start(source.start, "start", context), end, context)
    leading = _leading(walk, end, source, context)
    return _listed(_chain(leading, source, context), first=0, context=context)


def _walk(
    source: Neighbourhood | ShortestPath, start: Select[Any], end: Sql | None, context: Context
) -> CTE:
    """The hops of a walk: how far, the ids met there, and those met before. It stops where the end is met."""
    _refuse_beyond(source)
    dialect = context.dialect
    walk = select(
        raw("0", Integer()).label("distance"),
        dialect.listed_ids(start).label("ids"),
        dialect.no_ids().label("before"),
    ).cte(context.aliases.name("walk"), recursive=True)
    onward = [walk.c.distance < raw(str(source.depth))]
    if end is not None:
        onward.append(~_holds(walk.c.ids, end, context))
    hop = select(
        walk.c.distance + ONE,
        dialect.listed_ids(_unmet(walk, source, context)),
        dialect.both_ids(walk.c.before, walk.c.ids),
    )
    return walk.union_all(hop.where(*onward))


def _unmet(walk: CTE, source: Neighbourhood | ShortestPath, context: Context) -> Select[Any]:
    """The records one tie beyond the last hop that no hop has met: readable ones, the smallest ids first."""
    met = _beside(walk.c.ids, source.types, context)
    known = (_ids(ids, context) for ids in (walk.c.before, walk.c.ids))
    unmet = met.except_(*known).subquery("unmet")
    judged = readable(unmet.c.id, _reachable(source.types, context), context=context)
    rows = rows_of(unmet, *([] if judged is None else [judged])).add_columns(unmet.c.id)
    return rows.order_by(unmet.c.id).limit(raw(str(source.budget)))


def _ids(ids: Sql, context: Context) -> Select[Any]:
    source, record_id = context.dialect.ids_of(ids)
    return rows_of(source).add_columns(record_id.label("id"))


def _holds(ids: Sql, record_id: Sql, context: Context) -> Predicate:
    source, held = context.dialect.ids_of(ids)
    return exists(source, held == record_id)


def _start(value: Value, name: str, context: Context) -> Select[Any]:
    """The record from which a walk begins, if it may be seen."""
    row = row_of(RECORD, context.catalogue.concrete(RECORD), context=context)
    begun = rows_of(row.columns, *row.where, row.id == survivor(value, name, context=context))
    return begun.add_columns(row.id.label("id"))


def _refuse_beyond(source: Neighbourhood | ShortestPath) -> None:
    for name, number in (("depth", source.depth), ("budget", source.budget)):
        if number < 0:
            raise BadValue(f"{name} is {number}; it counts from 0.", path=name)
    if source.depth > DEEPEST:
        raise TooLarge(f"A walk goes {DEEPEST} ties deep, not {source.depth}.", path="depth")


def _beside(ids: Sql, types: Sequence[str], context: Context) -> Select[Any]:
    """The ids at the other ends of the ties of some records."""
    sides = (("source_id", "target_id"), ("target_id", "source_id"))
    ends = [
        _other_ends(ids, relationship, near, far, context)
        for relationship in _walked(types, context)
        for near, far in sides
    ]
    if not ends:
        return select(context.dialect.missing(Identity()).label("id")).where(false())
    beside = union_all(*ends).subquery("beside")
    return rows_of(beside).add_columns(beside.c.id)


def _other_ends(
    ids: Sql, relationship: RelationshipType, near: str, far: str, context: Context
) -> Select[Any]:
    tie = type_row(relationship.name, context=context)
    held = holding(tie.columns, relationship, None, context=context)
    begun, record_id = context.dialect.ids_of(ids)
    ties = begun.join(tie.columns, tie.columns.c[near] == record_id)
    return rows_of(ties, *held, *tie.where).add_columns(tie.columns.c[far].label("id"))


def _walked(types: Sequence[str], context: Context) -> list[RelationshipType]:
    if not types:
        return list(context.catalogue.relationships.values())
    with within("types"):
        return [context.catalogue.relationship(name) for name in dict.fromkeys(types)]


def _reachable(types: Sequence[str], context: Context) -> list[str]:
    """The types of the records that stand at an end of these ties."""
    return sorted(
        {
            name
            for relationship in _walked(types, context)
            for side in (relationship.source, relationship.target)
            for name in side.types
        }
    )


def _leading(walk: CTE, end: Sql, source: ShortestPath, context: Context) -> CTE:
    """Per hop, from the last one back, the records on shortest chains: the end, and those that lead on to it."""
    dialect = context.dialect
    arrival = rows_of(walk, _holds(walk.c.ids, end, context))
    leading = arrival.add_columns(
        walk.c.distance.label("distance"), dialect.listed_ids(select(end.label("id"))).label("ids")
    ).cte(context.aliases.name("leading"), recursive=True)
    hop = context.aliases.of(walk, "hop")
    onward = _beside(leading.c.ids, source.types, context).intersect(_ids(hop.c.ids, context))
    back = select(leading.c.distance - ONE, dialect.listed_ids(onward))
    previous = leading.join(hop, hop.c.distance == leading.c.distance - ONE)
    return leading.union_all(back.select_from(previous))


def _chain(leading: CTE, source: ShortestPath, context: Context) -> CTE:
    """From the start on, at each hop the smallest id that leads on."""
    dialect = context.dialect
    start = rows_of(leading, leading.c.distance == raw("0"))
    chain = start.add_columns(leading.c.distance.label("distance"), leading.c.ids.label("ids")).cte(
        context.aliases.name("chain"), recursive=True
    )
    hop = context.aliases.of(leading, "hop")
    both = _beside(chain.c.ids, source.types, context).intersect(_ids(hop.c.ids, context))
    met = both.subquery("met")
    least = rows_of(met).add_columns(met.c.id).order_by(met.c.id).limit(ONE)
    step = select(chain.c.distance + ONE, dialect.listed_ids(least))
    following = chain.join(hop, hop.c.distance == chain.c.distance + ONE)
    return chain.union_all(step.select_from(following))


def _listed(walk: CTE, *, first: int, context: Context) -> tuple[Row, tuple[Key, ...]]:
    """The records of the hops from the first one asked, and the hop as the key of their order."""
    row = row_of(RECORD, context.catalogue.concrete(RECORD), context=context)
    source, record_id = context.dialect.ids_of(walk.c.ids)
    hops = walk.join(source, walk.c.distance >= raw(str(first)))
    met = rows_of(hops).add_columns(record_id.label("id"), walk.c.distance)
    # Spread out once: planners would otherwise take the lists apart again for every record.
    reached = met.cte(context.aliases.name("reached")).prefix_with("MATERIALIZED")
    joined = reached.join(row.columns, row.id == context.dialect.unindexed(reached.c.id))
    distance = Key(expression=reached.c.distance, kind=IntegerKind(), nullable=False)
    return replace(row, joined=joined), (distance,)
