"""Erasure: nothing of a record is left but that it was, and the logs still verify."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from relatum.access import SYSTEM
from relatum.changes.sequencer import sequence
from relatum.changes.verifying import Checked, erasures, verify
from relatum.connections.prepared import prepare
from relatum.session import Database
from relatum_schemas.condition import Field
from relatum_schemas.errors import BadReference, Forbidden, NotFound
from tests.core.privacy.clinic import CLINIC
from tests.core.privacy.test_sensitive import keep_care, somebody

pytestmark = pytest.mark.anyio
SECRET = "Zaphod"


async def everything(database: Database) -> str:
    """All that the database holds, as text."""
    found: list[str] = []
    async with database.connections.reading() as connection:
        for table in database.tables.metadata.sorted_tables:
            prepared = prepare(select(*table.c), database.connections.dialect)
            found += [f"{table.name}: {row}" for row in await connection.rows(prepared, {})]
        if database.connections.dialect == "sqlite":
            index = prepare(text("SELECT hex(block) FROM search_words_data"), "sqlite")
            blocks: Any = await connection.rows(index, {})
            found += [f"words: {bytes.fromhex(block)!r}" for (block,) in blocks]
    return "\n".join(found)


async def sound(database: Database) -> tuple[Checked, Checked]:
    await sequence(database.connections)
    changes, accesses = await verify(database.connections)
    assert (changes.broken, accesses.broken) == (None, None)
    return changes, accesses


async def patient(database: Database) -> UUID:
    """A person with all that can be kept of one."""
    db = database.as_(SYSTEM)
    await keep_care(database)
    person = await db.create(CLINIC.Person(name=SECRET, diagnosis=f"flu of {SECRET}", iban=SECRET))
    async with db.unit(reason=f"Because of {SECRET}") as unit:
        await unit.update(person, diagnosis=f"gout of {SECRET}")
    ward = await database.as_(SYSTEM).create(CLINIC.Ward(name="South"))
    tie = await db.relate(
        CLINIC.TreatedIn,
        person.id,
        ward.id,
        valid_from=date(2026, 1, 1),
        reason=f"gout of {SECRET}",
    )
    await db.end(tie, date(2026, 2, 1))
    identity = database.identity
    account = await identity.add_account(
        SYSTEM, f"{SECRET}@example.org", record=person.id, password="seven green boats"
    )
    await identity.sign_in(f"{SECRET}@example.org", "seven green boats", agent=f"of {SECRET}")
    await identity.add_token(SYSTEM, f"of {SECRET}", account=account.id)
    await identity.hold(SYSTEM, person.id, "doctor")
    await identity.log("seen", SYSTEM, type_name="Person", record=person.id, who=SECRET)
    await database.as_(somebody("doctor", purpose="care")).get(CLINIC.Person, person.id)
    await identity.close()
    return UUID(str(person.id))


async def test_nothing_is_left_but_a_tombstone(clinic: Database) -> None:
    person = await patient(clinic)
    before = clinic.clock()
    kept = await clinic.as_(SYSTEM).create(CLINIC.Person(name="Ada", iban="x"))
    await sound(clinic)
    assert SECRET in await everything(clinic)

    erased = await clinic.as_(somebody("administrator")).erase(person, reason="was asked for")
    assert (erased.type, erased.records, erased.ties, erased.accounts) == ("Person", 1, 1, 1)

    left = await everything(clinic)
    assert SECRET.lower() not in left.lower()
    assert "record: " in left and str(person) in left
    db = clinic.as_(SYSTEM)
    assert [each.id for each in await db.select(CLINIC.Person).all()] == [kept.id]
    past = await db.select(CLINIC.Person).at(recorded=before).all()
    assert [each.id for each in past] == []
    assert await db.select(CLINIC.Person).where(Field("iban") == SECRET).count() == 0


async def test_the_logs_verify_and_say_what_was_erased(clinic: Database) -> None:
    person = await patient(clinic)
    await clinic.as_(somebody("administrator")).erase(person, reason="was asked for")
    changes, accesses = await sound(clinic)
    assert changes.erased >= 4 and accesses.erased >= 2
    told = [each async for each in erasures(clinic.connections)]
    assert {(each.type, each.by, each.reason) for each in told} == {
        ("Person", UUID(int=7), "was asked for"),
        ("TreatedIn", UUID(int=7), "was asked for"),
    }
    (own,) = [each for each in told if each.record == person]
    assert len(own.positions) == 2  # created and updated; the deletion itself stays


async def test_a_salt_that_goes_without_an_erasure_is_told(clinic: Database) -> None:
    await patient(clinic)
    await sound(clinic)
    async with clinic.connections.writing() as connection:
        await connection.script("UPDATE access_log SET salt = NULL WHERE position = 1")
    _, accesses = await verify(clinic.connections)
    assert accesses.broken is not None and accesses.broken.position == 1


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE access_log SET kind = 'nothing' WHERE position = 2",
        "UPDATE access_log SET details = NULL WHERE position = 2",
        "DELETE FROM access_log WHERE position = 2",
    ],
)
async def test_the_access_log_is_chained_as_well(clinic: Database, tampering: str) -> None:
    await clinic.identity.log("one", SYSTEM, said=1)
    await clinic.identity.log("two", SYSTEM, said=2)
    await clinic.identity.log("three", SYSTEM, said=3)
    await sound(clinic)
    async with clinic.connections.writing() as connection:
        await connection.script(tampering)
    _, accesses = await verify(clinic.connections)
    assert accesses.broken is not None and accesses.broken.position == 2


async def test_what_is_deleted_or_merged_is_erased_as_well(clinic: Database) -> None:
    db = clinic.as_(SYSTEM)
    one = await db.create(CLINIC.Person(name=f"{SECRET} one"))
    two = await db.create(CLINIC.Person(name=f"{SECRET} two"))
    await db.merge(one, into=two)
    with pytest.raises(NotFound):
        await db.erase(one.id)
    await db.delete(two.id)
    erased = await db.erase(two.id)
    assert erased.records == 2
    assert SECRET not in await everything(clinic)
    with pytest.raises(NotFound):
        await db.restore(two.id)
    await sound(clinic)
    again = await db.erase(two.id)
    assert again.versions == 0
    await sound(clinic)


async def test_others_keep_their_own(clinic: Database) -> None:
    db = clinic.as_(SYSTEM)
    ada = await db.create(CLINIC.Person(name="Ada"))
    bob = await db.create(CLINIC.Person(name=SECRET))
    ward = await db.create(CLINIC.Ward(name="South"))
    moved = await db.relate(CLINIC.Nurses, bob, ward)
    async with db.unit() as unit:
        await unit.delete(bob.id)
    await db.restore(bob.id)
    ties = await db.select(CLINIC.Nurses).all()
    assert [each.id for each in ties] == [moved.id]
    other = await db.relate(CLINIC.Nurses, ada, ward)
    await db.erase(bob.id)
    assert [each.id for each in await db.select(CLINIC.Nurses).all()] == [other.id]
    assert (await db.get(CLINIC.Ward, ward.id)).name == "South"


async def test_only_administrators_erase_and_only_entities(clinic: Database) -> None:
    db = clinic.as_(SYSTEM)
    ada = await db.create(CLINIC.Person(name="Ada"))
    ward = await db.create(CLINIC.Ward(name="South"))
    tie = await db.relate(CLINIC.Nurses, ada, ward)
    with pytest.raises(Forbidden):
        await clinic.as_(somebody("doctor")).erase(ada.id)
    with pytest.raises(BadReference):
        await db.erase(tie.id)
    with pytest.raises(NotFound):
        await db.erase(UUID(int=1))


async def test_an_undone_erasure_leaves_everything(clinic: Database) -> None:
    person = await patient(clinic)
    db = clinic.as_(SYSTEM)
    await db.select(CLINIC.Person).count()  # the engine's coming in is noted before
    before: Any = await everything(clinic)

    async def undone() -> None:
        async with db.unit() as unit:
            await unit.erase(person)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await undone()
    assert await everything(clinic) == before
