"""Enums of the catalogue's types, and of what is done to records, for questions that choose among them."""

from collections.abc import Mapping
from typing import Final

from graphql import GraphQLEnumType, GraphQLEnumValue

from relatum.catalogue import Catalogue, RecordType
from relatum_server.graphql.meaning import KEY, NAMES, STEERING
from relatum_server.graphql.names import Register, in_order

_OPERATIONS: Final = (
    "created", "updated", "deleted", "restored", "merged", "erased",
    "related", "ended", "changed", "corrected", "removed", "began", "lapsed", "left_scope",
)  # fmt: skip
_SAID: Final = {
    "BEGAN": "The tie began to hold, as it was said before.",
    "LAPSED": "The tie ceased to hold, as it was said before.",
    "LEFT_SCOPE": "The record may no longer be seen: nothing more is told of it.",
}


def record_type_enum(register: Register, catalogue: Catalogue) -> GraphQLEnumType:
    """The enum of all concrete types."""
    return register.type(
        "RecordType",
        "the types of records",
        lambda: _type_enum("RecordType", "A type of records.", catalogue.types),
    )


def relationship_type_enum(register: Register, catalogue: Catalogue) -> GraphQLEnumType:
    """The enum of the relationship types."""
    return register.type(
        "RelationshipType",
        "the types of ties",
        lambda: _type_enum("RelationshipType", "A type of ties.", catalogue.relationships),
    )


def operation_enum(register: Register) -> GraphQLEnumType:
    """What is done to records."""

    def make() -> GraphQLEnumType:
        values = {each.upper(): each for each in _OPERATIONS}
        made = GraphQLEnumType(
            "ChangeOperation",
            values,
            description="What is done to a record.",
            extensions={KEY: STEERING},
        )
        for name, said in _SAID.items():
            made.values[name].description = said
        return made

    return register.type("ChangeOperation", "what is done to records", make)


def _type_enum(name: str, description: str, types: Mapping[str, RecordType]) -> GraphQLEnumType:
    values = {
        each: GraphQLEnumValue(each, known.description or None, known.deprecated)
        for each, known in in_order(types)
    }
    extensions = {KEY: STEERING, NAMES: True}
    return GraphQLEnumType(name, values, description=description, extensions=extensions)
