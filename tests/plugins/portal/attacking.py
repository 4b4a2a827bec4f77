"""Somebody who tries everything on what is another's, in the portal and in GraphQL; and what comes of it."""

import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import chain
from typing import Any, Final, TypeVar
from urllib.parse import unquote_plus
from uuid import UUID

from graphql import GraphQLSchema, build_schema
from httpx2 import AsyncClient, Response

from relatum_portal.site import pages
from tests.plugins.portal.northwind import KINDS, PUBLIC, REMARK, Northwind, address
from tests.server.identity.browsing import Browser

Thing = TypeVar("Thing")

PORTAL: Final = "/x/portal"
EVERYBODY: Final = (*KINDS, PUBLIC)
OWN: Final = frozenset({"SavedList", "SavedBy", "Bookmark", "BookmarkOf"})
"""What everybody may write: the own lists, and how far the own news are read."""

NOBODY: Final = "01a00000-0000-7000-8000-000000000000"
"""The id of no record."""

_ID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_DISTINCT: Final = 9
"""Characters of a label that stands on no page by chance."""
_OF_THE_QUESTION: Final = ("GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED")
"""Codes of mistakes before which nothing was tried."""

_TOGETHER: Final = 8
"""Questions of one document; where one is refused, all are asked again one by one."""


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
        } | {REMARK}
        self.found: list[str] = []
        self.since = 0
        self._of_nobody: dict[str, tuple[int, str]] = {}

    def a_few(self) -> list[UUID]:
        """Records of every type that are another's."""
        return list(chain.from_iterable(self.others.values()))

    def one_of(self, types: Iterable[str], *, own: bool = False) -> UUID:
        """A record of one of these types that is another's, or an own one; of any type where there is none."""
        known = self.northwind.known
        wanted = set(types)
        if own:
            mine = sorted(each for each in self.entitled if known.types.get(each) in wanted)
            first = self.northwind.people.get(self.kind)
            return first if first in mine else next(iter(mine), self.one_of(types))
        return next(
            (self.others[each][0] for each in self.others if each in wanted), self.a_few()[0]
        )

    def owned(self, type_name: str) -> int:
        """How many records of a type there are that are the own."""
        known, types = self.northwind.known, self.northwind.database.catalogue.concrete(type_name)
        return sum(known.types.get(each) in types for each in self.entitled)

    async def look(self, path: str) -> Response:
        """Ask for a page, and note what it tells of others."""
        answer = await self.browser.open(path)
        assert answer.status_code < 500, path
        self.judge(f"GET {path}", answer.text, asked=unquote_plus(path))
        return answer

    async def look_in_vain(self, path: str) -> None:
        """Ask for a page of a record of others: the answer is as if there were none."""
        none = _ID.sub(NOBODY, path)
        if none not in self._of_nobody:
            answer = await self.look(none)
            self._of_nobody[none] = (answer.status_code, answer.text)
        status, text = self._of_nobody[none]
        answer = await self.look(path)
        assert answer.status_code == status, path
        assert status < 400 or _ID.sub(NOBODY, answer.text) == text, path

    async def send(self, path: str, form: dict[str, str]) -> Response:
        """Send a form, and note what the answer tells of others."""
        self._unhindered()
        answer = await self.browser.send(path, **form)
        assert answer.status_code < 500, (path, form)
        self.judge(f"POST {path} {form}", answer.text, asked=f"{path} {form}")
        return answer

    async def ask(self, query: str, **variables: str) -> Any:
        """Ask in GraphQL, and note what the answer tells of others."""
        self._unhindered()
        asked = {"query": query, "variables": variables}
        answer = await self.browser.client.post("/graphql", json=asked, headers=self.browser.own)
        assert answer.status_code < 500, asked
        self.judge(f"{query} {variables}", answer.text, asked=f"{query} {variables}")
        return answer.json()

    async def ask_in_vain(self, query: str) -> None:
        """Ask in GraphQL for records of others: the answer is as if there were none, and no mistake is the question's."""
        answer = json.dumps(await self.ask(query))
        assert not any(code in answer for code in _OF_THE_QUESTION), (query, answer)
        of_none = self._of_none(query)
        if of_none != query:
            assert self._of_none(answer) == json.dumps(await self.ask(of_none)), query

    async def ask_all(self, questions: Iterable[str]) -> list[Any]:
        """Put many questions, each a root field with all that it asks, and give what each is answered with."""
        found: list[Any] = []
        for some in at_a_time(list(questions), _TOGETHER):
            named = [f"t{number}: {each}" for number, each in enumerate(some)]
            answer = await self.ask(f"{{ {' '.join(named)} }}")
            if "errors" not in answer:
                found += [answer["data"][f"t{number}"] for number in range(len(some))]
                continue
            for each in some:
                alone = await self.ask(f"{{ t: {each} }}")
                found.append((alone.get("data") or {}).get("t"))
        return found

    async def schema(self) -> GraphQLSchema:
        """What of the schema may be known of."""
        answer = await self.browser.client.get("/schema.graphql")
        assert answer.status_code == 200
        return build_schema(answer.text)

    def judge(self, by: str, told: str, *, asked: str) -> None:
        """Note ids and names of others in an answer, but for those that were asked for."""
        known, own = self.northwind.known, set(map(UUID, _ID.findall(asked)))
        for each in {UUID(text) for text in _ID.findall(told)} - own - self.entitled:
            if each in known.types:
                self.found.append(f"{by} tells the {self.kind} the id of a {known.types[each]}.")
        for label in self.secrets:
            if label in told and label not in asked:
                self.found.append(f"{by} tells the {self.kind} of {label!r}.")

    def _of_none(self, text: str) -> str:
        """A text with ids of no records in place of those of others."""

        def replaced(found: re.Match[str]) -> str:
            each = UUID(found[0])
            foreign = each in self.northwind.known.types and each not in self.entitled
            return str(UUID(int=each.int ^ 0xFFFF)) if foreign else found[0]

        return _ID.sub(replaced, text)

    def _unhindered(self) -> None:
        """Who meets too much that is hidden has to wait; here everything is tried."""
        self.northwind.database.storage.waiting.clear()


@asynccontextmanager
async def attacking(
    kind: str, northwind: Northwind, client: AsyncClient
) -> AsyncIterator[Attacker]:
    """Somebody who tries; in the end nothing has come, and nothing is changed.

    Args:
        kind: of those who try.
        northwind: what there is.
        client: of the server, whose cookies are forgotten.
    """
    client.cookies.clear()
    browser = Browser(client)
    if kind != PUBLIC:
        await browser.sign_in(address(kind))
        assert browser.signed_in
    attacker = Attacker(kind, northwind, browser)
    attacker.since = await northwind.last_change()
    yield attacker
    assert attacker.found == []
    theirs = northwind.known.types.keys() - attacker.entitled
    for name, operation, each in await northwind.changed(attacker.since):
        assert name in OWN, (name, operation)
        assert each not in theirs, (name, operation)


def at_a_time(things: Sequence[Thing], most: int) -> Iterator[list[Thing]]:
    """Some things after the others, so many at a time at most."""
    for first in range(0, len(things), most):
        yield [*things[first : first + most]]


def addresses(names: Sequence[str], *, method: str = "GET", **values: str) -> Iterator[str]:
    """The addresses of the portal's routes that take just these, with values for them."""
    for route in pages.routes:
        path = getattr(route, "path", "")
        taken = re.findall(r"{(\w+)[}:]", path)
        if sorted(taken) == sorted(names) and method in (getattr(route, "methods", None) or ()):
            yield PORTAL + path.format(**values)
