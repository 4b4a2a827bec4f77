"""Mutations over HTTP, on both databases: what each act does, and what is told of it."""

import asyncio
from typing import Any

import pytest
from httpx2 import AsyncClient

from relatum.access import Principal
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.session import Database
from relatum_server.graphql import api, document
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.limits import Limits
from relatum_server.state import AppSettings
from tests.server.graphql.test_answers import ask, error
from tests.server.serving import administrators_token, application, served

TIE = "id version role validFrom validTo source { name } target { name }"


async def refused(client: AsyncClient, text: str, **variables: Any) -> list[Any]:
    """The errors of a mutation that did nothing, each as its code and its path."""
    answer = await client.post("/graphql", json={"query": text, "variables": variables})
    content = answer.json()
    assert content.keys() == {"errors"}, content
    return [
        (each["extensions"]["code"], each["extensions"].get("path")) for each in content["errors"]
    ]


async def created(client: AsyncClient, type_name: str, **given: Any) -> str:
    """The id of a new record."""
    text = f"mutation($i: Create{type_name}!) {{ made: create{type_name}(input: $i) {{ record {{ id }} }} }}"
    found: str = (await ask(client, text, i=given))["made"]["record"]["id"]
    return found


async def names(client: AsyncClient) -> list[str]:
    """The names of all people."""
    found = await ask(client, "{ people(orderBy: [{name: ASC}], first: 30) { nodes { name } } }")
    return [each["name"] for each in found["people"]["nodes"]]


async def test_each_act_on_a_record(client: AsyncClient) -> None:
    shown = "record { id name email version } created changeCursor __typename"
    text = f"mutation($i: CreatePerson!) {{ createPerson(input: $i) {{ {shown} }} }}"
    made = (await ask(client, text, i={"name": "Eve", "email": "eve@example.org"}))["createPerson"]
    record = made["record"]
    assert (record["name"], record["version"], made["created"]) == ("Eve", 1, True)
    assert (made["__typename"], len(made["changeCursor"])) == ("PersonPayload", 32)
    text = f"""mutation($id: ID!, $v: Int) {{
      updatePerson(id: $id, patch: {{name: "Eva", email: null}}, ifVersion: $v) {{ {shown} }}
    }}"""
    patched = (await ask(client, text, id=record["id"], v=1))["updatePerson"]
    assert patched["record"] == {**record, "name": "Eva", "email": None, "version": 2}
    assert (patched["created"], patched["changeCursor"] != made["changeCursor"]) == (False, True)
    assert await refused(client, text, id=record["id"], v=1) == [
        ("STALE_VERSION", ["updatePerson", "ifVersion"])
    ]
    text = """mutation($id: ID!, $into: ID!) {
      a: deletePerson(id: $id, ifVersion: 2) { id __typename }
      b: restorePerson(id: $id) { record { name version } }
      c: mergePerson(id: $id, into: $into) { record { id name } created }
    }"""
    other = await created(client, "Person", name="Eva Maria")
    found = await ask(client, text, id=record["id"], into=other)
    assert found["a"] == {"id": record["id"], "__typename": "DeletedPayload"}
    assert found["b"]["record"]["name"] == "Eva"
    assert found["c"] == {"record": {"id": other, "name": "Eva Maria"}, "created": False}
    node = await ask(client, "query($id: ID!) { node(id: $id) { id } }", id=record["id"])
    assert node["node"] in (None, {"id": other})


async def test_a_record_is_known_by_a_unique_field_or_by_another_systems_key(
    client: AsyncClient,
) -> None:
    text = """mutation($key: OrderKey!, $input: CreateOrder!) {
      upsertOrder(key: $key, input: $input) { created record { id number orderedOn } }
    }"""
    given = {"number": 70, "orderedOn": "2024-05-01"}
    first = (await ask(client, text, key={"number": 70}, input=given))["upsertOrder"]
    later = {**given, "orderedOn": "2024-06-01"}
    again = (await ask(client, text, key={"number": 70}, input=later))["upsertOrder"]
    assert (first["created"], again["created"]) == (True, False)
    assert again["record"] == {**first["record"], "orderedOn": "2024-06-01"}
    key = {"externalKey": {"source": "erp", "key": "A-7"}}
    first = (await ask(client, text, key=key, input={**given, "number": 71}))["upsertOrder"]
    again = (await ask(client, text, key=key, input={**given, "number": 72}))["upsertOrder"]
    assert (first["created"], again["created"]) == (True, False)
    assert again["record"] == {**first["record"], "number": 72}
    assert await refused(client, text, key={"number": 70}, input={**given, "number": 73}) == [
        ("BAD_VALUE", ["upsertOrder", "input", "number"])
    ]


