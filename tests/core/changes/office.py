"""An office with deals of two firms, and those who may see some of them: what tests of changes are about."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson

from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.changes.sequencer import sequence
from relatum.connections import DialectName
from relatum.session import Database, Session
from relatum.writing import Correct, Update
from relatum_schemas.selection import (
    AcrossOutput,
    Changes,
    FieldOutput,
    Form,
    Many,
    Output,
    Page,
    Request,
    RootField,
)
from tests.core.catalogue.declaring import declare
from tests.databases import CloneTemplate, opened

OFFICE = declare(
    """
class Person(Entity, plural="people"):
    name: Annotated[str, Label]

class Firm(Entity, plural="firms"):
    name: Annotated[str, Label]

class Deal(Entity, plural="deals"):
    title: Annotated[str, Label]
    stage: str = "open"
    margin: int | None = None

class Works(Relationship[Person, Firm], valid="day"):
    ends = Ends("firms", "staff")

class Deals(Relationship[Deal, Firm]):
    ends = Ends("partner", "deals", limit=Limit(target=1))

policies = [
    Policy("partner", Deal, READ, through="partner.staff", fields=ALL - {"margin"}),
    Policy("partner", Deals, READ, through=BOTH_ENDS),
    Policy("partner", Firm, READ, through="staff"),
    Policy("partner", Person, READ, through="firms.staff"),
    Policy("auditor", Deal, READ | HISTORY, through="partner.staff"),
    Policy("auditor", Deal, READ | HISTORY, where=Field("stage") == "public", fields=ALL - {"margin"}),
    Policy("clerk", [Deal, Firm], READ),
]
""",
    name="office",
)
CATALOGUE = build_catalogue([OFFICE])
FACTS = (
    "type", "record_id", "version", "operation", "fields", "origin", "purpose", "reason",
)  # fmt: skip
LABEL = (FieldOutput(key="label", field="label"),)
OUTPUTS: tuple[Output, ...] = (
    *(FieldOutput(key=name, field=name) for name in ("cursor", *FACTS)),
    AcrossOutput(key="record", across="record", outputs=LABEL),
    AcrossOutput(key="actor", across="actor", outputs=LABEL),
)


@dataclass
class Office:
    """Ann works for the mill and Bob for the yard; a deal stands with each, made by Ann."""

    database: Database
    people: dict[str, UUID]
    firms: dict[str, UUID]
    deals: dict[str, UUID]
    works: dict[str, UUID]
    ties: dict[str, UUID]

    @property
    def system(self) -> Session:
        """As the engine itself."""
        return self.database.as_(SYSTEM)

    def who(self, name: str, *roles: str) -> Principal:
        """A person with roles."""
        return Principal(id=self.people[name], roles=frozenset(roles))

    async def changes(
        self, who: Principal, *, since: str | None = None, **source: Any
    ) -> list[dict[str, Any]]:
        """The changes that a principal is told of."""
        found = await self.asked(who, Changes(since=since, **source), Many(outputs=OUTPUTS))
        assert isinstance(found, list)
        return found

    async def asked(
        self, who: Principal, source: Changes, form: Form, page: Page | None = None
    ) -> Any:
        """The answer to a question for changes."""
        await sequence(self.database.connections)
        root = RootField(key="answer", source=source, form=form, page=page)
        return orjson.loads(await self.database.as_(who).read(Request(fields=(root,))))["answer"]


def told(lines: Sequence[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Lines in short: what was done to what, and what it is called now."""
    return [
        (each["operation"], (each["record"] or {}).get("label"), each["version"]) for each in lines
    ]


@asynccontextmanager
async def office(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Office]:
    """An office in a database of its own."""
    async with opened(clone_template, dialect, CATALOGUE) as database:
        db = database.as_(SYSTEM)
        people = {name: (await db.create(OFFICE.Person(name=name))).id for name in ("Ann", "Bob")}
        firms = {name: (await db.create(OFFICE.Firm(name=name))).id for name in ("Mill", "Yard")}
        made = Office(database, people, firms, {}, {}, {})
        for name, firm in (("Ann", "Mill"), ("Bob", "Yard")):
            tie = await db.relate(
                OFFICE.Works, people[name], firms[firm], valid_from=date(2020, 1, 1)
            )
            made.works[name] = tie.id
        for title, firm in (("Wheel", "Mill"), ("Crane", "Yard")):
            await new_deal(made, title, firm)
        yield made


async def new_deal(made: Office, title: str, firm: str, **values: Any) -> None:
    """Make a deal with a firm in one unit of work."""
    async with made.system.unit() as unit:
        deal = await unit.create(OFFICE.Deal(title=title, **values))
        tie = await unit.relate(OFFICE.Deals, deal.id, made.firms[firm])
    made.deals[title], made.ties[title] = deal.id, tie.id


async def moved(made: Office, which: str, firm: str) -> None:
    """Let a deal always have been that of another firm."""
    await made.system.apply([Correct(made.ties[which], target=made.firms[firm])])


async def changed(made: Office, which: str, /, **values: Any) -> None:
    """Change a deal."""
    await made.system.apply([Update(made.deals[which], values)])


TODAY = datetime.now(UTC).date()
