"""Payloads: what mutations tell of what they did, records as deep as any query."""

from collections.abc import Callable, Iterator

from graphql import (
    GraphQLBoolean,
    GraphQLField,
    GraphQLID,
    GraphQLInt,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLString,
)

from relatum.catalogue import Catalogue
from relatum_server.graphql.meaning import KEY, PLACE, OfPayload, PayloadPart
from relatum_server.graphql.names import Register, camel
from relatum_server.graphql.schema.objects import record_type
from relatum_server.graphql.schema.rows import Place, place

Member = tuple[str, GraphQLField]
Members = Callable[[], Iterator[Member]]


def payload(register: Register, catalogue: Catalogue, name: str) -> GraphQLObjectType:
    """``PersonPayload``: the record as it is now."""
    where = place(catalogue, name)

    def members() -> Iterator[Member]:
        yield _record(register, catalogue, where)
        if name in catalogue.entities:
            yield _part("created", GraphQLNonNull(GraphQLBoolean), "Whether the record is new.")
        yield _cursor()

    return _object(register, f"{name}Payload", f"What became of a {name}.", members, where)


def batch(register: Register, catalogue: Catalogue, name: str) -> GraphQLObjectType:
    """``PersonBatch``: what became of each of several."""
    where = place(catalogue, name)

    def of_one() -> Iterator[Member]:
        yield _index()
        yield _record(register, catalogue, where)
        if name in catalogue.entities:
            words = "Whether the record is new; null if nothing was written."
            yield _part("created", GraphQLBoolean, words)
        yield _error(register)

    one = _object(register, f"{name}Result", "What became of one of several.", of_one, where)
    return _several(register, f"{name}Batch", one, where)


def deleted(register: Register) -> GraphQLObjectType:
    """``DeletedPayload``: that a record is gone."""

    def members() -> Iterator[Member]:
        yield _part("id", GraphQLNonNull(GraphQLID), "Of the record that was deleted.")
        yield _cursor()

    return _object(register, "DeletedPayload", "That a record is no longer there.", members)


def deleted_batch(register: Register) -> GraphQLObjectType:
    """``DeletedBatch``: what became of each of several that were to go."""

    def of_one() -> Iterator[Member]:
        yield _index()
        yield _part("id", GraphQLID, "Of the record that was deleted; null if it was not.")
        yield _error(register)

    one = _object(register, "DeletedResult", "What became of one of several.", of_one)
    return _several(register, "DeletedBatch", one)


def _several(
    register: Register, name: str, one: GraphQLObjectType, where: Place | None = None
) -> GraphQLObjectType:
    def members() -> Iterator[Member]:
        results = GraphQLNonNull(GraphQLList(GraphQLNonNull(one)))
        yield _part("results", results, "One for each that was given, in their order.")
        yield _cursor()

    return _object(register, name, "What became of several.", members, where)


def _record(register: Register, catalogue: Catalogue, where: Place) -> Member:
    words = "The record as it is now; null if it may not be seen."
    return _part("record", record_type(register, catalogue, where), words)


def _cursor() -> Member:
    words = "From which on `changes` tells what happened afterwards."
    return _part("change_cursor", GraphQLNonNull(GraphQLString), words)


def _index() -> Member:
    return _part("index", GraphQLNonNull(GraphQLInt), "Its place among those that were given.")


def _error(register: Register) -> Member:
    def members() -> Iterator[Member]:
        text = GraphQLNonNull(GraphQLString)
        yield _part("code", text, "A stable name for this sort of error.")
        yield _part("message", text, "What is wrong, in words.")
        path = GraphQLNonNull(GraphQLList(text))
        yield _part("path", path, "Where in the input: names, and positions in lists.")
        yield _part("hint", GraphQLString, "The way out.")

    error = _object(register, "BatchError", "Why one of several was not written.", members)
    return _part("error", error, "Why it was not written; null if it was.")


def _part(part: PayloadPart, shown: GraphQLOutputType, description: str) -> Member:
    meant = {KEY: OfPayload(part)}
    return camel(part), GraphQLField(shown, description=description, extensions=meant)


def _object(
    register: Register,
    name: str,
    description: str,
    members: Members,
    where: Place | None = None,
) -> GraphQLObjectType:
    def make() -> GraphQLObjectType:
        return GraphQLObjectType(
            name,
            lambda: dict(members()),
            description=description,
            extensions={PLACE: where} if where else None,
        )

    return register.type(name, f"the payload {name}", make)
