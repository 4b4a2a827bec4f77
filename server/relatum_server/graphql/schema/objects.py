"""Objects: what records and ties show, the interfaces that they share, and connections."""

from collections.abc import Iterator
from typing import Final

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
    GraphQLUnionType,
)

from relatum.catalogue import RECORD, Catalogue, End, Field
from relatum_schemas.kinds import Calculated
from relatum_server.graphql.meaning import (
    KEY,
    PLACE,
    Along,
    Meaning,
    OfEnd,
    OfField,
    OfHistory,
)
from relatum_server.graphql.names import Register, camel, in_order
from relatum_server.graphql.schema.aggregates import aggregate_type, having_type
from relatum_server.graphql.schema.filters import filter_type
from relatum_server.graphql.schema.history import history_entry
from relatum_server.graphql.schema.orders import group_by_type, order_type
from relatum_server.graphql.schema.pages import (
    Composite,
    connection,
    connection_of_rows,
    cursor,
)
from relatum_server.graphql.schema.rows import (
    Place,
    at_end,
    described,
    end_name,
    ends,
    far,
    fields,
    name_of,
    passages,
    place,
    stem,
)
from relatum_server.graphql.schema.times import holds_type
from relatum_server.graphql.schema.values import output_type

Member = tuple[str, str, GraphQLField]
Arguments = dict[str, GraphQLArgument]

NODE: Final = "Node"

_OF_NODES: Final = ("label", "history")
"""What ties show as records, and not as edges."""

_TYPES: Final = "types"
"""Where in a type's ``extensions`` its concrete record types stand."""


def concrete_types(shown: Composite) -> tuple[str, ...]:
    """The record types whose rows a GraphQL type shows; empty for scaffolding."""
    types: tuple[str, ...] = shown.extensions.get(_TYPES, ())
    return types


def record_type(register: Register, catalogue: Catalogue, where: Place) -> Composite:
    """What shows the records at a place: an object, an interface (trait, `Record`), or a union."""
    name = name_of(where)
    claimant = f"the records {described(where)}"
    if not where.declared:
        return register.type(name, claimant, lambda: _union(register, catalogue, where))
    if where.declared == RECORD or where.declared in catalogue.traits:
        return register.type(name, claimant, lambda: _interface(register, catalogue, where))
    return register.type(name, claimant, lambda: _object(register, catalogue, where))


def node_type(register: Register, catalogue: Catalogue) -> GraphQLInterfaceType:
    """Relay's interface of everything that has an id."""
    everything = place(catalogue, RECORD)

    def make() -> GraphQLInterfaceType:
        return GraphQLInterfaceType(
            NODE,
            {"id": _id_field()},
            description="Something with an id, by which it can be fetched again.",
            extensions={_TYPES: everything.types, PLACE: everything},
        )

    return register.type(NODE, "Relay's interface", make)


def _id_field() -> GraphQLField:
    return GraphQLField(
        GraphQLNonNull(GraphQLID),
        description="Identifies the record for ever.",
        extensions={KEY: OfField("id")},
    )


def _union(register: Register, catalogue: Catalogue, where: Place) -> GraphQLUnionType:
    def members() -> list[GraphQLObjectType]:
        shown = (record_type(register, catalogue, place(catalogue, name)) for name in where.types)
        return [each for each in shown if isinstance(each, GraphQLObjectType)]

    return GraphQLUnionType(
        name_of(where),
        members,
        description="One of several types of records.",
        extensions={_TYPES: where.types, PLACE: where},
    )


def _interface(register: Register, catalogue: Catalogue, where: Place) -> GraphQLInterfaceType:
    name = where.declared
    trait = catalogue.traits.get(name)
    return GraphQLInterfaceType(
        name,
        lambda: register.members(name, _members(register, catalogue, where)),
        interfaces=lambda: _interfaces(register, catalogue, () if name == RECORD else (RECORD,)),
        description=trait.description if trait else "Anything that is kept: an entity or a tie.",
        extensions={_TYPES: where.types, PLACE: where},
    )


