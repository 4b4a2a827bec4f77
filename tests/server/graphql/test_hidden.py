"""Over HTTP: what is hidden from whoever asks does not show in schemas, in errors, or in where they arose."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx2 import AsyncClient

from relatum.access import SYSTEM, Principal
from relatum.catalogue import Catalogue, with_administrators
from relatum.connections import DialectName
from relatum.identifiers import new_id
from relatum.session import Database, open_database
from relatum_schemas.policy import READ, Policy, only
from relatum_server.graphql.api import Api
from tests.databases import CloneTemplate
from tests.server.serving import application, fill, served
from tests.server.shop import Order, Product

POLICIES = (
    Policy("clerk", Product, READ, fields=only("title", "price")),
    Policy("manager", (Product, Order), READ),
)


@pytest.fixture
async def shop(
    clone_template: CloneTemplate, dialect: DialectName, shop_catalogue: Catalogue
) -> AsyncIterator[Database]:
    """The shop under policies."""
    ruled = with_administrators(shop_catalogue, {new_id(): each for each in POLICIES}, [])

    async def build(url: str) -> None:
        await fill(url, shop_catalogue)

    url = await clone_template(dialect, f"shop:{shop_catalogue.fingerprint}", build)
    async with open_database(url, ruled) as database:
        yield database


async def token(database: Database, *roles: str) -> dict[str, str]:
    """The header of a program with these roles."""
    client = await database.identity.add_client(SYSTEM, "-".join(roles), roles=roles)
    made = await database.identity.add_token(SYSTEM, "test", client=client.id)
    return {"authorization": f"Bearer {made.secret}"}


async def post(client: AsyncClient, text: str, **options: Any) -> Any:
    answer = await client.post("/graphql", json={"query": text}, **options)
    return answer.json()


async def test_a_document_kept_for_one_is_no_way_in_for_another(shop: Database) -> None:
    text = "{ products { nodes { title stock } } }"
    async with served(application(shop)) as client:
        manager, clerk = await token(shop, "manager"), await token(shop, "clerk")
        assert "data" in await post(client, text, headers=manager)
        for _ in range(2):
            (error,) = (await post(client, text, headers=clerk))["errors"]
            assert error["message"] == "Cannot query field 'stock' on type 'Product'."
        assert "data" in await post(client, text, headers=manager)
        (error,) = (await post(client, text))["errors"]
        assert error["message"] == "Cannot query field 'products' on type 'Query'."
        asked = {"query": text}
        (error,) = (await client.get("/graphql", params=asked)).json()["errors"]
        assert error["message"] == "Cannot query field 'products' on type 'Query'."


async def post_and_get(
    client: AsyncClient, text: str, who: dict[str, str], **variables: object
) -> list[tuple[int, Any]]:
    """The status and answer of a question that is posted, and got."""
    params = {"query": text, "variables": json.dumps(variables)}
    posted = await client.post(
        "/graphql", json={"query": text, "variables": variables}, headers=who
    )
    got = await client.get("/graphql", params=params, headers=who)
    return [(each.status_code, each.json()) for each in (posted, got)]


SOME = "query Some($first: Int) { products(first: $first) { nodes { title } } }"


async def test_a_question_asked_before_takes_other_variables_and_no_wrong_ones(
    shop: Database,
) -> None:
    async with served(application(shop)) as client:
        clerk = await token(shop, "clerk")
        for number in (1, 2, 1):
            for status, answer in await post_and_get(client, SOME, clerk, first=number):
                assert status == 200
                assert len(answer["data"]["products"]["nodes"]) == number
        for wrong in ("two", 2.5, [2, 3], True):
            for _, answer in await post_and_get(client, SOME, clerk, first=wrong):
                assert answer["errors"][0]["extensions"]["code"] == "BAD_VALUE"


@pytest.mark.parametrize("first", [1, "two"])
async def test_a_question_asked_before_is_answered_to_nobody_who_may_ask_no_more(
    shop: Database, first: object
) -> None:
    async with served(application(shop)) as client:
        manager, clerk = await token(shop, "manager"), await token(shop, "clerk")
        for who in (manager, clerk, clerk):
            assert "data" in await post(client, "{ products { totalCount } }", headers=who)
            await post_and_get(client, SOME, who, first=1)
        (ended,) = [each for each in await shop.identity.clients(SYSTEM) if each.name == "clerk"]
        await shop.identity.end_client(SYSTEM, ended.id)
        for _, answer in [
            *await post_and_get(client, SOME, clerk, first=first),
            *await post_and_get(client, SOME, clerk, first=first),
        ]:
            assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
            assert "data" not in answer
        assert "data" in await post(client, "{ products { totalCount } }", headers=manager)


async def test_the_schema_is_told_by_roles(shop: Database) -> None:
    asked = '{ __schema { types { name } } product: __type(name: "Product") { fields { name } } }'
    async with served(application(shop)) as client:
        manager, clerk = await token(shop, "manager"), await token(shop, "clerk")
        names = {}
        for who, headers in {"manager": manager, "clerk": clerk, "nobody": {}}.items():
            data = (await post(client, asked, headers=headers))["data"]
            names[who] = {each["name"] for each in data["__schema"]["types"]}
            text = (await client.get("/schema.graphql", headers=headers)).text
            told = {name for name in names[who] if f" {name} " in text and name[:2] != "__"}
            assert ("Order" in told, "Product" in told) == {
                "manager": (True, True),
                "clerk": (False, True),
                "nobody": (False, False),
            }[who]
        assert names["nobody"] < names["clerk"] < names["manager"]


async def test_an_error_arises_where_the_document_says(shop: Database) -> None:
    text = '{ viewer { roles } mine: products(after: "x") { totalCount } }'
    async with served(application(shop)) as client:
        (error,) = (await post(client, text, headers=await token(shop, "clerk")))["errors"]
    assert error["extensions"]["path"] == ["mine", "after"]


async def test_what_is_known_is_worked_out_once_for_all_of_the_same_roles(shop: Database) -> None:
    api = Api(shop.catalogue)
    ann, bob = (shop.as_(Principal(new_id(), None, frozenset({"clerk"}))) for _ in range(2))
    assert api.known_to(ann) is api.known_to(bob)
    await shop.obey(with_administrators(shop.catalogue, {}, []), shop.storage.edition)
    assert api.known_to(shop.as_(ann.principal)) is not api.known_to(bob)
    assert api.known_to(shop.as_(SYSTEM)) is None
