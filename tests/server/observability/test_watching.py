"""What an operator learns of requests: figures, lines of the log, spans."""

import asyncio
import io
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import orjson
import pytest
from httpx2 import AsyncClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from relatum.connections import DialectName
from relatum.session import Database
from relatum_server.app import AppSettings
from relatum_server.observability.logs import JsonLines
from relatum_server.observability.watching import Watch
from tests.server.graphql.websocket.talking import talk
from tests.server.serving import administrators_token, application, served

TOKEN = "a-token-for-prometheus-alone"
QUERY = "query Named($text: String!) { organizations(filter: {name: {eq: $text}}) { totalCount } }"


@pytest.fixture
def dialect() -> DialectName:
    """Watching is the same whatever stores the records; sums over processes are tested with the command."""
    return "sqlite"


@pytest.fixture
async def watched(shop_database: Database) -> AsyncIterator[AsyncClient]:
    """The shop, with figures for whoever has their token."""
    app = application(shop_database, AppSettings(metrics_token=TOKEN))
    token = await administrators_token(shop_database)
    async with served(app, token=token) as client:
        yield client


async def ask(client: AsyncClient, query: str = QUERY, **headers: str) -> None:
    await client.post(
        "/graphql", json={"query": query, "variables": {"text": "Acme"}}, headers=headers
    )


