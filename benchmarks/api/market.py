"""What the benchmark of the API asks about: organizations, people, deals, machines, regions, and ties between them."""

from decimal import Decimal
from typing import Annotated, Final, Literal

from relatum import (
    CREATE,
    READ,
    RELATE,
    Email,
    Ends,
    Entity,
    Indexed,
    Label,
    Limit,
    Money,
    Plugin,
    Policy,
    Relationship,
)
from relatum.catalogue import Catalogue, build_catalogue
from relatum_schemas.policy import BOTH_ENDS

STAFF: Final = "staff"
"""The role of who asks: it opens everything, by policies that every statement is judged by."""

Stage = Literal["lead", "qualified", "offered", "open", "won", "lost"]


class Organization(Entity, plural="organizations"):
    """A firm."""

    name: Annotated[str, Label, Indexed]
    domain: str
    industry: Annotated[str, Indexed]
    employees: int
    revenue: Decimal


class Person(Entity, plural="people"):
    """Somebody who works at a firm."""

    first_name: Annotated[str, Label]
    last_name: Annotated[str, Label, Indexed]
    email: Annotated[Email, Indexed]
    phone: str | None = None


class Deal(Entity, plural="deals"):
    """Business that may come."""

    title: Annotated[str, Label]
    stage: Annotated[Stage, Indexed]
    amount: Money


class Machine(Entity, plural="machines"):
    """A machine that was sold."""

    serial: Annotated[str, Label]


class Region(Entity, plural="regions"):
    """Where firms are."""

    name: Annotated[str, Label]


class WorksAt(Relationship[Person, Organization], plural="employments", valid="day"):
    """A person works at a firm."""

    ends = Ends("employers", "people")
    role: str


class DealFor(Relationship[Deal, Organization], plural="deal_firms"):
    """The firm that a deal is with."""

    ends = Ends("organization", "deals", limit=Limit(target=1))


class LocatedIn(Relationship[Organization, Region], plural="locations"):
    """The region of a firm."""

    ends = Ends("region", "organizations", limit=Limit(target=1))


class InstalledAt(Relationship[Machine, Organization], plural="installations"):
    """The firm at which a machine stands."""

    ends = Ends("site", "machines", limit=Limit(target=1))


class Supplies(Relationship[Organization, Organization], plural="supply_ties"):
    """A firm supplies another one."""

    ends = Ends("customers", "suppliers")


class ContactOf(Relationship[Person, Deal], plural="contacts"):
    """Whom to talk to about a deal."""

    ends = Ends("contact_of", "contacts")


_ENTITIES: Final = [Organization, Person, Deal, Machine, Region]
_TIES: Final = [WorksAt, DealFor, LocatedIn, InstalledAt, Supplies, ContactOf]

policies = [
    Policy(STAFF, _ENTITIES, READ | CREATE | RELATE),
    Policy(STAFF, _TIES, READ | RELATE, through=BOTH_ENDS),
]

plugin = Plugin("market", version="1.0")


def catalogue() -> Catalogue:
    """The catalogue of this plugin alone."""
    import benchmarks.api.market

    return build_catalogue([benchmarks.api.market])
