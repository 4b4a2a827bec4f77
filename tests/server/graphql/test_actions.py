"""Actions of plugins over HTTP, on both databases: called, refused, told, and judged as their callers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select

from relatum.access import SYSTEM, horizon
from relatum.catalogue import build_catalogue
from relatum.connections import DialectName
from relatum.connections.prepared import prepare
from relatum.identifiers import new_id
from relatum.session import Database, Session
from relatum_schemas.errors import Problems
from relatum_server.graphql.knowing import known
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.schema import build_schema
from relatum_server.graphql.schema.describing import undescribed
from relatum_server.graphql.schema_text import schema_text
from relatum_server.state import AppSettings
from tests.core.catalogue.declaring import declare
from tests.databases import CloneTemplate, opened
from tests.server import upkeep
from tests.server.graphql.test_answers import ask
from tests.server.graphql.test_hidden import token
from tests.server.graphql.test_mutations import refused
from tests.server.serving import application, served
from tests.server.upkeep import Firm, Machine, Person, ServiceVisit, WorksAt

CATALOGUE = build_catalogue([upkeep])
REQUEST = """mutation Request($machine: ID!, $due: Date!) {
  requestVisit(machine: $machine, due: $due) {
    result { id due machine { serial installedAt { name } } }
    changeCursor
  }
}"""


@dataclass
class Scene:
    """A worker of a firm with two machines, and a machine elsewhere."""

    database: Database
    client: AsyncClient
    machines: list[Machine]
    elsewhere: Machine

    @property
    def db(self) -> Session:
        """As the engine itself."""
        return self.database.as_(SYSTEM)

    async def rows(self, table_name: str) -> list[dict[str, Any]]:
        """The rows of a table."""
        table = self.database.tables.metadata.tables[table_name]
        statement = prepare(select(table), self.database.connections.dialect)
        async with self.database.connections.reading() as connection:
            found = await connection.rows(statement, {})
        return [dict(zip(table.columns.keys(), each, strict=True)) for each in found]

    @property
    def ids(self) -> list[str]:
        """Of the worker's machines."""
        return [str(each.id) for each in self.machines]


async def at_work(database: Database) -> tuple[Scene, str]:
    """The scene, without a client yet, and a token of the worker."""
    db, identity = database.as_(SYSTEM), database.identity
    firm, other = await db.create(Firm(name="Acme")), await db.create(Firm(name="Beta"))
    worker = await db.create(Person(name="Ann"))
    await db.relate(WorksAt, worker, firm)
    machines = [
        await db.create(Machine(serial=f"A{hours}", hours=hours), installed_at=firm)
        for hours in (10, 200)
    ]
    elsewhere = await db.create(Machine(serial="B1", hours=500), installed_at=other)
    account = await identity.add_account(SYSTEM, "ann@example.org", record=worker.id)
    made = await identity.add_token(SYSTEM, "app", account=account.id, firm=firm.id)
    return Scene(database, AsyncClient(), machines, elsewhere), made.secret


@pytest.fixture
async def scene(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Scene]:
    async with opened(clone_template, dialect, CATALOGUE) as database:
        scene, secret = await at_work(database)
        async with served(application(database), token=secret) as scene.client:
            yield scene


async def test_an_action_is_a_mutation_whose_result_is_read_as_its_caller(scene: Scene) -> None:
    made = await ask(scene.client, REQUEST, machine=scene.ids[0], due="2025-03-01")
    result = made["requestVisit"]["result"]
    assert result == {
        "id": result["id"],
        "due": "2025-03-01",
        "machine": {"serial": "A10", "installedAt": {"name": "Acme"}},
    }
    assert len(made["requestVisit"]["changeCursor"]) == 32
    text = "query($since: String!) { changes(since: $since) { nodes { recordId } } }"
    after = await ask(scene.client, text, since=made["requestVisit"]["changeCursor"])
    assert after["changes"]["nodes"] == []


