"""Facts that a type expects of its records: wanted, and demanded when a state changes.

What is expected is what reading tells as ``missing`` (`RecordType.wanted`). An expectation hangs on the record's own
fields, so before anything is stored it is judged in memory, by the two-valued logic of selections.
"""

from collections.abc import Callable, Mapping
from operator import ge, gt, le, lt
from typing import Any, Final

from relatum.catalogue.model import Field, RecordType
from relatum.text import fold
from relatum.writing.forms import Content, Form
from relatum_schemas.errors import BadTransition, RelatumError
from relatum_schemas.expression import evaluate
from relatum_schemas.kinds import Choices, MoneyKind
from relatum_schemas.phrase import Phrase, code, title
from relatum_schemas.selection import All, AnyOf, Compare, Condition, IsType, Not, Operator


def missing_facts(form: Form, content: Content, state_field: str) -> list[RelatumError]:
    """What a record of this content lacks to enter the state that it has now."""
    values = form.values(content)
    return [
        BadTransition(
            Phrase(
                "{type} needs a value of '{field}' before '{state_field}' becomes '{state}'.",
                type=form.name,
                field=field.name,
                state_field=title(form.name, state_field),
                state=code(form.name, state_field, str(values[state_field])),
            ),
            path=field.name,
            hint=Phrase("Give {kind} in the same command.", kind=field.kind.described()),
        )
        for field in form.type.wanted.values()
        if isinstance(field, Field)
        and values[field.name] is None
        and (field.expected_when is None or is_fulfilled(form.type, field.expected_when, values))
    ]


def is_fulfilled(
    record_type: RecordType, condition: Condition, values: Mapping[str, object]
) -> bool:
    """Whether values of a type's stored fields fulfil a condition on its own fields."""
    match condition:
        case All(of=parts):
            return all(is_fulfilled(record_type, part, values) for part in parts)
        case AnyOf(of=parts):
            return any(is_fulfilled(record_type, part, values) for part in parts)
        case Not(condition=inner):
            return not is_fulfilled(record_type, inner, values)
        case IsType(types=types):
            return record_type.name in types
        case Compare():
            return _compares(record_type, condition, values)
    raise AssertionError(f"The catalogue admits no {condition.kind!r} in an expectation.")


def _compares(record_type: RecordType, compare: Compare, values: Mapping[str, object]) -> bool:
    path, operator = compare.path, compare.operator
    field = record_type.fields[path.field]
    expression = field.expression
    value: Any = values[path.field] if expression is None else evaluate(expression, values)
    kind = field.kind
    if path.part is not None:
        kind, value = kind.parts[path.part], getattr(value, path.part, None)
    if operator is Operator.IS_NULL:
        return (value is None) == compare.value
    if value is None:
        return False
    if operator in _TEXTUAL:
        folded = field.folded and path.part is None
        one, other = str(value), str(compare.value)
        return _TEXTUAL[operator](*((fold(one), fold(other)) if folded else (one, other)))
    given = _given(kind.of if isinstance(kind, Choices) else kind, compare)
    if operator not in _ORDERINGS:
        return _TESTS[operator](value, given)
    if isinstance(kind, MoneyKind):
        same = value.currency == given.currency
        return same and _ORDERINGS[operator](value.amount, given.amount)
    folded = field.folded and path.part is None
    return _ORDERINGS[operator](*((fold(value), fold(given)) if folded else (value, given)))


def _given(kind: Any, compare: Compare) -> Any:
    given: Any = compare.value
    return [kind.parse(each) for each in given] if compare.operator in _LISTS else kind.parse(given)


_LISTS: Final = frozenset({Operator.IN, Operator.NOT_IN, Operator.HAS_ANY, Operator.HAS_ALL})
_TEXTUAL: Final[Mapping[Operator, Callable[[str, str], bool]]] = {
    Operator.STARTS_WITH: str.startswith,
    Operator.CONTAINS: str.__contains__,
}
_ORDERINGS: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {
    Operator.LT: lt,
    Operator.LTE: le,
    Operator.GT: gt,
    Operator.GTE: ge,
}
_TESTS: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {
    Operator.EQ: lambda value, given: bool(value == given),
    Operator.NE: lambda value, given: bool(value != given),
    Operator.IN: lambda value, given: value in given,
    Operator.NOT_IN: lambda value, given: value not in given,
    Operator.HAS: lambda value, given: given in value,
    Operator.HAS_ANY: lambda value, given: any(each in value for each in given),
    Operator.HAS_ALL: lambda value, given: all(each in value for each in given),
}
