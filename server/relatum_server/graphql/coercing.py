"""Variables that are plainly of their types, coerced by functions that are made once per operation.

Which type a variable has, which members that has, and which of them may be known of is the same on every request. The
functions made here only say yes: whatever they do not take at once is left to graphql-core (`variables`), which judges it
and finds the words for what is wrong.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLLeafType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    Undefined,
    VariableDefinitionNode,
    is_required_input_field,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.language.parser import MAX_NESTING_DEPTH
from graphql.utilities.coerce_input_value import coerce_default_value

from relatum_server.graphql.knowing import Known

Coercion = Callable[[Any, int], Any]
"""Gives the coerced form of a value, which stands so deep in its variable."""


class _NotPlainError(Exception):
    """A value of which graphql-core has to judge."""


@dataclass(frozen=True)
class _Place:
    """A variable, or a field of an input object: what it becomes, and what it is when nothing is given."""

    coercion: Coercion
    name: str
    default: Any
    required: bool


@dataclass(frozen=True)
class PlainVariables:
    """The variables of an operation, as somebody may give them.

    Attributes:
        places: of the variables, each with its signature.
    """

    places: tuple[tuple[_Place, GraphQLVariableSignature], ...]

    def coerced(self, inputs: Mapping[str, object]) -> VariableValues | None:
        """The values given, coerced, with where they come from; None where they are not plainly of their types."""
        values = self.values(inputs)
        if values is None:
            return None
        sources = {
            place.name: VariableValueSource(signature, inputs.get(place.name, Undefined))
            for place, signature in self.places
        }
        return VariableValues(sources, values)

    def values(self, inputs: Mapping[str, object]) -> dict[str, Any] | None:
        """The values given, coerced; None where they are not plainly of their types."""
        values: dict[str, Any] = {}
        try:
            for place, _ in self.places:
                name = place.name
                given = inputs.get(name, Undefined)
                if given is not Undefined:
                    values[name] = place.coercion(given, 0)
                elif place.default is not Undefined:
                    values[name] = place.default
                elif place.required:
                    return None
        except (_NotPlainError, RecursionError):
            return None
        return values


def plain_variables(
    schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode], known: Known | None
) -> PlainVariables:
    """Make what coerces the variables of a valid operation.

    Args:
        schema: that is asked.
        definitions: of the variables.
        known: what of the schema who gives them may know of; None for all.
    """
    making = _Making(known)
    return PlainVariables(tuple(_variable(schema, each, making) for each in definitions))


def _variable(
    schema: GraphQLSchema, definition: VariableDefinitionNode, making: "_Making"
) -> tuple[_Place, GraphQLVariableSignature]:
    signature = get_variable_signature(schema, definition)
    assert not isinstance(signature, GraphQLError)
    kind = signature.type
    required = isinstance(kind, GraphQLNonNull)
    default = coerce_default_value(signature)
    return _Place(making.coercion(kind), signature.name, default, required), signature


class _Making:
    """Makes coercions, one for each input object."""

    def __init__(self, known: Known | None) -> None:
        self._known = known
        self._objects: dict[str, Coercion] = {}

    def coercion(self, kind: object) -> Coercion:
        if isinstance(kind, GraphQLNonNull):
            return self._present(kind.of_type)
        present = self._present(kind)
        return lambda value, depth: None if value is None else present(value, depth)

    def _present(self, kind: object) -> Coercion:
        """Takes what is there, and not null."""
        match kind:
            case GraphQLList(of_type=inner):
                return _list(self.coercion(inner))
            case GraphQLInputObjectType():
                if kind.name not in self._objects:
                    self._objects[kind.name] = self._object(kind)
                return self._objects[kind.name]
            case GraphQLEnumType():
                return _enum({n: v.value for n, v in kind.values.items() if self._knows(kind, n)})
        assert isinstance(kind, GraphQLLeafType)
        return _leaf(kind.coerce_input_value)

    def _object(self, kind: GraphQLInputObjectType) -> Coercion:
        names = frozenset(name for name in kind.fields if self._knows(kind, name))
        places: dict[str, _Place] = {}

        def take(value: Any, depth: int) -> Any:
            if depth >= MAX_NESTING_DEPTH or not isinstance(value, dict):
                raise _NotPlainError
            if not value.keys() <= names:
                raise _NotPlainError
            if not places:  # not before it is needed: objects may hold others of their own type
                places.update(self._fields(kind))
            return kind.out_type(_members(kind, places, value, depth + 1))

        return take

    def _fields(self, kind: GraphQLInputObjectType) -> Iterator[tuple[str, _Place]]:
        for name, each in kind.fields.items():
            default, required = coerce_default_value(each), is_required_input_field(each)
            yield name, _Place(self.coercion(each.type), each.out_name or name, default, required)

    def _knows(self, kind: GraphQLInputObjectType | GraphQLEnumType, name: str) -> bool:
        return self._known is None or self._known.has(kind, name)


def _members(
    kind: GraphQLInputObjectType, places: Mapping[str, _Place], value: dict[str, Any], depth: int
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, place in places.items():
        if name in value:
            found[place.name] = place.coercion(value[name], depth)
        elif place.default is not Undefined:
            found[place.name] = place.default
        elif place.required:
            raise _NotPlainError
    if kind.is_one_of and (len(value) != 1 or len(found) != 1 or None in found.values()):
        raise _NotPlainError
    return found


def _list(item: Coercion) -> Coercion:
    def take(value: Any, depth: int) -> list[Any]:
        if depth >= MAX_NESTING_DEPTH or not isinstance(value, list):
            raise _NotPlainError
        return [item(each, depth + 1) for each in value]

    return take


def _enum(values: Mapping[str, Any]) -> Coercion:
    def take(value: Any, depth: int) -> Any:
        del depth
        if not isinstance(value, str) or value not in values:
            raise _NotPlainError
        return values[value]

    return take


def _leaf(coerce: Callable[[Any], Any]) -> Coercion:
    def take(value: Any, depth: int) -> Any:
        del depth
        if value is None:
            raise _NotPlainError
        try:
            found = coerce(value)
        except Exception as error:
            raise _NotPlainError from error
        if found is Undefined:
            raise _NotPlainError
        return found

    return take