def _object(register: Register, catalogue: Catalogue, where: Place) -> GraphQLObjectType:
    name = where.declared
    known = catalogue.types[name]
    return GraphQLObjectType(
        name,
        lambda: register.members(name, _members(register, catalogue, where)),
        interfaces=lambda: _interfaces(register, catalogue, (RECORD, *sorted(known.traits))),
        description=known.description or None,
        extensions={_TYPES: where.types, PLACE: where},
    )


def _interfaces(
    register: Register, catalogue: Catalogue, names: tuple[str, ...]
) -> list[GraphQLInterfaceType]:
    shown = (record_type(register, catalogue, place(catalogue, name)) for name in names)
    traits = [each for each in shown if isinstance(each, GraphQLInterfaceType)]
    return [node_type(register, catalogue), *traits]


def _members(register: Register, catalogue: Catalogue, where: Place) -> Iterator[Member]:
    for passage in passages(catalogue, where):
        if passage.step.across:
            shown = record_type(register, catalogue, passage.to)
            meaning = Along(passage.step)
            yield passage.name, passage.about, _meant(shown, meaning, {}, _seen(passage.about))
    for each in fields(catalogue, where):
        yield _field(register, each, where)
    for end in ends(catalogue, where):
        yield from _end(register, catalogue, end)
    yield _history(register, catalogue)


def _seen(about: str) -> str:
    return f"{about[0].upper()}{about[1:]}; null where it may not be seen."


def _field(register: Register, field: Field, where: Place) -> Member:
    shown = output_type(register, field.kind, field, where.declared)
    required = field.built_in and field.name in ("id", "version")
    return (
        camel(field.name),
        f"the field {field.name!r}",
        GraphQLField(
            GraphQLNonNull(shown) if required else shown,
            description=_help(field),
            deprecation_reason=field.deprecated,
            extensions={KEY: OfField(field.name)},
        ),
    )


def _help(field: Field) -> str | None:
    """What is said of a field; of one that Python computes, that nothing else is asked of it."""
    if not isinstance(field.kind, Calculated):
        return field.help
    return f"{field.help or ''} Worked out when it is shown: not filtered, sorted or grouped by.".strip()


def _end(register: Register, catalogue: Catalogue, end: End) -> Iterator[Member]:
    name = camel(end.name)
    about = f"the end {end.name!r}"
    several = f"{name}Edges" if end.to_one else name
    holds = {"holds": GraphQLArgument(holds_type(register), description=_HOLDS)}
    if end.to_one:
        record = record_type(register, catalogue, far(end))
        yield name, about, _meant(record, OfEnd(end.name, "record"), holds, end.help)
        tie = _edge_type(register, catalogue, end)
        yield f"{name}Edge", about, _meant(tie, OfEnd(end.name, "tie"), holds, end.help)
    ties = at_end(end)
    connection = GraphQLNonNull(_connection_of(register, catalogue, end))
    arguments = {**page_arguments(register, catalogue, ties), **holds}
    yield several, about, _meant(connection, OfEnd(end.name, "ties"), arguments, end.help)
    if not end.to_one:
        groups = groups_type(register, catalogue, ties)
        arguments = {**group_arguments(register, catalogue, ties), **holds}
        described_as = f"Groups of {name}, or all of them as one."
        field = _meant(groups, OfEnd(end.name, "groups"), arguments, described_as)
        yield f"{name}Aggregate", f"the groups of {about}", field


def _meant(
    shown: GraphQLOutputType, meaning: Meaning, arguments: Arguments, description: str | None
) -> GraphQLField:
    return GraphQLField(shown, arguments, description=description, extensions={KEY: meaning})


