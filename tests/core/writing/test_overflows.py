"""What is stored can be computed: a record is refused exactly when a statement that reads it would fail."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from relatum.access import SYSTEM
from relatum.connections import DialectName
from relatum.connections.prepared import prepare
from relatum.identifiers import new_id
from relatum.reading import Plans
from relatum.writing import Create, Merge, Update, uncomputable
from relatum_schemas.errors import NumericOverflow, Problems
from relatum_schemas.selection import Request
from tests.core.catalogue.declaring import declare
from tests.core.writing.stored import CloneTemplate, Stored, stored
from tests.laws.profiles import tried

SUMS = declare(
    """
class Sum(Entity, plural="sums"):
    a: Annotated[int | None, Big] = None
    b: int | None = None
    c: Annotated[Decimal | None, Scale(6)] = None
    share: Decimal = Decimal(0)
    price: Money | None = None
    other: Money | None = None
    time: timedelta | None = None
    product = Computed("a * b")
    mixed = Computed("a - c")
    net = Computed("price * b * (1 - share)")
    both = Computed("price + other * c")
    rate = Computed("round(price / c, 9)")
    odds = Computed("round(a / b, 3)")
    parts = Computed("round(c / a, 18)")
    sure = Computed("coalesce(c, a * b, 0)")
    lasts = Computed("time * b - time")

class Pair(Entity, plural="pairs"):
    a: Annotated[int | None, Big] = None
    b: int | None = None
    product = Computed("a * b")
""",
    name="sums",
)
COMPUTED = ("product", "mixed", "net", "both", "rate", "odds", "parts", "sure", "lasts")


@pytest.fixture
async def sums(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Stored]:
    async with stored(clone_template, dialect, SUMS) as opened:
        yield opened


def _sizes(most: int) -> st.SearchStrategy[int]:
    """Small numbers, round ones, and the largest."""
    powers = st.sampled_from([10**each for each in range(len(str(most)))] + [most])
    return st.builds(lambda size, sign: size * sign, powers | st.integers(0, most), st.sampled_from([1, -1]))  # fmt: skip


def _scaled(scale: int) -> st.SearchStrategy[str]:
    return _sizes(10**18 - 1).map(lambda units: f"{Decimal(units).scaleb(-scale):f}")


_money = st.builds(
    lambda amount, currency: {"amount": amount, "currency": currency},
    _scaled(2),
    st.sampled_from(["EUR", "EUR", "CHF"]),
)
_values = st.fixed_dictionaries(
    {},
    optional={
        "a": _sizes(10**18 - 1),
        "b": _sizes(2**31 - 1),
        "c": _scaled(6),
        "share": _scaled(4),
        "price": _money,
        "other": _money,
        "time": st.builds(timedelta, microseconds=_sizes(10**17)),
    },
)


async def _read(shop: Stored, plans: Plans, record: UUID) -> None:
    """Read each computed field of a record, in outputs and in a filter."""
    itself = {"kind": "compare", "path": {"field": "id"}, "operator": "eq", "value": str(record)}
    for name in COMPUTED:
        filled = {"kind": "compare", "path": {"field": name}, "operator": "is_null", "value": False}
        request = Request.model_validate(
            {
                "fields": [
                    {
                        "key": "k",
                        "source": {"kind": "rows", "type": "Sum", "filter": {"kind": "all", "of": [itself, filled]}},
                        "form": {"kind": "one", "outputs": [{"kind": "field", "key": "v", "field": name}]},
                    }
                ]
            }
        )  # fmt: skip
        bound = plans.get(request, SYSTEM).bind({}, now=shop.clock(), principal=SYSTEM)
        async with shop.connections.reading() as connection:
            await connection.value(bound.prepared, bound.values)


@tried(60)
@given(values=_values)
async def test_what_is_stored_can_be_read(sums: Stored, values: dict[str, Any]) -> None:
    plans = Plans(catalogue=sums.catalogue, tables=sums.tables, dialect=sums.connections.dialect)
    record = new_id()
    try:
        await sums.apply(Create("Sum", values, record))
    except (NumericOverflow, Problems):
        return
    await _read(sums, plans, record)


async def test_the_largest_is_stored_and_one_more_is_not(sums: Stored) -> None:
    largest = (2**63 - 1) // 7
    await sums.apply(Create("Pair", {"a": largest // 2, "b": 14}))
    for values in ({"a": 10**18 - 1, "b": 10}, {"a": -(10**17), "b": 100}):
        with pytest.raises(NumericOverflow) as told:
            await sums.apply(Create("Pair", values))
        assert told.value.path == (0, "a")
    assert len(await sums.current("Pair")) == 1


async def test_an_update_and_a_merge_are_judged_as_well(sums: Stored) -> None:
    goes, stays = new_id(), new_id()
    await sums.apply(Create("Pair", {"a": 10**17}, goes), Create("Pair", {"b": 1000}, stays))
    with pytest.raises(NumericOverflow) as told:
        await sums.apply(Merge(goes, stays))
    assert told.value.path == (0, "a")
    with pytest.raises(NumericOverflow) as told:
        await sums.apply(Update(stays, {"b": 100, "a": 10**17}))
    assert told.value.path == (0, "a")
    assert {each: row["a"] for each, row in (await sums.current("Pair")).items()} == {
        goes: 10**17,
        stays: None,
    }


async def test_what_was_stored_before_a_field_was_computed_is_found(sums: Stored) -> None:
    fine, failing = new_id(), new_id()
    await sums.apply(Create("Pair", {"a": 1, "b": 1}, fine), Create("Pair", {"a": 1}, failing))
    assert await uncomputable(sums.connections, sums.catalogue, sums.tables) == {}
    pair = sums.tables.version["Pair"]
    async with sums.connections.writing() as connection:
        bypassing = update(pair).where(pair.c.id == failing).values(a=10**17, b=1000)
        await connection.execute(prepare(bypassing, sums.connections.dialect), {})
    found = await uncomputable(sums.connections, sums.catalogue, sums.tables)
    assert found == {("Pair", "product"): failing}
