"""The shape of variables: what a plan depends on of them, as against values that are bound on each request."""

from collections.abc import Hashable, Iterable
from typing import Any, Final

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    VariableDefinitionNode,
    type_from_ast,
)
from graphql.execution.values import VariableValues

from relatum_server.graphql.meaning import KEY, STEERING, VALUE

_WRAPPERS: Final = (GraphQLNonNull, GraphQLList)
_BOUND: Final = "bound"


def bound_variables(
    schema: GraphQLSchema, definitions: Iterable[VariableDefinitionNode]
) -> frozenset[str]:
    """The variables of a valid operation of which a plan depends on no more than whether there is a value."""
    types = {each.variable.name.value: type_from_ast(schema, each.type) for each in definitions}
    return frozenset(name for name, kind in types.items() if is_bound(kind))


def shape(values: VariableValues) -> Hashable:
    """What a plan depends on of variables, as a key of caches: the same for all that have equal templates."""
    sources = values.sources
    return tuple(
        [
            (name, _shape(sources[name].signature.type, value))
            for name, value in values.coerced.items()
        ]
    )


def _shape(kind: object, value: Any) -> Hashable:
    while isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    if value is None:
        return None
    if is_bound(kind):
        return _BOUND
    if isinstance(kind, GraphQLList):
        inner = kind.of_type
        return ("list", *(_shape(inner, each) for each in value))
    if isinstance(kind, GraphQLInputObjectType):
        fields = kind.fields
        return tuple((member, _shape(fields[member].type, each)) for member, each in value.items())
    return value  # type: ignore[no-any-return]  # a boolean, or an enum's value


def is_bound(kind: object) -> bool:
    """Whether values of the type are bound, as against shaping the plan."""
    while isinstance(kind, _WRAPPERS):
        kind = kind.of_type
    if isinstance(kind, GraphQLInputObjectType):
        return bool(kind.extensions.get(KEY) == VALUE)
    if isinstance(kind, GraphQLEnumType):
        return bool(kind.extensions.get(KEY) != STEERING)
    return kind is not GraphQLBoolean
