"""Northwind with all bundled plugins, beside it some of everything that is another's, and who may see what, told by hand.

What somebody is entitled to is worked out here from the ties alone, without a policy: whatever the server shows beyond that
has leaked. A type that is not named here is nobody's of those who try.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select

from relatum import Field
from relatum.access import SYSTEM
from relatum.changes.sequencer import sequence
from relatum.connections import DialectName, open_connections
from relatum.connections.prepared import prepare
from relatum.importing import run_import
from relatum.plugins import Loading, load_plugins
from relatum.session import Database, assembling, open_database
from relatum.tables import create_all
from relatum_base import Organization, PartnerOf, Person, Supplies, WorksAt
from relatum_commerce import PriceList
from relatum_portal.keeping import SavedList
from relatum_server.app import AppSettings
from relatum_server.files.store import FileStore
from relatum_server.installation import surroundings_of
from relatum_server.settings import Settings
from relatum_testing.graph import populate
from tests.databases import CloneTemplate
from tests.plugins.commerce.given import VALUES
from tests.server.identity.people import PASSWORD

EXAMPLE: Final = Path(__file__).parents[3] / "examples" / "northwind"
PLUGINS: Final = load_plugins(only=["northwind", "activities", "sales", "portal"])
KINDS: Final = ("supplier", "customer", "reseller", "former", "stranger")
"""Who tries: three partners, somebody whose firm was one until recently, and somebody with an account and no ties."""

PUBLIC: Final = "public"
"""Nobody who is signed in."""

REMARK: Final = "pays late, says somebody"
"""Is noted of everybody who tries, and of their firms: not for them."""

_FIRMS: Final = {
    "supplier": "Exotic Liquids",
    "customer": "QUICK-Stop",
    "reseller": "Ernst Handel",
    "former": "Former Foods",
}
_SOME: Final = 2
_BUSINESS: Final = {
    **VALUES,
    "Product": {"discontinued": True},
    "PriceList": {"currency": "EUR", "audience": "partners", "level": "platinum"},
}
"""Values of what is made up, so that none of it is open to every customer but goods."""


@dataclass(frozen=True)
class Known:
    """What there is.

    Attributes:
        types: of every record, by its id.
        labels: of those that have one.
        ends: source and target of ties that hold now, by type.
    """

    types: dict[UUID, str]
    labels: dict[UUID, str]
    ends: dict[str, list[tuple[UUID, UUID, UUID]]]

    def targets(self, tie: str, sources: Iterable[UUID]) -> set[UUID]:
        """The records that ties of a type lead to."""
        wanted = set(sources)
        return {target for _, source, target in self.ends[tie] if source in wanted}

    def sources(self, tie: str, targets: Iterable[UUID]) -> set[UUID]:
        """The records that ties of a type come from."""
        wanted = set(targets)
        return {source for _, source, target in self.ends[tie] if target in wanted}

    def of(self, *types: str) -> set[UUID]:
        """All records of some types."""
        return {each for each, name in self.types.items() if name in types}


@dataclass(frozen=True)
class Northwind:
    """An open database with all of it.

    Attributes:
        database: that is served.
        settings: of the server.
        known: what there is before anybody tries anything.
        open_lists: price lists for everybody.
    """

    database: Database
    settings: AppSettings
    known: Known
    open_lists: frozenset[UUID]

    @cached_property
    def people(self) -> dict[str, UUID]:
        """Who tries, by kind."""
        labels = {label: each for each, label in self.known.labels.items()}
        return {kind: labels[f"{kind.title()} Tries"] for kind in KINDS}

    def entitled(self, kind: str) -> set[UUID]:
        """The ids of all that somebody is entitled to see."""
        known = self.known
        if kind == PUBLIC:
            return set()
        me = self.people[kind]
        own = known.targets("WorksAt", [me])  # who asks is told for whom
        firms = set() if kind == "former" else own
        seen = {me, *own, *known.sources("SavedBy", [me]), *known.sources("BookmarkOf", [me])}
        if firms:
            people = known.sources("WorksAt", firms)
            seen |= firms | people | known.targets("ReachedAt", firms | people)
            seen |= known.of("Category")
        if kind == "supplier":
            seen |= known.sources("SuppliedBy", firms) | known.targets("Supplies", firms)
        if kind in ("customer", "reseller"):
            orders = known.sources("PlacedBy", firms)
            shipments = known.sources("ShipmentOf", orders)
            lists = self.open_lists | known.targets("AgreedPrices", firms)
            seen |= orders | shipments | lists | known.of("Product")
            seen |= known.targets("TakenBy", orders) | known.targets("CarriedBy", shipments)
            seen |= known.sources("Supplies", firms)
            seen |= known.sources("TrackingOf", shipments) | known.sources("ComplaintBy", firms)
        if kind == "reseller":
            seen |= known.targets("PartnerOf", firms)
        return seen | self._ties(kind, seen)

    def _ties(self, kind: str, seen: set[UUID]) -> set[UUID]:
        """Ties between what is seen; a supplier sees lines of its products without their orders."""
        found = set()
        for name, ties in self.known.ends.items():
            for tie, source, target in ties:
                by_product = kind == "supplier" and name == "OrderLine" and target in seen
                if by_product or (source in seen and target in seen):
                    found.add(tie)
        return found

    def others(self, kind: str) -> dict[str, list[UUID]]:
        """What is none of somebody's business, one record of each type: of Northwind's own, else made up."""
        entitled, found = self.entitled(kind), dict[str, list[UUID]]()
        for each, name in self.known.types.items():
            if each not in entitled:
                found.setdefault(name, [each])
        return found

    async def changed(self, since: int) -> list[tuple[str, str, UUID]]:
        """Types, operations and ids of what was written since a line of the change log."""
        line = self.database.tables.change.c
        asked = select(line.type, line.operation, line.record_id).where(line.id > since)
        return [
            (str(name), str(operation), each)
            for name, operation, each in await _rows(self.database, asked.order_by(line.id))
        ]

    async def last_change(self) -> int:
        """The last line of the change log."""
        line = self.database.tables.change.c
        return int(str((await _rows(self.database, select(func.max(line.id))))[0][0]))


@asynccontextmanager
async def opened(
    clone_template: CloneTemplate, dialect: DialectName, folder: Path
) -> AsyncIterator[Northwind]:
    """All of it, in a database of its own.

    Args:
        clone_template: makes databases.
        dialect: of the database.
        folder: for files.
    """
    types = assembling(PLUGINS)
    settings = Settings(files=folder / "files")
    surroundings = surroundings_of(settings, Loading(PLUGINS, ()))

    async def build(url: str) -> None:
        connections = await open_connections(url)
        await connections.close()
        async with open_database(url, types, surroundings=surroundings) as database:
            await create_all(database.connections, database.tables)
            report = await run_import(
                database.as_(SYSTEM), EXAMPLE / "mapping.toml", rejects_dir=folder
            )
            assert report.rejected == 0
            await _who_tries(database)
            await populate(database, _SOME, _BUSINESS)
            await sequence(database.connections)

    url = await clone_template(dialect, "portal: northwind and others", build)
    async with open_database(url, types, surroundings=surroundings) as database:
        lists = (
            await database.as_(SYSTEM)
            .select(PriceList)
            .where(Field("audience") == "everybody")
            .all()
        )
        yield Northwind(
            database,
            AppSettings(files=FileStore(folder / "files"), public_per_minute=1_000_000),
            await _known(database),
            frozenset(each.id for each in lists),
        )


async def _who_tries(database: Database) -> None:
    """Accounts for those who try: at firms of Northwind's, at one that was a partner, and at none."""
    db, identity = database.as_(SYSTEM), database.identity
    [ours] = await db.select(Organization).where(Field("sells") == True).all()  # noqa: E712  # a condition
    former = await db.create(Organization(name=_FIRMS["former"]))
    long_ago = {"valid_from": date(2010, 1, 1), "valid_to": date(2020, 1, 1)}
    await db.relate(PartnerOf, former, ours, kind="reseller", **long_ago)
    await db.relate(Supplies, ours, former, **long_ago)
    for kind in KINDS:
        person = await db.create(Person(given_name=kind.title(), family_name="Tries", note=REMARK))
        if kind in _FIRMS:
            [firm] = await db.select(Organization).where(Field("name") == _FIRMS[kind]).all()
            await db.update(firm, note=REMARK)
            await db.relate(WorksAt, person, firm, valid_from=date(2015, 1, 1))
        if kind == "supplier":  # somebody else worked there
            await db.relate(WorksAt, person, former, **long_ago)
        await db.create(SavedList(name=f"Own list of {kind}", view="none"), saved_by=person)
        await identity.add_account(SYSTEM, address(kind), record=person.id, password=PASSWORD)


def address(kind: str) -> str:
    """By which somebody signs in."""
    return f"{kind}@example.org"


async def _known(database: Database) -> Known:
    tables, today = database.tables, date.today().isoformat()
    record = tables.record.c
    rows = await _rows(
        database, select(record.id, record.type, record.label).where(~record.deleted)
    )
    ends: dict[str, list[tuple[UUID, UUID, UUID]]] = {}
    for name in database.catalogue.relationships:
        tie = tables.current[name].c
        period = (tie.valid_from, tie.valid_to) if "valid_from" in tie else ()
        found = await _rows(database, select(tie.id, tie.source_id, tie.target_id, *period))
        ends[name] = [
            (each, source, target)
            for each, source, target, *held in found
            if not held or _holds(held[0], held[1], today)
        ]
    types = {each: name for each, name, _ in rows}
    return Known(types, {each: label for each, _, label in rows if label}, ends)


def _holds(since: object, until: object, today: str) -> bool:
    return str(since or "")[:10] <= today and (until is None or str(until)[:10] > today)


async def _rows(database: Database, asked: Select[Any]) -> list[Any]:
    async with database.connections.reading() as connection:
        return list(await connection.rows(prepare(asked, connection.dialect), {}))
