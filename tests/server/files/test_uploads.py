"""Forms that are not what they should be: refused with a client's error, and nothing is kept of them."""

import asyncio
import random
import tracemalloc
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

import orjson
import pytest
from httpx2 import AsyncClient
from hypothesis import given, settings
from hypothesis import strategies as st

from relatum.connections import DialectName
from relatum.session import Database
from relatum_server.files.store import FileStore
from relatum_server.files.uploads import Upload, UploadLimits, parts
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.limits import Limits
from tests.server.files.conftest import header_of
from tests.server.files.uploading import (
    CREATE,
    PREFLIGHT,
    Part,
    file_part,
    form,
    keeping_files,
    kept,
    product_with,
    send,
    text_part,
)
from tests.server.serving import administrators_token, application, served

QUESTION = {"query": CREATE, "variables": {"input": {"title": "Kettle", "manual": None}}}
OPERATIONS = text_part("operations", QUESTION)
MAP = text_part("map", {"0": ["variables.input.manual"]})
FILE = file_part("0", b"content", filename="a.txt", media_type="text/plain")


@pytest.fixture(params=["sqlite"])
def dialect(request: pytest.FixtureRequest) -> DialectName:
    """How files are sent does not depend on the database."""
    kind: DialectName = request.param
    return kind


@pytest.mark.parametrize(
    "sent",
    [
        (),
        (FILE,),
        (OPERATIONS,),
        (OPERATIONS, FILE),
        (MAP, OPERATIONS, FILE),
        (OPERATIONS, MAP),
        (OPERATIONS, MAP, FILE, FILE),
        (OPERATIONS, MAP, file_part("1", b"", filename="a", media_type="a/b")),
        (text_part("operations", b"{"), MAP, FILE),
        (text_part("operations", b"[" * 5000 + b"]" * 5000), MAP, FILE),
        (text_part("operations", [QUESTION]), MAP, FILE),
        (text_part("operations", {"query": "{ __typename }", "variables": {"input": {"manual": None}}}), MAP, FILE),
        (text_part("operations", {"query": 7, "variables": {"input": {"manual": None}}}), MAP, FILE),
        (OPERATIONS, text_part("map", b"\xff"), FILE),
        (OPERATIONS, text_part("map", 7), FILE),
        (OPERATIONS, text_part("map", {"0": "variables.input.manual"}), FILE),
        (OPERATIONS, text_part("map", {"0": []}), FILE),
        (OPERATIONS, text_part("map", {"0": [7]}), FILE),
        (OPERATIONS, text_part("map", {"0": ["query"]}), FILE),
        (OPERATIONS, text_part("map", {"0": ["variables"]}), FILE),
        (OPERATIONS, text_part("map", {"0": ["variables.input.title"]}), FILE),
        (OPERATIONS, text_part("map", {"0": ["variables.input.nothing"]}), FILE),
    ],
)  # fmt: skip
async def test_forms_that_are_not_as_specified(
    keeper: AsyncClient, folder: Path, sent: tuple[Part, ...]
) -> None:
    answer = await send(keeper, sent)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert not kept(folder)


async def test_a_file_stands_in_one_place_once(keeper: AsyncClient) -> None:
    twice = text_part("map", {"0": ["variables.input.manual"] * 2})
    assert (await send(keeper, (OPERATIONS, twice, FILE))).status_code == 400


async def test_another_site_s_page_sends_no_form(keeper: AsyncClient, folder: Path) -> None:
    answer = await send(keeper, product_with(b"x"), headers={})
    assert answer.status_code == 403
    assert answer.json()["errors"][0]["extensions"]["code"] == "CROSS_SITE"
    for header in ("apollo-require-preflight", "x-apollo-operation-name", "x-graphql-yoga-csrf"):
        assert (await send(keeper, product_with(b"x"), headers={header: "y"})).status_code == 200


async def test_files_are_taken_from_somebody_and_where_they_are_kept(
    shop: Database, keeper: AsyncClient, folder: Path
) -> None:
    async with keeping_files(shop, folder, token=None) as nobody:
        answer = await send(nobody, product_with(b"x"))
        assert answer.status_code == 401
    answer = await send(keeper, product_with(b"x"), {**PREFLIGHT, **await header_of(shop, "clerk")})
    assert answer.json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert not kept(folder)
    async with served(application(shop)) as client:
        headers = {**PREFLIGHT, "authorization": keeper.headers["authorization"]}
        assert (await send(client, product_with(b"x"), headers)).status_code == 415


