"""What plugins serve under ``/x/<plugin>/``: who comes in, with which rights, how often, and how much."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from httpx2 import AsyncClient
from sqlalchemy import select
from standardwebhooks import Webhook

from relatum import Plugin
from relatum.access import SYSTEM
from relatum.connections.prepared import prepare
from relatum.plugins import Hooks, LoadedPlugin
from relatum.session import assembling, open_database
from relatum_schemas.errors import Problems
from relatum_server import plugin_specs
from relatum_server.app import AppSettings
from relatum_server.graphql.limits import Limits
from relatum_server.plugins.mounting import offered_by
from tests.core.catalogue.declaring import declare
from tests.server.plugins.conftest import Install, Installation, on_both
from tests.server.serving import application, served

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

DESK = declare(
    """
import hashlib, hmac
from pydantic import BaseModel, SecretStr
from starlette.responses import JSONResponse
from starlette.routing import Route
from relatum_server.plugins import Hmac, Inlet

class DeskSettings(BaseModel):
    orders_secret: SecretStr | None = None
    pushes_secrets: list[SecretStr] = []

class Notice(Entity):
    text: Annotated[str, Label]
    internal: str | None = None

policies = [Policy("public", Notice, READ, fields=only("text"))]

async def notices(request):
    found = await request.state.context.db.select(Notice).all()
    return JSONResponse([[each.text, each.internal] for each in found])

async def add(request):
    body = await request.body()
    await request.state.context.db.create(Notice(text=body.decode()))
    return JSONResponse({"kept": True}, headers={"cache-control": "private"})

async def fail(request):
    if request.path_params.get("number") != "0":
        raise KeyError("the inner secret")
    return JSONResponse({})

@hookimpl
def routes():
    return [
        Route("/notices", notices),
        Route("/notices", add, methods=["POST"]),
        Route("/fail", fail),
        Route("/fail/{number}", fail),
    ]

async def order(ctx, message):
    await ctx.elevated.create(Notice(text=message.json()["text"]))
    if message.json().get("refuse"):
        raise Refused("no_stock", message="There is none left.")
    return {"taken": message.id}

async def push(ctx, message):
    assert not ctx.db.principal.unrestricted
    await ctx.db.create(Notice(text="not allowed"))

@hookimpl
def inlets():
    return [
        Inlet("orders", order, secret="orders_secret", elevated={Notice: CREATE}),
        Inlet("pushes", push, secret="pushes_secrets", signature=Hmac(), largest=100),
    ]
