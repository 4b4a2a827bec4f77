"""GraphQL over HTTP: media types, status codes, methods, and bodies that are no questions."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import suppress

import orjson
import pytest
from httpx2 import AsyncClient
from hypothesis import given, settings
from hypothesis import strategies as st

from relatum.connections import DialectName
from relatum.session import Database
from relatum_server.app import AppSettings
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.parameters import from_address, from_json, question
from relatum_server.graphql.trusted import TrustedDocuments
from relatum_server.identity.authenticating import Authenticate
from tests.server.serving import application, served

GRAPHQL = "application/graphql-response+json"
QUERY = {"query": "{ __typename }"}


@pytest.fixture(params=["sqlite"])
def dialect(request: pytest.FixtureRequest) -> DialectName:
    """How GraphQL is asked does not depend on the database."""
    kind: DialectName = request.param
    return kind


async def test_the_answer_is_of_the_media_type_accepted(client: AsyncClient) -> None:
    for accept, content_type in (
        (GRAPHQL, GRAPHQL),
        ("application/json", "application/json"),
        ("*/*", "application/json"),
        (f"{GRAPHQL}, application/json;q=0.5", GRAPHQL),
    ):
        answer = await client.post("/graphql", json=QUERY, headers={"accept": accept})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == f"{content_type}; charset=utf-8"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["vary"] == "Accept, Accept-Encoding"
        assert answer.json() == {"data": {"__typename": "Query"}}


async def test_a_media_type_not_spoken(client: AsyncClient) -> None:
    answer = await client.post("/graphql", json=QUERY, headers={"accept": "image/png"})
    assert answer.status_code == 406
    assert answer.headers["content-type"].startswith("application/json")


async def test_queries_by_get(client: AsyncClient) -> None:
    answer = await client.get(
        "/graphql",
        params={
            "query": "query A($n: String!) { __type(name: $n) { name } } query B { __typename }",
            "variables": '{"n": "Node"}',
            "operationName": "A",
        },
    )
    assert answer.json() == {"data": {"__type": {"name": "Node"}}}
    for parameters in ({"query": "{ __typename }", "variables": "{"}, {"query": "a" * 10}, {}):
        answer = await client.get("/graphql", params=parameters)
        assert answer.status_code == (200 if parameters.get("query") == "a" * 10 else 400)
        assert "data" not in answer.json()


async def test_other_methods(client: AsyncClient) -> None:
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"):
        answer = await client.request(method, "/graphql")
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe{}",
        b'{"query": "\\ud800"}',
        b"[" * 5000 + b"]" * 5000,
        b'{"query": ' + b"[" * 2000 + b"]" * 2000 + b"}",
        b'{"query": "{ __typename }", "variables": {"a": ' + b"9" * 5000 + b"}",
        b"NaN",
    ],
)
async def test_bodies_that_are_not_json(client: AsyncClient, body: bytes) -> None:
    answer = await client.post(
        "/graphql", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


@pytest.mark.parametrize(
    "content",
    [
        None, "x", 7, True, [], [QUERY], {}, {"query": 7}, {"query": None}, {"query": []},
        QUERY | {"variables": "x"}, QUERY | {"variables": []}, QUERY | {"operationName": 7},
        QUERY | {"extensions": "x"},
    ],
)  # fmt: skip
async def test_bodies_that_are_no_question(client: AsyncClient, content: object) -> None:
    answer = (
        await client.post("/graphql", json=content)
        if content is not None
        else await client.post(
            "/graphql", content=b"null", headers={"content-type": "application/json"}
        )
    )
    assert answer.status_code == 400
    assert answer.json().keys() == {"errors"}


async def test_unknown_parameters_are_left_alone(client: AsyncClient) -> None:
    question = QUERY | {"variables": None, "operationName": None, "extensions": None, "id": 7}
    answer = await client.post("/graphql", json=question)
    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_numbers_beyond_bounds_are_values_like_others(client: AsyncClient) -> None:
    body = b'{"query": "query ($n: Int) { orders(first: $n) { totalCount } }", "variables": {"n": 99999999999999999999}}'
    answer = await client.post(
        "/graphql", content=body, headers={"content-type": "application/json", "accept": GRAPHQL}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{ organizations { totalCount }", "GRAPHQL_PARSE_FAILED"),
        ("", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{ organizations }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { __typename } query B { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        ("mutation { createOrganization { id } }", "GRAPHQL_VALIDATION_FAILED"),
        ("fragment F on Query { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        ("query ($a: Int!) { orders(first: $a) { totalCount } }", "BAD_VALUE"),
        ('{ orders(filter: {orderedOn: {eq: "soon"}}) { totalCount } }', "BAD_VALUE"),
    ],
)
async def test_documents_that_cannot_be_answered(client: AsyncClient, text: str, code: str) -> None:
    for accept, status in ((GRAPHQL, 400), ("application/json", 200)):
        answer = await client.post("/graphql", json={"query": text}, headers={"accept": accept})
        assert answer.status_code == status
        content = answer.json()
        assert "data" not in content
        assert content["errors"][0]["extensions"]["code"] == code


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "query",
                        "variables",
                        "operationName",
                        "extensions",
                        "documentId",
                        "persistedQuery",
                        "n",
                    ]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=8,
    ),
    st.binary(max_size=4),
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_posted_is_a_question_or_refused(content: object, more: bytes) -> None:
    scope = {"headers": [], "query_string": b""}
    text = json.dumps(content).encode()
    for body in (text, text + more, more):
        with suppress(Refusal):
            assert question(from_json(body), TrustedDocuments({}), scope).variables is not None
    with suppress(Refusal):
        from_address({"query_string": more})


async def test_an_idempotency_key_is_bounded(client: AsyncClient) -> None:
    for key, status in (("a" * 255, 200), ("a" * 256, 400), ("", 400), ("\u00e4", 400)):
        headers = {b"idempotency-key": key.encode("latin-1")}
        assert (await client.post("/graphql", json=QUERY, headers=headers)).status_code == status


async def test_only_json_is_taken(client: AsyncClient) -> None:
    form = "application/x-www-form-urlencoded"
    for content_type in (
        form,
        "text/plain",
        "multipart/mixed",
        "application/json; charset=latin-1",
    ):
        answer = await client.post(
            "/graphql", content=orjson.dumps(QUERY), headers={"content-type": content_type}
        )
        assert answer.status_code == 415
    answer = await client.post(
        "/graphql",
        content=gzip.compress(orjson.dumps(QUERY)),
        headers={"content-type": "application/json", "content-encoding": "gzip"},
    )
    assert answer.status_code == 415


async def test_long_and_slow_bodies_are_cut(shop_database: Database) -> None:
    chosen = AppSettings(limits=Limits(body=1000, body_seconds=0.2))
    async with served(application(shop_database, chosen)) as client:
        answer = await client.post("/graphql", json={"query": " " * 2000})
        assert answer.status_code == 413

        async def too_long() -> AsyncIterator[bytes]:
            for _ in range(3):
                yield b" " * 400

        answer = await client.post(
            "/graphql", content=too_long(), headers={"content-type": "application/json"}
        )
        assert answer.status_code == 413
        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writer.write(
            b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: 10\r\n\r\n{"
        )
        line = await reader.readline()
        assert b" 408 " in line
        writer.close()


async def test_a_schema_that_is_not_told(shop_database: Database) -> None:
    chosen = AppSettings(limits=Limits(introspection=False))
    async with served(application(shop_database, chosen)) as client:
        assert (await client.get("/schema.graphql")).status_code == 404
        answer = await client.post("/graphql", json={"query": "{ __schema { types { name } } }"})
        assert "data" not in answer.json()


async def test_an_internal_error_shows_only_its_log_entry(
    shop_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    broken = application(shop_database)

    class Broken(Authenticate):
        async def __call__(self, scope: object) -> None:
            raise RuntimeError("a secret")

    async with served(broken) as client:
        assert broken.endpoint is not None
        broken.endpoint._authenticate = Broken(shop_database.identity, None)
        answer = await client.post("/graphql", json=QUERY)
    assert answer.status_code == 500
    (found,) = answer.json()["errors"]
    assert found["extensions"]["code"] == "INTERNAL"
    assert "secret" not in answer.text
    assert found["extensions"]["id"] in caplog.text
    assert "a secret" in caplog.text


async def test_a_request_asked_before_parses_validates_and_plans_nothing(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "query ($f: OrderFilter) { orders(filter: $f) { nodes { number } } }"
    first = {"query": text, "variables": {"f": {"number": {"in": [1]}}}}
    again = {"query": text, "variables": {"f": {"number": {"in": [2, 3]}}}}
    await client.post("/graphql", json=first)

    def never(*args: object, **kwargs: object) -> None:
        raise AssertionError("asked before")

    monkeypatch.setattr("relatum_server.graphql.document.parse", never)
    monkeypatch.setattr("relatum_server.graphql.document.validate", never)
    monkeypatch.setattr("relatum_server.graphql.api.plan", never)
    answer = await client.post("/graphql", json=again)
    assert len(answer.json()["data"]["orders"]["nodes"]) == 2
    other = {"query": text, "variables": {"f": {"number": {"eq": 1}}}}
    assert (await client.post("/graphql", json=other)).status_code == 500
