"""What becomes of an order: placed, confirmed with its document, sent, followed, complained about; by whom."""

import asyncio
import re
import zlib
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from relatum import Refused, Tie
from relatum.access import SYSTEM
from relatum.session import run_action
from relatum_base import Organization
from relatum_commerce import (
    AgreedPrices,
    Complaint,
    Order,
    OrderLine,
    Product,
    Shipment,
    TrackingEvent,
)
from relatum_schemas.errors import BadTransition, Forbidden, Problems, RelatumError
from tests.core.workflows.conftest import at_work, until
from tests.core.workflows.post import Post
from tests.plugins.commerce.conftest import Trade, eur


async def placed(trade: Trade, who: Any = None, quantity: int = 3, **more: object) -> Any:
    return await run_action(
        trade.as_(who or trade.buyer),
        "place_order",
        {
            "customer": trade.customer.id,
            "lines": [
                {"product": trade.tea.id, "quantity": quantity},
                {"product": trade.pot.id, "quantity": 1},
            ],
            **more,
        },
    )


async def confirmed(trade: Trade, **more: object) -> Any:
    order = await placed(trade)
    inputs = {"order": order.id, **more}
    return await run_action(trade.as_(trade.seller), "confirm_order", inputs)


async def sent(trade: Trade, **more: object) -> Any:
    order = await confirmed(trade)
    inputs = {"order": order.id, **more}
    return await run_action(trade.as_(trade.seller), "ship_order", inputs)


def reasons(error: RelatumError) -> list[object]:
    found = error.problems if isinstance(error, Problems) else (error,)
    return [each.details.get("reason") for each in found]


async def test_an_order_is_placed_at_the_prices_that_hold(trade: Trade) -> None:
    terms = {"discount": Decimal("0.05"), "valid_from": trade.context.today}
    await trade.db.relate(AgreedPrices, trade.customer, trade.prices, **terms)
    order = await placed(trade, reference="4711")
    assert (order.state, order.currency, order.ordered) == ("placed", "EUR", trade.context.today)
    assert re.fullmatch(r"B\d{6}-[2-9A-Z]{5}", order.number)
    lines = await trade.as_(trade.buyer).select(OrderLine).all()
    assert {(each.quantity, each.unit_price, each.discount, each.price_list) for each in lines} == {
        (3, eur("4.00"), Decimal("0.05"), "Everybody"),
        (1, eur("25.00"), Decimal("0.05"), "Everybody"),
    }
    assert await trade.db.select(order.employee).all() == []
    ours = await placed(trade, trade.seller)
    [taker] = await trade.db.select(ours.employee).all()
    assert taker.id == trade.seller.id


@pytest.mark.parametrize(
    ("lines", "reason", "path"),
    [
        ([], "empty", ("lines",)),
        ([("tea", 0)], "quantity", ("lines", 0, "quantity")),
        ([("tea", 1), ("tea", 2)], "twice", ("lines", 1, "product")),
        ([("tea", 1), ("pot", 1)], "discontinued", ("lines", 1, "product")),
    ],
)
async def test_what_nobody_can_deliver_is_refused_at_its_place(
    trade: Trade, lines: Sequence[tuple[str, int]], reason: str, path: tuple[object, ...]
) -> None:
    await trade.db.update(trade.pot, discontinued=True)
    given = [{"product": getattr(trade, name).id, "quantity": count} for name, count in lines]
    inputs = {"customer": trade.customer.id, "lines": given}
    with pytest.raises(Refused) as refused:
        await run_action(trade.as_(trade.buyer), "place_order", inputs)
    assert (refused.value.reason, refused.value.path) == (reason, path)
    assert await trade.db.select(Order).count() == 0


