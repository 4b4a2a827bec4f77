"""Over HTTP: what was done to records, and what of that is told to whom."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx2 import AsyncClient

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue, with_administrators
from relatum.changes.sequencer import sequence
from relatum.connections import DialectName
from relatum.identifiers import new_id
from relatum.session import Database, open_database
from relatum_schemas.policy import HISTORY, READ, Policy, only
from tests.databases import CloneTemplate
from tests.server.graphql.test_hidden import post, token
from tests.server.serving import application, fill, served
from tests.server.shop import Order, Product

POLICIES = (
    Policy("clerk", Product, READ, fields=only("title")),
    Policy("auditor", Product, READ | HISTORY, fields=only("title", "stock")),
    Policy("auditor", Order, READ),
)

CHANGES = """query ($since: String, $first: Int) {
  changes(types: [Product], since: $since, first: $first) {
    edges { cursor node { type operation recordId version fields purpose actor { label }
                          record { id ... on Product { title } } } }
    pageInfo { hasNextPage endCursor }
  }
}"""
HISTORY_OF = """query ($id: ID!) {
  product(id: $id) {
    title
    history(first: 2) {
      totalCount
      nodes { operation version recordedTo changed { field before after __typename } actor { label } }
    }
  }
}"""


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
        await sequence(database.connections)
        yield database


async def data(client: AsyncClient, text: str, headers: dict[str, str], **variables: Any) -> Any:
    asked = {"query": text, "variables": variables}
    answer = (await client.post("/graphql", json=asked, headers=headers)).json()
    assert answer.keys() == {"data"}, answer
    return answer["data"]


async def test_changes_are_read_page_by_page_and_masked(shop: Database) -> None:
    session = shop.as_(SYSTEM)
    product = await session.create(Product(title="Anvil", stock=3))
    await session.update(product, stock=4)
    await sequence(shop.connections)
    async with served(application(shop)) as client:
        clerk, auditor = await token(shop, "clerk"), await token(shop, "auditor")
        whole = (await data(client, CHANGES, clerk))["changes"]["edges"]
        since, paged = None, []
        more = True
        while more:
            page = (await data(client, CHANGES, clerk, since=since, first=2))["changes"]
            paged += page["edges"]
            since, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert paged == whole
        created, updated = (each["node"] for each in whole[-2:])
        assert (created["operation"], created["fields"]) == ("CREATED", ["title"])
        assert (updated["operation"], updated["fields"], updated["version"]) == ("UPDATED", [], 2)
        assert updated["record"] == {"id": str(product.id), "title": "Anvil"}
        assert (updated["purpose"], updated["actor"]) == (None, None)
        told = (await data(client, CHANGES, auditor))["changes"]["edges"][-1]["node"]
        assert (told["fields"], told["purpose"]) == (["stock"], "system")
        bad = {"query": CHANGES, "variables": {"since": "nonsense"}}
        refused = (await client.post("/graphql", json=bad, headers=clerk)).json()
        (error,) = refused["errors"]
        assert error["extensions"]["code"] == "BAD_CURSOR"
        assert error["extensions"]["path"] == ["changes", "since"]


async def test_a_history_is_for_those_who_may_read_it(shop: Database) -> None:
    session = shop.as_(SYSTEM)
    product = await session.create(Product(title="Anvil", stock=3))
    product = await session.update(product, stock=4)
    await session.update(product, title="Hammer", price=None)
    async with served(application(shop)) as client:
        auditor = await token(shop, "auditor")
        found = (await data(client, HISTORY_OF, auditor, id=str(product.id)))["product"]
        assert found["history"]["totalCount"] == 3
        last, before = found["history"]["nodes"]
        title = {"field": "title", "before": "Anvil", "after": "Hammer"}
        assert last["changed"] == [{**title, "__typename": "FieldChange"}]
        assert (last["operation"], last["recordedTo"]) == ("UPDATED", None)
        assert before["changed"][0]["field"] == "stock" and before["recordedTo"] is not None
        (error,) = (await post(client, HISTORY_OF, headers=await token(shop, "clerk")))["errors"]
        assert error["message"] == "Cannot query field 'history' on type 'Product'."
        # Orders share an interface with products, whose history may be read.
        text = "{ orders { nodes { history { totalCount } } } }"
        orders = (await data(client, text, auditor))["orders"]["nodes"]
        assert orders and {each["history"]["totalCount"] for each in orders} == {0}
