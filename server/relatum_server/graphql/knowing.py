"""What of the schema a principal may know of: the types and members that its roles may ever see something by.

There is one schema per catalogue. What a principal is told of it, by introspection and by validation, is what remains
when all that its policies never open is left out, and with it whatever only leads there.
"""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    GraphQLUnionType,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)
from graphql.type import introspection_types

from relatum.access import Horizon
from relatum.catalogue import Catalogue
from relatum_schemas.policy import CREATE, DELETE, HISTORY, READ, RELATE, UPDATE, Right
from relatum_server.graphql.meaning import (
    ADMINISTRATORS,
    ASKED_BY,
    NAMES,
    PLACE,
    READERS,
    RIGHT,
    Act,
    Along,
    ByTies,
    GraphRoot,
    Logic,
    Meaning,
    NewTies,
    OfAction,
    OfChanges,
    OfEnd,
    OfField,
    OfHistory,
    Root,
    Verb,
    meaning_of,
)
from relatum_server.graphql.schema.rows import Place

_ALWAYS: Final = frozenset({GraphQLBoolean.name, GraphQLString.name, *introspection_types})
"""Types that directives and introspection itself take."""

_NOTHING: Final = frozenset[str]()

_TAKES: Final[Mapping[Verb, tuple[Right, ...]]] = {
    "create": (CREATE,),
    "update": (READ, UPDATE),
    "upsert": (CREATE, READ, UPDATE),
    "delete": (READ, DELETE),
    "restore": (DELETE,),
    "merge": (READ, UPDATE, DELETE),
    "relate": (RELATE,),
    "end": (READ, RELATE),
    "change": (READ, RELATE),
    "correct": (READ, RELATE),
    "remove": (READ, RELATE),
}
"""The rights without which an act is never done, whatever the record."""

Shaped = GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType
Member = GraphQLField | GraphQLInputField


@dataclass(frozen=True, eq=False)
class Known:
    """What of a schema the holders of some roles may know of.

    Attributes:
        types: names of types.
        members: names of fields, input fields and enum values, by type.
    """

    types: frozenset[str]
    members: Mapping[str, frozenset[str]]

    def has(self, owner: GraphQLNamedType, member: str) -> bool:
        """Whether a field, input field or enum value may be known of."""
        return owner.name in _ALWAYS or member in self.members.get(owner.name, _NOTHING)


def known(schema: GraphQLSchema, catalogue: Catalogue, horizon: Horizon) -> Known:
    """Return what of a schema may be known of.

    Args:
        schema: of the catalogue.
        catalogue: the types in force.
        horizon: what the roles may ever see.
    """
    members = dict(_Looking(schema, catalogue, horizon).members())
    members = _inhabited(schema, members)
    types = _reached(schema, members)
    return Known(types, {name: found for name, found in members.items() if name in types})


