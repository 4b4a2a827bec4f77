"""Trusted documents: asked by name, in the forms of Relay and Apollo, and alone where operators say so."""

import hashlib
from pathlib import Path
from typing import Any

import orjson
import pytest
from httpx2 import AsyncClient

from relatum.connections import DialectName
from relatum.session import Database
from relatum_schemas.errors import UnreadableFile
from relatum_server.app import AppSettings
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.trusted import TrustedDocuments, trusted_documents
from tests.server.serving import administrators_token, application, served

FIRMS = "query Firms($first: Int) { organizations(first: $first) { nodes { name } } }"
PEOPLE = "query People { people { totalCount } }"
MUTATION = 'mutation Add { createProduct(input: {title: "x"}) { record { title } } }'
MARKS = {"accept": "application/graphql-response+json"}


@pytest.fixture(params=["sqlite"])
def dialect(request: pytest.FixtureRequest) -> DialectName:
    """How documents are named does not depend on the database."""
    kind: DialectName = request.param
    return kind


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def persisted(text: str) -> dict[str, Any]:
    return {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": digest(text)}}}


def code(answer: Any) -> str:
    (error,) = answer.json()["errors"]
    found: str = error["extensions"]["code"]
    return found


async def test_documents_are_asked_by_name(shop_database: Database) -> None:
    trusted = TrustedDocuments({"firms": FIRMS, digest(PEOPLE): PEOPLE, "add": MUTATION})
    token = await administrators_token(shop_database)
    app = application(shop_database, AppSettings(trusted=trusted))
    async with served(app, token=token) as client:
        for given in (
            {"documentId": "firms"},
            {"documentId": f"sha256:{digest(FIRMS)}"},
            {"documentId": digest(FIRMS)},
            persisted(FIRMS),
            {"query": FIRMS, **persisted(FIRMS)},
        ):
            asked = {**given, "variables": {"first": 1}}
            answer = await client.post("/graphql", json=asked, headers=MARKS)
            assert answer.json() == {"data": {"organizations": {"nodes": [{"name": "Acme"}]}}}
            in_address = {
                name: each if isinstance(each, str) else orjson.dumps(each).decode()
                for name, each in asked.items()
            }
            assert (await client.get("/graphql", params=in_address)).json() == answer.json()
        answer = await client.get("/graphql", params={"documentId": "add"})
        assert answer.status_code == 405
        answer = await client.post("/graphql", json={"documentId": "sha256:0"}, headers=MARKS)
        assert (answer.status_code, code(answer)) == (404, "PERSISTED_QUERY_NOT_FOUND")
        assert answer.json()["errors"][0]["message"] == "PersistedQueryNotFound"
        answer = await client.post("/graphql", json={"query": PEOPLE, **persisted(FIRMS)})
        assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")
        for bad in ({"documentId": 7}, {"extensions": {"persistedQuery": 7}}, {}):
            answer = await client.post("/graphql", json=bad)
            assert (answer.status_code, code(answer)) == (400, "BAD_REQUEST")
        assert (await _typename(client)).status_code == 200


async def test_others_are_refused_where_only_trusted_ones_are_admitted(
    shop_database: Database,
) -> None:
    trusted = TrustedDocuments({"firms": FIRMS}, only=True)
    token = await administrators_token(shop_database)
    app = application(shop_database, AppSettings(trusted=trusted))
    async with served(app, token=token) as client:
        for given in ({"documentId": "firms"}, {"query": FIRMS}):
            assert (await client.post("/graphql", json=given)).status_code == 200
        for _ in range(2):
            answer = await _typename(client)
            assert (answer.status_code, code(answer)) == (403, "UNTRUSTED_DOCUMENT")
        answer = await client.get("/graphql", params={"query": FIRMS + " "})
        assert code(answer) == "UNTRUSTED_DOCUMENT"


async def _typename(client: AsyncClient) -> Any:
    return await client.post("/graphql", json={"query": "{ __typename }"})


def test_lists_are_read_as_relay_and_apollo_write_them(tmp_path: Path) -> None:
    (tmp_path / "documents" / "deep").mkdir(parents=True)
    (tmp_path / "documents" / "firms.graphql").write_text(FIRMS)
    (tmp_path / "documents" / "deep" / "people.gql").write_text(PEOPLE)
    relay = {hashlib.md5(FIRMS.encode()).hexdigest(): FIRMS, "people": PEOPLE}
    (tmp_path / "relay.json").write_bytes(orjson.dumps(relay))
    operations = [
        {"id": digest(text), "body": text, "name": "x", "type": "query"} for text in (FIRMS, PEOPLE)
    ]
    manifest = {
        "format": "apollo-persisted-query-manifest", "version": 1, "operations": operations,
    }  # fmt: skip
    (tmp_path / "apollo.json").write_bytes(orjson.dumps(manifest))
    for name in ("documents", "relay.json", "apollo.json"):
        trusted = trusted_documents(tmp_path / name, only=True)
        for text in (FIRMS, PEOPLE):
            assert trusted.text({"documentId": f"sha256:{digest(text)}"}) == text
            trusted.admit(text)
        with pytest.raises(Refusal):
            trusted.admit(MUTATION)
    assert trusted_documents(tmp_path / "relay.json").text({"documentId": "people"}) == PEOPLE


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"a": 7}', b'{"operations": []}', b"\xff"])
def test_a_list_that_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list.json").write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"list\.json"):
        trusted_documents(tmp_path / "list.json")
    with pytest.raises(UnreadableFile, match="missing"):
        trusted_documents(tmp_path / "missing")
