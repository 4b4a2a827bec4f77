"""Random GraphQL documents that use everything the language has, over any schema, and that have a meaning.

Fragments (nested, spread more than once, on objects, interfaces and unions), inline fragments with and without a type,
directives, variables anywhere (given, left to their default, null, or absent), aliases, keys that are asked several times.
"""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

from relatum_server.administration import ACTIONS
from relatum_server.graphql.knowing import Known
from relatum_server.graphql.names import camel
from tests.laws.documents import VALUES

Shown = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType

DEPTH: Final = 4
MUCH: Final = 80
"""Keys of a document from which on it goes no deeper."""

_OVER_ALL: Final = ("node", "nodes", "search", "neighbourhood", "path")
_ASKED_ELSEWHERE: Final = frozenset(
    {
        *("explainAccess", "whoCan", "changes", "history"),
        *("catalogue", "workflows", "mutedMessages"),
        *map(camel, ACTIONS),
    }
)
"""What tells of rules, of the change log and of the installation, which the oracle does not have."""
_COMMON: Final = frozenset({"id", "label", "version", "recordedAt"})
"""Fields that mean the same on every record, so that no alias is needed."""

_VIEWER: Final = (
    '{ __typename id label purpose roles firm { id } may(types: ["Person"]) { type read fields } }'
)
_SCHEMA: Final = '__type(name: "Person") { kind name interfaces { name } }'
_CONNECTIVES: Final = frozenset({"AND", "OR", "NOT"})
_USUALLY: Final = {"first": 0.35, "filter": 0.3, "orderBy": 0.4, "groupBy": 0.7, "having": 0.15}
_RARELY: Final = 0.12


class Name(str):
    """A name that stands bare in a document, in JSON as text: an enum's value."""


@dataclass(frozen=True)
class Variable:
    """A variable in the place of a value."""

    name: str