def page_arguments(register: Register, catalogue: Catalogue, where: Place) -> Arguments:
    """``filter``, ``orderBy`` and the window of a connection."""
    order = GraphQLList(GraphQLNonNull(order_type(register, catalogue, where)))
    return {
        "filter": GraphQLArgument(filter_type(register, catalogue, where), description=_FILTER),
        "orderBy": GraphQLArgument(order, description=_ORDER),
        **forward_arguments(),
        "last": GraphQLArgument(GraphQLInt, description="How many to show, from the end."),
        "before": GraphQLArgument(GraphQLString, description="The cursor before which to end."),
    }


def forward_arguments() -> Arguments:
    """``first`` and ``after``."""
    return {
        "first": GraphQLArgument(GraphQLInt, description="How many to show; 100 when left out."),
        "after": GraphQLArgument(GraphQLString, description="The cursor after which to begin."),
    }


def group_arguments(register: Register, catalogue: Catalogue, where: Place) -> Arguments:
    """``filter``, ``groupBy`` and ``having`` of an aggregate."""
    keys = GraphQLList(GraphQLNonNull(group_by_type(register, catalogue, where)))
    return {
        "filter": GraphQLArgument(filter_type(register, catalogue, where), description=_FILTER),
        "groupBy": GraphQLArgument(keys, description="What the rows of a group have in common."),
        "having": GraphQLArgument(
            having_type(register, catalogue, where), description="Which groups are shown."
        ),
    }


_HOLDS: Final = "Which ties are meant; those that hold now when left out."
_FILTER: Final = "Which are shown; all when left out."
_ORDER: Final = "In which order; by id when left out."


def groups_type(register: Register, catalogue: Catalogue, where: Place) -> GraphQLOutputType:
    """The list of groups of the rows at a place."""
    group = aggregate_type(register, catalogue, where)
    return GraphQLNonNull(GraphQLList(GraphQLNonNull(group)))


def connection_type(register: Register, catalogue: Catalogue, where: Place) -> GraphQLObjectType:
    """The connection of records at a root: its edges have no tie."""
    return connection_of_rows(register, name_of(where), record_type(register, catalogue, where))


def _connection_of(register: Register, catalogue: Catalogue, end: End) -> GraphQLObjectType:
    """The connection of the ties at an end."""
    edges = _edge_type(register, catalogue, end)
    record = record_type(register, catalogue, far(end))
    name = end_name(catalogue, end)
    return connection(register, name, f"the connection {described(at_end(end))}", edges, record)


def _edge_type(register: Register, catalogue: Catalogue, end: End) -> GraphQLObjectType:
    """A tie as seen from an end: its own fields and ends, and the far record as ``node``."""
    ties = at_end(end)
    name = stem(catalogue, ties)

    def members() -> Iterator[Member]:
        yield "cursor", "the cursor", cursor()
        yield from (
            each for each in _members(register, catalogue, ties) if each[0] not in _OF_NODES
        )

    def make() -> GraphQLObjectType:
        return GraphQLObjectType(
            name,
            lambda: register.members(name, members()),
            description=catalogue.relationship(end.relationship).description or None,
            extensions={_TYPES: ties.types, PLACE: ties},
        )

    return register.type(name, f"an edge {described(ties)}", make)


def _history(register: Register, catalogue: Catalogue) -> Member:
    """What was done to a record."""
    entry = history_entry(
        register, lambda: record_type(register, catalogue, place(catalogue, RECORD))
    )
    field = GraphQLField(
        GraphQLNonNull(connection_of_rows(register, "History", entry)),
        forward_arguments(),
        description="What was done to the record, the last first; empty for who may not read its past.",
        extensions={KEY: OfHistory()},
    )
    return "history", "the history of records", field


def record_types(register: Register, catalogue: Catalogue) -> list[Composite]:
    """The types of all records, also of those that no other type names."""
    names = [name for name, _ in in_order({**catalogue.types, **catalogue.traits})]
    return [record_type(register, catalogue, place(catalogue, name)) for name in names]
