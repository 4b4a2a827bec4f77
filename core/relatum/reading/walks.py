"""Walks over ties of several types: what is near a record, and the shortest chain between two.

A walk goes breadth-first over sets: each hop is one query over the ends of the last hop's records, without those met
before, bounded by a budget. Policies judge every tie and every record on the way. A chain is then read back from its end:
the records of each hop from which the next one leads on, and of those the smallest ids from the start.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import CTE, CompoundSelect, Integer, Select, false, func, or_, select, union_all

from relatum.catalogue.model import RECORD, RelationshipType
from relatum.connections.types import Identifier
from relatum.reading.context import Context, within
from relatum.reading.guards import readable, type_row
from relatum.reading.orders import Key
from relatum.reading.rows import Row
from relatum.reading.shared import row_of
from relatum.reading.sql import ONE, Predicate, Sql, exists, raw, rows_of, value_from
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
    hops = [_start(source.id, "id", context)]
    for _ in range(_depth(source)):
        hops.append(_hop(hops, source, [], context))
    return _listed(hops[1:], first=1, context=context)


def shortest_path(source: ShortestPath, *, context: Context) -> tuple[Row, tuple[Key, ...]]:
    """Return the records of a shortest chain, and their order: from the start.

    Raises:
        UnknownType, TooLarge: as for a neighbourhood.
    """
    end = _identity(source.end, "end", context)
    hops = [_start(source.start, "start", context)]
    for _ in range(_depth(source)):
        arrived = exists(hops[-1], hops[-1].c.id == end)
        hops.append(_hop(hops, source, [~arrived], context))
    leading = _leading(hops, end, source, context)
    chain = [_named(rows_of(leading[0]).add_columns(leading[0].c.id), "step", context)]
    for hop in leading[1:]:
        beside = _beside(chain[-1], source.types, context)
        least = select(hop.c.id).where(hop.c.id.in_(beside)).order_by(hop.c.id).limit(ONE)
        chain.append(_named(least, "step", context))
    return _listed(chain, first=0, context=context)


def _start(value: Value, name: str, context: Context) -> CTE:
    """The record from which a walk begins, if it may be seen."""
    row = row_of(RECORD, context.catalogue.concrete(RECORD), context=context)
    begun = rows_of(row.columns, *row.where, row.id == _identity(value, name, context))
    return _named(begun.add_columns(row.id.label("id")), "hop", context)


def _identity(value: Value, name: str, context: Context) -> Sql:
    """The record that an id stands for: itself, or at present what it was merged into."""
    with within(name):
        given = context.binds.value(value, Identity().parse, Identifier())
    if given is None or context.recorded:
        return context.dialect.missing(Identity()) if given is None else given
    record = context.aliases.of(context.tables.record, "record")
    became = value_from(rows_of(record, record.c.id == given), record.c.merged_into)
    return func.coalesce(became, given, type_=Identifier())


def _depth(source: Neighbourhood | ShortestPath) -> int:
    for name in ("depth", "budget"):
        if getattr(source, name) < 0:
            raise BadValue(f"{name} is {getattr(source, name)}; it counts from 0.", path=name)
    if source.depth > DEEPEST:
        raise TooLarge(f"A walk goes {DEEPEST} ties deep, not {source.depth}.", path="depth")
    return source.depth


def _hop(
    hops: Sequence[CTE],
    source: Neighbourhood | ShortestPath,
    where: Sequence[Predicate],
    context: Context,
) -> CTE:
    """The records one tie beyond the last hop that no hop has met."""
    met = _beside(hops[-1], source.types, context).subquery("met")
    judged = readable(met.c.id, _reachable(source.types, context), context=context)
    unmet = (~exists(hop, hop.c.id == met.c.id) for hop in hops)
    rows = rows_of(met, *unmet, *([] if judged is None else [judged]), *where)
    kept = rows.add_columns(met.c.id).distinct().order_by(met.c.id)
    return _named(kept.limit(raw(str(source.budget))), "hop", context)


def _beside(records: CTE, types: Sequence[str], context: Context) -> CompoundSelect[Any]:
    """The ids at the other ends of the ties of some records."""
    sides = (("source_id", "target_id"), ("target_id", "source_id"))
    return union_all(
        *(
            _other_ends(records, relationship, near, far, context)
            for relationship in _walked(types, context)
            for near, far in sides
        )
    )


def _other_ends(
    records: CTE, relationship: RelationshipType, near: str, far: str, context: Context
) -> Select[Any]:
    tie = type_row(relationship.name, context=context)
    held = holding(tie.columns, relationship, None, context=context)
    begun = context.aliases.of(records, "begun")
    ties = begun.join(tie.columns, tie.columns.c[near] == begun.c.id)
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


def _leading(hops: Sequence[CTE], end: Sql, source: ShortestPath, context: Context) -> list[CTE]:
    """Per hop the records that lie on a shortest chain: the end, and from which one of the next hop is reached."""
    last = hops[-1]
    leading = [_named(rows_of(last, last.c.id == end).add_columns(last.c.id), "leading", context)]
    for hop in reversed(hops[:-1]):
        onward = hop.c.id.in_(_beside(leading[0], source.types, context))
        rows = rows_of(hop, or_(hop.c.id == end, onward)).add_columns(hop.c.id)
        leading.insert(0, _named(rows, "leading", context))
    return leading


def _named(rows: Select[Any], name: str, context: Context) -> CTE:
    return rows.cte(context.aliases.name(name))


def _listed(hops: Sequence[CTE], *, first: int, context: Context) -> tuple[Row, tuple[Key, ...]]:
    """The records of all hops, and the hop as the key of their order."""
    row = row_of(RECORD, context.catalogue.concrete(RECORD), context=context)
    numbered = [
        rows_of(hop).add_columns(hop.c.id, raw(str(number), Integer()).label("distance"))
        for number, hop in enumerate(hops, first)
    ]
    if not numbered:
        return replace(row, where=(*row.where, false())), ()
    reached = union_all(*numbered).subquery("reached")
    joined = reached.join(row.columns, row.id == reached.c.id)
    distance = Key(expression=reached.c.distance, kind=IntegerKind(), nullable=False)
    return replace(row, joined=joined), (distance,)
