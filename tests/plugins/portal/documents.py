"""All that can be asked and ordered in GraphQL, made of a schema: each with everything that it shows."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNamedType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

from relatum.catalogue import Catalogue
from relatum_server.graphql.names import camel, pascal
from tests.plugins.portal.attacking import Attacker, at_a_time

_SCALARS: Final = {
    "Int": "1",
    "Float": "1.0",
    "Boolean": "true",
    "Date": '"2024-01-01"',
    "DateTime": '"2024-01-01T00:00:00Z"',
    "Moment": '"2024-01-01"',
    "Currency": '"EUR"',
    "Language": '"en"',
    "Decimal": '"1"',
    "Country": '"DE"',
    "Email": '"tries@example.org"',
    "JSON": "{}",
}
_NAMED: Final = {"website": '"https://tries.example"'}
_ROWS: Final = 100
_FEW: Final = 5
_KEYS: Final = 8
"""By which is grouped at once."""

_TOLD: Final = 8
"""Mistakes of a document that are told one by one, also where each is told twice."""


def lists(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Each list, by the type of its records: with all that it shows, filtered by everything, ordered by everything."""
    for name, field in _roots(schema):
        if "orderBy" not in field.args:
            continue
        result = get_named_type(field.type)
        of = result.name.removesuffix("Connection")
        there = _conditions(get_named_type(field.args["filter"].type))
        keys = [key for key, _ in _keys(field.args["orderBy"], {})]
        few = "totalCount nodes { id label }"
        yield of, f"{name}(first: {_ROWS}) {shown(result, 2)}"
        yield of, f"{name}(first: {_ROWS}, filter: {{OR: [{', '.join(there)}]}}) {{ {few} }}"
        yield of, f"{name}(first: {_ROWS}, orderBy: [{', '.join(keys)}]) {{ {few} }}"


