"""What can be said of a row at a place: its fields, the single records it leads to, and its ends.

Filters, orders, groupings and measures are all derived from this one view, so that they mirror the shape of the
answers. A row is of a type, of a trait, of several types, or a tie as seen from the end where it was reached.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from relatum.catalogue import RECORD, Catalogue, End, Field, RelationshipType, Side
from relatum_schemas.selection import Step
from relatum_server.graphql.names import camel, in_order, pascal


@dataclass(frozen=True)
class Place:
    """Where rows stand. Equal places have equal rows.

    ``types`` are the concrete types; ``declared`` the type, trait or `Record` they were declared as, empty for
    several. ``end`` is set on ties reached through an end.
    """

    types: tuple[str, ...]
    declared: str
    end: End | None = None


@dataclass(frozen=True)
class Passage:
    """A way from a row to one other row: a to-one end, its tie, or across a tie."""

    name: str
    step: Step
    to: Place
    about: str


def place(catalogue: Catalogue, name: str) -> Place:
    """Where the rows of a type, a trait or `Record` stand."""
    return Place(catalogue.concrete(name), name)


def at_end(end: End) -> Place:
    """Where the ties at an end stand."""
    return Place((end.relationship,), end.relationship, end)


def far(end: End) -> Place:
    """Where the records stand that an end leads to."""
    return Place(end.others, end.other) if end.other else _of_several(end.others)


def on_side(side: Side) -> Place:
    """Where the records stand that a tie's source or target is."""
    return Place(side.types, side.declared) if side.declared else _of_several(side.types)


def _of_several(types: tuple[str, ...]) -> Place:
    """Where records of any of these types stand; what is declared as several may be just one."""
    return Place(types, types[0]) if len(types) == 1 else Place(tuple(sorted(types)), "")


def owner(catalogue: Catalogue, end: End) -> str:
    """The name that an end's GraphQL types bear first: what its holder was declared as."""
    relationship = catalogue.relationship(end.relationship)
    side = relationship.target if end.side == "target" else relationship.source
    return name_of(on_side(side))


def end_name(catalogue: Catalogue, end: End) -> str:
    """``OrganizationMachines``: the stem of an end's GraphQL types."""
    return owner(catalogue, end) + pascal(end.name)


def name_of(where: Place) -> str:
    """The GraphQL name of the records at a place: the type, trait, `Record`, or ``MachineOrPerson``."""
    return where.declared or "Or".join(where.types)


def stem(catalogue: Catalogue, where: Place) -> str:
    """The name that the filters, orders and measures of a place bear first."""
    return f"{end_name(catalogue, where.end)}Edge" if where.end else name_of(where)


def described(where: Place) -> str:
    """The place in words, for error messages; different places have different words."""
    if where.end:
        return f"of the end {where.end.name!r} ({where.end.side}) of {where.end.relationship}"
    return f"of {where.declared or ' or '.join(where.types)}"


def fields(catalogue: Catalogue, where: Place) -> list[Field]:
    """The fields that every row at the place has, own ones in the order of declaration."""
    if where.declared:
        return _ordered(catalogue, where.declared)
    first, *others = (catalogue.fields(name) for name in where.types)
    shared = [
        each
        for each in first.values()
        if (each.built_in or each.trait) and all(other.get(each.name) == each for other in others)
    ]
    return [each for each in shared if _is_shown(each)]


def _is_shown(field: Field) -> bool:
    return field.name != "type" and not field.internal


def _ordered(catalogue: Catalogue, name: str) -> list[Field]:
    """Built-in fields, the owner's own, then those of extensions by their plugin's name."""
    known = [each for each in catalogue.fields(name).values() if _is_shown(each)]
    if name == RECORD or name in catalogue.traits:
        return known
    home = catalogue.types[name].plugin
    own = [each for each in known if each.built_in or each.plugin == home]
    added = [each for each in known if not each.built_in and each.plugin != home]
    return own + sorted(added, key=lambda each: each.plugin)


def ends(catalogue: Catalogue, where: Place) -> list[End]:
    """The ends that every row at the place has, by name."""
    if where.declared:
        return [each for _, each in in_order(catalogue.ends(where.declared))]
    first, *others = (catalogue.ends(name) for name in where.types)
    return [
        each for name, each in in_order(first) if all(other.get(name) == each for other in others)
    ]


def passages(catalogue: Catalogue, where: Place) -> Iterator[Passage]:
    """The single records and ties that a row at the place leads to."""
    yield from _across(catalogue, where)
    for end in ends(catalogue, where):
        if end.to_one:
            name = camel(end.name)
            about = f"the end {end.name!r}"
            yield Passage(name, Step(end=end.name), far(end), about)
            yield Passage(
                f"{name}Edge", Step(end=end.name, edge=True), at_end(end), f"the tie of {about}"
            )


def _across(catalogue: Catalogue, where: Place) -> Iterator[Passage]:
    if where.end:
        yield Passage("node", Step(across="node"), far(where.end), "the record at the far end")
        return
    relationship = catalogue.types.get(where.declared)
    if isinstance(relationship, RelationshipType):
        yield Passage("source", Step(across="source"), on_side(relationship.source), "the source")
        yield Passage("target", Step(across="target"), on_side(relationship.target), "the target")


def reaches(catalogue: Catalogue, where: Place, wanted: Callable[[Field], object]) -> bool:
    """Whether a field of the wanted sort can be reached from the place by passages, or is there."""
    seen = {where}
    waiting = [where]
    while waiting:
        here = waiting.pop()
        if any(wanted(each) for each in fields(catalogue, here)):
            return True
        fresh = {each.to for each in passages(catalogue, here)} - seen
        seen |= fresh
        waiting.extend(fresh)
    return False
