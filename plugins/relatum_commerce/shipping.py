"""What is done with shipments: sent, followed on their way, delivered.

A carrier is another system: it is asked between transactions, never within one. The shipment is kept first, so that a
carrier that is asked again after something was cut short knows it by the same reference.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from pydantic import BaseModel
from pydantic import Field as Described

from relatum import (
    CREATE,
    READ,
    RELATE,
    UPDATE,
    Context,
    Field,
    FileReference,
    Money,
    Refused,
    Right,
    Session,
    Tie,
    action,
    datetime,
)
from relatum_base import Organization
from relatum_commerce.carriers import CARRIER, Booking, Carrier, Consignment, Sighting
from relatum_commerce.deliveries import (
    CarriedBy,
    Shipment,
    ShipmentOf,
    TrackingEvent,
    TrackingOf,
)
from relatum_commerce.numbering import drawn
from relatum_commerce.orders import Order, PlacedBy

Kind = Literal[
    "announced", "picked_up", "in_transit", "out_for_delivery", "delivered", "failed", "returned", "lost"
]  # fmt: skip

_FOLLOWING: Final[Mapping[type | str, Right]] = {
    Order: READ | UPDATE,
    Shipment: READ | UPDATE | RELATE,
    ShipmentOf: READ,
    TrackingEvent: READ | CREATE | RELATE,
    TrackingOf: READ | RELATE,
}
_SHIPPING: Final[Mapping[type | str, Right]] = {
    **_FOLLOWING,
    CarriedBy: READ | RELATE,
    Order: READ | UPDATE | RELATE,
    Organization: READ | RELATE,
    PlacedBy: READ,
    Shipment: READ | CREATE | UPDATE | RELATE,
    ShipmentOf: READ | RELATE,
}
_ENDS: Final = ("delivered", "returned", "lost")


class ShippingOffer(BaseModel):
    """A way of sending an order, and what it costs us."""

    carrier: str = Described(description="The plugin that knows the carrier.")
    service: str = Described(description="The way of sending, in the carrier's words.")
    price: Money | None = Described(description="What the carrier asks.")
    days: int | None = Described(description="Days until the goods are there.")


@action(Order, apart=True, elevated={Organization: READ, PlacedBy: READ})
async def shipping_offers(ctx: Context, order: Order) -> list[ShippingOffer]:
    """Ask all carriers how they would bring an order, and what it costs.

    Args:
        ctx: of the call.
        order: which.
    """
    consignment = await _consignment(ctx.elevated, order, str(order.id), None)
    return [
        ShippingOffer(carrier=name, service=each.service, price=each.price, days=each.days)
        for name, carrier in ctx.ports(CARRIER).items()
        for each in await carrier.offers(consignment)
    ]


@action(
    Order,
    apart=True,
    elevated=_SHIPPING,
    when=Field("state") == "confirmed",
    otherwise=Refused("not_confirmed", message="Only a confirmed order is sent."),
)
async def ship_order(
    ctx: Context,
    order: Order,
    carrier: Organization | None = None,
    via: str | None = None,
    service: str | None = None,
    tracking_number: str | None = None,
) -> Shipment:
    """Send a confirmed order.

    Args:
        ctx: of the call.
        order: which.
        carrier: who brings it.
        via: the plugin that knows the carrier; unless it is said, the only one there is, or nobody: it is sent by hand.
        service: the way of sending, in the carrier's words.
        tracking_number: by which the carrier knows the shipment, where it is sent by hand.
    """
    plugin, asked = _carrier(ctx, via)
    shipment = await _planned(ctx, order, service, carrier)
    consignment = await _consignment(ctx.elevated, order, str(shipment.id), service)
    booking = await asked.book(consignment)
    label = await _label(ctx, shipment, booking)
    async with ctx.unit(reason="ship_order") as within:
        db = within.elevated
        sent = await db.update(
            shipment,
            state="in_transit",
            shipped=ctx.today,
            tracking_number=tracking_number or booking.tracking_number,
            tracking_url=booking.tracking_url,
            cost=booking.price,
            parcel_label=label,
            sent_by=None if plugin == ctx.plugin else plugin,
        )
        await db.create(TrackingEvent(kind="announced", at=ctx.now), shipment=sent)
        await db.update(order, state="shipped")
    return sent


@action(Shipment, apart=True, elevated=_FOLLOWING)
async def track_shipment(ctx: Context, shipment: Shipment) -> Shipment:
    """Ask the carrier what it knows of a shipment, and keep what is new.

    Args:
        ctx: of the call.
        shipment: which.
    """
    known = await ctx.elevated.get(Shipment, shipment.id)
    if known.sent_by is None or known.tracking_number is None:
        return known
    _, carrier = _carrier(ctx, known.sent_by)
    seen = await carrier.sightings(known.tracking_number)
    async with ctx.unit(reason="track_shipment") as within:
        return await _followed(within.elevated, known, seen)


@action(Shipment, elevated=_FOLLOWING)
async def note_tracking(
    ctx: Context,
    shipment: Shipment,
    kind: Kind,
    place: str | None = None,
    note: str | None = None,
    at: datetime | None = None,
) -> Shipment:
    """Note what became known of a shipment on its way.

    Args:
        ctx: of the call.
        shipment: which.
        kind: what it is that became known.
        place: where it was.
        note: in the carrier's words.
        at: when it was; now, unless it is said.
    """
    known = await ctx.elevated.get(Shipment, shipment.id)
    return await _followed(ctx.elevated, known, [Sighting(kind, at or ctx.now, place, note)])


def _carrier(ctx: Context, via: str | None) -> tuple[str, Carrier]:
    """Whom to ask, and the plugin that knows it.

    Raises:
        Refused: there is no such plugin, or there are several and none is named.
    """
    there = ctx.ports(CARRIER)
    others = [name for name in there if name != ctx.plugin]
    name = via or (others[0] if len(others) == 1 else ctx.plugin if not others else None)
    if name is None or name not in there:
        raise Refused("carrier", path="via", message="Say by which carrier it is sent.")
    return name, there[name]


async def _planned(
    ctx: Context, order: Order, service: str | None, carrier: Organization | None
) -> Shipment:
    """The shipment of an order that is not on its way yet: the one that is there, else a new one."""
    db = ctx.elevated
    planned = db.select(order.shipments).where(Field("state") == "planned")
    found = await planned.first()
    if found is not None:
        return await db.get(Shipment, found.id)
    new = Shipment(number=drawn("S", ctx.today), service=service)
    return await db.create(new, order=order, carrier=[Tie(carrier)] if carrier else [])


async def _consignment(
    db: Session, order: Order, reference: str, service: str | None
) -> Consignment:
    customer = await db.select(order.customer).first()
    name = order.ship_name or (customer.name if customer else order.number)
    return Consignment(reference, order.number, name, order.ship_address, service)


async def _label(ctx: Context, shipment: Shipment, booking: Booking) -> FileReference | None:
    if booking.label is None:
        return None
    return await ctx.keep_file(f"{shipment.number}.pdf", booking.label_type, booking.label)


async def _followed(db: Session, shipment: Shipment, seen: Sequence[Sighting]) -> Shipment:
    """Keep what is new of a shipment, and what follows of it for shipment and order."""
    known = {(each.kind, each.at) for each in await db.select(shipment.events).all()}
    for each in seen:
        if (each.kind, each.at) not in known:
            event = TrackingEvent(kind=each.kind, at=each.at, place=each.place, note=each.note)
            await db.create(event, shipment=shipment)
    end = _end(seen)
    if end is None or shipment.state in _ENDS:
        return shipment
    delivered = end.at.date() if end.kind == "delivered" else None
    ended = await db.update(shipment, state=end.kind, delivered=delivered)
    if end.kind == "delivered":
        await _settle(db, ended)
    return ended


def _end(seen: Iterable[Sighting]) -> Sighting | None:
    """The first that ends a shipment's way."""
    ends = [each for each in seen if each.kind in _ENDS]
    return min(ends, key=lambda each: each.at, default=None)


async def _settle(db: Session, shipment: Shipment) -> None:
    """With the last of its shipments an order is delivered."""
    order = await db.select(shipment.order).first()
    if order is None or order.state != "shipped":
        return
    under_way = db.select(order.shipments).where(Field("state").one_of(["planned", "in_transit"]))
    if not await db.exists(under_way):
        await db.update(order, state="delivered")
