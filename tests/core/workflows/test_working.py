"""What plugins have begun is ended: reactions, workflows, steps, queues and schedules, each once."""

import asyncio
from datetime import date, timedelta
from uuid import UUID

import pytest

from relatum.access import SYSTEM, Principal
from relatum.changes.sequencer import sequence
from relatum.clock import utc_now
from relatum.session import Database, run_action
from relatum.session.starting import start_workflow
from relatum.workflows.operating import operating
from relatum.workflows.validity import tell_what_passed
from relatum_schemas.errors import Conflict, Forbidden, NotFound, Refused
from relatum_schemas.workflow import Workflow
from tests.core.workflows.conftest import at_work, ended, until
from tests.core.workflows.workshop import Machine, Minds, Person, care, failing, seen, squeeze


async def _start(database: Database, workflow: Workflow, **inputs: object) -> str:
    return await start_workflow(database.as_(SYSTEM), workflow, inputs)


async def test_each_change_is_told_once_and_those_of_a_record_in_order(
    database: Database, url: str
) -> None:
    db = database.as_(SYSTEM)
    before = await db.create(Machine(serial="before there were reactions"))
    await sequence(database.connections)
    async with at_work(database, url):
        machines = [await db.create(Machine(serial=f"A{number}")) for number in range(5)]
        failing["follow 2"] = 2
        for hours in (10, 20, 30):
            for at, each in enumerate(machines):
                machines[at] = await db.update(each, hours=hours)
        await db.delete(machines[0])
        await until(lambda: len(seen["follow"]) == 21)
    told: dict[UUID, list[int]] = {}
    for record, version, _, _ in seen["follow"]:
        told.setdefault(record, []).append(version)
    assert before.id not in told
    assert sorted(map(len, told.values())) == [4, 4, 4, 4, 5]
    assert all(versions == sorted(versions) for versions in told.values())
    assert len({key for *_, key in seen["follow"]}) == 21

    await db.create(Machine(serial="while nobody works"))
    seen.clear()
    async with at_work(database, url):
        await until(lambda: seen["follow"])
    assert [operation for _, _, operation, _ in seen["follow"]] == ["created"]


async def test_what_would_end_the_process_or_be_cancelled_is_a_failure_like_any_other(
    database: Database, url: str
) -> None:
    async with at_work(database, url), operating(url) as operator:
        failing["follow 1 ends"] = failing["follow 2 is cancelled"] = 1
        failing["oil ends"] = failing["oil is cancelled"] = 1
        machine = await database.as_(SYSTEM).create(Machine(serial="B0"))
        await database.as_(SYSTEM).update(machine, hours=3)
        await until(lambda: len(seen["follow"]) == 2)
        await _start(database, care, machine=machine, times=1)
        await ended(operator, "workshop.care", "DONE")
        assert len(seen["oil"]) == 1


async def test_what_is_begun_goes_step_by_step_and_can_be_retried_and_cancelled(
    database: Database, url: str
) -> None:
    db = database.as_(SYSTEM)
    async with at_work(database, url), operating(url) as operator:
        machine = await db.create(Machine(serial="B1"))
        failing["oil"] = 3
        await db.update(await db.update(machine, hours=50), hours=150)
        [failed] = await ended(operator, "workshop.care", "FAILED")
        assert failed.error == "oil fails"
        assert (await db.get(Machine, machine.id)).checked == 1
        steps = await operator.steps(SYSTEM, failed.id)
        assert [(each.name, each.error) for each in steps] == [
            ("look", None),
            ("oil", "oil fails"),
        ]
        troubles = database.storage.surroundings.health.troubles("workshop")
        assert [each.where for each in troubles] == ["workflow care"]

        await operator.retry(SYSTEM, failed.id)
        [done] = await ended(operator, "workshop.care", "DONE")
        assert done.id == failed.id
        [(key, said, day)] = seen["care"]
        assert (key, said, day) == (done.id, "looked at B1", date(2024, 1, 3))
        assert seen["look"] == [f"{key}:1"]
        assert seen["oil"] == [f"{key}:2", f"{key}:4"]
        assert database.storage.surroundings.health.healthy("workshop")

        slow = await _start(database, care, machine=machine, times=1_000)
        await until(lambda: sum(each.startswith(f"{slow}:") for each in seen["oil"]) > 1)
        await operator.cancel(SYSTEM, slow)
        [cancelled] = await ended(operator, "workshop.care", "CANCELLED")
        assert cancelled.id == slow

        with pytest.raises(Conflict, match="neither failed"):
            await operator.retry(SYSTEM, done.id)
        with pytest.raises(NotFound):
            await operator.cancel(SYSTEM, "workshop.care:none")
        with pytest.raises(Forbidden):
            await operator.workflows(Principal())


async def test_what_is_asked_for_is_started_only_if_it_is_committed(
    database: Database, url: str
) -> None:
    db = database.as_(SYSTEM)
    async with at_work(database, url), operating(url) as operator:
        machine = await db.create(Machine(serial="C1"))
        with pytest.raises(Refused):
            await run_action(db, "worn_out", {"machine": machine, "refuse": True})
        assert seen["care"] == []
        await run_action(db, "worn_out", {"machine": machine})
        await ended(operator, "workshop.care", "DONE")
        assert len(seen["care"]) == 1


async def test_a_queue_lets_so_many_run_and_a_schedule_starts_once_per_tick(
    database: Database, url: str
) -> None:
    async with at_work(database, url), operating(url) as operator:
        for number in range(6):
            await _start(database, squeeze, number=number)
        assert len(await ended(operator, "workshop.squeeze", "DONE", count=6)) == 6
        assert max(seen["at once"]) <= 2
        await until(lambda: len(seen["tick"]) >= 2)
        assert len(set(seen["tick"])) == len(seen["tick"])
        assert await ended(operator, "workshop.every_second", "DONE")


async def test_that_a_tie_begins_and_lapses_by_itself_is_told(database: Database, url: str) -> None:
    db = database.as_(SYSTEM)
    async with at_work(database, url), database.connections.leadership("test") as leader:
        assert leader is not None
        await tell_what_passed(database, leader)
        person, machine = await db.create(Person(name="P")), await db.create(Machine(serial="E1"))
        soon = utc_now() + timedelta(seconds=0.3)
        tie = await db.relate(
            Minds, person, machine, valid_from=soon, valid_to=soon + timedelta(seconds=0.3)
        )
        for count in (1, 2):
            while len(seen["minding"]) < count:
                await tell_what_passed(database, leader)
                await asyncio.sleep(0.1)
    assert seen["minding"] == [(tie.id, "began"), (tie.id, "lapsed")]
