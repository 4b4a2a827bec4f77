"""A partner tries everything on what is another's: nothing comes.

All that there is to try is taken from the catalogue, the portal's routes and the GraphQL schema, so that what is added to
any plugin is tried, too. What may come is worked out by hand in `tests.plugins.portal.northwind`.
"""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote_plus
from uuid import UUID

import pytest
from graphql import print_schema
from httpx2 import AsyncClient

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue, RecordType
from relatum.catalogue.resolved import ResolvedView
from relatum.changes.sequencer import sequence
from relatum.connections import DialectName
from relatum.writing import Delete
from relatum_base import Person
from relatum_schemas.kinds import FileKind
from relatum_server.graphql.api import Api
from relatum_server.graphql.names import camel
from relatum_testing.serving import SECONDS
from tests.databases import CloneTemplate
from tests.plugins.portal import documents
from tests.plugins.portal.attacking import (
    EVERYBODY,
    OWN,
    PORTAL,
    Attacker,
    addresses,
    attacking,
)
from tests.plugins.portal.northwind import PUBLIC, Northwind, opened
from tests.server.graphql.websocket.talking import Talk, talk
from tests.server.identity.browsing import value
from tests.server.serving import application, served

CHANGED = ("Bookmark", "Complaint", "Task")
"""What is deleted of others' while somebody follows what changes."""

FAR = 8
"""Of so many types the records of one are looked for over ties: each takes as long as a page."""

FINDING = """query ($me: ID!, $their: ID!) {
    node(id: $their) { id ... on Record { label } }
    neighbourhood(id: $their, depth: 2) { totalCount nodes { id label } }
    to: path(from: $me, to: $their) { id label }
    from: path(from: $their, to: $me) { id label }
}"""
NOTHING: Mapping[str, object] = {
    "node": None,
    "neighbourhood": {"totalCount": 0, "nodes": []},
    "to": [],
    "from": [],
}


def tried_by(*always: str) -> pytest.MarkDecorator:
    """Everybody tries in thorough runs, and some whenever tests are run."""
    kinds = [
        pytest.param(kind, marks=() if kind in always else pytest.mark.thorough)
        for kind in EVERYBODY
    ]
    return pytest.mark.parametrize("kind", kinds)


async def test_there_is_something_of_every_type_that_is_anothers(northwind: Northwind) -> None:
    for kind in EVERYBODY:
        tried = northwind.others(kind).keys()
        goods = {"Category", "InCategory", "CategoryWithin", "Product"}
        assert northwind.database.catalogue.types.keys() - tried <= goods, kind


@tried_by()
async def test_no_page_of_a_record_is_theirs(
    northwind: Northwind, client: AsyncClient, kind: str
) -> None:
    """Every route of the portal with every id, and every file."""
    catalogue = northwind.database.catalogue
    async with attacking(kind, northwind, client) as who:
        shown = {each async for each in _shown(who)}
        for each in who.a_few():
            of = catalogue.types[northwind.known.types[each]]
            for path in _pages_of(of, each, catalogue, shown):
                await who.look_in_vain(path)
            for name, field in of.fields.items():
                if isinstance(field.kind, FileKind):
                    answer = await who.look(f"/files/{each}/{camel(name)}")
                    assert answer.status_code in (401, 403, 404), (of.name, name)


@tried_by()
async def test_no_list_tells_of_theirs(
    northwind: Northwind, client: AsyncClient, kind: str
) -> None:
    """Every view as a list and as a file, with every field as a filter and as an order, and with their names as words."""
    catalogue = northwind.database.catalogue
    async with attacking(kind, northwind, client) as who:
        words = sorted(who.secrets, key=len)[-3:]
        for path in addresses(()):
            await who.look(path)
        for name, view in catalogue.views.items():
            for path in addresses(("view",), view=name):
                answer = await who.look(path)
                if answer.status_code == 200 and "/new/" not in path and kind != PUBLIC:
                    for asked in _queries(view, catalogue.types[view.type], who, words):
                        await who.look(f"{path}?{asked}")


@tried_by()
async def test_nothing_is_done_to_theirs_in_the_portal(
    northwind: Northwind, client: AsyncClient, kind: str
) -> None:
    """Every action and every form with the ids of others, and with their names as words to choose by."""
    catalogue = northwind.database.catalogue
    async with attacking(kind, northwind, client) as who:
        word = max(who.secrets, key=len)
        for action in catalogue.actions.values():
            form = {name: _sent(str(form), who) for name, form in action.takes.items()}
            for path in addresses(("action",), action=action.name):
                page = await who.look(f"{path}?{'&'.join(f'{k}={v}' for k, v in form.items())}")
                await who.send(path, form)
                for name in form if page.status_code == 200 and kind != PUBLIC else ():
                    await who.send(path, {**form, f"find:{name}": word, "find": name})
        for view in catalogue.views:
            for path in addresses(("view",), view=view, method="POST"):
                await who.send(path, {"name": "", "query": "", "back": "//elsewhere.example"})
        for each in who.a_few():
            for path in addresses(("id",), id=str(each), method="POST"):
                await who.send(path, {"version": "1", "note": "Mine", "name": "Mine"})
            ends = catalogue.types[northwind.known.types[each]].ends
            for end, other in ((name, of.others) for name, of in ends.items()):
                for path in addresses(("id", "end"), id=str(each), end=end, method="POST"):
                    await who.send(path, {"record": str(who.one_of(other, own=True))})


