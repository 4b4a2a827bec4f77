"""Sensitive fields are closed until a purpose opens them, and reading them is written down."""

from contextlib import suppress
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
import pytest
from sqlalchemy import select

from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.changes.accesses import ACCESS_LOG
from relatum.connections.prepared import prepare
from relatum.session import Database, Session
from relatum_schemas.condition import Field
from relatum_schemas.errors import Problems, RelatumError, UnknownField
from relatum_schemas.kinds import Money
from relatum_schemas.purpose import purpose_of_data
from relatum_schemas.selection import FieldOutput, FieldPath, Many, Order, Request, RootField, Rows
from tests.core.catalogue.declaring import declare
from tests.core.privacy.clinic import CLINIC

pytestmark = pytest.mark.anyio

ME = UUID(int=7)
CARE = {
    "title": "Medical care",
    "legal_basis": "health care (GDPR 9.2.h)",
    "opens": ["health"],
    "retention": 3650,
}


def somebody(*roles: str, purpose: str = "operate") -> Principal:
    return Principal(id=ME, roles=frozenset(roles), purpose=purpose)


async def log_of(database: Database, kind: str = "private_read") -> list[Any]:
    columns = ACCESS_LOG.c
    statement = select(
        columns.actor, columns.purpose, columns.type, columns.record_id, columns.details
    )
    prepared = prepare(
        statement.where(columns.kind == kind).order_by(columns.id), database.connections.dialect
    )
    async with database.connections.reading() as connection:
        return await connection.rows(prepared, {})


async def furnish(database: Database) -> list[UUID]:
    db = database.as_(SYSTEM)
    people = [("Ada", "flu", 3), ("Bob", None, 2), ("Cy", "gout", 1)]
    made = [
        await db.create(
            CLINIC.Person(
                name=name, diagnosis=ill, salary=Money(amount=Decimal(pay), currency="EUR")
            )
        )
        for name, ill, pay in people
    ]
    return [each.id for each in made]


async def keep_care(database: Database, **given: object) -> None:
    administrator = somebody("administrator")
    await database.identity.keep_purpose(administrator, "care", {**CARE, **given})


@pytest.mark.parametrize("role", ["administrator", "doctor"])
async def test_without_a_purpose_nobody_sees_them(clinic: Database, role: str) -> None:
    await furnish(clinic)
    db = clinic.as_(somebody(role, purpose="care"))
    people = await db.select(CLINIC.Person).order("name").all()
    assert [each.name for each in people] == ["Ada", "Bob", "Cy"]
    assert {each.diagnosis for each in people} == {None}
    for asked in (
        db.select(CLINIC.Person).where(Field("diagnosis") == "flu"),
        db.select(CLINIC.Person).order("diagnosis"),
        db.select(CLINIC.Person).order("pay"),
    ):
        with pytest.raises(UnknownField):
            await asked.all()
    assert await log_of(clinic) == []


async def test_a_purpose_opens_its_class_to_calls_that_name_it(clinic: Database) -> None:
    ada, _, cy = await furnish(clinic)
    await keep_care(clinic)
    for role in ("administrator", "doctor"):
        people = await clinic.as_(somebody(role, purpose="care")).select(CLINIC.Person).all()
        assert sorted(each.diagnosis or "" for each in people) == ["", "flu", "gout"]
        assert {each.salary for each in people} == {None}  # of another class
    without = clinic.as_(somebody("doctor"))
    assert {each.diagnosis for each in await without.select(CLINIC.Person).all()} == {None}
    no_right = clinic.as_(somebody("clerk", purpose="care"))
    assert {each.diagnosis for each in await no_right.select(CLINIC.Person).all()} == {None}

    first, second = await log_of(clinic)
    assert first[:4] == (ME, "care", "Person", None)
    assert first[4]["fields"] == ["diagnosis"]
    assert first[4]["records"] == sorted(map(str, (ada, cy)))
    assert second[4] == first[4]


