"""An installation as a test has it: a database with the tables of some plugins, a graph in it, people who ask."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import orjson
from httpx2 import AsyncClient

from relatum.access import SYSTEM, Principal
from relatum.catalogue import Catalogue
from relatum.identity import SignedIn
from relatum.plugins import LoadedPlugin, Loading, Surroundings
from relatum.sealing import Keyring
from relatum.session import Database, Session, open_database
from relatum_server.app import AppSettings, create_app
from relatum_server.files.store import FileStore
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.errors import Refusal
from relatum_server.installation import surroundings_of
from relatum_server.settings import Settings
from relatum_testing.clock import MovedClock
from relatum_testing.graph import EMPTY, Graph
from relatum_testing.remembering import declared_by
from relatum_testing.serving import served

_KEYS: Final = Keyring("tests", {"tests": bytes(range(32))}, bytes(range(32, 64)))
_MOST_PEOPLE: Final = 3


@dataclass(frozen=True)
class Installation:
    """A database that is open, and what is around it.

    Attributes:
        database: whose records are reached by `as_`.
        plugins: in force, required ones first.
        clock: the present, which a test may move.
        graph: what is in the database; nothing where it is empty.
        files: the folder in which files are kept while the test runs; None for none.
    """

    database: Database
    plugins: tuple[LoadedPlugin, ...]
    clock: MovedClock
    graph: Graph = EMPTY
    files: Path | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The types in force."""
        return self.database.catalogue

    @property
    def system(self) -> Session:
        """The database as the engine itself, to which everything is open."""
        return self.database.as_(SYSTEM)

    def people(self, role: str | None) -> list[Principal]:
        """Some who have a role: people of the graph, each acting for the firm that it may act for.

        Args:
            role: its name; None for people without any.
        """
        roles = frozenset({role}) if role else frozenset[str]()
        declared = self.catalogue.roles.get(role) if role else None
        acting = {
            each.source: each.target
            for each in self.graph.ties
            if each.now and self.catalogue.relationships[each.type].represents
        }
        found = [
            Principal(each, acting.get(each), roles)
            for name in (
                self.catalogue.concrete(declared.type)
                if declared and declared.type
                else _persons(self.catalogue)
            )
            for each in self.graph.ids(name)[:_MOST_PEOPLE]
        ]
        return found[:_MOST_PEOPLE] or [Principal(roles=roles)]

    def session_as(self, who: str | Principal | None) -> Session:
        """The database as somebody sees it.

        Args:
            who: a principal, or a role, which somebody of the graph has; None for somebody without a role.
        """
        return self.database.as_(who if isinstance(who, Principal) else self.people(who)[0])

    async def ask(
        self, text: str, *, who: str | Principal | None = "administrator", **variables: object
    ) -> Any:
        """Ask in GraphQL, without a server.

        Args:
            text: a query or a mutation.
            who: asks; an administrator, unless it is said.
            variables: of the query.

        Returns:
            The answer, with ``data`` or ``errors``.
        """
        api = self.database.storage.surface
        if not isinstance(api, Api):
            self.database.surface(Api)
            api = self.database.storage.surface
        assert isinstance(api, Api)
        principal = self.session_as(who).principal
        session, signed_in = self.database.as_(principal), SignedIn(principal=principal)
        try:
            answer = await api.answer(session, Question(text, variables=variables), signed_in)
        except Refusal as refusal:
            return {"errors": json.loads(json.dumps(refusal.errors, default=str))}
        return orjson.loads(answer)

    @asynccontextmanager
    async def served(self, *roles: str) -> AsyncIterator[AsyncClient]:
        """A client of a real server over the database, with a token of a client app that has these roles."""
        secret = None
        if roles:
            identity = self.database.identity
            client = await identity.add_client(SYSTEM, "tests", roles=list(roles))
            secret = (await identity.add_token(SYSTEM, "tests", client=client.id)).secret
        settings = AppSettings(files=FileStore(self.files) if self.files else None)
        app = create_app(nullcontext(self.database), settings=settings)
        async with served(app, token=secret) as asking:
            yield asking


def _persons(catalogue: Catalogue) -> Iterator[str]:
    """The types of those who may act for others."""
    for each in catalogue.relationships.values():
        if each.represents:
            yield from each.source.types


@asynccontextmanager
async def opened(
    url: str,
    plugins: Sequence[LoadedPlugin],
    *,
    graph: Graph = EMPTY,
    settings: Mapping[str, Mapping[str, object]] | None = None,
) -> AsyncIterator[Installation]:
    """Open a database of these plugins, which was migrated to their time.

    Args:
        url: of the database.
        plugins: in force.
        graph: what is known to be in it.
        settings: of plugins, by their names.
    """
    clock = MovedClock()
    with TemporaryDirectory() as folder:
        files = Path(folder)
        async with open_database(
            url,
            declared_by(plugins),
            clock=clock,
            keys=keys(),
            surroundings=surroundings(plugins, settings or {}, files=files),
        ) as database:
            yield Installation(database, tuple(plugins), clock, graph, files)


def keys() -> Keyring:
    """The keys by which encrypted fields are kept in tests."""
    return _KEYS


def surroundings(
    plugins: Sequence[LoadedPlugin],
    settings: Mapping[str, Mapping[str, object]],
    *,
    files: Path | None = None,
) -> Surroundings:
    """What plugins find around them: their hooks, their settings as a test says them, a folder of files.

    Raises:
        BadSetting: a plugin needs settings that are not given.
    """
    given = {name: dict(each) for name, each in settings.items()}
    return surroundings_of(Settings(plugins=given, files=files), Loading(tuple(plugins)))
