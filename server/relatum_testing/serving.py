"""Real servers on free ports, for as long as a test asks them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Literal

import uvicorn
from httpx2 import AsyncClient
from starlette.types import ASGIApp

from relatum_server.app import Application
from relatum_server.graphql.websocket.limits import SocketLimits
from relatum_server.sockets import websockets

SECONDS: Final = 60
"""How long an answer may take; generous, since hashing a password is slow on purpose, and machines that test are busy."""


@asynccontextmanager
async def served(
    application: Application, *, token: str | None = None
) -> AsyncIterator[AsyncClient]:
    """A client of the application, which is served until the block ends.

    Args:
        application: that is served.
        token: that the client sends; without, it is nobody in particular.
    """
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        headers = {"authorization": f"Bearer {token}"} if token else {}
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        async with (
            running(application, listening, lifespan="on"),
            AsyncClient(base_url=address, headers=headers, timeout=SECONDS) as client,
        ):
            yield client


@asynccontextmanager
async def running(
    application: ASGIApp, listening: socket.socket, *, lifespan: Literal["on", "off"] = "off"
) -> AsyncIterator[None]:
    """Serve an application on a socket until the block ends."""
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            log_level="warning",
            lifespan=lifespan,
            timeout_keep_alive=SECONDS,
            timeout_graceful_shutdown=5,
            **websockets(SocketLimits()),
        )
    )
    task = asyncio.create_task(server.serve([listening]))
    while not server.started:
        await asyncio.sleep(0.01)
        assert not task.done(), "the server did not start"
    try:
        yield
    finally:
        server.should_exit = True
        await task