@tried_by("supplier")
async def test_nothing_is_done_to_theirs_in_graphql(
    northwind: Northwind, client: AsyncClient, kind: str
) -> None:
    """Every mutation that one knows of, with the ids of others; ties also between theirs and the own."""
    async with attacking(kind, northwind, client) as who:
        schema = await who.schema()
        for each in documents.commands(schema, northwind.database.catalogue, who):
            await who.ask_in_vain(f"mutation {{ {each} }}")


@tried_by("supplier")
async def test_no_question_is_answered_with_theirs(
    northwind: Northwind, client: AsyncClient, kind: str
) -> None:
    """Lists with all fields and ends, filtered and ordered by each; groups by each; search, changes, and all else."""
    async with attacking(kind, northwind, client) as who:
        schema = await who.schema()
        asked = list(documents.lists(schema))
        found = await who.ask_all(text for _, text in asked)
        for (of, question), answer in zip(asked, found, strict=True):
            assert answer is not None, question
            assert of in OWN or answer["totalCount"] <= who.owned(of), question
        asked = list(documents.groups(schema))
        found = await who.ask_all(text for _, text in asked)
        for (of, question), answer in zip(asked, found, strict=True):
            assert answer is not None, question
            assert of in OWN or sum(each["count"] for each in answer) <= who.owned(of), question
        for each in documents.others(schema, who):
            await who.ask_in_vain(f"{{ {each} }}")


@tried_by()
async def test_no_question_finds_theirs(
    northwind: Northwind, client: AsyncClient, kind: str
) -> None:
    """By id, by words, in the neighbourhood, on paths, in histories, and why or by whom they may be read."""
    async with attacking(kind, northwind, client) as who:
        schema = await who.schema()
        assert schema.query_type is not None
        theirs = who.a_few()
        quoted = ", ".join(f'"{each}"' for each in theirs)
        [found] = await who.ask_all([f"nodes(ids: [{quoted}]) {{ id ... on Record {{ label }} }}"])
        assert found is None or set(found) == {None}
        me = str(northwind.people.get(kind, theirs[0]))
        for word in sorted(who.secrets, key=len)[-10:]:
            words = json.dumps(word)
            [found] = await who.ask_all([f"search(text: {words}) {{ totalCount nodes {{ id }} }}"])
            assert found is None or found["totalCount"] == 0, word
        for each in theirs[::FAR]:
            answer = await who.ask(FINDING, me=me, their=str(each))
            if kind == PUBLIC:  # knows of none of these
                assert "data" not in answer
                continue
            assert answer.get("data") == NOTHING, (northwind.known.types[each], answer)
            for name in ("explainAccess", "whoCan"):
                if name in schema.query_type.fields:
                    whose = "principal: $me, " if name == "explainAccess" else ""
                    told = f"{name}({whose}record: $their, right: READ) {{ __typename }}"
                    asked = f"query ($me: ID!, $their: ID!) {{ {told} node(id: $me) {{ id }} }}"
                    answer = await who.ask(asked, me=me, their=str(each))
                    assert (answer.get("data") or {}).get(name) is None, asked


@tried_by("supplier")
async def test_nobody_knows_of_more_than_is_shown(
    northwind: Northwind, client: AsyncClient, kind: str
) -> None:
    """What the schema does not tell somebody of is refused field by field, as if it were not there."""
    api = northwind.database.storage.surface
    assert isinstance(api, Api)
    async with attacking(kind, northwind, client) as who:
        known = await who.schema()
        words = {"Mutation", *re.findall(r"\w+", print_schema(known))}
        for names, document in documents.unknown(api.schema, known):
            answer = await who.ask(document)
            assert "data" not in answer, document
            said = " ".join(each["message"] for each in answer["errors"])
            told = {part for each in re.findall(r"'([\w.]+)'", said) for part in each.split(".")}
            assert names <= told <= names | words, document


