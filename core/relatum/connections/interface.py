"""What a set of connections offers, the same on both databases. CONTRACT.

Second room: readers and writers program against these protocols; `sqlite` and `postgresql` fill
them, and [`open_connections`][relatum.connections.opening.open_connections] picks one by URL.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sqlalchemy import Table

from relatum.connections.prepared import Prepared
from relatum.connections.transactions import Held
from relatum.connections.types import DialectName


class Copy(NamedTuple):
    """Rows for one table.

    Attributes:
        table: where they go.
        columns: the columns given; the others take their server defaults.
        rows: Python values in the order of the columns.
    """

    table: Table
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


class Following(NamedTuple):
    """Rows for one table that are worked out from what a statement gives just before they are written.

    Attributes:
        table: where they go.
        columns: the columns given.
        asked: the statement, which takes no parameters.
        number: how many rows there will be.
        rows: gives the rows from those of the statement; called while nothing else uses the connection.
    """

    table: Table
    columns: Sequence[str]
    asked: Prepared
    number: int
    rows: Callable[[list[tuple[object, ...]]], Sequence[Sequence[object]]]


class Connection(Protocol):
    """One raw driver connection, in use by one task at a time.

    Every method raises the errors of `relatum_schemas.errors`: `DatabaseUnavailable`,
    `DatabaseLocked`, `Conflict` (unique), `BadReference` (foreign key), `BadValue` (check, not
    null), `NumericOverflow`; and [`Repeat`][relatum.connections.repeat.Repeat] where the whole
    unit of work has to run again.
    """

    @property
    def dialect(self) -> DialectName:
        """Which database this is."""
        ...

    async def value(self, prepared: Prepared, values: Mapping[str, object]) -> object:
        """Return the first column of the first row as the driver gives it, `None` if no row.

        The road of a JSON answer: wrap the expression in `document()` and it arrives as `bytes`
        on both databases, never decoded.
        """
        ...

    async def rows(
        self, prepared: Prepared, values: Mapping[str, object]
    ) -> list[tuple[object, ...]]:
        """Return all rows, each value decoded by its column type."""
        ...

    async def execute(self, prepared: Prepared, values: Mapping[str, object]) -> int:
        """Run a statement and return how many rows it wrote."""
        ...

    async def execute_many(
        self, prepared: Prepared, many_values: Iterable[Mapping[str, object]]
    ) -> None:
        """Run one statement once per mapping, in one round trip where the driver can."""
        ...

    async def copy(
        self, table: Table, column_names: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> int:
        """Write many rows by the fastest road and return how many.

        PostgreSQL takes COPY in binary form, SQLite one prepared INSERT in batches. `rows` may be
        a generator: it is drawn from as rows are sent, so memory stays flat.

        Args:
            table: where the rows go; its column types encode the values.
            column_names: the columns given, the others take their server defaults.
            rows: Python values in the order of `column_names`.
        """
        ...

    async def copy_all(self, copies: Sequence[Copy | Following]) -> None:
        """Write many rows into several tables, one after the other, without coming back between them."""
        ...

    async def script(self, sql_text: str) -> None:
        """Run several statements without parameters, separated by semicolons."""
        ...

    def savepoint(self) -> AbstractAsyncContextManager[None]:
        """Undo, on an exception, what the block did, and let the exception pass."""
        ...

    async def notify(self, channel: str, payload: str) -> None:
        """Send a text (up to 8,000 bytes) to a channel's listeners at the commit."""
        ...


class Leader(Protocol):
    """This process, elected for one task among all that share the database."""

    def writing(self) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction that can commit only while the office is held.

        On PostgreSQL it runs on the connection that holds the lock: when that connection breaks,
        lock and transaction end together, so two leaders never write at once.
        """
        ...


@dataclass(frozen=True)
class Use:
    """How much a set of connections is used.

    Attributes:
        statements: sent since it was opened.
        lent: connections in use; on SQLite, readers.
        idle: that are open and not in use.
        limit: how many there may be.
        waiting: tasks that wait for one.
    """

    statements: int
    lent: int
    idle: int
    limit: int
    waiting: int


class Connections(Protocol):
    """All connections of one process to one database. Bound to the event loop that opened it."""

    @property
    def dialect(self) -> DialectName:
        """Which database this is."""
        ...

    @property
    def url(self) -> str:
        """The address it was opened with, without a password."""
        ...

    async def rows(
        self, prepared: Prepared, arguments: Sequence[object]
    ) -> list[tuple[object, ...]]:
        """Return all rows of one statement that only reads, as a connection lent for it alone gives them.

        Args:
            prepared: the statement.
            arguments: as `Prepared.arguments` gives them.
        """
        ...

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """Lend a connection on which each statement sees the last committed state."""
        ...

    def snapshot(self) -> AbstractAsyncContextManager[Connection]:
        """Lend a connection on which all statements see one and the same state; nothing written."""
        ...

    def writing(self, held: Held | None = None) -> AbstractAsyncContextManager[Connection]:
        """Open a transaction: committed when the block ends, rolled back when it raises.

        Args:
            held: what goes along with its beginning, in the same journey, and has to find a row.

        Raises:
            Outdated: it finds none; the block does not run.

        PostgreSQL runs it at READ COMMITTED. On SQLite one writer at a time gets in; other tasks
        of the process wait in order, other processes for `busy_timeout`.
        """
        ...

    def count_statements(self) -> AbstractContextManager[list[str]]:
        """Give a list that grows by the text of each statement run meanwhile, by any task."""
        ...

    def use(self) -> Use:
        """Tell how much it is used now."""
        ...

    def listen(self, channel: str) -> AbstractAsyncContextManager[AsyncIterator[str]]:
        """Receive the payloads sent to a channel from now on.

        A message says that there is news, it is not the news: a listener far behind loses the
        oldest ones, and one whose connection breaks gets `DatabaseUnavailable` and listens anew.
        On SQLite, messages reach the listeners of this process.
        """
        ...

    def leadership(self, name: str) -> AbstractAsyncContextManager[Leader | None]:
        """Try once to become the one process that does the task `name`; `None` if another is."""
        ...

    async def close(self) -> None:
        """Close all connections, waiting for those in use."""
        ...