async def test_an_action_refuses_in_its_own_words_and_nothing_is_written(scene: Scene) -> None:
    text = """mutation($a: ID!, $b: ID!) {
      first: requestVisit(machine: $a, due: "2025-03-01") { result { id } }
      again: requestVisit(machine: $b, due: "2025-04-01") { result { id } }
    }"""
    both = {"a": scene.ids[0], "b": scene.ids[0]}
    answer = await scene.client.post("/graphql", json={"query": text, "variables": both})
    (error,) = answer.json()["errors"]
    assert error["message"] == "A visit is already planned for this machine."
    assert error["extensions"]["code"] == "REFUSED"
    assert error["extensions"]["path"] == ["again", "machine"]
    assert error["extensions"]["details"] == {"reason": "visit_pending"}
    assert await scene.db.select(ServiceVisit).count() == 0
    assert await refused(
        scene.client, REQUEST, machine=str(scene.elsewhere.id), due="2025-01-01"
    ) == [("NOT_FOUND", ["requestVisit", "machine"])]


PLAN = """mutation Plan($machines: [ID!]!, $slots: [SlotInput!]!, $note: String! = "none") {
  planVisits(machines: $machines, slots: $slots, note: $note) {
    __typename
    result { ...Shown total __typename }
    again: result { slots { day } }
  }
}
fragment Shown on Plan {
  machine { serial ... on Machine { hours } visits { totalCount } }
  slots { when: day part fee { amount currency __typename } }
  visits { due machine { serial } }
  seenBy { __typename ... on Firm { name } }
}"""
SLOTS = [
    {"day": "2025-03-01", "fee": {"amount": "12.5", "currency": "EUR"}},
    {"day": "2025-04-01", "part": "noon"},
]


async def test_models_and_lists_are_given_and_shown_with_the_records_in_them(scene: Scene) -> None:
    made = (await ask(scene.client, PLAN, machines=scene.ids, slots=SLOTS))["planVisits"]
    assert made["__typename"] == "PlanVisitsPayload"
    assert made["result"] == {
        "machine": {"serial": "A10", "hours": 10, "visits": {"totalCount": 2}},
        "slots": [
            {
                "when": "2025-03-01",
                "part": "morning",
                "fee": {"amount": "12.50", "currency": "EUR", "__typename": "Money"},
            },
            {"when": "2025-04-01", "part": "noon", "fee": None},
        ],
        "visits": [
            {"due": due, "machine": {"serial": serial}}
            for serial in ("A10", "A200")
            for due in ("2025-03-01", "2025-04-01")
        ],
        "seenBy": {"__typename": "Firm", "name": "Acme"},
        "total": "12.5000",
        "__typename": "Plan",
    }
    assert made["again"] == {"slots": [{"day": "2025-03-01"}, {"day": "2025-04-01"}]}
    hidden = await ask(scene.client, PLAN, machines=scene.ids[:1], slots=SLOTS, note="hidden")
    assert (hidden["planVisits"]["result"]["machine"], len(SLOTS)) == (None, 2)
    assert (await scene.db.get(Machine, scene.machines[0].id)).calls == 2


async def test_all_that_is_wrong_with_the_inputs_is_told_at_once(scene: Scene) -> None:
    slots = [{"day": "1999-01-01"}, {"day": "2025-01-01", "part": "noon"}]
    given = {"machines": [scene.ids[0], str(scene.elsewhere.id), "x"], "slots": slots}
    assert sorted(await refused(scene.client, PLAN, **given)) == [
        ("BAD_VALUE", ["planVisits", "machines", 2]),
        ("BAD_VALUE", ["planVisits", "slots", 0, "day"]),
        ("NOT_FOUND", ["planVisits", "machines", 1]),
    ]
    slots = [{"day": "2025-13-01"}, {"part": "night"}]
    assert {code for code, _ in await refused(scene.client, PLAN, machines=[], slots=slots)} == {
        "BAD_VALUE"
    }


