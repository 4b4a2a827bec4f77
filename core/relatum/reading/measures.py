"""Measures: what is counted, summed, ranked and averaged of a group, exactly.

A measure has two steps: the raw figures that the database gathers over the rows of a group (`gathered`), and what is made
of them (`told`). Sums are of whole numbers of smallest units. An average is rounded half-even, four digits beyond the
scale of what is averaged; its whole units and those four digits are kept apart, since together they may leave 64 bits
although each is exact.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import case, distinct, func

from relatum.reading.computed import half_even
from relatum.reading.context import Context
from relatum.reading.rows import WHOLE, Value
from relatum.reading.sql import ONE, Sql, raw
from relatum_schemas.errors import BadSelection, UnknownOperator
from relatum_schemas.expression import scale_of
from relatum_schemas.kinds import PRECISION, Duration, Integer, Kind, MoneyKind, Number
from relatum_schemas.selection import Function, Measure

_FINER = 4
_SHIFT = 10**_FINER
_FAR = 9 * 10 ** (PRECISION - _FINER)


@dataclass(frozen=True, eq=False)
class Told:
    """A measure's value: as JSON shows its parts, and as it compares."""

    value: Value
    shown: Mapping[str, Sql]


def judge(measure: Measure, value: Value | None) -> None:
    """Refuse a measure that has no meaning.

    Raises:
        BadSelection: only rows are counted without a path.
        UnknownOperator: the value's kind has no such function.
    """
    if value is None:
        if measure.function is not Function.COUNT:
            raise BadSelection(f"{measure.function.value} needs a field.")
        return
    if measure.function not in value.kind.functions:
        offered = ", ".join(sorted(value.kind.functions))
        raise UnknownOperator(
            f"{value.kind.described()} has no {measure.function.value}.",
            hint=f"It has {offered}.",
            path=measure.function.value,
        )


def gathered(measure: Measure, value: Value | None, *, context: Context) -> Mapping[str, Sql]:
    """Return the raw figures of a measure over the rows of a group, by name."""
    if value is None:
        return {"figure": func.count()}
    if measure.function is Function.COUNT:
        return {"figure": func.count(case((value.presence, ONE)))}
    amount = value.part("amount") if isinstance(value.kind, MoneyKind) else value
    match measure.function:
        case Function.COUNT_DISTINCT:
            return {"figure": func.count(distinct(amount.plain))}
        case Function.MIN:
            return {"figure": func.min(amount.plain, type_=amount.plain.type)}
        case Function.MAX:
            return {"figure": func.max(amount.plain, type_=amount.plain.type)}
    total = context.dialect.summed(amount.plain, amount.kind)
    if measure.function is Function.SUM:
        return {"figure": total}
    return {"figure": total, "count": func.count(amount.plain)}


def told(
    measure: Measure,
    kind: Kind | None,
    figures: Mapping[str, Sql],
    currency: Sql | None,
    *,
    context: Context,
) -> Told:
    """Return the value of a measure.

    Args:
        measure: that was gathered.
        kind: of what was measured; None for rows.
        figures: as gathered.
        currency: of the group, for money.
        context: of the rows.
    """
    figure = figures["figure"]
    if kind is None or measure.function in (Function.COUNT, Function.COUNT_DISTINCT):
        return _plain(Value(kind=Integer(big=True), parts={WHOLE: figure}), context)
    amount = kind.parts["amount"] if isinstance(kind, MoneyKind) else kind
    if measure.function is Function.AVG and not isinstance(kind, Duration):
        one = _average(amount, figure, figures["count"], context)
    elif measure.function is Function.AVG:
        one = _plain(Value(kind=kind, parts={WHOLE: half_even(figure, figures["count"])}), context)
    elif measure.function is Function.SUM:
        summed = Integer(big=True) if isinstance(amount, Integer) else amount
        units = context.dialect.of_units(figure, summed)
        one = _plain(Value(kind=summed, parts={WHOLE: units}), context)
    else:
        one = _plain(Value(kind=amount, parts={WHOLE: figure}), context)
    return one if currency is None else _money(one, currency)


def _plain(value: Value, context: Context) -> Told:
    return Told(value, {WHOLE: context.dialect.shown(value.plain, value.kind)})


def _money(amount: Told, currency: Sql) -> Told:
    kind = MoneyKind(scale=scale_of(amount.value.kind))
    parts = {"amount": amount.value.plain, "currency": currency}
    shown = {"amount": amount.shown[WHOLE], "currency": currency}
    return Told(replace(amount.value, kind=kind, parts=parts), shown)


def _average(kind: Kind, total: Sql, count: Sql, context: Context) -> Told:
    scale = scale_of(kind)
    whole = total.op("/")(count)
    rest = half_even(total.op("%")(count).self_group() * raw(str(_SHIFT)), count)
    near = case(
        (whole > raw(str(_FAR)), raw(str(_FAR * _SHIFT))),
        (whole < raw(str(-_FAR)), raw(str(-_FAR * _SHIFT))),
        else_=whole * raw(str(_SHIFT)) + rest,
    )
    finer = Number(scale=scale + _FINER)
    compared = context.dialect.of_units(near, finer) if finer.scale <= PRECISION else near
    shown = context.dialect.average(whole, rest, scale)
    return Told(Value(kind=finer, parts={WHOLE: compared}), {WHOLE: shown})
