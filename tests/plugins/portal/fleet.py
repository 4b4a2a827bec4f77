"""A rental of machines: what a plugin shows to partners, and two firms that must not see each other's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import relatum_base
import relatum_portal
from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections.opening import open_connections
from relatum.plugins import Hooks, LoadedPlugin, Loading, PluginHealth, Surroundings, settings_of
from relatum.session import Database, assembling, open_database
from relatum.tables import build_tables, create_all
from relatum_base import Organization, Person, WorksAt
from relatum_server import plugin_specs
from relatum_server.app import AppSettings
from relatum_server.files.store import FileStore
from tests.core.catalogue.declaring import declare

FLEET = declare(
    '''
from pydantic import BaseModel
from relatum_base import Organization, Person

class Machine(Entity, plural="machines"):
    """A machine that stands at a partner's."""
    serial: Annotated[str, Label, Unique, Searchable]
    state: Annotated[Literal["ok", "due", "down"], Indexed] = "ok"
    commissioned: date | None = None
    hours: int | None = None
    price: Annotated[Money | None, Help("What it cost us.")] = None
    manual: FileReference | None = None
    note: LongText | None = None

class Ticket(Entity, plural="tickets"):
    """What is to be done to a machine."""
    title: Annotated[str, Label, Searchable]
    done: bool = False
    wanted: date | None = None

class StandsAt(Relationship[Machine, Organization], plural="stands"):
    ends = Ends("stands_at", "machines", limit=Limit(target=1))
    hall: str | None = None

class TicketFor(Relationship[Ticket, Machine], plural="ticket_ties"):
    ends = Ends("machine", "tickets", limit=Limit(target=(1, 1)))

class Note(Entity, plural="notes"):
    """What somebody noted."""
    text: Annotated[str, Label]

class NoteOn(Relationship[Note, Machine], plural="note_ties"):
    ends = Ends("about", "notes", limit=Limit(target=(1, 1)))

class LooksAfter(Relationship[Machine, Person], valid="day"):
    """Somebody looks after a machine."""
    ends = Ends("looked_after_by", "looks_after", limit=Limit(target=2))
    part: Literal["first", "second"] = "first"

class Slot(BaseModel):
    """When it suits."""
    day: date
    hours: list[int] = []

class Quote(BaseModel):
    """What a repair costs."""
    amount: Money
    until: date

roles = [Role("partner", title="Partner", of=Person, where=Ties("employers").some(IS_MY_FIRM))]
policies = [
    Policy("partner", Organization, READ, where=IS_MY_FIRM),
    Policy("partner", Machine, READ | HISTORY, through="stands_at", to=MY_FIRM, fields=ALL - {"price"}),
    Policy("partner", Machine, UPDATE, through="stands_at", to=MY_FIRM, fields=only("note")),
    Policy("partner", Ticket, READ | HISTORY, through="machine.stands_at", to=MY_FIRM),
    Policy("partner", [StandsAt, TicketFor], READ, through=BOTH_ENDS),
    Policy("partner", Ticket, DELETE | RELATE, through="machine.stands_at", to=MY_FIRM),
    Policy("partner", TicketFor, RELATE),
    Policy("partner", Person, READ | RELATE, through="employers", to=MY_FIRM, fields=only("given_name", "family_name")),
    Policy("partner", Machine, RELATE, through="stands_at", to=MY_FIRM),
    Policy("partner", Note, READ | DELETE, through="about.stands_at", to=MY_FIRM),
    Policy("partner", NoteOn, READ, through=BOTH_ENDS),
    Policy("partner", LooksAfter, READ | RELATE, through=BOTH_ENDS),
]

REPORTING = {Machine: READ | RELATE, Ticket: READ | CREATE | RELATE, TicketFor: READ | RELATE}

@action(Machine, rights={"partner"}, elevated=REPORTING)
async def report(
    ctx: Context, machine: Machine, title: str, wanted: date | None = None, slot: Slot | None = None
) -> Ticket:
    """Report that something is wrong.

    Args:
        ctx: of the call.
        machine: which one.
        title: what is wrong, in a few words.
        wanted: by when.
        slot: when it suits.
    """
    if title == "refused":
        raise Refused("not_now", path="title", message="Not like this.")
    return await ctx.elevated.create(Ticket(title=title, wanted=wanted), machine=machine)