async def test_what_is_too_much_is_cut_off(shop: Database, folder: Path) -> None:
    limits = Limits(upload=1000, uploads=1, body=2000, upload_seconds=0.3)
    token = await administrators_token(shop)
    async with keeping_files(shop, folder, token=token, limits=limits) as client:
        assert (await send(client, product_with(b"x" * 1000))).status_code == 200
        assert (await send(client, product_with(b"x" * 1001))).status_code == 413
        two = text_part("map", {"0": ["variables.input.manual"], "1": ["variables.input.title"]})
        assert (await send(client, (OPERATIONS, two, FILE))).status_code == 413
        assert (await send(client, (text_part("operations", " " * 3000),))).status_code == 413
        many = [OPERATIONS, MAP, *[FILE] * 5]
        assert (await send(client, many)).status_code in (400, 413)
        body, content_type = form(*product_with(b"x" * 900))

        reader, writer = await asyncio.open_connection(client.base_url.host, client.base_url.port)
        writer.write(raw(client, body, content_type)[:-100])
        assert b" 408 " in await reader.readline()
        writer.close()
    assert len(kept(folder)) == 1


def raw(client: AsyncClient, body: bytes, content_type: str) -> bytes:
    """A request as it goes over the wire."""
    headers = {
        "host": "x",
        "content-type": content_type,
        "content-length": str(len(body)),
        "authorization": client.headers["authorization"],
        **PREFLIGHT,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /graphql HTTP/1.1\r\n{head}\r\n".encode() + body


async def test_a_client_that_hangs_up_leaves_nothing(keeper: AsyncClient, folder: Path) -> None:
    body, content_type = form(*product_with(b"x" * 900_000))
    _, writer = await asyncio.open_connection(keeper.base_url.host, keeper.base_url.port)
    writer.write(raw(keeper, body, content_type)[:-100])
    async with asyncio.timeout(20):
        await until(lambda: bool(kept(folder)))
        writer.close()
        await until(lambda: not kept(folder))


async def until(reached: Callable[[], bool]) -> None:
    """Wait for what the server does by itself."""
    while not reached():  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0.01)


@given(st.randoms(use_true_random=False), st.integers(1, 6))
@settings(max_examples=300, deadline=None)
def test_a_form_that_was_damaged_is_read_or_refused(chance: random.Random, pieces: int) -> None:
    body, content_type = form(*product_with(b"\r\n--front" * 20))
    damaged = bytearray(body)
    for _ in range(chance.randint(0, 3)):
        place = chance.randrange(len(damaged))
        match chance.randrange(3):
            case 0:
                damaged[place] = chance.randrange(256)
            case 1:
                del damaged[place : place + chance.randrange(40)]
            case _:
                damaged[place:place] = chance.randbytes(chance.randrange(10))
    limits = UploadLimits(text=10_000, file=10_000, files=3)

    async def chunks() -> AsyncIterator[bytes]:
        size = len(damaged) // pieces + 1
        for start in range(0, len(damaged), size):
            yield bytes(damaged[start : start + size])

    async def read() -> None:
        upload = Upload(parts(content_type, chunks(), limits), limits)
        orjson.dumps(await upload.question())
        async for _ in upload.events:
            pass

    with suppress(Refusal):
        asyncio.run(read())


async def test_a_large_file_never_is_in_memory_as_a_whole(tmp_path: Path) -> None:
    piece = b"x" * 65_536
    store, limits = FileStore(tmp_path), UploadLimits(text=10_000, file=10**9, files=1)
    body, content_type = form(*product_with(b"CONTENT"))
    before, after = body.split(b"CONTENT")

    async def chunks() -> AsyncIterator[bytes]:
        yield before
        for _ in range(1_000):
            yield piece
        yield after

    upload = Upload(parts(content_type, chunks(), limits), limits)
    await upload.question()
    tracemalloc.start()
    [reference] = await upload.files(store)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reference.size == 65_536_000
    assert most < 4_000_000
