"""A catalogue that has one of everything: what the laws are tried on."""

import sys
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Literal

from relatum.catalogue import Catalogue, build_catalogue, with_administrators
from relatum_schemas.annotations import (
    Country,
    Currency,
    Email,
    Json,
    Language,
    LongText,
    Phone,
    Url,
)
from relatum_schemas.condition import Field, Ties
from relatum_schemas.entity import Entity, Trait
from relatum_schemas.kinds import FileReference, Money, PostalAddress
from relatum_schemas.markers import (
    Big,
    Computed,
    Expected,
    Indexed,
    Label,
    Scale,
    Searchable,
    Sensitive,
    Unique,
)
from relatum_schemas.plugin import Plugin
from relatum_schemas.policy import (
    AGGREGATE,
    ALL,
    BOTH_ENDS,
    HISTORY,
    MY_FIRM,
    READ,
    Policy,
    only,
)
from relatum_schemas.principal import IS_ME, ME, Path
from relatum_schemas.purpose import Purpose
from relatum_schemas.relationship import Ends, Limit, Record, Relationship
from relatum_schemas.selection import IsType

PAYROLL = "payroll"
"""The purpose for which salaries may be read."""

_AT_HOME = (Field("country") == "DE") & (Field("last_name") < "s")
_KNOWN = Field("model").is_set() | (Field("load") > 0) | IsType(types=("Region",))


class Party(Trait, plural="parties"):
    """Who may be dealt with."""

    motto: Annotated[str | None, Searchable] = None
    rating: int | None = None
    joined: date | None = None
    country: Country | None = None


class Person(Party, Entity):
    """A human being."""

    first_name: Annotated[str | None, Label] = None
    last_name: Annotated[str, Label, Searchable]
    email: Annotated[Email | None, Expected()] = None
    phone: Phone | None = None
    seen: datetime | None = None
    salary: Annotated[Money | None, Sensitive("finance"), Expected(when=~_AT_HOME)] = None
    skills: list[Literal["weld", "turn", "mill"]] | None = None


class Organization(Party, Entity):
    """A firm."""

    name: Annotated[str, Label, Searchable]
    number: Annotated[str | None, Unique] = None
    address: PostalAddress | None = None
    homepage: Url | None = None
    currency: Currency | None = None
    language: Language | None = None


class Machine(Entity):
    """A thing with numbers of all kinds."""

    serial: Annotated[str, Label]
    model: str | None = None
    state: Literal["ok", "due", "down"] = "ok"
    price: Annotated[Money | None, Expected(when=_KNOWN)] = None
    weight: Annotated[Decimal | None, Scale(3)] = None
    units: int | None = None
    counter: Annotated[int | None, Big] = None
    running: bool | None = None
    uptime: timedelta | None = None
    manual: FileReference | None = None
    data: Json | None = None
    description: Annotated[LongText | None, Searchable] = None
    load = Computed("weight * units - 1.5")
    worth = Computed("price * units")
    share = Computed("round(price / units, 4)")
    sure = Computed("coalesce(weight, units, 0)")
    rest = Computed("uptime * 2")


class Region(Entity):
    """A place in a tree."""

    title: Annotated[str, Label, Indexed]


class Visit(Entity):
    """An event without a label."""

    due: date
    done: datetime | None = None
    minutes: Annotated[int | None, Indexed, Expected(when=Field("done").is_set())] = None


class WorksAt(Relationship[Person, Organization], valid="day", overlap="allow"):
    """Many to many, dated."""

    ends = Ends("employers", "employees")
    role: Annotated[str | None, Expected(when=Field("cost").is_null())] = None
    wage: Money | None = None
    hours: Annotated[Decimal | None, Scale(2)] = None
    cost = Computed("wage * hours")


class InstalledAt(Relationship[Machine, Organization], valid="day"):
    """To one, dated."""

    ends = Ends("installed_at", "machines", limit=Limit(target=1))
    site: Annotated[str | None, Indexed] = None


class Owns(Relationship[Party, Machine], valid="instant"):
    """From a trait, one owner at an instant."""

    ends = Ends("owned", "owner", limit=Limit(source=1))
    part: Annotated[Decimal | None, Scale(2)] = None


class PartOf(Relationship[Region, Region], acyclic=True):
    """A tree without dates."""

    ends = Ends("parent", "children", limit=Limit(target=1))


class Knows(Relationship[Person, Person], valid="day", symmetric=True):
    """Both ways the same."""

    ends = Ends("contacts", "contacts", limit=Limit(target=(1, None)))
    strength: int | None = None


class Spouse(Relationship[Person, Person], valid="instant", symmetric=True):
    """Both ways the same, one at an instant."""

    ends = Ends("spouse", "spouse", limit=Limit(target=1))
    place: str | None = None