@action(Machine, reading=True, rights={"partner"})
async def quote(ctx: Context, machine: Machine, days: int) -> Quote:
    """Say what a repair costs."""
    return Quote(amount=Money(amount=Decimal(100 * days), currency="EUR"), until=date(2030, 1, 1))

ticket_made = Template("New: {{ record.title }}", "{{ record.title }} is to be done.")
ticket_done = Template("Done: {{ record.title }}", "{{ record.title }} is done.")

views = [
    View("machines", Machine, place=PORTAL, title="Our machines", help="What stands with you.",
         columns="serial state commissioned hours stands_at tickets.count",
         filters="state commissioned hours stands_at", actions=[report, quote],
         detail=(Group("serial state commissioned hours price manual"), Group("note", title="Remarks"),
                 Sublist("tickets", columns="node node.done", title="Tickets", empty="No ticket yet."),
                 Sublist("looked_after_by", columns="node part valid_from", title="Who looks after it", edits=True),
                 TIMELINE)),
    View("open_tickets", Ticket, place=PORTAL, title="Open tickets", columns="title wanted machine",
         where=Field("done") == False, waiting=True, empty="Nothing is to be done.",
         detail=(Group("title done wanted machine"), TIMELINE)),
]
''',
    name="fleet",
    requires=("base",),
)
PASSWORD = "seven green boats"
SECRET = "zeppelin"
"""Stands in all that is Beta's."""


@dataclass(frozen=True)
class Fleet:
    """An open database, and the ids of what is in it."""

    database: Database
    settings: AppSettings
    acme: UUID
    beta: UUID
    ann: UUID
    machines: dict[str, UUID]
    tickets: dict[str, UUID]

    def made(self, *names: str) -> list[UUID]:
        """The ids of some machines."""
        return [self.machines[each] for each in names]


@asynccontextmanager
async def fleet(folder: Path, *, many: int = 0) -> AsyncIterator[Fleet]:
    """Two partner firms with machines, tickets and people who sign in.

    Args:
        folder: for the database and its files.
        many: further machines of Acme's.
    """
    modules = (relatum_base, FLEET, relatum_portal)
    plugins = tuple(LoadedPlugin(each.plugin, each) for each in modules)
    catalogue, health = build_catalogue(modules), PluginHealth()
    store = FileStore(folder / "files")
    surroundings = Surroundings(
        loading=Loading(plugins, ()),
        hooks=Hooks(plugins, specs=[plugin_specs], health=health),
        settings=settings_of(plugins, {}),
        health=health,
        files=store,
    )
    url = f"sqlite:///{folder}/fleet.db"
    connections = await open_connections(url)
    await create_all(connections, build_tables(catalogue))
    await connections.close()
    async with open_database(url, assembling(plugins), surroundings=surroundings) as database:
        yield await _filled(database, store, many)


async def _filled(database: Database, store: FileStore, many: int) -> Fleet:
    db: Any = database.as_(SYSTEM)
    identity = database.identity
    acme = await db.create(Organization(name="Acme"))
    beta = await db.create(Organization(name=f"Beta {SECRET}"))
    people = {}
    for name, firm in (("ann", acme), ("ben", beta), ("cid", None)):
        person = await db.create(Person(given_name=name.capitalize(), family_name="Berg"))
        people[name] = person
        if firm is not None:
            await db.relate(WorksAt, person, firm)
        await identity.add_account(
            SYSTEM, f"{name}@example.org", record=person.id, password=PASSWORD
        )
    await identity.hold(SYSTEM, people["cid"].id, ADMINISTRATOR)
    machines, tickets = {}, {}
    for name, firm, word in (("A-1", acme, "plain"), ("A-2", acme, "plain"), ("B-1", beta, SECRET)):
        manual = await store.keep(f"{word}.txt", "text/plain", word.encode())
        machine = await db.create(
            FLEET.Machine(
                serial=f"{name} {word}", state="due", hours=1200, note=word, manual=manual
            ),
            stands_at=firm,
        )
        ticket = await db.create(FLEET.Ticket(title=f"Oil {name} {word}"), machine=machine)
        machines[name], tickets[name] = machine.id, ticket.id
    for number in range(many):
        await db.create(FLEET.Machine(serial=f"M-{number:03}", hours=number), stands_at=acme)
    settings = AppSettings(files=store)
    return Fleet(database, settings, acme.id, beta.id, people["ann"].id, machines, tickets)