async def test_each_act_on_a_tie(client: AsyncClient) -> None:
    person, firm = (
        await created(client, "Person", name="Fay"),
        await created(client, "Organization", name="Gamma"),
    )
    text = f"mutation($i: RelateWorksAt!) {{ relateWorksAt(input: $i) {{ record {{ {TIE} }} changeCursor }} }}"
    given = {"source": person, "target": firm, "role": "clerk", "validFrom": "2020-01-01"}
    tie = (await ask(client, text, i=given))["relateWorksAt"]["record"]
    assert (tie["role"], tie["source"], tie["target"]) == (
        "clerk",
        {"name": "Fay"},
        {"name": "Gamma"},
    )
    text = f"""mutation($id: ID!) {{
      changeWorksAt(id: $id, at: "2021-01-01", patch: {{role: "head"}}, ifVersion: 1) {{ record {{ {TIE} }} }}
    }}"""
    changed = (await ask(client, text, id=tie["id"]))["changeWorksAt"]["record"]
    assert changed["id"] != tie["id"]
    assert (changed["role"], changed["validFrom"], changed["validTo"]) == (
        "head",
        "2021-01-01",
        None,
    )
    text = f"""mutation($id: ID!, $v: Int!) {{
      endWorksAt(id: $id, at: "2022-01-01", ifVersion: $v) {{ record {{ {TIE} }} }}
    }}"""
    assert await refused(client, text, id=changed["id"], v=9) == [
        ("STALE_VERSION", ["endWorksAt", "ifVersion"])
    ]
    ended = (await ask(client, text, id=changed["id"], v=1))["endWorksAt"]["record"]
    assert (ended["validTo"], ended["version"]) == ("2022-01-01", 2)
    other = await created(client, "Organization", name="Delta")
    text = f"""mutation($id: ID!, $to: ID!) {{
      correctWorksAt(id: $id, patch: {{target: $to, validFrom: "2021-02-01", role: null}}) {{ record {{ {TIE} }} }}
    }}"""
    correct = (await ask(client, text, id=changed["id"], to=other))["correctWorksAt"]["record"]
    assert (correct["target"], correct["role"]) == ({"name": "Delta"}, None)
    assert (correct["validFrom"], correct["validTo"]) == ("2021-02-01", "2022-01-01")
    text = "mutation($id: ID!) { removeWorksAt(id: $id, ifVersion: 3) { id } }"
    assert (await ask(client, text, id=changed["id"]))["removeWorksAt"] == {"id": changed["id"]}
    found = await ask(client, "query($id: ID!) { worksAt(id: $id) { id } }", id=changed["id"])
    assert found == {"worksAt": None}


async def test_what_is_new_comes_with_what_is_new_any_depth(client: AsyncClient) -> None:
    acme = await ask(client, '{ organizations(filter: {name: {eq: "Acme"}}) { nodes { id } } }')
    there = acme["organizations"]["nodes"][0]["id"]
    text = """mutation($i: CreatePerson!) {
      createPerson(input: $i) {
        record {
          name
          employers(orderBy: [{node: {name: ASC}}], first: 5) {
            edges { role node { name employees(filter: {node: {name: {ne: "Hal"}}}, first: 5) { nodes { name
              orders(first: 5) { edges { channel node {
                number lines(first: 5) { edges { quantity node { title } } }
              } } }
            } } } }
          }
        }
      }
    }"""
    product = {"quantity": 2, "unitPrice": "1.5", "node": {"title": "Ink"}}
    order = {"number": 90, "orderedOn": "2024-01-01", "lines": {"create": [product]}}
    buyer = {"name": "Ida", "orders": {"create": [{"channel": "web", "node": order}]}}
    firm = {"name": "Zeta", "employees": {"create": [{"node": buyer}]}}
    given = {
        "name": "Hal",
        "employers": {
            "relate": [{"id": there, "role": "buyer"}],
            "create": [{"role": "owner", "validFrom": "2020-01-01", "node": firm}],
        },
    }
    made = (await ask(client, text, i=given))["createPerson"]["record"]
    acme_tie, zeta_tie = made["employers"]["edges"]
    assert (acme_tie["role"], acme_tie["node"]["name"]) == ("buyer", "Acme")
    assert (zeta_tie["role"], zeta_tie["node"]["name"]) == ("owner", "Zeta")
    (ida,) = zeta_tie["node"]["employees"]["nodes"]
    line = {"edges": [{"quantity": 2, "node": {"title": "Ink"}}]}
    assert ida == {
        "name": "Ida",
        "orders": {"edges": [{"channel": "web", "node": {"number": 90, "lines": line}}]},
    }
    text = """mutation($id: ID!) { updateOrganization(id: $id, patch: {
      employees: {create: [{node: {name: "Joe"}}]}
    }) { record { employees(filter: {node: {name: {eq: "Joe"}}}) { totalCount } } } }"""
    added = (await ask(client, text, id=there))["updateOrganization"]["record"]
    assert added["employees"] == {"totalCount": 1}