async def test_open_orders_stay_within_the_credit_limit(trade: Trade) -> None:
    await trade.db.update(trade.customer, credit_limit=eur("80.00"))
    first = await placed(trade)
    await placed(trade)
    with pytest.raises(Refused) as refused:
        await placed(trade)
    assert refused.value.reason == "credit"
    inputs = {"order": first.id, "reason": "Changed our mind"}
    cancelled = await run_action(trade.as_(trade.buyer), "cancel_order", inputs)
    assert (cancelled.state, cancelled.cancellation_reason) == ("cancelled", "Changed our mind")
    await placed(trade)


async def test_orders_at_one_instant_stay_within_the_credit_limit_together(trade: Trade) -> None:
    await trade.db.update(trade.customer, credit_limit=eur("80.00"))
    outcomes = await asyncio.gather(*(placed(trade) for _ in range(4)), return_exceptions=True)
    refused = [each for each in outcomes if isinstance(each, Refused)]
    assert [each.reason for each in refused] == ["credit"] * 2
    assert await trade.db.select(Order).count() == 2


async def test_goods_are_not_required_by_a_day_that_is_over(trade: Trade) -> None:
    today = trade.context.today
    for over in (today - timedelta(days=1), date(1, 1, 1)):
        with pytest.raises(Refused) as refused:
            await placed(trade, required=over)
        assert (refused.value.reason, refused.value.path) == ("past", ("required",))
    assert (await placed(trade, required=today)).required == today


async def test_lines_in_other_currencies_or_of_settled_orders_are_refused(trade: Trade) -> None:
    order = await placed(trade)
    desk = trade.as_(trade.seller)
    teapot = await trade.db.create(Product(name="Teapot"))
    dollars = eur("1.00").model_copy(update={"currency": "USD"})
    with pytest.raises(RelatumError) as refused:
        await desk.relate(OrderLine, order, teapot, quantity=0, unit_price=dollars, discount=2)
    assert reasons(refused.value) == ["quantity", "discount", "currency"]
    await desk.relate(OrderLine, order, teapot, quantity=1, unit_price=eur("9.00"))
    with pytest.raises(Refused, match="prices in its currency"):
        await desk.update(await desk.get(Order, order.id), currency="USD")
    await run_action(desk, "confirm_order", {"order": order.id})
    line = (await desk.select(OrderLine).all())[0]
    for act in (desk.remove(line), desk.correct(line, quantity=9)):
        with pytest.raises(Refused, match="lines stay as they are"):
            await act


async def test_a_new_order_with_lines_is_judged_as_a_whole(trade: Trade) -> None:
    with pytest.raises(Refused, match="in its currency"):
        await trade.db.create(
            Order(number="1", currency="USD"),
            customer=trade.customer,
            lines=Tie(trade.tea, quantity=1, unit_price=eur("4.00")),
        )
    with pytest.raises(Refused, match="in its currency"):
        await trade.db.create(
            Order(number="2", currency="USD", freight=eur("1.00")), customer=trade.customer
        )


@pytest.mark.parametrize(
    ("language", "title"), [("de", "Auftragsbestätigung"), ("en", "Order confirmation"), ("fr", "Order confirmation")]
)  # fmt: skip
async def test_a_confirmation_is_a_pdf_in_the_customers_language(
    trade: Trade, language: str, title: str
) -> None:
    await trade.db.update(trade.customer, language=language)
    order = await confirmed(trade)
    file = order.confirmation
    assert (order.state, file.media_type) == ("confirmed", "application/pdf")
    assert file.name == f"{title} {order.number}.pdf"
    folder = trade.installation.files
    assert folder is not None
    content = (folder / file.digest[:2] / file.digest).read_bytes()
    assert content.startswith(b"%PDF-")
    assert file.size == len(content)
    assert content.count(b"/FontFile2") == 2, "the fonts are in it"
    mapped = b"".join(unpacked(content)).upper()
    for letter in "€äö" if language == "de" else "€ä":
        assert f"{ord(letter):04X}".encode() in mapped, letter


