"""The port for carriers: who brings goods, at which price, and where they are. Without one, shipments are sent by hand."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from relatum import Context, Filling, Money, Port, PostalAddress, datetime


@dataclass(frozen=True)
class Consignment:
    """What is to be brought, and where.

    Attributes:
        reference: names the shipment, the same when it is asked for again after it was cut short: book it once.
        order: the number of the order.
        name: who receives it.
        address: where it goes.
        service: the way of sending, in the carrier's words; None for the usual one.
    """

    reference: str
    order: str
    name: str
    address: PostalAddress | None
    service: str | None = None


@dataclass(frozen=True)
class Offer:
    """A way of sending, and what it costs.

    Attributes:
        service: in the carrier's words.
        price: that it asks; None where it does not say.
        days: until the goods are there; None where it does not say.
    """

    service: str
    price: Money | None = None
    days: int | None = None


@dataclass(frozen=True)
class Booking:
    """What a carrier has taken on.

    Attributes:
        tracking_number: by which it knows the shipment.
        tracking_url: where it tells everybody of it.
        price: that it asks.
        label: what is stuck on the parcel, such as a PDF.
        label_type: the label's media type.
    """

    tracking_number: str | None = None
    tracking_url: str | None = None
    price: Money | None = None
    label: bytes | None = None
    label_type: str = "application/pdf"


@dataclass(frozen=True)
class Sighting:
    """Something that a carrier knows of a shipment.

    Attributes:
        kind: one of the kinds of `TrackingEvent`.
        at: when it was.
        place: where.
        note: in the carrier's words.
    """

    kind: str
    at: datetime
    place: str | None = field(default=None)
    note: str | None = field(default=None)


class Carrier(Protocol):
    """Whoever brings goods. What it asks of other systems is asked outside of any transaction."""

    async def offers(self, consignment: Consignment) -> Sequence[Offer]:
        """The ways in which it would bring something."""
        ...

    async def book(self, consignment: Consignment) -> Booking:
        """Have it bring something; asked again with the same reference, it gives what it gave."""
        ...

    async def sightings(self, tracking_number: str) -> Sequence[Sighting]:
        """All that it knows of a shipment."""
        ...


class ByHand:
    """Sending without a carrier that could be asked: whoever ships says what is known."""

    def __init__(self, ctx: Context) -> None:
        """Keep the context."""
        self.ctx = ctx

    async def offers(self, consignment: Consignment) -> Sequence[Offer]:
        """One way, at no stated price."""
        return [Offer(consignment.service or "standard")]

    async def book(self, consignment: Consignment) -> Booking:
        """Nothing is known but what whoever ships says."""
        return Booking()

    async def sightings(self, tracking_number: str) -> Sequence[Sighting]:
        """None but those that people note."""
        return ()


CARRIER = Port("carrier", Carrier, several=True)  # type: ignore[type-abstract]  # ports are named by protocols
by_hand = Filling(CARRIER, ByHand)
