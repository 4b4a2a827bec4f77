"""Root fields: every type and trait by id, as a list and in groups, and the questions over all types."""

from collections.abc import Iterator, Mapping
from typing import Final

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLOutputType,
    GraphQLString,
)

from relatum.catalogue import RECORD, Catalogue, RecordType, Trait
from relatum_server.graphql.meaning import KEY, GraphName, GraphRoot, Root, RootForm
from relatum_server.graphql.names import Register, camel, in_order
from relatum_server.graphql.schema.objects import (
    Arguments,
    connection_type,
    forward_arguments,
    group_arguments,
    groups_type,
    node_type,
    page_arguments,
    record_type,
)
from relatum_server.graphql.schema.rows import place
from relatum_server.graphql.schema.searching import search_connection
from relatum_server.graphql.schema.times import clock_arguments
from relatum_server.graphql.schema.type_names import record_type_enum, relationship_type_enum

Member = tuple[str, str, GraphQLField]

_ID: Final = GraphQLArgument(GraphQLNonNull(GraphQLID), description="Of the record.")


def root_members(register: Register, catalogue: Catalogue) -> Iterator[Member]:
    """The fields of ``Query`` that the engine answers, by the names of the types."""
    known: Mapping[str, RecordType | Trait] = {**catalogue.types, **catalogue.traits}
    for _, each in in_order(known):
        yield from _of_type(register, catalogue, each)
    yield from _over_all(register, catalogue)


def _of_type(
    register: Register, catalogue: Catalogue, known: RecordType | Trait
) -> Iterator[Member]:
    where = place(catalogue, known.name)
    plural = camel(known.plural)
    about = f"of {known.name}"
    record = record_type(register, catalogue, where)
    yield _root(
        camel(known.name),
        known,
        "record",
        record,
        {"id": _ID, **clock_arguments()},
        f"A record {about} by its id; null when there is none, or none that may be seen.",
    )
    yield _root(
        plural,
        known,
        "rows",
        GraphQLNonNull(connection_type(register, catalogue, where)),
        {**page_arguments(register, catalogue, where), **clock_arguments()},
        known.description or f"The records {about}.",
    )
    yield _root(
        f"{plural}Aggregate",
        known,
        "groups",
        groups_type(register, catalogue, where),
        {**group_arguments(register, catalogue, where), **clock_arguments()},
        f"Groups of {plural}, or all of them as one.",
    )


def _root(
    name: str,
    known: RecordType | Trait,
    form: RootForm,
    shown: GraphQLOutputType,
    arguments: Arguments,
    description: str,
) -> Member:
    field = GraphQLField(
        shown,
        arguments,
        description=description,
        deprecation_reason=known.deprecated if isinstance(known, RecordType) else None,
        extensions={KEY: Root(known.name, form)},
    )
    return name, f"the {form} of {known.name}", field


def _over_all(register: Register, catalogue: Catalogue) -> Iterator[Member]:
    node = node_type(register, catalogue)
    ids = GraphQLNonNull(GraphQLList(GraphQLNonNull(GraphQLID)))
    # Relay knows it by its one argument: relay.dev/graphql/objectidentification.htm
    yield _graph_root("node", node, {"id": _ID}, "Any record by its id.")
    yield _graph_root(
        "nodes",
        GraphQLNonNull(GraphQLList(node)),
        {"ids": GraphQLArgument(ids, description="Of the records."), **clock_arguments()},
        "Several records in the order of their ids; null where there is none.",
    )
    if not catalogue.types:
        return
    everything = place(catalogue, RECORD)
    connection = GraphQLNonNull(connection_type(register, catalogue, everything))
    types = GraphQLList(GraphQLNonNull(record_type_enum(register, catalogue)))
    yield _graph_root(
        "search",
        GraphQLNonNull(search_connection(register, catalogue)),
        {
            "text": GraphQLArgument(
                GraphQLNonNull(GraphQLString), description="Words, or beginnings of words."
            ),
            "types": GraphQLArgument(types, description="Of these types; of any when left out."),
            **forward_arguments(),
        },
        "Records in which each word begins a word of the label or of a searchable field, the best first.",
    )
    if catalogue.relationships:
        yield from _walks(register, catalogue, connection)


def _walks(
    register: Register, catalogue: Catalogue, connection: GraphQLOutputType
) -> Iterator[Member]:
    walked = GraphQLArgument(
        GraphQLList(GraphQLNonNull(relationship_type_enum(register, catalogue))),
        description="Over ties of these types; of any when left out.",
    )
    depth = GraphQLArgument(GraphQLInt, default_value=1, description="How many ties away at most.")
    yield _graph_root(
        "neighbourhood",
        connection,
        {
            "id": _ID,
            "depth": depth,
            "types": walked,
            **forward_arguments(),
            **clock_arguments(),
        },
        "The records around one, nearest first.",
    )
    record = record_type(register, catalogue, place(catalogue, RECORD))
    yield _graph_root(
        "path",
        GraphQLNonNull(GraphQLList(GraphQLNonNull(record))),
        {"from": _ID, "to": _ID, "types": walked, **clock_arguments()},
        "The records of one shortest chain of ties between two, both included; empty if there is none.",
    )


def _graph_root(
    name: GraphName, shown: GraphQLOutputType, arguments: Arguments, description: str
) -> Member:
    field = GraphQLField(
        shown, arguments, description=description, extensions={KEY: GraphRoot(name)}
    )
    return name, f"the root field {name}", field
