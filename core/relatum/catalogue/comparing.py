"""Whether what declarations compare has a meaning, found before any statement is made of it."""

from typing import Final

from relatum.catalogue.model import Catalogue, Field
from relatum.catalogue.places import Place, stepped
from relatum_schemas.errors import BadValue, UnknownField, UnknownOperator
from relatum_schemas.kinds import Choices, Day, Identity, Instant, Kind
from relatum_schemas.selection import (
    At,
    Climb,
    Compare,
    Holds,
    IsType,
    OnRecord,
    Operator,
    Overlaps,
    Parameter,
    Related,
    Value,
)

_PARTIAL: Final = frozenset({Operator.STARTS_WITH, Operator.CONTAINS, Operator.MATCHES})


def judge_condition(
    catalogue: Catalogue, place: Place, condition: Compare | Related | Climb | OnRecord | IsType
) -> None:
    """Find mistakes in one part of a resolved condition.

    Raises:
        UnknownType, UnknownField, UnknownOperator, BadValue: it has no meaning.
    """
    match condition:
        case Compare(path=path):
            for step in path.steps:
                place = stepped(catalogue, place, step)[1]
            for type_name in place.types:
                judge_comparison(catalogue.field(type_name, path.field), condition)
        case Related(holds=holds) | Climb(holds=holds):
            for moment in moments(holds):
                _judge_moment(moment)
        case IsType(types=types):
            for type_name in types:
                catalogue.record_type(type_name)


def judge_comparison(field: Field, compare: Compare) -> None:
    """Find mistakes in a comparison with a field.

    Raises:
        UnknownField, UnknownOperator, BadValue: the field has no such part or operator, or its kind no such value.
    """
    part, operator, value = compare.path.part, compare.operator, compare.value
    if part is not None and part not in field.kind.parts:
        raise UnknownField(f"{field.name!r} is {field.kind.described()} and has no {part!r}.")
    kind = field.kind if part is None else field.kind.parts[part]
    searched = operator is Operator.MATCHES and (field.searchable or field.label)
    if not searched and operator not in kind.operators:
        raise UnknownOperator(f"{kind.described()} has no operator {operator.value!r}.")
    if isinstance(value, Parameter):
        if not isinstance(kind, Identity):
            raise BadValue(f"{field.name!r} is {kind.described()}, which nobody's id is.")
    else:
        _judge_value(kind, operator, value)


def _judge_value(kind: Kind, operator: Operator, value: object) -> None:
    if operator is Operator.IS_NULL:
        if not isinstance(value, bool):
            raise BadValue(f"{value!r} is neither true nor false.")
    elif operator in _PARTIAL:
        if not isinstance(value, str):
            raise BadValue(f"{value!r} is no text.")
    else:
        one = kind.of if isinstance(kind, Choices) else kind
        for given in value if isinstance(value, list | tuple) else [value]:
            if given is not None:
                one.parse(given)


def moments(holds: Holds | None) -> list[Value]:
    """The moments that a time names."""
    match holds:
        case At(at=at):
            return [at]
        case Overlaps(start=start, end=end):
            return [start, end]
    return []


def _judge_moment(moment: Value) -> None:
    if moment is None or isinstance(moment, Parameter):
        return
    try:
        Day().parse(moment)
    except BadValue:
        Instant().parse(moment)
