"""The subprotocol graphql-transport-ws, as its specification has it."""

from collections.abc import AsyncIterator

import pytest
from httpx2 import AsyncClient
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from relatum.access import SYSTEM
from relatum.connections import DialectName
from relatum.session import Database
from relatum_server.app import AppSettings
from relatum_server.graphql.websocket.limits import SocketLimits
from tests.server.graphql.websocket.talking import talk
from tests.server.serving import administrators_token, application, served

NAMES = "{ organizations(orderBy: [{name: ASC}]) { nodes { name } } }"
ACME_AND_BETA = {"data": {"organizations": {"nodes": [{"name": "Acme"}, {"name": "Beta"}]}}}
STRICT = SocketLimits(
    sockets=3, sockets_of_one=2, message=2_000, init_seconds=2.0, keep_alive_seconds=0.1
)


@pytest.fixture
def dialect() -> DialectName:
    """What passes over a socket does not depend on the database."""
    return "sqlite"


@pytest.fixture
async def strict(shop_database: Database) -> AsyncIterator[AsyncClient]:
    """A client of a server with narrow limits."""
    settings = AppSettings(sockets=STRICT)
    token = await administrators_token(shop_database)
    async with served(application(shop_database, settings), token=token) as client:
        yield client


async def test_a_query_is_answered_by_one_message_and_the_end(client: AsyncClient) -> None:
    async with talk(client) as socket:
        await socket.begin()
        for _ in range(2):  # an id may be taken again once its operation has ended
            await socket.ask("1", NAMES)
            assert await socket.hear() == {"id": "1", "type": "next", "payload": ACME_AND_BETA}
            assert await socket.hear() == {"id": "1", "type": "complete"}


async def test_what_is_wrong_with_an_operation_ends_it_and_nothing_else(
    client: AsyncClient,
) -> None:
    async with talk(client) as socket:
        await socket.begin()
        for query, code in (
            ("{", "GRAPHQL_PARSE_FAILED"),
            ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
            ("query($i: Int!) { people(first: $i) { nodes { id } } }", "BAD_VALUE"),
            ('{ people(after: "x") { nodes { id } } }', "BAD_CURSOR"),
        ):
            await socket.ask("bad", query)
            heard = await socket.hear()
            assert (heard["id"], heard["type"]) == ("bad", "error")
            assert heard["payload"][0]["extensions"]["code"] == code
        await socket.ask("bad", NAMES, operationName="Other")
        assert (await socket.hear())["type"] == "error"
        await socket.ask("good", NAMES, operationName=None, variables=None, extensions={"a": 1})
        assert (await socket.hear())["payload"] == ACME_AND_BETA


async def test_pings_are_answered_also_before_the_beginning(client: AsyncClient) -> None:
    async with talk(client) as socket:
        await socket.say("ping", payload={"n": 1})
        assert await socket.hear() == {"type": "pong", "payload": {"n": 1}}
        await socket.begin({})
        await socket.say("ping")
        assert await socket.hear() == {"type": "pong"}
        await socket.say("complete", id="never begun")
        await socket.say("pong")
        await socket.say("ping")
        assert await socket.hear() == {"type": "pong"}


async def test_the_server_pings_and_waits_for_the_beginning_only_so_long(
    strict: AsyncClient,
) -> None:
    async with talk(strict) as socket:
        assert await socket.end() == (4408, "Connection initialisation timeout")
    async with talk(strict) as socket:
        await socket.begin()
        assert await socket.socket.recv() == '{"type":"ping"}'


async def test_what_breaks_the_protocol_ends_the_socket(client: AsyncClient) -> None:
    async with talk(client) as socket:
        await socket.ask("1", NAMES)
        assert await socket.end() == (4401, "Unauthorized")
    async with talk(client) as socket:
        await socket.begin()
        await socket.say("connection_init")
        assert await socket.end() == (4429, "Too many initialisation requests")
    async with talk(client, subprotocol=Subprotocol("graphql-ws")) as socket:
        assert await socket.end() == (4406, "Speak graphql-transport-ws")
    async with talk(client, subprotocol=None) as socket:
        assert (await socket.end())[0] == 4406


