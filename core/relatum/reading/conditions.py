"""Conditions: what a selection's filter, or a policy, asks of a row.

Each function gives a predicate that is true where the condition holds, and false or missing where it does not. Only
`Not` and `every` tell those two apart, by ``IS NOT TRUE``.
"""

from functools import partial

from sqlalchemy import Exists, and_, false, or_, true

from relatum.catalogue.model import End
from relatum.reading.comparisons import compared
from relatum.reading.context import Context, within
from relatum.reading.guards import of_types, readable
from relatum.reading.paths import holds_at, value_at
from relatum.reading.rows import Row, SharedRow, Value
from relatum.reading.searching import matches
from relatum.reading.sql import Predicate, exists
from relatum.reading.ties import end_of, ends_of, far_of, record_at, ties_at
from relatum_schemas.selection import (
    All,
    AnyOf,
    Compare,
    Condition,
    FieldPath,
    IsType,
    Not,
    OnRecord,
    Operator,
    Related,
    Step,
)


def predicate(condition: Condition, row: Row, *, context: Context) -> Predicate:
    """Return whether a condition holds on a row; missing counts as false.

    Raises:
        UnknownField, UnknownOperator, BadValue, BadSelection: the condition has no meaning there.
    """
    match condition:
        case Compare():
            return _compare(condition, row, context)
        case Related():
            with within(condition.end, condition.quantifier):
                return _related(condition, row, context)
        case OnRecord():
            with within(condition.across):
                return _on_record(condition, row, context)
        case IsType():
            return _is_type(condition, row, context)
        case All(of=of):
            return and_(true(), *(predicate(each, row, context=context) for each in of))
        case AnyOf(of=of):
            return or_(false(), *(predicate(each, row, context=context) for each in of))
        case Not(condition=inner):
            return _untrue(predicate(inner, row, context=context))


def _untrue(judged: Predicate) -> Predicate:
    """NOT, where missing counts as false; what is never missing keeps its form, for the planner's sake."""
    return ~judged if isinstance(judged, Exists) else judged.is_not(True)


def _compare(condition: Compare, row: Row, context: Context) -> Predicate:
    steps = [each.end or each.across or "" for each in condition.path.steps]
    with within(*steps, condition.path.field):
        if condition.operator is Operator.MATCHES:
            judge = partial(_word_match, condition, context=context)
            return holds_at(row, condition.path, judge, context=context)
        if condition.operator is Operator.IS_NULL and condition.value is not False:
            value = value_at(row, condition.path, context=context)
            return compared(value, condition.operator, condition.value, context=context)

        def judged(at: Row, value: Value) -> Predicate:
            return compared(value, condition.operator, condition.value, context=context)

        return holds_at(row, condition.path, judged, context=context)


def _word_match(condition: Compare, row: Row, value: Value, *, context: Context) -> Predicate:
    return matches(row, condition.path, value, condition.value, context=context)


def _related(condition: Related, row: Row, context: Context) -> Predicate:
    ends = _ends(row, condition.end, context)
    if condition.quantifier == "some":
        return or_(*(_some(condition, row, end, context) for end in ends))
    return and_(*(~_some(condition, row, end, context) for end in ends))


def _ends(row: Row, name: str, context: Context) -> tuple[End, ...]:
    """The end of that name; a policy's path may go on from several types, each with an end of its own."""
    if context.judging and isinstance(row, SharedRow):
        return ends_of(row, name, context=context)
    return (end_of(row, name, context=context),)


def _some(condition: Related, row: Row, end: End, context: Context) -> Exists:
    """Whether a tie at the end fulfils the condition, or for `every`, fails it."""
    tie = ties_at(row, end, condition.holds, context=context)
    where = list(tie.where)
    if condition.condition is not None:
        judged = predicate(condition.condition, tie, context=context)
        where.append(_untrue(judged) if condition.quantifier == "every" else judged)
    elif condition.quantifier == "every":
        where.append(false())
    return exists(tie.columns, *where)


def _on_record(condition: OnRecord, row: Row, context: Context) -> Predicate:
    far = far_of(row, condition.across, context=context)
    inner = condition.condition
    if readable(far.id, far.types, context=context) is None and not context.recorded:
        if inner is None:
            return true()
        if isinstance(inner, Compare) and inner.path == FieldPath(field="id"):
            here = FieldPath(steps=(Step(across=condition.across),), field="id")
            return _compare(inner.model_copy(update={"path": here}), row, context)
    record = record_at(far, context=context)
    judged = () if inner is None else (predicate(inner, record, context=context),)
    return exists(record.columns, *record.where, *judged)


def _is_type(condition: IsType, row: Row, context: Context) -> Predicate:
    for name in condition.types:
        context.catalogue.record_type(name)
    if isinstance(row, SharedRow):
        asked = [name for name in condition.types if name in row.types]
        return of_types(row.type, asked, context=context)
    return true() if row.declared in condition.types else false()
