"""The one way to connections: a URL."""

from relatum.connections.addresses import read_url, shown, sqlite_path
from relatum.connections.interface import Connections
from relatum.connections.postgresql import PostgresqlConnections
from relatum.connections.sqlite import SqliteConnections

SQLITE_READERS = 4
POSTGRESQL_CONNECTIONS = 16


async def open_connections(
    url: str,
    *,
    readers: int | None = None,
    patience: float = 30.0,
    busy_timeout: float = 5.0,
) -> Connections:
    """Return connections to the database at a URL; a SQLite file is created if it is not there.

    Args:
        url: `sqlite:///path/to/file.db` or `postgresql://user@host/name`.
        readers: on SQLite how many readers there are beside the writer (4), on PostgreSQL how
            many connections in all (16). They are opened when needed.
        patience: seconds a task waits for a connection, or for its turn to write.
        busy_timeout: seconds SQLite waits for other processes.

    Raises:
        BadSetting: the URL names no database that Relatum stores in.
        DatabaseUnavailable: it cannot be reached, or the file is no database.
        DatabaseLocked: another process holds the file.
    """
    parts = read_url(url)
    if parts.drivername == "sqlite":
        sqlite = SqliteConnections(
            sqlite_path(parts),
            shown(parts),
            readers=readers or SQLITE_READERS,
            patience=patience,
            busy_timeout=busy_timeout,
        )
        await sqlite.open()
        return sqlite
    postgresql = PostgresqlConnections(
        url, shown(parts), limit=readers or POSTGRESQL_CONNECTIONS, patience=patience
    )
    await postgresql.open()
    return postgresql
