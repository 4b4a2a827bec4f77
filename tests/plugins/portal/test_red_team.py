"""A partner tries everything on what is another's: nothing comes.

All that there is to try is taken from the catalogue, the portal's routes and the GraphQL schema, so that what is added to
any plugin is tried, too. What may come is worked out by hand in `tests.plugins.portal.northwind`.
"""

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)
from httpx2 import Response

from relatum.access import SYSTEM
from relatum.writing import Delete
from relatum_portal.site import pages
from relatum_schemas.kinds import FileKind
from relatum_server.graphql.schema import build_schema
from tests.databases import CloneTemplate
from tests.plugins.portal.northwind import KINDS, PUBLIC, Northwind, address, opened
from tests.server.identity.browsing import Browser
from tests.server.serving import application, served

pytestmark = pytest.mark.thorough

PORTAL: Final = "/x/portal"
EVERYBODY: Final = (*KINDS, PUBLIC)
TRYING: Final = ("supplier",)
"""Who tries all of it."""
OWN: Final = frozenset({"SavedList", "SavedBy", "Bookmark", "BookmarkOf"})
"""What everybody may write: the own lists, and how far the own news are read."""

CHANGED: Final = ("Bookmark", "Complaint", "Task")
"""What is deleted of others' while somebody follows what changes."""

_ID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_DISTINCT: Final = 9
"""Characters of a label that stands on no page by chance."""
_SCALARS: Final = {
    "Int": "1",
    "Float": "1.0",
    "Boolean": "true",
    "Date": '"2024-01-01"',
    "DateTime": '"2024-01-01T00:00:00Z"',
    "Moment": '"2024-01-01"',
    "Currency": '"EUR"',
    "Language": '"en"',
    "Decimal": '"1"',
    "Country": '"DE"',
    "Email": '"tries@example.org"',
    "JSON": "{}",
}


class Attacker:
    """Somebody who tries, and what of the answers is another's."""

    def __init__(self, kind: str, northwind: Northwind, browser: Browser) -> None:
        self.kind = kind
        self.northwind = northwind
        self.browser = browser
        self.entitled = northwind.entitled(kind)
        self.others = northwind.others(kind)
        known = northwind.known
        theirs = {known.labels[each].casefold() for each in self.entitled & known.labels.keys()}
        told = " ".join(theirs)
        self.secrets = {
            label
            for each in self.a_few()
            if len(label := known.labels.get(each, "")) >= _DISTINCT
            and label.casefold() not in told
        }
        self.found: list[str] = []
        self.since = 0

    def a_few(self) -> list[UUID]:
        """Records of every type that are another's."""
        return list(chain.from_iterable(self.others.values()))

    async def look(self, path: str) -> Response:
        """Ask for a page, and note what it tells of others."""
        answer = await self.browser.open(path)
        self.judge(f"GET {path}", answer.text, asked=path)
        return answer

    async def send(self, path: str, form: dict[str, str]) -> Response:
        """Send a form, and note what the answer tells of others."""
        answer = await self.browser.send(path, **form)
        self.judge(f"POST {path} {form}", answer.text, asked=f"{path} {form}")
        return answer

    async def ask(self, query: str) -> Any:
        """Ask in GraphQL, and note what the answer tells of others."""
        answer = await self.browser.client.post(
            "/graphql", json={"query": query}, headers=self.browser.own
        )
        assert answer.status_code < 500, query
        self.judge(query, answer.text, asked=query)
        return answer.json()

    def judge(self, by: str, told: str, *, asked: str) -> None:
        """Note ids and names of others in an answer, but for those that were asked for."""
        known, own = self.northwind.known, set(map(UUID, _ID.findall(asked)))
        for each in {UUID(text) for text in _ID.findall(told)} - own - self.entitled:
            if each in known.types:
                self.found.append(f"{by} tells the {self.kind} the id of a {known.types[each]}.")
        for label in self.secrets:
            if label in told and label not in asked:
                self.found.append(f"{by} tells the {self.kind} of {label!r}.")


@asynccontextmanager
async def attacking(kind: str, northwind: Northwind) -> AsyncIterator[Attacker]:
    """Somebody who tries; in the end nothing has come, and nothing is changed."""
    async with served(application(northwind.database, northwind.settings)) as client:
        browser = Browser(client)
        if kind != PUBLIC:
            await browser.sign_in(address(kind))
            assert browser.signed_in
        attacker = Attacker(kind, northwind, browser)
        attacker.since = await northwind.last_change()
        yield attacker
    assert attacker.found == []
    written = await northwind.changed(attacker.since)
    assert [each for each in written if each[0] not in OWN] == []


