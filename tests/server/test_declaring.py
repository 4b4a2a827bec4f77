"""An administrator declares types and fields over GraphQL, and they are used like those of code, in every server."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient

from relatum.access import SYSTEM
from relatum.connections import DialectName
from relatum.importing import run_import
from relatum.migration import drift
from relatum.plugins import LoadedPlugin, Loading, Surroundings, catalogue_of
from relatum.session import Database, assembling, open_database
from tests.databases import CloneTemplate
from tests.server import shop
from tests.server.serving import administrators_token, application, fill, served

PLUGINS = [LoadedPlugin(shop.plugin, shop)]

MACHINE = """mutation($input: DeclaredTypeInput!, $only: Boolean! = false) {
  declareEntityType(input: $input, onlyPlan: $only) {
    applied plan { applicable acts { kind of verdict reason wayOut } steps warnings }
  }
}"""
TIE = """mutation($input: DeclaredRelationshipInput!) {
  declareRelationshipType(input: $input) { applied plan { acts { kind of verdict reason } } }
}"""
FIELDS = """mutation($type: String!, $fields: [DeclaredFieldInput!]!) {
  declareFields(type: $type, fields: $fields) { applied plan { acts { kind of verdict reason wayOut } warnings } }
}"""
REST = "{ applied plan { acts { of verdict reason wayOut } warnings } }"

SERIAL = {"name": "serial", "kind": "TEXT", "label": True, "required": True, "unique": True}
STATE = {
    "name": "state",
    "kind": "STATE",
    "default": "ok",
    "transitions": [{"state": "ok", "after": ["due"]}, {"state": "due", "after": ["ok"]}],
}
HOURS = {"name": "hours", "kind": "INTEGER"}
FIRST = {
    "name": "Machine",
    "description": "A unit installed at a customer's site.",
    "fields": [SERIAL, STATE, HOURS],
}
STANDS = {
    "name": "InstalledAt",
    "valid": "DAY",
    "source": {"end": "installed_at", "types": ["Machine"], "maximum": 1},
    "target": {"end": "machines", "types": ["Organization"]},
}


@dataclass
class Place:
    """The shop, served by as many servers as there may be."""

    databases: list[Database]
    clients: list[AsyncClient]
    url: str

    async def ask(self, text: str, *, of: int = 0, token: str = "", **variables: Any) -> Any:
        """What a server answers."""
        client = self.clients[of % len(self.clients)]
        headers = {"authorization": f"Bearer {token}"} if token else {}
        content = {"query": text, "variables": variables}
        response = await client.post("/graphql", json=content, headers=headers)
        assert response.status_code < 500, response.text
        return response.json()

    async def told(self, text: str, *, of: int = 0, token: str = "", **variables: Any) -> Any:
        """What a server answers without any error."""
        answer = await self.ask(text, of=of, token=token, **variables)
        assert "errors" not in answer, answer
        return answer["data"]

    async def declared(self, text: str, **variables: Any) -> Mapping[str, Any]:
        """What became of a declaration, which is applied."""
        ((made),) = (await self.told(text, **variables)).values()
        assert made["applied"], made
        return dict(made)


@pytest.fixture
async def place(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Place]:
    """Two servers of one database; of a file, one."""
    catalogue = catalogue_of(PLUGINS)

    async def build(url: str) -> None:
        await fill(url, catalogue)

    url = await clone_template(dialect, f"declaring:{catalogue.fingerprint}", build)
    surroundings = Surroundings(loading=Loading(tuple(PLUGINS)))
    async with AsyncExitStack() as stack:
        databases = [
            await stack.enter_async_context(
                open_database(url, assembling(PLUGINS), surroundings=surroundings)
            )
            for _ in range(2 if dialect == "postgresql" else 1)
        ]
        token = await administrators_token(databases[0])
        clients = [
            await stack.enter_async_context(served(application(each), token=token))
            for each in databases
        ]
        yield Place(databases, clients, url)


async def test_what_is_declared_over_graphql_is_used_like_what_code_declares(
    place: Place, tmp_path: Path
) -> None:
    made = await place.declared(MACHINE, input=FIRST)
    assert made["plan"]["acts"][0] == {
        "kind": "add_type", "of": "Machine", "verdict": "SAFE", "reason": None, "wayOut": None,
    }  # fmt: skip
    await place.declared(TIE, input=STANDS)
    await place.declared(
        FIELDS,
        type="Organization",
        fields=[
            {
                "name": "vat_class",
                "kind": "CHOICE",
                "codes": ["full", "none"],
                "default": "full",
                "required": True,
            }
        ],
    )
    # Made by the mutations that follow from it, in the server that did not declare it.
    (acme,) = (
        await place.told(
            '{ organizations(filter: {name: {eq: "Acme"}}) { nodes { id vatClass } } }', of=1
        )
    )["organizations"]["nodes"]
    assert acme["vatClass"] == "full"
    created = await place.told(
        """mutation($at: ID!) {
          createMachine(input: {serial: "K 7", installedAt: {relate: {id: $at}}}) {
            record { id state installedAt { name } }
          }
          updateOrganization(id: $at, patch: {vatClass: none}) { record { vatClass } }
        }""",
        of=1,
        at=acme["id"],
    )
    machine = created["createMachine"]["record"]
    assert (machine["state"], machine["installedAt"]) == ("ok", {"name": "Acme"})
    # Validated, filtered, followed, and with a history.
    refused = await place.ask(
        'mutation { createMachine(input: {serial: "K 7"}) { record { id } } }'
    )
    assert refused["errors"][0]["extensions"]["code"] == "CONFLICT"
    await place.told(
        "mutation($id: ID!) { updateMachine(id: $id, patch: {state: due, hours: 12}) { record { id } } }",
        id=machine["id"],
    )
    told = await place.told(
        """{
          machines(filter: {state: {eq: due}, hours: {gt: 10}}) {
            nodes { serial state history { nodes { version } } }
          }
          organizations(filter: {machines: {some: {node: {serial: {eq: "K 7"}}}}, vatClass: {eq: none}}) {
            nodes { name }
          }
        }""",
        of=1,
    )
    (found,) = told["machines"]["nodes"]
    assert found["serial"] == "K 7" and len(found["history"]["nodes"]) == 2
    assert told["organizations"]["nodes"] == [{"name": "Acme"}]
    # Imported like any type.
    (tmp_path / "machines.csv").write_text("no,hours\nK 8,3\nK 9,4\n")
    (tmp_path / "import.toml").write_text(
        'system = "erp"\n[[files]]\npath = "machines.csv"\n'
        '[[files.entities]]\ntype = "Machine"\nkey = "{no}"\n'
        'fields.serial = "{no}"\nfields.hours = "{hours}"\n'
    )
    report = await run_import(place.databases[0].as_(SYSTEM), tmp_path / "import.toml")
    assert not report.rejected
    sums = await place.told("{ machines { totalCount } }", of=1)
    assert sums["machines"]["totalCount"] == 3
    assert await drift(place.url, place.databases[0].catalogue) == []


async def test_policies_of_administrators_guard_what_they_declare(place: Place) -> None:
    await place.declared(MACHINE, input=FIRST)
    await place.told(
        'mutation { createMachine(input: {serial: "K 7", hours: 1}) { record { id } } }'
    )
    identity = place.databases[0].identity
    await identity.keep_role(SYSTEM, "reader", {"title": "Reader"})
    client = await identity.add_client(SYSTEM, "reader", roles=["reader"])
    token = (await identity.add_token(SYSTEM, "reader", client=client.id)).secret
    closed = await place.ask("{ machines { nodes { serial } } }", token=token, of=1)
    assert "errors" in closed
    policy = {
        "role": "reader",
        "types": ["Machine"],
        "rights": ["read"],
        "fields": {"only": ["serial"]},
    }
    await identity.keep_policy(SYSTEM, "readers", policy)
    open_ = await place.told("{ machines { nodes { serial } } }", token=token, of=1)
    assert open_["machines"]["nodes"] == [{"serial": "K 7"}]
    hidden = await place.ask("{ machines { nodes { hours } } }", token=token, of=1)
    assert hidden["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    # Others know nothing of how types are declared, and a rule that loses its meaning is told of before.
    unknown = await place.ask("{ catalogue { toml } }", token=token)
    assert "errors" in unknown
    renamed = await place.declared(
        f'mutation {{ renameField(type: "Machine", field: "serial", to: "number") {REST} }}'
    )
    (warning,) = renamed["plan"]["warnings"]
    assert "readers" in warning
    assert "errors" in await place.ask("{ machines { nodes { number } } }", token=token, of=1)


async def test_what_takes_a_name_inherits_nothing_that_was_granted_on_it(place: Place) -> None:
    identity = place.databases[0].identity
    await identity.keep_role(SYSTEM, "clerk", {"title": "Clerk"})
    client = await identity.add_client(SYSTEM, "clerk", roles=["clerk"])
    token = (await identity.add_token(SYSTEM, "clerk", client=client.id)).secret
    await place.declared(MACHINE, input=FIRST)
    margin = {"name": "margin", "kind": "INTEGER"}
    await place.declared(FIELDS, type="Organization", fields=[margin])
    clerk = {"role": "clerk", "rights": ["read"]}
    await identity.keep_policy(SYSTEM, "machines", {**clerk, "types": ["Machine"]})
    await identity.keep_policy(
        SYSTEM, "margins", {**clerk, "types": ["Organization"], "fields": {"only": ["margin"]}}
    )
    rest = await place.declared(
        'mutation { removeField(type: "Organization", field: "margin", withValues: true) '
        "{ applied plan { warnings } } }"
    )
    (warning,) = rest["plan"]["warnings"]
    assert "margins" in warning and "Organization has no field 'margin'" in warning
    await place.declared('mutation { removeType(type: "Machine", withRecords: true) { applied } }')
    await place.declared(MACHINE, input={**FIRST, "description": "Another thing."})
    await place.declared(FIELDS, type="Organization", fields=[margin])
    await place.told('mutation { createMachine(input: {serial: "K 8"}) { changeCursor } }')
    for question in ("{ machines { nodes { serial } } }", "{ organizations { nodes { margin } } }"):
        asked = await place.ask(question, token=token, of=1)
        assert asked["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED", asked
    assert await identity.rule_problems() == []


async def test_what_is_removed_and_declared_anew_in_one_document_inherits_nothing(
    place: Place,
) -> None:
    identity = place.databases[0].identity
    await identity.keep_role(SYSTEM, "clerk", {"title": "Clerk"})
    await place.declared(MACHINE, input=FIRST)
    machines = {"role": "clerk", "rights": ["read"], "types": ["Machine"]}
    await identity.keep_policy(SYSTEM, "machines", machines)
    thoughts = {"name": "Machine", "fields": [{"name": "thoughts", "kind": "text"}]}
    made = await place.declared(
        "mutation($document: JSON!) { applyCatalogue(document: $document) { applied plan { warnings } } }",
        document={"remove": ["Machine"], "types": [thoughts]},
    )
    assert [each for each in made["plan"]["warnings"] if "machines" in each]
    assert await identity.rule_problems() == []
    catalogue = (await place.databases[0].renewed()).catalogue
    assert not [each for each in catalogue.policies if each.role == "clerk"]


async def test_who_comes_to_see_what_is_declared_is_told_before(place: Place) -> None:
    identity = place.databases[0].identity
    await identity.keep_role(SYSTEM, "clerk", {"title": "Clerk"})
    await identity.keep_role(SYSTEM, "guest", {"title": "Guest"})
    read = {"rights": ["read"], "types": ["Organization"]}
    but = {"all_but": ["country"]}
    await identity.keep_policy(SYSTEM, "all", {**read, "role": "clerk", "fields": but})
    await identity.keep_policy(
        SYSTEM, "one", {**read, "role": "guest", "fields": {"only": ["name"]}}
    )
    margin = {"name": "margin", "kind": "INTEGER"}
    secret = {"name": "debts", "kind": "INTEGER", "sensitive": "finance"}
    made = await place.declared(FIELDS, type="Organization", fields=[margin, secret])
    (warning,) = made["plan"]["warnings"]
    assert warning.startswith("Organization.margin will be seen by 'clerk'"), warning
    opened = await place.declared(
        FIELDS, type="Organization", fields=[{**secret, "sensitive": None}]
    )
    (warning,) = opened["plan"]["warnings"]
    assert warning.startswith("Organization.debts will be seen by 'clerk'"), warning


async def test_what_would_lose_data_is_refused_with_the_reason_and_the_way_out(
    place: Place,
) -> None:
    await place.declared(MACHINE, input=FIRST)
    await place.told(
        'mutation { createMachine(input: {serial: "K 7", hours: 1}) { record { id } } }'
    )
    smaller = {**FIRST, "fields": [SERIAL]}
    ((made),) = (await place.told(MACHINE, input=smaller)).values()
    assert not made["applied"] and not made["plan"]["applicable"]
    (lost, gone) = made["plan"]["acts"]
    assert (lost["of"], lost["verdict"]) == ("Machine.state", "REFUSED")
    assert gone["reason"] == "1 record has or had a value in it."
    assert "Machine.hours" in gone["wayOut"]
    site = {"name": "site", "kind": "TEXT", "required": True}
    needing = {**FIRST, "fields": [SERIAL, STATE, HOURS, site]}
    ((made),) = (await place.told(MACHINE, input=needing)).values()
    assert [each["verdict"] for each in made["plan"]["acts"]] == ["NEEDS"]
    wrong = {
        "name": "Person",
        "fields": [{"name": "x", "kind": "TEXT"}, {"name": "id", "kind": "TEXT"}],
    }
    answer = await place.ask(MACHINE, input=wrong)
    told = [(each["extensions"]["code"], each["extensions"]["path"]) for each in answer["errors"]]
    assert ("DECLARATION", ["declareEntityType", "input"]) in told, answer
    assert "'shop'" in answer["errors"][0]["message"]
    root = await place.ask(MACHINE, input={"name": "Query"})
    assert "a root of the schema" in root["errors"][0]["message"]
    bad = {"name": "Tool", "fields": [{"name": "x", "kind": "CHOICE"}]}
    answer = await place.ask(MACHINE, input=bad)
    assert answer["errors"][0]["extensions"]["path"] == ["declareEntityType", "input", "fields", 0]
    mixed = 'mutation { createMachine(input: {serial: "a"}) { record { id } } removeType(type: "Machine") { applied } }'
    answer = await place.ask(mixed)
    assert answer["errors"][0]["extensions"]["code"] == "BAD_SELECTION"
    removed = await place.declared(
        f'mutation {{ removeType(type: "Machine", withRecords: true) {REST} }}'
    )
    assert removed["plan"]["acts"][0]["verdict"] == "SAFE"
    told = await place.told(
        '{ search(text: "K 7", first: 5) { nodes { label } } catalogue { parked } }'
    )
    assert told == {"search": {"nodes": []}, "catalogue": {"parked": ["Machine"]}}
    for at in range(2):
        assert "errors" in await place.ask("{ machines { totalCount } }", of=at)
    assert await drift(place.url, place.databases[0].catalogue) == []
    await place.declared(f'mutation {{ restoreDeclaration(name: "Machine") {REST} }}')
    told = await place.told('{ search(text: "K 7", first: 5) { nodes { label } } }', of=1)
    assert told["search"]["nodes"] == [{"label": "K 7"}]


async def test_the_catalogue_moves_to_another_installation_as_a_document(place: Place) -> None:
    await place.declared(MACHINE, input=FIRST)
    await place.declared(TIE, input=STANDS)
    told = (
        await place.told(
            "{ catalogue { document toml changes { number acts } resting { message } } }"
        )
    )["catalogue"]
    assert told["toml"].startswith('[[types]]\nname = "Machine"')
    assert [each["number"] for each in told["changes"]] == [2, 1]
    assert told["resting"] == []
    apply = f"mutation($document: JSON!) {{ applyCatalogue(document: $document) {REST} }}"
    ((again),) = (await place.told(apply, document=told["document"])).values()
    assert (again["applied"], again["plan"]["acts"]) == (False, [])
    document = {**told["document"], "remove": ["InstalledAt"], "relationships": []}
    gone = await place.declared(apply, document=document)
    assert [each["of"] for each in gone["plan"]["acts"]] == ["InstalledAt"]


async def test_nobody_is_told_an_error_while_types_are_declared(place: Place) -> None:
    over = asyncio.Event()
    made = [0, 0]

    async def ask(at: int) -> None:
        while not over.is_set():
            await place.told("{ people { nodes { name } } organizations { totalCount } }", of=at)

    async def write(at: int) -> None:
        while not over.is_set():
            await place.told(
                'mutation { createOrganization(input: {name: "New"}) { record { name } } }', of=at
            )
            made[at] += 1

    before = (await place.told("{ organizations { totalCount } }"))["organizations"]["totalCount"]
    async with asyncio.TaskGroup() as tasks:
        for at in range(2):
            tasks.create_task(ask(at))
            tasks.create_task(write(at))
        await place.declared(MACHINE, input=FIRST)
        note = {"name": "note_of_ours", "kind": "TEXT", "searchable": True}
        await place.declared(FIELDS, type="Organization", fields=[note])
        await place.declared(
            f'mutation {{ renameField(type: "Organization", field: "note_of_ours", to: "remark") {REST} }}'
        )
        over.set()
    after = (await place.told("{ organizations { totalCount } }"))["organizations"]["totalCount"]
    assert after == before + sum(made)
    assert all(made)
