"""Subscriptions: what changes is told in order, once, as far as whoever asks may be told of it at that moment."""

import asyncio
from typing import Any

import pytest
from httpx2 import AsyncClient

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue
from relatum.connections import DialectName
from relatum.session import Database, open_database
from relatum_schemas.errors import DatabaseUnavailable
from relatum_server.graphql.websocket.limits import SocketLimits
from tests.server.graphql.websocket.conftest import live, now
from tests.server.graphql.websocket.talking import Talk, talk
from tests.server.shop import Organization, Person, Product, WorksAt

PEOPLE = """subscription($since: String, $operations: [ChangeOperation!]) {
  peopleChanges(since: $since, operations: $operations) {
    cursor operation type recordId version record { ... on Person { name } }
  }
}"""
ALL = "subscription($since: String) { changes(since: $since) { operation type recordId fields } }"


async def told(socket: Talk, id: str = "1") -> dict[str, Any]:
    """What the next message of a subscription tells."""
    heard = await socket.hear()
    assert (heard["id"], heard["type"]) == (id, "next"), heard
    (change,) = heard["payload"]["data"].values()
    assert isinstance(change, dict)
    return change


async def follow(
    socket: Talk, database: Database, query: str, id: str = "1", **variables: object
) -> None:
    """Subscribe to what is new."""
    await socket.ask(id, query, variables={"since": await now(database), **variables})


async def test_without_a_cursor_what_comes_is_told(
    shop_live: AsyncClient, shop_database: Database
) -> None:
    db = shop_database.as_(SYSTEM)
    async with talk(shop_live) as socket:
        await socket.begin()
        await socket.ask("1", PEOPLE)
        hearing = asyncio.create_task(told(socket))
        names: list[str] = []
        while not hearing.done():  # nothing says when a subscription has begun
            names.append(f"Person {len(names)}")
            await db.create(Person(name=names[-1]))
            await asyncio.wait([hearing], timeout=0.05)
        first = names.index((await hearing)["record"]["name"])
        rest = [(await told(socket))["record"]["name"] for _ in names[first + 1 :]]
        assert rest == names[first + 1 :]


async def test_what_is_done_is_told_in_order(
    shop_live: AsyncClient, shop_database: Database
) -> None:
    db = shop_database.as_(SYSTEM)
    async with talk(shop_live) as socket:
        await socket.begin()
        await follow(socket, shop_database, PEOPLE)
        cleo = await db.create(Person(name="Cleo"))
        assert (await told(socket))["record"] == {"name": "Cleo"}
        async with db.unit() as unit:
            cleo = await unit.update(cleo, name="Cleopatra")
            await unit.create(Person(name="Dora"))
        await db.create(Product(title="Tea"))
        await db.delete(cleo)
        changes = [await told(socket) for _ in range(3)]
        assert [(each["operation"], each["version"]) for each in changes] == [
            ("UPDATED", 2), ("CREATED", 1), ("DELETED", 2),
        ]  # fmt: skip
        assert [each["record"] for each in changes][1:] == [{"name": "Dora"}, None]
        assert changes[2]["recordId"] == str(cleo.id)


async def test_who_comes_back_with_a_cursor_misses_nothing_and_sees_nothing_twice(
    shop_database: Database,
) -> None:
    db = shop_database.as_(SYSTEM)
    names = [f"Person {number:03}" for number in range(40)]
    async with live(shop_database, SocketLimits()) as client:
        async with talk(client) as socket:
            await socket.begin()
            await follow(socket, shop_database, PEOPLE)
            await db.create(Person(name="First"))
            cursor = (await told(socket))["cursor"]
        async with db.unit() as unit:
            for name in names:
                await unit.create(Person(name=name))
        heard: list[str] = []
        for count in (1, 17, 22):  # hangs up in the middle, and comes back
            async with talk(client) as socket:
                await socket.begin()
                await socket.ask(
                    "1", PEOPLE, variables={"since": cursor, "operations": ["CREATED"]}
                )
                for _ in range(count):
                    change = await told(socket)
                    heard.append(change["record"]["name"])
                    cursor = change["cursor"]
        assert heard == names


TIES = "subscription($since: String) { changes(types: [WorksAt], since: $since) { operation type record { id } } }"
PARTIES = """subscription($since: String) {
  partiesChanges(since: $since, filter: {name: {startsWith: "E"}}) { type record { ... on Party { name } } }
}"""
UPDATES = "subscription($since: String) { peopleChanges(operations: [UPDATED], since: $since) { fields } }"


