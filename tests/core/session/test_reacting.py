"""What plugins say before anything is written: amended, refused, told by place, at a price that does not grow."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.connections.prepared import prepare
from relatum.identifiers import new_id
from relatum.importing import run_import
from relatum.session import Database, Session
from relatum.writing import Create, Saving, Tied, open_unit
from relatum_schemas.errors import PluginFailed, Problems, Refused, RelatumError
from tests.core.catalogue.declaring import declare
from tests.core.session import workshop_floor
from tests.core.session.workshop_floor import Does, Hand, Job, JobOn, Machine
from tests.databases import CloneTemplate, opened

CATALOGUE = build_catalogue([workshop_floor])
MAPPING = """
system = "crm"
[[files]]
path = "machines.csv"
[[files.entities]]
type = "Machine"
key = "{id}"
fields.serial = "{serial}"
[[files]]
path = "jobs.csv"
[[files.entities]]
type = "Job"
key = "{id}"
fields.title = "{title}"
"""
WRONG = """
class A(Entity):
    name: str

@before(A, "erased")
async def first(ctx: Context, draft: Draft) -> None: ...

@before(A, "updated", fields={"nothing"})
async def second(ctx: Context, draft: Draft) -> None: ...

@before("B", "updated", when=Field("x") == 1)
async def third(ctx: Context, draft: Draft) -> None: ...

@on(A, "updated", when=Field("version") == 1)
async def fourth(ctx: Context, change: Change) -> None: ...