def unpacked(pdf: bytes) -> list[bytes]:
    """What the streams of a PDF say."""
    found = []
    for each in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            found.append(zlib.decompressobj().decompress(each))
        except zlib.error:
            found.append(each)
    return found


async def test_the_customers_people_are_sent_the_confirmation(trade: Trade) -> None:
    database, post = trade.installation.database, Post()
    for who, name in ((trade.buyer, "buyer"), (trade.maker, "maker")):
        assert who.id is not None
        address = f"{name}@relatum.example"
        account = await database.identity.add_account(SYSTEM, address, record=who.id)
        await database.identity.set_language(SYSTEM, account.id, "de")
    async with at_work(database, database.connections.url, post):
        order = await confirmed(trade)
        await until(lambda: post.taken)
    [notice] = post.taken
    assert (notice.to, notice.subject) == (
        "buyer@relatum.example", f"Bestätigt: Bestellung {order.number}",
    )  # fmt: skip
    [file] = notice.attachments
    assert file.name == order.confirmation.name
    assert file.content.startswith(b"%PDF-")


async def test_the_customer_alone_gets_the_confirmation(trade: Trade) -> None:
    order = await confirmed(trade)
    shown = "query($id: ID!) { order(id: $id) { confirmation { name url } } }"
    ask = trade.installation.ask
    mine = await ask(shown, who=trade.buyer, id=str(order.id))
    assert mine["data"]["order"]["confirmation"]["url"] == f"/files/{order.id}/confirmation"
    other = await trade.db.create(Organization(name="Other"))
    stranger = trade.buyer.__class__(trade.buyer.id, other.id, trade.buyer.roles)
    assert await ask(shown, who=stranger, id=str(order.id)) == {"data": {"order": None}}


async def test_what_is_confirmed_is_confirmed_once(trade: Trade) -> None:
    order = await confirmed(trade)
    with pytest.raises(Refused, match="Only a placed order"):
        await run_action(trade.as_(trade.seller), "confirm_order", {"order": order.id})
    with pytest.raises(BadTransition):
        await trade.as_(trade.seller).update(await trade.db.get(Order, order.id), state="placed")
    with pytest.raises(Forbidden):
        await run_action(
            trade.as_(trade.buyer), "cancel_order", {"order": order.id, "reason": "Too late"}
        )


async def test_an_order_is_sent_by_hand_and_followed_to_its_delivery(trade: Trade) -> None:
    order = await placed(trade)
    with pytest.raises(Refused, match="Only a confirmed order"):
        await run_action(trade.as_(trade.seller), "ship_order", {"order": order.id})
    carrier = await trade.db.create(Organization(name="Bicycles"))
    shipment = await sent(trade, carrier=carrier.id, tracking_number="B 1")
    assert (shipment.state, shipment.tracking_number) == ("in_transit", "B 1")
    buyer = trade.as_(trade.buyer)
    [seen] = await buyer.select(Shipment).all()
    assert (seen.number, seen.cost) == (shipment.number, None)
    assert [each.name for each in await buyer.select(seen.carrier).all()] == ["Bicycles"]
    for kind, place in (("out_for_delivery", "Berlin"), ("delivered", "Berlin")):
        inputs = {"shipment": shipment.id, "kind": kind, "place": place}
        shipment = await run_action(trade.as_(trade.seller), "note_tracking", inputs)
        trade.installation.clock.forward(hours=1)
    events = await buyer.select(TrackingEvent).order("at").all()
    assert [each.kind for each in events] == ["announced", "out_for_delivery", "delivered"]
    assert (shipment.state, shipment.delivered) == ("delivered", events[-1].at.date())
    [order] = await buyer.select(seen.order).all()
    assert order.state == "delivered"


