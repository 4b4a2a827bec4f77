"""What must hold when several units of work write at once, whatever the order in which they get through."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import pytest

from relatum.access import SYSTEM
from relatum.changes.reader import read_changes, wait_for_changes
from relatum.changes.sequencer import keep_sequencing, sequence
from relatum.changes.verifying import verify
from relatum.connections import DialectName
from relatum.identifiers import new_id
from relatum.writing import (
    Correct,
    Create,
    Delete,
    Outcome,
    Relate,
    Remove,
    Unit,
    Update,
    open_unit,
    run_unit,
)
from relatum_schemas.errors import (
    BadReference,
    Cycle,
    LimitBroken,
    NotFound,
    Overlap,
    RelatumError,
    StaleVersion,
)
from tests.core.writing.stored import CloneTemplate, Stored, stored


@pytest.fixture
async def shop(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Stored]:
    async with stored(clone_template, dialect) as opened:
        yield opened


async def settled(tries: list[Awaitable[list[Outcome]]]) -> list[list[Outcome] | BaseException]:
    return await asyncio.gather(*tries, return_exceptions=True)


def refusals(results: list[list[Outcome] | BaseException]) -> list[BaseException]:
    return [each for each in results if isinstance(each, BaseException)]


async def test_eight_writers_never_exceed_one_limit(shop: Stored) -> None:
    person, firms = new_id(), [new_id() for _ in range(8)]
    await shop.apply(
        Create("Person", {"last_name": "Ito"}, person),
        *(Create("Firm", {"name": str(each)}, each) for each in firms),
    )
    results = await settled([shop.apply(Relate("WorksAt", person, firm)) for firm in firms])
    refused = refusals(results)
    assert len(refused) == 6
    assert all(isinstance(each, LimitBroken) for each in refused)
    assert len(await shop.current("WorksAt")) == 2


async def test_eight_writers_tie_the_same_two_once(shop: Stored) -> None:
    person, firm = new_id(), new_id()
    await shop.apply(
        Create("Person", {"last_name": "Ito"}, person), Create("Firm", {"name": "A"}, firm)
    )
    results = await settled([shop.apply(Relate("WorksAt", person, firm)) for _ in range(8)])
    refused = refusals(results)
    assert len(refused) == 7
    assert all(isinstance(each, Overlap) for each in refused)


async def test_a_ring_closed_from_all_sides_at_once_stays_open(shop: Stored) -> None:
    firms = [new_id() for _ in range(4)]
    await shop.apply(*(Create("Firm", {"name": str(each)}, each) for each in firms))
    pairs = list(zip(firms, [*firms[1:], firms[0]], strict=True))
    results = await settled([shop.apply(Relate("PartOf", low, high)) for low, high in pairs])
    refused = refusals(results)
    assert len(refused) == 1
    assert isinstance(refused[0], Cycle)


async def test_two_removals_do_not_pass_below_the_minimum(shop: Stored) -> None:
    firms, job = [new_id(), new_id()], new_id()
    await shop.apply(*(Create("Firm", {"name": str(each)}, each) for each in firms))
    (_, made) = await shop.apply(Create("Job", {"title": "J"}, job), Relate("JobAt", job, firms[0]))

    async def replaced(firm: UUID) -> list[Outcome]:
        return await shop.apply(Remove(made.id), Relate("JobAt", job, firm))

    results = await settled([replaced(firm) for firm in firms])
    assert len(refusals(results)) == 1
    assert isinstance(refusals(results)[0], NotFound)
    assert len(await shop.current("JobAt")) == 1


async def test_one_of_two_updates_of_a_version_is_stale(shop: Stored) -> None:
    (made,) = await shop.apply(Create("Firm", {"name": "A"}))
    results = await settled(
        [shop.apply(Update(made.id, {"city": str(at)}, if_version=1)) for at in range(8)]
    )
    assert len(refusals(results)) == 7
    assert all(isinstance(each, StaleVersion) for each in refusals(results))
    await shop.assert_sound()


async def test_nothing_is_tied_to_what_is_being_deleted(shop: Stored) -> None:
    for _ in range(10):
        person, firm = new_id(), new_id()
        await shop.apply(
            Create("Person", {"last_name": "Ito"}, person),
            Create("Firm", {"name": str(firm)}, firm),
        )
        results = await settled(
            [
                shop.apply(Delete(firm)),
                shop.apply(Relate("WorksAt", person, firm)),
                shop.apply(Relate("Owns", person, firm)),
            ]
        )
        assert not isinstance(results[0], BaseException)
        assert all(isinstance(each, BadReference) for each in refusals(results))
    assert await shop.current("WorksAt") == await shop.current("Owns") == {}
    await shop.assert_sound()


async def test_deadlocked_units_are_done_again(shop: Stored) -> None:
    one, other = [
        each.id
        for each in await shop.apply(Create("Note", {"text": "0"}), Create("Note", {"text": "0"}))
    ]
    attempts = 0

    async def crossing(first: UUID, second: UUID) -> None:
        async def work(unit: Unit) -> None:
            nonlocal attempts
            attempts += 1
            await unit.apply([Update(first, {"text": str(attempts)})])
            await asyncio.sleep(0.05)
            await unit.apply([Update(second, {"text": str(attempts)})])

        await run_unit(work, shop, SYSTEM)

    await asyncio.gather(crossing(one, other), crossing(other, one))
    assert attempts > 2 or shop.connections.dialect == "sqlite"
    assert [row["version"] for row in (await shop.current("Note")).values()] == [3, 3]
    await shop.assert_sound()


async def test_recorded_time_never_runs_backwards(shop: Stored) -> None:
    """A unit begun early that gets to a record late records later than what it supersedes, in all of its versions."""
    first, second = [
        each.id
        for each in await shop.apply(Create("Note", {"text": "0"}), Create("Note", {"text": "0"}))
    ]
    begun, free = asyncio.Event(), asyncio.Event()

    async def early() -> None:
        async with open_unit(shop, SYSTEM) as unit:
            await unit.apply([Update(first, {"text": "early"})])
            begun.set()
            if shop.connections.dialect == "postgresql":
                await free.wait()
            await unit.apply([Update(second, {"text": "early"})])

    async def late() -> None:
        await begun.wait()
        await shop.apply(Update(second, {"text": "late"}))
        free.set()

    await asyncio.gather(early(), late())
    await shop.assert_sound()
    units = {row["id"]: row["recorded_at"] for row in await shop.rows("unit_of_work")}
    lines = [row for row in await shop.rows("change") if row["record_id"] in (first, second)]
    for line in lines:
        versions = await shop.versions("Note", line["record_id"])
        assert versions[line["version"] - 1]["recorded_from"] == units[line["unit_id"]]
    for record in (first, second):
        instants = [row["recorded_from"] for row in await shop.versions("Note", record)]
        assert instants == sorted(set(instants))


async def test_a_stopped_clock_does_not_stop_recorded_time(
    clone_template: CloneTemplate, dialect: DialectName
) -> None:
    async with stored(
        clone_template, dialect, clock=lambda: datetime(2024, 1, 1, tzinfo=UTC)
    ) as shop:
        (made,) = await shop.apply(Create("Note", {"text": "0"}))
        await asyncio.gather(
            *(shop.apply(Update(made.id, {"text": str(at)})) for at in range(1, 6))
        )
        instants = [row["recorded_from"] for row in await shop.versions("Note", made.id)]
        assert instants == sorted(set(instants))
        assert len(instants) == 6
        await shop.assert_sound()


async def write_at_random(shop: Stored, notes: list[UUID], dice: random.Random) -> None:
    """Units that each touch two records, some of them undone at their end."""
    for turn in range(12):
        chosen = sorted(dice.sample(notes, 2))
        pause, undone = dice.random() / 100, dice.random() < 0.15
        with suppress(RuntimeError):
            async with open_unit(shop, SYSTEM) as unit:
                for note in chosen:
                    await unit.apply([Update(note, {"text": f"{turn} {dice.random()}"})])
                    await asyncio.sleep(pause)
                if undone:
                    raise RuntimeError


async def follow(shop: Stored, finished: asyncio.Event, seen: list[tuple[UUID, int]]) -> None:
    """A reader that goes by position alone, until there is nothing more to come."""
    position = 0
    while True:
        is_last = finished.is_set()
        async with shop.connections.reading() as connection:
            lines = await read_changes(connection, position)
        for line in lines:
            position += 1
            assert line.position == position
            seen.append((line.record, line.version))
        if is_last and not lines:
            return
        await asyncio.sleep(0.005)


async def test_no_change_is_lost_doubled_or_reordered(shop: Stored) -> None:
    """Units commit in any order, some are undone, while a reader follows by position."""
    notes = [
        each.id for each in await shop.apply(*(Create("Note", {"text": "0"}) for _ in range(6)))
    ]
    sequencer = asyncio.create_task(keep_sequencing(shop.connections))
    seen: list[tuple[UUID, int]] = []
    finished = asyncio.Event()
    following = asyncio.create_task(follow(shop, finished, seen))
    dice = random.Random(7)
    await asyncio.gather(*(write_at_random(shop, notes, dice) for _ in range(8)))
    count = len(await shop.rows("change"))
    assert await wait_for_changes(shop.connections, count - 1)
    finished.set()
    await following
    sequencer.cancel()
    await asyncio.gather(sequencer, return_exceptions=True)
    assert len(seen) == len(set(seen)) == count
    for note in notes:
        versions = [version for record, version in seen if record == note]
        assert versions == list(range(1, len(versions) + 1))
    assert await sequence(shop.connections) == 0
    changes, accesses = await verify(shop.connections)
    assert (changes.broken, accesses.broken) == (None, None)
    await shop.assert_sound()


async def test_rivals_for_a_unique_value_leave_one(shop: Stored) -> None:
    results = await settled(
        [shop.apply(Create("Firm", {"name": str(at), "number": 1})) for at in range(8)]
    )
    assert len(refusals(results)) == 7
    assert all(
        isinstance(each, RelatumError) and each.code == "CONFLICT" for each in refusals(results)
    )


async def test_corrections_cannot_slip_a_tie_past_a_limit(shop: Stored) -> None:
    people, firms = [new_id() for _ in range(4)], [new_id() for _ in range(4)]
    await shop.apply(
        *(Create("Person", {"last_name": str(each)}, each) for each in people),
        *(Create("Firm", {"name": str(each)}, each) for each in firms),
    )
    made = await shop.apply(
        *(Relate("WorksAt", person, firm) for person, firm in zip(people, firms, strict=True))
    )
    results = await settled([shop.apply(Correct(each.id, source=people[0])) for each in made[1:]])
    assert len(refusals(results)) == 2
    assert all(isinstance(each, LimitBroken) for each in refusals(results))
