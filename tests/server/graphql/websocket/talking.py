"""Talks to a served application over a websocket, message by message."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from httpx2 import AsyncClient
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

SUBPROTOCOL = Subprotocol("graphql-transport-ws")
SECONDS = 30


class Talk:
    """One socket."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket

    async def say(self, type: str, **members: object) -> None:
        await self.send(json.dumps({"type": type, **members}))

    async def send(self, text: str | bytes) -> None:
        await self.socket.send(text)

    async def hear(self) -> dict[str, Any]:
        """The next message; pings of the server are answered and not told."""
        while True:
            async with asyncio.timeout(SECONDS):
                heard: dict[str, Any] = json.loads(await self.socket.recv())
            if heard != {"type": "ping"}:
                return heard
            await self.say("pong")

    async def begin(self, payload: object = None) -> None:
        """Introduce oneself, and be let in."""
        await self.say("connection_init", **({} if payload is None else {"payload": payload}))
        assert await self.hear() == {"type": "connection_ack"}

    async def ask(self, id: str, query: str, **payload: object) -> None:
        await self.say("subscribe", id=id, payload={"query": query, **payload})

    async def end(self, heard: list[dict[str, Any]] | None = None) -> tuple[int, str]:
        """Code and reason with which the server ends the socket; messages before are put into ``heard``."""
        try:
            async with asyncio.timeout(SECONDS):
                while True:
                    message = json.loads(await self.socket.recv())
                    if heard is not None:
                        heard.append(message)
        except ConnectionClosed as closed:
            if closed.rcvd is None:
                raise
            return closed.rcvd.code, closed.rcvd.reason


@asynccontextmanager
async def talk_at(
    address: str,
    *,
    headers: Mapping[str, str] | None = None,
    subprotocol: Subprotocol | None = SUBPROTOCOL,
    token: str | None = None,
    **options: Any,
) -> AsyncIterator[Talk]:
    """A socket to a server.

    Args:
        address: of the server.
        headers: of the handshake.
        subprotocol: that is offered.
        token: with which to begin; without, the first message is left to the test.
        options: of the library.
    """
    # Else a client that hangs up would not hear the end behind what it has not read.
    options.setdefault("max_queue", None)
    async with connect(
        address.replace("http:", "ws:") + "/graphql",
        subprotocols=[subprotocol] if subprotocol else None,
        additional_headers=dict(headers or {}),
        compression=None,
        **options,
    ) as socket:
        talk = Talk(socket)
        if token is not None:
            await talk.begin({"authorization": f"Bearer {token}"})
        yield talk


@asynccontextmanager
async def talk(
    client: AsyncClient, *, headers: Mapping[str, str] | None = None, **options: Any
) -> AsyncIterator[Talk]:
    """A socket to the server that a client asks, with its token if no other headers are given."""
    authorization = client.headers.get("authorization")
    own = {"authorization": authorization} if authorization else {}
    address = str(client.base_url).rstrip("/")
    said = own if headers is None else headers
    async with talk_at(address, headers=said, **options) as talk:
        yield talk
