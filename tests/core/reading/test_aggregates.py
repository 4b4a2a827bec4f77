"""Aggregates are exact, on both databases, or refused."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import update

from relatum.access import SYSTEM
from relatum.connections.prepared import prepare
from relatum.session import Database
from relatum_schemas.errors import BadSelection, NumericOverflow, UnknownOperator
from relatum_schemas.kinds import Money
from relatum_schemas.selection import (
    Aggregate,
    Bucket,
    FieldPath,
    Function,
    GroupKey,
    Having,
    KeyOutput,
    Measure,
    MeasureOutput,
    Operator,
    Rows,
)
from tests.core.reading.asking import ask, request
from tests.core.reading.museum import Exhibit


def measure(function: str, field: str | None = None) -> Measure:
    path = None if field is None else FieldPath(field=field)
    return Measure(function=Function(function), path=path)


def measured(*measures: Measure, **options: Any) -> Any:
    """Each measure under its number."""
    outputs = tuple(
        MeasureOutput(key=str(number), measure=each) for number, each in enumerate(measures)
    )
    keys = tuple(
        KeyOutput(key=f"k{number}", index=number)
        for number, _ in enumerate(options.get("group_by", ()))
    )
    return request(Rows(type="Exhibit"), Aggregate(outputs=(*keys, *outputs), **options))


async def exhibits(museum: Database, field: str, *values: object) -> None:
    async with museum.as_(SYSTEM).unit() as unit:
        for number, value in enumerate(values):
            await unit.create(Exhibit(name=f"e{number}", **{field: value}))


async def test_without_rows_there_is_one_empty_group(museum: Database) -> None:
    asked = measured(measure("count"), measure("sum", "pieces"), measure("avg", "weight"))
    assert await ask(museum, asked) == [{"0": 0, "1": None, "2": None}]


@pytest.mark.parametrize(
    ("weights", "average"),
    [
        (("0.001", "0.002"), "0.0015000"),
        (("0.001", "0.000", "0.000"), "0.0003333"),
        (("0.002", "0.000", "0.000"), "0.0006667"),
        (("-0.002", "0.000", "0.000"), "-0.0006667"),
        (("999999999999999.999", "999999999999999.999"), "999999999999999.9990000"),
        (("999999999999999.999", "999999999999999.998"), "999999999999999.9985000"),
    ],
)
async def test_averages_are_exact_to_four_more_digits(
    museum: Database, weights: tuple[str, ...], average: str
) -> None:
    await exhibits(museum, "weight", *map(Decimal, weights))
    assert await ask(museum, measured(measure("avg", "weight"))) == [{"0": average}]


@pytest.mark.parametrize(
    ("total", "average"), [(1, "0.0312"), (3, "0.0938"), (-1, "-0.0312"), (-3, "-0.0938")]
)
async def test_averages_are_rounded_half_to_even(
    museum: Database, total: int, average: str
) -> None:
    await exhibits(museum, "pieces", total, *[0] * 31)
    assert await ask(museum, measured(measure("avg", "pieces"))) == [{"0": average}]


async def test_a_sum_beyond_64_bits_is_refused_not_rounded(museum: Database) -> None:
    await exhibits(museum, "pieces", *[10**18 - 1] * 10)
    with pytest.raises(NumericOverflow):
        await ask(museum, measured(measure("sum", "pieces")))


async def test_a_product_beyond_64_bits_is_refused_not_rounded(museum: Database) -> None:
    heavy = await museum.as_(SYSTEM).create(Exhibit(name="heavy", weight=Decimal(10**14)))
    exhibit = museum.tables.current["Exhibit"]
    many = update(exhibit).where(exhibit.c.id == heavy.id).values(pieces=10**14)
    async with museum.connections.writing() as connection:
        await connection.execute(prepare(many, connection.dialect), {})
    with pytest.raises(NumericOverflow):
        await ask(museum, measured(measure("max", "mass")))


async def test_money_is_grouped_by_its_currency(museum: Database) -> None:
    worths = (("1.10", "EUR"), ("2.20", "USD"), ("3.30", "EUR"))
    money = [Money(amount=Decimal(amount), currency=currency) for amount, currency in worths]
    await exhibits(museum, "worth", *money, None)
    assert await ask(museum, measured(measure("sum", "worth"), measure("count"))) == [
        {"0": None, "1": 1},
        {"0": {"amount": "4.40", "currency": "EUR"}, "1": 2},
        {"0": {"amount": "2.20", "currency": "USD"}, "1": 1},
    ]


async def test_days_are_grouped_by_the_first_day_of_their_period(museum: Database) -> None:
    days = (date(2024, 1, 31), date(2024, 5, 1), date(2024, 6, 30), date(2023, 12, 31), None)
    await exhibits(museum, "found", *days)
    key = GroupKey(path=FieldPath(field="found"), bucket=Bucket.QUARTER)
    assert await ask(museum, measured(measure("count"), group_by=(key,))) == [
        {"k0": None, "0": 1},
        {"k0": "2023-10-01", "0": 1},
        {"k0": "2024-01-01", "0": 1},
        {"k0": "2024-04-01", "0": 2},
    ]


async def test_groups_are_chosen_by_their_measures(museum: Database) -> None:
    days = [date(2024, 1, 1)] * 3 + [date(2024, 1, 2)]
    await exhibits(museum, "found", *days)
    key = GroupKey(path=FieldPath(field="found"))
    many = Having(measure=measure("count"), operator=Operator.GT, value=2)
    shown = await ask(museum, measured(measure("count"), group_by=(key,), having=(many,)))
    assert shown == [{"k0": "2024-01-01", "0": 3}]


async def test_lengths_of_time_are_summed_and_averaged(museum: Database) -> None:
    await exhibits(museum, "visit", timedelta(seconds=1), timedelta(microseconds=2), None)
    asked = measured(measure("sum", "visit"), measure("avg", "visit"), measure("count", "visit"))
    assert await ask(museum, asked) == [{"0": "PT1.000002S", "1": "PT0.500001S", "2": 2}]


async def test_a_measure_without_meaning_is_refused(museum: Database) -> None:
    with pytest.raises(UnknownOperator) as raised:
        await ask(museum, measured(measure("sum", "name")))
    assert "max" in str(raised.value.hint)
    with pytest.raises(BadSelection):
        await ask(museum, measured(measure("sum")))
    key = GroupKey(path=FieldPath(field="home"))
    with pytest.raises(BadSelection):
        await ask(museum, measured(measure("count"), group_by=(key,)))
