"""Takes the values out of what Python asks: questions that differ by values alone are one question, planned once."""

from dataclasses import dataclass
from typing import Final

from relatum_schemas.selection import (
    All,
    AnyOf,
    Climb,
    Clock,
    Compare,
    Condition,
    Not,
    OnRecord,
    Operator,
    Parameter,
    Related,
)

_LIFTED: Final = frozenset(
    {Operator.EQ, Operator.NE, Operator.LT, Operator.LTE, Operator.GT, Operator.GTE}
)
"""Those with which a single value is compared."""


@dataclass(frozen=True)
class Lifted:
    """What is asked, and the values.

    Attributes:
        condition: with parameters in the places of values.
        clock: likewise.
        values: of the parameters, by their names.
    """

    condition: Condition | None
    clock: Clock
    values: dict[str, object]


def lift(condition: Condition | None, clock: Clock) -> Lifted:
    """Take the values out of a condition, and of the times for which it is asked."""
    values: dict[str, object] = {}
    asked = None if condition is None else _lifted(condition, values)
    moments = {
        name: _parameter(name, moment, values)
        for name in ("valid_at", "recorded_at")
        if isinstance(moment := getattr(clock, name), str)
    }
    return Lifted(asked, clock.model_copy(update=moments), values)


def _lifted(condition: Condition, values: dict[str, object]) -> Condition:
    match condition:
        case Compare(operator=operator, value=str() | int() | float() as value) if (
            operator in _LIFTED
        ):
            named = _parameter(condition.path.field, value, values)
            return condition.model_copy(update={"value": named})
        case Compare(operator=Operator.IN, value=list() as several):
            named = _parameter(condition.path.field, several, values, many=True)
            return condition.model_copy(update={"value": named})
        case Related() | Climb() | OnRecord() | Not() if condition.condition is not None:
            inner = _lifted(condition.condition, values)
            return condition.model_copy(update={"condition": inner})
        case All(of=of) | AnyOf(of=of):
            return condition.model_copy(update={"of": tuple(_lifted(each, values) for each in of)})
        case _:
            return condition


def _parameter(
    name: str, value: object, values: dict[str, object], *, many: bool = False
) -> Parameter:
    named = f"{name}_{len(values)}"
    values[named] = value
    return Parameter(parameter=named, many=many)
