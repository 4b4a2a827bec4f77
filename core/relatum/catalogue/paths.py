"""Dotted paths and conditions, resolved against the catalogue.

Declarations and the Python face write ``installed_at.site``; everything downstream reads a `FieldPath` of steps. After
an end, a name is first looked for among the tie's properties, then on the far record; ``edge.`` and ``node.`` say which
is meant where both have it.
"""

from collections.abc import Iterator, Sequence

from relatum.catalogue.model import Catalogue, Field
from relatum.catalogue.places import Place, across, climbed, over
from relatum_schemas.errors import BadSelection, UnknownField
from relatum_schemas.selection import (
    All,
    AnyOf,
    Climb,
    Compare,
    Condition,
    FieldPath,
    Not,
    OnRecord,
    Related,
    Step,
)


def resolve_path(catalogue: Catalogue, type_name: str, path: str) -> FieldPath:
    """The value that a dotted path names, seen from a type or trait.

    Raises:
        UnknownField: a name is neither field nor end there.
        BadSelection: the path passes an end that may lead to several records.
    """
    return _resolved(catalogue, Place((type_name,)), path)


def _resolved(catalogue: Catalogue, place: Place, path: str) -> FieldPath:
    steps: list[Step] = []
    names = path.split(".")
    while names:
        name, *names = names
        found = field_at(catalogue, place, name)
        if found is not None:
            return _ending(found, tuple(steps), names, path)
        step, place, names = step_at(catalogue, place, name, names, path)
        steps.append(step)
    raise UnknownField(f"{path!r} ends on a record; name one of its fields.")


def _ending(found: Field, steps: tuple[Step, ...], rest: Sequence[str], path: str) -> FieldPath:
    if not rest:
        return FieldPath(steps=steps, field=found.name)
    if len(rest) == 1 and rest[0] in found.kind.parts:
        return FieldPath(steps=steps, field=found.name, part=rest[0])
    raise UnknownField(
        f"{path!r}: {found.name!r} is {found.kind.described()} and has no {'.'.join(rest)!r}."
    )


def field_at(catalogue: Catalogue, place: Place, name: str) -> Field | None:
    """Return the field, when the types at the place have it all."""
    fields = [catalogue.fields(each).get(name) for each in place.types]
    return fields[0] if fields and all(fields) else None


def step_at(
    catalogue: Catalogue, place: Place, name: str, rest: list[str], path: str
) -> tuple[Step, Place, list[str]]:
    """Return the step that a name takes from a place, where it arrives, and the names that remain.

    Raises:
        UnknownField: there is no such end.
        BadSelection: the end may lead to several records, or what it leads to is named twice.
    """
    if name == "node" and place.far:
        return Step(across="node"), Place(place.far), rest
    relationship = catalogue.relationships.get(place.types[0])
    if relationship is not None and name in ("source", "target"):
        side = relationship.source if name == "source" else relationship.target
        return Step(across="source" if name == "source" else "target"), Place(side.types), rest
    end = catalogue.end(place.types[0], name)
    if not end.to_one:
        raise BadSelection(
            f"{path!r}: {name!r} may lead to several records.",
            hint="Use Ties(...).some(...) for a condition on them.",
        )
    tie = Place((end.relationship,), far=end.others)
    if rest and rest[0] == "edge":
        return Step(end=name, edge=True), tie, rest[1:]
    if rest and rest[0] == "node":
        return Step(end=name), Place(end.others), rest[1:]
    if rest and rest[0] in _properties(catalogue, end.relationship):
        if field_at(catalogue, Place(end.others), rest[0]) is not None:
            raise BadSelection(
                f"{path!r}: both the tie and the record have {rest[0]!r}.",
                hint=f"Write {name}.edge.{rest[0]} or {name}.node.{rest[0]}.",
            )
        return Step(end=name, edge=True), tie, rest
    return Step(end=name), Place(end.others), rest


def _properties(catalogue: Catalogue, relationship: str) -> set[str]:
    found = catalogue.relationship(relationship)
    return {*found.fields, *({"valid_from", "valid_to"} if found.validity else ())}


def resolve_condition(catalogue: Catalogue, type_name: str, condition: Condition) -> Condition:
    """A condition with every dotted path resolved, seen from a type or trait.

    Raises:
        UnknownField, UnknownType, BadSelection: a name in it has no meaning there.
    """
    return _condition(catalogue, Place((type_name,)), condition)


def _condition(catalogue: Catalogue, place: Place, condition: Condition) -> Condition:
    match condition:
        case Compare(path=FieldPath(steps=(), part=None) as path):
            return condition.model_copy(update={"path": _resolved(catalogue, place, path.field)})
        case Related(end=name, condition=inner):
            ties = over(catalogue, place, name)
            return _with_inner(catalogue, ties, condition, inner)
        case Climb(ends=ends, condition=inner):
            return _with_inner(catalogue, climbed(catalogue, place, ends), condition, inner)
        case OnRecord(across=way, condition=inner) if inner is not None:
            return _with_inner(catalogue, across(catalogue, place, way), condition, inner)
        case All(of=of) | AnyOf(of=of):
            return condition.model_copy(
                update={"of": tuple(_condition(catalogue, place, each) for each in of)}
            )
        case Not(condition=inner):
            return Not(condition=_condition(catalogue, place, inner))
        case _:
            return condition


def _with_inner(
    catalogue: Catalogue,
    place: Place,
    condition: Related | Climb | OnRecord,
    inner: Condition | None,
) -> Condition:
    """A condition with what it asks of the rows that it leads to resolved."""
    if inner is None:
        return condition
    return condition.model_copy(update={"condition": _condition(catalogue, place, inner)})


def own_comparisons(condition: Condition) -> Iterator[Compare]:
    """The comparisons that a condition on a record's own fields is made of.

    Raises:
        BadSelection: it asks about other records.
    """
    match condition:
        case Compare(path=FieldPath(steps=())):
            yield condition
        case All(of=of) | AnyOf(of=of):
            for each in of:
                yield from own_comparisons(each)
        case Not(condition=inner):
            yield from own_comparisons(inner)
        case Compare() | Related() | Climb() | OnRecord():
            raise BadSelection(
                "The condition asks about other records.",
                hint="Name fields of the record itself.",
            )


def arrival(catalogue: Catalogue, type_name: str, step: Step) -> str:
    """A type at which a resolved step arrives from a type; of several, the first.

    Raises:
        UnknownField: the type has no such end.
    """
    if step.end is not None:
        end = catalogue.end(type_name, step.end)
        return end.relationship if step.edge else end.others[0]
    relationship = catalogue.relationship(type_name)
    return (relationship.source if step.across == "source" else relationship.target).types[0]
