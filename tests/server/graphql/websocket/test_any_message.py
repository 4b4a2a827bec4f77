"""Whatever a client sends over a socket, it is answered by the protocol, and nothing breaks."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message

from relatum.catalogue import Catalogue
from relatum.changes.news import news_of
from relatum.session import open_database
from relatum_server.graphql.api import Api
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.live import Live
from relatum_server.graphql.websocket.endpoint import WebsocketEndpoint
from relatum_server.graphql.websocket.limits import SocketLimits
from relatum_server.identity.authenticating import Authenticate
from tests.laws.profiles import tried
from tests.server.serving import administrators_token, fill

TYPES = ["connection_init", "ping", "pong", "subscribe", "complete", "next", "start", None, 7]
QUERIES = [
    "{ __typename }", "{ people { nodes { name } } }", "query A { viewer { id } }", "{ nothing }", "{", "",
]  # fmt: skip
CODES = {4400, 4401, 4403, 4409, 4429, 1009}

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
payloads = values | st.fixed_dictionaries(
    {},
    optional={
        "query": st.sampled_from(QUERIES) | values,
        "variables": values,
        "operationName": st.sampled_from(["A", "B", None, 7]),
        "extensions": values,
        "authorization": st.text(max_size=8) | values,
    },
)
messages = st.fixed_dictionaries(
    {"type": st.sampled_from(TYPES)},
    optional={"id": st.sampled_from(["1", "2", "", 7, None]) | values, "payload": payloads},
)
texts = st.text(max_size=20) | (values | messages).map(json.dumps)
events = st.lists(
    texts.map(lambda text: {"text": text})
    | st.binary(max_size=9).map(lambda data: {"bytes": data}),
    max_size=6,
)


@dataclass
class Served:
    """An endpoint over the shop, and the events of one socket."""

    runner: asyncio.Runner
    endpoint: WebsocketEndpoint
    token: str
    sent: list[Message] = field(default_factory=list)

    def tell(self, given: list[dict[str, Any]], *, introduced: bool) -> list[Message]:
        """What the server sends to a client that sends this and hangs up."""
        payload = {"authorization": f"Bearer {self.token}"}
        init = {"text": json.dumps({"type": "connection_init", "payload": payload})}
        return self.runner.run(self._tell([init, *given] if introduced else given))

    async def _tell(self, given: list[dict[str, Any]]) -> list[Message]:
        received = ({"type": "websocket.receive", **each} for each in given)
        coming = iter([{"type": "websocket.connect"}, *received])
        sent: list[Message] = []

        async def receive() -> Message:
            for each in coming:
                return each
            for _ in range(50):  # lets what was asked be answered
                await asyncio.sleep(0)
            return {"type": "websocket.disconnect", "code": 1000}

        async def send(message: Message) -> None:
            sent.append(message)

        scope = {
            "type": "websocket", "path": "/graphql", "headers": [], "server": ("127.0.0.1", 80),
            "subprotocols": ["graphql-transport-ws"], "extensions": {},
        }  # fmt: skip
        await self.endpoint(scope, receive, send)
        assert self.endpoint.open == 0
        return sent


@pytest.fixture(scope="module")
def served(shop_catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    url = f"sqlite:///{tmp_path_factory.mktemp('shop') / 'shop.db'}"
    with asyncio.Runner() as runner:
        runner.run(fill(url, shop_catalogue))
        stack = AsyncExitStack()
        database = runner.run(stack.enter_async_context(open_database(url, shop_catalogue)))
        token = runner.run(administrators_token(database))
        authenticate = Authenticate(database.identity, None)
        news = runner.run(stack.enter_async_context(news_of(database.connections)))
        database.surface(Api)
        live = Live(Limits(), news)
        limits = SocketLimits(operations=2, message=40_000)
        endpoint = WebsocketEndpoint(database, authenticate, live, limits)
        yield Served(runner, endpoint, token)
        runner.run(stack.aclose())


STRANGE: list[dict[str, Any]] = [
    {"text": "[" * 10_000},
    {"text": '{"type":"ping","payload":{"a":' + "9" * 5_000 + "}}"},
    {"text": '{"type":"ping","payload":' + '{"a":' * 500 + "1" + "}" * 501},
    {"text": "null"},
    {"text": "7"},
    {"text": None},
    {"text": "\x00"},
    {"text": "x" * 50_000},
    {"bytes": b"\xff\xfe"},
]


def test_nothing_strange_breaks_anything(served: Served) -> None:
    for each in STRANGE:
        for introduced in (False, True):
            check(served.tell([each], introduced=introduced))


@tried(100)
@given(given=events, introduced=st.booleans())
def test_nothing_that_a_client_sends_breaks_anything(
    served: Served, given: list[dict[str, Any]], introduced: bool
) -> None:
    check(served.tell(given, introduced=introduced))


def check(told: list[Message]) -> None:
    """Hold that a server keeps to the protocol."""
    accepted, *sent = told
    assert accepted == {"type": "websocket.accept", "subprotocol": "graphql-transport-ws"}
    *answers, last = sent or [{"type": "websocket.send", "text": '{"type": "pong"}'}]
    assert {each["type"] for each in answers} <= {"websocket.send"}
    if last["type"] == "websocket.close":
        assert last["code"] in CODES
        assert 0 < len(last["reason"].encode()) <= 123
    else:
        answers.append(last)
    for each in answers:
        said = json.loads(each["text"])
        assert said["type"] in {"connection_ack", "ping", "pong", "next", "error", "complete"}
        assert "INTERNAL" not in each["text"]
