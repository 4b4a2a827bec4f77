"""A record's history: what each of its entries tells, down to the values before and after."""

from collections.abc import Callable, Iterator

from graphql import (
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLNullableOutputType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
)

from relatum_server.graphql.meaning import KEY, AcrossLine, Meaning, OfChanged, OfField, OfPart
from relatum_server.graphql.names import Register
from relatum_server.graphql.schema.scalars import DATE_TIME, JSON
from relatum_server.graphql.schema.type_names import operation_enum

Made = Callable[[], GraphQLNullableOutputType]


def history_entry(register: Register, record: Made) -> GraphQLObjectType:
    """A line of a record's history.

    Args:
        register: of the schema.
        record: makes the interface of all records.
    """

    def make() -> GraphQLObjectType:
        return GraphQLObjectType(
            "HistoryEntry",
            lambda: register.members("HistoryEntry", _facts(register, record())),
            description="Something that was done to a record, and what it changed.",
        )

    return register.type("HistoryEntry", "a line of a record's history", make)


def _facts(
    register: Register, record: GraphQLNullableOutputType
) -> Iterator[tuple[str, str, GraphQLField]]:
    required = GraphQLNonNull
    changed = GraphQLList(required(_field_change(register)))
    told: tuple[tuple[str, GraphQLOutputType, Meaning, str], ...] = (
        ("operation", required(operation_enum(register)), OfField("operation"), "What was done."),
        ("version", required(GraphQLInt), OfField("version"), "The version that this made, or ended."),
        ("recordedAt", required(DATE_TIME), OfField("recorded_at"), "When it was recorded."),
        ("recordedTo", DATE_TIME, OfField("recorded_to"), "Until when the version was the last one; null while it is."),
        ("changed", required(changed), OfChanged(), "The fields that were touched, as far as they may be read."),
        ("actor", record, AcrossLine("actor"), "Who did it; null where that may not be seen."),
        ("actedFor", record, AcrossLine("acted_for"), "The firm it was done for; null where that may not be seen."),
        ("origin", GraphQLString, OfField("origin"), "Where it came from, such as an import."),
        ("purpose", GraphQLString, OfField("purpose"), "What it was done for."),
        ("reason", GraphQLString, OfField("reason"), "Why it was done."),
        ("unit", required(GraphQLID), OfField("unit"), "The unit of work: what was done together has the same."),
    )  # fmt: skip
    for name, shown, meaning, words in told:
        field = GraphQLField(shown, description=words, extensions={KEY: meaning})
        yield name, f"the fact {name}", field


def _field_change(register: Register) -> GraphQLObjectType:
    parts: tuple[tuple[str, GraphQLOutputType, str], ...] = (
        ("field", GraphQLNonNull(GraphQLString), "Its name, as it is declared."),
        ("before", JSON, "Its value before; null where there was none, or it is encrypted."),
        ("after", JSON, "Its value from then on; null where there is none, or it is encrypted."),
    )

    def make() -> GraphQLObjectType:
        return GraphQLObjectType(
            "FieldChange",
            {
                name: GraphQLField(shown, description=words, extensions={KEY: OfPart(name)})
                for name, shown, words in parts
            },
            description="A field that was changed.",
        )

    return register.type("FieldChange", "a field that was changed", make)
