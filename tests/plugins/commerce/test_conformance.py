"""Commerce keeps what every plugin keeps."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid4

from relatum import Decimal, Money, Tie
from relatum_base import Organization
from relatum_commerce import Complaint, Order, PricedIn, PriceList, Product, Shipment
from relatum_testing import ConformanceSuite, Installation
from tests.plugins.commerce.given import VALUES

PRICE = Money(amount=Decimal("9.50"), currency="EUR")


async def priced(installation: Installation) -> Mapping[str, Any]:
    """A customer with nothing agreed on, and products that are in a list for everybody.

    There are twenty more than there are in the graph: fewer records are written otherwise, in a statement or two.
    """
    db, size = installation.system, 20 + len(installation.graph.ids("Product"))
    prices = await db.create(PriceList(name="Everybody", currency="EUR"))
    products = []
    for _ in range(size):
        products.append(await db.create(Product(name="Goods")))
        await db.relate(PricedIn, products[-1], prices, price=PRICE)
    customer = await db.create(Organization(name="Customer"))
    return {"customer": str(customer.id), "products": products}


async def to_price(installation: Installation) -> Mapping[str, Any]:
    made = await priced(installation)
    return {"customer": made["customer"], "product": made["products"][0], "currency": "EUR"}


async def to_place(installation: Installation) -> Mapping[str, Any]:
    made = await priced(installation)
    lines = [{"product": str(each.id), "quantity": 3} for each in made["products"]]
    return {
        "customer": made["customer"],
        "lines": lines,
        "currency": "EUR",
        "ship_address": {"street": "High Street 1", "country": "GB"},
    }


async def order_in(installation: Installation, state: str) -> Order:
    made = await priced(installation)
    ties = [Tie(each, quantity=2, unit_price=PRICE) for each in made["products"]]
    order = Order(number=uuid4().hex, state=state, currency="EUR")
    return await installation.system.create(order, customer=UUID(made["customer"]), lines=ties)


def order_as(state: str) -> Any:
    async def given(installation: Installation) -> Mapping[str, Any]:
        return {"order": str((await order_in(installation, state)).id)}

    return given


async def to_complain(installation: Installation) -> Mapping[str, Any]:
    order = await order_in(installation, "shipped")
    return {"order": str(order.id), "line": None}


async def to_track(installation: Installation) -> Mapping[str, Any]:
    order = await order_in(installation, "shipped")
    shipment = Shipment(number=order.number, state="in_transit")
    made = await installation.system.create(shipment, order=order)
    return {"shipment": str(made.id)}


async def to_note(installation: Installation) -> Mapping[str, Any]:
    return {**await to_track(installation), "kind": "delivered"}


async def to_answer(installation: Installation) -> Mapping[str, Any]:
    order = await order_in(installation, "shipped")
    (customer,) = await installation.system.select(order.customer).all()
    complaint = Complaint(number=order.number, subject="Late")
    made = await installation.system.create(complaint, concerns=order, customer=customer)
    return {"complaint": str(made.id), "verdict": "in_review"}


class TestCommerce(ConformanceSuite):
    plugin = "commerce"
    values: ClassVar = VALUES
    inputs: ClassVar = {
        "answer_complaint": to_answer,
        "cancel_order": order_as("placed"),
        "complain": to_complain,
        "confirm_order": order_as("placed"),
        "note_tracking": to_note,
        "place_order": to_place,
        "price_of": to_price,
        "ship_order": order_as("confirmed"),
        "shipping_offers": order_as("confirmed"),
        "track_shipment": to_track,
    }