async def test_a_purpose_that_is_not_enabled_or_ended_opens_nothing(clinic: Database) -> None:
    await furnish(clinic)
    await keep_care(clinic, enabled=False)
    reader = somebody("administrator", purpose="care")
    assert {e.diagnosis for e in await clinic.as_(reader).select(CLINIC.Person).all()} == {None}
    await keep_care(clinic)
    assert len({e.diagnosis for e in await clinic.as_(reader).select(CLINIC.Person).all()}) == 3
    await clinic.identity.end_purpose(somebody("administrator"), "care")
    assert {e.diagnosis for e in await clinic.as_(reader).select(CLINIC.Person).all()} == {None}


async def test_a_purpose_says_what_it_is_for(clinic: Database) -> None:
    with pytest.raises(Problems):
        await keep_care(clinic, legal_basis="")
    with pytest.raises(Problems):
        await keep_care(clinic, retention=0)
    with pytest.raises(RelatumError, match="helth"):
        await keep_care(clinic, opens=["helth"])


async def test_one_record_read_stands_in_the_line_itself(clinic: Database) -> None:
    ada, *_ = await furnish(clinic)
    await keep_care(clinic)
    read = await clinic.as_(somebody("doctor", purpose="care")).get(CLINIC.Person, ada)
    assert read.diagnosis == "flu"
    ((_, _, type_name, record, details),) = await log_of(clinic)
    assert (type_name, record, details["count"]) == ("Person", ada, 1)


async def test_finding_and_counting_by_them_is_reading(clinic: Database) -> None:
    await furnish(clinic)
    await keep_care(clinic)
    db = clinic.as_(somebody("doctor", purpose="care"))
    assert await db.select(CLINIC.Person).where(Field("diagnosis") == "flu").count() == 1
    (line,) = await log_of(clinic)
    assert line[4]["compared"] == ["diagnosis"]
    assert len(line[4]["selection"]) == 64


async def test_many_records_are_counted(clinic: Database) -> None:
    db = clinic.as_(SYSTEM)
    async with db.unit() as unit:
        for number in range(101):
            await unit.create(CLINIC.Person(name=f"P{number}", diagnosis="flu"))
    await keep_care(clinic)
    await clinic.as_(somebody("doctor", purpose="care")).select(CLINIC.Person).all()
    ((*_, details),) = await log_of(clinic)
    assert details["count"] == 101 and "records" not in details


async def test_the_engine_itself_is_not_bound(clinic: Database) -> None:
    await furnish(clinic)
    people = await clinic.as_(SYSTEM).select(CLINIC.Person).order("diagnosis").all()
    assert [each.diagnosis for each in people] == [None, "flu", "gout"]
    assert await log_of(clinic) == []


async def test_writing_needs_the_purpose_too(clinic: Database) -> None:
    ada, *_ = await furnish(clinic)
    await keep_care(clinic)
    for role in ("administrator", "doctor"):
        db = clinic.as_(somebody(role))
        record = await db.get(CLINIC.Person, ada)
        await db.update(record, name="Ada L")
        with pytest.raises(UnknownField):
            await db.update(await db.get(CLINIC.Person, ada), diagnosis="cold")
        with pytest.raises(UnknownField):
            await db.create(CLINIC.Person(name="New", diagnosis="cold"))
        caring = clinic.as_(somebody(role, purpose="care"))
        await caring.update(await caring.get(CLINIC.Person, ada), diagnosis=f"cold of {role}")
    assert (await clinic.as_(SYSTEM).get(CLINIC.Person, ada)).diagnosis == "cold of doctor"


async def test_what_an_undone_unit_had_read_is_written_down_all_the_same(clinic: Database) -> None:
    ada, *_ = await furnish(clinic)
    await keep_care(clinic)
    db = clinic.as_(somebody("doctor", purpose="care"))

    async def undone() -> None:
        async with db.unit() as unit:
            await unit.get(CLINIC.Person, ada)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await undone()
    assert len(await log_of(clinic)) == 1
    async with db.unit() as unit:
        await unit.get(CLINIC.Person, ada)
    assert len(await log_of(clinic)) == 2


