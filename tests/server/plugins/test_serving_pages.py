"""Pages that plugins serve: in the house's look, in the visitor's language, with errors told as pages."""

import importlib
import sys
from pathlib import Path
from typing import Any

from httpx2 import AsyncClient

from tests.core.catalogue.declaring import declare
from tests.server.plugins.conftest import Install

BROWSER = {"accept": "text/html", "sec-fetch-site": "same-origin"}

SOURCE = """
from relatum_server.plugins import Entrance, Link, LinkGroup, Pages

class Notice(Entity, plural="notices"):
    text: Annotated[str, Label]

policies = [Policy("public", Notice, READ)]

def navigation(visit):
    return [LinkGroup([Link("All", visit.url("/"), current=visit.path == "/")])]

pages = Pages("board", title="Board", navigation=navigation)

@pages.get("/", public=True)
async def every(visit):
    found = await visit.ctx.db.select(Notice).order("text").all()
    return visit.page("board.html", notices=found)

@pages.get("/own")
async def own(visit):
    return visit.page("board.html", notices=[])

@pages.post("/say", public=True)
async def say(visit):
    said = dict(await visit.form())
    if said.get("text") == "broken":
        raise KeyError("the inner secret")
    if not said.get("text"):
        raise Refused("nothing", message="There is nothing said.")
    upload = said.get("file")
    name = upload.name if upload else "no file"
    visit.tell(f"Said <{said['text']}> with {name}.")
    return visit.redirect("/", about="it & more")

@pages.get("/framed", public=True)
async def framed(visit):
    return visit.page("board.html", notices=[], framed_by=["https://www.example.org"])

@pages.post("/leave", public=True, elevated={Notice: CREATE})
async def leave(visit):
    text = dict(await visit.form())["text"]
    async with visit.ctx.unit() as ctx:
        await (ctx.db if text == "plain" else ctx.elevated).create(Notice(text=text))
    return visit.redirect("/")

@pages.get("/new", public=True)
async def new(visit):
    return visit.nothing_new()

@hookimpl
def routes():
    return pages.routes

@hookimpl
def entrances():
    return [Entrance("/", title="The board", help="What is new.", is_for=lambda ctx: True)]
"""

PAGE = """{% extends "relatum/page.html" %}
{% block title %}Board{% endblock %}
{% block content %}<link rel="stylesheet" href="{{ asset("board.css") }}">
<ul>{% for each in notices %}<li>{{ each.text }}</li>{% endfor %}</ul>
<p>{{ _("Sign out") }}</p>{% endblock %}"""


def board(folder: Path, monkeypatch: Any) -> Any:
    """A plugin with a folder of its own."""
    package = folder / "board"
    (package / "templates").mkdir(parents=True)
    (package / "static").mkdir()
    (package / "__init__.py").write_text("")
    (package / "templates" / "board.html").write_text(PAGE)
    (package / "static" / "board.css").write_text("ul { margin: 0 }")
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, "board", raising=False)
    imported = importlib.import_module("board")
    module = declare(SOURCE, name="board")
    module.__path__ = imported.__path__
    module.__spec__ = imported.__spec__
    module.__file__ = imported.__file__
    return module


async def get(client: AsyncClient, path: str, **headers: str) -> Any:
    return await client.get(path, headers={**BROWSER, **headers})


async def test_pages_are_in_the_house_s_look(
    installed: Install, tmp_path: Path, monkeypatch: Any
) -> None:
    module = board(tmp_path, monkeypatch)
    async with installed(module) as here:
        await here.ask('mutation { createNotice(input: {text: "<Hello>"}) { record { id } } }')
        page = await get(here.nobody, "/x/board/")
        assert page.status_code == 200
        assert "&lt;Hello&gt;" in page.text
        assert "script-src 'self'" in page.headers["content-security-policy"]
        assert "'unsafe" not in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
        german = await get(here.nobody, "/x/board/", **{"accept-language": "de-AT,de;q=0.9"})
        assert '<html lang="de-AT">' in german.text
        assert "Abmelden" in german.text
        style = page.text.partition('href="/x/board/static/')[2].partition('"')[0]
        file = await here.nobody.get(f"/x/board/static/{style}")
        assert file.text == "ul { margin: 0 }"
        assert "immutable" in file.headers["cache-control"]
        old = await here.nobody.get("/x/board/static/000000000000/board.css")
        assert old.status_code == 404
        start = await get(here.nobody, "/")
        assert 'href="/x/board/"' in start.text
        assert "The board" in start.text
        assert (await get(here.nobody, "/x/board/new")).status_code == 204


