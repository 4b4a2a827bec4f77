"""Random GraphQL documents over a schema: what may be asked, and what may not, by somebody curious."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from relatum_server.graphql.knowing import Known
from tests.oracle.pools import DAYS, INSTANTS, LOOKUPS, MOMENTS, RECORDED

Given = GraphQLArgument | GraphQLInputField
Shown = GraphQLObjectType | GraphQLInterfaceType

_DEPTH: Final = 4
_RARELY: Final = frozenset({"after", "before", "last", "key", "holds", "recordedAt"})
"""What is refused more often than answered."""

_CONNECTIVES: Final = frozenset({"AND", "OR", "NOT"})
VALUES: Final[Mapping[str, Sequence[object]]] = {
    "String": LOOKUPS,
    "Int": (0, 1, 2, 3, -7, 2147483647),
    "Boolean": (True, False),
    "Decimal": ("-1.5", "0", "0.01", "2.5", "999.99"),
    "BigInt": (-1, 0, 1, 10**18 - 1),
    "Date": DAYS,
    "DateTime": INSTANTS,
    "Moment": (*MOMENTS, *(each.isoformat() for each in RECORDED)),
    "Duration": ("PT0S", "PT1.5S", "P36525D"),
    "Language": ("de", "pt-BR"),
    "Country": ("DE", "FR"),
    "Currency": ("EUR", "USD"),
    "JSON": ("x",),
}
"""Values by the scalars of which they are."""


@dataclass
class Author:
    """Writes documents.

    Attributes:
        chance: by which everything is chosen.
        schema: that is asked.
        known: to which the author keeps, as far as it goes.
        ids: that are asked for.
        keeping: how often the author keeps to what is known.
    """

    chance: random.Random
    schema: GraphQLSchema
    known: Known
    ids: Sequence[str]
    keeping: float = 0.99
    count: int = 0

    def document(self) -> str:
        """A query of a few root fields."""
        query = self.schema.query_type
        assert query is not None
        return self.selection(query, _DEPTH, most=3)

    def selection(self, shown: Shown, depth: int, most: int = 4) -> str:
        """A few fields of a type."""
        names = [
            name
            for name in shown.fields
            if self._fits(shown, name, depth)
            and (name not in _RARELY or self.chance.random() < 0.02)
        ]
        chosen = self.chance.sample(names, min(len(names), self.chance.randint(1, most)))
        fields = [self.field(name, shown.fields[name], depth) for name in chosen]
        return f"{{{' '.join(filter(None, fields)) or '__typename'}}}"

    def _fits(self, owner: Shown, name: str, depth: int) -> bool:
        leads_on = isinstance(get_named_type(owner.fields[name].type), Shown | GraphQLUnionType)
        if leads_on and depth == 0:
            return False
        return self.known.has(owner, name) or self.chance.random() > self.keeping

    def field(self, name: str, field: GraphQLField, depth: int) -> str:
        """A field under a key of its own, with arguments and what is asked below."""
        self.count += 1
        key = f"k{self.count}"
        arguments = ", ".join(
            f"{each}: {self.value(argument, depth)}"
            for each, argument in field.args.items()
            if isinstance(argument.type, GraphQLNonNull)
            or self.chance.random() < (0.02 if each in _RARELY else 0.35)
        )
        given = f"({arguments})" if arguments else ""
        return f"{key}: {name}{given}{self.below(field, depth - 1)}"

    def below(self, field: GraphQLField, depth: int) -> str:
        """What is asked of what a field leads to."""
        shown = get_named_type(field.type)
        if isinstance(shown, GraphQLObjectType):
            return self.selection(shown, depth)
        if not isinstance(shown, GraphQLInterfaceType | GraphQLUnionType):
            return ""
        shared = self.selection(shown, depth) if isinstance(shown, GraphQLInterfaceType) else "{}"
        types = self.schema.get_possible_types(shown)
        known = [each for each in types if each.name in self.known.types] or types
        fragments = " ".join(
            f"... on {each.name} {self.selection(each, depth)}"
            for each in self.chance.sample(known, min(len(known), self.chance.randint(0, 2)))
        )
        return f"{{__typename {shared[1:-1]} {fragments}}}"

    def value(self, given: Given, depth: int) -> str:
        """A literal for an argument or input field."""
        kind = given.type
        while isinstance(kind, GraphQLNonNull):
            kind = kind.of_type
        if isinstance(kind, GraphQLList):
            inner = GraphQLInputField(kind.of_type)
            return (
                f"[{', '.join(self.value(inner, depth) for _ in range(self.chance.randint(1, 2)))}]"
            )
        if isinstance(kind, GraphQLInputObjectType):
            return self.object(kind, depth)
        if isinstance(kind, GraphQLEnumType):
            names = [name for name in kind.values if self.known.has(kind, name)]
            few = [name for name in VALUES.get(kind.name, names) if name in kind.values]
            return str(self.chance.choice(few or list(kind.values)))
        if str(kind) == "ID":
            return json.dumps(self.chance.choice(self.ids))
        return json.dumps(self.chance.choice(VALUES[str(kind)]), ensure_ascii=False)

    def object(self, kind: GraphQLInputObjectType, depth: int) -> str:
        """A literal of an input object."""
        known = [
            name
            for name in kind.fields
            if self.known.has(kind, name) or self.chance.random() > self.keeping
        ]
        plain = [name for name in known if depth > 0 or not self._deep(kind, name)] or known
        number = 1 if kind.is_one_of else self.chance.randint(0, 2)
        needed = [
            name for name, each in kind.fields.items() if isinstance(each.type, GraphQLNonNull)
        ]
        chosen = dict.fromkeys([*needed, *self.chance.sample(plain, min(number, len(plain)))])
        members = (f"{name}: {self.value(kind.fields[name], depth - 1)}" for name in chosen)
        return f"{{{', '.join(members)}}}"

    def _deep(self, kind: GraphQLInputObjectType, name: str) -> bool:
        inner = get_named_type(kind.fields[name].type)
        return name in _CONNECTIVES or (
            isinstance(inner, GraphQLInputObjectType) and len(inner.fields) > 20
        )
