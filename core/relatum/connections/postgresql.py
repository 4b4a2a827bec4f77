"""Connections to PostgreSQL: raw asyncpg connections in a last-in-first-out set.

asyncpg's own pool resets a connection each time it is lent, which costs more than a short
statement. Nothing has to be reset here: only `transaction` opens transactions, and the session's
settings are those it was opened with. Each connection prepares a text once and keeps it.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from typing import Literal, TypeVar

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement
from sqlalchemy import Table

from relatum.connections.channels import Mailbox
from relatum.connections.failures import POSTGRESQL_ERRORS, postgresql_failure
from relatum.connections.interface import Connection, Copy, Following, Leader, Use
from relatum.connections.lending import Lending
from relatum.connections.postgresql_settings import (
    CONNECT_SECONDS,
    PREPARED_STATEMENTS,
    open_session,
)
from relatum.connections.prepared import Prepared, encoded_rows
from relatum.connections.repeat import Outdated
from relatum.connections.transactions import Held, savepoint, transaction
from relatum.connections.witness import Witness
from relatum_schemas.errors import DatabaseUnavailable

Outcome = TypeVar("Outcome")

SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class PostgresqlConnection:
    """One asyncpg connection. See `Connection` for what each method gives."""

    dialect: Literal["postgresql"] = "postgresql"

    def __init__(self, raw: asyncpg.Connection, witness: Witness) -> None:
        self.raw = raw
        self.spoiled = False
        self._witness = witness
        self._named = {""}
        self._prepared: dict[str, PreparedStatement] = {}

    async def value(self, prepared: Prepared, values: Mapping[str, object]) -> object:
        """Return the first column of the first row; `json` comes as bytes."""
        self._witness.note(prepared.text)
        # Not fetchval: it asks for one row, and a statement so limited never runs in parallel.
        rows = await self._told(self._fetched(prepared.text, prepared.arguments(values)))
        return rows[0][0] if rows else None

    async def rows(
        self, prepared: Prepared, values: Mapping[str, object]
    ) -> list[tuple[object, ...]]:
        """Return all rows, decoded."""
        return await self.rows_for(prepared, prepared.arguments(values))

    async def rows_for(
        self, prepared: Prepared, arguments: Sequence[object]
    ) -> list[tuple[object, ...]]:
        """Return all rows, decoded, for arguments as the driver takes them."""
        self._witness.note(prepared.text)
        return prepared.decode(await self._told(self._fetched(prepared.text, arguments)))

    async def execute(self, prepared: Prepared, values: Mapping[str, object]) -> int:
        """Return how many rows the statement wrote."""
        self._witness.note(prepared.text)
        status = await self._told(self.raw.execute(prepared.text, *prepared.arguments(values)))
        return _count(status)

    async def execute_many(
        self, prepared: Prepared, many_values: Iterable[Mapping[str, object]]
    ) -> None:
        """Run the statement once per mapping, all in one round trip."""
        self._witness.note(prepared.text)
        await self._told(self.raw.executemany(prepared.text, map(prepared.arguments, many_values)))

    async def copy(
        self, table: Table, column_names: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> int:
        """Write many rows by COPY in binary form."""
        self._witness.note(f"COPY {table.fullname}")
        columns = [table.c[name] for name in column_names]
        status = await self._told(
            self.raw.copy_records_to_table(
                table.name,
                schema_name=table.schema,
                columns=list(column_names),
                records=encoded_rows(columns, rows, "postgresql"),
            )
        )
        return _count(status)

    async def copy_all(self, copies: Sequence[Copy | Following]) -> None:
        """Write many rows into several tables by COPY."""
        for each in copies:
            if isinstance(each, Following):
                found = await self.rows(each.asked, {})
                await self.copy(each.table, each.columns, each.rows(found))
            else:
                await self.copy(each.table, each.columns, each.rows)

    async def script(self, sql_text: str) -> None:
        """Run several statements in one round trip."""
        self._witness.note(sql_text)
        await self._told(self.raw.execute(sql_text))

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what the block did when it raises."""
        async with savepoint(self, "relatum"):
            yield

    async def notify(self, channel: str, payload: str) -> None:
        """Send a message at the commit."""
        await self._told(self.raw.execute("SELECT pg_notify($1, $2)", channel, payload))

    async def begin(self, text: str, held: Held | None) -> None:
        """Open a transaction; what goes along tells by its status what it found, so that all of it is one journey."""
        if held is None:
            await self._told(self.raw.execute(text))
            return
        if held.named not in self._named:
            await self._told(self.raw.execute(held.named))
            self._named.add(held.named)
        if await self._told(self.raw.execute(f"{text}; {held.text}")) == "SELECT 0":
            raise Outdated

    async def control(self, text: str) -> None:
        """Run a statement that moves in a transaction."""
        await self._told(self.raw.execute(text))

    async def commit(self) -> None:
        """Commit; PostgreSQL answers ROLLBACK where an error inside had been swallowed."""
        status = await self._told(self.raw.execute("COMMIT"))
        if status != "COMMIT":
            raise RuntimeError("A statement had failed, so the transaction was rolled back.")

    async def rollback(self) -> None:
        """Undo everything, unless the connection is gone and the server has done so."""
        if self.raw.is_closed():
            return
        try:
            await self.raw.execute("ROLLBACK")
        except POSTGRESQL_ERRORS:
            self.raw.terminate()

    async def _fetched(self, text: str, arguments: Sequence[object]) -> list[asyncpg.Record]:
        """The rows of a statement; one that is kept prepared costs two thirds of one that asyncpg looks up."""
        known = self._prepared.get(text)
        if known is None:
            known = await self.raw.prepare(text)
            while len(self._prepared) >= PREPARED_STATEMENTS:
                del self._prepared[next(iter(self._prepared))]
            self._prepared[text] = known
        rows: list[asyncpg.Record]
        try:
            rows = await known.fetch(*arguments)
        except asyncpg.OutdatedSchemaCacheError:
            self._prepared.clear()
            raise
        except asyncpg.InvalidCachedStatementError:
            self._prepared.clear()
            if self.raw.is_in_transaction():
                raise
            rows = await self.raw.fetch(text, *arguments)
        return rows

    async def _told(self, running: Awaitable[Outcome]) -> Outcome:
        """Return what asyncpg returns; a connection that failed is not used again."""
        try:
            return await told(running)
        except DatabaseUnavailable:
            self.raw.terminate()
            raise
        except asyncio.CancelledError:
            self.spoiled = True
            raise


