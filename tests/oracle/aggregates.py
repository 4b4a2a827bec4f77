"""Groups of rows and their measures."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from relatum_schemas.errors import NumericOverflow
from relatum_schemas.expression import rounded, scale_of
from relatum_schemas.kinds import Day, Duration, Integer, Kind, Money, MoneyKind, Number
from relatum_schemas.selection import (
    Aggregate,
    Bucket,
    FieldPath,
    Function,
    GroupKey,
    GroupOutput,
    Having,
    KeyOutput,
    Measure,
    MeasureOutput,
    ObjectOutput,
    Operator,
)
from tests.oracle.shapes import Shape
from tests.oracle.sight import Row, Sight
from tests.oracle.values import bound, compared, fulfils, wire_parts

Group = tuple[tuple[Any, ...], list[Row]]

_MICROSECOND = timedelta(microseconds=1)
_LARGEST = 2**63


def aggregate(
    form: Aggregate, rows: list[Row], shape: Shape, sight: Sight
) -> list[dict[str, object]]:
    """One object per group, in the order of the groups."""
    kept = groups_of(form, rows, shape, sight)
    return [_shown(form.outputs, form, group, shape, sight) for group in kept]


def groups_of(form: Aggregate, rows: list[Row], shape: Shape, sight: Sight) -> list[Group]:
    """The groups that are shown: what is common to the rows of each, and the rows."""
    groups = _grouped(form, _money_paths(form, shape), rows, sight)
    return [
        group
        for group in groups
        if all(_having(having, group[1], shape, sight) for having in form.having)
    ]


def _grouped(
    form: Aggregate, currencies: list[FieldPath], rows: list[Row], sight: Sight
) -> list[Group]:
    if not form.group_by and not currencies:
        return [((), rows)]
    groups: list[Group] = []
    for row in rows:
        key = (
            *(bucketed(sight.reach(row, each.path), each.bucket) for each in form.group_by),
            *(_currency(sight.reach(row, path)) for path in currencies),
        )
        for known, members in groups:
            if known == key:
                members.append(row)
                break
        else:
            groups.append((key, [row]))
    return sorted(groups, key=cmp_to_key(_compared_groups))


def _compared_groups(one: Group, two: Group) -> int:
    for first, second in zip(one[0], two[0], strict=True):
        for left, right in zip(_scalars(first), _scalars(second), strict=False):
            if order := compared(left, right):
                return order
    return 0


def _scalars(value: Any) -> tuple[Any, ...]:
    return (value.currency, value.amount) if isinstance(value, Money) else (value,)


def _currency(value: Money | None) -> str | None:
    return None if value is None else value.currency


def bucketed(value: Any, bucket: Bucket) -> Any:
    """The value, or the first day of its day, month, quarter or year in UTC."""
    if value is None or bucket is Bucket.VALUE:
        return value
    day: date = value.astimezone(UTC).date() if isinstance(value, datetime) else value
    match bucket:
        case Bucket.DAY:
            return day
        case Bucket.MONTH:
            return day.replace(day=1)
        case Bucket.QUARTER:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case _:
            return day.replace(month=1, day=1)


def _measures(outputs: Iterable[GroupOutput]) -> Iterator[Measure]:
    for output in outputs:
        if isinstance(output, MeasureOutput):
            yield output.measure
        elif isinstance(output, ObjectOutput):
            yield from _measures(output.outputs)


def _money_paths(form: Aggregate, shape: Shape) -> list[FieldPath]:
    """The money paths that are measured, each once, in the order in which they are named."""
    measures = [*_measures(form.outputs), *(having.measure for having in form.having)]
    paths = [measure.path for measure in measures if measure.path is not None]
    money = [path for path in paths if isinstance(shape.value_of(path)[1], MoneyKind)]
    return list(dict.fromkeys(money))


def measure_kind(function: Function, kind: Kind | None) -> Kind:
    """The kind of a measure's value, by the kind of what is measured."""
    if kind is None or function in (Function.COUNT, Function.COUNT_DISTINCT):
        return Integer(big=True)
    if function in (Function.MIN, Function.MAX) or isinstance(kind, Duration):
        return kind
    if function is Function.SUM:
        return Integer(big=True) if isinstance(kind, Integer) else kind
    return (
        MoneyKind(scale=scale_of(kind) + 4)
        if isinstance(kind, MoneyKind)
        else Number(scale=scale_of(kind) + 4)
    )


def measured(measure: Measure, rows: list[Row], shape: Shape, sight: Sight) -> Any:
    """The value of a measure over the rows of a group."""
    if measure.path is None:
        return len(rows)
    path = measure.path
    kind = shape.value_of(path)[1]
    values = [value for row in rows if (value := sight.reach(row, path)) is not None]
    match measure.function:
        case Function.COUNT:
            return len(values)
        case Function.COUNT_DISTINCT:
            return len(set(values))
    if not values:
        return None
    amounts = [_amount(value) for value in values]
    match measure.function:
        case Function.SUM:
            result = _within(sum(amounts[1:], amounts[0]), kind)
        case Function.MIN:
            result = min(amounts)
        case Function.MAX:
            result = max(amounts)
        case _:
            result = _average(amounts, kind)
    return (
        Money(amount=result, currency=values[0].currency)
        if isinstance(values[0], Money)
        else result
    )


def _amount(value: Any) -> Any:
    return value.amount if isinstance(value, Money) else value


def _within(total: Any, kind: Kind) -> Any:
    """A sum, if it stays within 64 bits of its smallest units."""
    units = (
        total // _MICROSECOND
        if isinstance(kind, Duration)
        else Decimal(total).scaleb(scale_of(kind))
    )
    if abs(units) >= _LARGEST:
        raise NumericOverflow("The sum leaves 64 bits.")
    return total


def _average(amounts: list[Any], kind: Kind) -> Any:
    count = Decimal(len(amounts))
    if isinstance(kind, Duration):
        micros = sum(amount // _MICROSECOND for amount in amounts)
        return int(rounded(Decimal(micros), count, 0)) * _MICROSECOND
    total = _within(sum((Decimal(amount) for amount in amounts), Decimal(0)), kind)
    return rounded(total, count, scale_of(kind) + 4)


def _having(having: Having, rows: list[Row], shape: Shape, sight: Sight) -> bool:
    measure = having.measure
    kind = None if measure.path is None else shape.value_of(measure.path)[1]
    value = measured(measure, rows, shape, sight)
    result = measure_kind(measure.function, kind)
    given = bound(having.value, sight.parameters)
    return fulfils(None, None, result, Operator(having.operator), value, given)


def _shown(
    outputs: Iterable[GroupOutput], form: Aggregate, group: Group, shape: Shape, sight: Sight
) -> dict[str, object]:
    shown: dict[str, object] = {}
    for output in outputs:
        match output:
            case KeyOutput():
                kind = key_kind(form.group_by[output.index], shape)
                shown[output.key] = wire_parts(kind, group[0][output.index], output.parts)
            case MeasureOutput():
                measure = output.measure
                field_kind = None if measure.path is None else shape.value_of(measure.path)[1]
                kind = measure_kind(measure.function, field_kind)
                value = measured(measure, group[1], shape, sight)
                shown[output.key] = wire_parts(kind, value, output.parts)
            case ObjectOutput():
                shown[output.key] = _shown(output.outputs, form, group, shape, sight)
            case _:
                shown[output.key] = output.text
    return shown


def key_kind(key: GroupKey, shape: Shape) -> Kind:
    """The kind of what a key of a grouping shows."""
    return shape.value_of(key.path)[1] if key.bucket is Bucket.VALUE else Day()