class VisitTo(Relationship[Visit, Machine | Organization]):
    """To one of several types."""

    ends = Ends("subject", "visits", limit=Limit(target=(1, 1)))


class About(Relationship[Visit, Record], overlap="allow"):
    """To anything, ties included."""

    ends = Ends("topics", "mentions")
    remark: Annotated[str | None, Label] = None


class Confirms(Relationship[Person, WorksAt]):
    """To a tie."""

    ends = Ends("confirmed", "confirmed_by", limit=Limit(source=(1, None)))
    comment: Annotated[str | None, Searchable] = None


class Supplies(Relationship[Organization, Machine], overlap="allow"):
    """With sums to compute."""

    ends = Ends("supplied", "suppliers", limit=Limit(source=(2, None)))
    quantity: int
    unit_price: Annotated[Money, Scale(4)]
    discount: Decimal = Decimal(0)
    net = Computed("quantity * unit_price * (1 - discount)")


_TIES = [WorksAt, InstalledAt, Owns, PartOf, Knows, Spouse, VisitTo, About, Confirms, Supplies]
_ENTITIES = [Person, Organization, Machine, Region, Visit]

policies = [
    Policy("auditor", [*_ENTITIES, *_TIES], READ | HISTORY, fields=ALL),
    Policy("reader", _ENTITIES, READ),
    Policy("reader", _TIES, READ, through=BOTH_ENDS),
    Policy("historian", [Person, WorksAt, Organization, Region, PartOf], HISTORY),
    Policy("archivist", [Person, Organization], READ),
    Policy("archivist", Person, HISTORY, fields=only("last_name", "rating")),
    Policy("archivist", Organization, HISTORY, where=Field("rating") > 2, fields=ALL - {"number"}),
    Policy("archivist", Organization, HISTORY, fields=only("name")),
    Policy("clerk", Person, READ, fields=ALL - {"salary", "first_name"}),
    Policy("clerk", Organization, READ, where=Field("rating") > 2, fields=ALL - {"number"}),
    Policy("clerk", WorksAt, READ, through=BOTH_ENDS, fields=ALL - {"wage"}),
    Policy(
        "payroll",
        Person,
        READ | AGGREGATE,
        where=Field("country") == "DE",
        fields=only("salary", "last_name"),
    ),
    Policy(
        "partner", Machine, READ, through="installed_at.employees", fields=ALL - {"price", "worth"}
    ),
    Policy("partner", Organization, READ, through="employees"),
    Policy("partner", InstalledAt, READ | HISTORY, through=BOTH_ENDS),
    Policy("partner", Visit, READ, through="subject.installed_at.employees"),
    Policy("partner", VisitTo, READ, through=BOTH_ENDS),
    Policy(
        "colleague",
        Person,
        READ,
        through="employers",
        to=MY_FIRM,
        fields=only("last_name", "email", "rating"),
    ),
    Policy("colleague", WorksAt, READ, where=Field("source.rating") > 1, fields=only("role")),
    Policy("analyst", Machine, AGGREGATE, fields=ALL - {"weight"}),
    Policy("analyst", [Supplies, Person], AGGREGATE),
    Policy(
        "planner",
        Machine,
        READ,
        where=Ties("suppliers").some(tie=Field("quantity") > 1),
        fields=only("serial", "units", "description"),
    ),
    Policy("planner", Supplies, READ, where=Field("quantity") > 1),
    Policy("planner", [Region, PartOf, Party], READ, fields=ALL),
    Policy("surveyor", [Knows, Supplies, VisitTo], READ),
    Policy("gossip", Person, READ, through="contacts"),
    Policy("rumour", Person, READ, through="contacts*"),
    Policy("rumour", Organization, READ, through="employees.contacts*", to=MY_FIRM),
    Policy("warden", Region, READ, through="parent*.mentions.topics"),
    Policy("warden", Person, READ, where=Ties("contacts").some() - Path("contacts*").to(ME)),
    Policy("warden", Machine, READ, where=Ties("owner").ever().some(IS_ME, tie=Field("part") > 0)),
    Policy("gossip", [Knows, Spouse], READ, through=BOTH_ENDS),
    Policy("gossip", About, READ, where=Field("remark").is_set()),
]

plugin = Plugin("world", version="1.0")


def world() -> Catalogue:
    """The catalogue."""
    from tests.oracle import care

    declared = build_catalogue([sys.modules[__name__], care], zone="Europe/Berlin")
    payroll = Purpose(
        code=PAYROLL, title="Payroll", legal_basis="contract", opens=("finance",), retention=3650
    )
    return with_administrators(declared, {}, [], [payroll])
