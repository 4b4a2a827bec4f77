"""On which other records it depends whether a record is in sight: what the rules about its type, and a filter, pass."""

from collections.abc import Iterator
from dataclasses import dataclass

from relatum.catalogue.model import Catalogue, RelationshipType
from relatum.catalogue.places import Place, climbed, ends_at, over, placed, stepped
from relatum.reading.context import Context
from relatum_schemas.policy import READ
from relatum_schemas.selection import (
    All,
    AnyOf,
    Climb,
    Compare,
    Condition,
    Not,
    OnRecord,
    Operator,
    Related,
)


@dataclass(frozen=True)
class Dependence:
    """Types on whose records it depends whether those of a type are in sight.

    Attributes:
        near: types of ties that stand on the records themselves and matter nowhere else.
        far: all other types, of ties and of entities.
        growing: whether what comes to be there only ever brings records into sight.
    """

    near: frozenset[str]
    far: frozenset[str]
    growing: bool


def dependence(type_name: str, asked: Condition | None, *, context: Context) -> Dependence:
    """Return on what it depends whether records of a type may be read, and fulfil a condition."""
    near: set[str] = set()
    far: set[str] = set()
    for name, depth in _passed(type_name, asked, 0, frozenset(), context):
        (near if depth == 0 else far).add(name)
    granted = (
        grant.condition
        for name in {type_name, *near, *far}
        for grant in context.access.grants(context.catalogue, name, READ)
    )
    growing = all(each is None or _grows(each) for each in (asked, *granted))
    return Dependence(frozenset(near - far), frozenset(far), growing)


def _grows(condition: Condition) -> bool:
    """Whether a condition that holds goes on to hold whatever comes to be there besides."""
    match condition:
        case All(of=of) | AnyOf(of=of):
            return all(_grows(each) for each in of)
        case Not():
            return False
        case Related(quantifier=quantifier, condition=inner):
            return quantifier == "some" and (inner is None or _grows(inner))
        case Climb(condition=inner):
            return _grows(inner)
        case OnRecord(condition=inner):
            return inner is None or _grows(inner)
        case Compare(path=path, operator=operator):
            absent = bool(path.steps) and operator is Operator.IS_NULL
            return not absent and path.field != "missing"
    return True


def _passed(
    type_name: str, asked: Condition | None, depth: int, seen: frozenset[str], context: Context
) -> Iterator[tuple[str, int]]:
    """The types that are passed, each with 0 for a tie at the record itself, and more further on."""
    if type_name in seen:
        return
    catalogue, within = context.catalogue, seen | {type_name}
    grants = context.access.grants(catalogue, type_name, READ)
    for condition in (asked, *(grant.condition for grant in grants)):
        if condition is not None:
            yield from _in_condition(catalogue, Place((type_name,)), condition, depth)
    if any(grant.both_ends for grant in grants):
        relationship = catalogue.types[type_name]
        assert isinstance(relationship, RelationshipType)
        for end in {*relationship.source.types, *relationship.target.types}:
            yield end, depth + 1
            for name, _ in _passed(end, None, depth + 1, within, context):
                yield name, depth + 1


def _in_condition(
    catalogue: Catalogue, start: Place, condition: Condition, depth: int
) -> Iterator[tuple[str, int]]:
    for place, each in placed(catalogue, start, condition):
        here = depth if place == start else depth + 1
        match each:
            case Related(end=name):
                for tie in over(catalogue, place, name).types:
                    yield tie, here
            case Climb(ends=ends):
                reached = climbed(catalogue, place, ends)
                for name in ends:
                    for end in ends_at(catalogue, reached, name):
                        yield end.relationship, depth + 1
            case Compare():
                yield from _in_comparison(catalogue, place, each, here)
                if place != start and each.path.field != "id":
                    for name in place.types:
                        yield name, depth + 1


def _in_comparison(
    catalogue: Catalogue, place: Place, compare: Compare, depth: int
) -> Iterator[tuple[str, int]]:
    at = place
    for step in compare.path.steps:
        ties, at = stepped(catalogue, at, step)
        for name in ties.types:
            yield name, depth
        depth += 1
        for name in at.types:
            yield name, depth
    if compare.path.field == "missing":
        for name in at.types:
            for end in catalogue.ends(name).values():
                yield end.relationship, depth
