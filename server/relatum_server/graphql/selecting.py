"""Collects what a selection set asks: by response key, with fragments opened and conditions applied.

On places where rows of several types stand, a key may ask different things of different types; it is then given once
per class of types that are asked the same.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    GraphQLUnionType,
    InlineFragmentNode,
    SelectionNode,
    SelectionSetNode,
)
from graphql.execution.values import VariableValues, get_directive_values

from relatum_server.graphql.schema import concrete_types

TYPENAME: Final = "__typename"
COMMON: Final = frozenset({"Node", "Record"})
"""Interfaces of all records, whose fields need no naming of types."""

Shown = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


@dataclass(frozen=True)
class Document:
    """What the selection sets of a document refer to."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: VariableValues


@dataclass(frozen=True)
class Asked:
    """A response key, and what it asks.

    ``definition`` is None for ``__typename`` and introspection; ``types`` are the record types of
    which it is asked, None for all at the place.
    """

    key: str
    nodes: tuple[FieldNode, ...]
    definition: GraphQLField | None
    types: tuple[str, ...] | None = None

    @property
    def node(self) -> FieldNode:
        """The first of the nodes; all have the same name and arguments."""
        return self.nodes[0]


@dataclass(frozen=True)
class _Entry:
    """One field node, and the types of rows that it applies to."""

    position: int
    node: FieldNode
    parent: Shown
    types: frozenset[str]


@dataclass
class _Walk:
    """A walk through the selection sets of one place."""

    document: Document
    entries: dict[str, list[_Entry]] = field(default_factory=dict)
    seen: set[tuple[str, frozenset[str]]] = field(default_factory=set)
    count: int = 0

    def enter(self, selected: SelectionSetNode, parent: Shown, types: frozenset[str]) -> None:
        """Note every field of a selection set."""
        for each in selected.selections:
            if not self._included(each):
                continue
            if isinstance(each, FieldNode):
                key = each.alias.value if each.alias else each.name.value
                entry = _Entry(self.count, each, parent, types)
                self.entries.setdefault(key, []).append(entry)
                self.count += 1
            elif isinstance(each, InlineFragmentNode):
                self._open(each, parent, types)
            elif isinstance(each, FragmentSpreadNode):
                self._spread(each.name.value, types)

    def _included(self, node: SelectionNode) -> bool:
        if not node.directives:
            return True
        skip = get_directive_values(GraphQLSkipDirective, node, self.document.variables)
        include = get_directive_values(GraphQLIncludeDirective, node, self.document.variables)
        return not (skip and skip["if"]) and (include is None or bool(include["if"]))

    def _spread(self, name: str, types: frozenset[str]) -> None:
        if (name, types) not in self.seen:
            self.seen.add((name, types))
            fragment = self.document.fragments[name]
            self._open(fragment, None, types)

    def _open(
        self,
        fragment: InlineFragmentNode | FragmentDefinitionNode,
        parent: Shown | None,
        types: frozenset[str],
    ) -> None:
        condition = fragment.type_condition
        narrowed = self.document.schema.type_map[condition.name.value] if condition else parent
        assert isinstance(narrowed, Shown)
        admitted = frozenset(concrete_types(narrowed))
        inner = types & admitted if admitted else types
        if inner or not types:
            self.enter(fragment.selection_set, narrowed, inner)


def asked(document: Document, shown: Shown, selected: Iterable[SelectionSetNode]) -> list[Asked]:
    """What selection sets ask of a type, merged, in the order of the answer.

    Args:
        document: with the fragments and variables.
        shown: the type that the selection sets are about.
        selected: one per field node that was merged.
    """
    everything = frozenset(concrete_types(shown))
    walk = _Walk(document)
    for each in selected:
        walk.enter(each, shown, everything)
    found = (
        found
        for key, entries in walk.entries.items()
        for found in _classes(key, entries, everything, {shown.name, *COMMON})
    )
    return [asking for _, asking in sorted(found, key=lambda each: each[0])]


def _classes(
    key: str, entries: list[_Entry], everything: frozenset[str], here: set[str]
) -> Iterator[tuple[int, Asked]]:
    """The key with its position, once per class of types to which the same nodes apply."""
    classes: dict[tuple[int, ...], set[str]] = {}
    for name in sorted(everything):
        applying = tuple(i for i, entry in enumerate(entries) if name in entry.types)
        classes.setdefault(applying, set()).add(name)
    if not everything:
        classes = {tuple(range(len(entries))): set()}
    for applying, names in classes.items():
        if applying:
            chosen = [entries[i] for i in applying]
            whole = names == everything and chosen[0].parent.name in here
            nodes = tuple(each.node for each in chosen)
            types = None if whole else tuple(sorted(names))
            yield chosen[0].position, Asked(key, nodes, _definition(chosen[0]), types)


def _definition(entry: _Entry) -> GraphQLField | None:
    name = entry.node.name.value
    if name.startswith("__"):
        return None
    assert not isinstance(entry.parent, GraphQLUnionType)
    definition: GraphQLField = entry.parent.fields[name]
    return definition
