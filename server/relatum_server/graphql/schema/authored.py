"""The part of the schema that is written in Strawberry, and its merging with the catalogue's part.

Strawberry classes per catalogue type would take seconds to build; so the catalogue's types are graphql-core's own, and
what is authored gives its root fields (with their resolvers) to the same ``Query``. Both sides share the scalars.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import strawberry
from graphql import GraphQLField, GraphQLScalarType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig
from strawberry.types.scalar import ScalarDefinition

from relatum_server.graphql.meaning import ADMINISTRATORS, ASKED_BY, READERS
from relatum_server.graphql.names import in_order
from relatum_server.graphql.schema.explaining import (
    AccessExplanation,
    AccessHolders,
    explained,
    holders,
)
from relatum_server.graphql.schema.scalars import DATE, DATE_TIME, DECIMAL
from relatum_server.graphql.schema.viewer import Viewer, viewer


@strawberry.type
class Query:
    """What may be asked."""

    viewer: Viewer = strawberry.field(resolver=viewer, description="Who asks, and what it may do.")
    explain_access: AccessExplanation | None = strawberry.field(
        resolver=explained,
        description="Why a person may do something to a record, or may not. Administrators may ask about everybody, "
        "everybody about himself, for records that he may read.",
    )
    who_can: AccessHolders | None = strawberry.field(
        resolver=holders,
        description="Who, of those that may sign in, may do something to a record. Only administrators may ask.",
    )


_SHARED: Final[Mapping[object, GraphQLScalarType]] = {
    Decimal: DECIMAL,
    date: DATE,
    datetime: DATE_TIME,
}


_ASKED_BY: Final[Mapping[str, str]] = {"explainAccess": READERS, "whoCan": ADMINISTRATORS}
"""Who may ask; others do not know of the field."""


def authored_schema() -> strawberry.Schema:
    """The authored part by itself."""
    shared = {python: _definition(scalar) for python, scalar in _SHARED.items()}
    return strawberry.Schema(Query, config=StrawberryConfig(scalar_map=shared))


def _definition(scalar: GraphQLScalarType) -> ScalarDefinition:
    return ScalarDefinition(
        name=scalar.name,
        description=scalar.description,
        specified_by_url=scalar.specified_by_url,
        serialize=scalar.coerce_output_value,
        parse_value=scalar.coerce_input_value,
        parse_literal=scalar.parse_literal,
        implementation=scalar,
    )


def authored_members(authored: strawberry.Schema) -> Iterator[tuple[str, str, GraphQLField]]:
    """The authored fields of ``Query``, by name."""
    query = core_schema(authored).query_type
    for name, field in in_order(query.fields if query else {}):
        if name in _ASKED_BY:
            field.extensions = {**field.extensions, ASKED_BY: _ASKED_BY[name]}
        yield name, f"the authored field {name}", field


def core_schema(authored: strawberry.Schema) -> GraphQLSchema:
    """The graphql-core schema that Strawberry made."""
    made: GraphQLSchema = authored._schema
    return made


def known_to_strawberry(merged: GraphQLSchema, authored: strawberry.Schema) -> GraphQLSchema:
    """The merged schema, by which authored resolvers find their way back to Strawberry's."""
    merged._strawberry_schema = authored  # type: ignore[attr-defined]  # where Strawberry looks for it
    return merged
