"""The change log: positions without gaps, a chain that tells tampering, readers that wait for news."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from relatum.access import SYSTEM
from relatum.changes.reader import read_changes, wait_for_changes
from relatum.changes.sequencer import keep_sequencing, sequence
from relatum.changes.verifying import verify
from relatum.connections import DialectName
from relatum.writing import Create, Update, open_unit
from tests.core.writing.stored import CloneTemplate, Stored, stored


@pytest.fixture
async def shop(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Stored]:
    async with stored(clone_template, dialect) as opened:
        yield opened


async def script(shop: Stored, sql: str) -> None:
    async with shop.connections.writing() as connection:
        await connection.script(sql)


async def filled(shop: Stored, count: int = 5) -> None:
    made = await shop.apply(*(Create("Firm", {"name": str(at)}) for at in range(count)))
    await shop.apply(*(Update(each.id, {"city": "Ulm"}) for each in made))
    await sequence(shop.connections)


async def test_lines_are_read_by_position_with_who_and_why(shop: Stored) -> None:
    async with open_unit(shop, SYSTEM, origin="run 7", reason="tidying") as unit:
        (made,) = await unit.apply([Create("Firm", {"name": "A"})])
        await unit.apply([Update(made.id, {"city": "Ulm"})])
    await sequence(shop.connections)
    async with shop.connections.reading() as connection:
        lines = await read_changes(connection)
        assert [(each.position, each.operation, each.version, each.fields) for each in lines] == [
            (1, "created", 1, ("name",)),
            (2, "updated", 2, ("city",)),
        ]
        assert {(each.origin, each.reason, each.purpose) for each in lines} == {
            ("run 7", "tidying", "system")
        }
        assert await read_changes(connection, since_position=2) == []
        assert len(await read_changes(connection, limit=1)) == 1


async def test_the_chain_holds(shop: Stored) -> None:
    await filled(shop)
    changes, accesses = await verify(shop.connections)
    assert (changes.broken, accesses.broken) == (None, None)
    assert changes.end.position == changes.lines
    again, _ = await verify(shop.connections, anchors={"change": changes.end})
    assert again == changes


async def test_what_was_cut_off_is_found_by_an_end_that_was_kept(shop: Stored) -> None:
    await filled(shop)
    changes, _ = await verify(shop.connections)
    await script(shop, f"DELETE FROM change WHERE position = {changes.end.position}")
    cut, _ = await verify(shop.connections)
    assert cut.broken is None
    cut, _ = await verify(shop.connections, anchors={"change": changes.end})
    assert cut.broken is not None and cut.broken.position == changes.end.position


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE change SET operation = 'removed' WHERE position = 3",
        "UPDATE change SET version = 9 WHERE position = 3",
        "DELETE FROM change WHERE position = 3",
        "UPDATE change SET digest = salt WHERE position = 3",
        "UPDATE change SET salt = NULL, digest = chain WHERE position = 3",
        "UPDATE change SET salt = NULL WHERE position = 3",
        "UPDATE unit_of_work SET actor = id",
        "DELETE FROM unit_of_work",
    ],
)
async def test_tampering_is_found_where_it_is(shop: Stored, tampering: str) -> None:
    await filled(shop)
    await script(shop, tampering)
    changes, _ = await verify(shop.connections)
    assert changes.broken is not None
    assert changes.broken.position == (1 if "unit_of_work" in tampering else 3)


async def test_a_reader_waits_for_news(shop: Stored) -> None:
    await filled(shop)
    assert await wait_for_changes(shop.connections, 9)
    assert not await wait_for_changes(shop.connections, 10, seconds=0.05)
    sequencer = asyncio.create_task(keep_sequencing(shop.connections))
    waiting = asyncio.create_task(wait_for_changes(shop.connections, 10, seconds=10))
    await asyncio.sleep(0.1)
    await shop.apply(Create("Firm", {"name": "news"}))
    assert await waiting
    sequencer.cancel()
    await asyncio.gather(sequencer, return_exceptions=True)


async def test_a_unit_undone_leaves_no_line(shop: Stored) -> None:
    async def failing() -> None:
        async with open_unit(shop, SYSTEM) as unit:
            await unit.apply([Create("Firm", {"name": "A"})])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await failing()
    await filled(shop, 1)
    async with shop.connections.reading() as connection:
        assert [each.position for each in await read_changes(connection)] == [1, 2]
