"""Connections to a SQLite file: many readers, one writer, a thread each; what takes no time is read without (`brief`).

In WAL mode readers never wait for the writer, nor it for them. One writer at a time gets in: an
`asyncio.Lock` puts the tasks of this process in a queue, `BEGIN IMMEDIATE` and the busy timeout
put this process behind others.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import Literal, TypeVar

from sqlalchemy import Table

from relatum.connections.brief import Brief, are_few
from relatum.connections.channels import Channels
from relatum.connections.failures import SQLITE_ERRORS, sqlite_failure
from relatum.connections.interface import Connection, Copy, Following, Leader, Use
from relatum.connections.lending import Lending
from relatum.connections.prepared import Prepared, encoded
from relatum.connections.repeat import Outdated
from relatum.connections.sqlite_offices import office
from relatum.connections.sqlite_settings import RawConnection, open_reader, open_writer
from relatum.connections.sqlite_statements import (
    Encoded,
    Insertion,
    all_rows,
    begin,
    finds,
    first_value,
    insertion,
    roll_back,
    row_count,
    rows_following,
    run_all,
    run_alone,
    run_many,
    run_script,
)
from relatum.connections.threads import ConnectionThread
from relatum.connections.transactions import Held, savepoint, transaction
from relatum.connections.witness import Witness
from relatum_schemas.errors import DatabaseLocked, DatabaseUnavailable

Outcome = TypeVar("Outcome")

BEGIN = "BEGIN IMMEDIATE"
"""Opens the one write transaction."""

BATCH = 1_000
"""Rows handed to the connection's thread at a time."""


