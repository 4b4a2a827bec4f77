"""What is sent: shipments of orders, who carries them, and what became known of them on their way."""

from typing import Literal

from relatum import (
    Annotated,
    Ends,
    Entity,
    FileReference,
    Help,
    Indexed,
    Label,
    Limit,
    Money,
    ReadOnly,
    Relationship,
    Searchable,
    State,
    Transitions,
    Unique,
    Url,
    date,
    datetime,
)
from relatum_base import Organization
from relatum_commerce.orders import Order


class Shipment(Entity, plural="shipments"):
    """Goods of an order on their way to the customer."""

    number: Annotated[str, Label, Unique, Searchable]
    state: Annotated[
        State,
        Indexed,
        Transitions(
            planned=["in_transit", "cancelled"],
            in_transit=["delivered", "returned", "lost"],
            expects={"in_transit": ["shipped"], "delivered": ["delivered"]},
        ),
    ] = "planned"
    service: Annotated[str | None, Help("What the carrier calls the way of sending.")] = None
    shipped: Annotated[date | None, Indexed] = None
    delivered: date | None = None
    tracking_number: Annotated[str | None, Searchable, Indexed] = None
    tracking_url: Annotated[Url | None, Help("Where the carrier tells of it.")] = None
    cost: Annotated[Money | None, Help("What the carrier asks of us.")] = None
    sent_by: Annotated[
        str | None,
        ReadOnly,
        Help("The plugin that knows the carrier; none where it is sent by hand."),
    ] = None
    parcel_label: Annotated[
        FileReference | None, ReadOnly, Help("What is stuck on the parcel.")
    ] = None


class ShipmentOf(Relationship[Shipment, Order], plural="order_shipments"):
    """A shipment is of one order."""

    ends = Ends("order", "shipments", limit=Limit(target=(1, 1)), on_delete="cascade")


class CarriedBy(Relationship[Shipment, Organization], plural="shipment_carriers"):
    """A shipment is brought by one carrier."""

    ends = Ends("carrier", "carried", limit=Limit(target=1), on_delete="restrict")


class TrackingEvent(Entity, plural="tracking_events"):
    """Something that became known of a shipment on its way."""

    kind: Annotated[
        Literal["announced", "picked_up", "in_transit", "out_for_delivery", "delivered", "failed",
                "returned", "lost"],
        Indexed,
    ]  # fmt: skip
    at: Annotated[datetime, Indexed]
    place: Annotated[str | None, Label] = None
    note: Annotated[str | None, Label, Help("In the carrier's words.")] = None


class TrackingOf(Relationship[TrackingEvent, Shipment], plural="shipment_events"):
    """An event is of one shipment."""

    ends = Ends("shipment", "events", limit=Limit(target=(1, 1)), on_delete="cascade")
