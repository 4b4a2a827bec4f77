"""From a row to its ties, and from a tie to what stands at its ends."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from sqlalchemy import case, or_

from relatum.catalogue.model import End, RelationshipType
from relatum.reading.context import Context
from relatum.reading.guards import type_row
from relatum.reading.rows import Far, Row, TypeRow
from relatum.reading.sql import Sql
from relatum.reading.times import holding
from relatum_schemas.errors import BadSelection, UnknownField
from relatum_schemas.selection import All, AnyOf, Compare, Condition, FieldPath, Holds, Not, Related

Across = Literal["node", "source", "target"]


def end_of(row: Row, name: str, *, context: Context) -> End:
    """Return an end of a row.

    Raises:
        UnknownField: the row has no such end.
    """
    if isinstance(row, TypeRow) or row.declared:
        return context.catalogue.end(row.declared, name)
    ends = ends_of(row, name, context=context)
    if len(ends) == 1 and all(name in context.catalogue.ends(each) for each in row.types):
        return ends[0]
    raise UnknownField(f"{' or '.join(row.types)} have no end {name!r} in common.", path=name)


def ends_of(row: Row, name: str, *, context: Context) -> tuple[End, ...]:
    """Return the ends of that name that the types of a row have; a policy's path may follow several."""
    held = (context.catalogue.types[each].ends.get(name) for each in row.types)
    return tuple({(end.relationship, end.side): end for end in held if end is not None}.values())


def ties_at(row: Row, end: End, holds: Holds | None, *, context: Context) -> TypeRow:
    """Return the ties of a row at one of its ends that hold at the time asked."""
    tie = _ties(end, holds, context)
    source, target = tie.columns.c.source_id, tie.columns.c.target_id
    if end.side == "either":
        link = or_(source == row.id, target == row.id)
        far: Sql = case((source == row.id, target), else_=source)
    else:
        near, far = _near_and_far(tie, end.side)
        link = near == row.id
    return replace(
        tie,
        where=(link, *tie.where),
        far=Far(id=far, declared=end.other, types=end.others),
    )


def ties_on(end: End, holds: Holds | None, *, context: Context) -> Iterator[tuple[TypeRow, Sql]]:
    """Give the ties at an end whichever record has it, and that record's id; of symmetric ties from either side."""
    for side in ("source", "target") if end.side == "either" else (end.side,):
        tie = _ties(end, holds, context)
        near, far = _near_and_far(tie, side)
        yield replace(tie, far=Far(id=far, declared=end.other, types=end.others)), near


def _ties(end: End, holds: Holds | None, context: Context) -> TypeRow:
    tie = type_row(end.relationship, context=context)
    relationship = context.catalogue.relationship(end.relationship)
    held = holding(tie.columns, relationship, holds, context=context)
    return replace(tie, where=(*held, *tie.where))


def _near_and_far(tie: TypeRow, side: str) -> tuple[Sql, Sql]:
    source, target = tie.columns.c.source_id, tie.columns.c.target_id
    return (source, target) if side == "source" else (target, source)


def far_of(row: Row, across: Across, *, context: Context) -> Far:
    """Return which record stands at an end of a tie.

    Raises:
        BadSelection: the row is no tie, or its far end is asked although it was reached through none.
    """
    relationship = context.catalogue.relationships.get(row.declared)
    if not isinstance(row, TypeRow) or relationship is None:
        raise BadSelection(
            f"{row.declared or ' or '.join(row.types)} is no relationship type and has no {across}."
        )
    if across == "node":
        if row.far is None:
            raise BadSelection(
                "A tie has a node only where it was reached through an end.",
                hint="Ask for its source or its target.",
            )
        return row.far
    return _side(row, relationship, across)


def _side(row: TypeRow, relationship: RelationshipType, across: Literal["source", "target"]) -> Far:
    side = relationship.side(across)
    return Far(id=row.columns.c[f"{across}_id"], declared=side.declared, types=side.types)


def asks_ties_only(condition: Condition) -> bool:
    """Return whether a condition asks for no more of a record than its id and its ties."""
    match condition:
        case Compare(path=path):
            return path == FieldPath(field="id")
        case Related():
            return True
        case All(of=of) | AnyOf(of=of):
            return all(asks_ties_only(each) for each in of)
        case Not(condition=inner):
            return asks_ties_only(inner)
    return False
