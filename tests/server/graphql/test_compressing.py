"""Answers are compressed where the client takes it and nobody learns anything by their length."""

import gzip

import pytest
from httpx2 import AsyncClient

from relatum.connections import DialectName
from relatum_testing.serving import SECONDS

LONG = {"query": "{ __schema { types { name description } } }"}


@pytest.fixture(params=["sqlite"])
def dialect(request: pytest.FixtureRequest) -> DialectName:
    """How answers travel does not depend on the database."""
    kind: DialectName = request.param
    return kind


async def raw(client: AsyncClient, method: str, **headers: str) -> tuple[str | None, bytes]:
    """The encoding and the bytes of a long answer."""
    json, parameters = (LONG, None) if method == "POST" else (None, LONG)
    request = client.build_request(
        method, "/graphql", headers=headers, timeout=SECONDS, json=json, params=parameters
    )
    answer = await client.send(request, stream=True)
    content = b"".join([chunk async for chunk in answer.aiter_raw()])
    await answer.aclose()
    assert answer.status_code == 200
    assert answer.headers["vary"] == "Accept, Accept-Encoding"
    assert answer.headers["content-length"] == str(len(content))
    return answer.headers.get("content-encoding"), content


async def test_long_answers_are_compressed(client: AsyncClient) -> None:
    plain, whole = await raw(client, "POST", **{"accept-encoding": "identity"})
    assert plain is None
    for accepted in ("gzip", "br, GZIP;q=0.5", "deflate, gzip;q=1.0"):
        encoding, content = await raw(client, "POST", **{"accept-encoding": accepted})
        assert encoding == "gzip"
        assert gzip.decompress(content) == whole
        assert len(content) < len(whole) / 3
    for accepted in ("br", "gzip;q=0", "identity", "gzipped"):
        assert await raw(client, "POST", **{"accept-encoding": accepted}) == (None, whole)


async def test_what_another_site_s_page_can_make_a_browser_ask_is_not_compressed(
    client: AsyncClient,
) -> None:
    encoding, _ = await raw(client, "GET", **{"accept-encoding": "gzip"})
    assert encoding == "gzip"
    encoding, _ = await raw(client, "GET", **{"accept-encoding": "gzip", "cookie": "a=b"})
    assert encoding is None
    encoding, _ = await raw(client, "POST", **{"accept-encoding": "gzip", "cookie": "a=b"})
    assert encoding == "gzip"


async def test_short_answers_are_not_worth_it(client: AsyncClient) -> None:
    answer = await client.post("/graphql", json={"query": "{ __typename }"})
    assert "content-encoding" not in answer.headers
