"""Encrypted fields: ciphertext in every table, plain values only in answers, and hardly anything asked of them."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from relatum.access import SYSTEM
from relatum.connections.prepared import prepare
from relatum.sealing import FieldPlace, Keyring, followed, new_keyring, read_keys, write_keys
from relatum.session import Database, open_database
from relatum.writing.resealing import reseal
from relatum_schemas.condition import Field
from relatum_schemas.errors import (
    BadSetting,
    KeyMissing,
    UnknownOperator,
    Unsealable,
)
from tests.core.privacy.clinic import CATALOGUE, CLINIC, KEYS
from tests.core.privacy.test_sensitive import keep_care, log_of, somebody

pytestmark = pytest.mark.anyio
IBAN = "DE89370400440532013000"
BORN = date(1970, 5, 4)


async def stored(database: Database, table: Any, *columns: str) -> list[Any]:
    chosen = [table.c[name] for name in columns]
    prepared = prepare(select(*chosen), database.connections.dialect)
    async with database.connections.reading() as connection:
        return await connection.rows(prepared, {})


async def test_plain_values_go_in_and_come_out(clinic: Database) -> None:
    db = clinic.as_(somebody("doctor"))
    ada = await db.create(CLINIC.Person(name="Ada", iban=IBAN, born=BORN))
    read = await db.get(CLINIC.Person, ada.id)
    assert (read.iban, read.born) == (IBAN, BORN)
    await db.update(read, born=date(1971, 5, 4))
    assert (await db.get(CLINIC.Person, ada.id)).born == date(1971, 5, 4)
    again = await db.get(CLINIC.Person, ada.id)
    assert (again.iban, again.version) == (IBAN, 2)
    assert (await db.update(again, iban=IBAN)).version == 2  # nothing differs, nothing is done
    assert (await db.update(again, iban=None)).version == 3


async def test_tables_hold_ciphertext_only(clinic: Database) -> None:
    db = clinic.as_(SYSTEM)
    ada = await db.create(CLINIC.Person(name="Ada", iban=IBAN, born=BORN))
    await db.update(ada, name="Ada L")
    for table in (clinic.tables.current["Person"], clinic.tables.version["Person"]):
        for iban, digest, born in await stored(clinic, table, "iban", "iban__lookup", "born"):
            assert iban.startswith("sealed1.k1.") and born.startswith("sealed1.k1.")
            assert IBAN not in iban + digest and "1970" not in born
    words = await stored(clinic, clinic.tables.search, "tokens")
    assert IBAN.lower() not in str(words)


async def test_reading_them_is_written_down(clinic: Database) -> None:
    ada = await clinic.as_(SYSTEM).create(CLINIC.Person(name="Ada", iban=IBAN))
    await clinic.as_(somebody("clerk")).get(CLINIC.Person, ada.id)
    ((actor, _, type_name, record, details),) = await log_of(clinic)
    assert (actor, type_name, record) == (UUID(int=7), "Person", ada.id)
    assert details["fields"] == ["iban"]


async def test_who_may_not_read_gets_nothing_and_leaves_no_line(clinic: Database) -> None:
    await clinic.as_(SYSTEM).create(CLINIC.Person(name="Ada", iban=IBAN))
    (read,) = await clinic.as_(somebody("porter")).select(CLINIC.Person).all()
    assert read.iban is None
    assert await log_of(clinic) == []


async def test_equal_values_are_found_where_a_lookup_is_declared(clinic: Database) -> None:
    db = clinic.as_(somebody("doctor"))
    ada = await db.create(CLINIC.Person(name="Ada", iban=IBAN, born=BORN))
    await db.create(CLINIC.Person(name="Bob"))
    people = db.select(CLINIC.Person)
    found = await people.where(Field("iban") == IBAN).all()
    assert [each.id for each in found] == [ada.id]
    assert await people.where(Field("iban").one_of([IBAN, "x"])).count() == 1
    assert await people.where(Field("iban") == "x").count() == 0
    assert await people.where(Field("born").is_null()).count() == 1
    for refused in (Field("born") == BORN, Field("iban") > "a", Field("iban").contains("DE")):
        with pytest.raises(UnknownOperator):
            await people.where(refused).all()


async def test_they_give_no_order(clinic: Database) -> None:
    with pytest.raises(UnknownOperator):
        await clinic.as_(somebody("doctor")).select(CLINIC.Person).order("iban").all()


async def test_ties_and_records_reached_show_them(clinic: Database) -> None:
    db = clinic.as_(somebody("doctor"))
    ada = await db.create(CLINIC.Person(name="Ada", iban=IBAN))
    ward = await db.create(CLINIC.Ward(name="South"))
    tie = await db.relate(CLINIC.TreatedIn, ada, ward, valid_from=date(2026, 1, 1), code="J11")
    assert tie.code == "J11"
    after = await db.change(tie, date(2026, 2, 1))
    assert after.code == "J11"  # sealed anew for the successor
    tied = db.select(CLINIC.Person).where(Field("iban").is_set())
    assert [each.iban for each in await tied.all()] == [IBAN]


async def test_a_merged_record_takes_them_along(clinic: Database) -> None:
    db = clinic.as_(SYSTEM)
    ada = await db.create(CLINIC.Person(name="Ada", iban=IBAN))
    twin = await db.create(CLINIC.Person(name="Ada"))
    await db.merge(ada, into=twin)
    assert (await db.get(CLINIC.Person, twin.id)).iban == IBAN


async def test_a_deleted_record_comes_back_with_them(clinic: Database) -> None:
    db = clinic.as_(SYSTEM)
    ada = await db.create(CLINIC.Person(name="Ada", iban=IBAN))
    await db.delete(ada.id)
    await db.restore(ada.id)
    assert (await db.get(CLINIC.Person, ada.id)).iban == IBAN


async def test_what_was_moved_does_not_open_and_can_be_replaced(clinic: Database) -> None:
    db = clinic.as_(SYSTEM)
    ada = await db.create(CLINIC.Person(name="Ada", iban=IBAN))
    bob = await db.create(CLINIC.Person(name="Bob", iban="other"))
    table = clinic.tables.current["Person"]
    texts = dict(await stored(clinic, table, "name", "iban"))
    async with clinic.connections.writing() as connection:
        move = prepare(update(table).values(iban=texts["Ada"]), clinic.connections.dialect)
        await connection.execute(move, {})
    assert (await db.get(CLINIC.Person, ada.id)).iban == IBAN
    with pytest.raises(Unsealable):
        await db.get(CLINIC.Person, bob.id)
    await db.update(bob, iban="mended")
    assert (await db.get(CLINIC.Person, bob.id)).iban == "mended"


async def test_without_a_key_the_rest_works(clinic_url: str) -> None:
    async with open_database(clinic_url, CATALOGUE, keys=KEYS) as database:
        ada = await database.as_(SYSTEM).create(CLINIC.Person(name="Ada", iban=IBAN))
        ward = await database.as_(SYSTEM).create(CLINIC.Ward(name="South"))
    async with open_database(clinic_url, CATALOGUE) as database:
        db = database.as_(SYSTEM)
        assert await db.get(CLINIC.Ward, ward.id)
        await db.create(CLINIC.Person(name="Bob"))
        assert await db.select(CLINIC.Person).count() == 2
        assert (await db.select(CLINIC.Person).where(Field("name") == "Bob").all())[0].iban is None
        for asked in (db.get(CLINIC.Person, ada.id), db.create(CLINIC.Person(name="C", iban="x"))):
            with pytest.raises(KeyMissing):
                await asked
        with pytest.raises(KeyMissing):
            await db.select(CLINIC.Person).where(Field("iban") == IBAN).count()


def test_keys_are_kept_for_their_owner(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    write_keys(file, new_keyring(), new=True)
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_keys(file).current == "k1"
    with pytest.raises(BadSetting):
        write_keys(file, new_keyring(), new=True)
    file.chmod(0o644)
    with pytest.raises(BadSetting):
        read_keys(file)


def test_a_key_that_follows_opens_what_the_former_sealed() -> None:
    place, record = FieldPlace("Person", "iban"), UUID(int=1)
    text = KEYS.seal(b'"x"', place, record)
    after = followed(KEYS)
    assert after.open(text, [place], record) == b'"x"'
    assert after.seal(b'"x"', place, record).startswith("sealed1.k2.")
    with pytest.raises(KeyMissing):
        KEYS.open(after.seal(b'"x"', place, record), [place], record)
    for other in (FieldPlace("Person", "born"), FieldPlace("Ward", "iban")):
        with pytest.raises(Unsealable):
            after.open(text, [other], record)
    assert after.open(text, [FieldPlace("Person", "account"), place], record) == b'"x"'


def test_a_process_finds_a_key_that_was_added_to_its_file(tmp_path: Path) -> None:
    place, record = FieldPlace("Person", "iban"), UUID(int=1)
    file = tmp_path / "keys.json"
    write_keys(file, new_keyring(), new=True)
    running = read_keys(file)
    write_keys(file, followed(read_keys(file)), new=False)
    text = read_keys(file).seal(b"1", place, record)
    assert running.open(text, [place], record) == b"1"


async def test_values_come_under_the_key_that_follows(clinic_url: str) -> None:
    async with open_database(clinic_url, CATALOGUE, keys=KEYS) as database:
        db = database.as_(SYSTEM)
        ada = await db.create(CLINIC.Person(name="Ada", iban=IBAN, born=BORN))
        await db.update(ada, name="Ada L")
        # stored before the field was declared to be encrypted
        table = database.tables.current["Person"]
        bob = await db.create(CLINIC.Person(name="Bob"))
        plain = update(table).where(table.c.id == bob.id).values(iban="plain", iban__lookup=None)
        prepared = prepare(plain, database.connections.dialect)
        async with database.connections.writing() as connection:
            await connection.execute(prepared, {})
    after = followed(KEYS)
    async with open_database(clinic_url, CATALOGUE, keys=after) as database:
        assert await reseal(database.storage) == 4
        assert await reseal(database.storage) == 0
        for table in (database.tables.current["Person"], database.tables.version["Person"]):
            for iban, born in await stored(database, table, "iban", "born"):
                assert {text[:11] for text in (iban, born) if text} <= {"sealed1.k2."}
    last = Keyring("k2", {"k2": after.keys["k2"]}, after.digesting)
    async with open_database(clinic_url, CATALOGUE, keys=last) as database:
        people = database.as_(SYSTEM).select(CLINIC.Person)
        assert [e.iban for e in await people.order("name").all()] == [IBAN, "plain"]
        assert await people.where(Field("iban") == "plain").count() == 1
        assert await people.where(Field("iban") == IBAN).count() == 1


async def test_records_of_several_types_show_and_find_them(clinic: Database) -> None:
    administrator = somebody("administrator")
    await keep_care(clinic)
    db = clinic.as_(administrator)
    system = clinic.as_(SYSTEM)
    firm = await system.create(CLINIC.Company(name="Acme", number="A1", risk="low"))
    home = await system.create(CLINIC.Household(name="Berg", number="B2", risk="high"))
    insured = db.select(CLINIC.Insured)
    assert {each.number for each in await insured.all()} == {"A1", "B2"}
    assert {each.risk for each in await insured.all()} == {None}
    found = await insured.where(Field("number") == "B2").all()
    assert [each.id for each in found] == [home.id]
    caring = clinic.as_(somebody("doctor", purpose="care")).select(CLINIC.Insured)
    read = await caring.order("risk").all()
    assert [(each.id, each.risk) for each in read] == [(home.id, "high"), (firm.id, "low")]
    *_, last, before = [(line[2], line[4]) for line in await log_of(clinic)]
    for type_name, details in (last, before):
        assert type_name in {"Company", "Household"}
        assert details["fields"] == ["number", "risk"] and details["compared"] == ["risk"]