@dataclass(frozen=True)
class _Looking:
    """A look at a schema, as far as the horizon."""

    schema: GraphQLSchema
    catalogue: Catalogue
    horizon: Horizon

    def members(self) -> Iterator[tuple[str, frozenset[str]]]:
        """The members that are open by themselves, by type."""
        for name, kind in self.schema.type_map.items():
            if isinstance(kind, Shaped) and self._open(kind):
                yield name, frozenset(self._shaped(kind))
            elif isinstance(kind, GraphQLEnumType):
                named = kind.extensions.get(NAMES)
                yield (
                    name,
                    frozenset(
                        each for each in kind.values if not named or self.horizon.reaches([each])
                    ),
                )

    def _open(self, kind: GraphQLNamedType) -> bool:
        place: Place | None = kind.extensions.get(PLACE)
        right: Right | None = kind.extensions.get(RIGHT)
        if place is None:
            return True
        return self.horizon.reaches(place.types) if right is None else self._may(place.types, right)

    def _may(self, types: Iterable[str], right: Right) -> bool:
        """Whether a right may be held on one of these types; that to relate takes both sides of a tie, too."""
        held = (name for name in types if self.horizon.holds([name], right))
        if right is not RELATE:
            return any(held)
        ties = (self.catalogue.relationship(name) for name in held)
        return any(
            self.horizon.holds(each.source.types, RELATE)
            and self.horizon.holds(each.target.types, RELATE)
            for each in ties
        )

    def _shaped(self, kind: Shaped) -> Iterator[str]:
        for name, member in kind.fields.items():
            if self._open(get_named_type(member.type)) and self._member(kind, name, member):
                yield name

    def _member(self, kind: Shaped, name: str, member: Member) -> bool:
        """What a shared interface shows of some of its types is known of all of them: they answer it with null."""
        if self._meant(member, kind):
            return True
        shared = () if isinstance(kind, GraphQLInputObjectType) else kind.interfaces
        return any(self._meant(each.fields[name], each) for each in shared if name in each.fields)

    def _meant(self, member: Member, kind: Shaped) -> bool:
        place: Place | None = kind.extensions.get(PLACE)
        meaning = meaning_of(member)
        if place is not None and meaning is not None:
            return self._of_row(meaning, place, kind.extensions.get(RIGHT))
        match meaning:
            case Root(type=name):
                return self.horizon.reaches(self.catalogue.concrete(name))
            case GraphRoot("neighbourhood" | "path"):
                return self.horizon.reaches(self.catalogue.relationships)
            case GraphRoot():
                return self.horizon.reaches(self.catalogue.types)
            case OfChanges(type=None):
                return self.horizon.reaches(self.catalogue.types)
            case OfChanges(type=str(name)):
                return self.horizon.reaches(self.catalogue.concrete(name))
            case Act(verb=verb, type=name):
                return all(self._may([name], each) for each in _TAKES[verb])
            case OfAction(name=name):
                return name in self.horizon.actions
        asked_by = member.extensions.get(ASKED_BY)
        if asked_by == READERS:
            return self.horizon.reaches(self.catalogue.types)
        return bool(asked_by != ADMINISTRATORS)

    def _of_row(self, meaning: Meaning, place: Place, right: Right | None) -> bool:
        """Whether what is said of a row, or given with a right, may be known of."""
        match meaning:
            case OfField(field) if right is not None:
                return self.horizon.opens(place.types, right, field)
            case OfField(field):
                return self.horizon.shows(place.types, field)
            case Along(step) if step.end is not None:
                return self._end(place, step.end)
            case OfEnd(end=end) | ByTies(end=end) | NewTies(end=end):
                return self._end(place, end)
            case OfHistory():
                return self.horizon.holds(place.types, HISTORY)
        return True

    def _end(self, place: Place, name: str) -> bool:
        """Whether the ties at an end may be known of."""
        owner = place.declared or place.types[0]
        return self.horizon.reaches([self.catalogue.end(owner, name).relationship])


def _inhabited(
    schema: GraphQLSchema, members: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """The members without those of types in which nothing is left that could be asked, or not all that must be given."""
    alive: set[str] = {
        name for name, kind in schema.type_map.items() if not isinstance(kind, Shaped)
    }
    waiting = {
        name: kind
        for name, kind in schema.type_map.items()
        if isinstance(kind, Shaped) and name in members
    }
    while fresh := {name for name, kind in waiting.items() if _lives(kind, members[name], alive)}:
        alive |= fresh
        for name in fresh:
            del waiting[name]
    return {
        name: frozenset(
            each
            for each in found
            if not isinstance(kind := schema.type_map[name], Shaped)
            or _asked_of(kind.fields[each], alive)
        )
        for name, found in members.items()
        if name in alive
    }


def _lives(kind: Shaped, members: frozenset[str], alive: Set[str]) -> bool:
    """Whether something of a type can be asked or given, with types that are known to live."""
    if isinstance(kind, GraphQLInputObjectType) and not all(
        name in members and _asked_of(each, alive)
        for name, each in kind.fields.items()
        if is_required_input_field(each)
    ):
        return False
    return any(
        _asked_of(each, alive)
        for each in map(kind.fields.__getitem__, members)
        if not isinstance(meaning_of(each), Logic)
    )


def _asked_of(member: Member, alive: Set[str]) -> bool:
    """Whether a member's type lives, and those of all that it must be given."""
    given = member.args.values() if isinstance(member, GraphQLField) else ()
    needed = [each.type for each in given if is_required_argument(each)]
    return all(get_named_type(each).name in alive for each in (member.type, *needed))


def _reached(schema: GraphQLSchema, members: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The types to which something leads from the operations."""
    roots = [schema.query_type, schema.mutation_type, schema.subscription_type]
    waiting: list[GraphQLNamedType] = [each for each in roots if each and each.name in members]
    reached = {each.name for each in waiting}
    while waiting:
        for each in _led_to(schema, waiting.pop(), members):
            if each.name not in reached and (each.name in members or not isinstance(each, Shaped)):
                reached.add(each.name)
                waiting.append(each)
    return _ALWAYS | reached


def _led_to(
    schema: GraphQLSchema, kind: GraphQLNamedType, members: Mapping[str, frozenset[str]]
) -> Iterator[GraphQLNamedType]:
    if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
        yield from schema.get_possible_types(kind)
    if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
        yield from kind.interfaces
        for name in members[kind.name]:
            yield from (get_named_type(each.type) for each in kind.fields[name].args.values())
    if isinstance(kind, Shaped):
        yield from (get_named_type(kind.fields[name].type) for name in members[kind.name])