def groups(schema: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Each aggregate, by the type of its records: of all together, and grouped by everything, some of it at a time."""
    for name, field in _roots(schema):
        if "groupBy" not in field.args:
            continue
        result = get_named_type(field.type)
        of = result.name.removesuffix("Aggregate")
        yield of, f"{name} {shown(result, 2)}"
        key = _fields(get_named_type(_fields(result)["key"].type))
        for some in at_a_time([*_keys(field.args["groupBy"], key)], _KEYS):
            by = ", ".join(key for key, _ in some)
            shows = " ".join(key for _, key in some)
            yield of, f"{name}(groupBy: [{by}]) {{ key {{ {shows} }} count }}"


def others(schema: GraphQLSchema, who: Attacker) -> Iterator[str]:
    """All other root fields that take records, with those of others."""
    for name, field in _roots(schema):
        if not {"orderBy", "groupBy"} & field.args.keys():
            of = get_named_type(field.type)
            filled = _Filling(who, {"": (of.name,)})
            yield f"{name}{filled.arguments(field)} {shown(of, 1)}"


def commands(schema: GraphQLSchema, catalogue: Catalogue, who: Attacker) -> Iterator[str]:
    """All mutations, with records of others; ties also between others' and the own."""
    if schema.mutation_type is None:
        return
    types = {pascal(each.plural): each.name for each in catalogue}
    for name, field in schema.mutation_type.fields.items():
        shows = shown(get_named_type(field.type), 1)
        noun = re.sub(r"^[a-z]+", "", name)
        of = types.get(noun, noun)
        tie, action = catalogue.relationships.get(of), catalogue.actions.get(_snake(name))
        if action is not None:
            takes = {
                camel(each): _named_in(str(form), catalogue) for each, form in action.takes.items()
            }
            records = [each for each, of in takes.items() if of]
            but_one = (tuple(own for own in records if own != each) for each in records)
            for own in dict.fromkeys([(), *but_one]):
                filled = _Filling(who, takes, own)
                yield f"{name}{filled.arguments(field, whole=True)} {shows}"
        elif tie is not None:
            ends = {"": (of,), "source": tie.source.types, "target": tie.target.types}
            for own in ((), ("source",), ("target",)):
                yield f"{name}{_Filling(who, ends, own).arguments(field)} {shows}"
        else:
            yield f"{name}{_Filling(who, {'': (of,)}).arguments(field)} {shows}"


def unknown(whole: GraphQLSchema, known: GraphQLSchema) -> Iterator[tuple[set[str], str]]:
    """All of a schema that one knows nothing of, by name, some at a time, with a document that asks for them."""
    for kind in ("query", "mutation"):
        all_of, own = getattr(whole, f"{kind}_type"), getattr(known, f"{kind}_type")
        for some in _beyond(all_of.fields, own.fields if own else {}):
            yield set(some), f"{kind} {{ {' '.join(some)} }}"
    for name, of in known.type_map.items():
        if "Node" in {each.name for each in getattr(of, "interfaces", ())}:
            for some in _beyond(_fields(whole.type_map[name]), _fields(of)):
                yield set(some), f"{{ nodes(ids: []) {{ ... on {name} {{ {' '.join(some)} }} }} }}"
    assert whole.query_type is not None
    for name, field in _roots(known):
        yield from _arguments_beyond(name, whole.query_type.fields[name], field)


def _arguments_beyond(
    name: str, whole: GraphQLField, known: GraphQLField
) -> Iterator[tuple[set[str], str]]:
    """What one knows nothing of by which to filter, to order and to group."""
    for by in sorted(known.args.keys() & {"filter", "orderBy", "groupBy"}):
        all_of, own = (_fields(get_named_type(each.args[by].type)) for each in (whole, known))
        for some in _beyond(all_of, own):
            listed = f"[{', '.join(f'{{{each}: ASC}}' for each in some)}]"
            asked = f"{{OR: {listed}}}" if by == "filter" else listed
            yield set(some), f"{{ {name}({by}: {asked}) {{ __typename }} }}"


def _beyond(whole: Mapping[str, object], known: Mapping[str, object]) -> Iterator[list[str]]:
    """What is in one and not in the other, by name, some at a time."""
    return at_a_time(sorted(whole.keys() - known.keys()), _TOLD)


def shown(of: Any, depth: int) -> str:
    """A selection of all that a type shows, so many records deep."""
    if is_leaf_type(of):
        return ""
    if not isinstance(of, GraphQLObjectType):
        return "{ __typename ... on Record { id label version } }"
    found = ["__typename"]
    for name, each in of.fields.items():
        inner = get_named_type(each.type)
        if name == "key" or any(map(is_required_argument, each.args.values())):
            continue
        if is_leaf_type(inner):
            found.append(name)
        elif name in ("edges", "node") or (depth > 0 and name not in ("nodes", "pageInfo")):
            found.append(_part(name, each, inner, depth))
    return f"{{ {' '.join(each for each in found if each)} }}"


def _part(name: str, field: GraphQLField, inner: Any, depth: int) -> str:
    fields = _fields(inner)
    if name == "edges":
        return f"{name} {shown(inner, depth)}"
    if "edges" in fields:
        return f"{name}(first: {_FEW}) {shown(inner, depth - 1)}"
    if "groupBy" in field.args:
        return f"{name} {{ count }}"
    if depth > 1 or "id" not in fields:
        return f"{name} {shown(inner, depth - 1)}"
    return f"{name} {{ {' '.join(fields.keys() & {'id', 'label'})} }}"


def _roots(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    assert schema.query_type is not None
    yield from schema.query_type.fields.items()


def _fields(of: GraphQLNamedType) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = getattr(of, "fields", {})
    return fields


def _conditions(of: Any) -> Iterator[str]:
    """That something is there: of each member of a filter."""
    for name, each in _fields(of).items():
        if name not in ("AND", "OR", "NOT") and (condition := _there(get_named_type(each.type))):
            yield f"{{{name}: {condition}}}"


def _there(of: Any) -> str:
    members = _fields(of)
    if "isNull" in members:
        return "{isNull: false}"
    if "some" in members:
        return f"{{some: {_there(get_named_type(members['some'].type))}}}"
    return "{id: {isNull: false}}" if "id" in members else ""


def _keys(argument: GraphQLArgument, told: Mapping[str, GraphQLField]) -> Iterator[tuple[str, str]]:
    """Each thing by which to order or to group, and how it is asked for of what is told; of a record, its label."""
    for name, each in _fields(get_named_type(argument.type)).items():
        inner = get_named_type(each.type)
        members = (
            {"": inner}
            if isinstance(inner, GraphQLEnumType)
            else {key: get_named_type(of.type) for key, of in _fields(inner).items()}
        )
        leaves = [key for key, of in members.items() if isinstance(of, GraphQLEnumType)]
        wanted = "label" if "label" in leaves else next(iter(leaves), None)
        if wanted is not None:
            value = next(iter(members[wanted].values))
            if wanted:
                yield f"{{{name}: {{{wanted}: {value}}}}}", f"{name} {{ {wanted} }}"
            else:
                each_of = get_named_type(told[name].type) if name in told else inner
                yield f"{{{name}: {value}}}", f"{name} {shown(each_of, 0)}"


class _Filling:
    """Fills in what fields take.

    Args:
        who: asks.
        types: of the records that are taken, by what takes them; under no name, of all else.
        own: what is filled in with an own record.
    """

    def __init__(
        self, who: Attacker, types: Mapping[str, tuple[str, ...]], own: tuple[str, ...] = ()
    ) -> None:
        self._who = who
        self._types = types
        self._own = own

    def arguments(self, field: GraphQLField, *, whole: bool = False) -> str:
        """Values for the arguments that a field must have, and for all that name records."""
        given = {
            name: self._value(each.type, name)
            for name, each in field.args.items()
            if is_required_argument(each) or _wanted(get_named_type(each.type).name, whole=whole)
        }
        return (
            f"({', '.join(f'{name}: {value}' for name, value in given.items())})" if given else ""
        )

    def _value(self, of: Any, name: str) -> str:
        if isinstance(of, GraphQLNonNull):
            return self._value(of.of_type, name)
        if isinstance(of, GraphQLList):
            return f"[{self._value(of.of_type, name)}]"
        if isinstance(of, GraphQLEnumType):
            return str(next(iter(of.values)))
        if isinstance(of, GraphQLInputObjectType):
            return self._object(of)
        if of.name == "ID":
            types = self._types.get(name) or self._types.get("") or ()
            return f'"{self._who.one_of(types, own=name in self._own)}"'
        return _NAMED.get(name) or _SCALARS.get(of.name, '"1"')

    def _object(self, of: GraphQLInputObjectType) -> str:
        wanted = {
            name: each
            for name, each in of.fields.items()
            if is_required_input_field(each) or get_named_type(each.type).name == "ID"
        } or of.fields
        some = [*wanted.items()][:1] if of.is_one_of or wanted is of.fields else wanted.items()
        members = {name: self._value(each.type, name) for name, each in some}
        return f"{{{', '.join(f'{name}: {value}' for name, value in members.items())}}}"


def _wanted(of: str, *, whole: bool) -> bool:
    """Whether an argument of a type is filled in that may be left out; a file comes in a way of its own."""
    return of in ("ID", "AccessRight") or (whole and of != "Upload")


def _named_in(form: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The types whose records an input of an action takes."""
    return tuple(name for name in catalogue.types if re.search(rf"\b{name}\b", form))


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
