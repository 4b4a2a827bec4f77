"""What plugins have begun, as administrators see and steer it over GraphQL and from a shell."""

from pathlib import Path
from typing import Any

from httpx2 import AsyncClient

from relatum.access import SYSTEM
from relatum.session import Database
from relatum.session.starting import start_workflow
from relatum.workflows.working import operator_of
from tests.core.workflows.conftest import (  # noqa: F401  # fixtures among them
    at_work,
    database,
    ended,
    nothing_seen,
    url,
    workshop_catalogue,
)
from tests.core.workflows.workshop import Machine, Minds, Person, care, failing
from tests.server.cli.programs import called
from tests.server.serving import administrators_token, application, served

SEEN = """{
  workflows(state: FAILED, name: "workshop.care") {
    nodes { id name state error steps { number name error } }
    edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
AFTER = """query($after: String) {
  workflows(state: FAILED, after: $after) { edges { cursor } pageInfo { hasPreviousPage endCursor } }
}"""
RETRY = "mutation ($id: ID!) { retryWorkflow(id: $id) { id state error } }"
CANCEL = "mutation ($id: ID!) { cancelWorkflow(id: $id) { id } }"


async def answer(client: AsyncClient, query: str, **variables: object) -> Any:
    given = {"query": query, "variables": variables}
    return (await client.post("/graphql", json=given)).json()


async def test_administrators_see_and_steer_workflows(
    database: Database,  # noqa: F811  # the fixture
    url: str,  # noqa: F811
) -> None:
    db = database.as_(SYSTEM)
    token = await administrators_token(database)
    async with at_work(database, url), served(application(database), token=token) as client:
        failing["oil"] = 3
        machine = await db.create(Machine(serial="G1"))
        begun = await start_workflow(db, care, {"machine": machine})
        operator = await operator_of(database.connections)
        assert operator is not None
        await ended(operator, "workshop.care", "FAILED")

        shown = (await answer(client, SEEN))["data"]["workflows"]
        steps = [
            {"number": 1, "name": "look", "error": None},
            {"number": 2, "name": "oil", "error": "oil fails"},
        ]
        failed = {"id": begun, "name": "workshop.care", "state": "FAILED", "error": "oil fails"}
        assert shown["nodes"] == [{**failed, "steps": steps}]
        [edge] = shown["edges"]
        assert edge["node"] == {"id": begun}
        assert shown["pageInfo"] == {
            "hasNextPage": False,
            "hasPreviousPage": False,
            "startCursor": edge["cursor"],
            "endCursor": edge["cursor"],
        }
        after = (await answer(client, AFTER, after=edge["cursor"]))["data"]["workflows"]
        assert after == {"edges": [], "pageInfo": {"hasPreviousPage": True, "endCursor": None}}

        retried = await answer(client, RETRY, id=begun)
        assert retried["data"]["retryWorkflow"]["id"] == begun
        await ended(operator, "workshop.care", "DONE")
        [refused] = (await answer(client, CANCEL, id=begun))["errors"]
        assert refused["extensions"]["code"] == "CONFLICT"


async def test_others_know_nothing_of_workflows_but_mute_their_messages(
    database: Database,  # noqa: F811  # the fixture
    url: str,  # noqa: F811
) -> None:
    del url
    db = database.as_(SYSTEM)
    ann, machine = await db.create(Person(name="Ann")), await db.create(Machine(serial="G2"))
    await db.relate(Minds, ann, machine)
    account = await database.identity.add_account(SYSTEM, "ann@relatum.example", record=ann.id)
    token = await database.identity.add_token(SYSTEM, "anns", account=account.id)
    async with served(application(database), token=token.secret) as client:
        [refused] = (await answer(client, SEEN))["errors"]
        assert refused["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
        muting = 'mutation { muteMessages(messages: ["workshop.worn"]) }'
        assert (await answer(client, muting))["data"] == {"muteMessages": ["workshop.worn"]}
        assert (await answer(client, "{ mutedMessages }"))["data"] == {
            "mutedMessages": ["workshop.worn"]
        }
        unmuting = 'mutation { unmuteMessages(messages: ["workshop.worn"]) }'
        assert (await answer(client, unmuting))["data"] == {"unmuteMessages": []}


def test_a_shell_says_that_nothing_was_begun(tmp_path: Path) -> None:
    database_url = f"sqlite:///{tmp_path / 'empty.db'}"
    listed = called("workflow", "list", "--database", database_url)
    assert (listed.exit_code, listed.output) == (0, "There are none.\n")
    missing = called("workflow", "retry", "none", "--database", database_url)
    assert missing.exit_code == 1
    assert "There is no workflow 'none'." in missing.output