@pytest.fixture
async def northwind(clone_template: CloneTemplate, tmp_path: Path) -> AsyncIterator[Northwind]:
    """What there is."""
    async with opened(clone_template, tmp_path) as made:
        yield made


async def test_there_is_something_of_every_type_that_is_anothers(northwind: Northwind) -> None:
    for kind in EVERYBODY:
        tried = northwind.others(kind).keys()
        goods = {"Category", "InCategory", "CategoryWithin", "Product"}
        assert northwind.database.catalogue.types.keys() - tried <= goods, kind


@pytest.mark.parametrize("kind", TRYING)
async def test_no_page_of_a_record_is_theirs(northwind: Northwind, kind: str) -> None:
    """Every route of the portal with every id, and every file."""
    catalogue = northwind.database.catalogue
    async with attacking(kind, northwind) as who:
        for each in who.a_few():
            of = northwind.known.types[each]
            views = [name for name, view in catalogue.views.items() if view.type == of]
            for path in _addresses(("id",), id=str(each)):
                await who.look(path)
            for view in views or [next(iter(catalogue.views))]:
                for path in _addresses(("view", "id"), view=view, id=str(each)):
                    assert (await who.look(path)).status_code in (200, 403, 404, 429), path
            for name, field in catalogue.types[of].fields.items():
                if isinstance(field.kind, FileKind):
                    answer = await who.look(f"/files/{each}/{_camel(name)}")
                    assert answer.status_code in (401, 403, 404), (of, name)


@pytest.mark.parametrize("kind", TRYING)
async def test_no_list_tells_of_theirs(northwind: Northwind, kind: str) -> None:
    """Every view as a list and as a file, with every field as a filter and as an order, and with their names as words."""
    catalogue = northwind.database.catalogue
    async with attacking(kind, northwind) as who:
        words = sorted(who.secrets, key=len)[-3:]
        for name, view in catalogue.views.items():
            for path in _addresses(("view",), view=name):
                if (await who.look(path)).status_code == 404:
                    continue
                for asked in _queries(catalogue.types.get(view.type), who.a_few()[0], words):
                    await who.look(f"{path}?{asked}")
        for path in _addresses(()):
            await who.look(path)


@pytest.mark.parametrize("kind", TRYING)
async def test_nothing_is_done_to_theirs(northwind: Northwind, kind: str) -> None:
    """Every action and every form with the ids of others: by the portal, and by GraphQL."""
    catalogue = northwind.database.catalogue
    schema = build_schema(catalogue)
    async with attacking(kind, northwind) as who:
        for action in catalogue.actions.values():
            form = {name: _sent(str(form), who) for name, form in action.takes.items()}
            for path in _addresses(("action",), action=action.name):
                await who.look(f"{path}?{'&'.join(f'{k}={v}' for k, v in form.items())}")
                await who.send(path, form)
        for view in catalogue.views:
            for path in _addresses(("view",), view=view, method="POST"):
                await who.send(path, {"name": "", "query": "", "back": "//elsewhere.example"})
        for each in who.a_few():
            for path in _addresses(("id",), id=str(each), method="POST"):
                await who.send(path, {"version": "1", "note": "Mine", "name": "Mine"})
        assert schema.mutation_type is not None
        for name, field in schema.mutation_type.fields.items():
            await who.ask(f"mutation {{ {name}{_arguments(field, who)}{_shown(field)} }}")


@pytest.mark.parametrize("kind", TRYING)
async def test_no_question_is_answered_with_theirs(northwind: Northwind, kind: str) -> None:
    """Every root field of GraphQL: lists with all fields and ends, records by id, counts, search, history, changes."""
    schema: GraphQLSchema = build_schema(northwind.database.catalogue)
    assert schema.query_type is not None
    async with attacking(kind, northwind) as who:
        for name, field in schema.query_type.fields.items():
            answer = await who.ask(f"{{ {name}{_arguments(field, who)}{_shown(field)} }}")
            rows = (answer.get("data") or {}).get(name)
            if name.endswith("Aggregate") and rows:
                of = next(
                    each.name
                    for each in northwind.database.catalogue
                    if f"{_camel(each.plural)}Aggregate" == name
                )
                mine = sum(northwind.known.types.get(each) == of for each in who.entitled)
                assert sum(each["count"] for each in rows) <= mine, name
        for of, ids in who.others.items():
            for each in ids:
                node = f'node(id: "{each}") {{ id ... on {of} {{ version label }} }}'
                found = await who.ask(f"{{ {node} }}")
                assert (found.get("data") or {}).get("node") is None, of


