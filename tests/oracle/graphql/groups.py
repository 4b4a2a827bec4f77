"""Groups of rows as GraphQL shows them: their keys and measures, and what a document measures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLResolveInfo,
    GraphQLSkipDirective,
    InlineFragmentNode,
    SelectionSetNode,
)
from graphql.execution.values import get_directive_values

from relatum_schemas.kinds import CompositeKind, Kind
from relatum_schemas.selection import Aggregate, FieldPath, Function, Measure, Step
from relatum_server.graphql.names import camel
from tests.oracle.aggregates import Group, key_kind, measure_kind, measured
from tests.oracle.graphql import arguments
from tests.oracle.shapes import Shape
from tests.oracle.sight import Sight
from tests.oracle.values import canonical, wire_parts

Info = GraphQLResolveInfo[Any]


@dataclass(frozen=True)
class Grouped:
    """A group of rows."""

    form: Aggregate
    group: Group
    shape: Shape
    sight: Sight


@dataclass(frozen=True)
class Keyed:
    """Within the key of a group: as far as these steps, and to this field of several parts."""

    grouped: Grouped
    shape: Shape
    steps: tuple[Step, ...] = ()
    field: str | None = None


@dataclass(frozen=True)
class Measured:
    """Within the measures of one function."""

    grouped: Grouped
    function: Function
    shape: Shape
    steps: tuple[Step, ...] = ()


def wired(kind: Kind, value: Any) -> Any:
    """A value as GraphQL shows it."""
    whole = wire_parts(kind, value, None)
    if isinstance(kind, CompositeKind) and isinstance(whole, Mapping):
        return {camel(part): each for part, each in whole.items()}
    return canonical(whole)


def of_group(grouped: Grouped, name: str) -> Any:
    """What a field of a group gives."""
    if name == "key":
        return Keyed(grouped, grouped.shape)
    if name == "count":
        return len(grouped.group[1])
    functions = {camel(each.value): each for each in Function}
    return Measured(grouped, functions[name], grouped.shape)


def of_key(keyed: Keyed, name: str) -> Any:
    """What a field of the key of a group gives."""
    form = keyed.grouped.form
    if keyed.field is not None:
        kind = keyed.shape.field(keyed.field).kind
        parts = {camel(part): part for part in kind.parts}
        return _key_value(keyed, FieldPath(steps=keyed.steps, field=keyed.field, part=parts[name]))
    known = arguments.fields_of(keyed.shape).get(name)
    if known is None:
        step = arguments.step_of(keyed.shape, name)
        assert step is not None
        return replace(keyed, shape=arguments.along(keyed.shape, step), steps=(*keyed.steps, step))
    path = FieldPath(steps=keyed.steps, field=known.name)
    if path in [each.path for each in form.group_by]:
        return _key_value(keyed, path)
    return replace(keyed, field=known.name)


def _key_value(keyed: Keyed, path: FieldPath) -> Any:
    [index] = [i for i, each in enumerate(keyed.grouped.form.group_by) if each.path == path]
    kind = key_kind(keyed.grouped.form.group_by[index], keyed.grouped.shape)
    return wired(kind, keyed.grouped.group[0][index])


def of_measures(source: Measured, name: str) -> Any:
    """What a field of the measures of a function gives."""
    grouped = source.grouped
    known = arguments.fields_of(source.shape).get(name)
    if known is None:
        step = arguments.step_of(source.shape, name)
        assert step is not None
        return replace(
            source, shape=arguments.along(source.shape, step), steps=(*source.steps, step)
        )
    measure = Measure(
        function=source.function, path=FieldPath(steps=source.steps, field=known.name)
    )
    value = measured(measure, grouped.group[1], grouped.shape, grouped.sight)
    return wired(measure_kind(source.function, known.kind), value)


def measures(info: Info, shape: Shape) -> Iterator[Measure]:
    """What is measured below a field, in the order of the answer: measures of money part the groups."""
    functions = {camel(each.value): each for each in Function}
    for node in _below(info, info.field_nodes):
        function = functions.get(node[0].name.value)
        if function is not None and function is not Function.COUNT:
            yield from _paths(info, node, function, (), shape)


def _paths(
    info: Info,
    nodes: list[FieldNode],
    function: Function,
    steps: tuple[Step, ...],
    shape: Shape,
) -> Iterator[Measure]:
    for below in _below(info, nodes):
        name = below[0].name.value
        known = arguments.fields_of(shape).get(name)
        if known is not None:
            yield Measure(function=function, path=FieldPath(steps=steps, field=known.name))
        elif name != "__typename":
            step = arguments.step_of(shape, name)
            assert step is not None
            deeper = arguments.along(shape, step)
            yield from _paths(info, below, function, (*steps, step), deeper)


def _below(info: Info, nodes: Sequence[FieldNode]) -> list[list[FieldNode]]:
    """The fields asked below some nodes of one key, merged by key."""
    merged: dict[str, list[FieldNode]] = {}
    for node in nodes:
        if node.selection_set:
            for each in _opened(info, node.selection_set):
                key = each.alias.value if each.alias else each.name.value
                merged.setdefault(key, []).append(each)
    return list(merged.values())


def _opened(info: Info, selected: SelectionSetNode) -> Iterator[FieldNode]:
    """The field nodes of a selection set on an object, with fragments opened."""
    for each in selected.selections:
        skip = get_directive_values(GraphQLSkipDirective, each, info.variable_values)
        include = get_directive_values(GraphQLIncludeDirective, each, info.variable_values)
        if (skip and skip["if"]) or (include and not include["if"]):
            continue
        if isinstance(each, FieldNode):
            yield each
        elif isinstance(each, InlineFragmentNode):
            yield from _opened(info, each.selection_set)
        elif isinstance(each, FragmentSpreadNode):
            fragment = info.fragments[each.name.value]
            yield from _opened(info, getattr(fragment, "definition", fragment).selection_set)