async def test_what_is_told_is_told_once(
    installed: Install, tmp_path: Path, monkeypatch: Any
) -> None:
    async with installed(board(tmp_path, monkeypatch)) as here:
        sent = await here.nobody.post(
            "/x/board/say",
            data={"text": "it"},
            files={"file": ("../../a.txt", b"content", "text/plain")},
            headers=BROWSER,
        )
        assert sent.status_code == 303
        assert sent.headers["location"] == "/x/board/?about=it+%26+more"
        told = await get(here.nobody, sent.headers["location"])
        assert "Said &lt;it&gt; with a.txt." in told.text
        assert "Said" not in (await get(here.nobody, "/x/board/")).text


async def test_errors_are_pages(installed: Install, tmp_path: Path, monkeypatch: Any) -> None:
    async with installed(board(tmp_path, monkeypatch)) as here:
        nothing = await here.nobody.post("/x/board/say", data={"text": ""}, headers=BROWSER)
        assert nothing.status_code == 422
        assert "There is nothing said." in nothing.text
        broken = await here.nobody.post("/x/board/say", data={"text": "broken"}, headers=BROWSER)
        assert broken.status_code == 500
        assert "The log has it under" in broken.text
        assert "secret" not in broken.text
        assert not here.database.storage.surroundings.health.healthy("board")
        absent = await get(here.nobody, "/x/board/elsewhere")
        assert absent.status_code == 404
        assert "There is nothing here" in absent.text
        stranger = await get(here.nobody, "/x/nothing/")
        assert stranger.status_code == 404
        assert "<html" in stranger.text
        forged = await here.nobody.post(
            "/x/board/say", data={"text": "it"}, headers={"origin": "https://elsewhere.example"}
        )
        assert forged.status_code == 403
        asked = await get(here.nobody, "/x/board/own")
        assert asked.status_code == 303
        assert asked.headers["location"] == "/sign-in?next=%2Fx%2Fboard%2Fown"


async def test_who_comes_too_often_is_told_so_on_a_page(
    installed: Install, tmp_path: Path, monkeypatch: Any
) -> None:
    async with installed(board(tmp_path, monkeypatch)) as here:
        statuses = [(await get(here.nobody, "/x/board/new")).status_code for _ in range(61)]
        assert statuses[-1] == 429
        page = await get(here.nobody, "/x/board/")
        assert "<html" in page.text
        assert int(page.headers["retry-after"]) > 0


async def test_a_form_may_be_lent_rights(
    installed: Install, tmp_path: Path, monkeypatch: Any
) -> None:
    async with installed(board(tmp_path, monkeypatch)) as here:
        for text, status in (("lent", 303), ("plain", 403)):
            sent = await here.nobody.post("/x/board/leave", data={"text": text}, headers=BROWSER)
            assert sent.status_code == status, text
        page = await get(here.nobody, "/x/board/")
        assert "<li>lent</li>" in page.text
        assert "<li>plain</li>" not in page.text


async def test_a_page_stands_on_pages_of_sites_that_are_named(
    installed: Install, tmp_path: Path, monkeypatch: Any
) -> None:
    async with installed(board(tmp_path, monkeypatch)) as here:
        framed = await get(here.nobody, "/x/board/framed")
        assert (
            "frame-ancestors https://www.example.org" in (framed.headers["content-security-policy"])
        )
        assert "x-frame-options" not in framed.headers
        page = await get(here.nobody, "/x/board/")
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert page.headers["x-frame-options"] == "DENY"
