"""Kept or undone as a whole, also under concurrency and when the caller goes away."""

import asyncio
from contextlib import nullcontext, suppress

import anyio
import pytest
from sqlalchemy import bindparam, func, select, text, update

from relatum.connections import Connection, Connections, open_connections, prepare
from relatum_schemas.errors import Conflict, DatabaseLocked, DatabaseUnavailable
from tests.core.connections.ledger import ACCOUNT, add, count, kept


async def last_long(connection: Connection) -> None:
    """Run a statement that takes a minute unless it is interrupted."""
    statement = {
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
        "WHERE i < 1000000000) SELECT max(i) FROM n",
        "postgresql": "SELECT pg_sleep(60)",
    }[connection.dialect]
    await connection.value(prepare(text(statement), connection.dialect), {})


async def test_an_exception_undoes_everything(accounts: Connections) -> None:
    with suppress(ZeroDivisionError):
        async with accounts.writing() as connection:
            await add(connection, 1)
            raise ZeroDivisionError
    assert await kept(accounts) == 0
    async with accounts.writing() as connection:
        await add(connection, 1)
    assert await kept(accounts) == 1


async def test_what_is_not_committed_is_not_seen(accounts: Connections) -> None:
    async with accounts.writing() as connection:
        await add(connection, 1)
        assert await count(connection) == 1
        assert await kept(accounts) == 0
    assert await kept(accounts) == 1


async def test_a_snapshot_stands_still(accounts: Connections) -> None:
    async with accounts.snapshot() as snapshot:
        assert await count(snapshot) == 0
        async with accounts.writing() as connection:
            await add(connection, 1)
        assert await count(snapshot) == 0
        assert await kept(accounts) == 1


async def test_a_snapshot_writes_nothing(accounts: Connections) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        async with accounts.snapshot() as snapshot:
            await add(snapshot, 1)
    assert await kept(accounts) == 0


async def test_a_savepoint_undoes_its_block_only(accounts: Connections) -> None:
    async with accounts.writing() as connection:
        await add(connection, 1, "taken")
        with suppress(Conflict):
            async with connection.savepoint():
                await add(connection, 2)
                await add(connection, 3, "taken")
        async with connection.savepoint():
            await add(connection, 4)
            with suppress(ZeroDivisionError):
                async with connection.savepoint():
                    await add(connection, 5)
                    raise ZeroDivisionError
    numbers = prepare(select(ACCOUNT.c.number).order_by(ACCOUNT.c.number), accounts.dialect)
    async with accounts.reading() as reader:
        assert await reader.rows(numbers, {}) == [(1,), (4,)]


async def test_eight_writers_lose_no_update(accounts: Connections) -> None:
    read = prepare(
        select(ACCOUNT.c.balance).where(ACCOUNT.c.number == bindparam("number")).with_for_update(),
        accounts.dialect,
    )
    write = prepare(
        update(ACCOUNT)
        .values(balance=bindparam("new"))
        .where(ACCOUNT.c.number == bindparam("which")),
        accounts.dialect,
    )
    async with accounts.writing() as connection:
        await add(connection, 1)

    async def raise_by_one() -> None:
        async with accounts.writing() as connection:
            balance = await connection.value(read, {"number": 1})
            assert isinstance(balance, int)
            await connection.execute(write, {"new": balance + 1, "which": 1})

    async def writer() -> None:
        for _ in range(25):
            await raise_by_one()

    async with asyncio.TaskGroup() as writers:
        for _ in range(8):
            writers.create_task(writer())
    async with accounts.reading() as reader:
        assert await reader.value(read, {"number": 1}) == 200


async def test_readers_see_whole_transactions_while_others_write(accounts: Connections) -> None:
    """Each writer moves one unit between two accounts; their sum is the same at any moment."""
    move = prepare(
        update(ACCOUNT)
        .values(balance=ACCOUNT.c.balance + bindparam("by"))
        .where(ACCOUNT.c.number == bindparam("which")),
        accounts.dialect,
    )
    total = prepare(select(func.sum(ACCOUNT.c.balance)), accounts.dialect)
    async with accounts.writing() as connection:
        for number in (1, 2):
            await add(connection, number)
        await connection.execute(move, {"by": 1_000, "which": 1})
    writing = True

    async def writer() -> None:
        for _ in range(25):
            async with accounts.writing() as connection:
                await connection.execute(move, {"by": -1, "which": 1})
                await connection.execute(move, {"by": 1, "which": 2})

    async def reader() -> int:
        looks = 0
        while writing:
            async with accounts.reading() as connection:
                assert int(str(await connection.value(total, {}))) == 1_000
            looks += 1
        return looks

    readers = [asyncio.create_task(reader()) for _ in range(4)]
    async with asyncio.TaskGroup() as writers:
        for _ in range(4):
            writers.create_task(writer())
    writing = False
    assert all(await asyncio.gather(*readers))


async def test_a_cancelled_statement_stops_and_frees_its_connection(accounts: Connections) -> None:
    for lend in (accounts.reading, accounts.writing, accounts.snapshot):
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05), lend() as connection:
                    await last_long(connection)
            async with asyncio.timeout(5), lend() as connection:
                assert await count(connection) == 0


