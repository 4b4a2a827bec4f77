"""A database in use. `Database.as_` is the only way to its records."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.clock import Clock, utc_now
from relatum.connections import Connections
from relatum.connections.opening import open_connections
from relatum.identity import Identity, Lifetimes, Mailer, Presumption
from relatum.reading import Plans
from relatum.sealing import Keyring
from relatum.session.session import Session
from relatum.session.storage import Storage
from relatum.tables import Tables, build_tables


class Database:
    """A database that principals are let in to.

    Attributes:
        storage: what it consists of now; replaced as a whole when administrators change the rules, so that what is
            under way goes on with what it began with.
        identity: who may sign in, and with which roles.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        lifetimes: Lifetimes | None = None,
        mailer: Mailer | None = None,
    ) -> None:
        """Let in to this storage."""
        self.storage = storage
        self.identity = Identity(self, lifetimes=lifetimes or Lifetimes(), mailer=mailer)
        self.storage = replace(storage, catalogue_at=self.identity.catalogue_at)

    @property
    def connections(self) -> Connections:
        """Its connections."""
        return self.storage.connections

    @property
    def catalogue(self) -> Catalogue:
        """The types and rules in force."""
        return self.storage.catalogue

    @property
    def tables(self) -> Tables:
        """The tables of the types."""
        return self.storage.tables

    @property
    def plans(self) -> Plans:
        """The plans of reading under the rules in force."""
        return self.storage.plans

    @property
    def clock(self) -> Clock:
        """The present."""
        return self.storage.clock

    @property
    def keys(self) -> Keyring | None:
        """The keys of encrypted fields; None where there are none."""
        return self.storage.keys

    def obey(self, catalogue: Catalogue) -> None:
        """Put a catalogue of the same types with other rules in force, for all who are let in from now on."""
        dialect = self.storage.connections.dialect
        plans = Plans(catalogue=catalogue, tables=self.storage.tables, dialect=dialect)
        self.storage = replace(self.storage, catalogue=catalogue, plans=plans)

    def as_(
        self, principal: Principal, *, origin: str | None = None, reason: str | None = None
    ) -> Session:
        """The database as a principal may see and change it.

        Args:
            principal: who asks.
            origin: what the changes come from (an import run, a connector), for the change log.
            reason: why, for the change log.

        The engine itself (`SYSTEM`) is guarded by no policy. That it comes in is noted in the access log, with origin,
        reason and program, once per session and before anything is read or written.
        """
        return Session(self.storage, principal, origin=origin, reason=reason)

    def presuming(self, presumption: Presumption) -> Session:
        """The database as it is seen by whom a secret is presumed to belong to.

        Its first statement tells whether that is so; nothing is written, and nothing of an answer given, where it is not:
        then `relatum.identity.Mistaken` is raised. Who gives an answer without one calls `Session.certify` before.
        """
        principal = presumption.signed_in.principal
        return Session(self.storage, principal, presumption=presumption)


@asynccontextmanager
async def open_database(
    url: str,
    catalogue: Catalogue,
    *,
    clock: Clock = utc_now,
    lifetimes: Lifetimes | None = None,
    mailer: Mailer | None = None,
    keys: Keyring | None = None,
) -> AsyncIterator[Database]:
    """Open a migrated database for a catalogue, and close it when the block ends.

    Args:
        url: its address.
        catalogue: what the plugins in force declare.
        clock: the present, for tests that stop it.
        lifetimes: of sessions and links; None for the usual ones.
        mailer: who sends mail; None where nobody does.
        keys: by which encrypted fields are written and read; None where there is no key.

    Raises:
        DatabaseUnavailable: it cannot be reached.
    """
    connections = await open_connections(url)
    try:
        tables = build_tables(catalogue)
        plans = Plans(catalogue=catalogue, tables=tables, dialect=connections.dialect)
        database = Database(
            Storage(connections, catalogue, tables, plans, clock, keys),
            lifetimes=lifetimes,
            mailer=mailer,
        )
        try:
            yield database
        finally:
            await database.identity.close()
    finally:
        await connections.close()
