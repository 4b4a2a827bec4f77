"""Places: at records of which types a path or a condition has arrived, and where it goes on from there."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from relatum.catalogue.model import Catalogue, End
from relatum_schemas.errors import BadSelection, UnknownField
from relatum_schemas.selection import (
    All,
    AnyOf,
    Climb,
    Compare,
    Condition,
    IsType,
    Not,
    OnRecord,
    Related,
    Step,
)


@dataclass(frozen=True)
class Place:
    """Where a path has arrived: at records of these types; ``far`` when a tie was reached through an end."""

    types: tuple[str, ...]
    far: tuple[str, ...] = ()


def ends_at(catalogue: Catalogue, place: Place, name: str) -> tuple[End, ...]:
    """The ends of that name that the types at a place have: one, or where several types differ, several.

    Raises:
        UnknownField: none of them has such an end.
    """
    if len(place.types) == 1:
        return (catalogue.end(place.types[0], name),)
    held = [catalogue.ends(each) for each in place.types]
    found = (ends[name] for ends in held if name in ends)
    ends = {(end.relationship, end.side): end for end in found}
    if not ends:
        raise UnknownField(
            f"{' and '.join(place.types)} have no end {name!r}.",
            hint=f"They have: {', '.join(sorted(set().union(*held))) or 'none'}.",
        )
    return tuple(ends.values())


def over(catalogue: Catalogue, place: Place, name: str) -> Place:
    """The ties at an end.

    Raises:
        UnknownField: there is no such end.
    """
    ends = ends_at(catalogue, place, name)
    return Place(
        _once(end.relationship for end in ends),
        far=_once(far for end in ends for far in end.others),
    )


def across(catalogue: Catalogue, place: Place, way: str) -> Place:
    """The records at an end of ties.

    Raises:
        BadSelection: the ties were reached through no end, so that they have no ``node``.
        UnknownType: the place is at no ties.
    """
    if way == "node":
        if not place.far:
            raise BadSelection(
                "A condition on the node has a meaning only on ties reached through an end."
            )
        return Place(place.far)
    ties = [catalogue.relationship(name) for name in place.types]
    sides = [tie.source if way == "source" else tie.target for tie in ties]
    return Place(_once(name for side in sides for name in side.types))


def climbed(catalogue: Catalogue, place: Place, ends: Sequence[str]) -> Place:
    """The records from which a climb over these ends starts, and all that it may reach.

    Raises:
        UnknownField: no record there has such an end.
        BadSelection: an end does not lead on to types that have one of the ends.
    """
    for name in ends:
        ends_at(catalogue, place, name)
    reached = list(_once(each for name in place.types for each in catalogue.concrete(name)))
    for type_name in reached:
        known = catalogue.ends(type_name)
        onward = (far for name in ends if name in known for far in known[name].others)
        reached += [far for far in _once(onward) if far not in reached]
    for name in ends:
        leads = {
            far for each in reached if (end := catalogue.ends(each).get(name)) for far in end.others
        }
        if not any(other in catalogue.ends(far) for far in leads for other in ends):
            raise BadSelection(
                f"{name!r} leads to {' or '.join(sorted(leads))}, which {name!r} does not lead on from.",
                hint="Climb an end that leads back to types that have it, or follow it once, without *.",
            )
    return Place(tuple(reached))


def stepped(catalogue: Catalogue, place: Place, step: Step) -> tuple[Place, Place]:
    """The ties that a step of a path passes, none across a tie, and where it arrives.

    Raises:
        UnknownField, UnknownType, BadSelection: the step leads nowhere from there.
    """
    if step.end is None:
        return Place(()), across(catalogue, place, step.across or "node")
    tie = over(catalogue, place, step.end)
    return tie, tie if step.edge else Place(tie.far)


def placed(
    catalogue: Catalogue, place: Place, condition: Condition
) -> Iterator[tuple[Place, Compare | Related | Climb | OnRecord | IsType]]:
    """A resolved condition and all that it is made of, each with the place of the rows that it is asked of."""
    match condition:
        case All(of=of) | AnyOf(of=of):
            for each in of:
                yield from placed(catalogue, place, each)
        case Not(condition=inner):
            yield from placed(catalogue, place, inner)
        case _:
            yield place, condition
            asked = led_to(catalogue, place, condition)
            if asked is not None:
                yield from placed(catalogue, *asked)


def led_to(
    catalogue: Catalogue, place: Place, condition: Condition
) -> tuple[Place, Condition] | None:
    """The rows that a condition leads to, and what it asks of them; None when it asks nothing of other rows.

    Raises:
        UnknownField, UnknownType, BadSelection: it leads nowhere from there.
    """
    match condition:
        case Related(end=name, condition=inner) if inner is not None:
            return over(catalogue, place, name), inner
        case OnRecord(across=way, condition=inner) if inner is not None:
            return across(catalogue, place, way), inner
        case Climb(ends=ends, condition=inner):
            return climbed(catalogue, place, ends), inner
    return None


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
