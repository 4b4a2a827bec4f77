"""What is told of changes: the type `Change`, its connection at a root, and the fields of ``Subscription``."""

from collections.abc import Iterator, Mapping
from typing import Final

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
)

from relatum.catalogue import RECORD, Catalogue, RecordType, Trait
from relatum_server.graphql.meaning import KEY, AcrossLine, Meaning, OfChanges, OfField
from relatum_server.graphql.names import Register, camel, in_order
from relatum_server.graphql.schema.filters import filter_type
from relatum_server.graphql.schema.objects import (
    Arguments,
    Member,
    record_type,
)
from relatum_server.graphql.schema.pages import connection_of_rows
from relatum_server.graphql.schema.rows import place
from relatum_server.graphql.schema.scalars import DATE_TIME
from relatum_server.graphql.schema.type_names import operation_enum, record_type_enum

_SINCE: Final = "The cursor after which to begin: of a change, or the `changeCursor` of a mutation."


def change_type(register: Register, catalogue: Catalogue) -> GraphQLObjectType:
    """One line of the change log, as far as the asker may be told of it."""

    def make() -> GraphQLObjectType:
        return GraphQLObjectType(
            "Change",
            lambda: register.members("Change", _members(register, catalogue)),
            description="Something that was done to a record.",
        )

    return register.type("Change", "a change of a record", make)


def _members(register: Register, catalogue: Catalogue) -> Iterator[Member]:
    record = record_type(register, catalogue, place(catalogue, RECORD))
    required = GraphQLNonNull
    past = "for those who may read the record's past"
    told: tuple[tuple[str, GraphQLOutputType, Meaning, str], ...] = (
        ("cursor", required(GraphQLString), OfField("cursor"), "Where it stands: begin after it when you come back."),
        ("operation", required(operation_enum(register)), OfField("operation"), "What was done."),
        ("type", required(record_type_enum(register, catalogue)), OfField("type"), "The record's type."),
        ("recordId", required(GraphQLID), OfField("record_id"), "The record's id."),
        ("record", record, AcrossLine("record"), "The record as it is now; null if there is none to be seen."),
        ("version", GraphQLInt, OfField("version"), "The record's version that this made."),
        ("fields", GraphQLList(required(GraphQLString)), OfField("fields"), "Fields touched, as they are declared."),
        ("recordedAt", DATE_TIME, OfField("recorded_at"), "When it was recorded."),
        ("actor", record, AcrossLine("actor"), f"Who did it, {past}."),
        ("actedFor", record, AcrossLine("acted_for"), f"The firm it was done for, {past}."),
        ("origin", GraphQLString, OfField("origin"), f"Where it came from, {past}."),
        ("purpose", GraphQLString, OfField("purpose"), f"What it was done for, {past}."),
        ("reason", GraphQLString, OfField("reason"), f"Why it was done, {past}."),
        ("unit", GraphQLID, OfField("unit"), "The unit of work: what was done together has the same."),
    )  # fmt: skip
    for name, shown, meaning, words in told:
        field = GraphQLField(shown, description=words, extensions={KEY: meaning})
        yield name, f"the fact {name}", field


def change_members(register: Register, catalogue: Catalogue) -> Iterator[Member]:
    """The field of ``Query`` that tells of what was done."""
    if not catalogue.types:
        return
    change = change_type(register, catalogue)
    connection = connection_of_rows(register, "Change", change, counted=False)
    first = GraphQLArgument(GraphQLInt, description="How many to show; 100 when left out.")
    yield _field(
        "changes",
        GraphQLNonNull(connection),
        OfChanges(),
        {**_types(register, catalogue), **_window(register), "first": first},
        "What was done to the records that may be seen, in the order in which it was done.",
    )


def subscription_members(register: Register, catalogue: Catalogue) -> Iterator[Member]:
    """The fields of ``Subscription``: changes of all records, and those of each type and trait."""
    if not catalogue.types:
        return
    change = GraphQLNonNull(change_type(register, catalogue))
    yield _field(
        "changes",
        change,
        OfChanges(),
        {**_types(register, catalogue), **_window(register)},
        "What is done to the records that may be seen; without `since`, from now on.",
    )
    known: Mapping[str, RecordType | Trait] = {**catalogue.types, **catalogue.traits}
    for name, each in in_order(known):
        filtered = filter_type(register, catalogue, place(catalogue, name))
        chosen = GraphQLArgument(filtered, description="Of which records; of all when left out.")
        plural = camel(each.plural)
        yield _field(
            f"{plural}Changes",
            change,
            OfChanges(name),
            {"filter": chosen, **_window(register)},
            f"What is done to {plural} that may be seen; without `since`, from now on.",
        )


def _field(
    name: str,
    shown: GraphQLOutputType,
    meaning: OfChanges,
    arguments: Arguments,
    description: str,
) -> Member:
    field = GraphQLField(shown, arguments, description=description, extensions={KEY: meaning})
    return name, f"the changes of {meaning.type or 'all records'}", field


def _types(register: Register, catalogue: Catalogue) -> Arguments:
    types = GraphQLList(GraphQLNonNull(record_type_enum(register, catalogue)))
    return {"types": GraphQLArgument(types, description="Of these types; of any when left out.")}


def _window(register: Register) -> Arguments:
    operations = GraphQLList(GraphQLNonNull(operation_enum(register)))
    return {
        "operations": GraphQLArgument(operations, description="Only these; any when left out."),
        "since": GraphQLArgument(GraphQLString, description=_SINCE),
    }
