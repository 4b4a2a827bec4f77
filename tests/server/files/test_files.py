"""A file's way: from a form into the folder, and from there to whoever may read the record that names it."""

import hashlib
from dataclasses import replace
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from httpx2 import AsyncClient

from relatum.access import SYSTEM
from relatum.plugins import Surroundings
from relatum.session import Database, Session, context_for
from relatum_schemas.errors import BadSetting
from relatum_server.files.store import FileStore
from relatum_server.files.sweeping import sweep
from tests.server.files.conftest import header_of
from tests.server.files.uploading import CREATE, kept, product
from tests.server.shop import Product

CONTENT = b"How to boil water.\n" * 20_000


async def test_a_file_is_kept_by_its_content_and_served_with_its_record(
    keeper: AsyncClient, folder: Path
) -> None:
    made = await product(keeper, CONTENT)
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert made["manual"] == {
        "name": "manual.pdf",
        "mediaType": "application/pdf",
        "size": len(CONTENT),
        "digest": digest,
        "url": f"/files/{made['id']}/manual",
    }
    assert kept(folder) == [folder / digest[:2] / digest]
    answer = await keeper.get(made["manual"]["url"])
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["content-disposition"] == 'attachment; filename="manual.pdf"'
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    part = await keeper.get(made["manual"]["url"], headers={"range": "bytes=4-9"})
    assert (part.status_code, part.content) == (206, CONTENT[4:10])
    head = await keeper.head(made["manual"]["url"])
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(CONTENT))


async def test_a_plugin_keeps_a_file_that_it_has_made(
    shop: Database, keeper: AsyncClient, folder: Path
) -> None:
    db = shop.as_(SYSTEM)
    context = context_for(db, plugin="shop", function="print")
    with pytest.raises(BadSetting, match="keeps no files"):
        await context.keep_file("manual.pdf", "application/pdf", CONTENT)
    storage = replace(db.storage, surroundings=Surroundings(files=FileStore(folder)))
    context = context_for(Session(storage, SYSTEM), plugin="shop", function="print")
    kept_as = await context.keep_file("manual.pdf", "application/pdf", CONTENT)
    made = await db.create(Product(title="Kettle", manual=kept_as))
    answer = await keeper.get(f"/files/{made.id}/manual")
    assert (answer.status_code, answer.content) == (200, CONTENT)


async def test_a_file_that_may_not_be_read_is_one_that_is_not_there(
    shop: Database, keeper: AsyncClient
) -> None:
    made = await product(keeper, CONTENT)
    url = made["manual"]["url"]
    absent = await keeper.get(f"/files/{uuid4()}/manual")
    assert absent.status_code == 404
    for headers in (await header_of(shop, "clerk"), await header_of(shop)):
        hidden = await keeper.get(url, headers=headers)
        assert (hidden.status_code, hidden.content) == (404, absent.content)
        assert hidden.headers.keys() == absent.headers.keys()
    nobody = await keeper.get(url, headers={"authorization": "Bearer rlt_t_wrong"})
    assert nobody.status_code == 401
    reader = await keeper.get(url, headers=await header_of(shop, "reader"))
    assert reader.content == CONTENT
    for path in ("/files/x/manual", f"/files/{made['id']}/title", f"/files/{made['id']}/digest"):
        assert (await keeper.get(path)).content == absent.content


async def test_no_json_names_a_file(keeper: AsyncClient) -> None:
    made = await product(keeper, CONTENT)
    stolen = {name: made["manual"][name] for name in ("name", "mediaType", "size", "digest")}
    for manual in (stolen, made["manual"]["digest"]):
        given = {"input": {"title": "Thief", "manual": manual}}
        answer = await keeper.post("/graphql", json={"query": CREATE, "variables": given})
        (error,) = answer.json()["errors"]
        assert error["extensions"]["code"] == "BAD_VALUE"


@pytest.mark.parametrize(
    ("sent", "name", "disposition"),
    [
        ("C:\\\\fakepath\\\\plan.pdf", "plan.pdf", 'attachment; filename="plan.pdf"'),
        ("../../etc/passwd", "passwd", 'attachment; filename="passwd"'),
        ("Überblick 1.pdf", "Überblick 1.pdf", "attachment; filename*=utf-8''%C3%9Cberblick%201.pdf"),
        ("a%22;b.pdf", 'a";b.pdf', "attachment; filename*=utf-8''a%22%3Bb.pdf"),
        ("", "file", 'attachment; filename="file"'),
        ("x" * 400, "x" * 255, f'attachment; filename="{"x" * 255}"'),
    ],
)  # fmt: skip
async def test_a_name_is_a_name_and_no_path(
    keeper: AsyncClient, sent: str, name: str, disposition: str
) -> None:
    made = await product(keeper, CONTENT, sent)
    assert made["manual"]["name"] == name
    answer = await keeper.get(made["manual"]["url"])
    assert answer.headers["content-disposition"] == disposition


async def test_files_that_no_record_names_are_swept(
    shop: Database, keeper: AsyncClient, folder: Path
) -> None:
    store, db = FileStore(folder), shop.as_(SYSTEM)
    named, old, erased = [await product(keeper, CONTENT + bytes([i])) for i in range(3)]
    await db.update(await db.get(Product, UUID(old["id"])), manual=None)
    await db.erase(UUID(erased["id"]))
    async with store.arriving() as arriving:
        await arriving.write(b"of nobody")
        unnamed = await arriving.keep("x", "text/plain")
    (folder / "arriving" / ("0" * 32)).write_bytes(b"left by a machine that stopped")
    kept_aside = store.place(named["manual"]["digest"])
    assert kept_aside is not None
    kept_aside.rename(kept_aside.with_suffix(".swept"))
    assert await sweep(shop, store) == 0
    assert await sweep(shop, store, grace=-1) == 3
    digests = {each.name for each in kept(folder)}
    assert digests == {each["manual"]["digest"] for each in (named, old)}
    assert unnamed.digest not in digests


async def test_a_file_that_comes_anew_begins_its_time_anew(shop: Database, folder: Path) -> None:
    store = FileStore(folder)
    for _ in range(2):
        async with store.arriving() as arriving:
            await arriving.write(CONTENT)
            reference = await arriving.keep("x", "text/plain")
    [file] = kept(folder)
    assert file == store.place(reference.digest)
    assert await sweep(shop, store, grace=3600) == 0
    assert kept(folder) == [file]
