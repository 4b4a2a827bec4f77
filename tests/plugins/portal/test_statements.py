"""No page of the portal takes more statements where there is more: what a page takes is a number of its shape."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence, Set
from contextlib import AsyncExitStack, nullcontext
from datetime import UTC, datetime
from html import unescape
from itertools import chain
from pathlib import Path
from typing import Final

import pytest
from httpx2 import ASGITransport, AsyncClient
from starlette.applications import Starlette

from relatum.access import Principal
from relatum.connections import Connections, DialectName
from relatum.plugins import Loading, catalogue_of, load_plugins
from relatum.reading.sizes import Sizes
from relatum.session import Database, assembling, open_database
from relatum_server.app import AppSettings, create_app
from relatum_server.files.store import FileStore
from relatum_server.identity.authenticating import Authenticate
from relatum_server.installation import surroundings_of
from relatum_server.observability.publishing import Publisher
from relatum_server.pages.offering import Offering
from relatum_server.plugins.living import Life
from relatum_server.plugins.mounting import PluginPages
from relatum_server.settings import Settings
from relatum_server.settling import settled
from relatum_server.state import ServerState
from tests.databases import CloneTemplate, prepared
from tests.plugins.portal.trade import KINDS, Trade, address
from tests.server.identity.browsing import Browser, value

FEW, MANY = 3, 30
MOST: Final = 20
"""Statements that a page takes at most."""

NOON: Final = datetime(2025, 6, 2, 12, tzinfo=UTC)
"""When it is all the time, so that nothing expires that is kept for a time, however long the pages take."""

PLUGINS: Final = load_plugins(only=["activities", "sales", "portal"])
HOME: Final = "/x/portal/"
_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@pytest.fixture
async def database(
    clone_template: CloneTemplate, dialect: DialectName, tmp_path: Path
) -> AsyncIterator[Database]:
    url = await prepared(clone_template, dialect, catalogue_of(PLUGINS))
    surroundings = surroundings_of(Settings(files=tmp_path / "files"), Loading(PLUGINS, ()))
    opened = open_database(url, assembling(PLUGINS), clock=lambda: NOON, surroundings=surroundings)
    async with opened as database:
        plans = database.storage.plans
        plans.sizes = Counted(plans.catalogue, plans.tables, plans.dialect)
        yield database


class Counted(Sizes):
    """Of people who are known to see little, so that no statement counts what they see."""

    def known(
        self, principal: Principal, types: Set[str], *, now: datetime
    ) -> frozenset[str] | None:
        return frozenset()


def application(database: Database, files: Path) -> Starlette:
    """The whole application, beside which nothing runs whose statements would be counted, too."""
    application, settings = create_app(nullcontext(database)), AppSettings(files=FileStore(files))
    authenticate = Authenticate(database.identity, None)
    application.state.serving = ServerState(
        database,
        settings,
        authenticate,
        Offering(()),
        None,
        Life(database),
        Publisher(database.connections, dict),
        PluginPages(database, authenticate, per_minute=10**6, body_seconds=60),
    )
    return application


class Visitor:
    """Somebody who goes through the pages, and notes how many statements each takes."""

    def __init__(self, kind: str, client: AsyncClient, connections: Connections) -> None:
        self.taken: dict[str, int] = {}
        self._kind = kind
        self._browser = Browser(client)
        self._connections = connections
        self._begun = ""

    async def begin(self) -> None:
        """Sign in, and have told what changes from now on."""
        await self._browser.sign_in(address(self._kind))
        self._begun = value(await self._browser.open(HOME), "cursor")
        await self._browser.send(f"{HOME}news/read", cursor=self._begun)

    async def go(self) -> None:
        """Ask for all pages that others lead to, of those that differ by a record the first."""
        self.taken.clear()
        home = await self._asked(HOME)
        await self._asked("/account")
        await self._asked(f"{HOME}news?seen={self._begun}")
        for path in sorted(set(re.findall(r'href="(/x/portal/lists/[\w.]+)"', home))):
            await self._list(path)

    async def _list(self, path: str) -> None:
        shown = await self._asked(f"{path}?count=yes")
        await self._asked(f"{HOME}files/{path.rpartition('/')[2]}.csv")
        if record := re.search(rf'href="{re.escape(path)}/{_ID.pattern}"', shown):
            shown += await self._asked(record[0][6:-1])
        for each in _led_to(shown):
            if self._named(each) not in self.taken:
                await self._asked(each)

    async def _asked(self, path: str) -> str:
        with self._connections.count_statements() as statements:
            answer = await self._browser.open(path)
        assert answer.status_code == 200, (path, answer.text)
        self.taken[self._named(path)] = len(statements)
        return answer.text

    def _named(self, path: str) -> str:
        """What a page is called, whatever record it is about."""
        return f"{self._kind} {_ID.sub('*', path.partition('?')[0])}"


def _led_to(shown: str) -> Iterator[str]:
    """The forms that a page leads to, and the lists of all ties."""
    forms = r"/x/portal/(?:do|new|change|delete|relate|ties)/[^\"]+"
    ties = rf"/x/portal/lists/[\w.]+/{_ID.pattern}/\w+"
    yield from map(unescape, re.findall(rf'href="({forms}|{ties})"', shown))


async def taken(visitors: Sequence[Visitor]) -> dict[str, int]:
    """By page the statements that it takes."""
    for each in visitors:
        await each.go()
    return dict(chain.from_iterable(each.taken.items() for each in visitors))


@pytest.mark.parametrize(
    "dialect",
    [
        pytest.param("sqlite", id="sqlite"),
        pytest.param("postgresql", id="postgresql", marks=pytest.mark.thorough),
    ],
)
async def test_a_page_takes_as_many_statements_however_much_there_is(
    database: Database, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    trade = Trade(database, await FileStore(files).keep("a.pdf", "application/pdf", b"%PDF-1.7"))
    await trade.open()
    sending = ASGITransport(application(database, files))
    async with AsyncExitStack() as open_clients:
        open_clients.enter_context(settled())  # as in one that is served
        visitors = []
        for kind in KINDS:
            client = AsyncClient(transport=sending, base_url="http://127.0.0.1:8000")
            await open_clients.enter_async_context(client)
            visitors.append(Visitor(kind, client, database.connections))
            await visitors[-1].begin()
        await trade.grow(FEW)
        few = await taken(visitors)
        await trade.grow(MANY)
        many = await taken(visitors)
    assert few.keys() <= many.keys()
    assert {each: number for each, number in many.items() if number > MOST} == {}
    assert {each: (few[each], many[each]) for each in few if many[each] > few[each]} == {}