class PostgresqlLeader:
    """The holder of an advisory lock. See `Leader`."""

    def __init__(self, connection: PostgresqlConnection) -> None:
        self._connection = connection

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Connection]:
        """Open a transaction on the connection that holds the lock."""
        async with transaction(self._connection, "BEGIN", _nothing):
            yield self._connection


class PostgresqlConnections:
    """All connections of this process to one PostgreSQL database. See `Connections`."""

    dialect: Literal["postgresql"] = "postgresql"

    def __init__(self, address: str, url: str, *, limit: int, patience: float) -> None:
        self.url = url
        self._address = address
        self._witness = Witness()
        self._lending = Lending(self._connect, _close, _is_usable, limit=limit, patience=patience)

    async def open(self) -> None:
        """Open the first connection, to find out whether there is a database."""
        self._lending.give_back(await self._lending.take())

    async def rows(
        self, prepared: Prepared, arguments: Sequence[object]
    ) -> list[tuple[object, ...]]:
        """Return all rows, decoded."""
        connection = self._lending.idle() or await self._lending.take()
        try:
            return await connection.rows_for(prepared, arguments)
        finally:
            self._lending.give_back(connection)

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """Lend a connection."""
        return self._lending.lent()

    def snapshot(self) -> AbstractAsyncContextManager[Connection]:
        """Lend a connection that sees one state."""
        return self._transaction(SNAPSHOT)

    def writing(self, held: Held | None = None) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction at READ COMMITTED, PostgreSQL's default."""
        return self._transaction("BEGIN ISOLATION LEVEL READ COMMITTED", held)

    def count_statements(self) -> AbstractContextManager[list[str]]:
        """Give a list that grows with each statement."""
        return self._witness.watch()

    def use(self) -> Use:
        """Tell how much it is used now."""
        return Use(self._witness.count, *self._lending.use)

    @asynccontextmanager
    async def listen(self, channel: str) -> AsyncIterator[AsyncIterator[str]]:
        """Receive messages on a connection of their own."""
        connection = await self._connect()
        mailbox = Mailbox()
        lost = DatabaseUnavailable("The connection that listened is gone.", hint="Listen anew.")
        try:
            connection.raw.add_termination_listener(lambda _: mailbox.fail(lost))
            await told(
                connection.raw.add_listener(
                    channel, lambda _raw, _process, _channel, payload: mailbox.put(payload)
                )
            )
            yield mailbox
        finally:
            await _close(connection)

    @asynccontextmanager
    async def leadership(self, name: str) -> AsyncIterator[Leader | None]:
        """Try for the advisory lock of that name, on a connection of its own."""
        connection = await self._connect()
        try:
            attempt = connection.raw.fetchval("SELECT pg_try_advisory_lock($1)", lock_number(name))
            yield PostgresqlLeader(connection) if await told(attempt) else None
        finally:
            await _close(connection)

    async def close(self) -> None:
        """Close all connections."""
        await self._lending.close()

    @asynccontextmanager
    async def _transaction(
        self, begin: str, held: Held | None = None
    ) -> AsyncIterator[PostgresqlConnection]:
        connection = await self._lending.take()

        def release() -> None:
            self._lending.give_back(connection)

        async with transaction(connection, begin, release, held):
            yield connection

    async def _connect(self) -> PostgresqlConnection:
        raw = await told(open_session(self._address))
        return PostgresqlConnection(raw, self._witness)


def lock_number(name: str) -> int:
    """Return the advisory lock's number for a name: 64 bits, signed."""
    digest = hashlib.sha256(f"relatum {name}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)


async def told(running: Awaitable[Outcome]) -> Outcome:
    """Return what asyncpg returns, its errors told in our words."""
    try:
        return await running
    except POSTGRESQL_ERRORS as error:
        failure = postgresql_failure(error)
        if failure is None:
            raise
        raise failure from error


def _count(status: str) -> int:
    """Return the number of rows in a command's answer, such as `INSERT 0 5`."""
    number = status.rpartition(" ")[2]
    return int(number) if number.isdigit() else 0


def _is_usable(connection: PostgresqlConnection) -> bool:
    return not connection.raw.is_closed()


async def _close(connection: PostgresqlConnection) -> None:
    try:
        await connection.raw.close(timeout=CONNECT_SECONDS)
    except POSTGRESQL_ERRORS:
        connection.raw.terminate()


def _nothing() -> None:
    """A leader's connection is its own: nobody waits for it."""
