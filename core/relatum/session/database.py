"""A database in use. `Database.as_` is the only way to its records."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.clock import Clock, utc_now
from relatum.connections.opening import open_connections
from relatum.reading import Plans
from relatum.session.session import Session
from relatum.session.storage import Storage
from relatum.tables import build_tables


class Database(Storage):
    """A database that principals are let in to."""

    def as_(
        self, principal: Principal, *, origin: str | None = None, reason: str | None = None
    ) -> Session:
        """The database as a principal may see and change it.

        Args:
            principal: who asks.
            origin: what the changes come from (an import run, a connector), for the change log.
            reason: why, for the change log.
        """
        return Session(self, principal, origin=origin, reason=reason)


@asynccontextmanager
async def open_database(
    url: str, catalogue: Catalogue, *, clock: Clock = utc_now
) -> AsyncIterator[Database]:
    """Open a migrated database for a catalogue, and close it when the block ends.

    Raises:
        DatabaseUnavailable: it cannot be reached.
    """
    connections = await open_connections(url)
    try:
        tables = build_tables(catalogue)
        plans = Plans(catalogue=catalogue, tables=tables, dialect=connections.dialect)
        yield Database(connections, catalogue, tables, plans, clock)
    finally:
        await connections.close()
