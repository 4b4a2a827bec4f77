"""A carrier of another plugin: asked once per shipment, whatever is cut short; what it knows is kept once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from relatum import Refused
from relatum.session import run_action
from relatum_commerce import Booking, Consignment, Offer, Shipment, Sighting, TrackingEvent
from relatum_commerce import shipping as sending
from tests.plugins.commerce.conftest import Trade, eur
from tests.plugins.commerce.test_orders import confirmed


@dataclass
class Pigeons:
    """A carrier that is sometimes not to be reached."""

    away: bool = False
    references: list[str] = field(default_factory=list)
    seen: list[Sighting] = field(default_factory=list)

    async def offers(self, consignment: Consignment) -> Sequence[Offer]:
        return [Offer("pigeon", eur("9.00"), days=2)]

    async def book(self, consignment: Consignment) -> Booking:
        self.references.append(consignment.reference)
        if self.away:
            raise Refused("away", message="All pigeons are away.")
        return Booking("P 1", "https://pigeons.example/1", eur("9.00"), b"%PDF-label")

    async def sightings(self, tracking_number: str) -> Sequence[Sighting]:
        assert tracking_number == "P 1"
        return self.seen


@pytest.fixture
def pigeons(monkeypatch: pytest.MonkeyPatch) -> Pigeons:
    carrier = Pigeons()
    monkeypatch.setattr(sending, "_carrier", lambda ctx, via: ("pigeons", carrier))
    return carrier


async def test_a_carrier_that_was_cut_short_is_asked_again_for_the_same(
    trade: Trade, pigeons: Pigeons
) -> None:
    order = await confirmed(trade)
    desk = trade.as_(trade.seller)
    pigeons.away = True
    with pytest.raises(Refused, match="away"):
        await run_action(desk, "ship_order", {"order": order.id})
    pigeons.away = False
    shipment = await run_action(desk, "ship_order", {"order": order.id})
    assert pigeons.references == [str(shipment.id)] * 2
    assert await trade.db.select(Shipment).count() == 1
    assert (shipment.sent_by, shipment.cost) == ("pigeons", eur("9.00"))
    assert shipment.parcel_label.size == len(b"%PDF-label")


async def test_what_a_carrier_knows_is_kept_once(trade: Trade, pigeons: Pigeons) -> None:
    order = await confirmed(trade)
    shipment = await run_action(trade.as_(trade.seller), "ship_order", {"order": order.id})
    now, buyer = trade.installation.clock(), trade.as_(trade.buyer)
    pigeons.seen = [Sighting("in_transit", now + timedelta(hours=1), "Bonn")]
    for _ in range(2):
        await run_action(buyer, "track_shipment", {"shipment": shipment.id})
    pigeons.seen.append(Sighting("delivered", now + timedelta(days=1), "Berlin"))
    seen = await run_action(buyer, "track_shipment", {"shipment": shipment.id})
    assert (seen.state, seen.sent_by) == ("delivered", None)
    events = await buyer.select(TrackingEvent).order("at").all()
    assert [each.kind for each in events] == ["announced", "in_transit", "delivered"]
    assert [each.state for each in await buyer.select(seen.order).all()] == ["delivered"]


async def test_the_carriers_are_asked_for_their_offers(trade: Trade) -> None:
    order = await confirmed(trade)
    [offer] = await run_action(trade.as_(trade.seller), "shipping_offers", {"order": order.id})
    assert (offer.carrier, offer.service, offer.price) == ("commerce", "standard", None)
