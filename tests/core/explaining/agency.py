"""A small agency: deals that firms registered and that lie in regions, people who act for firms, folders in folders."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.session import Database
from tests.core.catalogue.declaring import declare

AGENCY = declare(
    """
class Person(Entity, plural="people"):
    name: Annotated[str, Label]
    trusted: bool = False

class Firm(Entity, plural="firms"):
    name: Annotated[str, Label]

class Region(Entity, plural="regions"):
    name: Annotated[str, Label]

class Deal(Entity, plural="deals"):
    title: Annotated[str, Label]
    state: Literal["open", "won"] = "open"
    margin: int | None = None
    health: Annotated[str | None, Sensitive("health")] = None

class Folder(Entity, plural="folders"):
    name: Annotated[str, Label]

class WorksAt(Relationship[Person, Firm], valid="day", represents=True):
    ends = Ends("employers", "employees")

class PartnerOf(Relationship[Firm, Firm], valid="day"):
    ends = Ends("partner_of", "partners")

class RegisteredBy(Relationship[Deal, Firm], valid="day"):
    ends = Ends("registered_by", "registered")

class LiesIn(Relationship[Deal, Region]):
    ends = Ends("region", "deals")

class Covers(Relationship[Firm, Region]):
    ends = Ends("covers", "covered_by")
    exclusive: bool = False

class InFolder(Relationship[Folder, Folder], acyclic=True):
    ends = Ends("parent", "children")

class Views(Relationship[Person, Folder], valid="day"):
    ends = Ends("viewed", "viewers")
    level: Literal["reader", "owner"] = "reader"

class Resembles(Relationship[Deal, Deal], symmetric=True):
    ends = Ends("similar", "similar")

roles = [
    Role("partner_user", of=Person, where=Ties("employers").some(Ties("partner_of").some())),
    Role("seller"),
]
policies = [
    Policy("partner_user", Deal, READ, through="registered_by", to=MY_FIRM, fields=ALL - {"margin"}),
    Policy("partner_user", Deal, READ, through="region.covered_by", to=MY_FIRM, fields=only("title")),
    Policy("partner_user", [RegisteredBy, Resembles], READ, through=BOTH_ENDS),
    Policy("partner_user", [Firm, WorksAt], READ),
    Policy("partner_user", Deal, UPDATE, through="registered_by", to=MY_FIRM, where=Field("state") == "open"),
    Policy("seller", EVERY_TYPE, READ | HISTORY),
    Policy("seller", Deal, UPDATE, purposes=["sales"]),
    Policy("viewer", Folder, READ, through="parent*.viewers"),
    Policy("viewer", Folder, DELETE,
           where=Ties("parent").climb(Ties("viewers").some(IS_ME, tie=Field("level") == "owner"))),
    Policy("trusted", Deal, READ, where=(Field("state") == "won") - Path("registered_by.employees").to(ME)),
]

@action(Deal, rights={"seller"})
async def close_deal(ctx: Context, deal: Deal) -> Deal:
    return await ctx.db.update(deal, state="won")
""",
    name="agency",
)
CATALOGUE = build_catalogue([AGENCY])
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TODAY = START.date()


class StoppedClock:
    """A present that moves only when it is told to."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, **by: float) -> None:
        self.moment += timedelta(**by)


@dataclass
class Agency:
    """The agency in a database. Ann works at Acme, a partner; Bob at Bolt, which is none; Cid at no firm."""

    database: Database
    clock: StoppedClock
    ids: dict[str, UUID]

    def __getitem__(self, name: str) -> UUID:
        return self.ids[name]

    @property
    def administrator(self) -> Principal:
        """Who may ask about everybody."""
        return Principal(self["Cid"], roles=frozenset({"administrator"}))


async def furnish(database: Database, clock: StoppedClock) -> Agency:
    """Fill a database that has the tables."""
    db = database.as_(SYSTEM)
    ids: dict[str, UUID] = {}

    async def make(type_name: str, name: str, **ends: object) -> None:
        declared = getattr(AGENCY, type_name)
        named = {"title" if type_name == "Deal" else "name": name}
        record = await db.create(declared(**named), **ends)
        ids[name] = record.id

    async def tie(type_name: str, source: str, target: str, valid_from: date | None = None) -> None:
        made = await db.relate(
            getattr(AGENCY, type_name), ids[source], ids[target], valid_from=valid_from
        )
        ids[f"{source}-{target}"] = made.id

    for name in ("Head", "Acme", "Bolt"):
        await make("Firm", name)
    for name in ("Ann", "Bob", "Cid"):
        await make("Person", name)
        await database.identity.add_account(
            SYSTEM, f"{name.lower()}@agency.example", record=ids[name]
        )
    for name in ("North", "South"):
        await make("Region", name)
    for name in ("Pumps", "Valves", "Pipes"):
        await make("Deal", name)
    for name in ("Root", "Middle", "Leaf"):
        await make("Folder", name)
    await tie("PartnerOf", "Acme", "Head")
    await tie("WorksAt", "Ann", "Acme", valid_from=date(2020, 1, 1))
    await tie("WorksAt", "Bob", "Bolt")
    await tie("RegisteredBy", "Pumps", "Acme")
    await tie("RegisteredBy", "Valves", "Bolt")
    await tie("LiesIn", "Valves", "North")
    await tie("LiesIn", "Pipes", "South")
    await tie("Covers", "Acme", "North")
    await tie("InFolder", "Middle", "Root")
    await tie("InFolder", "Leaf", "Middle")
    await tie("Views", "Bob", "Root")
    first, second = sorted((ids["Pumps"], ids["Valves"]))
    await db.relate(AGENCY.Resembles, first, second)
    await database.identity.hold(SYSTEM, ids["Bob"], "viewer")
    await database.identity.hold(SYSTEM, ids["Cid"], "seller")
    return Agency(database, clock, ids)
