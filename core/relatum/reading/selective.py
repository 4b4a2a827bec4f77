"""Whether a condition on other records is better answered from their end: an index is there to begin from.

Filters on what a row is tied to have two forms. Put to each row, as EXISTS, they end with the page. Made first, as a set of
ids, they end with the set: where the condition begins at an id, a unique value or a name, as policies do at the
principal, that is far less than all rows. PostgreSQL weighs the two by itself, SQLite takes what it is given.
"""

from collections.abc import Iterable
from typing import Final

from relatum.catalogue.model import EntityType, RecordType
from relatum.catalogue.places import Place, climbed
from relatum.reading.context import Context
from relatum_schemas.kinds import Text
from relatum_schemas.selection import (
    All,
    AnyOf,
    Climb,
    Compare,
    Condition,
    FieldPath,
    OnRecord,
    Operator,
    Related,
    Step,
)

_NARROWING: Final = {Operator.EQ, Operator.IN, Operator.STARTS_WITH, Operator.MATCHES}


def names_one(condition: Condition | None) -> bool:
    """Return whether a condition names the one record that it means by its id."""
    match condition:
        case Compare(path=path, operator=Operator.EQ):
            return path == FieldPath(field="id")
        case All(of=of):
            return any(names_one(each) for each in of)
    return False


def singles_out(condition: Condition) -> bool:
    """Return whether a condition names the few records that it means by their ids."""
    match condition:
        case Compare(path=path, operator=operator):
            named = operator in (Operator.EQ, Operator.IN)
            return named and not path.steps and path.field == "id"
        case All(of=of):
            return any(singles_out(each) for each in of)
    return False


def narrows(condition: Condition | None, place: Place, *, context: Context) -> bool:
    """Return whether a condition on rows at a place is fulfilled by few of them, found by an index."""
    match condition:
        case Compare(path=path, operator=operator):
            return operator in _NARROWING and _indexed(path, operator, place, context)
        case Related(quantifier="some", end=end, condition=inner):
            return narrows(inner, ties_over(end, place, context), context=context)
        case OnRecord(across=across, condition=inner):
            return narrows(inner, records_across(across, place, context), context=context)
        case Climb(ends=ends, condition=inner):
            return narrows(inner, climbed(context.catalogue, place, ends), context=context)
        case All(of=of):
            return any(narrows(each, place, context=context) for each in of)
        case AnyOf(of=of):
            return bool(of) and all(narrows(each, place, context=context) for each in of)
    return False


def _indexed(path: FieldPath, operator: Operator, place: Place, context: Context) -> bool:
    for step in path.steps:
        place = _stepped(step, place, context)
    types = [context.catalogue.types[name] for name in place.types]
    return (
        path.part is None
        and bool(types)
        and all(_selects(path.field, operator, each) for each in types)
    )


def _selects(name: str, operator: Operator, record_type: RecordType) -> bool:
    """Whether few records of a type have such a value: an id, what is unique, the words of a text, a thing's name."""
    field = record_type.all_fields.get(name)
    if field is None or name == "id" or field.unique:
        return field is not None
    if operator is Operator.MATCHES:
        return True
    named = (field.label or field.indexed) and isinstance(field.kind, Text)
    return named and isinstance(record_type, EntityType)


def _stepped(step: Step, place: Place, context: Context) -> Place:
    if step.end is None:
        return records_across(step.across or "node", place, context)
    tie = ties_over(step.end, place, context)
    return tie if step.edge else Place(tie.far)


def ties_over(end_name: str, place: Place, context: Context) -> Place:
    """Return where one is at the ties of an end."""
    ends = [
        end
        for name in place.types
        if (end := context.catalogue.types[name].ends.get(end_name)) is not None
    ]
    others = _once(other for end in ends for other in end.others)
    return Place(_once(end.relationship for end in ends), far=others)


def records_across(across: str, place: Place, context: Context) -> Place:
    """Return where one is at the records at an end of ties."""
    if across == "node":
        return Place(place.far)
    ties = [
        context.catalogue.relationships[name]
        for name in place.types
        if name in context.catalogue.relationships
    ]
    sides = [tie.source if across == "source" else tie.target for tie in ties]
    return Place(_once(name for side in sides for name in side.types))


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