@pytest.mark.parametrize("kind", TRYING)
async def test_what_happens_to_theirs_is_not_told(northwind: Northwind, kind: str) -> None:
    """Neither on the way home nor in the feed of changes."""
    db = northwind.database.as_(SYSTEM)
    async with attacking(kind, northwind) as who:
        await who.look(f"{PORTAL}/")
        begun = await who.ask("{ changes { pageInfo { endCursor } } }")
        cursor = begun["data"]["changes"]["pageInfo"]["endCursor"]
        theirs = chain.from_iterable(who.others.get(each, []) for each in CHANGED)
        await db.apply([Delete(each) for each in theirs])
        who.since = await northwind.last_change()
        for path in ("/", "/news", f"/news?seen={cursor}"):
            await who.look(PORTAL + path)
        await who.ask(
            f'{{ changes(since: "{cursor}") {{ edges {{ node {{ record {{ id }} }} }} }} }}'
        )


def _addresses(names: tuple[str, ...], *, method: str = "GET", **values: str) -> Iterator[str]:
    """The addresses of the portal's routes that take just these, with values for them."""
    for route in pages.routes:
        path = getattr(route, "path", "")
        taken = re.findall(r"{(\w+)[}:]", path)
        if sorted(taken) == sorted(names) and method in (getattr(route, "methods", None) or ()):
            yield PORTAL + path.format(**values)


def _queries(of: Any, record: UUID, words: Iterable[str]) -> Iterator[str]:
    yield "count=yes&size=1000"
    for word in words:
        yield f"q={word}"
    names = [] if of is None else [*of.all_fields, *of.ends]
    for name in names:
        yield f"sort={name}"
        yield f"sort=-{name}&count=yes"
        yield f"{name}-empty=no"
        yield f"{name}={record}"


def _sent(form: str, who: Attacker) -> str:
    """What is filled in for an input of an action: a record of another's where one is asked for."""
    for name in who.others:
        if re.search(rf"\b{name}\b", form):
            return str(who.others[name][0])
    return "1"


def _arguments(field: GraphQLField, who: Attacker) -> str:
    """Values for the arguments that a field must have, and for all that name records."""
    given = [
        f"{name}: {value}"
        for name, each in field.args.items()
        if (value := _literal(each.type, field, who, needed=name in ("id", "ids"))) is not None
    ]
    return f"({', '.join(given)})" if given else ""


def _literal(of: Any, field: GraphQLField, who: Attacker, *, needed: bool = False) -> str | None:
    if isinstance(of, GraphQLNonNull):
        return _literal(of.of_type, field, who, needed=True)
    named = get_named_type(of)
    if named.name == "ID":
        target = get_named_type(field.type).name
        ids = who.others.get(target) or who.a_few()
        one = f'"{ids[0]}"'
        return f"[{one}]" if isinstance(of, GraphQLList) else one
    if not needed:
        return None
    if isinstance(of, GraphQLList):
        inner = _literal(of.of_type, field, who, needed=True)
        return f"[{inner}]"
    if isinstance(of, GraphQLEnumType):
        return str(next(iter(of.values)))
    if isinstance(of, GraphQLInputObjectType):
        parts = {name: _literal(each.type, field, who) for name, each in of.fields.items()}
        return f"{{{', '.join(f'{name}: {value}' for name, value in parts.items() if value)}}}"
    return _SCALARS.get(named.name, '"1"')


def _shown(field: GraphQLField) -> str:
    """All that a field shows, two records deep."""
    return _selection(get_named_type(field.type), 4)


def _selection(of: Any, depth: int) -> str:
    if is_leaf_type(of):
        return ""
    if not isinstance(of, GraphQLObjectType):
        return " { __typename ... on Node { id } }"
    shown = ["__typename"]
    for name, each in of.fields.items():
        inner = get_named_type(each.type)
        needs = any(isinstance(argument.type, GraphQLNonNull) for argument in each.args.values())
        if needs:
            continue
        if is_leaf_type(inner):
            shown.append(name)
        elif name in ("edges", "node", "nodes", "record", "history") or depth == 4:
            if depth > 0 and (deeper := _selection(inner, depth - 1)):
                shown.append(f"{name}{deeper}")
        elif depth > 1 and inner.name.endswith("Connection"):
            shown.append(f"{name}(first: 3) {{ edges {{ __typename }} }}")
    return f" {{ {' '.join(shown)} }}"


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(each.title() for each in rest)
