"""The people of an office: Ann works for two firms, Bob manages the users of one, Cid administers everything."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections import open_connections
from relatum.session import Database
from relatum.tables import build_tables, create_all
from tests.core.catalogue.declaring import declare

OFFICE = declare(
    """
class Person(Entity, plural="people"):
    given_name: Annotated[str | None, Label] = None
    family_name: Annotated[str, Label]

class Firm(Entity):
    name: Annotated[str, Label]

class Deal(Entity):
    title: Annotated[str, Label]
    margin: int = 0

class WorksAt(Relationship[Person, Firm], valid="day", represents=True):
    ends = Ends("employers", "employees")

class SoldBy(Relationship[Deal, Firm], valid="day"):
    ends = Ends("seller", "deals", limit=Limit(target=1))

roles = [
    Role("partner", title="Partner's user", of=Person, where=Ties("employers").some(IS_MY_FIRM)),
    Role("clerk", title="Clerk"),
    Role("partner_admin", title="Partner's manager", invites=("clerk",)),
]
policies = [
    Policy("partner", Deal, READ | UPDATE, through="seller", to=MY_FIRM, fields=ALL - {"margin"}),
]
""",
    name="office",
)
CATALOGUE = build_catalogue([OFFICE])
PASSWORD = "seven green boats"


@dataclass(frozen=True)
class People:
    """An open database, and the ids of what is in it."""

    database: Database
    acme: UUID
    beta: UUID
    ann: UUID
    bob: UUID

    async def work_at(self, person: UUID, firm: UUID) -> Any:
        """Let a person work at a firm from long ago."""
        db = self.database.as_(SYSTEM)
        return await db.relate(OFFICE.WorksAt, person, firm)


async def make_tables(url: str) -> None:
    """Make a database of the office's types."""
    connections = await open_connections(url)
    await create_all(connections, build_tables(CATALOGUE))
    await connections.close()


async def take_in(database: Database) -> People:
    """Fill the database."""
    db, identity = database.as_(SYSTEM), database.identity
    acme = await db.create(OFFICE.Firm(name="Acme"))
    beta = await db.create(OFFICE.Firm(name="Beta"))
    ann = await db.create(OFFICE.Person(given_name="Ann", family_name="Berg"))
    bob = await db.create(OFFICE.Person(given_name="Bob", family_name="Ohm"))
    cid = await db.create(OFFICE.Person(given_name="Cid", family_name="Ray"))
    for title, firm in (("Tea", acme), ("Rum", acme), ("Gin", beta)):
        await db.create(OFFICE.Deal(title=title, margin=7), seller=firm)
    for person, firm in ((ann, acme), (ann, beta), (bob, acme)):
        await db.relate(OFFICE.WorksAt, person, firm)
    for person, email in (
        (ann, "ann@example.org"),
        (bob, "bob@example.org"),
        (cid, "cid@example.org"),
    ):
        await identity.add_account(SYSTEM, email, record=person.id, password=PASSWORD)
    await identity.hold(SYSTEM, bob.id, "partner_admin", firm=acme.id)
    await identity.hold(SYSTEM, cid.id, ADMINISTRATOR)
    return People(database, acme.id, beta.id, ann.id, bob.id)
