"""Sensitive and encrypted fields over GraphQL: the same closing, opening and reading log as from Python."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from httpx2 import AsyncClient

from relatum.access import SYSTEM
from relatum.connections import DialectName
from relatum.session import Database
from tests.core.privacy.clinic import CATALOGUE, CLINIC, KEYS
from tests.core.privacy.test_sensitive import CARE, log_of
from tests.databases import CloneTemplate, opened
from tests.server.serving import administrators_token, application, served

pytestmark = pytest.mark.anyio


@pytest.fixture
async def clinic(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Database]:
    async with opened(clone_template, dialect, CATALOGUE, keys=KEYS) as database:
        db = database.as_(SYSTEM)
        ada = await db.create(
            CLINIC.Person(name="Ada", diagnosis='a "flu"', iban="DE02", creed="x")
        )
        ward = await db.create(CLINIC.Ward(name="South"))
        await db.relate(CLINIC.TreatedIn, ada, ward, code="J11", reason="flu")
        yield database


@pytest.fixture
async def client(clinic: Database) -> AsyncIterator[AsyncClient]:
    token = await administrators_token(clinic)
    async with served(application(clinic), token=token) as client:
        yield client


async def ask(client: AsyncClient, query: str, purpose: str | None = None) -> Any:
    headers = {} if purpose is None else {"relatum-purpose": purpose}
    answer = await client.post("/graphql", json={"query": query}, headers=headers)
    return answer.json()


QUERY = """{
  typed: __typename
  people { nodes { name diagnosis iban wards { edges { code reason node { name } } } } }
  wards { nodes { patients { nodes { number: iban illness: diagnosis } } } }
}"""


async def test_a_purpose_in_the_header_opens_them(clinic: Database, client: AsyncClient) -> None:
    answer = await ask(client, QUERY)
    (person,) = answer["data"]["people"]["nodes"]
    assert (person["diagnosis"], person["iban"]) == (None, "DE02")
    assert person["wards"]["edges"][0]["code"] == "J11"
    assert person["wards"]["edges"][0]["reason"] is None

    await clinic.identity.keep_purpose(SYSTEM, "care", CARE)
    answer = await ask(client, QUERY, purpose="care")
    (person,) = answer["data"]["people"]["nodes"]
    assert (person["diagnosis"], person["iban"]) == ('a "flu"', "DE02")
    assert person["wards"]["edges"][0]["reason"] == "flu"
    (reached,) = answer["data"]["wards"]["nodes"][0]["patients"]["nodes"]
    assert reached == {"number": "DE02", "illness": 'a "flu"'}

    lines = {
        (type_name, *details["fields"]) for _, _, type_name, _, details in await log_of(clinic)
    }
    assert lines == {
        ("Person", "iban"),
        ("TreatedIn", "code"),
        ("Person", "diagnosis", "iban"),
        ("TreatedIn", "code", "reason"),
    }


async def test_filters_offer_what_has_a_meaning(client: AsyncClient) -> None:
    found = await ask(client, '{ people(filter: {iban: {eq: "DE02"}}) { totalCount } }')
    assert found["data"]["people"]["totalCount"] == 1
    for asked in ('{iban: {contains: "DE"}}', '{creed: {eq: "x"}}', '{diagnosis: {eq: "flu"}}'):
        refused = await ask(client, f"{{ people(filter: {asked}) {{ totalCount }} }}")
        assert refused["errors"]
    assert (await ask(client, "{ people(orderBy: [{iban: ASC}]) { totalCount } }"))["errors"]


async def test_without_the_key_the_answer_says_so(clinic: Database) -> None:
    clinic.storage = replace(clinic.storage, keys=None)
    token = await administrators_token(clinic)
    async with served(application(clinic), token=token) as client:
        refused = await ask(client, "{ people { nodes { name iban } } }")
        assert refused["errors"][0]["extensions"]["code"] == "KEY_MISSING"
        answer = await ask(client, "{ people { nodes { name } } }")
        assert answer == {"data": {"people": {"nodes": [{"name": "Ada"}]}}}
