"""The schema in the schema definition language, as far as somebody may know of it."""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    print_type,
)
from graphql.utilities.print_schema import is_defined_type

from relatum_server.graphql.knowing import Known


def schema_text(schema: GraphQLSchema, known: Known | None) -> str:
    """Types by name, their members in their own order.

    Args:
        schema: that is told.
        known: what may be known of it; None for all.
    """
    named = [each for _, each in sorted(schema.type_map.items()) if is_defined_type(each)]
    if known is not None:
        named = [_narrowed(each, known) for each in named if each.name in known.types]
    return "\n\n".join(map(print_type, named)) + "\n"


def _narrowed(kind: GraphQLNamedType, known: Known) -> GraphQLNamedType:
    """The type for printing, with what is known of it."""
    match kind:
        case GraphQLObjectType() | GraphQLInterfaceType():
            fields = {
                name: _with_arguments(each, known)
                for name, each in kind.fields.items()
                if known.has(kind, name)
            }
            return type(kind)(**_changed(kind, fields=fields))
        case GraphQLInputObjectType():
            given = {name: each for name, each in kind.fields.items() if known.has(kind, name)}
            return GraphQLInputObjectType(**_changed(kind, fields=given))
        case GraphQLEnumType():
            values = {name: each for name, each in kind.values.items() if known.has(kind, name)}
            return GraphQLEnumType(**_changed(kind, values=values))
        case GraphQLUnionType():
            types = [each for each in kind.types if each.name in known.types]
            return GraphQLUnionType(**_changed(kind, types=types))
    return kind


def _with_arguments(field: GraphQLField, known: Known) -> GraphQLField:
    arguments = {
        name: each
        for name, each in field.args.items()
        if get_named_type(each.type).name in known.types
    }
    return GraphQLField(**_changed(field, args=arguments))


def _changed(told: GraphQLNamedType | GraphQLField, **changes: object) -> dict[str, Any]:
    """What it is made of, with changes."""
    return {**told.to_kwargs(), **changes}