NO_MESSAGES: list[str | bytes] = [
    "null", "7", "[]", '"subscribe"', "{}", "", "{", '{"type": null}', '{"type": "start"}', '{"type": ["ping"]}',
    '{"type": "ping", "payload": 7}', '{"type": "connection_ack"}', '{"type": "complete"}',
    '{"type": "subscribe"}', '{"type": "subscribe", "id": 7, "payload": {"query": "{a}"}}',
    '{"type": "subscribe", "id": "", "payload": {"query": "{a}"}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": 7}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "variables": "x"}}',
    '{"type": "subscribe", "id": "1", "payload": {"query": "{a}", "operationName": 1}}',
    '{"type": "ping", "payload": {"a": "\\ud800"}}',
    "[" * 2_000 + "]" * 2_000,
    '{"a":' * 2_000 + "1" + "}" * 2_000,
    '{"type": "subscribe", "id": "%s", "payload": {"query": "{a}"}}' % ("x" * 300),
    b'{"type": "ping"}',
]  # fmt: skip


async def test_what_is_no_message_ends_the_socket(client: AsyncClient) -> None:
    for message in NO_MESSAGES:
        async with talk(client) as socket:
            await socket.begin()
            await socket.send(message)
            code, reason = await socket.end()
            assert code == 4400, message
            assert reason


async def test_messages_have_a_greatest_length(strict: AsyncClient) -> None:
    async with talk(strict) as socket:
        await socket.begin()
        await socket.ask("1", "#" * 2_000 + NAMES)
        assert (await socket.end())[0] == 1009


async def test_sockets_are_counted(strict: AsyncClient) -> None:
    async with talk(strict) as first, talk(strict) as second:
        await first.begin()
        await second.begin()
        async with talk(strict) as third:
            await third.say("connection_init")
            assert (await third.end())[0] == 1013
        async with talk(strict):
            with pytest.raises(InvalidStatus) as refused:
                async with talk(strict):
                    pass
            assert refused.value.response.status_code == 503
    async with talk(strict) as again:
        await again.begin()


async def test_only_who_is_signed_in_is_let_in(client: AsyncClient) -> None:
    own = client.headers["authorization"]
    async with talk(client, headers={}) as socket:
        await socket.say("connection_init", payload={"Authorization": own})
        assert await socket.hear() == {"type": "connection_ack"}
    for payload in (None, {"authorization": "Bearer rlt_t_wrong"}, {"authorization": 7}):
        async with talk(client, headers={}) as socket:
            await socket.say("connection_init", payload=payload)
            code, reason = await socket.end()
            assert code == 4403
            assert reason
    async with talk(client) as socket:  # what is said in the message counts before the header
        await socket.say("connection_init", payload={"authorization": "Bearer rlt_t_wrong"})
        assert (await socket.end())[0] == 4403


async def test_a_revoked_token_ends_its_sockets(
    strict: AsyncClient, shop_database: Database
) -> None:
    async with talk(strict) as socket:
        await socket.begin()
        await _revoke(shop_database, strict)
        assert (await socket.end())[0] == 4403


async def test_a_query_of_a_revoked_token_ends_its_socket(
    client: AsyncClient, shop_database: Database
) -> None:
    async with talk(client) as socket:
        await socket.begin()
        await _revoke(shop_database, client)
        await socket.ask("1", NAMES)
        assert (await socket.end())[0] == 4403


async def _revoke(database: Database, client: AsyncClient) -> None:
    signed_in = await database.identity.authenticate(
        client.headers["authorization"].removeprefix("Bearer "), purpose=None
    )
    assert signed_in is not None and signed_in.token is not None
    await database.identity.end_token(SYSTEM, signed_in.token)
