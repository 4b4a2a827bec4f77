"""What the fields of a mutation are given: coerced at each request, without walking the document again where it can be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
)
from graphql.execution.values import VariableValues, get_argument_values

from relatum_server.graphql.selecting import Asked
from relatum_server.graphql.variables import Template, filled


@dataclass(frozen=True)
class Arguments:
    """The arguments of a field, for variables of one shape.

    Attributes:
        template: coerced, with a place for each value of a variable.
        late: the field whose arguments are coerced at each request, since variables stand within literals of scalars.
    """

    template: Template = field(repr=False)
    late: Asked | None = field(default=None, repr=False)

    def given(self, variables: VariableValues) -> Mapping[str, Any]:
        """The arguments with the variables of one request."""
        if self.late is not None:
            return _coerced(self.late, variables)
        found: Mapping[str, Any] = filled(self.template, variables.coerced)
        return found


def arguments_of(asking: Asked, shaped: VariableValues) -> Arguments:
    """The arguments of a field.

    Args:
        asking: the field.
        shaped: the variables with places for their values.
    """
    late = asking if _has_variables_within_scalars(asking) else None
    return Arguments({} if late else _coerced(asking, shaped), late)


def _coerced(asking: Asked, variables: VariableValues) -> dict[str, Any]:
    assert asking.definition is not None
    return get_argument_values(asking.definition, asking.node, variables)


def _has_variables_within_scalars(asking: Asked) -> bool:
    definition = asking.definition
    assert isinstance(definition, GraphQLField)
    given = asking.node.arguments or ()
    return any(_late(each.value, definition.args[each.name.value].type) for each in given)


def _late(node: ValueNode, kind: GraphQLInputType) -> bool:
    while isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    match node, kind:
        case ListValueNode(values=values), GraphQLList(of_type=inner):
            return any(_late(each, inner) for each in values)
        case ObjectValueNode(fields=members), GraphQLInputObjectType(fields=known):
            return any(_late(each.value, known[each.name.value].type) for each in members)
        case _, GraphQLList(of_type=inner):
            return _late(node, inner)
        case ListValueNode() | ObjectValueNode(), _:
            return _holds_variables(node)
    return False


def _holds_variables(node: ValueNode) -> bool:
    match node:
        case VariableNode():
            return True
        case ListValueNode(values=values):
            return any(map(_holds_variables, values))
        case ObjectValueNode(fields=members):
            return any(_holds_variables(each.value) for each in members)
    return False