@dataclass
class Composer:
    """Writes one document.

    Attributes:
        chance: by which everything is chosen.
        schema: that is asked.
        known: what of it may be named; None for all.
        ids: that are asked for.
    """

    chance: random.Random
    schema: GraphQLSchema
    known: Known | None
    ids: Sequence[str]
    count: int = 0
    definitions: list[str] = field(default_factory=list)
    given: dict[str, object] = field(default_factory=dict)
    fragments: dict[str, str] = field(default_factory=dict)
    keys: list[Any] = field(default_factory=list)

    # --- documents

    def document(self) -> str:
        """One operation with all that it refers to; ``given`` has its variables afterwards."""
        query = self.schema.query_type
        assert query is not None
        names = [each for each in query.fields if self._may(query, each)]
        over_all = [each for each in _OVER_ALL if each in names]
        plain = [each for each in names if each not in {*over_all, "viewer"}]
        asked = []
        for _ in range(self.chance.randint(1, 3)):
            name = self.chance.choice(over_all if over_all and self._now_and_then(0.35) else plain)
            asked += self.field(query, name, query.fields[name], DEPTH)
        asked += [f"{self._key()}: viewer {_VIEWER}"] if self._now_and_then(0.15) else []
        asked += [self._directed("__typename")] if self._now_and_then(0.15) else []
        asked += [self._directed(_SCHEMA)] if self._now_and_then(0.1) else []
        self.chance.shuffle(asked)
        body = self._arranged(query, asked)
        declared = f"({', '.join(self.definitions)})" if self.definitions else ""
        others = ["query Other { __typename }"] if self._now_and_then(0.2) else []
        parts = [f"query Asked{declared} {{{body}}}", *others, *self.fragments.values()]
        self.chance.shuffle(parts)
        return "\n".join(parts)

    def _now_and_then(self, often: float) -> bool:
        return self.chance.random() < often

    def _key(self) -> str:
        self.count += 1
        return f"k{self.count}"

    def _may(self, owner: Any, name: str) -> bool:
        if name in _ASKED_ELSEWHERE:
            return False
        return self.known is None or self.known.has(owner, name)

    # --- selections

    def selection(self, shown: Shown, depth: int) -> str:
        """What is asked of a type, in braces; not much more where much is asked already."""
        depth = min(depth, 1 if self.count > MUCH else depth)
        asked: list[str] = []
        if not isinstance(shown, GraphQLUnionType):
            names = [
                name
                for name in shown.fields
                if self._may(shown, name) and (depth > 0 or not self._leads_on(shown, name))
            ]
            few = self.chance.sample(names, min(len(names), self.chance.randint(1, 3)))
            for name in few:
                asked += self.field(shown, name, shown.fields[name], depth)
        if depth >= 0 and not isinstance(shown, GraphQLObjectType):
            asked += self._by_type(shown, depth)
        if not asked or self._now_and_then(0.25):
            asked.append(self._directed("__typename"))
        return f"{{{self._arranged(shown, asked)}}}"

    def _leads_on(self, shown: GraphQLObjectType | GraphQLInterfaceType, name: str) -> bool:
        return isinstance(get_named_type(shown.fields[name].type), Shown)

    def _by_type(self, shown: GraphQLInterfaceType | GraphQLUnionType, depth: int) -> list[str]:
        """What is asked of some of the types that may stand here, and of traits that they share."""
        types = [each for each in self.schema.get_possible_types(shown) if self._names(each)]
        traits = {
            trait.name: trait for each in types for trait in each.interfaces if self._names(trait)
        }
        choices: list[Shown] = [*types, *traits.values()]
        chosen = self.chance.sample(choices, min(len(choices), self.chance.randint(0, 3)))
        asked = [self._on(each, self.selection(each, depth - 1)) for each in chosen]
        texts = {
            each.name: [
                name
                for name, known in each.fields.items()
                if str(known.type) == "String" and not known.args and self._may(each, name)
            ]
            for each in types
        }
        alike = [each for each in types if texts[each.name]]
        if len(alike) > 1 and self._now_and_then(0.3):
            key = self._key()
            for each in self.chance.sample(alike, 2):
                asked.append(self._on(each, f"{{{key}: {self.chance.choice(texts[each.name])}}}"))
        return asked

    def _names(self, kind: Shown) -> bool:
        return self.known is None or kind.name in self.known.types

    def _on(self, kind: Shown, selected: str) -> str:
        """A selection of a type, in a fragment."""
        if self._now_and_then(0.5):
            return f"... on {kind.name}{self._directive()} {selected}"
        return f"...{self._fragment(kind, selected)}{self._directive()}"

    def _fragment(self, kind: Shown, selected: str) -> str:
        name = f"F{len(self.fragments)}"
        self.fragments[name] = f"fragment {name} on {kind.name} {selected}"
        return name

    def _arranged(self, shown: Shown, asked: list[str]) -> str:
        """Some of what is asked goes into fragments on the type itself; one of them may be spread twice."""
        if len(asked) < 2 or not self._now_and_then(0.3):
            return " ".join(asked)
        cut = self.chance.randint(1, len(asked) - 1)
        inner, outer = f"{{{' '.join(asked[:cut])}}}", " ".join(asked[cut:])
        match self.chance.randrange(4):
            case 0:
                return f"...{self._directive()} {inner} {outer}"
            case 1:
                return f"{outer} ... on {shown.name}{self._directive()} {inner}"
            case 2:
                return f"...{self._fragment(shown, inner)}{self._directive()} {outer}"
            case _:
                name = self._fragment(shown, inner)
                return f"...{name}{self._directive()} {outer} ...{name}{self._directive()}"

    def _directed(self, asked: str) -> str:
        head, brace, rest = asked.partition(" {")
        return f"{head}{self._directive()}{brace}{rest}"

    def _directive(self) -> str:
        """Often none."""
        if not self._now_and_then(0.12):
            return ""
        name = self.chance.choice(("skip", "include"))
        value = self.chance.random() < (0.25 if name == "skip" else 0.75)
        given: object = value
        if self._now_and_then(0.6):
            given = self._variable(GraphQLNonNull(self.schema.type_map["Boolean"]), value)  # type: ignore[arg-type]
        return f" @{name}(if: {written(given)})"

    # --- fields

    def field(
        self,
        owner: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType,
        name: str,
        asked: GraphQLField,
        depth: int,
    ) -> list[str]:
        """A field, under a key of its own where it could mean different things; now and then asked twice."""
        arguments = self.arguments(owner, asked, depth)
        shown = [f"{each}: {written(value)}" for each, value in arguments.items()]
        given = f"({', '.join(shown)})" if shown else ""
        key = "" if name in _COMMON and self._now_and_then(0.7) else f"{self._key()}: "
        below = get_named_type(asked.type)
        if not isinstance(below, Shown):
            return [f"{key}{name}{given}{self._directive()}"]
        keys = self.keys if "groupBy" in arguments else []
        times = 2 if self._now_and_then(0.1) else 1
        return [
            f"{key}{name}{given}{self._directive()} {self._below(below, keys, depth)}"
            for _ in range(times)
        ]

    def _below(self, shown: Shown, keys: Any, depth: int) -> str:
        if shown.name.endswith("Aggregate") and isinstance(shown, GraphQLObjectType):
            return self._of_group(shown, keys, depth)
        if shown.name.endswith("Connection") and isinstance(shown, GraphQLObjectType):
            return self._of_page(shown, depth)
        if shown.name.endswith(("Sum", "Average", "Extremes", "CountDistinct")):
            depth = min(depth, 2)
        return self.selection(shown, depth - 1)

    def _of_page(self, shown: GraphQLObjectType, depth: int) -> str:
        asked: list[str] = []
        for name in self.chance.sample(list(shown.fields), self.chance.randint(1, 4)):
            if self._may(shown, name):
                asked += self.field(shown, name, shown.fields[name], depth)
        return f"{{{self._arranged(shown, asked or ['__typename'])}}}"

    def _of_group(self, shown: GraphQLObjectType, keys: Any, depth: int) -> str:
        names = [each for each in shown.fields if each != "key" and self._may(shown, each)]
        asked: list[str] = []
        for name in self.chance.sample(names, min(len(names), self.chance.randint(1, 3))):
            asked += self.field(shown, name, shown.fields[name], min(depth, 2))
        if keys:
            key = get_named_type(shown.fields["key"].type)
            asked.append(
                f"{self._key()}: key {{{' '.join(_mirrored(each, key) for each in keys)}}}"
            )
        return f"{{{self._arranged(shown, asked)}}}"

    # --- values

    def arguments(self, owner: Any, asked: GraphQLField, depth: int) -> dict[str, Any]:
        """Some of a field's arguments."""
        given: dict[str, Any] = {}
        for name, each in asked.args.items():
            if not isinstance(each.type, GraphQLNonNull) and not self._now_and_then(
                _USUALLY.get(name, _RARELY)
            ):
                continue
            given[name] = self.argument(name, each, depth)
        return given

    def argument(self, name: str, argument: GraphQLArgument, depth: int) -> Any:
        """A value for an argument, or a variable."""
        kind = argument.type
        optional = not isinstance(kind, GraphQLNonNull) and name not in ("depth", "groupBy")
        if optional and self._now_and_then(0.06):
            return self._variable(kind, None) if self._now_and_then(0.5) else None
        match name:
            case "first" | "last":
                value: Any = self.chance.choice((0, 1, 2, 3))
            case "depth":
                value = self.chance.choice((0, 1, 2, 3))
            case "after" | "before":
                value = f"cursor-{self.chance.randint(0, 5)}{self.count}"
            case "groupBy":
                self.keys = value = self._group_keys(kind)
            case _:
                value = self.value(kind, depth)
        plain = not _refers(value)
        return self._variable(kind, value) if plain and self._now_and_then(0.35) else value

    def _group_keys(self, kind: GraphQLInputType) -> list[Any]:
        """Keys of a grouping, no field twice."""
        shown = get_named_type(kind)
        assert isinstance(shown, GraphQLInputObjectType)
        keys = [self._group_key(shown, 2) for _ in range(self.chance.randint(1, 2))]
        return list({json.dumps(_names(each)): each for each in keys}.values())

    def _group_key(self, kind: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        names = [
            name
            for name, each in kind.fields.items()
            if self._may(kind, name)
            and (depth > 0 or not isinstance(get_named_type(each.type), GraphQLInputObjectType))
        ]
        name = self.chance.choice(names)
        inner = get_named_type(kind.fields[name].type)
        if isinstance(inner, GraphQLInputObjectType):
            return {name: self._group_key(inner, depth - 1)}
        assert isinstance(inner, GraphQLEnumType)
        return {name: Name(self.chance.choice(list(inner.values)))}

    def value(self, kind: GraphQLInputType, depth: int) -> Any:
        """A value of a type, with variables in it now and then."""
        if isinstance(kind, GraphQLNonNull):
            return self.value(kind.of_type, depth)
        if isinstance(kind, GraphQLList):
            return [self._part(kind.of_type, depth) for _ in range(self.chance.randint(1, 2))]
        if isinstance(kind, GraphQLInputObjectType):
            return self.object(kind, depth)
        if isinstance(kind, GraphQLEnumType):
            names = [name for name in kind.values if self._may(kind, name)]
            few = [name for name in VALUES.get(kind.name, names) if name in kind.values]
            return Name(self.chance.choice(few or list(kind.values)))
        if str(kind) == "ID":
            return self.chance.choice(self.ids)
        return self.chance.choice(VALUES[str(kind)])

    def _part(self, kind: GraphQLInputType, depth: int) -> Any:
        """A value within another one."""
        value = self.value(kind, depth)
        if _refers(value) or not self._now_and_then(0.2):
            return value
        return self._variable(kind, value)

    def _only(self, kind: GraphQLInputType, depth: int) -> Any:
        """The one value of an input object that takes one: its variable may have no default."""
        value = self.value(kind, depth)
        if _refers(value) or not self._now_and_then(0.2):
            return value
        name = f"v{len(self.definitions)}"
        self.definitions.append(f"${name}: {kind}!")
        self.given[name] = as_json(value)
        return Variable(name)

    def object(self, kind: GraphQLInputObjectType, depth: int) -> dict[str, Any]:
        """A value of an input object."""
        if kind.name == "Holds":
            return self._holds()
        known = [name for name in kind.fields if self._may(kind, name)]
        plain = [name for name in known if depth > 0 or not _deep(kind, name)] or known
        number = 1 if kind.is_one_of else self.chance.randint(0, 2)
        needed = [
            name for name, each in kind.fields.items() if isinstance(each.type, GraphQLNonNull)
        ]
        chosen = dict.fromkeys([*needed, *self.chance.sample(plain, min(number, len(plain)))])
        part = self._only if kind.is_one_of else self._part
        members = {name: part(kind.fields[name].type, depth - 1) for name in chosen}
        optional = [name for name in plain if name not in members and not kind.is_one_of]
        if optional and self._now_and_then(0.05):
            name = self.chance.choice(optional)
            members[name] = self._absent(kind.fields[name].type)
        return members

    def _holds(self) -> dict[str, Any]:
        moment = self.chance.choice(VALUES["Moment"])
        return self.chance.choice(
            (
                {"now": True},
                {"any": True},
                {"at": moment},
                {"overlaps": {"from": moment}},
                {"overlaps": {"to": moment}},
                {"overlaps": {}},
            )
        )

    # --- variables

    def _variable(self, kind: GraphQLInputType, value: Any) -> Variable:
        """A variable of this value: given, or the default that stands when it is not, or one that does not."""
        name = f"v{len(self.definitions)}"
        nullable = not isinstance(kind, GraphQLNonNull)
        match self.chance.randrange(4):
            case 0 if value is not None:
                plain = kind if nullable else kind.of_type  # type: ignore[union-attr]
                self.definitions.append(f"${name}: {plain} = {written(value)}")
            case 1 if value is None and nullable:
                self.definitions.append(f"${name}: {kind}")
            case 2 if value is None and nullable:
                self.definitions.append(f"${name}: {kind} = null")
            case _:
                self.definitions.append(f"${name}: {kind}")
                self.given[name] = as_json(value)
        return Variable(name)

    def _absent(self, kind: GraphQLInputType) -> Variable:
        """A variable that is not given, so that what it stands for is left out."""
        name = f"v{len(self.definitions)}"
        self.definitions.append(f"${name}: {kind}")
        return Variable(name)


def written(value: Any) -> str:
    """A value as a document has it."""
    match value:
        case Variable(name):
            return f"${name}"
        case Name():
            return str(value)
        case dict():
            return f"{{{', '.join(f'{name}: {written(each)}' for name, each in value.items())}}}"
        case list() | tuple():
            return f"[{', '.join(map(written, value))}]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def as_json(value: Any) -> Any:
    """A value as the JSON of variables has it."""
    match value:
        case Name():
            return str(value)
        case dict():
            return {name: as_json(each) for name, each in value.items()}
        case list() | tuple():
            return [as_json(each) for each in value]
        case _:
            return value


def _refers(value: Any) -> bool:
    match value:
        case Variable():
            return True
        case dict():
            return any(map(_refers, value.values()))
        case list():
            return any(map(_refers, value))
        case _:
            return False


def _names(value: Any) -> Any:
    """The names of a group key, without what stands at their end."""
    return {name: _names(each) for name, each in value.items()} if isinstance(value, Mapping) else 0


def _mirrored(key: Mapping[str, Any], shown: Any) -> str:
    """What shows a key of a grouping: of a whole amount its parts."""
    [(name, each)] = key.items()
    below = get_named_type(shown.fields[name].type)
    if isinstance(each, Mapping):
        return f"{name} {{{_mirrored(each, below)}}}"
    return f"{name} {{{' '.join(below.fields)}}}" if isinstance(below, GraphQLObjectType) else name


def _deep(kind: GraphQLInputObjectType, name: str) -> bool:
    inner = get_named_type(kind.fields[name].type)
    return name in _CONNECTIVES or (
        isinstance(inner, GraphQLInputObjectType) and len(inner.fields) > 20
    )