@pytest.mark.parametrize("level", ["edge", "level"])
async def test_a_cancelled_caller_leaves_nothing_behind(accounts: Connections, level: str) -> None:
    """asyncio cancels once; anyio, which Starlette uses, again at every await."""

    async def unit() -> None:
        async with accounts.writing() as connection:
            await add(connection, 1)
            await last_long(connection)

    if level == "edge":
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await unit()
    else:
        with anyio.move_on_after(0.1):
            await unit()
    async with accounts.writing() as connection:
        assert await count(connection) == 0
        await add(connection, 1)
    assert await kept(accounts) == 1


@pytest.mark.parametrize("inside_savepoint", [True, False])
async def test_a_swallowed_cancellation_is_not_committed(
    accounts: Connections, inside_savepoint: bool
) -> None:
    async def unit() -> None:
        async with accounts.writing() as connection:
            await add(connection, 1)
            with anyio.move_on_after(0.3):
                async with connection.savepoint() if inside_savepoint else nullcontext():
                    await add(connection, 2)
                    await last_long(connection)

    with pytest.raises(RuntimeError, match="rolled back"):
        await unit()
    assert await kept(accounts) == 0


async def test_a_later_savepoint_does_not_mend_an_earlier_cancellation(
    accounts: Connections,
) -> None:
    if accounts.dialect != "sqlite":
        pytest.skip("PostgreSQL runs nothing more after a cancelled statement")

    async def unit() -> None:
        async with accounts.writing() as connection:
            with anyio.move_on_after(0.3):
                await last_long(connection)
            with suppress(ZeroDivisionError):
                async with connection.savepoint():
                    raise ZeroDivisionError

    with pytest.raises(RuntimeError, match="rolled back"):
        await unit()


async def test_a_savepoint_undoes_what_ran_out_of_time(accounts: Connections) -> None:
    async with accounts.writing() as connection:
        await add(connection, 1)
        with suppress(TimeoutError):
            async with asyncio.timeout(0.3), connection.savepoint():
                await add(connection, 2)
                await last_long(connection)
        await add(connection, 3)
    assert await kept(accounts) == 2


async def test_a_change_that_is_broken_off_in_a_savepoint_is_told_as_cancelled(
    accounts: Connections,
) -> None:
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000)"
        " SELECT i, 0 FROM n"
    )
    change = prepare(
        text(f"INSERT INTO {ACCOUNT.name} (number, balance) {numbers}"), accounts.dialect
    )

    async def unit() -> None:
        async with asyncio.timeout(0.3), accounts.writing() as connection:
            await add(connection, 1)
            async with connection.savepoint():
                await connection.execute(change, {})

    with pytest.raises(TimeoutError):
        await unit()
    assert await kept(accounts) == 0
    async with accounts.writing() as connection:
        await add(connection, 1)
    assert await kept(accounts) == 1


async def test_a_swallowed_error_is_not_taken_for_a_commit(accounts: Connections) -> None:
    if accounts.dialect != "postgresql":
        pytest.skip("SQLite undoes the failed statement only, and goes on")

    async def unit() -> None:
        async with accounts.writing() as connection:
            await add(connection, 1)
            with suppress(Conflict):
                await add(connection, 1)

    with pytest.raises(RuntimeError, match="rolled back"):
        await unit()
    assert await kept(accounts) == 0


async def test_a_reader_too_many_waits_then_is_told(account_url: str) -> None:
    accounts = await open_connections(account_url, readers=2, patience=0.1)
    async with accounts.reading(), accounts.reading():
        with pytest.raises(DatabaseUnavailable, match="All 2 connections were busy"):
            async with accounts.reading():
                pass
    assert await kept(accounts) == 0
    await accounts.close()


async def test_forty_tasks_share_two_connections(account_url: str) -> None:
    accounts = await open_connections(account_url, readers=2)
    assert await asyncio.gather(*(kept(accounts) for _ in range(40))) == [0] * 40
    await accounts.close()


async def test_a_writer_of_this_process_waits_its_turn(account_url: str) -> None:
    accounts = await open_connections(account_url, patience=0.1)
    if accounts.dialect == "sqlite":
        async with accounts.writing():
            with pytest.raises(DatabaseLocked, match="Other writers"):
                async with accounts.writing():
                    pass
    async with accounts.writing() as connection:
        await add(connection, 1)
    await accounts.close()


async def test_closed_connections_say_so(account_url: str) -> None:
    accounts = await open_connections(account_url)
    await kept(accounts)
    await accounts.close()
    for lend in (accounts.reading, accounts.writing):
        with pytest.raises(DatabaseUnavailable, match="have been closed"):
            async with lend():
                pass


async def test_closing_waits_for_work_under_way(account_url: str) -> None:
    accounts = await open_connections(account_url)
    begun = asyncio.Event()

    async def write() -> None:
        async with accounts.writing() as connection:
            begun.set()
            await asyncio.sleep(0.05)
            await add(connection, 1)

    writer = asyncio.create_task(write())
    await begun.wait()
    await accounts.close()
    await writer
    again = await open_connections(account_url)
    assert await kept(again) == 1
    await again.close()
