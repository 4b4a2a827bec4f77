"""A plugin for the tests of writing: one type for each rule."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from relatum_schemas.annotations import LongText
from relatum_schemas.condition import Field
from relatum_schemas.entity import Entity
from relatum_schemas.kinds import Choice, Money
from relatum_schemas.markers import (
    Big,
    Computed,
    Expected,
    Indexed,
    Label,
    ReadOnly,
    Searchable,
    State,
    Transitions,
    Unique,
)
from relatum_schemas.plugin import Plugin
from relatum_schemas.policy import ALL, BOTH_ENDS, CREATE, DELETE, READ, RELATE, UPDATE, Policy
from relatum_schemas.relationship import Ends, Limit, Relationship


class Person(Entity, plural="people"):
    """Somebody."""

    first_name: Annotated[str | None, Label] = None
    last_name: Annotated[str, Label, Searchable]
    notes: Annotated[LongText | None, Searchable] = None
    born: date | None = None
    score: Annotated[int, ReadOnly] = 0
    salary: Money | None = None


class Firm(Entity, plural="firms", unique=[("name", "city")]):
    """A firm."""

    name: Annotated[str, Label, Searchable, Indexed]
    city: str | None = None
    number: Annotated[int | None, Unique] = None


class Job(Entity, plural="jobs"):
    """Work that goes through states."""

    title: Annotated[str, Label]
    state: Annotated[State, Transitions(open=["done", "dropped"], dropped=["open"])] = "open"
    done_on: Annotated[date | None, Expected(when=Field("state") == "done")] = None
    kind: Annotated[str | None, Choice(list="job_kinds")] = None
    flags: list[Literal["urgent", "paid"]] | None = None
    hours: Annotated[int, Big] = 0
    rate: Annotated[int, Big] = 1
    cost = Computed("hours * rate")


class Note(Entity, plural="notes"):
    """Something said about anything."""

    text: str


class WorksAt(Relationship[Person, Firm], valid="day"):
    """A person works at a firm; two jobs at a time at the most."""

    ends = Ends("employers", "employees", limit=Limit(target=2))
    role: str | None = None


class Owns(Relationship[Person, Firm]):
    """A person owns a firm."""

    ends = Ends("owned", "owners")
    share: Decimal | None = None


class PartOf(Relationship[Firm, Firm], valid="day", acyclic=True):
    """A firm is part of another."""

    ends = Ends("parent", "parts", limit=Limit(target=1))


class Competes(Relationship[Firm, Firm], symmetric=True):
    """Firms compete."""

    ends = Ends("competitors", "competitors")
    field: str | None = None


class JobAt(Relationship[Job, Firm]):
    """A job is done at one firm."""

    ends = Ends("firm", "jobs", limit=Limit(target=(1, 1)), on_delete="cascade")


class Deals(Relationship[Firm, Firm], valid="instant", overlap="allow"):
    """A firm may deal with another several times; one exclusive dealer per product."""

    ends = Ends("dealers", "deals_for", limit=Limit(target=1, per="product"), on_delete="restrict")
    product: str | None = None


class About(Relationship[Note, WorksAt]):
    """A note is about an employment."""

    ends = Ends("about", "remarks")


policies = [
    Policy("partner", Firm, READ | RELATE, through="employees"),
    Policy(
        "partner",
        Job,
        READ | CREATE | UPDATE | RELATE,
        through="firm.employees",
        fields=ALL - {"hours"},
    ),
    Policy("partner", Job, DELETE, through="firm.employees", where=Field("state") == "dropped"),
    Policy("partner", JobAt, READ, through=BOTH_ENDS),
    Policy("partner", JobAt, RELATE),
    Policy("partner", Note, READ),
    Policy("clerk", [Person, Firm], READ | RELATE),
    Policy("clerk", [WorksAt, Deals], RELATE),
    Policy("clerk", Firm, READ | DELETE),
]

plugin = Plugin("workshop", version="1.0")
