"""Enums of the catalogue's types, for questions that choose among them."""

from collections.abc import Mapping

from graphql import GraphQLEnumType, GraphQLEnumValue

from relatum.catalogue import Catalogue, RecordType
from relatum_server.graphql.meaning import KEY, NAMES, STEERING
from relatum_server.graphql.names import Register, in_order


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


def _type_enum(name: str, description: str, types: Mapping[str, RecordType]) -> GraphQLEnumType:
    values = {
        each: GraphQLEnumValue(each, known.description or None, known.deprecated)
        for each, known in in_order(types)
    }
    extensions = {KEY: STEERING, NAMES: True}
    return GraphQLEnumType(name, values, description=description, extensions=extensions)
