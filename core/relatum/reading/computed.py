"""Computed fields: their expressions as exact arithmetic on whole numbers of smallest units.

Both databases compute with integers of 64 bits at the scale that `relatum_schemas.expression.kind_of` derives, so both
give the same digits, and both refuse what leaves the range instead of rounding it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import case, func, null, select

from relatum.reading.context import Context
from relatum.reading.rows import WHOLE, Value
from relatum.reading.sql import ONE, Sql, raw
from relatum_schemas.expression import (
    Arithmetic,
    Coalesce,
    Constant,
    Expression,
    Quotient,
    Reference,
    kind_of,
    scale_of,
)
from relatum_schemas.kinds import Kind, MoneyKind

_ZERO = raw("0")


@dataclass(frozen=True)
class _Number:
    """A number in smallest units, with the currency of money."""

    units: Sql
    scale: int
    currency: Sql | None = None

    def at(self, scale: int) -> Sql:
        """The units at a finer scale."""
        return (
            self.units if scale == self.scale else self.units * raw(str(10 ** (scale - self.scale)))
        )


def value(expression: Expression, field: Callable[[str], Value], *, context: Context) -> Value:
    """Return the value of a computed field.

    Args:
        expression: by which it is computed.
        field: the value of another field of the row, by name.
        context: of the row.
    """
    kind = kind_of(expression, lambda name: field(name).kind)
    number = _number(expression, field, context)
    units = context.dialect.checked(number.at(scale_of(kind)))
    if not isinstance(kind, MoneyKind):
        return Value(kind=kind, parts={WHOLE: context.dialect.of_units(units, kind)})
    assert number.currency is not None
    amount = context.dialect.of_units(units, kind.parts["amount"])
    currency = case((units.is_not(None), number.currency))
    return Value(kind=kind, parts={"amount": amount, "currency": currency})


def _number(expression: Expression, field: Callable[[str], Value], context: Context) -> _Number:
    match expression:
        case Reference(name):
            return _referred(field(name), context)
        case Constant(number):
            exponent = number.as_tuple().exponent
            scale = max(0, -exponent) if isinstance(exponent, int) else 0
            return _Number(_constant(int(number.scaleb(scale)), context), scale)
        case Arithmetic(operator, left, right):
            return _arithmetic(
                operator, _number(left, field, context), _number(right, field, context)
            )
        case Quotient(left, right, scale):
            return _quotient(
                _number(left, field, context), _number(right, field, context), scale, context
            )
        case Coalesce(of):
            return _coalesced([_number(each, field, context) for each in of])


def _constant(number: int, context: Context) -> Sql:
    """A number of 64 bits in both: PostgreSQL would take a small one for 32 bits, and overflow early."""
    return raw(f"({number})" if context.dialect.NAME == "sqlite" else f"({number})::bigint")


def _referred(given: Value, context: Context) -> _Number:
    kind: Kind = given.kind
    if isinstance(kind, MoneyKind):
        amount = context.dialect.units(given.parts["amount"], kind.parts["amount"])
        return _Number(amount, kind.scale, given.parts["currency"])
    return _Number(context.dialect.units(given.plain, kind), scale_of(kind))


def _arithmetic(operator: str, left: _Number, right: _Number) -> _Number:
    if operator == "*":
        units, scale = left.units * right.units, left.scale + right.scale
    else:
        scale = max(left.scale, right.scale)
        one, other = left.at(scale), right.at(scale)
        units = one + other if operator == "+" else one - other
    return _of_one_currency(units, scale, left, right)


def _of_one_currency(units: Sql, scale: int, left: _Number, right: _Number) -> _Number:
    """Amounts of two currencies have no result together."""
    if left.currency is None or right.currency is None:
        currency = left.currency if right.currency is None else right.currency
        return _Number(units, scale, currency)
    same = case((left.currency == right.currency, units))
    return _Number(same, scale, left.currency)


def _quotient(left: _Number, right: _Number, scale: int, context: Context) -> _Number:
    """The quotient rounded half-even: missing when the divisor is zero."""
    shift = scale + right.scale - left.scale
    dividend = left.units * raw(str(10 ** max(shift, 0)))
    divisor = right.units * raw(str(10 ** max(-shift, 0)))
    parts = select(
        context.dialect.checked(dividend).label("n"),
        func.nullif(context.dialect.checked(divisor), _ZERO).label("d"),
    )
    given = parts.correlate_except().subquery("q")
    rounded = select(half_even(given.c.n, given.c.d)).select_from(given)
    units = rounded.correlate_except(given).scalar_subquery()
    if left.currency is not None and right.currency is not None:
        return _Number(case((left.currency == right.currency, units)), scale)
    return _Number(units, scale, left.currency)


def half_even(dividend: Sql, divisor: Sql) -> Sql:
    """Return a quotient of whole numbers rounded half-even; both are named more than once."""
    whole, rest = dividend.op("/")(divisor), dividend.op("%")(divisor)
    twice = func.abs(rest) * raw("2")
    size = func.abs(divisor)
    away = (twice > size) | ((twice == size) & (whole.op("%")(raw("2")) != _ZERO))
    upward = (rest < _ZERO) == (divisor < _ZERO)
    return whole + case((~away, _ZERO), (upward, ONE), else_=raw("-1"))


def _coalesced(numbers: list[_Number]) -> _Number:
    scale = max(number.scale for number in numbers)
    units = func.coalesce(*(number.at(scale) for number in numbers))
    if numbers[0].currency is None:
        return _Number(units, scale)
    currency: Sql = case(
        *((number.units.is_not(None), number.currency) for number in numbers), else_=null()
    )
    return _Number(units, scale, currency)
