"""Fields that functions of plugins compute: how often they are called, for whom they are shown, and how they fail."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.changes.sequencer import sequence
from relatum.connections import DialectName
from relatum.identifiers import new_id
from relatum.session import Database, Session
from relatum.session.calculating import Collected
from relatum.session.feed import Following
from relatum_schemas.condition import Field
from relatum_schemas.errors import Problems, RelatumError
from relatum_schemas.selection import (
    AcrossOutput,
    Changes,
    FieldOutput,
    Many,
    Request,
    RootField,
    Rows,
)
from tests.core.catalogue.declaring import declare
from tests.core.session import workshop_floor
from tests.core.session.workshop_floor import CALLS, Hand, Job, Machine
from tests.databases import CloneTemplate, opened

CATALOGUE = build_catalogue([workshop_floor])


@pytest.fixture
async def database(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        CALLS.clear()
        yield database


@pytest.fixture
def db(database: Database) -> Session:
    return database.as_(SYSTEM, reason="a test")


def clerk(database: Database) -> Session:
    return database.as_(Principal(new_id(), roles=frozenset({"clerk"})))


def shown(type_name: str, *fields: str) -> Request:
    """All records of a type, with these fields."""
    outputs = tuple(FieldOutput(key=each, field=each) for each in fields)
    return Request(
        fields=(RootField(key="all", source=Rows(type=type_name), form=Many(outputs=outputs)),)
    )


async def read(session: Session, request: Request) -> Any:
    return orjson.loads(await session.read(request))["all"]


async def test_values_are_of_their_kinds_and_asked_once_for_all_records(
    database: Database, db: Session
) -> None:
    for count in (2, 20):
        for at in range(count):
            await db.create(Machine(serial=f"{count}-{at}", hours=100 * at))
        CALLS.clear()
        with database.connections.count_statements() as seen:
            rows = await read(db, shown("Machine", "hours", "risk", "mood", "price"))
        assert [name for name, _ in CALLS] == ["risk", "mood", "price"]
        assert len(seen) == 3  # the answer, and one of each function that asks
        for each in rows:
            assert each["risk"] == each["hours"] / 1000
            assert each["mood"] == ("tired" if each["hours"] >= 1000 else "fine")
            assert each["price"] == {"amount": "1.50", "currency": "EUR"}
    assert CALLS[0] == ("risk", 22)


async def test_records_of_a_trait_are_computed_by_the_functions_of_their_types(
    db: Session,
) -> None:
    await db.create(Machine(serial="A1", hours=2000))
    await db.create(Job(title="J"))
    CALLS.clear()
    rows = await read(db, shown("Kept", "type", "price"))
    assert {each["type"] for each in rows if each["price"]["amount"] == "1.50"} == {
        "Machine",
        "Job",
    }
    assert CALLS == [("price", 2)]


async def test_what_may_not_be_read_is_not_computed(database: Database, db: Session) -> None:
    await db.create(Machine(serial="A1", hours=2000))
    (row,) = await read(clerk(database), shown("Machine", "risk", "mood", "price"))
    # Hours are hidden from the clerk, and so from a function that reads as the clerk.
    assert row == {"risk": None, "mood": "tired", "price": None}
    assert [name for name, _ in CALLS if name == "price"] == []


async def test_one_that_fails_leaves_its_field_empty_and_is_told_beside_the_answer(
    database: Database, db: Session
) -> None:
    for name in ("Ann", "Bo"):
        await db.create(Hand(name=name))
    with Collected() as faults:
        rows = await read(db, shown("Hand", "name", "gone"))
    assert [each["gone"] for each in rows] == [None, None]
    assert [(each.code, each.path) for each in faults] == [("PLUGIN_FAILED", ("all", 0, "gone"))]
    assert not database.storage.surroundings.health.healthy("floor")
    await db.create(Hand(name="Cy"))
    with Collected() as faults:
        await read(db, shown("Hand", "name", "gone"))
    assert [each.code for each in faults] == ["REFUSED"]


async def test_within_a_unit_of_work_it_sees_what_that_has_done(db: Session) -> None:
    async with db.unit() as unit:
        await unit.create(Machine(serial="A1", hours=500))
        (row,) = await read(unit, shown("Machine", "risk"))
    assert row["risk"] == 0.5


async def test_who_follows_changes_is_told_as_well(db: Session) -> None:
    shown = (FieldOutput(key="risk", field="risk", types=("Machine",)),)
    outputs = (AcrossOutput(key="record", across="record", outputs=shown),)
    root = RootField(key="all", source=Changes(types=("Machine",)), form=Many(outputs=outputs))
    followed = Following(root, {})
    await followed.step(db)
    for at in range(3):
        await db.create(Machine(serial=f"A{at}", hours=500))
    await sequence(db.storage.connections)
    CALLS.clear()
    batch = await followed.step(db)
    told = [orjson.loads(each.data)["record"] for each in batch.rows]
    assert (told, CALLS) == ([{"risk": 0.5}] * 3, [("risk", 3)])


async def test_nothing_else_is_asked_of_it(db: Session) -> None:
    for query in (
        db.select(Machine).where(Field("risk") > 1),
        db.select(Machine).order("risk"),
    ):
        with pytest.raises(RelatumError) as refused:
            await query.all()
        assert "computed in Python" in str(refused.value)
    assert await db.select(Machine).all() == []
    assert CALLS == []


WRONG = """
from collections.abc import Mapping, Sequence
from uuid import UUID

class A(Entity):
    name: str

@computed(A)
async def name(ctx: Context, ids: Sequence[UUID]) -> Mapping[UUID, int]: ...

@computed(A)
async def one(ctx: Context, ids: Sequence[UUID]) -> int: ...

@computed("B")
async def two(ctx: Context, ids: Sequence[UUID]) -> Mapping[UUID, int]: ...

@computed(A)
async def three(ctx: Context, ids: Sequence[UUID]) -> Mapping[UUID, object]: ...
"""


def test_declarations_that_cannot_be_are_told() -> None:
    with pytest.raises(Problems) as told:
        build_catalogue([declare(WRONG, name="wrong_fields")])
    said = "\n".join(map(str, told.value.problems))
    for each in (
        "name: A has a field of that name from 'wrong_fields'",
        "one: It does not say which values it returns by id.",
        "two: B is no type or trait of the catalogue.",
        "three: object is no kind of field.",
    ):
        assert each in said
