"""Mutations under policies, over HTTP: who may do what, what he is shown of it, and what he is told there is."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, validate_schema
from httpx2 import AsyncClient

from relatum.access import SYSTEM, horizon
from relatum.catalogue import Catalogue, with_administrators
from relatum.connections import DialectName
from relatum.identifiers import new_id
from relatum.session import Database, open_database
from relatum_schemas.errors import LimitBroken, Problems, Required
from relatum_schemas.policy import ALL, CREATE, DELETE, READ, RELATE, UPDATE, Policy, only
from relatum_schemas.selection import Compare, FieldPath, Operator
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.knowing import Known, known
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.mutating import telling
from relatum_server.graphql.mutating.performing import doings
from relatum_server.graphql.schema_text import schema_text
from tests.databases import CloneTemplate
from tests.server.graphql.test_hidden import token
from tests.server.graphql.test_knowing import refusal, renamed
from tests.server.serving import application, fill, served
from tests.server.shop import (
    Order,
    OrderedBy,
    Organization,
    Person,
    Product,
    Remark,
    WorksAt,
)

IS_BOB = Compare(path=FieldPath(field="name"), operator=Operator.EQ, value="Bob")

POLICIES = (
    Policy("reader", (Product, Order, Person, Organization), READ),
    Policy("keeper", Product, READ, fields=ALL - {"stock", "notes"}),
    Policy("keeper", Product, CREATE | UPDATE, fields=only("title", "weight", "notes")),
    Policy("scribe", Remark, CREATE),
    Policy("hirer", (Person, Organization), READ | RELATE, fields=only("name", "label")),
    Policy("hirer", Person, CREATE, fields=only("name")),
    Policy("hirer", WorksAt, READ | RELATE, fields=only("role")),
    Policy("tier", (WorksAt, OrderedBy), READ | RELATE),
    Policy("tier", Person, READ | RELATE),
    Policy("blind", Order, CREATE | UPDATE | DELETE, fields=only("number")),
    Policy("agent", Person, READ, fields=only("name")),
    Policy("agent", Person, READ, where=IS_BOB),
    Policy("agent", Person, UPDATE | DELETE, where=IS_BOB),
    Policy("agent", Person, CREATE),
)


@pytest.fixture(scope="session")
def ruled(shop_catalogue: Catalogue) -> Catalogue:
    """The shop under policies."""
    return with_administrators(shop_catalogue, {new_id(): each for each in POLICIES}, [])


@pytest.fixture
async def shop(
    clone_template: CloneTemplate,
    dialect: DialectName,
    shop_catalogue: Catalogue,
    ruled: Catalogue,
) -> AsyncIterator[Database]:
    """The shop under policies, with its records."""

    async def build(url: str) -> None:
        await fill(url, shop_catalogue)

    url = await clone_template(dialect, f"shop:{shop_catalogue.fingerprint}", build)
    async with open_database(url, ruled) as database:
        yield database


@pytest.fixture
async def client(shop: Database) -> AsyncIterator[AsyncClient]:
    """A client in which nobody is signed in."""
    async with served(application(shop)) as client:
        yield client


async def told(client: AsyncClient, headers: dict[str, str], text: str, **variables: Any) -> Any:
    """The data of an answer, or the codes and paths of its errors."""
    asked = {"query": text, "variables": variables}
    content = (await client.post("/graphql", json=asked, headers=headers)).json()
    if "data" in content:
        return content["data"]
    return [
        (each["extensions"]["code"], each["extensions"].get("path")) for each in content["errors"]
    ]


async def person(shop: Database, name: str) -> str:
    """The id of a person."""
    found = await shop.as_(SYSTEM).select(Person).where(_named(name)).first()
    assert found is not None
    return str(found.id)


def _named(name: str) -> Compare:
    return Compare(path=FieldPath(field="name"), operator=Operator.EQ, value=name)


async def test_one_writes_what_one_may_and_is_shown_what_one_may_read(
    client: AsyncClient, shop: Database
) -> None:
    keeper, scribe = await token(shop, "keeper"), await token(shop, "scribe")
    text = 'mutation { createProduct(input: {title: "Gin", notes: "secret"}) { record { title weight } created } }'
    made = await told(client, keeper, text)
    assert made == {"createProduct": {"record": {"title": "Gin", "weight": None}, "created": True}}
    unseen = await told(client, keeper, text.replace("weight", "notes"))
    unknown = await told(client, keeper, text.replace('notes: "secret"', "stock: 3"))
    assert unseen == unknown == [("GRAPHQL_VALIDATION_FAILED", None)]
    text = 'mutation { createRemark(input: {text: "Hm"}) { record { id } created changeCursor } }'
    made = (await told(client, scribe, text))["createRemark"]
    assert (made["record"], made["created"], len(made["changeCursor"])) == (None, True, 32)


async def test_a_payload_is_masked_row_by_row_as_reads_are(
    client: AsyncClient, shop: Database
) -> None:
    agent = await token(shop, "agent")
    text = """mutation { createPeople(inputs: [
      {name: "Ed", email: "e@example.org"}, {name: "Bob", email: "b@example.org"}
    ]) {
      results { record { name email } }
    } }"""
    made = await told(client, agent, text)
    assert [each["record"] for each in made["createPeople"]["results"]] == [
        {"name": "Ed", "email": None},
        {"name": "Bob", "email": "b@example.org"},
    ]
    text = 'mutation($id: ID!) { updatePerson(id: $id, patch: {language: "fr"}) { record { language } } }'
    bob, ann = await person(shop, "Bob"), await person(shop, "Ann Berg")
    assert (await told(client, agent, text, id=bob)) == {
        "updatePerson": {"record": {"language": "fr"}}
    }
    assert await told(client, agent, text, id=ann) == [("FORBIDDEN", ["updatePerson"])]
    text = """mutation($ids: [RecordDeletion!]!) { deletePeople(inputs: $ids, mode: ROW_BY_ROW) {
      results { id error { code path } }
    } }"""
    named = [{"id": each} for each in (ann, "no id", bob, str(new_id()))]
    results = (await told(client, agent, text, ids=named))["deletePeople"]["results"]
    assert [each["error"] and each["error"]["code"] for each in results] == [
        "FORBIDDEN", "BAD_VALUE", None, "NOT_FOUND",
    ]  # fmt: skip
    assert results[1] == {
        "id": None,
        "error": {"code": "BAD_VALUE", "path": ["deletePeople", "inputs", "1", "id"]},
    }


async def test_ends_and_new_records_at_them_are_open_to_those_who_may_relate_and_create(
    client: AsyncClient, shop: Database
) -> None:
    hirer = await token(shop, "hirer")
    firms = await told(client, hirer, "{ organizations { nodes { id name } } }")
    acme = next(each["id"] for each in firms["organizations"]["nodes"] if each["name"] == "Acme")
    text = """mutation($i: CreatePerson!) {
      createPerson(input: $i) { record { name employers { edges { role node { name } } } } }
    }"""
    given: dict[str, Any] = {"name": "Flo", "employers": {"relate": [{"id": acme, "role": "cook"}]}}
    made = (await told(client, hirer, text, i=given))["createPerson"]["record"]
    assert made["employers"]["edges"] == [{"role": "cook", "node": {"name": "Acme"}}]
    given["employers"] = {"create": [{"node": {"name": "Own"}}]}
    path: list[Any] = ["createPerson", "input", "employers"]
    assert await told(client, hirer, text, i=given) == [("BAD_VALUE", path)]
    given["employers"] = {"relate": [{"id": str(new_id())}]}
    path += ["relate", 0, "id"]
    assert await told(client, hirer, text, i=given) == [("BAD_REFERENCE", path)]


async def test_an_error_about_what_may_not_be_known_of_tells_no_more_than_that(
    shop: Database, known_by: Callable[[str], Known]
) -> None:
    api, keeper = Api(shop.catalogue), known_by("keeper")
    text = 'mutation { mine: createProducts(inputs: [{title: "x"}]) { results { index } } }'
    admitted = api.admitted(Question(text), keeper)
    variables = api.variables(admitted, Question(text))
    made = doings(
        api.mutation_plan(admitted.operation, variables), variables, shop.catalogue, Limits()
    )
    hidden = LimitBroken("It needs a remark.", path=(0, 0, "remarks"), hint="Relate one.")
    open_to_all = Required("It needs a title.", path=(0, 0, "title"))
    both = telling.told(Problems("Two.", [hidden, open_to_all]), made, keeper)
    assert isinstance(both, Problems)
    assert [(each.code, each.path) for each in both.problems] == [
        ("CONFLICT", ("mine", "inputs", 0)),
        ("REQUIRED", ("mine", "inputs", 0, "title")),
    ]
    assert "remark" not in str(both)
    hidden.path = (0, 0, "remarks")
    assert telling.told(hidden, made, None).path == ("mine", "inputs", 0, "remarks")


OPEN: dict[str, set[str]] = {
    "reader": set(),
    "keeper": {
        "createProduct", "createProducts", "updateProduct", "updateProducts",
        "upsertProduct", "upsertProducts",
    },
    "scribe": {"createRemark", "createRemarks"},
    "hirer": {
        "createPerson", "createPeople", "relateWorksAt", "relateWorksAts", "endWorksAt",
        "endWorksAts", "changeWorksAt", "changeWorksAts", "correctWorksAt", "correctWorksAts",
        "removeWorksAt", "removeWorksAts",
    },
    # What stands at the other side may not be related.
    "tier": set(),
    # What must be given may not be given; what may not be read cannot be changed.
    "blind": {"restoreOrder"},
}  # fmt: skip


OF_EVERYBODY = {"muteMessages", "unmuteMessages"}
"""What everybody may say of himself."""


@pytest.fixture(scope="session")
def known_by(ruled: Catalogue, shop_schema: GraphQLSchema) -> Callable[[str], Known]:
    """What a role may know of."""
    return lambda role: known(shop_schema, ruled, horizon(ruled, {role}))


@pytest.mark.parametrize("role", OPEN)
def test_a_mutation_is_known_to_those_who_could_ever_use_it(
    role: str, known_by: Callable[[str], Known], shop_schema: GraphQLSchema
) -> None:
    found = known_by(role)
    assert found.members.get("Mutation", frozenset()) == OPEN[role] | OF_EVERYBODY
    text = schema_text(shop_schema, found)
    assert validate_schema(build_schema(text)) == []


def test_inputs_have_what_may_be_given(
    known_by: Callable[[str], Known],
) -> None:
    keeper, hirer = known_by("keeper").members, known_by("hirer").members
    assert keeper["CreateProduct"] == keeper["PatchProduct"] == {"title", "weight", "notes"}
    assert keeper["ProductKey"] == {"externalKey"}
    assert "notes" not in keeper["Product"]
    assert hirer["CreatePerson"] == {"name", "employers"}
    assert hirer["PersonEmployersInput"] == {"relate"}
    assert hirer["PersonEmployersRelate"] == {"id", "role", "validFrom", "validTo"}
    assert "CreateOrganization" not in hirer and "PatchPerson" not in hirer


HIDDEN = (
    ("keeper", 'mutation { HERE(input: {name: "x"}) { created } }', "createPerson"),
    ("keeper", 'mutation { createProduct(input: {title: "x", HERE: 3}) { created } }', "stock"),
    ("keeper", "mutation($i: HERE!) { createProduct(input: $i) { created } }", "CreatePerson"),
    ("hirer", 'mutation { createPerson(input: {name: "x", HERE: {}}) { created } }', "orders"),
    ("hirer", 'mutation { createPerson(input: {name: "x", employers: {HERE: []}}) { created } }', "create"),
    ("hirer", 'mutation { createPerson(input: {name: "x"}) { record { HERE } } }', "born"),
    ("reader", 'mutation { HERE(input: {title: "x"}) { created } }', "createProduct"),
)  # fmt: skip


@pytest.mark.parametrize(("role", "text", "hidden"), HIDDEN)
async def test_what_may_not_be_known_of_is_refused_as_what_is_not_there(
    role: str, text: str, hidden: str, known_by: Callable[[str], Known], shop_schema: GraphQLSchema
) -> None:
    absent = hidden[:-1] + ("q" if hidden[-1] != "q" else "z")
    there = refusal(shop_schema, text.replace("HERE", hidden), known_by(role))
    nowhere = refusal(shop_schema, text.replace("HERE", absent), known_by(role))
    assert there == renamed(nowhere, absent, hidden)
    assert "Did you mean" not in str(there)
