"""A plugin for the server's tests: a small trade with every sort of type, end and field kind."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from relatum import (
    Big,
    Computed,
    Country,
    Deprecated,
    Email,
    Ends,
    Entity,
    Expected,
    FileReference,
    Indexed,
    Json,
    Label,
    Language,
    Limit,
    LongText,
    Money,
    Plugin,
    PostalAddress,
    Relationship,
    Scale,
    Searchable,
    State,
    Trait,
    Transitions,
    Unique,
)  # fmt: skip
from relatum_schemas.relationship import Record


class Party(Trait, plural="parties"):
    """Whoever can trade."""

    name: Annotated[str, Label, Searchable]
    email: Email | None = None
    standing: Literal["good", "late"] = "good"


class Organization(Party, Entity):
    """A firm or authority."""

    country: Country | None = None
    founded: date | None = None
    address: PostalAddress | None = None
    old_name: Annotated[str | None, Deprecated("name")] = None


class Person(Party, Entity, plural="people"):
    """A human being."""

    born: date | None = None
    language: Language | None = None


class Product(Entity):
    """Something sold."""

    title: Annotated[str, Label, Searchable]
    price: Annotated[Money | None, Expected()] = None
    stock: Annotated[int, Big] = 0
    weight: Annotated[Decimal | None, Scale(3)] = None
    notes: Annotated[LongText | None, Searchable] = None
    tags: list[Literal["new", "cold", "heavy"]] = []  # noqa: RUF012  # Pydantic copies it
    grade: Literal["1st", "2nd"] | None = None
    discontinued: bool = False
    extra: Json | None = None
    manual: FileReference | None = None


class Order(Entity):
    """What a customer wants."""

    number: Annotated[int, Unique]
    ordered_on: Annotated[date, Indexed]
    shipped_at: datetime | None = None
    took: timedelta | None = None
    state: Annotated[State, Transitions(open=["sent"], sent=["paid"])] = "open"


class Remark(Entity):
    """A note about anything."""

    text: Annotated[str, Label]


class OrderedBy(Relationship[Order, Organization | Person]):
    """A customer orders."""

    ends = Ends("customer", "orders", limit=Limit(target=1))
    channel: str | None = None


class OrderLine(Relationship[Order, Product], overlap="allow"):
    """A product within an order."""

    ends = Ends("lines", "sold_in")
    quantity: int
    unit_price: Decimal
    discount: Decimal = Decimal(0)
    net = Computed("quantity * unit_price * (1 - discount)")


class WorksAt(Relationship[Person, Organization], valid="day"):
    """Employment."""

    ends = Ends("employers", "employees")
    role: str | None = None


class BasedIn(Relationship[Party, Organization], valid="instant"):
    """Where a party sits."""

    ends = Ends("seat", "residents", limit=Limit(target=1))


class PartnerOf(Relationship[Organization, Organization], symmetric=True, valid="day"):
    """Two firms work together."""

    ends = Ends("partners", "partners")
    since: date | None = None


class Owns(Relationship[Organization, Organization], acyclic=True):
    """A firm owns another."""

    ends = Ends("subsidiaries", "parent", limit=Limit(source=1))
    share: Decimal | None = None


class About(Relationship[Remark, Record]):
    """What a remark is about."""

    ends = Ends("about", "remarks")


plugin = Plugin("shop", version="1.0")