@on(A)
async def fifth(ctx: Context, change: Change) -> None: ...
"""


@pytest.fixture
async def database(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield database


@pytest.fixture
def db(database: Database) -> Session:
    return database.as_(SYSTEM, reason="a test")


def clerk(database: Database) -> Session:
    return database.as_(Principal(new_id(), roles=frozenset({"clerk"})))


async def test_values_are_set_and_judged_as_if_they_had_been_given(db: Session) -> None:
    machine = await db.create(Machine(serial="a1", hours=5))
    stored = await db.get(Machine, machine.id)
    assert (stored.serial, stored.state) == ("A1", "ok")
    await db.update(stored, hours=1000)
    assert (await db.get(Machine, machine.id)).state == "due"
    with pytest.raises(RelatumError) as taken:
        await db.create(Machine(serial="a1"))
    assert (taken.value.code, taken.value.path) == ("CONFLICT", (0, "serial"))


async def test_a_change_tells_of_the_fields_that_were_set(db: Session) -> None:
    machine = await db.create(Machine(serial="a1", hours=5))
    await db.update(await db.get(Machine, machine.id), hours=2000)
    async with db.storage.connections.reading() as connection:
        change = db.storage.tables.change
        asked = select(change.c.operation, change.c.fields).where(change.c.record_id == machine.id)
        rows: Any = await connection.rows(prepare(asked, db.storage.connections.dialect), {})
    fields = {operation: {*fields} for operation, fields in rows}
    assert fields == {"created": {"serial", "hours", "state"}, "updated": {"hours", "state"}}


async def test_a_reaction_refuses_by_what_it_reads_and_by_conditions(db: Session) -> None:
    machine = await db.create(Machine(serial="A1"))
    await db.create(Job(title="J"), machine=machine)
    await db.update(await db.get(Machine, machine.id), state="due")
    with pytest.raises(Refused) as refused:
        await db.update(await db.get(Machine, machine.id), state="down", reason="Oil")
    assert (refused.value.reason, refused.value.path) == ("has_jobs", (0, "state"))


async def test_it_reads_as_who_asks_and_with_the_rights_that_it_declares(
    database: Database, db: Session
) -> None:
    await db.create(Machine(serial="A1", hours=2000))
    job = await clerk(database).create(Job(title="J"))
    assert (await db.get(Job, job.id)).priority == 1


async def test_all_of_a_batch_are_shown_at_once(database: Database, db: Session) -> None:
    async def made(count: int) -> int:
        commands = [Create("Job", {"title": f"J{at}"}) for at in range(count)]
        await db.apply(commands)
        with database.connections.count_statements() as seen:
            await db.apply(commands)
        return len(seen)

    assert await made(10) == await made(60)
    commands = [Create("Job", {"title": each}) for each in ("a", "nothing", "b", "nothing")]
    with pytest.raises(Problems) as told:
        await db.apply(commands)
    assert [each.path for each in told.value.problems] == [(1, "title"), (3, "title")]


async def test_ties_are_amended_and_their_deletion_is_refused(db: Session) -> None:
    machine, job = await db.create(Machine(serial="A1")), await db.create(Job(title="J"))
    tie = await db.relate(JobOn, job, machine, share=80)
    assert tie.share == 50
    other = await db.create(Job(title="K"))
    await db.relate(JobOn, other, machine, share=13)
    with pytest.raises(Refused) as refused:
        await db.delete(machine.id)
    assert (refused.value.reason, refused.value.path) == ("promised", (0, "id"))


async def test_a_place_is_told_as_the_caller_gave_it(db: Session) -> None:
    ann = await db.create(Hand(name="Ann"))
    job = Saving("Job", {"title": "nothing"})
    with pytest.raises(Refused) as refused:
        await db.save([Saving("Hand", {"name": "Bo"}, {"jobs": (Tied(job),)})], place=("made",))
    assert refused.value.path == ("made", 0, "jobs", 0, "node", "title")
    real = await db.create(Job(title="J"))
    does = await db.relate(Does, ann, real, valid_from=date(2026, 1, 1))
    with pytest.raises(Refused) as refused:
        await db.end(does, at=date(2026, 6, 1))
    assert refused.value.path == (0, "at")
    eve = await db.create(Hand(name="Eve"))
    with pytest.raises(Refused) as refused:
        await db.delete(eve)
    assert refused.value.path == (0, "id")


async def test_what_a_reaction_must_not_do_undoes_the_unit(
    db: Session, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(PluginFailed) as failed:
        await db.create(Job(title="J", note="crash"))
    assert "secret" not in str(failed.value)
    assert failed.value.details == {"plugin": "floor", "reaction": "careless"}
    assert "secret" in caplog.text
    health = db.storage.surroundings.health
    assert [each.where for each in health.troubles("floor")] == ["reaction careless"]
    await db.create(Hand(name="Ann"))
    assert not health.healthy("floor")
    await db.create(Job(title="J", note="careful"))
    assert health.healthy("floor")
    for note, code in {"write": "FORBIDDEN", "bad": "REQUIRED", "late": "REFUSED"}.items():
        with pytest.raises(RelatumError) as told:
            await db.create(Job(title="J", note=note))
        assert told.value.code == code
    assert await db.select(Hand).count() == await db.select(Job).count() == 1


async def test_rows_that_can_be_done_are_done(db: Session) -> None:
    async with open_unit(db.storage, SYSTEM) as unit:
        told = await unit.try_apply(
            [Create("Job", {"title": each}) for each in ("a", "nothing", "b")]
        )
    assert [isinstance(each, Refused) for each in told] == [False, True, False]
    assert await db.select(Job).count() == 2


async def test_an_import_is_told_and_leaves_alone_what_is_as_it_was(
    db: Session, tmp_path: Path
) -> None:
    (tmp_path / "mapping.toml").write_text(MAPPING)
    (tmp_path / "jobs.csv").write_text("id,title\n1,Oil\n2,nothing\n")
    (tmp_path / "machines.csv").write_text("id,serial\n1,a1\n2,b2\n")
    report = await run_import(db, tmp_path / "mapping.toml")
    assert {name: dict(each) for name, each in report.outcomes.items()} == {
        "Machine": {"created": 2},
        "Job": {"created": 1},
    }
    assert "There is nothing to do." in (tmp_path / "jobs.csv.rejected.csv").read_text()
    again = await run_import(db, tmp_path / "mapping.toml")
    assert dict(again.outcomes["Machine"]) == {"unchanged": 2}
    assert {each.version for each in await db.select(Machine).all()} == {1}


def test_declarations_that_cannot_be_are_told() -> None:
    with pytest.raises(Problems) as told:
        build_catalogue([declare(WRONG, name="wrong")])
    said = "\n".join(map(str, told.value.problems))
    for each in (
        "first: It knows no operation 'erased'",
        "second: A has no field 'nothing'",
        "third: There is no type 'B'",
        "fourth: Only fields that A declares",
        "fifth: It names no operation",
    ):
        assert each in said
