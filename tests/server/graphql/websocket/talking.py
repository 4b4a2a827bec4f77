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
async def talk(
    client: AsyncClient,
    *,
    headers: Mapping[str, str] | None = None,
    subprotocol: Subprotocol | None = SUBPROTOCOL,
    token: str | None = None,
    **options: Any,
) -> AsyncIterator[Talk]:
    """A socket to the server that a client asks.

    Args:
        client: of the server.
        headers: of the handshake; without, those of the client count.
        subprotocol: that is offered.
        token: with which to begin; without, the first message is left to the test.
        options: of the library.
    """
    said = dict(headers) if headers is not None else _own(client)
    address = str(client.base_url).replace("http:", "ws:").rstrip("/") + "/graphql"
    offered = [subprotocol] if subprotocol else None
    options.setdefault(
        "max_queue", None
    )  # else a client that hangs up does not hear the end behind what it has not read
    async with connect(
        address, subprotocols=offered, additional_headers=said, compression=None, **options
    ) as socket:
        talk = Talk(socket)
        if token is not None:
            await talk.begin({"authorization": f"Bearer {token}"})
        yield talk


def _own(client: AsyncClient) -> dict[str, str]:
    """The client's token."""
    authorization = client.headers.get("authorization")
    return {"authorization": authorization} if authorization else {}
