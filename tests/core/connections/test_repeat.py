import asyncio
from functools import partial

import pytest
from sqlalchemy import bindparam, insert, select, text, update

from relatum.connections import Connections, Repeat, prepare, repeat
from relatum.connections.repeat import LONGEST_PAUSE, pause
from relatum_schemas.errors import DatabaseLocked
from tests.core.connections.ledger import ACCOUNT


async def test_a_unit_is_run_again_until_it_succeeds() -> None:
    tries: list[int] = []

    async def unit() -> str:
        tries.append(len(tries))
        if len(tries) < 3:
            raise Repeat("lost")
        return "done"

    assert await repeat(unit) == "done"
    assert tries == [0, 1, 2]


async def test_the_last_loss_is_told() -> None:
    async def unit() -> None:
        raise Repeat("lost")

    with pytest.raises(DatabaseLocked, match="3 attempts were undone") as told:
        await repeat(unit, attempts=3)
    assert "Nothing was written" in str(told.value)


async def test_other_errors_are_not_repeated() -> None:
    tries: list[int] = []

    async def unit() -> None:
        tries.append(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await repeat(unit)
    assert tries == [1]


def test_pauses_grow_and_end() -> None:
    assert all(0 <= pause(attempt) <= LONGEST_PAUSE for attempt in range(50))
    assert max(pause(0) for _ in range(50)) <= 0.01
    assert max(pause(20) for _ in range(200)) > 0.1


async def test_deadlocks_are_repeated_until_all_have_written(accounts: Connections) -> None:
    """Two accounts, locked by half of the tasks in one order, by half in the other."""
    add = prepare(
        update(ACCOUNT)
        .values(balance=ACCOUNT.c.balance + 1)
        .where(ACCOUNT.c.number == bindparam("which")),
        accounts.dialect,
    )
    write = prepare(insert(ACCOUNT), accounts.dialect)
    rows = [{"number": n, "owner": None, "balance": 0, "parent": None} for n in (1, 2)]
    async with accounts.writing() as connection:
        await connection.execute_many(write, rows)
        if accounts.dialect == "postgresql":
            await connection.script(
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET deadlock_timeout = %L', "
                "current_database(), '10ms'); END $$"
            )
    lost = 0

    async def unit(order: tuple[int, int]) -> None:
        nonlocal lost
        try:
            async with accounts.writing() as connection:
                for which in order:
                    await connection.execute(add, {"which": which})
                    await asyncio.sleep(0.01)
        except Repeat:
            lost += 1
            raise

    async with asyncio.TaskGroup() as tasks:
        for task in range(8):
            order = (1, 2) if task % 2 else (2, 1)
            tasks.create_task(repeat(partial(unit, order), attempts=40))
    balances = prepare(select(ACCOUNT.c.balance), accounts.dialect)
    async with accounts.reading() as connection:
        assert await connection.rows(balances, {}) == [(8,), (8,)]
    assert (lost > 0) == (accounts.dialect == "postgresql")


async def test_a_serialization_failure_asks_for_a_repeat(accounts: Connections) -> None:
    if accounts.dialect != "postgresql":
        pytest.skip("SQLite has one writer")
    raised = prepare(
        text("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$"), "postgresql"
    )
    with pytest.raises(Repeat):
        async with accounts.writing() as connection:
            await connection.execute(raised, {})
