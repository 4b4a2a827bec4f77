"""Conditions: what a selection's filter, or a policy, asks of a row.

Each function gives a predicate that is true where the condition holds, and false or missing where it does not. Only
`Not` and `every` tell those two apart, by ``IS NOT TRUE``.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, TypeGuard

from sqlalchemy import CompoundSelect, Exists, Select, and_, false, or_, true, union_all

from relatum.catalogue.model import End
from relatum.catalogue.places import Place
from relatum.reading.climbing import climbs
from relatum.reading.comparisons import compared
from relatum.reading.context import Context, within
from relatum.reading.guards import of_types, readable
from relatum.reading.paths import holds_at, value_at
from relatum.reading.rows import EndRow, Row, SharedRow, TypeRow, Value
from relatum.reading.searching import matches
from relatum.reading.selective import narrows
from relatum.reading.several import record_at, row_of
from relatum.reading.sql import ONE, Predicate, Sql, exists, rows_of
from relatum.reading.ties import asks_ties_only, end_of, ends_of, far_of, ties_at, ties_on
from relatum_schemas.kinds import Boolean, Choice
from relatum_schemas.selection import (
    All,
    AnyOf,
    Climb,
    Compare,
    Condition,
    IsType,
    Not,
    OnRecord,
    Operator,
    Related,
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
        case Climb():
            with within(*condition.ends):
                return climbs(condition, row, context=context)
        case OnRecord():
            with within(condition.across):
                return _on_record(condition, row, context)
        case IsType():
            return _is_type(condition, row, context)
        case All(of=of):
            return and_(true(), *_all(of, row, context))
        case AnyOf(of=of):
            return or_(false(), *(predicate(each, row, context=context) for each in of))
        case Not(condition=inner):
            return _untrue(predicate(inner, row, context=context))


def predicate_along(condition: Condition, row: Row, key: str, *, context: Context) -> Predicate:
    """Return whether a condition holds on a row, where rows are read in the order of an index until there are enough.

    A code that many rows share finds too many of them to be sorted by something else: it is compared, not looked up.

    Args:
        condition: on the row.
        row: of a type or trait.
        key: the field whose index gives the order.
        context: of the row.
    """
    parts = condition.of if isinstance(condition, All) else (condition,)
    if any(_leads_to_few(each, row, context) for each in parts):
        return predicate(condition, row, context=context)
    judged = (
        _compared_aside(each, row, context)
        if _asks_code(each, row, key, context)
        else predicate(each, row, context=context)
        for each in parts
    )
    return and_(true(), *judged)


def _asks_code(condition: Condition, row: Row, key: str, context: Context) -> TypeGuard[Compare]:
    if not _asks_field(condition) or condition.path.field == key:
        return False
    fields = [context.catalogue.types[name].fields.get(condition.path.field) for name in row.types]
    codes = all(each is not None and isinstance(each.kind, Choice | Boolean) for each in fields)
    return codes and condition.operator in (Operator.EQ, Operator.IN)


def _all(of: Sequence[Condition], row: Row, context: Context) -> Iterator[Predicate]:
    """What holds together: where one part leads from other records to few rows, others compare fields of these alone."""
    few = any(_leads_to_few(each, row, context) for each in of)
    for each in of:
        if few and _asks_field(each) and not _narrow(each, _place(row), context):
            yield _compared_aside(each, row, context)
        else:
            yield predicate(each, row, context=context)


def finds_few(condition: Condition, row: Row, *, context: Context) -> bool:
    """Return whether a condition leads from other records to few rows: all of them are found before any is shown."""
    parts = condition.of if isinstance(condition, All) else (condition,)
    return any(_leads_to_few(each, row, context) for each in parts)


def _leads_to_few(condition: Condition, row: Row, context: Context) -> bool:
    return not _asks_field(condition) and _narrow(condition, _place(row), context)


def _asks_field(condition: Condition) -> TypeGuard[Compare]:
    return isinstance(condition, Compare) and not condition.path.steps


def _compared_aside(condition: Compare, row: Row, context: Context) -> Predicate:
    """A field compared without any index of it."""
    with within(condition.path.field):
        value = value_at(row, condition.path, context=context).changed(context.dialect.unindexed)
        return _value_compared(condition, row, value, context=context)


def _untrue(judged: Predicate) -> Predicate:
    """NOT, where missing counts as false; what is never missing keeps its form, for the planner's sake."""
    return ~judged if isinstance(judged, Exists) else judged.is_not(True)


