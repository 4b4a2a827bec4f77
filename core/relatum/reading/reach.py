"""From the principal on: what its grants on a type reach, as one set of ids at the head of the statement.

Each grant begins at the principal and is followed back through the indexes of ties; the union of what they find is made
once in a statement, however often rows are judged by it. A grant that begins nowhere (a flag of the record, a negation)
reaches no such set, and one that is large for the principal is not made: rows are then judged one by one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import CTE, FromClause, Select, union, union_all

from relatum.access import Grant
from relatum.catalogue.model import RelationshipType
from relatum.catalogue.places import Place, led_to
from relatum.reading.climbing import leading
from relatum.reading.conditions import predicate
from relatum.reading.context import Context
from relatum.reading.guards import both_ends, type_row_unguarded
from relatum.reading.rows import TypeRow
from relatum.reading.selective import narrows
from relatum.reading.sql import Predicate, rows_of
from relatum.reading.ties import ties_on
from relatum_schemas.policy import READ
from relatum_schemas.selection import All, AnyOf, Climb, Condition, OnRecord, Related

Ids = Select[Any]
"""A select of one column of ids."""


def reached(
    type_name: str, grants: Sequence[Grant], *, ties: bool = False, context: Context
) -> CTE | None:
    """Return the ids of the records that some grants open; None where rows are better judged one by one.

    Args:
        type_name: a concrete type.
        grants: on the type, none of which opens every record.
        ties: whether ties that are open by their ends are gathered, too. A tie that is at hand is better judged by the
            records at its ends.
        context: for whom.
    """
    if not grants or (not ties and any(grant.both_ends for grant in grants)):
        return None
    if not all(_begins(grant, type_name, context) for grant in grants):
        return None
    if not context.gathers and any(_narrows(grant, type_name, context) for grant in grants):
        context.reach.weighed.add(type_name)
        if type_name in context.access.large:
            return None
    known = context.reach.known(type_name, grants)
    if known is not None:
        return known
    ids = list(_branches(type_name, grants, context))
    whole = union(*ids) if len(ids) > 1 else ids[0].distinct()
    made = whole.cte(context.aliases.name("reach")).prefix_with("MATERIALIZED")
    context.reach.keep(type_name, grants, made)
    return made


def gathered(type_name: str, grants: Sequence[Grant], *, context: Context) -> list[Ids]:
    """Return what those of some grants reach that begin at few ids: a select for each way on which ids are found."""
    beginning = [grant for grant in grants if _narrows(grant, type_name, context)]
    return list(_branches(type_name, beginning, context))


def begun(row: TypeRow, ids: FromClause, *, context: Context) -> TypeRow:
    """Return a row that is looked up from some ids, never looked for."""
    joined, where = context.dialect.begun(ids, row.columns, row.id)
    return replace(row, joined=joined, where=(*where, *row.where), begun=True)


def _begins(grant: Grant, type_name: str, context: Context) -> bool:
    """Whether a grant leads from few ids to what it opens."""
    if _narrows(grant, type_name, context):
        return True
    return grant.both_ends and _from_ends(type_name, context) is not None


def _narrows(grant: Grant, type_name: str, context: Context) -> bool:
    return narrows(grant.condition, Place((type_name,)), context=context)


def _branches(type_name: str, grants: Sequence[Grant], context: Context) -> Iterator[Ids]:
    inside = replace(context.judged(type_name), way="set_first")
    for grant in grants:
        if not _narrows(grant, type_name, context):
            yield _of_ends(type_name, grant, inside, context)
            continue
        assert grant.condition is not None
        for each in _alternatives(grant.condition, Place((type_name,)), inside):
            for ids in _ids(each, type_name, inside):
                if not grant.both_ends:
                    yield ids
                    continue
                row = begun(_row(type_name, inside), ids.subquery("found"), context=inside)
                yield _ids_of(row, both_ends(row, context))


def _alternatives(condition: Condition, place: Place, context: Context) -> Iterator[Condition]:
    """The conditions of which a condition holds one, so that no OR stands where rows are looked for."""
    if not narrows(condition, place, context=context):
        yield condition
        return
    match condition:
        case AnyOf(of=of):
            for each in of:
                yield from _alternatives(each, place, context)
        case All(of=of):
            first = next(each for each in of if narrows(each, place, context=context))
            rest = tuple(each for each in of if each is not first)
            for each in _alternatives(first, place, context):
                yield All(of=(each, *rest))
        case Related() | Climb() | OnRecord():
            onward = led_to(context.catalogue, place, condition)
            inner = () if onward is None else _alternatives(onward[1], onward[0], context)
            for each in inner:
                yield condition.model_copy(update={"condition": each})
        case _:
            yield condition


def _ids(condition: Condition, type_name: str, context: Context) -> Iterator[Ids]:
    """The records of a type on which a condition holds that few of them fulfil."""
    place = Place((type_name,))
    match condition:
        case All(of=(first, *rest)) if rest:
            for ids in _ids(first, type_name, context):
                row = begun(_row(type_name, context), ids.subquery("found"), context=context)
                yield _ids_of(row, [predicate(each, row, context=context) for each in rest])
        case All(of=(first,)):
            yield from _ids(first, type_name, context)
        case Related() if narrows(condition, place, context=context):
            yield from _tied(condition, type_name, context)
        case Climb() if narrows(condition, place, context=context):
            found = leading(condition, (type_name,), context=context)
            yield _ids_of(begun(_row(type_name, context), found, context=context))
        case _:
            row = _row(type_name, context)
            yield _ids_of(row, [predicate(condition, row, context=context)])


def _tied(condition: Related, type_name: str, context: Context) -> Iterator[Ids]:
    """The records of a type that have such a tie, taken from the ties."""
    end = context.catalogue.types[type_name].ends.get(condition.end)
    if end is not None:
        for tie, near in ties_on(end, condition.holds, context=context):
            judged = (
                []
                if condition.condition is None
                else [predicate(condition.condition, tie, context=context)]
            )
            ids = rows_of(tie.columns, *tie.where, *judged).add_columns(near.label("id"))
            if _near_types(end.relationship, end.side, context) == {type_name}:
                yield ids
            else:  # the end is that of other types as well
                row = begun(_row(type_name, context), ids.subquery("found"), context=context)
                yield _ids_of(row)


def _near_types(relationship: str, side: str, context: Context) -> set[str]:
    tie = context.catalogue.relationships[relationship]
    if side == "either":
        return {*tie.source.types, *tie.target.types}
    return set((tie.source if side == "source" else tie.target).types)


def _of_ends(type_name: str, grant: Grant, inside: Context, context: Context) -> Ids:
    """The ties that are open by their ends, looked up from the end of which few records are open."""
    found = _from_ends(type_name, context)
    assert found is not None
    side, ids = found
    row = _row(type_name, inside)
    joined, where = context.dialect.begun(ids, row.columns, row.columns.c[side])
    row = replace(row, joined=joined, where=(*where, *row.where))
    judged = [] if grant.condition is None else [predicate(grant.condition, row, context=inside)]
    return _ids_of(row, [*judged, *both_ends(row, context)])


def _from_ends(type_name: str, context: Context) -> tuple[str, FromClause] | None:
    """The side of ties on which few records are open, and those records."""
    relationship = context.catalogue.types[type_name]
    if not isinstance(relationship, RelationshipType) or type_name in context.judging:
        return None
    judging = context.judging | {type_name}
    reading = replace(context, clock=context.present, right=READ, judging=judging)
    for name, side in (("source_id", relationship.source), ("target_id", relationship.target)):
        sets: list[CTE] = []
        for each in side.types:
            grants = context.access.grants(context.catalogue, each, READ)
            if any(grant.unconditional for grant in grants):
                break
            if not grants:
                continue
            ids = reached(each, grants, context=reading)
            if ids is None:
                break
            sets.append(ids)
        else:
            if sets:
                return name, _together(sets)
    return None


def _together(sets: Sequence[CTE]) -> FromClause:
    if len(sets) == 1:
        return sets[0]
    return union_all(*(rows_of(each).add_columns(each.c.id) for each in sets)).subquery("few")


def _row(type_name: str, context: Context) -> TypeRow:
    return type_row_unguarded(type_name, context=context)


def _ids_of(row: TypeRow, judged: Sequence[Predicate] = ()) -> Ids:
    return rows_of(row.source, *row.where, *judged).add_columns(row.id.label("id"))
