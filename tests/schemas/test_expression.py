"""Expressions: read, typed, computed exactly."""

from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relatum_schemas.errors import DeclarationError, NumericOverflow
from relatum_schemas.expression import evaluate, kind_of, parse, references, rounded
from relatum_schemas.kinds import Duration, Integer, Kind, Money, MoneyKind, Number, Text

KINDS: dict[str, Kind] = {
    "quantity": Integer(),
    "unit_price": MoneyKind(),
    "discount": Number(scale=2),
    "rate": Number(scale=17),
    "time": Duration(),
    "name": Text(),
}


def euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("quantity * unit_price * (1 - discount)", MoneyKind(scale=4)),
        ("quantity + 1", Integer(big=True)),
        ("quantity * 0.5", Number(scale=1)),
        ("-discount", Number(scale=2)),
        ("round(unit_price / quantity, 3)", MoneyKind(scale=3)),
        ("round(unit_price / unit_price, 3)", Number(scale=3)),
        ("time * quantity", Duration()),
        ("coalesce(discount, 0)", Number(scale=2)),
        ("unit_price - unit_price", MoneyKind()),
    ],
)
def test_the_kind_follows_from_the_operands(text: str, kind: Kind) -> None:
    assert kind_of(parse(text), KINDS.__getitem__) == kind


@pytest.mark.parametrize(
    "text",
    ["quantity / 2", "name + 1", "quantity +", "f(quantity)", "unit_price * unit_price", "unit_price + 1",
     "rate * rate", "time * discount", "quantity if discount else 0", "'a'", "True", "coalesce(quantity)"],
)  # fmt: skip
def test_what_has_no_meaning_is_refused(text: str) -> None:
    with pytest.raises(DeclarationError):
        kind_of(parse(text), KINDS.__getitem__)


def test_a_line_is_computed_exactly() -> None:
    net = parse("quantity * unit_price * (1 - discount)")
    values = {"quantity": 12, "unit_price": euros("9.80"), "discount": Decimal("0.15")}
    assert evaluate(net, values) == euros("99.9600")
    assert evaluate(net, {**values, "discount": None}) is None
    assert list(references(net)) == ["quantity", "unit_price", "discount"]


def test_amounts_of_different_currencies_do_not_add() -> None:
    values = {"a": euros("1"), "b": Money(amount=Decimal(1), currency="USD")}
    assert evaluate(parse("a + b"), values) is None


def test_dividing_by_zero_gives_nothing() -> None:
    assert evaluate(parse("round(a / b, 2)"), {"a": 1, "b": 0}) is None


def test_durations_are_negated_and_multiplied() -> None:
    assert evaluate(parse("-time * 3"), {"time": timedelta(seconds=2)}) == timedelta(seconds=-6)


def test_leaving_the_exact_range_is_an_error() -> None:
    with pytest.raises(NumericOverflow):
        evaluate(parse("a * a * a"), {"a": 10**7})


@given(st.integers(-(10**9), 10**9), st.integers(-999, 999).filter(bool), st.integers(0, 6))
def test_quotients_round_half_even(dividend: int, divisor: int, scale: int) -> None:
    with localcontext(prec=80):
        expected = (Decimal(dividend) / Decimal(divisor)).quantize(
            Decimal(1).scaleb(-scale), rounding=ROUND_HALF_EVEN
        )
    assert rounded(Decimal(dividend), Decimal(divisor), scale) == expected
