"""Messages are brought to public addresses only, however these are written or resolved, and to hosts that are trusted."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Callable

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from relatum.apps import Undeliverable
from relatum_server.apps import HttpCourier
from relatum_server.apps.sending import is_public
from tests.server.serving import running

PRIVATE = [
    "127.0.0.1", "10.1.1.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::10.0.0.1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:7f00:1::",
    "2001:0:7f00:1::",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]

Resolving = Callable[..., None]


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolving:
    """Let a name stand for some addresses."""

    def resolve(name: str, *addresses: str) -> None:
        known = socket.getaddrinfo

        def found(host: str, port: int, *rest: object, **named: object) -> object:
            if host != name:
                return known(host, port, *rest, **named)  # type: ignore[arg-type]  # as it was called
            return [each for at in addresses for each in known(at, port, type=socket.SOCK_STREAM)]

        monkeypatch.setattr(socket, "getaddrinfo", found)

    return resolve


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """An app on this machine that answers in all the wrong ways."""
    seen: list[str] = []

    async def take(request: Request) -> Response:
        seen.append(request.headers["host"])
        return Response(request.headers["host"], headers={"retry-after": "7"}, status_code=503)

    async def lead(request: Request) -> Response:
        return RedirectResponse("/take", 307)

    async def long(request: Request) -> Response:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(100):
                yield bytes(50_000)
                await asyncio.sleep(0)
            await asyncio.sleep(60)

        return StreamingResponse(chunks())

    async def late(request: Request) -> Response:
        await asyncio.sleep(60)
        return Response()

    routes = [
        Route(f"/{each.__name__}", each, methods=["POST"]) for each in (take, lead, long, late)
    ]
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        async with running(Starlette(routes=routes), listening):
            yield listening.getsockname()[1]


def test_which_addresses_are_public() -> None:
    assert [each for each in PRIVATE if is_public(each)] == []
    assert [each for each in PUBLIC if not is_public(each)] == []


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/", "https://[::1]/", "https://[::ffff:169.254.169.254]/", "https://2130706433/",
        "https://0x7f.1/", "https://localhost/", "https://inside.example/", "https://mixed.example/",
        "http://public.example/", "https://nowhere.invalid/",
    ],
)  # fmt: skip
async def test_nothing_is_brought_inside(address: str, resolve: Resolving) -> None:
    resolve("inside.example", "10.0.0.5")
    resolve("mixed.example", "8.8.8.8", "10.0.0.5")
    resolve("public.example", "8.8.8.8")
    async with HttpCourier() as courier:
        with pytest.raises(Undeliverable, match=r"no public address|not encrypted|no host"):
            await courier.bring(address, {}, b"{}")


async def test_a_host_that_is_trusted_is_taken_as_it_is(port: int, resolve: Resolving) -> None:
    resolve("inside.example", "127.0.0.1")
    async with HttpCourier(["Inside.example"]) as courier:
        receipt = await courier.bring(f"http://inside.example:{port}/take", {}, b"{}")
        assert (receipt.status, receipt.after) == (503, 7.0)
        with pytest.raises(Undeliverable, match="not encrypted"):
            await courier.bring(f"http://127.0.0.1:{port}/take", {}, b"{}")


async def test_names_that_nobody_resolves_hold_up_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    over = threading.Event()

    def found(*_: object, **__: object) -> object:
        over.wait(10)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", found)
    async with HttpCourier(seconds=0.2) as courier:
        brought = [courier.bring("https://slow.example/", {}, b"{}") for _ in range(40)]
        told = await asyncio.gather(*brought, return_exceptions=True)
        assert {type(each) for each in told} == {Undeliverable}
        async with asyncio.timeout(5):
            assert await asyncio.to_thread(str, 1) == "1"
    over.set()


async def test_answers_lead_nowhere_and_hold_up_nobody(port: int) -> None:
    async with HttpCourier(["127.0.0.1"], seconds=2) as courier:
        there = f"http://127.0.0.1:{port}"
        assert (await courier.bring(f"{there}/lead", {}, b"{}")).status == 307
        assert (await courier.bring(f"{there}/long", {}, b"{}")).status == 200
        with pytest.raises(Undeliverable, match="did not answer within 2 seconds"):
            await courier.bring(f"{there}/late", {}, b"{}")
        with pytest.raises(Undeliverable, match="cannot be reached"):
            await courier.bring("http://127.0.0.1:1/", {}, b"{}")
