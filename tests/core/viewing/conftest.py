"""A yard with boats in it, and people who look at them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

import relatum_base
from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.session import Context, Database, Session, Tie, context_for, keep_choices
from relatum_base import Organization, Person, WorksAt
from relatum_schemas.kinds import FileReference, Money
from tests.core.viewing import yard
from tests.core.viewing.yard import Boat, Job
from tests.databases import CloneTemplate, opened

CATALOGUE = build_catalogue([relatum_base, yard], zone="Europe/Berlin")


@dataclass(frozen=True)
class Yard:
    """Who and what there is."""

    database: Database
    keeper: Principal
    clerk: Principal
    boats: dict[str, Boat]
    firms: dict[str, Organization]

    def context(self, principal: Principal) -> Context:
        return context_for(self.database.as_(principal), plugin="yard", function="tests")


def euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


@pytest.fixture
async def yard_of_boats(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Yard]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield await filled(database)


async def filled(database: Database) -> Yard:
    db = database.as_(SYSTEM)
    await keep_choices(db, "fitting", {"new": "Brand new", "old": "Rather old"})
    north = await db.create(Organization(name="North Yard"))
    south = await db.create(Organization(name="South Yard"))
    ann = await db.create(Person(given_name="Ann", family_name="Keel"))
    await db.relate(WorksAt, ann, north, valid_from=date(2020, 1, 1))
    boats = {
        "Möwe": await _boat(db, "Möwe", north, length="9.50", price="1250.00", rig="ketch"),
        "Adler": await _boat(db, "Adler", north, length="12.00", price="900.50", afloat=False),
        "Ziege": await _boat(db, "Ziege", south, length="3.25", rig="motor", fitting="old"),
    }
    await _details(db, boats["Möwe"])
    return Yard(
        database,
        keeper=Principal(id=ann.id, firm=north.id, roles=frozenset({"keeper"})),
        clerk=Principal(id=ann.id, roles=frozenset({"clerk"})),
        boats=boats,
        firms={"North": north, "South": south},
    )


async def _boat(
    db: Session, name: str, at: Organization, price: str | None = None, **values: object
) -> Boat:
    money = None if price is None else euros(price)
    tie = Tie(at, berth=f"{name[0]}1", valid_from=date(2024, 1, 1))
    length = values.pop("length")
    boat = Boat.model_validate(
        {"name": name, "price": money, "length": Decimal(str(length)), **values}
    )
    return await db.create(boat, lies_at=tie)


async def _details(db: Session, boat: Boat) -> None:
    await db.update(
        boat,
        launched=date(2001, 6, 30),
        checked=datetime(2024, 3, 31, 22, 30, tzinfo=UTC),
        flag="DE",
        gear=["radar"],
        harbour="Kiel",
        reserve=Decimal(5000),
        papers=FileReference(name="a.pdf", media_type="application/pdf", size=3, digest="0" * 64),
    )
    for number, fee in ((1, "10.00"), (2, "2.50")):
        async with db.unit() as unit:
            await unit.create(
                Job(title=f"Job {number}", due=date(2024, 5, number)),
                boat=Tie(boat, fee=euros(fee)),
            )
