"""Statements that take next to no time run in the event loop, others in threads; what they answer is the same."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, bindparam, literal_column, select, text

from relatum.connections import Connections, PlainText, document, open_connections, prepare
from relatum.connections.brief import LENGTH_WRITTEN, ROWS_WRITTEN, STEPS_OF_A_TURN
from relatum.connections.interface import Copy, Following
from relatum.connections.threads import ConnectionThread
from relatum.connections.transactions import Held
from relatum_schemas.errors import Conflict

ONE = prepare(select(literal_column("1", Integer()) + bindparam("more", type_=Integer())), "sqlite")
COUNTED = (
    "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {most})"
    " SELECT count(*) FROM counted"
)
SHORT = prepare(text(COUNTED.format(most=10)), "sqlite")
LONG = prepare(text(COUNTED.format(most=100_000)), "sqlite")
SAID = Table(
    "said", MetaData(), Column("number", Integer, primary_key=True), Column("text", PlainText())
)
LAST = prepare(text("SELECT max(number) FROM said"), "sqlite")


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Connections]:
    connections = await open_connections(f"sqlite:///{tmp_path}/brief.db")
    async with connections.writing() as connection:
        await connection.script("CREATE TABLE kept (number INTEGER); INSERT INTO kept VALUES (1)")
        await connection.script("CREATE TABLE said (number INTEGER PRIMARY KEY, text TEXT)")
    yield connections
    await connections.close()


@pytest.fixture
def handed_over(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was handed over to threads since."""
    seen: list[str] = []
    run = ConnectionThread.run

    async def noted(self: ConnectionThread, function: object, *arguments: object) -> object:
        seen.append(getattr(function, "__name__", ""))
        return await run(self, function, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(ConnectionThread, "run", noted)
    return seen


async def test_what_takes_no_time_is_handed_to_no_thread(
    file: Connections, handed_over: list[str]
) -> None:
    async with file.reading() as connection:
        assert await connection.value(ONE, {"more": 2}) == 3
        assert await connection.rows(ONE, {"more": 3}) == [(4,)]
        assert await connection.rows(SHORT, {}) == [(10,)]
        assert (
            await connection.value(prepare(select(document(literal_column("'{}'"))), "sqlite"), {})
            == b"{}"
        )
        assert await connection.value(prepare(text("SELECT 1 WHERE 0"), "sqlite"), {}) is None
    assert handed_over == []


async def test_what_takes_longer_is_handed_over_and_not_tried_again(
    file: Connections, handed_over: list[str]
) -> None:
    async with file.reading() as connection:
        for _ in range(3):
            assert await connection.value(LONG, {}) == 100_000
            assert await connection.rows(LONG, {}) == [(100_000,)]
    assert len(handed_over) == 6


async def test_what_takes_longer_now_and_then_is_tried_again_at_once(
    file: Connections, handed_over: list[str]
) -> None:
    any_length = prepare(text(COUNTED.format(most=":most")), "sqlite")
    async with file.reading() as connection:
        for _ in range(3):
            assert await connection.value(any_length, {"most": 100_000}) == 100_000
            for _ in range(4):
                assert await connection.value(any_length, {"most": 10}) == 10
                await asyncio.sleep(0)
        assert len(handed_over) == 3
        for _ in range(2):
            assert await connection.value(any_length, {"most": 100_000}) == 100_000
        assert await connection.value(any_length, {"most": 10}) == 10
    assert len(handed_over) == 6


async def test_what_is_wrong_is_told_as_ever(file: Connections) -> None:
    async with file.reading() as connection:
        for _ in range(2):
            with pytest.raises(Exception, match="no such table: missing"):
                await connection.rows(prepare(text("SELECT 1 FROM missing"), "sqlite"), {})


async def test_who_asks_on_and_on_lets_others_in(file: Connections, handed_over: list[str]) -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    task = asyncio.create_task(others())
    async with file.reading() as connection:
        for _ in range(STEPS_OF_A_TURN // 100):
            await connection.value(ONE, {"more": 1})
    task.cancel()
    assert turns > 0
    assert handed_over


async def test_a_snapshot_stays_one_and_what_was_written_is_read(file: Connections) -> None:
    kept = prepare(text("SELECT count(*) FROM kept"), "sqlite")
    async with file.snapshot() as snapshot:
        assert await snapshot.value(kept, {}) == 1
        async with file.writing() as writing:
            await writing.execute(prepare(text("INSERT INTO kept VALUES (2)"), "sqlite"), {})
            assert await writing.value(kept, {}) == 2
            async with file.reading() as reading:
                assert await reading.value(kept, {}) == 1
        assert await snapshot.value(kept, {}) == 1
    async with file.reading() as reading:
        assert await reading.value(kept, {}) == 2


async def test_in_a_transaction_too_what_takes_no_time_is_handed_to_no_thread(
    file: Connections, handed_over: list[str]
) -> None:
    numbers = prepare(text("SELECT number FROM kept"), "sqlite")
    async with file.writing() as writing:
        await writing.execute(prepare(text("INSERT INTO kept VALUES (2)"), "sqlite"), {})
        del handed_over[:]
        assert await writing.rows(numbers, {}) == [(1,), (2,)]
        assert handed_over == []


async def test_what_is_broken_off_leaves_its_transaction_as_it_was(
    file: Connections, handed_over: list[str]
) -> None:
    numbers = prepare(text("SELECT number FROM kept"), "sqlite")
    long = prepare(text(f"SELECT ({COUNTED.format(most=100_000)})"), "sqlite")
    async with file.writing() as writing:
        await writing.execute(prepare(text("INSERT INTO kept VALUES (2)"), "sqlite"), {})
        del handed_over[:]
        assert await writing.rows(long, {}) == [(100_000,)]
        assert len(handed_over) == 1
        assert await writing.rows(numbers, {}) == [(1,), (2,)]
    async with file.reading() as reading:
        assert await reading.rows(numbers, {}) == [(1,), (2,)]


async def test_what_writes_and_tells_is_always_handed_over(
    file: Connections, handed_over: list[str]
) -> None:
    filling = (
        f"INSERT INTO kept SELECT value FROM ({COUNTED.format(most=10)}), "
        "json_each('[3, 4]') RETURNING number"
    )
    async with file.writing() as writing:
        del handed_over[:]
        assert await writing.rows(prepare(text(filling), "sqlite"), {}) == [(3,), (4,)]
        assert len(handed_over) == 1


async def test_two_may_read_at_once_in_a_transaction(file: Connections) -> None:
    long = prepare(text(f"SELECT ({COUNTED.format(most=100_000)})"), "sqlite")
    async with file.writing() as writing:
        found = await asyncio.gather(
            *(writing.value(each, {"more": 1}) for each in (long, ONE, long, ONE))
        )
        assert found == [100_000, 2, 100_000, 2]


def said(*numbers: int, each: str = "short") -> Copy:
    """Rows that say something."""
    return Copy(SAID, ["number", "text"], [(number, each) for number in numbers])


def following(number: int) -> Following:
    """So many rows that follow on the last one."""

    def rows(found: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
        ((last,),) = found
        assert isinstance(last, int)
        return [(last + more, "next") for more in range(1, number + 1)]

    return Following(SAID, ["number", "text"], LAST, number, rows)


async def test_few_new_rows_are_written_without_a_thread_which_only_commits(
    file: Connections, handed_over: list[str]
) -> None:
    async with file.writing(Held("SELECT 1 FROM kept")) as writing:
        await writing.copy_all([said(1, 2), following(2)])
        assert await writing.rows(LAST, {}) == [(4,)]
        assert handed_over == []
        async with file.reading() as reading:
            assert await reading.rows(LAST, {}) == [(None,)]
    assert handed_over == ["run_alone"]
    async with file.reading() as reading:
        assert await reading.rows(LAST, {}) == [(4,)]


@pytest.mark.parametrize(
    "much",
    [
        said(*range(ROWS_WRITTEN + 1)),
        said(1, 2, each="x" * LENGTH_WRITTEN),
        following(ROWS_WRITTEN + 1),
    ],
    ids=["rows", "text", "rows that follow"],
)
async def test_many_new_rows_or_long_ones_are_handed_over(
    file: Connections, handed_over: list[str], much: Copy | Following
) -> None:
    async with file.writing() as writing:
        await writing.copy_all([said(1_000)])
        assert handed_over == []
        await writing.copy_all([much])
        assert handed_over == ["run_all"]


async def test_a_conflict_of_few_rows_is_told_as_ever_and_undone(
    file: Connections, handed_over: list[str]
) -> None:
    with pytest.raises(Conflict):
        async with file.writing() as writing:
            await writing.copy_all([said(1, 2), said(3, 2)])
    assert handed_over == ["roll_back"]
    async with file.reading() as reading:
        assert await reading.rows(LAST, {}) == [(None,)]


async def test_another_process_that_writes_is_waited_for_beside_the_event_loop(
    file: Connections, handed_over: list[str]
) -> None:
    other = await open_connections(file.url)

    async def write() -> None:
        async with file.writing() as writing:
            await writing.copy_all([said(2)])

    async with asyncio.timeout(30):
        async with other.writing() as before:
            await before.copy_all([said(1)])
            waiting = asyncio.create_task(write())
            await asyncio.sleep(0.05)
            assert handed_over[-1] == "begin"
            assert not waiting.done()
        await waiting
        async with file.reading() as reading:
            assert await reading.rows(LAST, {}) == [(2,)]
        # It is waited for the next time, too.
        async with other.writing() as before:
            waiting = asyncio.create_task(write())
            await asyncio.sleep(0.05)
            assert not waiting.done()
    with pytest.raises(Conflict):
        await waiting
    await other.close()


async def test_a_statement_alone_goes_the_same_ways(
    file: Connections, handed_over: list[str]
) -> None:
    assert await file.rows(ONE, ONE.arguments({"more": 3})) == [(4,)]
    assert handed_over == []
    for _ in range(2):
        assert await file.rows(LONG, []) == [(100_000,)]
    assert handed_over == ["all_rows"] * 2
    assert file.use().lent == 0


async def test_many_who_ask_at_once_take_turns_and_none_is_sent_to_a_thread(
    file: Connections, handed_over: list[str]
) -> None:
    asked = [file.rows(SHORT, []) for _ in range(STEPS_OF_A_TURN // 50)]
    assert await asyncio.gather(*asked) == [[(10,)]] * len(asked)
    assert handed_over == []


async def test_who_asks_again_and_again_does_not_go_before_those_who_wait(
    file: Connections, handed_over: list[str]
) -> None:
    answered = [0] * 40
    longer = prepare(text(COUNTED.format(most=400)), "sqlite")

    async def ask(number: int) -> None:
        while sum(answered) < 2_000:
            await file.rows(longer, [])
            answered[number] += 1

    await asyncio.gather(*map(ask, range(len(answered))))
    assert max(answered) < 2 * min(answered)
    assert handed_over == []


async def test_who_no_longer_waits_keeps_nobody_waiting(file: Connections) -> None:
    longer = prepare(text(COUNTED.format(most=400)), "sqlite")
    asked = [asyncio.create_task(file.rows(longer, [])) for _ in range(100)]
    for number, each in enumerate(asked):
        if number % 2 == 0:
            await asyncio.sleep(0)
            each.cancel()
    answers = await asyncio.wait_for(asyncio.gather(*asked, return_exceptions=True), 10)
    assert answers[1::2] == [[(400,)]] * 50
    assert await file.rows(longer, []) == [(400,)]
