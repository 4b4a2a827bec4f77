"""Expressions of computed fields: ``quantity * unit_price * (1 - discount)``, exact.

`parse` reads the text into a tree; `kind_of` derives the kind of its value from the kinds of the fields it names;
`evaluate` computes it in Python exactly as the statements do in the database. Operators are ``+ - *`` on integers,
decimals, money and durations, ``round(a / b, scale)`` (half-even) for quotients, and ``coalesce(a, b, ...)``. A missing
operand makes the value missing, and so do two amounts of different currencies.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from typing import Literal

from relatum_schemas.errors import DeclarationError, NumericOverflow
from relatum_schemas.kinds import PRECISION, Duration, Integer, Kind, Money, MoneyKind, Number

Scalar = int | Decimal | Money | timedelta | None
_EXACT = Context(prec=100)
_LARGEST = 2**63


@dataclass(frozen=True)
class Reference:
    """The value of a field of the same record."""

    field: str


@dataclass(frozen=True)
class Constant:
    """A number; its scale is the number of digits written after the point."""

    value: Decimal


@dataclass(frozen=True)
class Arithmetic:
    """A sum, difference or product."""

    operator: Literal["+", "-", "*"]
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class Quotient:
    """A quotient rounded half-even at ``scale``; missing when the divisor is zero."""

    left: "Expression"
    right: "Expression"
    scale: int


@dataclass(frozen=True)
class Coalesce:
    """The first operand that is there."""

    of: tuple["Expression", ...]


Expression = Reference | Constant | Arithmetic | Quotient | Coalesce

_OPERATORS: dict[type[ast.operator], Literal["+", "-", "*"]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
}


def parse(text: str) -> Expression:
    """Read an expression.

    Raises:
        DeclarationError: the text is no expression of this language; the message shows the part that is not.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise DeclarationError(f"{text!r} is not an expression: {error.msg}.") from error
    return _read(tree, text)


def _read(node: ast.expr, text: str) -> Expression:
    match node:
        case ast.Name(id=name):
            return Reference(name)
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return Constant(Decimal(ast.get_source_segment(text.strip(), node) or str(value)))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return Arithmetic("-", Constant(Decimal(0)), _read(operand, text))
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _OPERATORS:
            return Arithmetic(_OPERATORS[type(operator)], _read(left, text), _read(right, text))
        case ast.Call(
            func=ast.Name(id="round"),
            args=[
                ast.BinOp(left=left, op=ast.Div(), right=right),
                ast.Constant(value=int() as scale),
            ],
            keywords=[],
        ) if 0 <= scale <= PRECISION:
            return Quotient(_read(left, text), _read(right, text), scale)
        case ast.Call(func=ast.Name(id="coalesce"), args=[_, _, *_] as operands, keywords=[]):
            return Coalesce(tuple(_read(operand, text) for operand in operands))
    raise DeclarationError(
        f"{ast.unparse(node)!r} cannot stand in an expression.",
        hint="Use fields, numbers, + - *, round(a / b, scale) and coalesce(a, b).",
    )


def references(expression: Expression) -> Iterator[str]:
    """The fields that an expression names, repeats included."""
    match expression:
        case Reference(field):
            yield field
        case Arithmetic(left=left, right=right) | Quotient(left=left, right=right):
            yield from references(left)
            yield from references(right)
        case Coalesce(of):
            for operand in of:
                yield from references(operand)


def kind_of(expression: Expression, kinds: Callable[[str], Kind]) -> Kind:
    """The kind of the value. ``kinds`` tells the kind of a named field (and raises for one that is not there).

    Raises:
        DeclarationError: the operands' kinds do not go together, or the scale leaves 18 digits.
    """
    match expression:
        case Reference(field):
            return _operand(field, kinds(field))
        case Constant(value):
            exponent = value.as_tuple().exponent
            scale = max(0, -exponent) if isinstance(exponent, int) else 0
            return Number(scale=scale) if scale else Integer(big=True)
        case Arithmetic("*", left, right):
            return _product(kind_of(left, kinds), kind_of(right, kinds))
        case Arithmetic(operator, left, right):
            return _sum(operator, kind_of(left, kinds), kind_of(right, kinds), _is_zero(left))
        case Quotient(left, right, scale):
            return _quotient(kind_of(left, kinds), kind_of(right, kinds), scale)
        case Coalesce(of):
            first, *others = (kind_of(operand, kinds) for operand in of)
            for other in others:
                first = _sum("+", first, other, left_is_zero=False)
            return first


def _operand(field: str, kind: Kind) -> Kind:
    if isinstance(kind, Integer):
        return Integer(big=True)
    if isinstance(kind, Number | MoneyKind | Duration):
        return kind
    raise DeclarationError(
        f"{field!r} is {kind.described()}; expressions compute with numbers, money and durations."
    )


def _is_zero(expression: Expression) -> bool:
    return expression == Constant(Decimal(0))


def scale_of(kind: Kind) -> int:
    """Digits after the point of a numeric kind; a duration counts microseconds."""
    return kind.scale if isinstance(kind, Number | MoneyKind) else 0


def _scaled(kind: Kind, scale: int) -> Kind:
    if scale > PRECISION:
        raise DeclarationError(
            f"The result would need {scale} digits after the point; {PRECISION} is the most.",
            hint="Round a factor: round(a / 1, scale).",
        )
    return (
        Number(scale=scale)
        if isinstance(kind, Integer) and scale
        else (kind if isinstance(kind, Integer | Duration) else kind.with_scale(scale))
    )


