"""Quotes: drafted at the customer's prices, granted by whoever may, sent, answered, ordered, and expired."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from relatum import Money, Problems, Refused
from relatum.access import Principal
from relatum.session import context_for, run_action
from relatum_base import Organization, Person
from relatum_commerce import AgreedPrices, ExchangeRate, Order, OrderLine, Product
from relatum_sales import Opportunity, Quote, QuoteLine, Supersedes, Wants
from relatum_sales.closing import expire_some
from relatum_schemas.errors import Forbidden, RelatumError
from tests.plugins.sales.conftest import Market, eur


def lines(market: Market, *given: tuple[str, int, dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {"product": getattr(market, name).id, "quantity": quantity, **more}
        for name, quantity, more in given
    ]


async def drafted(market: Market, *given: tuple[str, int, dict[str, Any]], **more: Any) -> Quote:
    opportunity = more.pop("opportunity", None) or await market.opportunity()
    offered = lines(market, *(given or (("tea", 10, {}), ("pot", 2, {}))))
    quote: Quote = await market.act(
        "rep", "draft_quote", opportunity=opportunity, lines=offered, **more
    )
    return quote


async def sent(market: Market, *to: Person, **more: Any) -> Quote:
    quote = await drafted(market, **more)
    await market.act("rep", "submit_quote", quote=quote)
    gone: Quote = await market.act("rep", "send_quote", quote=quote, to=[each.id for each in to])
    return gone


async def test_it_is_drafted_at_the_prices_of_the_customer(market: Market) -> None:
    terms = {"discount": Decimal("0.03"), "valid_from": market.context.today}
    await market.db.relate(AgreedPrices, market.acme, market.prices, **terms)
    quote = await drafted(market, ("tea", 10, {}), ("pot", 3, {"discount": "0.10"}))
    assert re.fullmatch(r"A\d{6}-[2-9A-Z]{5}", quote.number)
    assert (quote.state, quote.edition, quote.currency) == ("draft", 1, "EUR")
    assert quote.valid_until == market.context.today + timedelta(days=30)
    found = {each.target: each for each in await market.as_("rep").select(QuoteLine).all()}
    tea, pot = found[market.tea.id], found[market.pot.id]
    assert (tea.discount, tea.agreed, tea.net.amount) == (
        Decimal("0.03"), Decimal("0.03"), Decimal("38.8"),
    )  # fmt: skip
    assert (pot.discount, pot.listed, pot.price_list) == (
        Decimal("0.10"), eur("25.00"), "Everybody",
    )  # fmt: skip
    assert quote.total == eur("106.30")
    # 10 % where 3 % are agreed on: 1 - 0.90 / 0.97, upwards.
    assert quote.granted == Decimal("0.0722")


async def test_it_offers_what_the_opportunity_wants(market: Market) -> None:
    opportunity = await market.opportunity()
    with pytest.raises(Refused, match="Nothing is offered"):
        await market.act("rep", "draft_quote", opportunity=opportunity)
    await market.db.relate(Wants, opportunity, market.pot, quantity=4)
    quote = await market.act("rep", "draft_quote", opportunity=opportunity, discount="0.05")
    assert (quote.total, quote.granted) == (eur("95.00"), Decimal("0.0500"))


async def test_it_may_be_in_another_currency_by_the_rate_of_the_day(market: Market) -> None:
    today = market.context.today
    await market.db.create(ExchangeRate(base="EUR", quote="USD", day=today, rate=Decimal("1.1")))
    quote = await drafted(market, ("tea", 3, {}), currency="USD")
    assert quote.total == Money(amount=Decimal("13.20"), currency="USD")
    with pytest.raises(Refused) as refused:
        await drafted(market, currency="CHF")
    assert refused.value.reason == "no_rate"


@pytest.mark.parametrize(
    ("given", "reason", "path"),
    [
        ([], "empty", ("lines",)),
        ([("tea", 0, {})], "quantity", ("lines", 0, "quantity")),
        ([("tea", 1, {}), ("tea", 1, {})], "twice", ("lines", 1, "product")),
        ([("tea", 1, {"discount": "1.5"})], "discount", ("lines", 0, "discount")),
        (
            [("tea", 1, {"unit_price": {"amount": "4.00", "currency": "USD"}})],
            "currency",
            ("lines", 0, "unit_price"),
        ),
    ],
)
async def test_what_cannot_be_offered_is_refused_at_its_place(
    market: Market, given: list[Any], reason: str, path: tuple[object, ...]
) -> None:
    opportunity = await market.opportunity()
    with pytest.raises(Refused) as refused:
        await market.act("rep", "draft_quote", opportunity=opportunity, lines=lines(market, *given))
    assert (refused.value.reason, refused.value.path) == (reason, path)


@pytest.mark.parametrize(("discount", "state"), [("0.05", "approved"), ("0.06", "submitted")])
async def test_what_is_within_ones_limit_is_approved_at_once(
    market: Market, discount: str, state: str
) -> None:
    quote = await drafted(market, discount=discount)
    assert (await market.act("rep", "submit_quote", quote=quote)).state == state


async def test_a_lower_price_is_granted_like_a_discount(market: Market) -> None:
    cheaper = {"unit_price": {"amount": "3.00", "currency": "EUR"}}
    quote = await drafted(market, ("tea", 10, cheaper))
    assert quote.granted == Decimal("0.2500")
    assert (await market.act("rep", "submit_quote", quote=quote)).state == "submitted"


async def test_somebody_who_may_grant_as_much_approves_it(market: Market) -> None:
    quote = await drafted(market, discount="0.20")
    await market.act("rep", "submit_quote", quote=quote)
    with pytest.raises(RelatumError):
        await market.act("rep", "approve_quote", quote=quote)
    with pytest.raises(Refused, match="more than you may grant"):
        await market.act("lead", "approve_quote", quote=quote)
    with pytest.raises(RelatumError, match="no Quote"):
        await market.act("south", "approve_quote", quote=quote)
    back = await market.act("lead", "reject_quote", quote=quote, reason="Too much")
    assert (back.state, back.remark) == ("draft", "Too much")
    await market.act("rep", "submit_quote", quote=quote)
    assert (await market.act("manager", "approve_quote", quote=quote)).state == "approved"
    with pytest.raises(Refused, match="Only what is submitted"):
        await market.act("manager", "approve_quote", quote=quote)


async def test_another_edition_takes_its_place(market: Market) -> None:
    first = await sent(market)
    second = await market.act("rep", "revise_quote", quote=first, discount="0.04")
    assert (second.number, second.edition, second.state) == (f"{first.number}/2", 2, "draft")
    assert (first.total, second.total) == (eur("90.00"), eur("86.40"))
    assert (await market.db.get(Quote, first.id)).state == "superseded"
    (tie,) = await market.db.select(Supersedes).all()
    assert (tie.source, tie.target) == (second.id, first.id)
    with pytest.raises(Refused, match="took its place"):
        await market.act("rep", "revise_quote", quote=first)
    third = await market.act(
        "rep", "revise_quote", quote=second, lines=lines(market, ("tea", 1, {}))
    )
    assert (third.number, third.total, third.discount) == (
        f"{first.number}/3", eur("3.84"), Decimal("0.04"),
    )  # fmt: skip


async def test_it_is_sent_as_a_document_to_who_may_answer(market: Market) -> None:
    eve = await market.db.create(Person(given_name="Eve", family_name="Poe", language="de"))
    bob = await market.db.create(Person(given_name="Bob", family_name="Poe"))
    await market.db.create(Product(name="Secret"))
    unsent = await drafted(market)
    with pytest.raises(Refused, match="approved"):
        await market.act("rep", "send_quote", quote=unsent)
    quote = await sent(market, eve)
    assert (quote.state, quote.sent_on) == ("sent", market.context.today)
    assert quote.document is not None
    assert quote.document.media_type == "application/pdf"
    assert quote.document.name == f"Angebot {quote.number}.pdf"
    roles = frozenset({"quote_recipient"})
    for who, sees in ((eve, 1), (bob, 0)):
        asking = market.installation.session_as(Principal(who.id, roles=roles))
        assert await asking.select(Quote).count() == sees
        assert await asking.select(Opportunity).count() == 0
        assert await asking.select(Product).count() == 2 * sees
        for seen in await asking.select(Quote).all():
            assert seen.total == eur("90.00")
            assert [getattr(seen, name) for name in ("granted", "remark", "discount")] == [None] * 3
        for line in await asking.select(QuoteLine).all():
            assert getattr(line, "agreed", None) is None
    held = await market.installation.database.identity.capacities(eve.id)
    assert all("quote_recipient" in each.roles for each in held)
    as_eve = market.installation.session_as(Principal(eve.id, roles=roles))
    taken = await run_action(as_eve, "accept_quote", {"quote": quote.id, "note": "Fine"})
    assert taken.state == "accepted"
    with pytest.raises(Forbidden):
        await run_action(as_eve, "order_quote", {"quote": quote.id})


async def test_it_is_ordered_once_at_the_prices_of_the_offer(market: Market) -> None:
    quote = await sent(market, discount="0.05")
    with pytest.raises(Refused, match="accepted is ordered, and once"):
        await market.act("rep", "order_quote", quote=quote)
    await market.act("rep", "accept_quote", quote=quote)
    order = await market.act("rep", "order_quote", quote=quote, reference="4711", win="product")
    assert (order.state, order.customer_reference) == ("placed", "4711")
    with pytest.raises(Refused, match="accepted is ordered, and once"):
        await market.act("rep", "order_quote", quote=quote)
    assert await market.db.select(Order).count() == 1
    ordered = await market.as_("rep").select(OrderLine).all()
    assert {(each.quantity, each.unit_price, each.discount) for each in ordered} == {
        (10, eur("4.00"), Decimal("0.05")),
        (2, eur("25.00"), Decimal("0.05")),
    }
    assert quote.total == eur("85.50")
    assert sum(each.net.amount for each in ordered) == Decimal("85.50")
    (opportunity,) = await market.db.select(Opportunity).all()
    assert (opportunity.state, opportunity.amount, opportunity.reason) == (
        "won", eur("85.50"), "product",
    )  # fmt: skip
    assert await market.as_("rival").select(Order).count() == 0


async def test_it_is_declined_with_the_reason(market: Market) -> None:
    quote = await sent(market)
    declined = await market.act("rep", "decline_quote", quote=quote, reason="price", note="Dear")
    assert (declined.state, declined.declined_for, declined.remark) == ("declined", "price", "Dear")
    with pytest.raises(Refused, match="Only what was sent"):
        await market.act("rep", "accept_quote", quote=quote)
    following = await market.act("rep", "revise_quote", quote=quote)
    assert following.edition == 2
    assert (await market.db.get(Quote, quote.id)).state == "declined"


async def test_it_expires_after_its_last_day(market: Market) -> None:
    quote = await sent(market, valid_until=str(market.context.today + timedelta(days=2)))
    market.installation.clock.forward(days=2)
    assert await expired(market) == 0
    market.installation.clock.forward(days=1)
    with pytest.raises(Refused, match="last day"):
        await market.act("rep", "accept_quote", quote=quote)
    assert [await expired(market) for _ in range(2)] == [1, 0]
    assert (await market.db.get(Quote, quote.id)).state == "expired"
    with pytest.raises(Refused, match="over"):
        await market.act("rep", "revise_quote", quote=quote, valid_until=str(quote.valid_until))


async def expired(market: Market) -> int:
    return await expire_some(context_for(market.db, plugin="sales", function="expire_quotes"))


async def test_quotes_are_for_firms_and_for_what_is_open(market: Market) -> None:
    eve = await market.db.create(Person(family_name="Poe"))
    private = await market.opportunity(customer=eve)
    with pytest.raises(Refused, match="made for firms"):
        await drafted(market, opportunity=private)
    await market.act("rep", "lose_opportunity", opportunity=private, reason="price")
    with pytest.raises(Refused, match="decided"):
        await drafted(market, opportunity=private)


@pytest.mark.parametrize(
    ("who", "many"),
    [("rep", 1), ("rival", 0), ("lead", 1), ("south", 0), ("territory", 1), ("elsewhere", 0)],
)
async def test_each_sees_the_quotes_that_they_answer_for(
    market: Market, who: str, many: int
) -> None:
    await drafted(market)
    db = market.as_(who)
    assert [await db.select(each).count() for each in (Quote, QuoteLine)] == [many, 2 * many]
    if many:
        (quote,) = await db.select(Quote).all()
        with pytest.raises(RelatumError):
            await db.update(quote, total=eur("1.00"))
        with pytest.raises(RelatumError):
            await db.relate(QuoteLine, quote, market.tea, quantity=1, unit_price=eur("1.00"))


async def test_a_mistake_in_several_lines_is_told_at_each(market: Market) -> None:
    opportunity = await market.opportunity()
    nobody = await market.db.create(Organization(name="Globex"))
    with pytest.raises((Problems, RelatumError)) as refused:
        await market.act(
            "rep",
            "draft_quote",
            opportunity=opportunity,
            lines=[{"product": str(nobody.id)}, {"product": "what"}],
        )
    assert isinstance(refused.value, Problems)
    assert {each.path[:2] for each in refused.value.problems} == {("lines", 0), ("lines", 1)}
