"""From the catalogue to one GraphQL schema.

Each module makes one sort of type, from the leaves up: `scalars`, `values` (field kinds), `rows` (what can be said of a
row), `type_names`, `times`, `filters`, `orders` (and groupings), `aggregates`, `pages` (connections), `objects` (records,
ties), `searching`, `roots`; `changes` (what was done, and what may be followed); `given` (what is written), `inputs`,
`payloads`, `mutations`; `actions` of plugins; `authored` is what is written in Strawberry, such as `viewer` and
`explaining`; `describing` says what declarations leave unsaid. A member's ``extensions`` say what it means to the planner.
"""

from functools import partial
from typing import Final

from graphql import (
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
)
from graphql.utilities.print_schema import is_defined_type

from relatum.catalogue import Catalogue
from relatum_server.graphql.names import Register
from relatum_server.graphql.schema.actions import action_members
from relatum_server.graphql.schema.authored import (
    PAGE_INFO,
    authored_members,
    authored_schema,
    core_schema,
    governing_members,
    is_stand_in,
    known_to_strawberry,
    with_records,
)
from relatum_server.graphql.schema.changes import change_members, subscription_members
from relatum_server.graphql.schema.describing import describe
from relatum_server.graphql.schema.mutations import mutation_members
from relatum_server.graphql.schema.objects import concrete_types, record_type, record_types
from relatum_server.graphql.schema.pages import page_info
from relatum_server.graphql.schema.roots import root_members
from relatum_server.graphql.schema.rows import place
from relatum_server.graphql.schema.viewer import Asking

__all__ = ["Asking", "build_schema", "concrete_types"]


_ROOTS: Final = frozenset({"Query", "Governing"})
"""The types of Strawberry whose fields join those of the catalogue."""


def build_schema(catalogue: Catalogue) -> GraphQLSchema:
    """The schema of a catalogue, with what is authored in Strawberry.

    Raises:
        Problems: two things would take the same name in GraphQL.
    """
    register = Register()
    for root in ("Query", "Mutation", "Subscription"):
        register.claim(root, "a root of the schema")
    authored = authored_schema(catalogue)

    def shown(name: str) -> GraphQLOutputType:
        if name == PAGE_INFO:
            return page_info(register)
        return record_type(register, catalogue, place(catalogue, name))

    with_records(authored, shown)
    for name, kind in core_schema(authored).type_map.items():
        if name not in _ROOTS and is_defined_type(kind) and not is_stand_in(kind):
            register.type(name, f"the authored type {name}", partial(_itself, kind))
    query = GraphQLObjectType(
        "Query",
        register.members(
            "Query",
            (
                *root_members(register, catalogue),
                *action_members(register, catalogue, reading=True),
                *change_members(register, catalogue),
                *authored_members(authored),
            ),
        ),
        description="What may be asked.",
    )
    acts = register.members(
        "Mutation",
        (
            *mutation_members(register, catalogue),
            *action_members(register, catalogue, reading=False),
            *governing_members(authored),
        ),
    )
    mutation = (
        GraphQLObjectType("Mutation", acts, description="What may be done.") if acts else None
    )
    followed = register.members("Subscription", subscription_members(register, catalogue))
    subscription = (
        GraphQLObjectType("Subscription", followed, description="What may be followed.")
        if followed
        else None
    )
    types = record_types(register, catalogue)
    try:
        schema = GraphQLSchema(query, mutation, subscription, types=types, assume_valid=True)
    finally:
        register.raise_problems({each.name: each.plugin for each in catalogue})
    describe(schema, catalogue)
    return known_to_strawberry(schema, authored)


def _itself(made: GraphQLNamedType) -> GraphQLNamedType:
    return made
