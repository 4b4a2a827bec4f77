"""What a developer is told of a question beside its answer."""

from typing import Any

import pytest
from httpx2 import AsyncClient

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue, with_administrators
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections import DialectName
from relatum.identifiers import new_id
from relatum.session import Database, open_database
from relatum_schemas.condition import Field
from relatum_schemas.policy import READ, Policy
from relatum_server.app import AppSettings
from tests.databases import CloneTemplate
from tests.server.serving import administrators_token, application, fill, served
from tests.server.shop import Organization

QUERY = "{ organizations(first: 2) { nodes { name people: employees { totalCount } } } }"
CREATE = 'mutation { createProduct(input: {title: "Tea"}) { record { title } } }'
DEMO = AppSettings(profile="demo")
WANTED = {"relatum-plan": "1"}


@pytest.fixture
def dialect() -> DialectName:
    """Which statement it is, is tested elsewhere."""
    return "sqlite"


async def told(client: AsyncClient, query: str, headers: dict[str, str]) -> Any:
    answer = (await client.post("/graphql", json={"query": query}, headers=headers)).json()
    assert "data" in answer
    return answer.get("extensions")


async def test_a_developer_sees_selection_statement_and_times(shop_database: Database) -> None:
    token = await administrators_token(shop_database)
    async with served(application(shop_database, DEMO), token=token) as client:
        assert await told(client, QUERY, {}) is None
        first = (await told(client, QUERY, WANTED))["relatum"]
        (read,) = first["reads"]
        assert read["selection"]["fields"][0]["source"]["type"] == "Organization"
        assert "FROM" in read["sql"]
        assert first["times"]["statement"] > 0
        schema_alone = (await told(client, "{ __typename }", WANTED))["relatum"]
        assert schema_alone["reads"] == []
        wrote = (await told(client, CREATE, WANTED))["relatum"]
        assert [each["selection"]["fields"][0]["source"]["type"] for each in wrote["reads"]] == [
            "Product"
        ]
        assert wrote["times"]["statement"] > 0


async def test_nobody_is_told_in_production(shop_database: Database) -> None:
    token = await administrators_token(shop_database)
    async with served(application(shop_database), token=token) as client:
        assert await told(client, QUERY, WANTED) is None


async def test_it_is_the_askers_own_statement(
    clone_template: CloneTemplate, dialect: DialectName, shop_catalogue: Catalogue
) -> None:
    policy = Policy("clerk", Organization, READ, where=Field("country") == "DE")
    ruled = with_administrators(shop_catalogue, {new_id(): policy}, [])

    async def build(url: str) -> None:
        await fill(url, shop_catalogue)

    url = await clone_template(dialect, f"shop:{shop_catalogue.fingerprint}", build)
    query = "{ organizations(first: 2) { nodes { name } } }"
    async with open_database(url, ruled) as database, served(application(database, DEMO)) as client:
        shown = {}
        for role in (ADMINISTRATOR, "clerk"):
            app = await database.identity.add_client(SYSTEM, role, roles=[role])
            token = await database.identity.add_token(SYSTEM, role, client=app.id)
            known = {"authorization": f"Bearer {token.secret}", **WANTED}
            (shown[role],) = (await told(client, query, known))["relatum"]["reads"]
    assert shown["clerk"]["selection"] == shown[ADMINISTRATOR]["selection"]
    assert "country" in shown["clerk"]["sql"]
    assert "country" not in shown[ADMINISTRATOR]["sql"]
