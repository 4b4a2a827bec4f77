"""Where a rule's path arrives, followed from a record: those who may be the principal, or the firm that it acts for.

More may be found than fulfil the rule's condition, never fewer. A condition that holds for others as well, whoever they
are, has no such place.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, union_all

from relatum.catalogue.model import End, RelationshipType
from relatum.catalogue.places import Place, climbed
from relatum.explaining.chains import by_steps
from relatum.reading.context import Context
from relatum.reading.rows import TypeRow
from relatum.reading.sql import Predicate, Sql, rows_of
from relatum.reading.ties import ties_on
from relatum_schemas.principal import PRINCIPAL_FIRM, PRINCIPAL_ID
from relatum_schemas.selection import (
    All,
    AnyOf,
    Climb,
    Compare,
    Condition,
    FieldPath,
    OnRecord,
    Operator,
    Parameter,
    Related,
)

Arrival = tuple[str, Select[Any]]
"""Who is meant, the principal or its firm, and the ids of those who may be it."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a path has found: records of these types by their ids, or ties.

    Attributes:
        types: of the records.
        ids: of the records; none of ties.
        tie: the ties.
        where: which of them.
    """

    types: tuple[str, ...]
    ids: Select[Any] | None = None
    tie: TypeRow | None = None
    where: tuple[Predicate, ...] = ()

    def at(self, column: Sql | None = None) -> Select[Any]:
        """The ids of the records, or of what a column of the ties names: the ties themselves where none is given."""
        if self.tie is None:
            assert self.ids is not None
            return self.ids
        asked = self.tie.id if column is None else column
        return rows_of(self.tie.columns, *self.where).add_columns(asked.label("id"))


def arrivals(
    condition: Condition, found: Sequence[Found], *, context: Context
) -> list[Arrival] | None:
    """Return who may be meant by the principal in a condition on what was found; None where anybody may.

    Args:
        condition: of a rule.
        found: on what it is judged.
        context: unguarded.
    """
    match condition:
        case Compare():
            return _compared(condition, found, context)
        case All(of=of):
            parts = (arrivals(each, found, context=context) for each in of)
            return next((part for part in parts if part is not None), None)
        case AnyOf(of=of):
            known = [arrivals(each, found, context=context) for each in of]
            if any(part is None for part in known):
                return None
            return [each for part in known for each in part or ()]
        case Related(quantifier="some", condition=inner) if inner:
            return arrivals(inner, list(_ties(condition, found, context)), context=context)
        case OnRecord(across=across, condition=inner) if inner:
            return arrivals(inner, list(_records(found, across)), context=context)
        case Climb(condition=inner):
            return arrivals(inner, [_climbed(condition, found, context)], context=context)
    return None


def _compared(condition: Compare, found: Sequence[Found], context: Context) -> list[Arrival] | None:
    unfolded = by_steps(condition)
    if unfolded is not None:
        return arrivals(unfolded, found, context=context)
    value = condition.value
    if (
        not isinstance(value, Parameter)
        or value.parameter not in (PRINCIPAL_ID, PRINCIPAL_FIRM)
        or condition.path != FieldPath(field="id")
        or condition.operator is not Operator.EQ
    ):
        return None
    return [(value.parameter, each.at()) for each in found]


def _ties(condition: Related, found: Sequence[Found], context: Context) -> Iterator[Found]:
    for each in found:
        for end in _ends(each.types, condition.end, context):
            for tie, near in ties_on(end, condition.holds, context=context):
                here = context.dialect.one_of_few(near, each.at())
                yield Found((end.relationship,), tie=tie, where=(*tie.where, here))


def _ends(types: Sequence[str], name: str, context: Context) -> list[End]:
    """The ends of that name that some types have."""
    held = (context.catalogue.types[each].ends.get(name) for each in types)
    return list({(end.relationship, end.side): end for end in held if end is not None}.values())


def _records(found: Sequence[Found], across: str) -> Iterator[Found]:
    for each in found:
        tie = each.tie
        if tie is None:
            continue
        if across == "node":
            assert tie.far is not None
            yield Found(tie.far.types, each.at(tie.far.id))
        else:
            relationship = tie.record_type
            assert isinstance(relationship, RelationshipType)
            side = relationship.source if across == "source" else relationship.target
            yield Found(side.types, each.at(tie.columns.c[f"{across}_id"]))


def _climbed(condition: Climb, found: Sequence[Found], context: Context) -> Found:
    """All records that a climb reaches, those where it begins included."""
    types = tuple(dict.fromkeys(name for each in found for name in each.types))
    place = climbed(context.catalogue, Place(types), condition.ends)
    begun = union_all(*(each.at() for each in found)).subquery(context.aliases.name("begun"))
    way = select(begun.c.id).cte(context.aliases.name("climbed"), recursive=True)
    hops = []
    for name in condition.ends:
        for end in _ends(place.types, name, context):
            for tie, near in ties_on(end, condition.holds, context=context):
                assert tie.far is not None
                rows = rows_of(tie.columns, *tie.where)
                hops.append(rows.add_columns(near.label("near"), tie.far.id.label("far")))
    hop = union_all(*hops).subquery(context.aliases.name("hop"))
    met = way.union(select(hop.c.far).select_from(way.join(hop, hop.c.near == way.c.id)))
    return Found(place.types, select(met.c.id))