async def test_every_wrong_field_is_named_at_once_where_it_stands(client: AsyncClient) -> None:
    text = """mutation($number: Int!) { mine: createOrder(input: {
      number: $number, orderedOn: "2024-01-01", customer: {create: {node: {person: {
        name: "", email: "nope", employers: {
          relate: [{id: "01980c5e-8a6b-7cc1-b1a7-0d9f2e5c4a10", validFrom: "2024-01-01"}]
          create: [{node: {name: "N"}}, {node: {name: "", address: {country: DE}}}]
    }}}}}}) { record { id } } }"""
    person = ["mine", "input", "customer", "create", "node", "person"]
    assert await refused(client, text, number=500) == [
        ("BAD_VALUE", [*person, "email"]),
        ("REQUIRED", [*person, "name"]),
        ("REQUIRED", [*person, "employers", "create", 1, "node", "name"]),
    ]
    right = text.replace('name: ""', 'name: "X"').replace("nope", "x@example.org")
    assert await refused(client, right, number=500) == [
        ("BAD_REFERENCE", [*person, "employers", "relate", 0, "id"])
    ]
    taken = right.replace("relate: [{", "relate: [] #")
    assert await refused(client, taken, number=1) == [("CONFLICT", ["mine", "input", "number"])]
    assert await refused(client, right.replace("01980c5e", "no"), number=1) == [
        ("BAD_VALUE", [*person, "employers", "relate", 0, "id"])
    ]
    wrong = 'mutation { relateWorksAt(input: {source: "x", target: "y"}) { record { id } } }'
    assert await refused(client, wrong) == [
        ("BAD_VALUE", ["relateWorksAt", "input", "source"]),
        ("BAD_VALUE", ["relateWorksAt", "input", "target"]),
    ]


async def test_variables_that_are_not_of_their_types_are_named_where_they_go(
    client: AsyncClient,
) -> None:
    text = """mutation($i: CreatePerson!, $firm: CreateOrganization!, $unused: Int) {
      mine: createPerson(input: $i) { ...made }
      createPerson(input: {name: "x", employers: {create: [{node: $firm}]}}) { ...made }
    } fragment made on PersonPayload { record { employers(first: $unused) { totalCount } } }"""
    given = {"name": 7, "employers": {"create": [{"node": {"name": "y", "founded": "never"}}]}}
    employers = ["createPerson", "input", "employers", "create", 0, "node"]
    assert await refused(
        client, text, i=given, firm={"name": "z", "country": "XX"}, unused="1"
    ) == [
        ("BAD_VALUE", ["mine", "input", "name"]),
        ("BAD_VALUE", ["mine", *employers[1:], "founded"]),
        ("BAD_VALUE", [*employers, "country"]),
        ("BAD_VALUE", ["mine", "record", "employers", "first"]),
    ]


async def test_records_of_another_type_are_not_found(client: AsyncClient) -> None:
    person = await created(client, "Person", name="Kim")
    for text, path in (
        ('updateOrganization(id: ID, patch: {name: "K"}) { created }', "updateOrganization"),
        ("deleteOrganization(id: ID) { id }", "deleteOrganization"),
        ("removeWorksAt(id: ID) { id }", "removeWorksAt"),
    ):
        asked = f"mutation {{ {text.replace('ID', repr(person).replace(chr(39), chr(34)))} }}"
        assert await refused(client, asked) == [("NOT_FOUND", [path, "id"])]
    assert "Kim" in await names(client)


