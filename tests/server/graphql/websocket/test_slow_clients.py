"""Clients that ask and do not read are told so, and let go; what they are sent is never piled up."""

import asyncio
import socket as sockets
from typing import Any

import pytest
from graphql import get_introspection_query
from httpx2 import AsyncClient

from relatum.connections import DialectName
from relatum.session import Database
from relatum_server.app import AppSettings
from relatum_server.graphql.websocket.limits import SocketLimits
from tests.server.graphql.websocket.talking import talk
from tests.server.serving import administrators_token, application, served

ASKED = 60
LONG = get_introspection_query()


@pytest.fixture
def dialect() -> DialectName:
    """What passes over a socket does not depend on the database."""
    return "sqlite"


async def test_a_client_that_does_not_read_is_told_and_let_go(shop_database: Database) -> None:
    limits = SocketLimits(operations=ASKED, taking_seconds=0.3)
    app = application(shop_database, AppSettings(sockets=limits))
    token = await administrators_token(shop_database)
    async with (
        served(app, token=token) as client,
        talk(client, token=token, sock=_narrow(client), max_queue=1, max_size=None) as slow,
    ):
        for number in range(ASKED):
            await slow.ask(str(number), LONG)
        await asyncio.sleep(0.6)  # the client is busy with other things
        heard: list[dict[str, Any]] = []
        assert await slow.end(heard) == (1013, "Messages were not taken in time")
        answered = [each["id"] for each in heard if each["type"] == "next"]
        ended = [
            each["payload"][0]["extensions"]["code"] for each in heard if each["type"] == "error"
        ]
        assert answered
        assert set(ended) == {"TOO_SLOW"}
        assert len(answered) + len(ended) >= ASKED
        async with talk(client, token=token) as again:
            await again.ask("1", "{ __typename }")
            assert (await again.hear())["payload"] == {"data": {"__typename": "Query"}}


def _narrow(client: AsyncClient) -> sockets.socket:
    """A connection to a server through which little passes at a time."""
    connection = sockets.socket()
    connection.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
    connection.connect((client.base_url.host, client.base_url.port))
    connection.setblocking(False)
    return connection