async def test_types_operations_and_filters_say_what_is_told(
    shop_live: AsyncClient, shop_database: Database
) -> None:
    db = shop_database.as_(SYSTEM)
    async with talk(shop_live) as socket:
        await socket.begin()
        await follow(socket, shop_database, TIES, "ties")
        await follow(socket, shop_database, PARTIES, "parties")
        await follow(socket, shop_database, UPDATES, "updates")
        emil = await db.create(Person(name="Emil"))
        assert await told(socket, "parties") == {"type": "Person", "record": {"name": "Emil"}}
        essen = await db.create(Organization(name="Essen"))
        assert await told(socket, "parties") == {
            "type": "Organization",
            "record": {"name": "Essen"},
        }
        await db.create(Organization(name="Ulm"))
        tie = await db.relate(WorksAt, emil, essen, role="clerk")
        assert await told(socket, "ties") == {
            "operation": "RELATED", "type": "WorksAt", "record": {"id": str(tie.id)},
        }  # fmt: skip
        await db.update(await db.get(Person, emil.id), email="emil@example.org")
        assert {(await socket.hear())["id"] for _ in range(2)} == {"parties", "updates"}


async def test_an_operation_may_be_completed_and_its_id_used_again(
    shop_live: AsyncClient, shop_database: Database
) -> None:
    db = shop_database.as_(SYSTEM)
    async with talk(shop_live) as socket:
        await socket.begin()
        await follow(socket, shop_database, ALL)
        await socket.say("complete", id="1")
        await follow(
            socket,
            shop_database,
            "subscription($since: String) { productsChanges(since: $since) { operation } }",
        )
        await db.create(Person(name="Unheard"))
        await db.create(Product(title="Heard"))
        assert await told(socket) == {"operation": "CREATED"}
        await socket.ask("1", ALL)
        assert await socket.end() == (4409, "Subscriber for 1 already exists")


WRONG = {
    'subscription { changes(since: "x") { cursor } }': "BAD_CURSOR",
    "subscription { changes { cursor } peopleChanges { cursor } }": "GRAPHQL_VALIDATION_FAILED",
    "subscription { changes(types: [Nothing]) { cursor } }": "GRAPHQL_VALIDATION_FAILED",
    "subscription { __typename }": "GRAPHQL_VALIDATION_FAILED",
    "subscription { changes @skip(if: true) { cursor } }": "GRAPHQL_VALIDATION_FAILED",
    'subscription { peopleChanges(filter: {name: {contains: "x"}, email: null}) { cursor } }': "BAD_VALUE",
    "subscription { changes { record { neighbourhood { id } } } }": "GRAPHQL_VALIDATION_FAILED",
}


async def test_what_cannot_be_followed_is_told_at_once(shop_live: AsyncClient) -> None:
    async with talk(shop_live) as socket:
        await socket.begin()
        for query, code in WRONG.items():
            await socket.ask("1", query)
            heard = await socket.hear()
            assert heard["type"] == "error", query
            told = heard["payload"][0]["extensions"]
            assert told["code"] == code, query
            assert code != "BAD_CURSOR" or told["path"] == ["changes", "since"]


async def test_subscriptions_are_not_answered_over_http(client: AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": ALL})
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "BAD_REQUEST"
    assert "graphql-transport-ws" in error["extensions"]["hint"]


async def test_two_servers_tell_of_each_others_changes(
    shop_database: Database, shop_catalogue: Catalogue, dialect: DialectName
) -> None:
    if dialect == "sqlite":
        pytest.skip("one process serves a SQLite database")
    async with (
        open_database(shop_database.connections.url, shop_catalogue) as other_database,
        live(shop_database) as one,
        live(other_database, token=_token(one)) as other,
        talk(one) as here,
        talk(other) as there,
    ):
        for socket in (here, there):
            await socket.begin()
            await follow(socket, shop_database, PEOPLE)
        await shop_database.as_(SYSTEM).create(Person(name="Here"))
        await other_database.as_(SYSTEM).create(Person(name="There"))
        for socket in (here, there):
            names = [(await told(socket))["record"]["name"] for _ in range(2)]
            assert names == ["Here", "There"]


async def test_a_database_that_broke_off_delays_what_is_told(
    shop_live: AsyncClient, shop_database: Database, dialect: DialectName
) -> None:
    if dialect == "sqlite":
        pytest.skip("a file does not break off")
    async with talk(shop_live) as socket:
        await socket.begin()
        await follow(socket, shop_database, PEOPLE)
        await shop_database.as_(SYSTEM).create(Person(name="Before"))
        assert (await told(socket))["record"] == {"name": "Before"}
        async with shop_database.connections.writing() as connection:
            await connection.script(BREAK_OFF)
        while True:
            try:
                await shop_database.as_(SYSTEM).create(Person(name="After"))
                break
            except DatabaseUnavailable:
                continue
        assert (await told(socket))["record"] == {"name": "After"}


BREAK_OFF = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()"""


async def test_a_server_that_stops_says_so(shop_database: Database) -> None:
    async with live(shop_database) as client:
        connection = talk(client)
        socket = await connection.__aenter__()
        await socket.begin()
        await follow(socket, shop_database, ALL)
    assert (await socket.end())[0] == 1012
    await connection.__aexit__(None, None, None)


def _token(client: AsyncClient) -> str:
    """What a client signs in with."""
    return str(client.headers["authorization"]).removeprefix("Bearer ")