async def test_a_request_is_one_unit_of_work_whose_acts_see_what_came_before(
    client: AsyncClient,
) -> None:
    text = """mutation($two: String!) {
      one: createPerson(input: {name: "One"}) { record { name } }
      two: createPerson(input: {name: $two, email: $two}) { record { name } }
    }"""
    assert await refused(client, text, two="Two") == [("BAD_VALUE", ["two", "input", "email"])]
    assert "One" not in await names(client)
    person = await created(client, "Person", name="Lee")
    text = """mutation($id: ID!) {
      a: updatePerson(id: $id, patch: {name: "Lea"}) { record { name version } }
      b: updatePerson(id: $id, patch: {name: "Leo"}) { record { name version } changeCursor }
      __typename
      c: updatePerson(id: $id, patch: {}) { record { name version } changeCursor }
    }"""
    found = await ask(client, text, id=person)
    assert list(found) == ["a", "b", "__typename", "c"]
    assert found["a"]["record"] == {"name": "Lea", "version": 2}
    assert found["b"]["record"] == found["c"]["record"] == {"name": "Leo", "version": 3}
    assert found["b"]["changeCursor"] == found["c"]["changeCursor"]


async def test_changes_go_on_from_the_cursor_of_a_mutation(client: AsyncClient) -> None:
    text = (
        "mutation($n: String!) { createPerson(input: {name: $n}) { record { id } changeCursor } }"
    )
    made = (await ask(client, text, n="Ari"))["createPerson"]
    nothing = 'mutation($id: ID!) { updatePerson(id: $id, patch: {name: "Ari"}) { changeCursor } }'
    idle = (await ask(client, nothing, id=made["record"]["id"]))["updatePerson"]
    later = (await ask(client, text, n="Bea"))["createPerson"]
    told = "query($c: String!) { changes(since: $c) { nodes { operation recordId } } }"
    bea = {"operation": "CREATED", "recordId": later["record"]["id"]}

    async def since(payload: Any) -> Any:
        found = await ask(client, told, c=payload["changeCursor"])
        return found["changes"]["nodes"]

    assert (await since(made), await since(later)) == ([bea], [])
    # What wrote nothing gives the last change that had its place by then: nothing later is missed.
    assert (await since(idle))[-1] == bea


async def test_documents_may_say_it_in_every_way(client: AsyncClient) -> None:
    text = """
    mutation Go($name: String = "Mia", $more: Boolean!, $kept: JSON, $tags: [ProductTags!]) {
      alias: createProduct(input: {title: $name, extra: {deep: [$kept, 1]}, tags: $tags}) {
        ...made
        record @include(if: $more) { title }
        other: record { label: title ... on Product { stock } }
      }
      createPerson(input: {name: "No"}) @skip(if: $more) { created }
    }
    fragment made on ProductPayload { kind: __typename record { __typename extra tags } }
    """
    first = await ask(client, text, more=True, kept={"a": 1}, tags=["new"])
    assert first == {
        "alias": {
            "kind": "ProductPayload",
            "record": {"__typename": "Product", "extra": {"deep": [{"a": 1}, 1]}, "tags": ["new"], "title": "Mia"},
            "other": {"label": "Mia", "stock": 0},
        }
    }  # fmt: skip
    second = await ask(client, text, more=False, kept="b", name="Ned")
    assert second == {
        "alias": {
            "kind": "ProductPayload",
            "record": {"__typename": "Product", "extra": {"deep": ["b", 1]}, "tags": []},
            "other": {"label": "Ned", "stock": 0},
        },
        "createPerson": {"created": True},
    }


async def test_a_batch_stands_or_falls_as_a_whole(client: AsyncClient) -> None:
    text = """mutation($inputs: [CreateOrder!]!) { createOrders(inputs: $inputs) {
      results { index created record { number } error { code } } changeCursor __typename
    } }"""
    inputs = [{"number": number, "orderedOn": "2024-01-01"} for number in (200, 201)]
    found = (await ask(client, text, inputs=inputs))["createOrders"]
    assert found["results"] == [
        {"index": at, "created": True, "record": {"number": 200 + at}, "error": None}
        for at in range(2)
    ]
    inputs = [{"number": number, "orderedOn": "2024-01-01"} for number in (202, 1, 203, 2)]
    assert await refused(client, text, inputs=inputs) == [
        ("CONFLICT", ["createOrders", "inputs", 1, "number"]),
        ("CONFLICT", ["createOrders", "inputs", 3, "number"]),
    ]
    count = await ask(client, "{ orders(filter: {number: {eq: 202}}) { totalCount } }")
    assert count == {"orders": {"totalCount": 0}}
    assert (await ask(client, text, inputs=[]))["createOrders"]["results"] == []


