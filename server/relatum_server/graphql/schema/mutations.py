"""Mutations: what may be done to records and ties of each type, one by one and in batches."""

from collections.abc import Iterable, Iterator
from typing import Final

from graphql import (
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
)

from relatum.catalogue import Catalogue, EntityType, RecordType, RelationshipType
from relatum_server.graphql.meaning import KEY, Act, Verb
from relatum_server.graphql.names import Register, in_order, pascal
from relatum_server.graphql.schema import inputs
from relatum_server.graphql.schema.given import Member, input_object
from relatum_server.graphql.schema.payloads import batch, deleted, deleted_batch, payload

Field = tuple[str, str, GraphQLField]

_WORDS: Final[dict[Verb, str]] = {
    "create": "Create {}, with ties.",
    "update": "Change {}.",
    "upsert": "Change {} by a key, or create it if there is none.",
    "delete": "Delete {}; ties follow the rules of their types.",
    "restore": "Bring {} back, with all that its deletion took along.",
    "merge": "Make {} one with another, which stays and takes over its ties.",
    "relate": "Relate two records by {}.",
    "end": "Let {} hold no longer.",
    "change": "End {}, and start a successor that differs from it.",
    "correct": "Say how {} always was.",
    "remove": "Say that {} never was.",
}


def mutation_members(register: Register, catalogue: Catalogue) -> Iterator[Field]:
    """The fields of ``Mutation`` that the engine answers, by the names of the types."""
    for _, each in in_order(catalogue.types):
        match each:
            case EntityType():
                yield from _of_entity(register, catalogue, each)
            case RelationshipType():
                yield from _of_tie(register, catalogue, each)


def _of_entity(register: Register, catalogue: Catalogue, known: EntityType) -> Iterator[Field]:
    made = payload(register, catalogue, known.name)
    if inputs.changes(catalogue, known.name):
        yield from _saved(register, catalogue, known)
    yield _one("delete", known, inputs.deleting(), deleted(register))
    yield _many(register, "delete", known, _deletion(register), deleted_batch(register))
    yield _one("restore", known, inputs.restoring(), made)
    yield _one("merge", known, inputs.merging(), made)


def _saved(register: Register, catalogue: Catalogue, known: EntityType) -> Iterator[Field]:
    made, several = (make(register, catalogue, known.name) for make in (payload, batch))
    new = inputs.creation(register, catalogue, known.name)
    update = list(inputs.updating(register, catalogue, known))
    upsert = list(inputs.upserting(register, catalogue, known))
    yield _one("create", known, _alone(new), made)
    yield _many(register, "create", known, new, several)
    yield _one("update", known, update, made)
    yield _many(register, "update", known, _item(register, "Update", known, update), several)
    yield _one("upsert", known, upsert, made)
    yield _many(register, "upsert", known, _item(register, "Upsert", known, upsert), several)


def _of_tie(register: Register, catalogue: Catalogue, known: RelationshipType) -> Iterator[Field]:
    made, several = (make(register, catalogue, known.name) for make in (payload, batch))
    new = inputs.relation(register, catalogue, known.name)
    yield _one("relate", known, _alone(new), made)
    yield _many(register, "relate", known, new, several)
    if known.validity:
        end = list(inputs.ending(register, catalogue, known))
        yield _one("end", known, end, made)
        yield _many(register, "end", known, _item(register, "End", known, end), several)
    if known.validity and inputs.succeeds(catalogue, known.name):
        change = list(inputs.changing(register, catalogue, known))
        yield _one("change", known, change, made)
        yield _many(register, "change", known, _item(register, "Change", known, change), several)
    correct = list(inputs.correcting(register, catalogue, known))
    yield _one("correct", known, correct, made)
    yield _many(register, "correct", known, _item(register, "Correct", known, correct), several)
    yield _one("remove", known, inputs.deleting(), deleted(register))
    yield _many(register, "remove", known, _deletion(register), deleted_batch(register))


def _alone(given: GraphQLInputObjectType) -> Iterator[Member]:
    field = GraphQLInputField(GraphQLNonNull(given), description=given.description)
    yield "input", "the input", field


def _item(
    register: Register, verb: str, known: RecordType, members: list[Member]
) -> GraphQLInputObjectType:
    """What one of several is given."""
    words = f"One of several acts on a {known.name}."
    return input_object(register, f"{verb}{known.name}", words, lambda: iter(members))


def _deletion(register: Register) -> GraphQLInputObjectType:
    words = "One of several records that are to go."
    return input_object(register, "RecordDeletion", words, inputs.deleting)


def _one(
    verb: Verb, known: RecordType, members: Iterable[Member], shown: GraphQLObjectType
) -> Field:
    arguments = {
        name: GraphQLArgument(each.type, description=each.description, out_name=each.out_name)
        for name, _, each in members
    }
    words = _WORDS[verb].format(_a(known))
    return _field(f"{verb}{known.name}", Act(verb, known.name), known, arguments, shown, words)


def _many(
    register: Register,
    verb: Verb,
    known: RecordType,
    item: GraphQLInputType,
    shown: GraphQLObjectType,
) -> Field:
    arguments = {
        "inputs": GraphQLArgument(
            GraphQLNonNull(GraphQLList(GraphQLNonNull(item))),
            description="One for each, in the order in which they are done.",
        ),
        "mode": GraphQLArgument(
            inputs.batch_mode(register),
            default_value=inputs.ALL_OR_NOTHING,
            description="What becomes of them if some cannot be written.",
        ),
    }
    words = f"{_WORDS[verb].format(_a(known))} Several at once."
    act = Act(verb, known.name, many=True)
    return _field(f"{verb}{pascal(known.plural)}", act, known, arguments, shown, words)


def _a(known: RecordType) -> str:
    return f"{'an' if known.name[0] in 'AEIOU' else 'a'} {known.name}"


def _field(
    name: str,
    act: Act,
    known: RecordType,
    arguments: dict[str, GraphQLArgument],
    shown: GraphQLObjectType,
    description: str,
) -> Field:
    field = GraphQLField(
        GraphQLNonNull(shown),
        arguments,
        description=description,
        deprecation_reason=known.deprecated,
        extensions={KEY: act},
    )
    return name, f"to {act.verb} {'several' if act.many else 'one'} {known.name}", field
