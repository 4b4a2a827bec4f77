"""What comes into force in a database, as the processes see it that use it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from relatum.access import SYSTEM
from relatum.changes.verifying import verify
from relatum.connections import DialectName, Outdated
from relatum.editions import alone, count_up
from relatum.explaining import explain_access
from relatum.identity.plugin_states import PluginState, State, keep_state
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum.session import Database, assembling, open_database
from relatum_schemas.errors import NotFound, Restricted
from relatum_schemas.policy import READ
from tests.databases import CloneTemplate, prepared
from tests.server import garage, shop
from tests.server.garage import Car, Keeps
from tests.server.shop import Organization, Person

PLUGINS = [LoadedPlugin(each.plugin, each) for each in (shop, garage)]


@asynccontextmanager
async def process(url: str) -> AsyncIterator[Database]:
    """A process that uses a database, by what it keeps in force."""
    async with open_database(url, assembling(PLUGINS)) as database:
        yield database


@pytest.fixture
async def url(clone_template: CloneTemplate, dialect: DialectName) -> str:
    return await prepared(clone_template, dialect, catalogue_of(PLUGINS))


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    async with process(url) as opened:
        yield opened


async def put(database: Database, state: State) -> None:
    """Say of the garage whether it is in force, and tell nobody."""
    kept = PluginState("garage", "1.0", state, datetime.now(UTC), None)
    async with database.connections.writing() as connection:
        await keep_state(connection, SYSTEM, kept)


async def test_a_plugin_out_of_force_takes_its_types_fields_and_actions_with_it(
    database: Database,
) -> None:
    before = database.storage
    await put(database, "inactive")
    after = await database.renewed()
    assert before.catalogue.types.keys() - after.catalogue.types.keys() == {"Car", "Keeps"}
    assert "places" not in after.catalogue.types["Organization"].fields
    assert (set(before.catalogue.actions), set(after.catalogue.actions)) == ({"wash"}, set())
    assert after.edition == before.edition + 1
    assert await database.renewed() is after
    await put(database, "active")
    again = await database.renewed()
    assert again.catalogue.fingerprint == before.catalogue.fingerprint


async def test_rules_alone_leave_tables_and_surface_as_they_are(database: Database) -> None:
    database.surface(lambda catalogue: object())
    before = database.storage
    rule = {"role": "clerk", "types": ["Person"], "rights": ["read"]}
    await database.identity.keep_policy(SYSTEM, "clerks", rule)
    after = database.storage
    assert after.catalogue is not before.catalogue
    assert (after.tables, after.surface) == (before.tables, before.surface)


async def test_what_changes_types_is_told_to_who_wants_to_know(database: Database) -> None:
    told: list[int] = []
    database.changed.append(lambda: told.append(database.storage.edition))
    await database.identity.keep_role(SYSTEM, "clerk", {"title": "Clerk"})
    assert told == []
    await put(database, "inactive")
    await database.renewed()
    assert told == [2]


async def test_a_process_that_is_behind_writes_under_what_is_in_force(
    url: str, database: Database
) -> None:
    async with process(url) as behind:
        await put(database, "inactive")
        with pytest.raises(Exception, match="There is no type 'Car'"):
            await behind.as_(SYSTEM).create(Car(plate="K 7"))
        async with behind.as_(SYSTEM).unit() as unit:
            assert "Car" not in unit.catalogue.types
            await unit.create(Person(name="Ann"))
        assert behind.storage.edition == 1


async def test_a_request_is_begun_anew_where_it_is_behind(url: str, database: Database) -> None:
    async with process(url) as behind:
        await put(database, "inactive")
        session = behind.asked_by(SYSTEM)
        with pytest.raises(Outdated):
            await session.create(Person(name="Ann"))
        await behind.renewed()
        await behind.asked_by(SYSTEM).create(Person(name="Ann"))


async def test_a_unit_of_work_costs_no_statement_more(database: Database) -> None:
    """The edition is held by what opens the transaction."""
    await database.as_(SYSTEM).create(Person(name="Ann"))
    async with database.as_(SYSTEM).unit() as unit:
        with database.connections.count_statements() as within:
            await unit.create(Person(name="Bob"))
    with database.connections.count_statements() as alone_:
        await database.as_(SYSTEM).create(Person(name="Cid"))
    own = [each for each in alone_ if "access_log" not in each]
    assert len(own) == len(within)
    assert not any("rules" in each for each in own)


async def test_a_statement_about_what_is_gone_is_repeated_under_what_is_in_force(
    url: str, database: Database
) -> None:
    """A table was put away by another process, which counted the edition up."""
    async with process(url) as behind:
        count = behind.as_(SYSTEM).select(Organization)
        assert await count.all() == []
        async with database.connections.writing() as connection:
            await connection.script(
                'ALTER TABLE shop__organization RENAME COLUMN "garage__places" TO parked'
            )
        await put(database, "inactive")
        assert await count.all() == []
        assert behind.storage.edition == 1


async def test_a_statement_about_what_never_was_fails_for_what_it_is(database: Database) -> None:
    async with database.connections.writing() as connection:
        await connection.script("ALTER TABLE shop__person RENAME TO away")
    with pytest.raises(Exception, match=r"no such table|does not exist") as raised:
        await database.as_(SYSTEM).select(Person).all()
    assert not isinstance(raised.value, Outdated)


@pytest.mark.parametrize("dialect", ["postgresql"])
async def test_changes_of_tables_wait_for_units_of_work_and_these_for_them(
    database: Database,
) -> None:
    order: list[str] = []
    begun, changing = asyncio.Event(), asyncio.Event()

    async def write() -> None:
        async with database.as_(SYSTEM).unit() as unit:
            begun.set()
            await changing.wait()
            await unit.create(Person(name="Ann"))
            order.append("written")

    async def change() -> None:
        await begun.wait()
        async with database.connections.writing() as connection:
            asyncio.get_running_loop().call_later(0.1, changing.set)
            await alone(connection)
            order.append("alone")
            await count_up(connection)

    async def write_after() -> None:
        await changing.wait()
        async with database.as_(SYSTEM).unit() as unit:
            order.append(f"under {unit.storage.edition}")

    await asyncio.gather(write(), change(), write_after())
    assert order == ["written", "alone", "under 1"]


async def test_records_out_of_force_are_simply_not_there(database: Database) -> None:
    db = database.as_(SYSTEM)
    ann = await db.create(Person(name="Ann"))
    car = await db.create(Car(plate="K 7"))
    await db.relate(Keeps, ann, car)
    await put(database, "inactive")
    await database.renewed()
    db = database.as_(SYSTEM)
    assert car.id is not None and ann.id is not None
    with pytest.raises(NotFound):
        await db.delete(car.id)
    with pytest.raises(NotFound):
        await db.erase(car.id)
    with pytest.raises(NotFound):
        await db.restore(car.id)
    with pytest.raises(NotFound):
        await explain_access(db, ann.id, car.id, READ)
    assert [each.broken for each in await verify(database.connections)] == [None, None]
    with pytest.raises(Restricted, match="out of force"):
        await db.delete(ann)
    await put(database, "active")
    await database.renewed()
    db = database.as_(SYSTEM)
    assert await db.get(Car, car.id) == car