async def test_what_an_undone_part_of_a_unit_had_read_is_written_down_too(clinic: Database) -> None:
    ada, *_ = await furnish(clinic)
    await keep_care(clinic)
    async with clinic.as_(somebody("doctor", purpose="care")).unit() as unit:
        with suppress(ZeroDivisionError):
            async with unit.attempt() as tried:
                await tried.get(CLINIC.Person, ada)
                raise ZeroDivisionError
        await unit.get(CLINIC.Person, ada)
    assert len(await log_of(clinic)) == 2


async def test_an_answer_that_is_given_again_is_written_down_again(clinic: Database) -> None:
    ada, *_ = await furnish(clinic)
    await keep_care(clinic)
    db = clinic.as_(somebody("doctor", purpose="care"))

    async def work(session: Session) -> bytes:
        return str((await session.get(CLINIC.Person, ada)).diagnosis).encode()

    answers = [await db.once("k", b"1", work) for _ in range(2)]
    assert answers[0] == answers[1]
    first, again = await log_of(clinic)
    assert again[4] == {**first[4], "again": True}
    assert again[:4] == first[:4]


async def test_a_derived_field_is_of_its_inputs_classes(clinic: Database) -> None:
    await furnish(clinic)
    pay = {**CARE, "title": "Payroll", "opens": ["finance"]}
    await clinic.identity.keep_purpose(somebody("administrator"), "payroll", pay)
    db = clinic.as_(somebody("administrator", purpose="payroll"))
    found = await db.select(CLINIC.Person).order(Order(path=FieldPath(field="salary"))).all()
    assert [each.name for each in found] == ["Cy", "Bob", "Ada"]
    (line,) = await log_of(clinic)
    assert line[4]["fields"] == ["salary"] and line[4]["compared"] == ["salary"]


async def test_history_obeys_the_purpose(clinic: Database) -> None:
    await furnish(clinic)
    known = clinic.clock()
    db = clinic.as_(somebody("doctor"))
    past = await db.select(CLINIC.Person).at(recorded=known).all()
    assert {each.diagnosis for each in past} <= {None}


async def test_a_value_cannot_pass_for_a_mark(clinic: Database) -> None:
    forged = '{"m":"00","n":"0","t":"Person","i":"x","v":"y","e":"00"}'
    db = clinic.as_(SYSTEM)
    await db.create(CLINIC.Person(name=forged, diagnosis=forged))
    await keep_care(clinic)
    shown = (FieldOutput(key="m", field="diagnosis"), FieldOutput(key="e", field="name"))
    root = RootField(key="n", source=Rows(type="Person"), form=Many(outputs=shown))
    caring = clinic.as_(somebody("doctor", purpose="care"))
    answer = orjson.loads(await caring.read(Request(fields=(root,))))
    assert answer == {"n": [{"m": forged, "e": forged}]}


async def test_sensitive_labels_are_refused() -> None:
    wrong = declare(
        """
class Person(Entity, plural="people"):
    name: Annotated[str, Label, Sensitive("health")]
    note: Annotated[str | None, Searchable, Sensitive("health")] = None
    iban: Annotated[str | None, Unique, Encrypted()] = None
    pay: Annotated[Money | None, Encrypted()] = None
""",
        name="wrong",
    )
    with pytest.raises(Problems) as told:
        build_catalogue([wrong])
    fields = {str(each).split(":")[0].rpartition(".")[2] for each in told.value.problems}
    assert fields == {"name", "note", "iban", "pay"}


def test_purposes_are_read_strictly() -> None:
    with pytest.raises(Problems):
        purpose_of_data({**CARE, "code": "Not A Code"})
    with pytest.raises(Problems):
        purpose_of_data({**CARE, "code": "care", "more": 1})
    assert purpose_of_data({**CARE, "code": "care"}).enabled