""",
    name="desk",
)
vars(DESK)["plugin"] = Plugin("desk", version="1.0", settings=DESK.DeskSettings)
TOLD: dict[str, dict[str, object]] = {
    "desk": {"orders_secret": SECRET, "pushes_secrets": ["old", "new"]}
}


async def texts(here: Installation) -> list[str]:
    found = await here.database.as_(SYSTEM).select(DESK.Notice).order("text").all()
    return [each.text for each in found]


async def test_whoever_comes_has_his_own_rights(installed: Install) -> None:
    async with installed(DESK) as here:
        await here.database.as_(SYSTEM).create(DESK.Notice(text="Open", internal="hidden"))
        seen = await here.nobody.get("/x/desk/notices")
        assert seen.json() == [["Open", None]]
        assert seen.headers["cache-control"] == "no-store"
        assert (await here.client.get("/x/desk/notices")).json() == [["Open", "hidden"]]
        refused = await here.nobody.post("/x/desk/notices", content="Mine")
        assert refused.status_code == 403
        assert refused.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
        kept = await here.client.post("/x/desk/notices", content="Theirs")
        assert (kept.status_code, kept.headers["cache-control"]) == (200, "private")
        wrong = await here.nobody.get(
            "/x/desk/notices", headers={"authorization": "Bearer rlt_t_none"}
        )
        assert wrong.status_code == 401
        long = await here.client.post("/x/desk/notices", content="x" * (2**20 + 1))
        assert long.status_code == 413
        for path in ("/x/desk/none", "/x/none/notices", "/x/", "/x/desk/notices/"):
            assert (await here.client.get(path)).status_code == 404
        assert await texts(here) == ["Open", "Theirs"]


@asynccontextmanager
async def in_another_process(here: Installation) -> AsyncIterator[AsyncClient]:
    """A client of a server that knows of the database what it was when it began, until it looks."""
    url, surroundings = str(here.database.connections.url), here.database.storage.surroundings
    types = assembling(surroundings.loading.plugins)
    async with (
        open_database(url, types, surroundings=surroundings) as database,
        served(application(database)) as client,
    ):
        yield client


@on_both
async def test_what_is_open_to_nobody_any_more_is_shut_in_every_process(installed: Install) -> None:
    async with installed(DESK) as here, in_another_process(here) as other:
        await here.database.as_(SYSTEM).create(DESK.Notice(text="Open", internal="known"))
        whole = {"role": "public", "types": ["Notice"], "rights": ["read"]}
        await here.database.identity.keep_policy(SYSTEM, "all", whole)
        assert (await other.get("/x/desk/notices")).json() == [["Open", "known"]]
        await here.database.identity.end_policy(SYSTEM, "all")
        assert (await other.get("/x/desk/notices")).json() == [["Open", None]]
        await here.ask('mutation { deactivatePlugin(name: "desk") { changeCursor } }')
        assert (await other.get("/x/desk/fail")).status_code == 404
        assert (await other.post("/x/desk/in/orders", content="{}")).status_code == 404


@pytest.mark.parametrize("path", ["/x/desk/notices", "/x/desk/in/orders", "/sign-in"])
async def test_what_does_not_arrive_in_time_is_waited_for_no_longer(
    installed: Install, path: str
) -> None:
    settings = AppSettings(limits=Limits(body_seconds=0.3))
    async with (
        installed(DESK, settings=TOLD) as here,
        served(application(here.database, settings)) as client,
    ):
        port = client.base_url.port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"POST {path} HTTP/1.1\r\nhost: here\r\norigin: http://127.0.0.1:{port}\r\n"
        writer.write(f"{head}content-length: 9\r\n\r\na=1".encode())
        async with asyncio.timeout(5):
            assert (await reader.readline()).startswith(b"HTTP/1.1 408")
        writer.close()


async def test_a_form_of_another_site_is_refused(installed: Install) -> None:
    async with installed(DESK) as here:
        port = here.client.base_url.port
        cookie = {"cookie": f"relatum-{port}=rlt_s_whatever", "origin": "https://evil.example"}
        crossing = await here.nobody.post("/x/desk/notices", content="Mine", headers=cookie)
        assert crossing.json()["errors"][0]["extensions"]["code"] == "CROSS_SITE"
        assert (await here.nobody.get("/x/desk/notices", headers=cookie)).status_code == 200


async def test_what_fails_is_masked_and_noted(installed: Install) -> None:
    async with installed(DESK) as here:
        failed = await here.client.get("/x/desk/fail")
        assert failed.status_code == 500
        assert "inner secret" not in failed.text
        for path in ("/x/desk/fail/1", "/x/desk/fail/2"):
            assert (await here.nobody.get(path)).status_code == 500
        health = here.database.storage.surroundings.health
        (trouble,) = health.troubles("desk")
        assert (trouble.where, trouble.times) == ("route fail", 3)
        assert (await here.nobody.get("/x/desk/fail/0")).status_code == 200
        assert health.healthy("desk")
        answer = await here.ask('mutation { deactivatePlugin(name: "desk") { changeCursor } }')
        assert "errors" not in answer


async def test_who_hangs_up_or_sends_what_breaks_an_inlet_makes_no_lasting_trouble(
    installed: Install,
) -> None:
    async with installed(DESK, settings=TOLD) as here:
        port = here.client.base_url.port
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"POST /x/desk/notices HTTP/1.1\r\nhost: here\r\ncontent-length: 9\r\n\r\nhe")
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.close()
        await asyncio.sleep(0.2)
        health = here.database.storage.surroundings.health
        assert health.healthy("desk")
        assert (await sent(here.nobody, "m1", '{"none": 1}'))[0] == 500
        assert not health.healthy("desk")
        assert (await sent(here.nobody, "m2", '{"text": "Ordered"}'))[0] == 200
        assert health.healthy("desk")


async def test_nobody_comes_too_often(installed: Install) -> None:
    async with installed(DESK) as here:
        answers = [await here.nobody.get("/x/desk/notices") for _ in range(130)]
        assert [each.status_code for each in answers[:60]] == [200] * 60
        refused = next(each for each in answers if each.status_code == 429)
        assert int(refused.headers["retry-after"]) >= 1
        assert (await here.client.get("/x/desk/notices")).status_code == 200


def signed(message: str, body: str, *, secret: str = SECRET) -> dict[str, str]:
    now = datetime.now(UTC)
    return {
        "webhook-id": message,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign(message, now, body),
    }


async def sent(client: AsyncClient, message: str, body: str, **given: str) -> tuple[int, str]:
    headers = signed(message, body, **given)
    answer = await client.post("/x/desk/in/orders", content=body, headers=headers)
    return answer.status_code, answer.text


@on_both
async def test_a_message_is_taken_once_however_often_it_is_sent(installed: Install) -> None:
    async with installed(DESK, settings=TOLD) as here:
        body = '{"text": "Ordered"}'
        for _ in range(3):
            assert await sent(here.nobody, "m1", body) == (200, '{"taken":"m1"}')
        assert await texts(here) == ["Ordered"]
        status, said = await sent(here.nobody, "m2", '{"text": "Late", "refuse": true}')
        assert (status, "There is none left." in said) == (422, True)
        assert await texts(here) == ["Ordered"]
        assert await sent(here.nobody, "m2", '{"text": "Late"}') == (200, '{"taken":"m2"}')
        assert await texts(here) == ["Late", "Ordered"]
        table = here.database.tables.metadata.tables["access_log"]
        noted = prepare(
            select(table.c.details).where(table.c.kind == "elevated"),
            here.database.connections.dialect,
        )
        async with here.database.connections.reading() as connection:
            lines = await connection.rows(noted, {})
        lent = {"inlet": "desk.orders", "rights": {"Notice": "create"}}
        assert [each for (each,) in lines] == [lent, lent]


async def test_messages_of_others_are_refused(installed: Install) -> None:
    async with installed(DESK, settings=TOLD) as here:
        body, other = '{"text": "Forged"}', "whsec_" + "A" * 32
        assert (await sent(here.nobody, "m1", body, secret=other))[0] == 401
        for headers in ({}, {**signed("m1", body), "webhook-signature": "v1,%%%"}):
            answer = await here.nobody.post("/x/desk/in/orders", content=body, headers=headers)
            assert answer.status_code == 401
            assert (await here.nobody.get("/x/desk/in/orders")).status_code == 405
        answer = await here.client.post("/x/desk/in/none", content=body)
        assert answer.status_code == 404
        assert await texts(here) == []
    async with installed(DESK) as here:
        assert (await sent(here.nobody, "m1", '{"text": "Unset"}'))[0] == 404


async def test_others_sign_in_their_own_way(installed: Install) -> None:
    async with installed(DESK, settings=TOLD) as here:
        for secret, status in (("new", 403), ("old", 403), ("wrong", 401)):
            digest = DESK.hmac.new(secret.encode(), b"hello", DESK.hashlib.sha256).hexdigest()
            headers = {"x-hub-signature-256": f"sha256={digest}"}
            answer = await here.nobody.post("/x/desk/in/pushes", content="hello", headers=headers)
            assert answer.status_code == status
        long = await here.nobody.post("/x/desk/in/pushes", content="x" * 101)
        assert long.status_code == 413


def test_routes_that_clash_are_told() -> None:
    clashing = declare(
        """
from starlette.routing import Route
from relatum_server.plugins import Inlet

async def any(*given): ...

@hookimpl
def routes():
    return [Route("/a", any), Route("/a", any), Route("/in/b", any)]

@hookimpl
def inlets():
    return [Inlet("c", any, secret="s"), Inlet("c", any, secret="s")]
""",
        name="clashing",
    )
    hooks = Hooks([LoadedPlugin(clashing.plugin, clashing)], specs=[plugin_specs])
    with pytest.raises(Problems) as caught:
        offered_by(hooks)
    said = str(caught.value)
    assert "two routes for GET /x/clashing/a" in said
    assert "a route at /x/clashing/in/b, where its inlets are" in said
    assert "two inlets named 'c'" in said
