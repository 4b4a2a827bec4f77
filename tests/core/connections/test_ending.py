"""A commit that a cancelled caller has begun: it comes to its end before the caller is let go."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import pytest
from sqlalchemy import text

from relatum.connections import Connection, Connections, prepare
from relatum.connections.sqlite import SqliteConnection
from tests.core.connections.ledger import ACCOUNT, add, kept

Transaction = Callable[[Connections], AbstractAsyncContextManager[Connection]]

PATIENCE = 20.0
"""Seconds after which a test gives up that would wait for ever."""


class Gate(Protocol):
    """Holds a commit back while it is under way in the database."""

    async def keep(self, connection: Connection) -> None:
        """Let the commit of this connection's transaction wait at the gate."""

    async def reached(self) -> None:
        """Return when it waits there."""

    async def open(self) -> None:
        """Let it go on."""


class SqliteGate:
    """SQLite tells of each statement in the thread that runs it: the thread is held there."""

    def __init__(self) -> None:
        self._reached = threading.Event()
        self._opened = threading.Event()

    async def keep(self, connection: Connection) -> None:
        assert isinstance(connection, SqliteConnection)
        connection.thread.raw.set_trace_callback(self._told)

    async def reached(self) -> None:
        assert await asyncio.to_thread(self._reached.wait, PATIENCE)

    async def open(self) -> None:
        self._opened.set()

    def _told(self, statement: str) -> None:
        if statement == "COMMIT":
            self._reached.set()
            self._opened.wait(PATIENCE)


class PostgresqlGate:
    """PostgreSQL runs a deferred trigger as a part of the commit: it waits for a lock that is held elsewhere."""

    def __init__(self, holder: Connection) -> None:
        self._holder = holder

    async def keep(self, connection: Connection) -> None:
        await connection.script(
            f"""
            CREATE FUNCTION wait_at_the_gate() RETURNS trigger LANGUAGE plpgsql
                AS $$ BEGIN PERFORM pg_advisory_xact_lock(1); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER gate AFTER INSERT ON {ACCOUNT.name}
                DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_at_the_gate();
            """
        )

    async def reached(self) -> None:
        waiting = prepare(
            text(
                "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database"
                " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
                " AND objid = 1"
            ),
            "postgresql",
        )
        async with asyncio.timeout(PATIENCE):
            while not await self._holder.value(waiting, {}):
                pass

    async def open(self) -> None:
        await self._holder.script("SELECT pg_advisory_unlock_all()")


@asynccontextmanager
async def closed_gate(accounts: Connections) -> AsyncIterator[Gate]:
    async with accounts.reading() as holder:
        gate: Gate = SqliteGate()
        if accounts.dialect == "postgresql":
            gate = PostgresqlGate(holder)
            await holder.script("SELECT pg_advisory_lock(1)")
        try:
            yield gate
        finally:
            await gate.open()


@asynccontextmanager
async def leading(accounts: Connections) -> AsyncIterator[Connection]:
    """A transaction of a leader, whose connection is closed with its office."""
    async with accounts.leadership("clerk") as leader:
        assert leader is not None
        async with leader.writing() as connection:
            yield connection


def writing(accounts: Connections) -> AbstractAsyncContextManager[Connection]:
    return accounts.writing()


@pytest.mark.parametrize("transaction", [writing, leading])
async def test_a_cancelled_caller_is_let_go_when_its_commit_has_ended(
    accounts: Connections, transaction: Transaction
) -> None:
    async with closed_gate(accounts) as gate:

        async def unit() -> None:
            async with transaction(accounts) as connection:
                await gate.keep(connection)
                await add(connection, 1)

        caller = asyncio.create_task(unit())
        await gate.reached()
        for _ in range(3):
            caller.cancel()
            gone, _ = await asyncio.wait([caller], timeout=0.1)
            assert not gone
        await gate.open()
        with pytest.raises(asyncio.CancelledError):
            await caller
        assert await kept(accounts) == 1
