"""What plugins have begun is ended: reactions, workflows, steps, queues and schedules, each once."""

from uuid import UUID

from relatum.access import SYSTEM
from relatum.session import Database
from tests.core.workflows.conftest import at_work, until
from tests.core.workflows.workshop import Machine, failing, seen


async def test_each_change_is_told_once_and_those_of_a_record_in_order(
    database: Database, url: str
) -> None:
    db = database.as_(SYSTEM)
    before = await db.create(Machine(serial="before there were reactions"))
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


async def test_a_reaction_with_rights_of_its_own_starts_a_workflow_that_goes_step_by_step(
    database: Database, url: str
) -> None:
    db = database.as_(SYSTEM)
    async with at_work(database, url):
        machine = await db.create(Machine(serial="B1"))
        await db.update(await db.update(machine, hours=50), hours=150)
        await until(lambda: seen["care"])
    assert (await db.get(Machine, machine.id)).checked == 1
    [(key, said, day)] = seen["care"]
    assert (
        key.startswith("workshop.care:")
        and said == "looked at B1"
        and day.isoformat() == "2024-01-03"
    )
    assert seen["look"] == [f"{key}:1"]
    assert seen["oil"] == [f"{key}:2", f"{key}:4"]