def _compare(condition: Compare, row: Row, context: Context) -> Predicate:
    path = condition.path
    steps = [each.end or each.across or "" for each in path.steps]
    with within(*steps, path.field):
        if condition.operator is Operator.IS_NULL and condition.value is not False:
            value = value_at(row, path, context=context)
            return compared(value, condition.operator, condition.value, context=context)
        judge = partial(
            _word_match if condition.operator is Operator.MATCHES else _value_compared,
            condition,
            context=context,
        )
        first = bool(path.steps) and _narrow(condition, _place(row), context)
        return holds_at(row, path, judge, first=first, context=context)


def _value_compared(condition: Compare, row: Row, value: Value, *, context: Context) -> Predicate:
    return compared(value, condition.operator, condition.value, context=context)


def _word_match(condition: Compare, row: Row, value: Value, *, context: Context) -> Predicate:
    return matches(row, condition.path, value, condition.value, context=context)


def _place(row: Row) -> Place:
    far = row.far.types if isinstance(row, TypeRow) and row.far is not None else ()
    return Place(row.types, far=far)


def _related(condition: Related, row: Row, context: Context) -> Predicate:
    ends = _ends(row, condition.end, context)
    if condition.quantifier == "some" and _narrow(condition, _place(row), context):
        return _among(condition, row, ends, context)
    some = [_some(condition, row, end, context) for end in ends]
    if condition.quantifier == "some":
        return or_(false(), *some)
    return and_(true(), *(~each for each in some))


def _narrow(condition: Condition | None, place: Place, context: Context) -> bool:
    return context.way in ("either", "set_first") and narrows(condition, place, context=context)


def _one_of(record_id: Sql, ids: Select[Any] | CompoundSelect[Any], context: Context) -> Predicate:
    """Whether a record is of a set; where that is known to be small, it is where looking begins."""
    if context.way == "set_first":
        return context.dialect.one_of_few(record_id, ids)
    return record_id.in_(ids)


def _ends(row: Row, name: str, context: Context) -> tuple[End, ...]:
    """The end of that name; a policy's path may go on from several types, each with an end of its own."""
    if context.judging:
        return ends_of(row, name, context=context)
    return (end_of(row, name, context=context),)


def _among(condition: Related, row: Row, ends: Sequence[End], context: Context) -> Predicate:
    """Whether a row is of the set to which the condition leads, made from its far end on, once in the statement."""
    ids = [
        rows_of(tie.columns, *tie.where, *_judged(condition.condition, tie, context)).add_columns(
            near
        )
        for end in ends
        for tie, near in ties_on(end, condition.holds, context=context)
    ]
    if not ids:
        return false()
    return _one_of(row.id, ids[0] if len(ids) == 1 else union_all(*ids), context)


def _judged(condition: Condition | None, row: Row, context: Context) -> list[Predicate]:
    return [] if condition is None else [predicate(condition, row, context=context)]


def _some(condition: Related, row: Row, end: End, context: Context) -> Exists:
    """Whether a tie at the end fulfils the condition, or for `every`, fails it."""
    tie = ties_at(row, end, condition.holds, context=context)
    where = list(tie.where)
    if condition.condition is not None:
        judged = predicate(condition.condition, tie, context=context)
        where.append(_untrue(judged) if condition.quantifier == "every" else judged)
    elif condition.quantifier == "every":
        where.append(false())
    ties = rows_of(tie.columns, *where).add_columns(ONE)
    return (context.dialect.by_itself(ties) if context.way == "each_row" else ties).exists()


def _on_record(condition: OnRecord, row: Row, context: Context) -> Predicate:
    far = far_of(row, condition.across, context=context)
    inner = condition.condition
    if readable(far.id, far.types, context=context) is None and not context.recorded:
        if inner is None:
            return true()
        if asks_ties_only(inner):
            end = EndRow(declared=far.declared, types=far.types, columns=row.columns, end=far.id)
            return predicate(inner, end, context=context)
    if _narrow(inner, Place(far.types), context):
        record = row_of(far.declared, far.types, context=context)
        rows = rows_of(record.columns, *record.where, *_judged(inner, record, context))
        return _one_of(far.id, rows.add_columns(record.id), context)
    record = record_at(far, context=context)
    return exists(record.columns, *record.where, *_judged(inner, record, context))


def _is_type(condition: IsType, row: Row, context: Context) -> Predicate:
    for name in condition.types:
        context.catalogue.record_type(name)
    if isinstance(row, SharedRow):
        asked = [name for name in condition.types if name in row.types]
        return of_types(row.type, asked, context=context)
    return true() if row.declared in condition.types else false()