async def figures(client: AsyncClient) -> dict[str, float]:
    """What Prometheus reads, by name and labels."""
    shown = await client.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    assert shown.status_code == 200
    lines = [line for line in shown.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def requests(kind: str, status: int, code: str = "", route: str = "/graphql") -> str:
    labels = f'code="{code}",kind="{kind}",route="{route}",status="{status}"'
    return f"relatum_requests_total{{{labels}}}"


async def test_requests_are_counted_by_what_they_were_and_how_they_ended(
    watched: AsyncClient,
) -> None:
    before = await figures(watched)
    for _ in range(3):
        await ask(watched)
    await ask(watched, "{ nothing }", accept="application/graphql-response+json")
    await watched.get("/sign-in/a-secret-of-a-link")
    after = await figures(watched)

    def more(name: str) -> float:
        return after[name] - before.get(name, 0)

    assert more(requests("query", 200)) == 3
    assert more(requests("", 400, "GRAPHQL_VALIDATION_FAILED")) == 1
    assert more('relatum_request_seconds_count{kind="query",route="/graphql"}') == 3
    assert more('relatum_cache_lookups_total{cache="documents",result="miss"}') == 2
    assert more('relatum_cache_lookups_total{cache="ready",result="miss"}') == 2
    assert more('relatum_cache_lookups_total{cache="ready",result="hit"}') == 2
    assert more("relatum_statements_total") >= 3
    assert after['relatum_database_connections{state="limit"}'] == 4
    assert after["relatum_changes_unnumbered"] == 0
    assert "a-secret-of-a-link" not in "".join(after)


async def test_sockets_and_subscriptions_are_those_that_are_open(watched: AsyncClient) -> None:
    before = await figures(watched)
    async with talk(watched) as socket:
        await socket.begin()
        await socket.ask("1", "subscription { changes { cursor } }")
        await socket.ask("2", "{ __typename }")
        assert (await socket.hear())["id"] == "2"
        during = await figures(watched)
    for name in ("relatum_websockets", "relatum_subscriptions"):
        assert during[name] == before[name] + 1
        async with asyncio.timeout(30):
            while (await figures(watched))[name] != before[name]:
                pass


async def test_whatever_clients_send_makes_no_more_figures(watched: AsyncClient) -> None:
    await ask(watched)
    await watched.get("/nowhere")
    await figures(watched)
    before = set(await figures(watched))
    for number in range(20):
        await ask(watched, QUERY.replace("Named", f"Named{number}"))
        await watched.get(f"/nowhere/{number}")
        await watched.request("BREW", f"/pots/{number}")
    assert set(await figures(watched)) - before == set()


async def test_figures_are_for_whoever_has_their_token(shop_database: Database) -> None:
    async with served(application(shop_database)) as client:
        assert (await client.get("/metrics")).status_code == 404
    async with served(application(shop_database, AppSettings(profile="demo"))) as client:
        assert (await client.get("/metrics")).status_code == 200
    guarded = AppSettings(profile="demo", metrics_token=TOKEN)
    async with served(application(shop_database, guarded)) as client:
        for given in ("", f"Bearer {TOKEN}x", f"Basic {TOKEN}"):
            refused = await client.get("/metrics", headers={"authorization": given})
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == "Bearer"


@contextmanager
def log_lines(*, quoting: bool = False) -> Iterator[io.StringIO]:
    """What is written to the log meanwhile."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonLines(quoting=quoting))
    logger = logging.getLogger("relatum")
    before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield written
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)


async def test_a_request_is_a_line_without_a_value_of_anybodys(watched: AsyncClient) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    with log_lines() as written:
        await ask(watched, **{"x-request-id": "from.the-proxy"})
        await ask(watched, "{ nothing }", traceparent=trace)
        await ask(watched, **{"x-request-id": "not\twell formed"})
        await watched.get("/sign-in/a-secret-of-a-link")
    first, second, third, page = [orjson.loads(each) for each in written.getvalue().splitlines()]
    assert first | {"time": 0, "ms": 0} == {
        "time": 0, "level": "info", "logger": "relatum.requests", "message": "request",
        "request": "from.the-proxy", "kind": "query", "operation": "Named", "method": "POST",
        "route": "/graphql", "status": 200, "ms": 0,
    }  # fmt: skip
    assert second["request"] == "0af7651916cd43dd8448eb211c80319c"
    assert second["codes"] == ["GRAPHQL_VALIDATION_FAILED"]
    assert re.fullmatch("[0-9a-f]{16}", third["request"])
    assert page["route"].startswith("/sign-in/{")
    for value in ("Acme", "rlt_t_", "a-secret-of-a-link"):
        assert value not in written.getvalue()


@pytest.mark.parametrize("quoting", [False, True])
def test_an_error_is_quoted_only_where_values_may_be_told(*, quoting: bool) -> None:
    with log_lines(quoting=quoting) as written:
        try:
            try:
                raise KeyError("ann@example.org")
            except KeyError as error:
                raise RuntimeError("No ann@example.org.") from error
        except RuntimeError:
            logging.getLogger("relatum.graphql").exception("internal error 1")
    told = orjson.loads(written.getvalue())["error"]
    assert told.index("KeyError") < told.index("RuntimeError")
    assert "test_watching.py" in told
    assert ("ann@example.org" in told) is quoting


async def test_what_is_slow_is_a_warning(shop_database: Database) -> None:
    async with served(application(shop_database, AppSettings(log_slow=1e-9))) as client:
        with log_lines() as written:
            await ask(client)
    line = orjson.loads(written.getvalue())
    assert (line["level"], line["message"]) == ("warning", "slow request")


async def test_a_request_is_a_span_of_its_callers_trace_with_its_phases(
    shop_database: Database,
) -> None:
    spans = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    app = application(shop_database)
    token = await administrators_token(shop_database)
    async with served(app, token=token) as client:
        app.watch = Watch(slow=1.0, tracer=provider.get_tracer("tests"))
        await ask(client, traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        await ask(client)
    first, second = spans.get_finished_spans()[:5], spans.get_finished_spans()[5:]
    assert [each.name for each in first] == [
        "parse", "plan", "statement", "delivery", "query Named",
    ]  # fmt: skip
    whole = first[-1]
    assert whole.parent is not None
    assert whole.context is not None
    assert whole.context.trace_id == 0x0AF7651916CD43DD8448EB211C80319C
    assert whole.attributes == {
        "http.request.method": "POST", "http.route": "/graphql", "http.response.status_code": 200,
        "graphql.operation.type": "query", "graphql.operation.name": "Named",
    }  # fmt: skip
    assert {each.parent.span_id for each in first[:-1] if each.parent} == {whole.context.span_id}
    assert [each.name for each in second] == ["statement", "delivery", "query Named"]