async def test_a_customer_complains_about_a_line_and_is_answered(trade: Trade) -> None:
    shipment = await sent(trade)
    [order] = await trade.db.select(shipment.order).all()
    buyer = trade.as_(trade.buyer)
    [line, other] = await buyer.select(OrderLine).all()
    inputs = {"order": order.id, "line": line.id, "subject": "Broken lid", "kind": "damaged"}
    complaint = await run_action(buyer, "complain", inputs)
    about = "{ complaints { nodes { concerns { __typename ... on OrderLine { id } } } } }"
    shown = await trade.installation.ask(about, who=trade.buyer)
    assert shown["data"]["complaints"]["nodes"] == [
        {"concerns": {"__typename": "OrderLine", "id": str(line.id)}}
    ]
    answer = {"complaint": complaint.id, "verdict": "accepted"}
    with pytest.raises(BadTransition):
        await run_action(trade.as_(trade.seller), "answer_complaint", answer)
    answer |= {"answer": "We send another one."}
    await run_action(trade.as_(trade.seller), "answer_complaint", answer)
    seen = await buyer.get(Complaint, complaint.id)
    assert (seen.state, seen.answer) == ("accepted", "We send another one.")
    second = await placed(trade)
    with pytest.raises(Refused) as refused:
        await run_action(buyer, "complain", {**inputs, "order": second.id, "line": other.id})
    assert refused.value.reason == "other_order"
    for units in (0, -1, line.quantity + 1):
        with pytest.raises(Refused, match="not ordered"):
            await run_action(buyer, "complain", {**inputs, "quantity": units})
    with pytest.raises(Forbidden):
        await run_action(buyer, "answer_complaint", answer)


async def test_a_supplier_sees_its_goods_and_how_many_are_ordered(trade: Trade) -> None:
    order = await placed(trade)
    maker = trade.as_(trade.maker)
    assert [each.name for each in await maker.select(Product).all()] == ["Pot"]
    [line] = await maker.select(OrderLine).all()
    assert (line.quantity, line.unit_price, line.discount) == (1, None, None)
    assert await maker.select(Order).all() == []
    assert {each.name for each in await maker.select(Organization).all()} == {"Clay Works"}
    for name, inputs in (
        ("place_order", {"customer": trade.customer.id, "lines": []}),
        ("cancel_order", {"order": order.id, "reason": "?"}),
        ("price_of", {"customer": trade.supplier.id, "product": trade.pot.id}),
    ):
        with pytest.raises(RelatumError) as refused:
            await run_action(maker, name, inputs)
        assert not isinstance(refused.value, Refused)


async def test_nobody_orders_or_asks_prices_for_another_firm(trade: Trade) -> None:
    other = await trade.db.create(Organization(name="Other"), suppliers=trade.us)
    for name, more in (("place_order", {"lines": []}), ("price_of", {"product": trade.tea.id})):
        with pytest.raises(RelatumError) as refused:
            await run_action(trade.as_(trade.buyer), name, {"customer": other.id, **more})
        assert not isinstance(refused.value, Refused)


async def test_stock_is_told_with_the_age_of_the_figure(trade: Trade) -> None:
    await trade.db.update(trade.pot, units_in_stock=7)
    trade.installation.clock.forward(hours=5)
    told = await run_action(trade.as_(trade.maker), "stock_of", {"products": [trade.pot.id]})
    [figure] = told
    assert (figure.units, figure.source) == (7, "commerce")
    assert 5 * 3600 <= figure.age.total_seconds() < 6 * 3600
    with pytest.raises(RelatumError):
        await run_action(trade.as_(trade.maker), "stock_of", {"products": [trade.tea.id]})


async def test_administrators_alone_say_whom_we_sell_as(trade: Trade) -> None:
    inputs = {"organization": trade.supplier.id, "sells": True}
    with pytest.raises(Forbidden):
        await run_action(trade.as_(trade.seller), "sell_as", inputs)
    await run_action(trade.db, "sell_as", inputs)
    answer = await trade.installation.ask("{ organizations { nodes { name sells } } }")
    nodes = answer["data"]["organizations"]["nodes"]
    assert {each["name"] for each in nodes if each["sells"]} == {"Teapots & Sons", "Clay Works"}