async def test_a_batch_may_go_row_by_row(client: AsyncClient) -> None:
    text = """mutation($inputs: [CreateOrder!]!) { createOrders(inputs: $inputs, mode: ROW_BY_ROW) {
      results { index created record { number customer { ... on Person { name } } } error { code path message hint } }
    } }"""
    customer = {"create": {"node": {"person": {"name": "Ola", "email": "nope"}}}}
    rows: list[dict[str, Any]] = [
        {"number": 210},
        {"number": 1},
        {"number": 211, "customer": customer},
        {"number": 212, "customer": {"create": {"node": {"person": {"name": "Pia"}}}}},
    ]
    inputs = [{"orderedOn": "2024-01-01", **each} for each in rows]
    found = (await ask(client, text, inputs=inputs))["createOrders"]["results"]
    assert [each["index"] for each in found] == [0, 1, 2, 3]
    assert [each["created"] for each in found] == [True, None, None, True]
    assert found[0]["record"] == {"number": 210, "customer": None}
    assert found[3]["record"] == {"number": 212, "customer": {"name": "Pia"}}
    assert [each["error"] and each["error"]["code"] for each in found] == [
        None, "CONFLICT", "BAD_VALUE", None,
    ]  # fmt: skip
    assert found[1]["error"]["path"] == ["createOrders", "inputs", "1", "number"]
    assert found[2]["error"]["path"] == [
        "createOrders", "inputs", "2", "customer", "create", "node", "person", "email",
    ]  # fmt: skip
    assert "Ola" not in await names(client) and "Pia" in await names(client)


async def test_batches_of_every_act(client: AsyncClient) -> None:
    people = [await created(client, "Person", name=name) for name in ("Qi", "Rex")]
    firm = await created(client, "Organization", name="Eta")
    text = """mutation($people: [UpdatePerson!]!, $ties: [RelateWorksAt!]!, $keys: [UpsertOrder!]!) {
      updatePeople(inputs: $people) { results { record { name version } created } }
      relateWorksAts(inputs: $ties) { results { record { id role } error { code } } }
      upsertOrders(inputs: $keys) { results { record { number } created } }
    }"""
    found = await ask(
        client,
        text,
        people=[{"id": each, "patch": {"name": each[-3:]}, "ifVersion": 1} for each in people],
        ties=[{"source": each, "target": firm, "validFrom": "2020-01-01"} for each in people],
        keys=[
            {"key": {"number": number}, "input": {"number": number, "orderedOn": "2024-01-01"}}
            for number in (1, 220)
        ],
    )
    assert found["updatePeople"]["results"] == [
        {"record": {"name": each[-3:], "version": 2}, "created": False} for each in people
    ]
    assert found["upsertOrders"]["results"] == [
        {"record": {"number": 1}, "created": False},
        {"record": {"number": 220}, "created": True},
    ]
    ties = [each["record"]["id"] for each in found["relateWorksAts"]["results"]]
    text = """mutation($end: [EndWorksAt!]!, $change: [ChangeWorksAt!]!, $correct: [CorrectWorksAt!]!,
      $remove: [RecordDeletion!]!, $delete: [RecordDeletion!]!) {
      changeWorksAts(inputs: $change) { results { record { role } } }
      endWorksAts(inputs: $end) { results { record { validTo } } }
      correctWorksAts(inputs: $correct) { results { record { role validFrom } } }
      removeWorksAts(inputs: $remove, mode: ROW_BY_ROW) { results { index id error { code path } } }
      deletePeople(inputs: $delete) { results { id } }
    }"""
    found = await ask(
        client,
        text,
        change=[{"id": ties[1], "at": "2021-01-01", "patch": {"role": "head"}}],
        end=[{"id": ties[0], "at": "2022-01-01"}],
        correct=[{"id": ties[0], "patch": {"role": "aide"}}],
        remove=[{"id": ties[0]}, {"id": firm}],
        delete=[{"id": people[0], "ifVersion": 2}],
    )
    assert found["changeWorksAts"]["results"] == [{"record": {"role": "head"}}]
    assert found["endWorksAts"]["results"] == [{"record": {"validTo": "2022-01-01"}}]
    assert found["correctWorksAts"]["results"] == [
        {"record": {"role": "aide", "validFrom": "2020-01-01"}}
    ]
    path = ["removeWorksAts", "inputs", "1", "id"]
    assert found["removeWorksAts"]["results"] == [
        {"index": 0, "id": ties[0], "error": None},
        {"index": 1, "id": None, "error": {"code": "NOT_FOUND", "path": path}},
    ]
    assert found["deletePeople"]["results"] == [{"id": people[0]}]


