"""A database in use. `Database.as_` is the only way to its records."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from dataclasses import replace

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.clock import Clock, utc_now
from relatum.connections import Connections, Outdated
from relatum.connections.opening import open_connections
from relatum.identity import Identity, Lifetimes, Mailer, Presumption
from relatum.identity.force import Assembling, Kept, kept_on
from relatum.plugins.health import PluginHealth
from relatum.plugins.surroundings import Surroundings
from relatum.reading import Plans
from relatum.sealing import Keyring
from relatum.session.session import Session
from relatum.session.storage import Storage
from relatum.tables import Tables, build_tables


class Database:
    """A database that principals are let in to.

    Attributes:
        storage: what it consists of now; replaced as a whole when another edition comes into force, so that what is
            under way goes on with what it began with.
        identity: who may sign in, and with which roles.
        changed: called, on the event loop, when other types have come into force.
        changing: entered while what is to come into force is made, in a thread.
    """

    def __init__(
        self,
        storage: Storage,
        *,
        lifetimes: Lifetimes | None = None,
        mailer: Mailer | None = None,
        assembling: Assembling | None = None,
        kept: Kept | None = None,
    ) -> None:
        """Let in to this storage.

        Args:
            storage: what it consists of at first.
            lifetimes: of sessions and links; None for the usual ones.
            mailer: who sends mail; None where nobody does.
            assembling: puts the catalogue together when other types are kept; None where they stay what they are.
            kept: what the storage's catalogue was put together by.
        """
        self.storage = storage
        self.identity = Identity(
            self,
            lifetimes=lifetimes or Lifetimes(),
            mailer=mailer,
            assembling=assembling,
            kept=kept,
        )
        self.changed: list[Callable[[], None]] = []
        self.changing: Callable[[], AbstractContextManager[None]] = nullcontext
        self._surfacing: Callable[[Catalogue], object] | None = None
        self._put(replace(storage, renewed=self.renewed, catalogue_at=self.identity.catalogue_at))

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

    async def obey(self, catalogue: Catalogue, edition: int) -> None:
        """Put another catalogue in force, for all who are let in from then on, with all that is made of it at once.

        Args:
            catalogue: the types and rules.
            edition: by which it is known that they are in force.
        """
        before = self.storage
        self._put(await asyncio.to_thread(self._under, catalogue, edition))
        if not _same_types(self.storage.catalogue, before.catalogue):
            for each in self.changed:
                each()

    async def renewed(self) -> Storage:
        """What it consists of under the edition that is in force now; the same as before, where that is no other."""
        await self.identity.refresh()
        return self.storage

    def surface(self, surfacing: Callable[[Catalogue], object]) -> None:
        """Have something made of the types in force, now and whenever others come into force (`Storage.surface`).

        Args:
            surfacing: what makes it; later on it is called in a thread.
        """
        self._surfacing = surfacing
        self._put(replace(self.storage, surface=surfacing(self.storage.catalogue)))

    def _under(self, catalogue: Catalogue, edition: int) -> Storage:
        """What it is to consist of under an edition. Of the same types there are the same tables and the same surface."""
        before = self.storage
        tables, surface = before.tables, before.surface
        if not _same_types(catalogue, before.catalogue):
            tables = build_tables(catalogue)
            surface = self._surfacing(catalogue) if self._surfacing else None
        plans = Plans(catalogue=catalogue, tables=tables, dialect=before.connections.dialect)
        return replace(
            before,
            catalogue=catalogue,
            tables=tables,
            plans=plans,
            edition=edition,
            surface=surface,
        )

    def _put(self, storage: Storage) -> None:
        self.storage = storage
        self._begun = replace(storage, renewed=None)

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

    def asked_by(self, principal: Principal) -> Session:
        """The database as a principal sees it during one request, under one edition from beginning to end.

        Where another one turns out to be in force, `relatum.connections.Outdated` is raised, and nothing was written: the
        request is answered anew in a session that is begun after `renewed`.
        """
        return Session(self._begun, principal)

    def presuming(self, presumption: Presumption) -> Session:
        """The database as it is seen by whom a secret is presumed to belong to.

        Its first statement tells whether that is so; nothing is written, and nothing of an answer given, where it is not:
        then `relatum.identity.Mistaken` is raised. Who gives an answer without one calls `Session.certify` before.
        """
        principal = presumption.signed_in.principal
        return Session(self._begun, principal, presumption=presumption)


@asynccontextmanager
async def open_database(
    url: str,
    catalogue: Catalogue | Assembling,
    *,
    clock: Clock = utc_now,
    lifetimes: Lifetimes | None = None,
    mailer: Mailer | None = None,
    keys: Keyring | None = None,
    surroundings: Surroundings | None = None,
) -> AsyncIterator[Database]:
    """Open a migrated database for a catalogue, and close it when the block ends.

    Args:
        url: its address.
        catalogue: what the plugins in force declare, or what puts that together from what the database keeps of them.
        clock: the present, for tests that stop it.
        lifetimes: of sessions and links; None for the usual ones.
        mailer: who sends mail; None where nobody does.
        keys: by which encrypted fields are written and read; None where there is no key.
        surroundings: what plugins find beside the database; None for no settings.

    Raises:
        DatabaseUnavailable: it cannot be reached.
    """
    connections = await open_connections(url)
    try:
        assembling, kept = None, Kept()
        if not isinstance(catalogue, Catalogue):
            assembling, kept = catalogue, await _kept(connections)
            catalogue = assembling(kept)
        tables = build_tables(catalogue)
        plans = Plans(catalogue=catalogue, tables=tables, dialect=connections.dialect)
        database = Database(
            Storage(
                connections,
                catalogue,
                tables,
                plans,
                clock,
                keys,
                surroundings=surroundings or Surroundings(health=PluginHealth(clock)),
            ),
            lifetimes=lifetimes,
            mailer=mailer,
            assembling=assembling,
            kept=kept,
        )
        try:
            yield database
        finally:
            await database.identity.close()
    finally:
        await connections.close()


async def _kept(connections: Connections) -> Kept:
    """What is kept of types; nothing where the database is not migrated yet, which others say."""
    try:
        async with connections.snapshot() as connection:
            return await kept_on(connection)
    except Outdated:
        return Kept()


def _same_types(one: Catalogue, other: Catalogue) -> bool:
    """Whether two catalogues differ in the rules of administrators at most."""
    return one.types is other.types and one.actions is other.actions
