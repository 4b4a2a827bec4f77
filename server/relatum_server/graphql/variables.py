"""Variables: coerced as the specification says, then split into the shape that a plan depends on and values to bind.

A plan is made once per shape: which variables are there, how their objects and lists are built, and what their booleans
and steering enums say. All other values become parameters, bound on each request.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    VariableDefinitionNode,
)
from graphql.execution.values import VariableValues, get_variable_values

from relatum_schemas.errors import BadValue, Path, PathStep
from relatum_schemas.selection import Parameter, Value
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.knowing import Known
from relatum_server.graphql.shapes import is_bound
from relatum_server.graphql.unknown import marked_values, unmarked
from relatum_server.graphql.variable_places import wrong_places

_MOST_ERRORS: Final = 20

Template = Any
"""A coerced input in which the values that do not shape a plan are replaced by `Given`."""


@dataclass(frozen=True)
class Given:
    """A value within a variable, to be bound on each request."""

    variable: str
    path: Path = ()


def coerced(
    schema: GraphQLSchema,
    definitions: tuple[VariableDefinitionNode, ...],
    inputs: Mapping[str, object],
    known: Known | None,
    *,
    suggestions: bool = True,
    place: Callable[[str], Path] = lambda name: (name,),
) -> VariableValues:
    """The operation's variables.

    Args:
        schema: that is asked.
        definitions: of the variables.
        inputs: as given.
        known: what of the schema who gives them may know of; None for all.
        suggestions: whether an error names what may have been meant, to who knows of all.
        place: tells where in the document a variable goes.

    Raises:
        Refusal: with one error per variable that is not of its type.
    """
    judged = dict(inputs) if known is None else marked_values(schema, definitions, inputs, known)
    values = get_variable_values(
        schema,
        definitions,
        judged,
        max_errors=_MOST_ERRORS,
        hide_suggestions=known is not None or not suggestions,
    )
    if isinstance(values, list):
        wrong = wrong_places(schema, definitions, judged, _MOST_ERRORS)
        paths = [[*place(name), *path] for name, path in wrong]
        raise Refusal.of_graphql(_placed(unmarked(values), paths), code=BadValue.code)
    return values


def _placed(
    errors: Sequence[GraphQLError], paths: Sequence[list[PathStep]]
) -> Iterator[GraphQLError]:
    """The errors, each with its place; what is said at the end of too many has none."""
    for at, error in enumerate(errors):
        if at < len(paths):
            error.extensions = {**(error.extensions or {}), "path": paths[at]}
        yield error


def templates(values: VariableValues) -> VariableValues:
    """The same variables as the planner reads them."""
    shaped = {
        name: _template(values.sources[name].signature.type, value, name, ())
        for name, value in values.coerced.items()
    }
    return VariableValues(values.sources, shaped)


def _template(kind: object, value: Any, name: str, path: Path) -> Template:
    if value is None:
        return None
    match kind:
        case GraphQLNonNull(of_type=inner):
            return _template(inner, value, name, path)
        case GraphQLList(of_type=inner):
            if is_bound(inner):
                return Given(name, path)
            return [_template(inner, each, name, (*path, i)) for i, each in enumerate(value)]
        case GraphQLInputObjectType() if not is_bound(kind):
            return {
                member: _template(kind.fields[member].type, each, name, (*path, member))
                for member, each in value.items()
            }
        case _:
            return Given(name, path) if is_bound(kind) else value


def filled(template: Template, variables: Mapping[str, Any]) -> Any:
    """The template with its values in place."""
    match template:
        case Given(variable, path):
            value = variables[variable]
            for step in path:
                value = value[step]
            return value
        case dict():
            return {name: filled(each, variables) for name, each in template.items()}
        case list():
            return [filled(each, variables) for each in template]
        case _:
            return template


def _holds_values(template: Template) -> bool:
    match template:
        case Given():
            return True
        case dict():
            return any(map(_holds_values, template.values()))
        case list():
            return any(map(_holds_values, template))
        case _:
            return False


class Parameters:
    """The parameters of a plan in the making: what to bind to each, and where it came from."""

    def __init__(self, variables: Mapping[str, Any]) -> None:
        """Take the coerced variables of the request that the plan is made for."""
        self._variables = variables
        self.recipes: dict[str, Template] = {}
        self.paths: dict[str, Path] = {}
        self.steering: set[str] = set()

    def value(self, given: Template, path: Path, *, many: bool = False) -> Value:
        """A literal as it is, anything else as a parameter."""
        if not _holds_values(given):
            literal: Value = given
            return literal
        name = f"p{len(self.recipes)}"
        self.recipes[name] = given
        self.paths[name] = path
        return Parameter(parameter=name, many=many)

    def settled(self, given: Template) -> Any:
        """The value itself, where the plan depends on it; its variable then belongs to the shape."""
        if isinstance(given, Given):
            self.steering.add(given.variable)
        return filled(given, self._variables)
