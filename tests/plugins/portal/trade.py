"""A trade of any size: a firm of ours with a reseller, a customer and a supplier, who have as much of everything as wanted.

What hangs on a record hangs on the first of its type, so that it has as much of all as there is.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from relatum import FileReference
from relatum.access import SYSTEM
from relatum.changes.sequencer import sequence
from relatum.identifiers import new_id
from relatum.session import Database
from relatum.writing import Command, Create, Relate, Update
from tests.server.identity.people import PASSWORD

KINDS: Final = ("reseller", "customer", "supplier", "staff")
"""Whose pages are asked for: the people of three kinds of partners, and one of us who answers for all of it."""

_ROLES: Final = ("sales_manager", "channel_manager", "order_desk", "product_manager")
_EURO: Final = {"amount": "12.00", "currency": "EUR"}
_DAY: Final = date(2025, 1, 1)
_MOMENT: Final = datetime(2025, 1, 1, tzinfo=UTC)


class Trade:
    """What there is, and how more comes.

    Args:
        database: with the tables of the bundled plugins.
        paper: a file, where records have one.
    """

    def __init__(self, database: Database, paper: FileReference) -> None:
        """Begin with nothing."""
        self.ids: dict[tuple[str, int], UUID] = defaultdict(new_id)
        self._database = database
        self._paper = paper
        self._size = 0

    async def open(self) -> None:
        """Make the firms and the people, each with an account; what is done has its place in the log at once."""
        db, identity = self._database.as_(SYSTEM), self._database.identity
        await db.apply(list(self._beginning()))
        for number, kind in enumerate(KINDS):
            person = self.ids["Person", number]
            await identity.add_account(SYSTEM, address(kind), record=person, password=PASSWORD)
        for role in _ROLES:
            await identity.hold(SYSTEM, self.ids["Person", KINDS.index("staff")], role)
        await sequence(self._database.connections)

    async def grow(self, size: int) -> None:
        """Have so many of everything."""
        db, numbers = self._database.as_(SYSTEM), range(self._size, size)
        await db.apply([each for number in numbers for each in self._more(number)])
        for step in (self._begun, self._answered, self._sent):
            await db.apply([each for number in numbers for each in step(number)])
        self._size = size
        await sequence(self._database.connections)

    def _beginning(self) -> Iterator[Command]:
        reseller, customer, supplier, ours = (self.ids["Organization", at] for at in range(4))
        for at, kind in enumerate(KINDS):
            yield self._made("Organization", at, name=f"Firm {kind}", sells=at == 3)
            yield self._made("Person", at, given_name=kind.title(), family_name="Tries")
            yield Relate("WorksAt", self.ids["Person", at], self.ids["Organization", at])
        yield Relate("PartnerOf", reseller, ours, {"kind": "reseller"})
        yield Relate("Supplies", ours, customer)
        yield self._made("Category", 0, name="Pumps")
        yield self._made("Product", -1, name="First pump", number="P-first")
        yield Relate("SuppliedBy", self.ids["Product", -1], supplier)
        yield self._made("PriceList", 0, name="Everybody", currency="EUR")
        yield self._made("Pipeline", 0, name="New business")
        yield self._made("Stage", 0, name="First", rank=1, probability=10)
        yield Relate("StageOf", self.ids["Stage", 0], self.ids["Pipeline", 0])
        yield self._made("SalesTeam", 0, name="North")
        leads = {"role": "lead"}
        yield Relate("MemberOfTeam", self.ids["Person", 3], self.ids["SalesTeam", 0], leads)

    def _more(self, at: int) -> Iterator[Command]:
        """One more of each type, and one more of each tie of the first."""
        yield from self._people(at)
        yield from self._goods(at)
        yield from self._orders(at)
        yield from self._opportunities(at)
        yield from self._leads(at)
        yield from self._registrations(at)
        for number, _ in enumerate(KINDS):
            saved = self._made("SavedList", 100 * number + at, name=f"List {at}", view="none")
            yield saved
            yield Relate("SavedBy", self.ids["SavedList", 100 * number + at], self._person(number))

    def _people(self, at: int) -> Iterator[Command]:
        for number, _ in enumerate(KINDS):
            person = 100 * (number + 1) + at
            yield self._made("Person", person, given_name="Al", family_name=f"Other {person:03}")
            yield Relate("WorksAt", self._person(person), self.ids["Organization", number])
        firm = 100 + at
        yield self._made("Organization", firm, name=f"Other firm {at:03}")
        yield Relate("Supplies", self.ids["Organization", 3], self.ids["Organization", firm])

    def _goods(self, at: int) -> Iterator[Command]:
        product = self.ids["Product", at]
        yield self._made("Product", at, name=f"Pump {at:03}", number=f"P{at:03}")
        yield self._made("Category", at + 1, name=f"Pumps {at:03}")
        yield Relate("InCategory", product, self.ids["Category", at + 1])
        yield Relate("SuppliedBy", product, self.ids["Organization", 2])
        yield self._made("PriceList", at + 1, name=f"Prices {at:03}", currency="EUR")
        price = {"price": _EURO, "min_quantity": 1}
        yield Relate("PricedIn", product, self.ids["PriceList", 0], price)
        yield Relate("PricedIn", self.ids["Product", 0], self.ids["PriceList", at + 1], price)

    def _orders(self, at: int) -> Iterator[Command]:
        order, first = self.ids["Order", at], self.ids["Order", 0]
        yield self._made(
            "Order", at, number=f"O{at:03}", currency="EUR", state="placed", ordered=self._day(at)
        )
        yield Relate("PlacedBy", order, self.ids["Organization", 1])
        yield Relate("TakenBy", order, self._person(3))
        line = {"quantity": 2, "unit_price": _EURO, "discount": "0.10"}
        yield Relate("OrderLine", first, self.ids["Product", at], line)
        yield Relate("OrderLine", order, self.ids["Product", -1], line)
        yield self._made("Shipment", at, number=f"S{at:03}", shipped=self._day(at))
        yield Relate("ShipmentOf", self.ids["Shipment", at], first)
        yield Relate("CarriedBy", self.ids["Shipment", at], self.ids["Organization", 100 + at])
        yield self._made("TrackingEvent", at, kind="in_transit", at=_MOMENT + timedelta(hours=at))
        yield Relate("TrackingOf", self.ids["TrackingEvent", at], self.ids["Shipment", 0])
        yield self._made("Complaint", at, number=f"C{at:03}", subject=f"Leaks {at:03}")
        yield Relate("ComplaintAbout", self.ids["Complaint", at], first)
        yield Relate("ComplaintBy", self.ids["Complaint", at], self.ids["Organization", 1])

    def _opportunities(self, at: int) -> Iterator[Command]:
        opportunity, first = self.ids["Opportunity", at], self.ids["Opportunity", 0]
        yield self._made(
            "Opportunity", at, title=f"Offer {at:03}", amount=_EURO, close_on=_DAY, late=True
        )
        yield Relate("OpportunityFor", opportunity, self.ids["Organization", 1])
        yield Relate("OwnedBy", opportunity, self._person(3))
        yield Relate("InStage", opportunity, self.ids["Stage", 0])
        yield Relate("Wants", first, self.ids["Product", at])
        yield Relate("InvolvedIn", self._person(200 + at), first)
        yield Relate("LostTo", first, self.ids["Organization", 100 + at])
        quote = self.ids["Quote", at]
        yield self._made(
            "Quote", at, number=f"Q{at:03}", currency="EUR", total=_EURO, valid_until=self._day(at)
        )
        yield Relate("QuoteFor", quote, first)
        line = {"quantity": 1, "unit_price": _EURO, "listed": _EURO}
        yield Relate("QuoteLine", self.ids["Quote", 0], self.ids["Product", at], line)
        yield Relate("SentTo", quote, self._person(1))
        yield self._made("Task", at, subject=f"Call {at:03}", at=_MOMENT)
        yield Relate("About", self.ids["Task", at], first)
        yield Relate("AssignedTo", self.ids["Task", at], self._person(3))

    def _leads(self, at: int) -> Iterator[Command]:
        lead, first = self.ids["Lead", at], self.ids["Lead", 0]
        yield self._made("Lead", at, company=f"Hope {at:03}", came_by="web")
        yield Relate("LeadOwnedBy", lead, self._person(3))
        yield Relate("InterestedIn", first, self.ids["Product", at])
        yield self._made("LeadOffer", at, number=f"L{at:03}", answer_by=_MOMENT)
        yield Relate("OfferOf", self.ids["LeadOffer", at], lead)
        yield Relate("OfferedTo", self.ids["LeadOffer", at], self.ids["Organization", 0])
        yield self._made("Lead", 100 + at, company=f"Free {at:03}", came_by="web")

    def _registrations(self, at: int) -> Iterator[Command]:
        for number, deal in enumerate((at, 100 + at)):
            made = self.ids["DealRegistration", deal]
            yield self._made(
                "DealRegistration", deal, number=f"D{deal:03}", title=f"Deal {deal:03}",
                customer_name=f"Hope {deal:03}", verdict="clear", submitted_at=_MOMENT - timedelta(at),
                answer_by=_MOMENT + timedelta(at),
            )  # fmt: skip
            yield Relate("RegisteredBy", made, self.ids["Organization", 0])
            yield Relate("EnteredBy", made, self._person(0))
            yield Relate("DecidedBy", made, self._person(3))
            first = self.ids["DealRegistration", 100 * number]
            yield Relate("RegisteredProduct", first, self.ids["Product", at])
        hindrance = {"certain": False}
        rival = self.ids["Opportunity", at]
        yield Relate("HinderedBy", self.ids["DealRegistration", 0], rival, hindrance)

    def _begun(self, at: int) -> Iterator[Command]:
        """What happens to them at first, and to the first of them each time."""
        registration = self.ids["DealRegistration", 100 + at]
        yield Update(self.ids["Quote", at], {"state": "submitted"})
        yield Update(self.ids["LeadOffer", at], {"state": "offered"})
        yield Update(registration, {"state": "question", "question": "Which one?"})
        for each in ("Order", "Complaint", "Product"):
            told = (
                "answer" if each == "Complaint" else "description" if each == "Product" else "note"
            )
            yield Update(self.ids[each, 0], {told: f"The {at}. remark"})

    def _answered(self, at: int) -> Iterator[Command]:
        if at % 2:
            yield Update(self.ids["Quote", at], {"state": "approved"})
            confirmed = {"state": "confirmed", "confirmation": self._paper}
            yield Update(self.ids["Order", at], confirmed)

    def _sent(self, at: int) -> Iterator[Command]:
        if at % 2:
            sent = {"state": "sent", "document": self._paper, "sent_on": _DAY}
            yield Update(self.ids["Quote", at], sent)

    def _made(self, type_name: str, at: int, /, **values: object) -> Create:
        return Create(type_name, values, self.ids[type_name, at])

    def _person(self, at: int) -> UUID:
        return self.ids["Person", at]

    def _day(self, at: int) -> date:
        return _DAY - timedelta(at)


def address(kind: str) -> str:
    """By which somebody signs in."""
    return f"{kind}@example.org"
