"""Facts that a type expects of its records: wanted, and demanded when a state changes.

An expectation depends on the record's own fields, so it is judged in memory, by the two-valued logic of selections.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from relatum.text import fold
from relatum.writing.forms import Content, Form
from relatum_schemas.errors import BadTransition, RelatumError
from relatum_schemas.kinds import Kind
from relatum_schemas.selection import All, AnyOf, Compare, Condition, IsType, Not, Operator


def missing_facts(form: Form, content: Content, state_field: str) -> list[RelatumError]:
    """What a record of this content lacks to enter the state that it has now."""
    values = form.values(content)
    return [
        BadTransition(
            f"{form.name} needs a value of {field.name!r} before {state_field!r} "
            f"becomes {values[state_field]!r}.",
            path=field.name,
            hint=f"Give {field.kind.described()} in the same command.",
        )
        for field in form.fields
        if field.expected
        and values[field.name] is None
        and (field.expected_when is None or is_fulfilled(form, field.expected_when, values))
    ]


def is_fulfilled(form: Form, condition: Condition, values: Mapping[str, object]) -> bool:
    """Whether a record's own values fulfil a condition. One about other records is taken as not fulfilled."""
    match condition:
        case All(of=parts):
            return all(is_fulfilled(form, part, values) for part in parts)
        case AnyOf(of=parts):
            return any(is_fulfilled(form, part, values) for part in parts)
        case Not(condition=inner):
            return not is_fulfilled(form, inner, values)
        case IsType(types=types):
            return form.name in types
        case Compare():
            return _compares(form, condition, values)
    return False


def _compares(form: Form, compare: Compare, values: Mapping[str, object]) -> bool:
    path = compare.path
    if path.steps or path.field not in form.positions:
        return False
    kind = form.fields[form.positions[path.field]].kind
    value = values[path.field]
    if path.part is not None:
        kind = kind.parts[path.part]
        value = getattr(value, path.part, None)
    if compare.operator is Operator.IS_NULL:
        return (value is None) == bool(compare.value)
    if compare.operator is Operator.NE and value is None:
        return True
    test = _TESTS.get(compare.operator)
    return value is not None and test is not None and test(value, _given(kind, compare))


def _given(kind: Kind, compare: Compare) -> Any:
    given: Any = compare.value
    if compare.operator in _TEXTUAL:
        return fold(str(given))
    if compare.operator in _LISTS:
        return [kind.parse(each) for each in given]
    return kind.parse(given)


_TEXTUAL: Final = frozenset({Operator.STARTS_WITH, Operator.CONTAINS})
_LISTS: Final = frozenset({Operator.IN, Operator.NOT_IN})
_TESTS: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {
    Operator.EQ: lambda value, given: bool(value == given),
    Operator.NE: lambda value, given: bool(value != given),
    Operator.IN: lambda value, given: value in given,
    Operator.NOT_IN: lambda value, given: value not in given,
    Operator.LT: lambda value, given: bool(value < given),
    Operator.LTE: lambda value, given: bool(value <= given),
    Operator.GT: lambda value, given: bool(value > given),
    Operator.GTE: lambda value, given: bool(value >= given),
    Operator.STARTS_WITH: lambda value, given: fold(value).startswith(given),
    Operator.CONTAINS: lambda value, given: given in fold(value),
}
