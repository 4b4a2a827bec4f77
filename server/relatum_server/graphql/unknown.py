"""What is asked of that may not be known of, marked so that validation takes it for what is not there.

The name of what may not be known of gets a mark that no schema has; what is then said of it is, but for the mark, what
would be said if it did not exist. The mark is taken out of the messages.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final, TypeVar

from graphql import (
    ArgumentNode,
    DocumentNode,
    EnumValueNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    NamedTypeNode,
    Node,
    ObjectFieldNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    Visitor,
    get_named_type,
    type_from_ast,
    visit,
)

from relatum_server.graphql.knowing import Known

_MARK: Final = f"_{secrets.token_hex(8)}"
"""Drawn anew by each process, so that no document can have it."""

NodeType = TypeVar("NodeType", bound=Node)


def marked(schema: GraphQLSchema, document: DocumentNode, known: Known) -> DocumentNode:
    """The document with marks; itself when nothing in it is unknown."""
    types = TypeInfo(schema)
    found: DocumentNode = visit(document, TypeInfoVisitor(types, _Marking(schema, types, known)))
    return found


def unmarked(errors: Iterable[GraphQLError]) -> list[GraphQLError]:
    """The errors as they are told."""
    return [
        GraphQLError(
            each.message.replace(_MARK, ""),
            each.nodes,
            each.source,
            each.positions,
            each.path,
            extensions=each.extensions,
        )
        for each in errors
    ]


def marked_values(
    schema: GraphQLSchema,
    definitions: Sequence[VariableDefinitionNode],
    values: Mapping[str, Any],
    known: Known,
) -> dict[str, Any]:
    """Given variables with marks on what of their types is unknown."""
    types = {each.variable.name.value: type_from_ast(schema, each.type) for each in definitions}
    return {name: _marked_value(types.get(name), each, known) for name, each in values.items()}


def _marked_value(kind: object, value: Any, known: Known) -> Any:
    match kind, value:
        case GraphQLNonNull(of_type=inner), _:
            return _marked_value(inner, value, known)
        case GraphQLList(of_type=inner), list():
            return [_marked_value(inner, each, known) for each in value]
        case GraphQLList(of_type=inner), _:
            return _marked_value(inner, value, known)
        case GraphQLInputObjectType(fields=fields), dict():
            return {
                _marked_name(kind, name, fields, known): _marked_value(
                    fields[name].type, each, known
                )
                if name in fields
                else each
                for name, each in value.items()
            }
        case GraphQLEnumType(values=values), str():
            return _marked_name(kind, value, values, known)
    return value


def _marked_name(
    owner: GraphQLInputObjectType | GraphQLEnumType,
    name: str,
    members: Mapping[str, object],
    known: Known,
) -> str:
    return name + _MARK if name in members and not known.has(owner, name) else name


class _Marking(Visitor):
    """Marks names on the way through a document."""

    def __init__(self, schema: GraphQLSchema, types: TypeInfo, known: Known) -> None:
        super().__init__()
        self._schema = schema
        self._types = types
        self._known = known

    def enter_field(self, node: FieldNode, *_: object) -> FieldNode | None:
        """Mark a field that may not be known of."""
        owner = self._types.get_parent_type()
        there = isinstance(owner, GraphQLObjectType | GraphQLInterfaceType) and (
            node.name.value in owner.fields
        )
        return _renamed(node) if there and not self._has(owner, node.name.value) else None

    def enter_argument(self, node: ArgumentNode, *_: object) -> ArgumentNode | None:
        """Mark an argument whose type may not be known of."""
        argument = self._types.get_argument()
        if argument is None or get_named_type(argument.type).name in self._known.types:
            return None
        return _renamed(node)

    def enter_object_field(self, node: ObjectFieldNode, *_: object) -> ObjectFieldNode | None:
        """Mark an input field that may not be known of."""
        owner = get_named_type(self._types.get_parent_input_type())
        there = isinstance(owner, GraphQLInputObjectType) and node.name.value in owner.fields
        return _renamed(node) if there and not self._has(owner, node.name.value) else None

    def enter_enum_value(self, node: EnumValueNode, *_: object) -> EnumValueNode | None:
        """Mark a value that may not be known of."""
        owner = get_named_type(self._types.get_input_type())
        if not isinstance(owner, GraphQLEnumType) or node.value not in owner.values:
            return None
        if self._has(owner, node.value):
            return None
        return replace(node, value=node.value + _MARK)

    def enter_inline_fragment(
        self, node: InlineFragmentNode, *_: object
    ) -> InlineFragmentNode | None:
        """Mark the type of a fragment."""
        condition = node.type_condition
        if condition is None or self._knows(condition):
            return None
        return replace(node, type_condition=_renamed(condition))

    def enter_fragment_definition(
        self, node: FragmentDefinitionNode, *_: object
    ) -> FragmentDefinitionNode | None:
        """Mark the type of a fragment."""
        condition = node.type_condition
        return None if self._knows(condition) else replace(node, type_condition=_renamed(condition))

    def enter_named_type(self, node: NamedTypeNode, *_: object) -> NamedTypeNode | None:
        """Mark the type of a variable."""
        return None if self._knows(node) else _renamed(node)

    def _has(self, owner: Any, member: str) -> bool:
        return self._known.has(owner, member)

    def _knows(self, node: NamedTypeNode) -> bool:
        name = node.name.value
        return name in self._known.types or name not in self._schema.type_map


def _renamed(node: NodeType) -> NodeType:
    name = node.name  # type: ignore[attr-defined]  # of the sorts of nodes that have one
    return replace(node, name=replace(name, value=name.value + _MARK))  # type: ignore[call-arg]  # as above
