"""What plugins say before commit, and fields that they compute, over HTTP: values, errors with their places, no others."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx2 import AsyncClient

from relatum.access import SYSTEM
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.session import Database
from relatum_server.cli.check import rights_found
from relatum_server.graphql.schema import build_schema
from relatum_server.graphql.schema_text import schema_text
from tests.core.session import workshop_floor
from tests.core.session.workshop_floor import CALLS, Hand, Machine
from tests.databases import CloneTemplate, opened
from tests.server.graphql.test_answers import ask
from tests.server.graphql.test_mutations import refused
from tests.server.serving import administrators_token, application, served

CATALOGUE = build_catalogue([workshop_floor])


@pytest.fixture
async def database(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        yield database


@pytest.fixture
async def client(database: Database) -> AsyncIterator[AsyncClient]:
    token = await administrators_token(database)
    async with served(application(database), token=token) as client:
        yield client


async def test_refusals_lead_to_the_input_and_amended_values_are_shown(
    client: AsyncClient,
) -> None:
    text = """mutation($i: CreateMachine!) {
      createMachine(input: $i) { record { serial hours state risk mood } }
    }"""
    made = await ask(client, text, i={"serial": "a1", "hours": 2000})
    assert made["createMachine"]["record"] == {
        "serial": "A1", "hours": 2000, "state": "ok", "risk": 2.0, "mood": "tired",
    }  # fmt: skip
    nested = {"name": "Ann", "jobs": {"create": [{"node": {"title": "nothing"}}]}}
    text = "mutation($i: CreateHand!) { createHand(input: $i) { record { id } } }"
    path = ["createHand", "input", "jobs", "create", 0, "node", "title"]
    assert await refused(client, text, i=nested) == [("REFUSED", path)]
    text = """mutation($i: [CreateJob!]!) {
      createJobs(inputs: $i, mode: ROW_BY_ROW) { results { record { title } error { code path } } }
    }"""
    rows = await ask(client, text, i=[{"title": "a"}, {"title": "nothing"}])
    one, other = rows["createJobs"]["results"]
    assert one == {"record": {"title": "a"}, "error": None}
    assert (other["record"], other["error"]["code"]) == (None, "REFUSED")
    assert other["error"]["path"][-1] == "title"
    text = """mutation($i: CreateMachine!) {
      createMachine(input: $i) {
        record {
          state stateSince stateHistory { state since until lasted }
          allowedTransitions { __typename field to ready missing }
        }
      }
    }"""
    made = await ask(client, text, i={"serial": "b1", "state": "due"})
    record = made["createMachine"]["record"]
    (time,) = record["stateHistory"]
    assert (time["state"], time["since"][:10]) == ("due", record["stateSince"][:10])
    failing = 'mutation { createHand(input: {name: "Bo"}) { record { name gone } } }'
    answer = (await client.post("/graphql", json={"query": failing})).json()
    assert answer["data"]["createHand"]["record"] == {"name": "Bo", "gone": None}
    assert [each.get("path") for each in answer["errors"]] == [None]
    assert record["allowedTransitions"] == [
        {"__typename": "StateChange", "field": "state", **each}
        for each in (
            {"to": "ok", "ready": True, "missing": []},
            {"to": "down", "ready": False, "missing": ["reason"]},
        )
    ]
    text = "query($t: DateTime!) { machines(filter: {stateSince: {gte: $t}}) { totalCount } }"
    found = await ask(client, text, t=record["stateSince"])
    assert found["machines"]["totalCount"] == 1
    text = 'mutation { createJob(input: {title: "J", note: "crash"}) { record { id } } }'
    answer = await client.post("/graphql", json={"query": text})
    assert (answer.status_code, "secret" in answer.text) == (500, False)
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "PLUGIN_FAILED"


async def test_computed_fields_fail_alone(client: AsyncClient, database: Database) -> None:
    db = database.as_(SYSTEM, reason="a test")
    await db.create(Hand(name="Ann"))
    await db.create(Machine(serial="A1", hours=10))
    CALLS.clear()
    text = """{
      staff: hands { nodes { name none: gone } }
      keptRecords { nodes { price { sum: amount __typename } ... on Machine { mood risk } } }
      me: __typename
    }"""
    answer = await client.post("/graphql", json={"query": text})
    content: dict[str, Any] = answer.json()
    assert answer.status_code == 200
    assert content["data"] == {
        "staff": {"nodes": [{"name": "Ann", "none": None}]},
        "keptRecords": {
            "nodes": [
                {"price": {"sum": "1.50", "__typename": "Money"}, "mood": "fine", "risk": 0.01}
            ]
        },
        "me": "Query",
    }
    (error,) = content["errors"]
    assert error["path"] == ["staff", "nodes", 0, "none"]
    assert error["extensions"]["code"] == "PLUGIN_FAILED"
    assert sorted(name for name, _ in CALLS) == ["gone", "mood", "price", "risk"]


def test_the_schema_offers_them_to_be_shown_only() -> None:
    text = schema_text(build_schema(CATALOGUE), None)
    machine = text[text.index("type Machine implements") :]
    machine = machine[: machine.index("\n}")]
    assert "  risk: Float" in machine
    assert "  mood: MachineMood" in machine
    assert "  price: Money" in machine
    assert text.count("risk") == 1


def test_a_check_tells_of_code_with_rights_of_its_own() -> None:
    told = "\n".join(each.seen for each in rights_found(CATALOGUE))
    assert "floor.prioritized has the right to read Machine, whoever causes the change." in told
    assert "floor.mood has the right to read Machine, whoever asks for it." in told
