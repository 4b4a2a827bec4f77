"""Where in a document a variable's value goes, so that errors of variables say it as errors of literals do."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    coerce_input_value,
    is_input_type,
    is_non_null_type,
    type_from_ast,
)
from graphql.utilities.validate_input_value import validate_input_value

from relatum_schemas.errors import Path
from relatum_server.graphql.document import Operation


def place_of(operation: Operation, name: str) -> Path:
    """Where in an operation a variable is used first: keys of the response, the argument, and so on inwards."""
    found = _uses(operation.node.selection_set, operation.fragments, name, frozenset())
    return next(found, (name,))


def _uses(
    selected: SelectionSetNode | None,
    fragments: Mapping[str, FragmentDefinitionNode],
    name: str,
    entered: frozenset[str],
) -> Iterator[Path]:
    for each in selected.selections if selected else ():
        if isinstance(each, FieldNode):
            key = each.alias.value if each.alias else each.name.value
            for argument in each.arguments or ():
                for path in _within(argument.value, name):
                    yield (key, argument.name.value, *path)
            for path in _uses(each.selection_set, fragments, name, entered):
                yield (key, *path)
        elif isinstance(each, InlineFragmentNode):
            yield from _uses(each.selection_set, fragments, name, entered)
        elif isinstance(each, FragmentSpreadNode) and each.name.value not in entered:
            spread = each.name.value
            fragment = fragments[spread]
            yield from _uses(fragment.selection_set, fragments, name, entered | {spread})


def _within(value: ValueNode, name: str) -> Iterator[Path]:
    match value:
        case VariableNode():
            if value.name.value == name:
                yield ()
        case ListValueNode(values=values):
            for position, each in enumerate(values):
                yield from ((position, *path) for path in _within(each, name))
        case ObjectValueNode(fields=members):
            for member in members:
                yield from ((member.name.value, *path) for path in _within(member.value, name))


def wrong_places(
    schema: GraphQLSchema,
    definitions: Sequence[VariableDefinitionNode],
    values: Mapping[str, object],
    most: int,
) -> list[tuple[str, Path]]:
    """The variables that are not of their types, and where in each: one for each error, in their order.

    Args:
        schema: that is asked.
        definitions: of the variables.
        values: as given.
        most: how many are told at most.
    """
    found: list[tuple[str, Path]] = []

    def note(name: str, path: list[str | int]) -> None:
        found.append((name, tuple(path)))
        if len(found) == most:
            raise _Enough

    try:
        for definition in definitions:
            _wrong(schema, definition, values, note)
    except (_Enough, RecursionError):
        pass
    return found


class _Enough(Exception):
    """As many were found as are told."""


def _wrong(
    schema: GraphQLSchema,
    definition: VariableDefinitionNode,
    values: Mapping[str, object],
    note: Callable[[str, list[str | int]], None],
) -> None:
    name, kind = definition.variable.name.value, type_from_ast(schema, definition.type)
    if not is_input_type(kind) or (name not in values and not is_non_null_type(kind)):
        return
    given = values.get(name, Undefined)
    if coerce_input_value(given, kind) is Undefined:
        validate_input_value(given, kind, lambda _, path: note(name, path), hide_suggestions=True)
