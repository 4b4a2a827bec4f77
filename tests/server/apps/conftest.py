"""The shop, served, whose apps are told of changes at a sink on this machine; the clock moves when a test says so."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from httpx2 import AsyncClient
from standardwebhooks import Webhook
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relatum.apps import Terms, telling, working
from relatum.catalogue import Catalogue
from relatum.changes.sequencer import keep_sequencing
from relatum.connections import DialectName
from relatum.session import Database, open_database
from relatum_schemas.channel import Notice
from relatum_server.apps import HttpCourier
from tests.databases import CloneTemplate
from tests.server.serving import administrators_token, application, fill, running, served

PATIENCE = 30.0


@dataclass
class Call:
    """What arrived at the sink."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """Of the message."""
        return self.headers["webhook-id"]

    @property
    def content(self) -> Any:
        """What the message says."""
        return orjson.loads(self.body)

    def signed_by(self, secret: str) -> bool:
        """Whether a secret signed it, at the time that it names."""
        at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        own = Webhook(secret).sign(self.id, at, self.body.decode())
        return own in self.headers["webhook-signature"].split(" ")


@dataclass
class Sink:
    """An app as it is told of changes: it keeps what arrives, and answers as a test says."""

    address: str = ""
    calls: list[Call] = field(default_factory=list)
    answer: int = 204
    open: asyncio.Event = field(default_factory=asyncio.Event)
    headers: dict[str, str] = field(default_factory=dict)

    async def take(self, request: Request) -> Response:
        """Take a message."""
        self.calls.append(Call(dict(request.headers), await request.body()))
        await self.open.wait()
        return Response(status_code=self.answer, headers=self.headers)


@dataclass
class Time:
    """The present, as far as it was moved."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """The present."""
        return datetime.now(UTC) + self.ahead


class Postbox:
    """Keeps the messages to administrators."""

    def __init__(self) -> None:
        """Begin without any."""
        self.messages: list[Notice] = []

    async def deliver(self, message: Notice) -> None:
        """Keep one."""
        self.messages.append(message)


@dataclass
class Place:
    """All of it."""

    database: Database
    client: AsyncClient
    sink: Sink
    time: Time
    postbox: Postbox
    telling: AsyncExitStack

    async def begin_telling(self) -> None:
        """Tell apps of changes, as a process that serves does."""
        terms = Terms(allowed=frozenset({"127.0.0.1"}))
        courier = await self.telling.enter_async_context(HttpCourier(terms.allowed))
        told = telling(self.database, courier, messenger=self.postbox, terms=terms)
        await self.telling.enter_async_context(told)

    async def ask(self, text: str, *, token: str = "", **variables: Any) -> Any:
        """What the server answers."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        content = {"query": text, "variables": variables}
        response = await self.client.post("/graphql", json=content, headers=headers)
        return response.json()

    async def told(self, text: str, **variables: Any) -> Any:
        """What the server answers without any error."""
        answer = await self.ask(text, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    async def arrived(self, count: int) -> list[Call]:
        """What arrived, when that is so much."""
        await until(lambda: len(self.sink.calls) >= count)
        assert len(self.sink.calls) == count, [each.content for each in self.sink.calls]
        return self.sink.calls

    async def state(self, name: str, holds: Callable[[Any], object]) -> Any:
        """How an app stands, once something holds of that."""
        async with asyncio.timeout(PATIENCE):
            while True:
                shown = await self.told(APPS)
                (app,) = [each for each in shown["apps"] if each["name"] == name]
                if holds(app):
                    return app
                await asyncio.sleep(0.02)


APPS = """{ apps { name state why failingSince may told
  deliveries { id event recordId state attempts status error dueAt position } } }"""


async def until(holds: Callable[[], object]) -> None:
    """Wait until something holds, as long as a busy machine may need."""
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110  # what is waited for tells nobody
            await asyncio.sleep(0.01)


@pytest.fixture
async def place(
    clone_template: CloneTemplate,
    dialect: DialectName,
    shop_catalogue: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Place]:
    """The shop, whose apps are told of changes."""
    monkeypatch.setattr(working, "LOOKING_SECONDS", 0.1)

    async def build(url: str) -> None:
        await fill(url, shop_catalogue)

    url = await clone_template(dialect, f"shop:{shop_catalogue.fingerprint}", build)
    sink, time = Sink(), Time()
    sink.open.set()
    async with AsyncExitStack() as stack:
        listening = stack.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        sink.address = f"http://127.0.0.1:{listening.getsockname()[1]}/hooks"
        there = Starlette(routes=[Route("/hooks", sink.take, methods=["POST"])])
        await stack.enter_async_context(running(there, listening))
        database = await stack.enter_async_context(open_database(url, shop_catalogue, clock=time))
        numbering = asyncio.create_task(keep_sequencing(database.connections))
        token = await administrators_token(database)
        client = await stack.enter_async_context(served(application(database), token=token))
        tellers = await stack.enter_async_context(AsyncExitStack())
        place = Place(database, client, sink, time, Postbox(), tellers)
        await place.begin_telling()
        yield place
        sink.open.set()
        await tellers.aclose()
        numbering.cancel()
        with suppress(asyncio.CancelledError):
            await numbering