@pytest.mark.thorough
async def test_what_happens_to_theirs_is_not_told(
    clone_template: CloneTemplate, dialect: DialectName, tmp_path: Path
) -> None:
    """Neither on the way home, nor in the feed of changes, nor to who follows it; what happens to the own is told."""
    async with opened(clone_template, dialect, tmp_path) as northwind, AsyncExitStack() as open_:
        app = application(northwind.database, northwind.settings)
        client = await open_.enter_async_context(served(app))
        following = [
            await open_.enter_async_context(_following(kind, northwind, str(client.base_url)))
            for kind in EVERYBODY
        ]
        db = northwind.database.as_(SYSTEM)
        hidden = {who.others[each][0] for who, _ in following for each in CHANGED}
        await db.apply([Delete(each) for each in sorted(hidden)])
        for each in northwind.people.values():
            await db.update(await db.get(Person, each), phone="+49 30 1234567")
        await sequence(northwind.database.connections)
        since = await northwind.last_change()
        for who, follow in following:
            who.since = since
            await follow()


Follow = Callable[[], Awaitable[None]]


@asynccontextmanager
async def _following(
    kind: str, northwind: Northwind, address: str
) -> AsyncIterator[tuple[Attacker, Follow]]:
    """Somebody who follows what changes, and what looks at all that was told."""
    async with (
        AsyncClient(base_url=address, timeout=SECONDS) as client,
        attacking(kind, northwind, client) as who,
    ):
        if kind == PUBLIC:
            yield who, partial(_asked, who, "")
            return
        cursor = value(await who.look(f"{PORTAL}/"), "cursor")
        await who.send(f"{PORTAL}/news/read", {"cursor": cursor, "begin": "yes"})
        cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        async with talk(client, headers={"cookie": cookie, "origin": address}) as socket:
            await socket.begin()
            await socket.ask("1", f"subscription {{ {_feed('changes', cursor)} }}")

            async def follow() -> None:
                await _heard(who, socket)
                await _asked(who, cursor)

            yield who, follow


async def _heard(who: Attacker, socket: Talk) -> None:
    """Judge what is told until the own change is, which came last."""
    me = str(who.northwind.people[who.kind])
    told = ""
    while me not in told:
        told = json.dumps(await socket.hear())
        assert '"next"' in told, told
        who.judge("What is followed", told, asked="")


async def _asked(who: Attacker, cursor: str) -> None:
    """Judge what is told to who asks."""
    answers = [await who.look(f"{PORTAL}{path}") for path in ("/", "/news", f"/news?seen={cursor}")]
    feed = await who.ask(f"{{ {_feed('changes', cursor).replace('{', '{ nodes {', 1)} }} }}")
    if who.kind != PUBLIC:
        name = who.northwind.known.labels[who.northwind.people[who.kind]]
        assert name in answers[0].text
        assert name in answers[2].text
        assert name in json.dumps(feed)


def _feed(root: str, cursor: str) -> str:
    told = "operation recordId record { id label } fields actor { id label } reason"
    return f'{root}(since: "{cursor}") {{ {told} }}'


async def _shown(who: Attacker) -> AsyncIterator[str]:
    """The views whose lists are for somebody."""
    for name in who.northwind.database.catalogue.views:
        answer = await who.look(f"{PORTAL}/lists/{name}")
        if answer.status_code == 200 and who.kind != PUBLIC:
            yield name


def _pages_of(of: RecordType, record: UUID, catalogue: Catalogue, shown: set[str]) -> Iterator[str]:
    """The addresses of a record: by itself, in views, and of its ends."""
    views = {name for name, view in catalogue.views.items() if view.type == of.name}
    yield from addresses(("id",), id=str(record))
    for view in sorted(views or shown) or [next(iter(catalogue.views))]:
        yield from addresses(("view", "id"), view=view, id=str(record))
    for end in of.ends:
        yield from addresses(("id", "end"), id=str(record), end=end)
        for view in sorted(views & shown):
            yield from addresses(("view", "id", "end"), view=view, id=str(record), end=end)


def _queries(
    view: ResolvedView, of: RecordType, who: Attacker, words: Iterable[str]
) -> Iterator[str]:
    """Queries to a list: by each column and each filter, and by all fields and ends that are none."""
    theirs = {name: who.one_of(end.others) for name, end in of.ends.items()}
    yield "count=yes&size=200"
    for word in words:
        yield f"q={quote_plus(word)}"
    keys = {each.key for each in (*view.columns, *view.filters)}
    for key in sorted(keys):
        yield f"sort={key}"
        yield f"sort=-{key}&count=yes"
        yield f"{key}-empty=no"
        yield f"{key}={theirs.get(key, who.a_few()[0])}"
    beyond = sorted({*of.fields, *of.ends} - keys)
    yield "&".join(f"{each}=1" for each in beyond)
    for each in beyond:
        yield f"sort={each}"


def _sent(form: str, who: Attacker) -> str:
    """What is filled in for an input of an action: a record of another's where one is asked for."""
    for name in who.others:
        if re.search(rf"\b{name}\b", form):
            return str(who.others[name][0])
    return "1"