async def test_what_a_caller_may_not_see_is_not_in_lists(scene: Scene) -> None:
    text = "mutation { allMachines { result { serial hours } } }"
    found = await ask(scene.client, text)
    assert found["allMachines"]["result"] == [
        {"serial": "A10", "hours": 10},
        {"serial": "A200", "hours": 200},
    ]


async def test_what_is_done_bears_the_names_of_actions_and_what_they_are_lent_is_noted(
    scene: Scene,
) -> None:
    text = """mutation($machine: ID!) {
      requestVisit(machine: $machine, due: "2025-03-01") { changeCursor }
      allMachines { changeCursor }
    }"""
    await ask(scene.client, text, machine=scene.ids[0])
    await ask(scene.client, "{ busiest { id } }")
    reasons = [each["reason"] for each in await scene.rows("unit_of_work")]
    assert reasons.count("request_visit, all_machines") == 1
    lent = [
        each["details"] for each in await scene.rows("access_log") if each["kind"] == "elevated"
    ]
    assert [(each["action"], each["rights"]) for each in lent] == [
        ("all_machines", {"Machine": "read"}),
        ("busiest", {"Machine": "read"}),
    ]


async def test_an_app_learns_which_actions_are_for_a_record_now(scene: Scene) -> None:
    text = "query($on: ID) { viewer { actions(on: $on) } }"
    new, old = [(await ask(scene.client, text, on=each))["viewer"]["actions"] for each in scene.ids]
    assert new == ["requestVisit"]
    assert old == ["overhaul", "requestVisit"]
    every = (await ask(scene.client, text))["viewer"]["actions"]
    assert {*old, "planVisits", "busiest"} <= {*every}
    overhaul = "mutation($on: ID!) { overhaul(machine: $on) { changeCursor } }"
    assert await refused(scene.client, overhaul, on=scene.ids[0]) == [
        ("REFUSED", ["overhaul", "machine"])
    ]
    await ask(scene.client, overhaul, on=scene.ids[1])
    hidden, nothing = [
        await refused(scene.client, text, on=each)
        for each in (str(scene.elsewhere.id), str(new_id()))
    ]
    assert hidden == nothing == [("NOT_FOUND", ["on"])]
    assert await refused(scene.client, text, on="x") == [("BAD_VALUE", ["on"])]


async def test_an_action_that_only_reads_is_a_query_and_cannot_write(scene: Scene) -> None:
    text = """query($one: [ID!], $with: Boolean!) {
      machines(orderBy: [{serial: ASC}]) { nodes { serial } }
      busiest { serial installedAt { name } }
      one: busiest(among: $one, first: 1) { serial hours @include(if: $with) }
      soonest { day fee { amount } }
      viewer { actions }
      __typename
    }"""
    found = await ask(scene.client, text, one=scene.ids, **{"with": True})
    assert list(found) == ["machines", "busiest", "one", "soonest", "viewer", "__typename"]
    assert found["busiest"] == [{"serial": "A200", "installedAt": {"name": "Acme"}}]
    assert found["one"] == [{"serial": "A200", "hours": 200}]
    assert found["soonest"] == {"day": "2030-01-01", "fee": {"amount": "5.00"}}
    assert "busiest" in found["viewer"]["actions"]
    found = await ask(scene.client, text, one=scene.ids[:1], **{"with": False})
    assert found["one"] == [{"serial": "A10"}]
    assert await refused(scene.client, "{ peek }") == [("FORBIDDEN", ["peek"])]
    assert await scene.db.select(ServiceVisit).count() == 0


async def test_a_request_with_a_key_calls_once(scene: Scene) -> None:
    asked = {"query": PLAN, "variables": {"machines": scene.ids, "slots": SLOTS}}
    key = {"idempotency-key": "k1"}
    first = await scene.client.post("/graphql", json=asked, headers=key)
    again = await scene.client.post("/graphql", json=asked, headers=key)
    assert (first.status_code, first.content) == (200, again.content)
    assert await scene.db.select(ServiceVisit).count() == 4


