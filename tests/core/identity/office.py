"""A small world with people who act for firms, and a database of it whose clock can be put forward."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName, open_connections
from relatum.identity import Letter
from relatum.session import Database, open_database
from relatum.tables import build_tables, create_all
from relatum_testing.databases import Build
from tests.core.catalogue.declaring import declare

OFFICE = declare(
    """
class Person(Entity, plural="people"):
    given_name: Annotated[str | None, Label] = None
    family_name: Annotated[str, Label]
    language: Language | None = None

class Firm(Entity):
    name: Annotated[str, Label]

class Deal(Entity):
    title: Annotated[str, Label]

class WorksAt(Relationship[Person, Firm], valid="day", represents=True):
    ends = Ends("employers", "employees")

class PartnerOf(Relationship[Firm, Firm], valid="day"):
    ends = Ends("partner_of", "partners")

class SoldBy(Relationship[Deal, Firm], valid="day"):
    ends = Ends("seller", "deals")

roles = [
    Role("partner_user", of=Person, where=Ties("employers").some(Ties("partner_of").some())),
    Role("clerk"),
    Role("partner_admin", invites=("clerk",)),
]
policies = [
    Policy("partner_user", Deal, READ, through="seller", to=MY_FIRM),
]
""",
    name="office",
)
CATALOGUE = build_catalogue([OFFICE])
PASSWORD = "seven green boats"


class StoppedClock:
    """A present that moves only when it is told to."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        self.moment += timedelta(**by)


class Postbox:
    """Keeps the letters instead of sending them."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def send(self, letter: Letter) -> None:
        await asyncio.sleep(0)
        self.letters.append(letter)


@dataclass
class Office:
    """A database with two partner firms and the person Ada, who works for the first."""

    url: str
    database: Database
    clock: StoppedClock
    postbox: Postbox
    ids: dict[str, UUID] = field(default_factory=dict)

    @property
    def identity(self) -> Any:
        return self.database.identity

    async def make(self, name: str, record: Any, **ties: Any) -> UUID:
        made = await self.database.as_(SYSTEM).create(record, **ties)
        self.ids[name] = made.id
        return self.ids[name]

    async def relate(self, kind: Any, source: str, target: str) -> Any:
        since = self.clock().date() - timedelta(days=30)
        db = self.database.as_(SYSTEM)
        return await db.relate(kind, self.ids[source], self.ids[target], valid_from=since)

    async def last_letter(self) -> Letter:
        await self.database.identity.close()
        return self.postbox.letters[-1]


async def build(url: str) -> None:
    connections = await open_connections(url)
    await create_all(connections, build_tables(CATALOGUE))
    await connections.close()


KEY = f"office:{CATALOGUE.fingerprint}"
BUILD: Build = build


@asynccontextmanager
async def opened_office(url: str, clock: StoppedClock | None = None) -> AsyncIterator[Office]:
    """The office at a URL, as one process has it."""
    clock, postbox = clock or StoppedClock(), Postbox()
    async with open_database(url, CATALOGUE, clock=clock, mailer=postbox) as database:
        yield Office(url, database, clock, postbox)


async def furnish(office: Office) -> None:
    """Make the firms and Ada, who signs in."""
    await office.make("ours", OFFICE.Firm(name="Ours"))
    for name in ("north", "south"):
        await office.make(name, OFFICE.Firm(name=name.title()))
        await office.relate(OFFICE.PartnerOf, name, "ours")
        await office.make(f"{name} deal", OFFICE.Deal(title=f"Deal of {name}"))
        await office.relate(OFFICE.SoldBy, f"{name} deal", name)
    await office.make("ada", OFFICE.Person(given_name="Ada", family_name="Lund"))
    await office.relate(OFFICE.WorksAt, "ada", "north")
    account = await office.identity.add_account(
        SYSTEM, "ada@north.example", record=office.ids["ada"], password=PASSWORD
    )
    office.ids["ada's account"] = account.id


def dialect_of(url: str) -> DialectName:
    return "sqlite" if url.startswith("sqlite") else "postgresql"
