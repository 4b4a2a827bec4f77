"""Parts of a unit of work that may fail alone: what they did is gone, and the unit goes on."""

import asyncio
from contextlib import suppress
from uuid import UUID

import pytest

from relatum.access import SYSTEM
from relatum.changes.sequencer import sequence
from relatum.changes.verifying import verify
from relatum.connections import Repeat
from relatum.identifiers import new_id
from relatum.writing import Create, Relate, Saving, Unit, Update, open_unit, run_unit
from relatum_schemas.errors import BadValue, Conflict, LimitBroken, RelatumError
from tests.core.writing.stored import Stored


async def tried(unit: Unit, *savings: Saving) -> RelatumError | None:
    """Save in a part of the unit; the error, if it fails."""
    try:
        async with unit.attempt():
            await unit.save(savings)
    except RelatumError as error:
        return error
    return None


async def test_rows_that_fail_are_told_and_the_others_kept(shop: Stored) -> None:
    names = ["A", "B", "C", "D"]
    numbers: list[object] = [1, "x", 1, 2]
    async with open_unit(shop, SYSTEM) as unit:
        told = [
            await tried(unit, Saving("Firm", {"name": name, "number": number}))
            for name, number in zip(names, numbers, strict=True)
        ]
    assert [each and each.code for each in told] == [None, "BAD_VALUE", "CONFLICT", None]
    assert [each.path for each in told if each] == [(0, "number"), (0, "number")]
    assert {row["name"] for row in (await shop.current("Firm")).values()} == {"A", "D"}
    assert len(await shop.rows("change")) == len(await shop.rows("record")) == 2
    assert len(await shop.rows("unit_of_work")) == 1
    await shop.assert_sound()
    await sequence(shop.connections)
    (changes, _) = await verify(shop.connections)
    assert (changes.broken, changes.lines) == (None, 2)


async def test_what_a_part_owes_is_judged_at_its_end(shop: Stored) -> None:
    job = Saving("Job", {"title": "J"})
    owing = new_id()
    async with open_unit(shop, SYSTEM) as unit:
        await unit.apply([Create("Job", {"title": "Before"}, owing)])
        error = await tried(unit, job)
        assert isinstance(error, LimitBroken)
        assert error.path == (0, "firm")
        await tried(unit, Saving("Firm", {"name": "A"}))
        firm = new_id()
        await unit.apply([Create("Firm", {"name": "B"}, firm), Relate("JobAt", owing, firm)])
    assert [row["title"] for row in (await shop.current("Job")).values()] == ["Before"]

    async def swallowed() -> None:
        async with open_unit(shop, SYSTEM) as unit:
            await unit.apply([Create("Job", {"title": "Owing"})])
            assert await tried(unit, job) is not None

    with pytest.raises(LimitBroken):
        await swallowed()


async def swallowing(unit: Unit) -> None:
    async with unit.attempt():
        await unit.apply([Create("Note", {"text": "lost"})])
        with suppress(BadValue):
            await unit.apply([Create("Firm", {"name": "A", "number": "x"})])


async def test_a_failure_swallowed_within_a_part_undoes_the_part(shop: Stored) -> None:
    async with open_unit(shop, SYSTEM) as unit:
        with pytest.raises(BadValue):
            await swallowing(unit)
        with suppress(ZeroDivisionError):
            async with unit.attempt():
                await unit.apply([Create("Note", {"text": "lost, too"})])
                raise ZeroDivisionError
        async with unit.attempt():
            assert await tried(unit, Saving("Firm", {"number": 1})) is not None
            await unit.apply([Create("Note", {"text": "kept"})])
    assert [row["text"] for row in (await shop.current("Note")).values()] == ["kept"]
    assert len(await shop.rows("change")) == 1


async def test_a_fault_that_only_the_database_finds_leaves_the_unit_usable(shop: Stored) -> None:
    taken = new_id()
    await shop.apply(Create("Firm", {"name": "Old"}, taken))
    async with open_unit(shop, SYSTEM) as unit:
        with pytest.raises(Conflict):
            async with unit.attempt():
                await unit.apply([Create("Firm", {"name": "New"}, taken)])
        await unit.apply([Update(taken, {"name": "Newer"})])
    assert (await shop.current("Firm"))[taken]["name"] == "Newer"
    await shop.assert_sound()


async def test_a_deadlock_within_a_part_repeats_the_whole_unit(shop: Stored) -> None:
    if shop.connections.dialect == "sqlite":
        pytest.skip("SQLite has one writer")
    made = await shop.apply(Create("Note", {"text": "0"}), Create("Note", {"text": "0"}))
    one, other = (each.id for each in made)
    both, attempts, told = asyncio.Barrier(2), 0, list[type[BaseException]]()

    async def crossing(first: UUID, second: UUID) -> None:
        async def work(unit: Unit) -> None:
            nonlocal attempts
            attempts += 1
            await unit.apply([Update(first, {"text": f"{attempts} first"})])
            if attempts <= 2:
                await both.wait()
            try:
                async with unit.attempt():
                    await unit.apply([Update(second, {"text": f"{attempts} second"})])
            except Repeat as lost:  # one who swallows all that happens in a part
                told.append(type(lost))

        await run_unit(work, shop, SYSTEM)

    await asyncio.gather(crossing(one, other), crossing(other, one))
    assert attempts == 3
    assert told == [Repeat]
    assert [row["version"] for row in (await shop.current("Note")).values()] == [3, 3]
    await shop.assert_sound()