async def test_statements_depend_on_what_is_asked_and_not_on_how_much_comes_of_it(
    scene: Scene,
) -> None:
    counts = []
    text = (
        "query($ids: [ID!]) { busiest(among: $ids, first: 9) { serial visits { nodes { due } } } }"
    )
    for number in (1, 2):
        await ask(scene.client, text, ids=scene.ids[:number])
        with scene.database.connections.count_statements() as statements:
            await ask(scene.client, text, ids=scene.ids[:number])
        # Others are those of the sequencer and of sessions, which go on meanwhile.
        counts.append(len([each for each in statements if "upkeep__machine" in each]))
    assert counts == [2, 2]


async def test_what_breaks_its_promise_is_an_internal_error_and_undone(scene: Scene) -> None:
    text = "mutation($id: ID!) { breakDown(machine: $id) { result } }"
    asked = {"query": text, "variables": {"id": scene.ids[0]}}
    answer = await scene.client.post("/graphql", json=asked)
    assert answer.status_code == 500
    assert [each["extensions"]["code"] for each in answer.json()["errors"]] == ["INTERNAL"]
    assert await scene.db.select(ServiceVisit).count() == 0


async def test_policies_say_on_which_records_an_action_may_be_called(scene: Scene) -> None:
    headers = await token(scene.database, "chief")
    text = "mutation($id: ID!) { scrap(machine: $id) { changeCursor } }"
    codes = []
    for machine in (scene.machines[0], scene.elsewhere):
        asked = {"query": text, "variables": {"id": str(machine.id)}}
        content = (await scene.client.post("/graphql", json=asked, headers=headers)).json()
        codes += [
            (each["extensions"]["code"], each["extensions"]["path"])
            for each in content.get("errors", [])
        ]
    assert codes == [("FORBIDDEN", ["scrap", "machine"])]
    assert await refused(scene.client, text, id=scene.ids[0]) == [
        ("GRAPHQL_VALIDATION_FAILED", None)
    ]


async def test_results_are_limited(clone_template: CloneTemplate) -> None:
    async with opened(clone_template, "sqlite", CATALOGUE) as database:
        scene, secret = await at_work(database)
        few = AppSettings(limits=Limits(page=1, rows=50))
        async with served(application(database, few), token=secret) as client:
            text = "mutation { allMachines { result { serial } } }"
            assert await refused(client, text) == [("TOO_LARGE", ["allMachines"])]
            assert scene.ids


def test_actions_are_known_to_those_who_may_call_them() -> None:
    schema = build_schema(CATALOGUE)
    assert list(undescribed(schema)) == []
    partner, chief, nobody = (
        schema_text(schema, known(schema, CATALOGUE, horizon(CATALOGUE, {each})))
        for each in ("partner", "chief", "nobody")
    )
    assert "requestVisit(" in partner
    assert '"""The machine that needs it."""' in partner
    assert 'note: String! = "none"' in partner
    assert "scrap(" not in partner
    assert "scrap(" in chief
    assert "busiest(" not in chief
    assert "ServiceVisit" not in nobody + chief


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "@action()\nasync def create_doc(ctx: Context) -> int:\n    return 1",
            "Mutation.createDoc in GraphQL would be",
        ),
        (
            "@action(reading=True)\nasync def docs(ctx: Context) -> int:\n    return 1",
            "Query.docs in GraphQL would be",
        ),
        (
            "@action()\nasync def f(ctx: Context, a: object) -> int:\n    return 1",
            "no kind of field",
        ),
        ("@action()\nasync def f(ctx: Context):\n    return 1", "does not say what it returns"),
        ("@action(reading=True)\nasync def f(ctx: Context) -> None:\n    pass", "returns nothing"),
    ],
)
def test_faces_that_cannot_be_are_told_at_start(source: str, words: str) -> None:
    declared = "class Doc(Entity):\n    name: Annotated[str, Label]\n\n"
    with pytest.raises(Problems) as told:
        build_schema(build_catalogue([declare(declared + source, name="paper")]))
    assert words in str(told.value)
