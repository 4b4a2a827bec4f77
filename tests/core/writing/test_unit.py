"""The unit of work: all or nothing, several batches, what can be done of a batch with faults."""

from itertools import pairwise

import pytest

from relatum.access import SYSTEM
from relatum.identifiers import new_id
from relatum.writing import Create, Delete, Outcome, Relate, Update, open_unit
from relatum_schemas.errors import BadValue, Conflict, NotFound, RelatumError
from tests.core.writing.stored import Stored


async def test_several_batches_are_one_unit_with_one_instant(shop: Stored) -> None:
    job, firm = new_id(), new_id()
    async with open_unit(shop, SYSTEM, origin="test", reason="why not") as unit:
        await unit.apply([Create("Job", {"title": "J"}, job)])
        await unit.apply([Create("Firm", {"name": "A"}, firm)])
        await unit.apply([Relate("JobAt", job, firm), Update(job, {"title": "K"})])
    (row,) = await shop.rows("unit_of_work")
    assert (row["origin"], row["reason"]) == ("test", "why not")
    assert {line["unit_id"] for line in await shop.rows("change")} == {row["id"]}
    assert {line["recorded_from"] for line in await shop.versions("Job", job)} == {
        row["recorded_at"]
    }
    await shop.assert_sound()


async def test_a_refusal_undoes_the_whole_unit_even_when_it_is_swallowed(shop: Stored) -> None:
    async def swallowing() -> None:
        async with open_unit(shop, SYSTEM) as unit:
            await unit.apply([Create("Firm", {"name": "A"})])
            with pytest.raises(NotFound):
                await unit.apply([Create("Firm", {"name": "B"}), Delete(new_id())])

    with pytest.raises(NotFound):
        await swallowing()
    assert await shop.rows("record") == []


async def test_good_commands_are_done_and_bad_ones_told(shop: Stored) -> None:
    firm, person = new_id(), new_id()
    await shop.apply(Create("Firm", {"name": "Old", "number": 1}))
    async with open_unit(shop, SYSTEM) as unit:
        results = await unit.try_apply(
            [
                Create("Firm", {"name": "A"}, firm),
                Create("Firm", {"name": "B", "number": "many"}),
                Create("Firm", {"name": "C", "number": 1}),
                Create("Person", {"last_name": "Ito"}, person),
                Relate("WorksAt", person, new_id()),
                Relate("WorksAt", person, firm),
            ]
        )
        await unit.apply([Update(firm, {"city": "Ulm"})])
    codes = [each.code if isinstance(each, RelatumError) else each.operation for each in results]
    assert codes == ["created", "BAD_VALUE", "CONFLICT", "created", "BAD_REFERENCE", "related"]
    assert isinstance(results[1], BadValue)
    assert results[1].path == (1, "number")
    assert len(await shop.current("WorksAt")) == 1
    await shop.assert_sound()


async def test_a_fault_that_only_the_database_finds_is_pinned_down(shop: Stored) -> None:
    taken = new_id()
    await shop.apply(Create("Firm", {"name": "Old"}, taken))
    async with open_unit(shop, SYSTEM) as unit:
        results = await unit.try_apply(
            [Create("Firm", {"name": str(at)}, taken if at == 5 else None) for at in range(8)]
        )
    assert [at for at, each in enumerate(results) if not isinstance(each, Outcome)] == [5]
    assert isinstance(results[5], Conflict)
    assert len(await shop.current("Firm")) == 8
    await shop.assert_sound()


async def test_imports_may_leave_records_incomplete_and_know_which(shop: Stored) -> None:
    job, firm = new_id(), new_id()
    async with open_unit(shop, SYSTEM, allow_missing=True) as unit:
        await unit.apply([Create("Job", {"title": "J"}, job), Create("Firm", {"name": "A"}, firm)])
        assert [(each.record, each.end) for each in await unit.missing()] == [(job, "firm")]
    async with open_unit(shop, SYSTEM, allow_missing=True) as unit:
        await unit.apply([Relate("JobAt", job, firm)])
        assert await unit.missing() == []


async def test_ids_ascend(shop: Stored) -> None:
    ids = [new_id() for _ in range(10_000)]
    assert all(earlier < later for earlier, later in pairwise(ids))
    assert {each.version for each in ids} == {7}