async def test_a_mutation_asked_before_is_neither_read_nor_planned_again(
    shop_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Api(shop_database.catalogue)
    db = shop_database.as_(Principal(roles=frozenset({ADMINISTRATOR})))
    text = """mutation($i: CreatePerson!, $more: Boolean = false) {
      createPerson(input: $i) { record { name email @include(if: $more) } }
    }"""
    first = await asked.answer(db, Question(text, variables={"i": {"name": "A"}}))
    for made in ("read_document", "plan_mutation", "validate"):
        monkeypatch.setattr(api if hasattr(api, made) else document, made, None)
    given = {"name": "B", "employers": {"create": [{"node": {"name": "C"}}]}}
    again = await asked.answer(db, Question(text, variables={"i": given}))
    assert (first, again) == (
        b'{"data":{"createPerson":{"record":{"name":"A"}}}}',
        b'{"data":{"createPerson":{"record":{"name":"B"}}}}',
    )


async def test_a_request_that_comes_again_is_answered_as_the_first_time(
    client: AsyncClient,
) -> None:
    text = "mutation($n: String!) { createPerson(input: {name: $n}) { record { id name version } changeCursor } }"
    headers = {"idempotency-key": "k-1"}
    asked = {"query": text, "variables": {"n": "Sue"}}
    first, again = [await client.post("/graphql", json=asked, headers=headers) for _ in range(2)]
    assert first.content == again.content and b'"data"' in first.content
    assert (await names(client)).count("Sue") == 1
    other = {"query": text, "variables": {"n": "Tom"}}
    answer = (await client.post("/graphql", json=other, headers=headers)).json()
    assert answer["errors"][0]["extensions"]["code"] == "KEY_REUSED"
    assert "Tom" not in await names(client)
    wrong = {"query": text, "variables": {"n": ""}}
    headers = {"idempotency-key": "k-2"}
    for _ in range(2):
        answer = (await client.post("/graphql", json=wrong, headers=headers)).json()
        assert answer["errors"][0]["extensions"]["path"] == ["createPerson", "input", "name"]


async def test_of_two_that_read_the_same_version_one_writes(client: AsyncClient) -> None:
    person = await created(client, "Person", name="Una")
    text = """mutation($id: ID!, $n: String!) {
      updatePerson(id: $id, patch: {name: $n}, ifVersion: 1) { record { version } }
    }"""
    answers = await asyncio.gather(
        *(
            client.post("/graphql", json={"query": text, "variables": {"id": person, "n": name}})
            for name in ("Ulf", "Uwe", "Udo")
        )
    )
    told = [each.json() for each in answers]
    assert sum("data" in each for each in told) == 1
    codes = {each["errors"][0]["extensions"]["code"] for each in told if "errors" in each}
    assert codes == {"STALE_VERSION"}


async def test_a_mutation_asks_and_writes_within_limits(shop_database: Database) -> None:
    token = await administrators_token(shop_database)
    settings = AppSettings(limits=Limits(batch=4, rows=30))
    async with served(application(shop_database, settings), token=token) as client:
        text = "mutation($i: [CreatePerson!]!) { createPeople(inputs: $i) { results { index } } }"
        three = [{"name": "V", "employers": {"create": [{"node": {"name": "W"}}]}}]
        assert len((await ask(client, text, i=three))["createPeople"]["results"]) == 1
        assert (await error(client, text, i=three * 2))["extensions"]["code"] == "TOO_LARGE"
        text = """mutation($i: [CreatePerson!]!) { createPeople(inputs: $i) {
          results { record { employers(first: 10) { totalCount } } }
        } }"""
        four = [{"name": "X"}] * 4
        assert (await error(client, text, i=four))["extensions"]["code"] == "TOO_LARGE"
        told = (await error(client, text, i=four * 10))["extensions"]
        assert told["details"] == {"records": 40, "limit": 4}  # not to ask for smaller pages
        assert await names(client) == ["Ann Berg", "Bob", "V"]


async def test_mutations_are_posted(client: AsyncClient) -> None:
    text = 'mutation { createPerson(input: {name: "Y"}) { created } }'
    answer = await client.get("/graphql", params={"query": text})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    answer = await client.post(
        "/graphql", content=text, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 415
    assert await names(client) == ["Ann Berg", "Bob"]
