"""Plugins come into force and go out of it while servers are asked: nobody is told an error, and nothing is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from httpx2 import AsyncClient

from relatum.access import SYSTEM
from relatum.changes.sequencer import sequence
from relatum.connections import DialectName
from relatum.editions import alone
from relatum.identity.plugin_states import PluginState, State, keep_state
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum.session import Database, assembling, open_database
from tests.databases import CloneTemplate
from tests.server import garage, shop
from tests.server.graphql.websocket.talking import talk_at
from tests.server.serving import administrators_token, application, fill, served

PLUGINS = [LoadedPlugin(each.plugin, each) for each in (shop, garage)]
TYPES = assembling(PLUGINS)

PEOPLE = "{ people { nodes { name } } }"
CARS = "{ cars { nodes { plate washed owners { nodes { name } } } } }"
NEWCOMER = 'mutation { createPerson(input: {name: "New"}) { record { name } } }'
CAR = """mutation {
  createCar(input: {plate: "K 7", owners: {create: [{node: {name: "Driver"}}]}}) { record { id } }
}"""
CHANGES = "{ changes { nodes { type record { label } } } }"
NODE = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }"
GONE = "GRAPHQL_VALIDATION_FAILED"
ANYTHING = '{ search(text: "K 7", first: 20) { nodes { label } } }'


@dataclass
class Garage:
    """The shop's database with the garage's tables, served by as many servers as there may be."""

    databases: list[Database]
    clients: list[AsyncClient]
    token: str

    @property
    def database(self) -> Database:
        """As the first of them sees it."""
        return self.databases[0]

    async def put(self, state: State) -> None:
        """Say of the garage whether it is in force; no server is told."""
        kept = PluginState("garage", "1.0", state, datetime.now(UTC), None)
        async with self.database.connections.writing() as connection:
            await keep_state(connection, SYSTEM, kept)

    async def ask(self, text: str, *, of: int = 0, **variables: Any) -> Any:
        """What a server answers."""
        content = {"query": text, "variables": variables}
        response = await self.clients[of % len(self.clients)].post("/graphql", json=content)
        assert response.status_code < 500, response.text
        return response.json()

    async def told(self, text: str, *, of: int = 0, **variables: Any) -> Any:
        """What a server answers without any error."""
        answer = await self.ask(text, of=of, **variables)
        assert "errors" not in answer, answer
        return answer["data"]


@pytest.fixture
async def place(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Garage]:
    """Two servers of one database; of a file, one."""
    catalogue = catalogue_of(PLUGINS)

    async def build(url: str) -> None:
        await fill(url, catalogue)

    url = await clone_template(dialect, f"garage:{catalogue.fingerprint}", build)
    async with AsyncExitStack() as stack:
        servers = 2 if dialect == "postgresql" else 1
        databases = [
            await stack.enter_async_context(open_database(url, TYPES)) for _ in range(servers)
        ]
        token = await administrators_token(databases[0])
        clients = [
            await stack.enter_async_context(served(application(each), token=token))
            for each in databases
        ]
        yield Garage(databases, clients, token)


async def test_what_is_put_out_of_force_is_gone_with_the_next_request(place: Garage) -> None:
    made = await place.told(CAR)
    car = made["createCar"]["record"]["id"]
    for at in range(2):
        assert (await place.told(ANYTHING, of=at))["search"]["nodes"] == [{"label": "K 7"}]
    await sequence(place.database.connections)
    await place.put("inactive")
    for at in range(2):
        assert (await place.told(PEOPLE, of=at))["people"]["nodes"]
        refused = await place.ask(CARS, of=at)
        assert refused["errors"][0]["extensions"]["code"] == GONE, refused
        assert (await place.told(ANYTHING, of=at))["search"]["nodes"] == []
        told = (await place.told(CHANGES, of=at))["changes"]["nodes"]
        assert told and not {"Car", "Keeps"} & {each["type"] for each in told}
        assert await place.told(NODE, of=at, id=car) == {"node": None, "nodes": [None]}
    await place.put("active")
    for at in range(2):
        (kept,) = (await place.told(CARS, of=at))["cars"]["nodes"]
        assert kept["plate"] == "K 7" and kept["owners"]["nodes"] == [{"name": "Driver"}]


class Drill:
    """Asks servers without pause, and counts the answers; no error is one, but that the plugin is out of force."""

    def __init__(self, place: Garage) -> None:
        self.over = False
        self.asked = dict.fromkeys(("people", "newcomers", "cars", "none"), 0)
        self._place = place
        self._answered = asyncio.Condition()

    async def run(self, text: str, what: str, of: int) -> None:
        """Ask the same of a server, again and again."""
        while not self.over:
            answer = await self._place.ask(text, of=of)
            if "errors" in answer:
                assert what == "cars", answer
                assert answer["errors"][0]["extensions"]["code"] == GONE, answer
            async with self._answered:
                self.asked["none" if "errors" in answer else what] += 1
                self._answered.notify_all()

    async def until(self, what: str) -> None:
        """Wait until it is answered once more."""
        before = self.asked[what]
        async with self._answered:
            await self._answered.wait_for(lambda: self.asked[what] > before)


async def test_servers_that_are_asked_without_pause_answer_all_while_a_plugin_comes_and_goes(
    place: Garage,
) -> None:
    drill = Drill(place)
    async with asyncio.TaskGroup() as tasks:
        for of in range(4):
            tasks.create_task(drill.run(PEOPLE, "people", of))
            tasks.create_task(drill.run(NEWCOMER, "newcomers", of))
            tasks.create_task(drill.run(CAR, "cars", of))
        for _ in range(6):
            await place.put("inactive")
            await drill.until("none")
            await place.put("active")
            await drill.until("cars")
        drill.over = True
    assert all(drill.asked.values()), drill.asked
    made = {"people": '{name: {eq: "New"}}', "cars": "{washed: {eq: 0}}"}
    for field, what in (("people", "newcomers"), ("cars", "cars")):
        found = await place.told(f"{{ {field}(filter: {made[field]}) {{ totalCount }} }}")
        assert found[field]["totalCount"] == drill.asked[what]


FOLLOWED = "subscription { peopleChanges { record { ... on Person { name } } } }"
DRIVEN = "subscription { carsChanges { operation } }"


async def test_what_is_gone_from_the_tables_is_no_error_of_servers_that_are_behind(
    place: Garage,
) -> None:
    asked = "{ organizations { nodes { name places } } }"
    kept = PluginState("garage", "1.0", "inactive", datetime.now(UTC), None)
    for at in range(2):
        assert await place.told(asked, of=at)
    async with place.database.connections.writing() as connection:
        await alone(connection)
        column = "shop__organization RENAME COLUMN garage__places TO parked"
        await connection.script(f"ALTER TABLE {column}")
        await keep_state(connection, SYSTEM, kept)
    for at in range(2):
        refused = await place.ask(asked, of=at)
        assert refused["errors"][0]["extensions"]["code"] == GONE, refused
        assert await place.told("{ organizations { nodes { name } } }", of=at)


async def test_subscriptions_go_on_under_other_types_or_end_with_theirs(place: Garage) -> None:
    await sequence(place.database.connections)
    address = str(place.clients[0].base_url)
    async with talk_at(address, token=place.token) as talk:
        await talk.ask("people", FOLLOWED)
        await talk.ask("cars", DRIVEN)
        await talk.ask("asked", PEOPLE)
        assert {(await talk.hear())["type"] for _ in range(2)} == {"next", "complete"}
        await place.put("inactive")
        await place.told(PEOPLE)
        ended = await talk.hear()
        assert (ended["id"], ended["type"]) == ("cars", "error")
        assert ended["payload"][0]["extensions"]["code"] == GONE
        await place.told(NEWCOMER)
        await sequence(place.database.connections)
        told = await talk.hear()
        assert told["id"] == "people"
        assert told["payload"]["data"] == {"peopleChanges": {"record": {"name": "New"}}}
