"""What pages of the portal take on the server: ``python -m benchmarks portal --opportunities 1000000 --firms 20000``.

A reseller, a customer, a supplier and who manages our sales ask for every page that the others lead to: home with its news;
of each list the first page, the next one, sorted, searched by common words and by rare ones, filtered by a choice, by a
record, by days and by an amount that nothing reaches, and counted; a record with its timeline; forms; the beginning of a
list as a file; an administrator asks why a record is open. The application is called in its own process: what is measured
is the server's work with its statements, without a network.
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Iterator, Mapping, MutableMapping
from contextlib import nullcontext
from dataclasses import dataclass
from html import unescape
from itertools import groupby, islice
from pathlib import Path
from typing import Any, Final

from httpx2 import AsyncClient

from benchmarks.portal_rows import (
    ADMINISTRATOR,
    PASSWORD,
    PEOPLE,
    PLUGINS,
    TYPES,
    Business,
    email_of,
    fill,
)
from benchmarks.servers import filled_database
from relatum.connections import DialectName
from relatum.plugins import Loading
from relatum.session import Database, open_database
from relatum_server.app import Application, create_app
from relatum_server.installation import surroundings_of
from relatum_server.settings import Settings
from relatum_testing.serving import served

OPPORTUNITIES: Final = 50_000
FIRMS: Final = 2_000
LIMIT: Final = 60.0
"""Milliseconds that 95 of 100 of each page take at most."""

STATEMENTS: Final = 30
"""Statements that a page takes at most, whatever there is."""

_BEFORE: Final = 2
_ASKED: Final = 21
_HOME: Final = "/x/portal/"
_ID: Final = r"[0-9a-f]{8}-[0-9a-f-]{27}"
_SELECT: Final = re.compile(r'<select id="f-[^"]*" name="([\w.]+)"(.*?)</select>', re.DOTALL)


@dataclass(frozen=True)
class Asked:
    """A page.

    Attributes:
        kind: what it is.
        path: of the page.
    """

    kind: str
    path: str


@dataclass(frozen=True)
class Pages:
    """What pages of a kind take, by the slowest of them.

    Attributes:
        opportunities: that there are.
        who: asks.
        kind: of the pages.
        pages: how many of them there are.
        path: of the slowest.
        median: its milliseconds.
        slow: its milliseconds that 95 of 100 take at most.
        statements: that it takes.
    """

    database: DialectName
    opportunities: int
    who: str
    kind: str
    pages: int
    path: str
    median: float
    slow: float
    statements: int


@dataclass(frozen=True)
class _Visitor:
    """Somebody who is signed in: asks the application for pages."""

    application: Application
    headers: Mapping[str, str]

    async def page(self, path: str) -> str:
        """A page, or the beginning of a file.

        Raises:
            ValueError: it is answered otherwise.
        """
        status, body = await _asked(self.application, path, self.headers)
        if status != 200:
            raise ValueError(f"{path} is answered {status}: {body}")
        return body


def measure(
    dialect: DialectName, opportunities: int, firms: int, keep: Path | None = None
) -> list[Pages]:
    """Ask for every page of a filled database.

    Args:
        dialect: which database.
        opportunities: how many are in it.
        firms: how many are in it.
        keep: the folder in which it stays; None where it is gone afterwards.
    """
    world = Business(opportunities, firms)
    name = f"portal-{opportunities}-{firms}"
    with filled_database(dialect, name, lambda url: fill(url, world), keep) as url:
        return asyncio.run(_measured(url, dialect, world))


async def _measured(url: str, dialect: DialectName, world: Business) -> list[Pages]:
    surroundings = surroundings_of(Settings(), Loading(PLUGINS, ()))
    found: list[Pages] = []
    async with open_database(url, TYPES, surroundings=surroundings) as database:
        application = create_app(nullcontext(database))
        async with served(application) as client:
            for who in PEOPLE:
                visitor = _Visitor(application, await _signed_in(client, who))
                pages = [each async for each in _reached(visitor, who)]
                timed = [await _timed(visitor, database, each) for each in pages]
                for kind, several in groupby(sorted(timed), key=lambda each: each[0]):
                    each = list(several)
                    slowest = max(each, key=lambda one: one[2])
                    found.append(
                        Pages(dialect, world.opportunities, who, kind, len(each), *slowest[1:])
                    )
    return found


async def _signed_in(client: AsyncClient, who: str) -> dict[str, str]:
    """What a browser sends along that is signed in."""
    client.cookies.clear()
    await client.post(
        "/sign-in",
        data={"email": email_of(who), "password": PASSWORD},
        headers={"origin": str(client.base_url).rstrip("/"), "sec-fetch-site": "same-origin"},
    )
    held = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return {"host": client.base_url.netloc.decode(), "accept": "text/html", "cookie": held}


Timed = tuple[str, str, float, float, int]


async def _timed(visitor: _Visitor, database: Database, page: Asked) -> Timed:
    """A page's kind and path, milliseconds of the median and of 95 of 100, and statements.

    Raises:
        ValueError: it takes more statements than a page may.
    """
    times, statements = [], 0
    for _ in range(_BEFORE + _ASKED):
        begun = time.perf_counter()
        with database.connections.count_statements() as counted:
            await visitor.page(page.path)
        times.append(1_000 * (time.perf_counter() - begun))
        statements = len(counted)
    if statements > STATEMENTS:
        raise ValueError(f"{page.path} takes {statements} statements.")
    times = sorted(times[_BEFORE:])
    return page.kind, page.path, times[len(times) // 2], times[len(times) * 95 // 100], statements


async def _reached(visitor: _Visitor, who: str) -> AsyncIterator[Asked]:
    """The pages that others lead to, of each list one of each kind."""
    home = await visitor.page(_HOME)
    lists = sorted(set(re.findall(r'href="(/x/portal/lists/[\w.]+)"', home)))
    if who == ADMINISTRATOR:
        for path in lists:
            record = re.search(_ID, await visitor.page(path))
            if record:
                yield Asked("why", f"/x/portal/why/{record[0]}")
        return
    yield Asked("home", _HOME)
    for path in lists:
        shown = await visitor.page(path)
        yield Asked("list", path)
        for each in _of_list(path, shown):
            yield each
        record = re.search(rf'href="({re.escape(path)}/{_ID})"', shown)
        detail = await visitor.page(record[1]) if record else ""
        if record:
            yield Asked("record", record[1])
        for form in islice(_forms(shown + detail), 4):
            yield Asked("form", form)


def _of_list(path: str, shown: str) -> Iterator[Asked]:
    if 'type="search"' in shown:
        yield Asked("searched", f"{path}?q=pumps")
        yield Asked("searched, rare", f"{path}?q=pumps+7")
        yield Asked("searched, none", f"{path}?q=pumps+nowhere")
    for sort in re.findall(r'<option value="(-\w[\w.]*)"[^>]*>[^<]* ↓', shown):
        yield Asked("sorted", f"{path}?sort={sort}")
    for name, options in _SELECT.findall(shown):
        yield from _chosen(path, name, options)
    for name in re.findall(r'name="([\w.]+)-from" inputmode', shown):
        yield Asked("filtered, none", f"{path}?{name}-from=2000000000")
    for name in re.findall(r'type="date" name="([\w.]+)-from"', shown):
        yield Asked("filtered", f"{path}?{name}-from=2025-03-01&{name}-to=2025-03-07")
    if following := re.search(r'href="(\?[^"]+)" rel="next"', shown):
        yield Asked("next page", path + unescape(following[1]))
    yield Asked("counted", f"{path}?count=yes")
    yield Asked("file", f"/x/portal/files/{path.rpartition('/')[2]}.csv")


def _chosen(path: str, name: str, options: str) -> Iterator[Asked]:
    values = re.findall(r'<option value="([^"]+)"', options)
    if values:
        yield Asked("filtered", f"{path}?{name}={values[-1]}")
        yield Asked("filtered and counted", f"{path}?{name}={values[0]}&count=yes")


def _forms(shown: str) -> Iterator[str]:
    found = re.findall(r'href="(/x/portal/(?:do|new|change)/[^"]+)"', shown)
    return iter(dict.fromkeys(map(unescape, found)))


async def _asked(application: Application, path: str, sent: Mapping[str, str]) -> tuple[int, str]:
    """How a page is answered: with which status, and the body or its beginning."""
    where, _, query = path.partition("?")
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": where,
        "raw_path": where.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", int(sent["host"].rpartition(":")[2])),
    }
    status, body, begun = 0, bytearray(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(3_600)
        return {"type": "http.disconnect"}

    async def send(message: MutableMapping[str, Any]) -> None:
        nonlocal status
        status = message.get("status", status)
        body.extend(message.get("body", b""))
        if body:
            begun.set()

    tasks: list[asyncio.Future[Any]] = [
        asyncio.ensure_future(application(scope, receive, send)),
        asyncio.ensure_future(begun.wait()),
    ]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return status, body.decode(errors="replace")