class SqliteConnection:
    """One SQLite connection. See `Connection` for what each method gives."""

    dialect: Literal["sqlite"] = "sqlite"

    def __init__(
        self,
        thread: ConnectionThread,
        witness: Witness,
        channels: Channels,
        brief: Brief | None = None,
    ) -> None:
        self.thread = thread
        self.brief = brief
        self.spoiled = False
        self._witness = witness
        self._channels = channels
        self._unsent: list[tuple[str, str]] = []

    async def value(self, prepared: Prepared, values: Mapping[str, object]) -> object:
        """Return the first column of the first row, as SQLite gives it."""
        self._witness.note(prepared.text)
        arguments = prepared.arguments(values)
        at_once = self._rows_at_once(prepared.text, arguments)
        if at_once is not None:
            return at_once[0][0] if at_once else None
        return await self._run(first_value, prepared.text, arguments)

    async def rows(
        self, prepared: Prepared, values: Mapping[str, object]
    ) -> list[tuple[object, ...]]:
        """Return all rows, decoded."""
        self._witness.note(prepared.text)
        arguments = prepared.arguments(values)
        at_once = self._rows_at_once(prepared.text, arguments)
        if at_once is not None:
            return prepared.decode(at_once)
        return await self.rows_in_thread(prepared, arguments)

    async def rows_in_thread(
        self, prepared: Prepared, arguments: Encoded
    ) -> list[tuple[object, ...]]:
        """Return all rows, decoded, of a statement that takes its time."""
        return await self._run(all_rows, prepared, arguments)

    async def execute(self, prepared: Prepared, values: Mapping[str, object]) -> int:
        """Return how many rows the statement wrote."""
        self._witness.note(prepared.text)
        return await self._run(row_count, prepared.text, prepared.arguments(values))

    async def execute_many(
        self, prepared: Prepared, many_values: Iterable[Mapping[str, object]]
    ) -> None:
        """Run the statement once per mapping."""
        self._witness.note(prepared.text)
        await self._run_batches(prepared.text, map(prepared.arguments, many_values))

    async def copy(
        self, table: Table, column_names: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> int:
        """Insert many rows by one prepared statement."""
        text, encoding = insertion(table, tuple(column_names))
        self._witness.note(text)
        return await self._run_batches(text, encoded(encoding, rows))

    async def copy_all(self, copies: Sequence[Copy | Following]) -> None:
        """Insert rows into several tables: many in one visit to the connection's thread, few without."""
        insertions: list[Insertion] = []
        following = 0
        for each in copies:
            text, encoding = insertion(each.table, tuple(each.columns))
            if isinstance(each, Following):
                following += each.number
                self._witness.note(each.asked.text)
                insertions.append((text, partial(rows_following, each, encoding)))
            else:
                insertions.append((text, list(encoded(encoding, each.rows))))
            self._witness.note(text)
        given = chain.from_iterable(rows for _, rows in insertions if isinstance(rows, list))
        if self._is_free and are_few(given, beside=following):
            with _telling():
                run_all(self.thread.raw, insertions)
        else:
            await self._run(run_all, insertions)

    async def script(self, sql_text: str) -> None:
        """Run several statements, within the transaction if there is one."""
        self._witness.note(sql_text)
        await self._run(run_script, sql_text)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo what the block did when it raises, also its messages."""
        unsent = len(self._unsent)
        try:
            async with savepoint(self, "relatum"):
                yield
        except BaseException:
            del self._unsent[unsent:]
            raise

    async def notify(self, channel: str, payload: str) -> None:
        """Send a message to this process's listeners at the commit."""
        self._unsent.append((channel, payload))
        if not self.thread.raw.in_transaction:
            self._send()

    async def begin(self, text: str, held: Held | None) -> None:
        """Open a transaction, and find something by what goes along, in one visit to the thread or without any."""
        raw = self.thread.raw
        brief = self.brief if text == BEGIN and self._is_free else None
        if brief is None or not brief.begins(raw, text):
            found = await self._run(begin, text, held)
        else:
            with _telling():
                found = finds(raw, held)
        if not found:
            raise Outdated

    async def control(self, text: str) -> None:
        """Run a statement that moves in a transaction."""
        await self._run(run_alone, text)

    async def commit(self) -> None:
        """Commit and send the messages."""
        await self._run(run_alone, "COMMIT")
        self._send()

    async def rollback(self) -> None:
        """Undo everything, if SQLite has not done so already."""
        self._unsent.clear()
        await self._run(roll_back)

    def _rows_at_once(self, text: str, arguments: Encoded) -> list[Encoded] | None:
        """The rows of a statement that takes next to no time; None where a thread has to run it."""
        if self.brief is None or not self._is_free:
            return None
        raw = self.thread.raw
        if not raw.in_transaction:
            return self.brief.rows(text, arguments)
        return self.brief.rows_within(raw, text, arguments)

    @property
    def _is_free(self) -> bool:
        """Whether the event loop may use the connection itself."""
        # While the thread is at work, even to ask whether a transaction is under way would wait for it, and it for us.
        return self.brief is not None and self.thread.is_idle

    def _send(self) -> None:
        for channel, payload in self._unsent:
            self._channels.send(channel, payload)
        self._unsent.clear()

    async def _run_batches(self, text: str, encoded: Iterable[Encoded]) -> int:
        remaining = iter(encoded)
        written = 0
        while batch := list(islice(remaining, BATCH)):
            written += await self._run(run_many, text, batch)
        return written

    async def _run(self, function: Callable[..., Outcome], *arguments: object) -> Outcome:
        try:
            with _telling():
                return await self.thread.run(function, self.thread.raw, *arguments)
        except asyncio.CancelledError:
            self.spoiled = True
            raise


class SqliteConnections:
    """All connections of this process to one SQLite file. See `Connections`."""

    dialect: Literal["sqlite"] = "sqlite"

    def __init__(
        self, path: Path, url: str, *, readers: int, patience: float, busy_timeout: float
    ) -> None:
        self.url = url
        self._path = path
        self._busy_timeout = busy_timeout
        self._patience = patience
        self._witness = Witness()
        self._channels = Channels()
        self._turn = asyncio.Lock()
        self._writer: SqliteConnection
        self._brief: Brief | None = None
        self._closed = False
        self._readers = Lending(
            self._open_reader, _close, lambda _: True, limit=readers, patience=patience
        )

    async def open(self) -> None:
        """Open the writer, which creates the file and sets its journal mode."""
        self._writer = await self._open(open_writer)
        self._brief = Brief(
            await self._writer.thread.run(open_reader, self._path, 0.0), self._busy_timeout
        )
        self._writer.brief = self._brief

    async def rows(self, prepared: Prepared, arguments: Encoded) -> list[tuple[object, ...]]:
        """Return all rows, decoded; no reader is lent for a statement that takes next to no time."""
        self._witness.note(prepared.text)
        if self._brief is not None:
            await self._brief.turn(prepared.text)
            at_once = self._brief.rows(prepared.text, arguments)
            if at_once is not None:
                return prepared.decode(at_once)
        async with self._readers.lent() as reader:
            return await reader.rows_in_thread(prepared, arguments)

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """Lend a reader."""
        return self._readers.lent()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Connection]:
        """Lend a reader that sees one state."""
        reader = await self._readers.take()
        async with transaction(reader, "BEGIN", lambda: self._readers.give_back(reader)):
            yield reader

    @asynccontextmanager
    async def writing(self, held: Held | None = None) -> AsyncIterator[Connection]:
        """Open the one write transaction."""
        await self._take_turn()
        async with transaction(self._writer, BEGIN, self._turn.release, held):
            yield self._writer

    def count_statements(self) -> AbstractContextManager[list[str]]:
        """Give a list that grows with each statement."""
        return self._witness.watch()

    def use(self) -> Use:
        """Tell how much it is used now."""
        return Use(self._witness.count, *self._readers.use)

    def listen(self, channel: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Receive this process's messages."""
        return self._channels.listen(channel)

    @asynccontextmanager
    async def leadership(self, name: str) -> AsyncIterator[Leader | None]:
        """Try for the lock of a file of that name, beside the database."""
        with office(self._path, name) as held:
            yield self if held else None

    async def close(self) -> None:
        """Close readers, then the writer, which leaves the file without a journal."""
        await self._readers.close()
        if self._brief is not None:
            self._brief.close()
        await self._take_turn()
        self._closed = True
        self._turn.release()
        await self._writer.thread.close()

    async def _take_turn(self) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await self._turn.acquire()
        except TimeoutError as error:
            raise DatabaseLocked(
                f"Other writers were at work for {self._patience:g} seconds.",
                hint="Nothing was written. Try again in a moment.",
            ) from error
        if self._closed:
            self._turn.release()
            raise DatabaseUnavailable("The connections to the database have been closed.")

    async def _open_reader(self) -> SqliteConnection:
        return await self._open(open_reader)

    async def _open(self, opening: Callable[[Path, float], RawConnection]) -> SqliteConnection:
        thread = ConnectionThread(f"sqlite {self._path.name}")
        with _telling():
            try:
                await thread.open(lambda: opening(self._path, self._busy_timeout))
            except SQLITE_ERRORS:
                await thread.close()
                raise
        return SqliteConnection(thread, self._witness, self._channels, self._brief)


async def _close(connection: SqliteConnection) -> None:
    await connection.thread.close()


@contextmanager
def _telling() -> Iterator[None]:
    """Tell the driver's errors in our words."""
    try:
        yield
    except SQLITE_ERRORS as error:
        failure = sqlite_failure(error)
        if failure is None:
            raise
        raise failure from error
