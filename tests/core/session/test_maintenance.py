"""The design's program runs: declared once, it stores, reads, refuses and acts on both databases."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

import relatum_base
from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.session import Database, Session, Tie, run_action
from relatum_base import Organization
from relatum_schemas.condition import Field
from relatum_schemas.errors import (
    BadTransition,
    Forbidden,
    LimitBroken,
    NotFound,
    Problems,
    Refused,
)
from relatum_schemas.kinds import Money
from tests.core.session import maintenance
from tests.core.session.maintenance import InstalledAt, Machine, ServiceVisit, VisitTo
from tests.databases import CloneTemplate, opened

CATALOGUE = build_catalogue([relatum_base, maintenance], zone="Europe/Berlin")


@pytest.fixture
async def database(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield database


@pytest.fixture
def db(database: Database) -> Session:
    return database.as_(SYSTEM)


async def machine_at_plant(db: Session) -> tuple[Machine, Organization]:
    plant = await db.create(Organization(name="Plant"))
    machine = await db.create(
        Machine(serial="A1"), installed_at=Tie(plant, site="Hall 3", valid_from=date(2024, 1, 1))
    )
    return machine, plant


async def test_a_record_is_read_back_as_it_was_written(db: Session) -> None:
    written = await db.create(
        Machine(
            serial="B2",
            commissioned=date(2020, 2, 29),
            purchase_price=Money(amount=Decimal("12.5"), currency="EUR"),
        )
    )
    read = await db.get(Machine, written.id)
    assert (read.serial, read.commissioned, read.state) == ("B2", date(2020, 2, 29), "ok")
    assert read.purchase_price == Money(amount=Decimal("12.50"), currency="EUR")
    assert read.version == 1


async def test_an_extension_field_has_its_default(db: Session) -> None:
    plant = await db.create(Organization(name="Plant"))
    assert (await db.get(Organization, plant.id)).care_level == "basic"


async def test_ties_are_followed_filtered_and_counted(db: Session) -> None:
    machine, plant = await machine_at_plant(db)
    assert [each.serial for each in await db.select(plant.machines).all()] == ["A1"]
    assert await db.select(Machine).where(Field("installed_at.site") == "Hall 3").count() == 1
    assert await db.select(Machine).where(Field("installed_at.name") == "Nowhere").count() == 0
    assert await db.exists(machine.installed_at)
    (tie,) = await db.select(InstalledAt).all()
    assert (tie.source, tie.target, tie.valid_from) == (machine.id, plant.id, date(2024, 1, 1))


async def test_a_machine_stands_at_one_place_at_a_time(db: Session) -> None:
    machine, _ = await machine_at_plant(db)
    other = await db.create(Organization(name="Other"))
    with pytest.raises(LimitBroken):
        await db.relate(InstalledAt, machine, other, valid_from=date(2024, 6, 1))
    (tie,) = await db.select(InstalledAt).all()
    await db.end(tie, at=date(2024, 6, 1))
    moved = await db.relate(InstalledAt, machine, other, valid_from=date(2024, 6, 1))
    now = await db.select(machine.installed_at).all()
    then = await db.select(machine.installed_at).at(valid=date(2024, 5, 31)).all()
    assert ([each.name for each in now], [each.name for each in then]) == (["Other"], ["Plant"])
    days = (date(2023, 12, 31), date(2024, 5, 31), date(2024, 6, 1))
    ties = [await db.select(InstalledAt).at(valid=each).all() for each in days]
    assert [[each.id for each in held] for held in ties] == [[], [tie.id], [moved.id]]
    evening = datetime(2024, 5, 31, 20, tzinfo=UTC)
    assert await db.select(InstalledAt).at(valid=evening).count() == 1
    assert moved.site is None


async def test_a_visit_needs_its_machine(db: Session) -> None:
    with pytest.raises((LimitBroken, Problems)):
        await db.create(ServiceVisit(due=date(2025, 1, 1)))
    assert await db.select(ServiceVisit).count() == 0


async def test_visits_go_with_their_machine_and_come_back_with_it(db: Session) -> None:
    machine, _ = await machine_at_plant(db)
    await db.create(ServiceVisit(due=date(2025, 1, 1)), machine=machine)
    await db.delete(await db.get(Machine, machine.id))
    assert await db.select(ServiceVisit).count() == 0
    await db.restore(machine)
    assert await db.select(ServiceVisit).count() == 1
    assert await db.select(VisitTo).count() == 1


async def test_states_follow_their_transitions(db: Session) -> None:
    machine, _ = await machine_at_plant(db)
    machine = await db.get(Machine, machine.id)
    with pytest.raises((BadTransition, Problems)):
        await db.update(machine, state="down")
    machine = await db.update(machine, state="due")
    assert (await db.update(machine, state="down")).state == "down"


async def test_an_action_refuses_in_its_own_words(db: Session, database: Database) -> None:
    machine, _ = await machine_at_plant(db)
    visit = await run_action(db, "request_visit", {"machine": str(machine.id), "due": "2025-03-01"})
    assert (await db.get(ServiceVisit, visit.id)).due == date(2025, 3, 1)
    with pytest.raises(Refused) as refusal:
        await run_action(db, "request_visit", {"machine": machine, "due": "2025-04-01"})
    assert refusal.value.reason == "visit_pending"
    await db.update(await db.get(ServiceVisit, visit.id), done=datetime(2025, 3, 1, 9, tzinfo=UTC))
    await run_action(db, "request_visit", {"machine": machine, "due": "2025-04-01"})
    assert await db.select(machine.visits).count() == 2


async def test_inputs_of_an_action_are_judged_together(db: Session) -> None:
    with pytest.raises(Problems) as found:
        await run_action(db, "request_visit", {"machine": "nonsense", "when": "2025-04-01"})
    assert [(problem.code, problem.path) for problem in found.value.problems] == [
        ("UNKNOWN_FIELD", ("when",)),
        ("BAD_VALUE", ("machine",)),
        ("REQUIRED", ("due",)),
    ]


async def test_a_stranger_may_not_call_it(database: Database) -> None:
    stranger = database.as_(Principal(id=None, firm=None, roles=frozenset({"guest"})))
    with pytest.raises(Forbidden):
        await run_action(stranger, "request_visit", {})


async def test_a_partner_sees_what_its_employment_opens(db: Session, database: Database) -> None:
    _, plant = await machine_at_plant(db)
    await db.create(Machine(serial="elsewhere"))
    worker = await db.create(relatum_base.Person(family_name="Worker"), employers=plant)
    partner = database.as_(Principal(id=worker.id, firm=plant.id, roles=frozenset({"partner"})))
    seen = await partner.select(Machine).all()
    assert [(each.serial, each.commissioned) for each in seen] == [("A1", None)]
    assert await partner.select(Machine).count() == 1
    stranger = database.as_(Principal(id=plant.id, firm=None, roles=frozenset({"partner"})))
    assert await stranger.select(Machine).all() == []


async def test_a_unit_is_committed_as_a_whole(db: Session) -> None:
    async def two_places() -> None:
        async with db.unit() as unit:
            first = await unit.create(Organization(name="A"))
            second = await unit.create(Organization(name="B"))
            machine = await unit.create(Machine(serial="C3"), installed_at=first)
            await unit.relate(InstalledAt, machine, second)

    with pytest.raises(LimitBroken):
        await two_places()
    assert await db.select(Organization).count() == 0


async def test_a_record_tells_what_it_lacks(db: Session) -> None:
    machine, _ = await machine_at_plant(db)
    visit = await db.create(
        ServiceVisit(due=date(2024, 5, 1), done=datetime(2024, 5, 2, tzinfo=UTC)), machine=machine
    )
    incomplete = db.select(ServiceVisit).where(Field("missing").is_set())
    assert await db.missing(visit) == ("cost",)
    assert [each.id for each in await incomplete.all()] == [visit.id]
    visit = await db.update(visit, cost=Money(amount=Decimal(5), currency="EUR"))
    assert await db.missing(visit) == ()
    assert not await incomplete.exists()
    await db.delete(visit)
    with pytest.raises(NotFound):
        await db.missing(visit)
