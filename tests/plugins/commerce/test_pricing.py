"""What something costs: which list counts, tiers, agreements, days, currencies, and how it is explained."""

from datetime import timedelta
from decimal import Decimal

import pytest

from relatum import Money, Refused, Tie
from relatum.session import run_action
from relatum_base import PartnerOf
from relatum_commerce import (
    AgreedPrices,
    ExchangeRate,
    Price,
    PricedIn,
    PriceList,
    Product,
    exchanged,
    prices_for,
    rounded,
)
from tests.plugins.commerce.conftest import Trade, eur


async def price(trade: Trade, quantity: int = 1, **more: object) -> Price:
    inputs = {"customer": trade.customer.id, "product": trade.tea.id, "quantity": quantity, **more}
    found = await run_action(trade.db, "price_of", inputs)
    assert isinstance(found, Price)
    return found


def dollars(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


async def test_the_list_for_everybody_counts_where_nothing_else_does(trade: Trade) -> None:
    found = await price(trade, 3)
    assert (found.unit_price, found.net, found.basis) == (eur("4.00"), eur("12.00"), "everybody")
    assert found.explanation == ["The list Everybody is for everybody.", "One unit costs €4.00."]


async def test_of_the_tiers_the_highest_that_is_reached_counts(trade: Trade) -> None:
    for quantity, amount in ((10, "3.50"), (100, "3.00")):
        await trade.db.relate(
            PricedIn, trade.tea, trade.prices, price=eur(amount), min_quantity=quantity
        )
    found = [await price(trade, each) for each in (9, 10, 99, 100)]
    assert [str(each.unit_price.amount) for each in found] == ["4.00", "3.50", "3.50", "3.00"]
    assert found[-1].explanation[-1] == "From 100 units on, one costs €3.00."


async def test_a_partners_level_opens_its_list_with_us_alone(trade: Trade) -> None:
    db = trade.db
    gold = await db.create(
        PriceList(name="Gold", currency="EUR", audience="partners", level="gold")
    )
    await db.relate(PricedIn, trade.tea, gold, price=eur("3.80"))
    assert (await price(trade)).basis == "everybody"
    await db.relate(PartnerOf, trade.customer, trade.supplier, level="gold")
    assert (await price(trade)).basis == "everybody"
    await db.relate(PartnerOf, trade.customer, trade.us, level="gold")
    found = await price(trade, language="de")
    assert (found.basis, found.level, found.unit_price) == ("partners", "gold", eur("3.80"))
    assert found.explanation[0] == "Die Liste Gold gilt für Partner der Stufe gold."


async def test_what_is_agreed_on_counts_before_all_else_while_it_holds(trade: Trade) -> None:
    today = trade.context.today
    special = await trade.db.create(PriceList(name="Ours", currency="EUR", audience="agreement"))
    await trade.db.relate(PricedIn, trade.tea, special, price=eur("5.00"))
    await trade.db.relate(
        AgreedPrices,
        trade.customer,
        special,
        valid_from=today,
        valid_to=today + timedelta(days=30),
        discount=Decimal("0.10"),
    )
    found = await price(trade, 2)
    assert (found.basis, found.discount, found.net) == ("agreement", Decimal("0.10"), eur("9.00"))
    assert found.agreed_since == today
    assert found.explanation[-1] == "Less 10%, as agreed on."
    later = await price(trade, day=today + timedelta(days=30))
    assert later.basis == "everybody"


async def test_prices_hold_for_their_days(trade: Trade) -> None:
    today = trade.context.today
    ties = await trade.db.select(PricedIn).all()
    of_tea = next(each for each in ties if each.source == trade.tea.id)
    await trade.db.change(of_tea, today + timedelta(days=7), price=eur("4.20"))
    assert (await price(trade)).unit_price == eur("4.00")
    assert (await price(trade, day=today + timedelta(days=7))).unit_price == eur("4.20")
    with pytest.raises(Refused) as refused:
        await run_action(
            trade.as_(trade.buyer),
            "price_of",
            {
                "customer": trade.customer.id,
                "product": trade.tea.id,
                "day": today + timedelta(days=7),
            },
        )
    assert refused.value.reason == "day"


async def test_other_currencies_come_by_the_rate_of_the_day(trade: Trade) -> None:
    today = trade.context.today
    with pytest.raises(Refused) as refused:
        await price(trade, currency="USD")
    assert (refused.value.reason, refused.value.path) == ("no_rate", ("currency",))
    assert refused.value.details["from"] == "EUR"
    for days, rate in ((-10, "1.25"), (-1, "1.08125"), (1, "2")):
        await trade.db.create(
            ExchangeRate(
                base="EUR", quote="USD", day=today + timedelta(days=days), rate=Decimal(rate)
            )
        )
    found = await price(trade, currency="USD")
    assert (found.unit_price, found.listed) == (dollars("4.32"), eur("4.00"))
    assert (found.rate, found.rate_day) == (Decimal("1.08125"), today - timedelta(days=1))
    assert await exchanged(trade.db, dollars("1.00"), "EUR", day=today) == eur("0.92")
    with pytest.raises(Refused):
        await exchanged(trade.db, dollars("1.00"), "EUR", day=today + timedelta(days=94))


@pytest.mark.parametrize(
    ("amount", "even"), [("0.125", "0.12"), ("0.135", "0.14"), ("-0.125", "-0.12")]
)
def test_amounts_are_rounded_half_even(amount: str, even: str) -> None:
    assert rounded(eur(amount)) == eur(even)


async def test_a_list_in_the_currency_asked_comes_before_one_that_is_exchanged(
    trade: Trade,
) -> None:
    american = await trade.db.create(PriceList(name="America", currency="USD"))
    await trade.db.relate(PricedIn, trade.tea, american, price=dollars("9.99"))
    assert (await price(trade, currency="USD")).unit_price == dollars("9.99")


async def test_what_no_list_prices_is_told_at_its_line(trade: Trade) -> None:
    unpriced = await trade.db.create(Product(name="Heirloom"))
    with pytest.raises(Refused) as refused:
        await run_action(
            trade.as_(trade.buyer),
            "place_order",
            {
                "customer": trade.customer.id,
                "lines": [{"product": trade.tea.id}, {"product": unpriced.id}],
            },
        )
    assert (refused.value.reason, refused.value.path) == ("no_price", ("lines", 1, "product"))


async def test_fifty_products_take_as_many_statements_as_one(trade: Trade) -> None:
    products = [trade.tea]
    for number in range(49):
        products.append(
            await trade.db.create(
                Product(name=f"Goods {number}"), prices=Tie(trade.prices, price=eur("1.00"))
            )
        )
    await trade.db.create(PriceList(name="America", currency="USD"))
    taken = []
    for some in (products[:1], products):
        session = trade.installation.system
        await session.select(Product).first()
        with session.storage.connections.count_statements() as statements:
            found = await prices_for(
                session, trade.customer, [(each, 5) for each in some], day=trade.context.today
            )
        assert len(found) == len(some)
        taken.append(len(statements))
    assert taken == [5, 5]


@pytest.mark.parametrize("wrong", [dollars("1.00"), eur("-1.00")])
async def test_prices_that_do_not_fit_their_list_are_refused(trade: Trade, wrong: Money) -> None:
    with pytest.raises(Refused):
        await trade.db.relate(PricedIn, trade.pot, trade.prices, price=wrong)


async def test_the_currency_of_a_list_with_prices_stays(trade: Trade) -> None:
    with pytest.raises(Refused, match="prices in its currency"):
        await trade.db.update(trade.prices, currency="USD")
