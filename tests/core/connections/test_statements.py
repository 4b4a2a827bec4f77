"""What a connection does, the same on both databases."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import bindparam, delete, func, insert, select, text, update

from relatum.connections import Connections, prepare
from relatum.connections.interface import Copy, Following
from relatum_schemas.errors import Conflict
from tests.core.connections.ledger import ACCOUNT


async def balances(connections: Connections) -> list[tuple[object, ...]]:
    statement = select(ACCOUNT.c.number, ACCOUNT.c.balance).order_by(ACCOUNT.c.number)
    async with connections.reading() as connection:
        return await connection.rows(prepare(statement, connections.dialect), {})


def account(number: int, balance: int = 0) -> dict[str, object]:
    return {"number": number, "owner": f"owner {number}", "balance": balance, "parent": None}


async def test_a_value_a_row_and_nothing(accounts: Connections) -> None:
    write = prepare(insert(ACCOUNT), accounts.dialect)
    owner = prepare(
        select(ACCOUNT.c.owner).where(ACCOUNT.c.number == bindparam("number")), accounts.dialect
    )
    async with accounts.writing() as connection:
        assert await connection.execute(write, account(1)) == 1
    async with accounts.reading() as connection:
        assert await connection.value(owner, {"number": 1}) == "owner 1"
        assert await connection.value(owner, {"number": 2}) is None
        assert await connection.rows(owner, {"number": 1}) == [("owner 1",)]
        assert await connection.rows(owner, {"number": 2}) == []


async def test_execute_counts_the_rows_written(accounts: Connections) -> None:
    raise_all = prepare(
        update(ACCOUNT).values(balance=ACCOUNT.c.balance + 1).returning(ACCOUNT.c.number),
        accounts.dialect,
    )
    remove = prepare(delete(ACCOUNT).where(ACCOUNT.c.number > 1), accounts.dialect)
    async with accounts.writing() as connection:
        await connection.execute_many(
            prepare(insert(ACCOUNT), accounts.dialect), map(account, range(5))
        )
        assert await connection.execute(raise_all, {}) == 5
        assert await connection.execute(remove, {}) == 3
        assert await connection.execute(remove, {}) == 0
    assert await balances(accounts) == [(0, 1), (1, 1)]


async def test_returned_values_of_a_write_are_all_written(accounts: Connections) -> None:
    write = prepare(insert(ACCOUNT).returning(ACCOUNT.c.number), accounts.dialect)
    raise_all = prepare(
        update(ACCOUNT).values(balance=7).returning(ACCOUNT.c.balance), accounts.dialect
    )
    async with accounts.writing() as connection:
        assert await connection.rows(write, account(1)) == [(1,)]
        assert await connection.value(write, account(2)) == 2
        assert await connection.value(raise_all, {}) == 7
    assert await balances(accounts) == [(1, 7), (2, 7)]


async def test_copy_draws_rows_as_it_sends_them(accounts: Connections) -> None:
    def rows() -> Iterator[tuple[object, ...]]:
        for number in range(2_500):
            yield number, number * 2

    async with accounts.writing() as connection:
        # In another order than the table's.
        copied = await connection.copy(ACCOUNT, ["number", "balance"], rows())
        swapped = await connection.copy(ACCOUNT, ["balance", "number"], [(5, 9_000)])
    assert (copied, swapped) == (2_500, 1)
    assert (await balances(accounts))[-2:] == [(2_499, 4_998), (9_000, 5)]


async def test_rows_for_several_tables_may_follow_from_what_is_there(accounts: Connections) -> None:
    most = prepare(select(func.max(ACCOUNT.c.number)), accounts.dialect)

    def next_ones(found: list[Any]) -> list[tuple[object, ...]]:
        ((last,),) = found
        return [(last + 1, 7), (last + 2, 8)]

    async with accounts.writing() as connection:
        await connection.copy_all(
            [
                Copy(ACCOUNT, ["number", "balance"], [(1, 5), (2, 6)]),
                Following(ACCOUNT, ["number", "balance"], most, 2, next_ones),
                Copy(ACCOUNT, ["balance", "number"], [(9, 5)]),
            ]
        )
    assert await balances(accounts) == [(1, 5), (2, 6), (3, 7), (4, 8), (5, 9)]
    twice = [Copy(ACCOUNT, ["number", "balance"], [(number, 0)]) for number in (6, 1)]
    with suppress(Conflict):
        async with accounts.writing() as connection:
            await connection.copy_all(twice)
    assert len(await balances(accounts)) == 5


async def test_a_script_stays_in_its_transaction(accounts: Connections) -> None:
    script = """
        CREATE TABLE noted (text TEXT);
        -- a semicolon; in a comment
        INSERT INTO noted VALUES ('one; two');
        INSERT INTO noted VALUES ('three')
    """
    with suppress(ZeroDivisionError):
        async with accounts.writing() as connection:
            await connection.script(script)
            raise ZeroDivisionError
    async with accounts.writing() as connection:
        await connection.script(script)
    async with accounts.reading() as connection:
        found = await connection.rows(
            prepare(text("SELECT text FROM noted ORDER BY 1"), accounts.dialect), {}
        )
    assert found == [("one; two",), ("three",)]


async def test_statements_are_counted_while_somebody_watches(accounts: Connections) -> None:
    count = prepare(select(func.count()).select_from(ACCOUNT), accounts.dialect)
    write = prepare(insert(ACCOUNT), accounts.dialect)

    async def ask() -> None:
        async with accounts.reading() as connection:
            await connection.value(count, {})

    await ask()
    with accounts.count_statements() as outer:
        await asyncio.gather(ask(), ask())
        with accounts.count_statements() as inner:
            async with accounts.writing() as connection:
                await connection.execute_many(write, [account(1), account(2)])
    await ask()
    assert outer == [count.text, count.text, write.text]
    assert inner == [write.text]


async def test_a_reader_cannot_write_on_sqlite(accounts: Connections) -> None:
    if accounts.dialect != "sqlite":
        pytest.skip("PostgreSQL's connections all may write")
    with pytest.raises(Exception, match="readonly"):
        async with accounts.reading() as connection:
            await connection.execute(prepare(insert(ACCOUNT), "sqlite"), account(1))


async def test_the_session_speaks_utc(connections: Connections) -> None:
    if connections.dialect != "postgresql":
        pytest.skip("SQLite has no sessions")
    settings = {}
    async with connections.reading() as connection:
        for name in ("TimeZone", "DateStyle", "jit", "plan_cache_mode"):
            shown = prepare(text(f"SHOW {name}"), "postgresql")
            settings[name] = await connection.value(shown, {})
    assert settings == {
        "TimeZone": "UTC",
        "DateStyle": "ISO, MDY",
        "jit": "off",
        "plan_cache_mode": "auto",
    }


async def test_a_sqlite_file_is_kept_safe(connections: Connections) -> None:
    if connections.dialect != "sqlite":
        pytest.skip("settings of SQLite")
    expected = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    for lend in (connections.reading, connections.writing):
        async with lend() as connection:
            for name, setting in expected.items():
                found = await connection.value(prepare(text(f"PRAGMA {name}"), "sqlite"), {})
                assert found == setting


async def test_a_changed_table_is_read_anew(accounts: Connections) -> None:
    everything = prepare(text("SELECT * FROM account"), accounts.dialect)
    async with accounts.reading() as connection:
        await connection.rows(everything, {})
    async with accounts.writing() as connection:
        await connection.execute(prepare(insert(ACCOUNT), accounts.dialect), account(1))
        await connection.script("ALTER TABLE account ADD COLUMN note TEXT DEFAULT 'new'")
    async with accounts.reading() as connection:
        ((*_, note),) = await connection.rows(everything, {})
    assert note == "new"