def _sum(operator: str, left: Kind, right: Kind, left_is_zero: bool) -> Kind:
    if left_is_zero:
        return right
    plain = isinstance(left, Integer | Number) and isinstance(right, Integer | Number)
    if not plain and type(left) is not type(right):
        raise DeclarationError(f"{left.described()} {operator} {right.described()} has no meaning.")
    wider = left if scale_of(left) >= scale_of(right) else right
    return _scaled(wider, scale_of(wider))


def _product(left: Kind, right: Kind) -> Kind:
    measures = [kind for kind in (left, right) if isinstance(kind, MoneyKind | Duration)]
    if len(measures) > 1:
        raise DeclarationError(f"{left.described()} * {right.described()} has no meaning.")
    if measures and isinstance(measures[0], Duration) and scale_of(left) + scale_of(right):
        raise DeclarationError("A duration is multiplied by whole numbers only.")
    carrier = measures[0] if measures else (left if isinstance(left, Number) else right)
    return _scaled(carrier, scale_of(left) + scale_of(right))


def _quotient(left: Kind, right: Kind, scale: int) -> Kind:
    if isinstance(left, Duration) or isinstance(right, Duration):
        raise DeclarationError("Durations are not divided.")
    if isinstance(right, MoneyKind) and not isinstance(left, MoneyKind):
        raise DeclarationError("A number is not divided by money.")
    if isinstance(left, MoneyKind) and not isinstance(right, MoneyKind):
        return left.with_scale(scale)
    return Number(scale=scale)


def evaluate(expression: Expression, values: Mapping[str, object]) -> Scalar:
    """Compute the value from a record's field values, exactly.

    Raises:
        NumericOverflow: a step leaves the 64-bit range in which the database computes.
    """
    with localcontext(_EXACT):
        return _value(expression, values)


def _value(expression: Expression, values: Mapping[str, object]) -> Scalar:
    match expression:
        case Reference(field):
            value = values.get(field)
            assert value is None or isinstance(value, int | Decimal | Money | timedelta)
            return value
        case Constant(value):
            return value
        case Arithmetic(operator, left, right):
            return _within(
                _arithmetic(operator, _value(left, values), _value(right, values), _is_zero(left))
            )
        case Quotient(left, right, scale):
            return _within(_divided(_value(left, values), _value(right, values), scale))
        case Coalesce(of):
            return next(
                (value for operand in of if (value := _value(operand, values)) is not None), None
            )


def _arithmetic(operator: str, left: Scalar, right: Scalar, left_is_zero: bool) -> Scalar:
    if left is None or right is None:
        return None
    if isinstance(left, timedelta) or isinstance(right, timedelta):
        return _of_durations(operator, left, right, left_is_zero)
    currency = _currency(left, right)
    if currency is False:
        return None
    a, b = _amount(left), _amount(right)
    # A product with zero may come out as -0.
    result = (a + b if operator == "+" else a - b if operator == "-" else a * b) + 0
    return Money(amount=result, currency=currency) if isinstance(currency, str) else result


def _of_durations(operator: str, left: Scalar, right: Scalar, left_is_zero: bool) -> timedelta:
    if left_is_zero and isinstance(right, timedelta):
        return -right
    if operator == "*":
        length, count = (left, right) if isinstance(left, timedelta) else (right, left)
        assert isinstance(length, timedelta) and isinstance(count, int | Decimal)
        return length * int(count)
    assert isinstance(left, timedelta) and isinstance(right, timedelta)
    return left + right if operator == "+" else left - right


def _divided(left: Scalar, right: Scalar, scale: int) -> Scalar:
    if left is None or right is None:
        return None
    both = isinstance(left, Money) and isinstance(right, Money)
    currency = _currency(left, right)
    divisor = _amount(right)
    if currency is False or divisor == 0:
        return None
    result = rounded(_amount(left), divisor, scale) + 0
    return (
        Money(amount=result, currency=currency)
        if isinstance(currency, str) and not both
        else result
    )


def rounded(dividend: Decimal, divisor: Decimal, scale: int) -> Decimal:
    """A quotient rounded half-even at ``scale``, without an intermediate rounding."""
    with localcontext(_EXACT):
        shifted = dividend.scaleb(scale)
        whole, rest = divmod(shifted, divisor)
        twice = abs(rest) * 2
        away = twice > abs(divisor) or (twice == abs(divisor) and whole % 2 != 0)
        step = 1 if (rest < 0) == (divisor < 0) else -1
        return (
            (whole + step if away else whole)
            .scaleb(-scale)
            .quantize(Decimal(1).scaleb(-scale), rounding=ROUND_HALF_EVEN)
        )


def _amount(value: Scalar) -> Decimal:
    assert not isinstance(value, timedelta) and value is not None
    return value.amount if isinstance(value, Money) else Decimal(value)


def _currency(left: Scalar, right: Scalar) -> str | Literal[False] | None:
    currencies = {value.currency for value in (left, right) if isinstance(value, Money)}
    if len(currencies) > 1:
        return False
    return next(iter(currencies), None)


def _within(value: Scalar) -> Scalar:
    if value is None:
        return None
    number = value / timedelta(microseconds=1) if isinstance(value, timedelta) else _amount(value)
    exponent = Decimal(number).as_tuple().exponent
    scale = max(0, -exponent) if isinstance(exponent, int) else 0
    if abs(Decimal(number).scaleb(scale)) >= _LARGEST:
        raise NumericOverflow(f"{value} has more digits than the engine computes with exactly.")
    return value
