"""Aggregates: the objects that groups of rows show, and the conditions on them."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from graphql import (
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
)

from relatum.catalogue import Catalogue, Field
from relatum_schemas.kinds import CompositeKind, Day, Instant, Integer
from relatum_schemas.selection import Function, Operator
from relatum_server.graphql.meaning import KEY, PLACE, Along, GroupPart, Meaning, OfField
from relatum_server.graphql.names import Register, camel
from relatum_server.graphql.schema.filters import comparison
from relatum_server.graphql.schema.orders import sorts
from relatum_server.graphql.schema.rows import (
    Place,
    described,
    fields,
    passages,
    reaches,
    stem,
)
from relatum_server.graphql.schema.scalars import MOMENT
from relatum_server.graphql.schema.values import composite, measured, output_type

_COUNT: Final = Field(name="count", kind=Integer())

_MEASURES: Final = {
    Function.COUNT_DISTINCT: "How many different values there are.",
    Function.SUM: "Exact sums.",
    Function.AVG: "Averages, rounded half-even at four digits more than the field has.",
    Function.MIN: "Smallest values.",
    Function.MAX: "Greatest values.",
}
_STEMS: Final = {
    Function.COUNT_DISTINCT: "CountDistinct",
    Function.SUM: "Sum",
    Function.AVG: "Average",
    Function.MIN: "Extremes",
    Function.MAX: "Extremes",
}


def aggregate_type(register: Register, catalogue: Catalogue, where: Place) -> GraphQLObjectType:
    """What one group of the rows at a place shows."""
    name = f"{stem(catalogue, where)}Aggregate"

    def members() -> Iterator[tuple[str, str, GraphQLField]]:
        key = GraphQLField(
            GraphQLNonNull(_key_type(register, catalogue, where)),
            description="What the rows of the group have in common, as `groupBy` says.",
            extensions={KEY: GroupPart("key")},
        )
        yield "key", "the key", key
        count = GraphQLField(
            GraphQLNonNull(GraphQLInt),
            description="How many rows there are.",
            extensions={KEY: GroupPart(Function.COUNT)},
        )
        yield "count", "the count", count
        for function in _functions(catalogue, where):
            field = GraphQLField(
                GraphQLNonNull(_measure_type(register, catalogue, where, function)),
                description=_MEASURES[function],
                extensions={KEY: GroupPart(function)},
            )
            yield camel(function.value), f"the function {function}", field

    claimant = f"the aggregate {described(where)}"
    return _object(register, name, claimant, "A group of rows.", members, where)


def having_type(register: Register, catalogue: Catalogue, where: Place) -> GraphQLInputObjectType:
    """Conditions on the groups of the rows at a place."""
    name = f"{stem(catalogue, where)}Having"

    def members() -> Iterator[tuple[str, str, GraphQLInputField]]:
        yield (
            "count",
            "the count",
            _having_member(
                comparison(register, _COUNT.kind, _COUNT, "", bare=True),
                GroupPart(Function.COUNT),
                "How many rows the group has.",
            ),
        )
        for function in _functions(catalogue, where):
            inner = _having_measure(register, catalogue, where, function)
            yield (
                camel(function.value),
                f"the function {function}",
                _having_member(inner, GroupPart(function), _MEASURES[function]),
            )

    return _input(register, name, f"the having {described(where)}", members, where)


def _functions(catalogue: Catalogue, where: Place) -> list[Function]:
    return [each for each in _MEASURES if reaches(catalogue, where, partial(_measures, each))]


def _measures(function: Function, field: Field) -> bool:
    """Whether a measure of the field says something; of the built-in fields, most say nothing."""
    if function not in field.kind.functions:
        return False
    if not field.built_in:
        return True
    if function is Function.COUNT_DISTINCT:
        return field.name == "id"
    return function in (Function.MIN, Function.MAX) and isinstance(field.kind, Day | Instant)


def _key_type(register: Register, catalogue: Catalogue, where: Place) -> GraphQLObjectType:
    """The mirror of a grouping: what was grouped by may be asked."""
    name = f"{stem(catalogue, where)}GroupKey"

    def members() -> Iterator[tuple[str, str, GraphQLField]]:
        for each in filter(sorts, fields(catalogue, where)):
            field = GraphQLField(
                _key_value(register, each, where.declared),
                description=each.help,
                extensions={KEY: OfField(each.name)},
            )
            yield camel(each.name), f"the field {each.name!r}", field
        for passage in passages(catalogue, where):
            inner = GraphQLNonNull(_key_type(register, catalogue, passage.to))
            yield (
                passage.name,
                passage.about,
                GraphQLField(inner, extensions={KEY: Along(passage.step)}),
            )

    claimant = f"the key {described(where)}"
    return _object(register, name, claimant, "What was grouped by.", members, where)


def _key_value(register: Register, field: Field, owner: str) -> GraphQLOutputType:
    if isinstance(field.kind, CompositeKind):
        return composite(register, field.kind, field, owner)
    return (
        MOMENT
        if isinstance(field.kind, Instant)
        else output_type(register, field.kind, field, owner)
    )


def _measure_type(
    register: Register, catalogue: Catalogue, where: Place, function: Function
) -> GraphQLObjectType:
    """The mirror of what can be measured by a function."""
    name = f"{stem(catalogue, where)}{_STEMS[function]}"

    def members() -> Iterator[tuple[str, str, GraphQLField]]:
        for each in fields(catalogue, where):
            if _measures(function, each):
                kind = measured(function, each.kind)
                value = output_type(register, kind, each, where.declared)
                field = GraphQLField(
                    value, description=each.help, extensions={KEY: OfField(each.name)}
                )
                yield camel(each.name), f"the field {each.name!r}", field
        for passage in passages(catalogue, where):
            if reaches(catalogue, passage.to, partial(_measures, function)):
                inner = GraphQLNonNull(_measure_type(register, catalogue, passage.to, function))
                field = GraphQLField(inner, extensions={KEY: Along(passage.step)})
                yield passage.name, passage.about, field

    claimant = f"the {_STEMS[function]} {described(where)}"
    return _object(register, name, claimant, "Measures of a group.", members, where)


def _having_measure(
    register: Register, catalogue: Catalogue, where: Place, function: Function
) -> GraphQLInputObjectType:
    name = f"{stem(catalogue, where)}{_STEMS[function]}Having"

    def members() -> Iterator[tuple[str, str, GraphQLInputField]]:
        for each in fields(catalogue, where):
            kind = measured(function, each.kind)
            if _measures(function, each) and Operator.GTE in kind.operators:
                inner = comparison(register, kind, each, where.declared, bare=True)
                yield (
                    camel(each.name),
                    f"the field {each.name!r}",
                    _having_member(inner, OfField(each.name)),
                )
        for passage in passages(catalogue, where):
            if reaches(catalogue, passage.to, partial(_measures, function)):
                deeper = _having_measure(register, catalogue, passage.to, function)
                yield passage.name, passage.about, _having_member(deeper, Along(passage.step))

    claimant = f"the {_STEMS[function]} having {described(where)}"
    return _input(register, name, claimant, members, where)


def _having_member(
    given: GraphQLInputObjectType, meaning: Meaning, description: str | None = None
) -> GraphQLInputField:
    return GraphQLInputField(given, description=description, extensions={KEY: meaning})


def _object(
    register: Register,
    name: str,
    claimant: str,
    description: str,
    members: Callable[[], Iterator[tuple[str, str, GraphQLField]]],
    where: Place,
) -> GraphQLObjectType:
    return register.type(
        name,
        claimant,
        lambda: GraphQLObjectType(
            name,
            lambda: register.members(name, members()),
            description=description,
            extensions={PLACE: where},
        ),
    )


def _input(
    register: Register,
    name: str,
    claimant: str,
    members: Callable[[], Iterator[tuple[str, str, GraphQLInputField]]],
    where: Place,
) -> GraphQLInputObjectType:
    return register.type(
        name,
        claimant,
        lambda: GraphQLInputObjectType(
            name,
            lambda: register.members(name, members()),
            description="Conditions on a group that hold together.",
            extensions={PLACE: where},
        ),
    )
