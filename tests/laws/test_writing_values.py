"""What is written is read back: any value of any kind, the same on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relatum.connections import DialectName
from relatum.writing import Create, Update
from relatum.writing.loading import Loader
from relatum.writing.plan import plan_for
from tests.core.writing import everything
from tests.core.writing.stored import CloneTemplate, Stored, stored
from tests.laws.profiles import tried


@pytest.fixture
async def shop(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Stored]:
    async with stored(clone_template, dialect, everything) as opened:
        yield opened


texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=60
)
exact = st.decimals(min_value=-(10**11), max_value=10**11, places=6)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": texts,
    "story": texts,
    "small": st.integers(-(2**31), 2**31 - 1),
    "large": st.integers(-(10**18) + 1, 10**18 - 1),
    "exact": exact,
    "price": st.builds(
        lambda amount, currency: {"amount": amount, "currency": currency},
        st.decimals(min_value=-(10**15), max_value=10**15, places=2),
        st.sampled_from(["EUR", "JPY"]),
    ),
    "yes": st.booleans(),
    "day": st.dates(),
    "instant": st.datetimes(
        min_value=datetime(2, 1, 1), max_value=datetime(9998, 1, 1), timezones=st.just(UTC)
    ),
    "length": st.timedeltas(timedelta(days=-36525), timedelta(days=36525)),
    "choice": st.sampled_from(["a", "b"]),
    "choices": st.lists(st.sampled_from(["x", "y", "z"])),
    "email": st.sampled_from(["a@example.org", "ü@exämple.org"]),
    "phone": st.just("+49 30 901820"),
    "url": st.just("https://example.org/a?b=c"),
    "country": st.sampled_from(["DE", "CI"]),
    "currency": st.sampled_from(["EUR", "CHF"]),
    "language": st.sampled_from(["de", "pt-BR"]),
    "address": st.fixed_dictionaries({"locality": texts}, optional={"street": texts, "country": st.just("DE")}),
    "file": st.fixed_dictionaries(
        {"name": st.just("a.pdf"), "media_type": st.just("application/pdf"),
         "size": st.integers(0, 2**40), "digest": st.just("0" * 64)}
    ),
    "anything": st.recursive(
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
        max_leaves=6,
    ).filter(lambda value: value is not None),
}  # fmt: skip


@tried(40)
@given(st.fixed_dictionaries({}, optional=VALUES))
async def test_what_is_written_is_read_back(shop: Stored, given_values: dict[str, Any]) -> None:
    (made,) = await shop.apply(Create("Everything", given_values))
    plan = plan_for(shop.catalogue, shop.tables, shop.connections.dialect)
    async with shop.connections.reading() as connection:
        states = await Loader(connection, plan).states({made.id: "Everything"})
    form = plan.forms["Everything"]
    expected = {
        name: form.type.fields[name].kind.parse(value) for name, value in given_values.items()
    }
    found = {
        name: value
        for name, value in form.values(states[made.id].content).items()
        if value is not None
    }
    assert found == expected
    (again,) = await shop.apply(Update(made.id, given_values))
    assert again.version == 1, "the same values make no new version"


async def test_a_value_takes_any_accepted_spelling(shop: Stored) -> None:
    (made,) = await shop.apply(
        Create(
            "Everything",
            {
                "day": "2024-05-31",
                "exact": "1.5",
                "instant": "2024-05-31T12:00:00+02:00",
                "name": "",
            },
        )
    )
    row = (await shop.current("Everything"))[made.id]
    assert row["day"] == date(2024, 5, 31)
    assert row["exact"] == Decimal("1.5")
    assert row["instant"] == datetime(2024, 5, 31, 10, tzinfo=UTC)
    assert row["name"] is None
