"""What people are told that no policy opens to them, by functions of a plugin: found by texts that are unmistakable.

What a function makes of more rights than its caller has, no declaration tells. But the texts of a graph name the field and
the record that they are of. So whatever somebody is told is searched for the texts of fields that he may not read.
"""

import dataclasses
import re
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import orjson
from httpx2 import ASGITransport, AsyncClient
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import Scope

from relatum.access import SYSTEM, Principal
from relatum.catalogue import Field, RecordType
from relatum.identity import SignedIn
from relatum.session import Context, Session, context_for, run_action
from relatum.session.calculating import Collected
from relatum_schemas.action import Action
from relatum_schemas.errors import RelatumError
from relatum_schemas.kinds import (
    Email,
    Encrypted,
    FileKind,
    Phone,
    PostalAddressKind,
    Text,
    Url,
)
from relatum_schemas.policy import READ
from relatum_schemas.selection import FieldOutput, Many, Request, RootField, Rows
from relatum_schemas.view import Place
from relatum_server.identity.authenticating import Authenticate
from relatum_server.plugins.mounting import PREFIX, PluginPages
from relatum_testing.bounds import inputs_for
from relatum_testing.graph import Graph
from relatum_testing.installation import Installation
from relatum_testing.judging import Judge, types_of

_SHORTEST: Final = 8
"""Characters of a text that nobody says by chance."""

_TELLING: Final = (Text, Email, Phone, Url, PostalAddressKind, FileKind)

_RECORDS: Final = 2
"""Records of each type with which routes and details are asked for."""


@dataclass(frozen=True)
class Told:
    """What somebody was told.

    Attributes:
        by: what told it: an action, `Machine.wear`, a route, a view.
        text: all of it.
        session: as whom and when it was told.
    """

    by: str
    text: str
    session: Session


@dataclass(frozen=True)
class Secret:
    """A text that somebody may not read, and where it is kept."""

    text: str
    type: str
    record: UUID
    field: str

    def __str__(self) -> str:
        """What it is, as failures name it."""
        return f"{self.place} of the {self.type} {self.record}: {self.text!r}"

    @property
    def place(self) -> str:
        """The field that it is of: ``Machine.serial``."""
        return f"{self.type}.{self.field}"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds it as a whole."""
        return re.compile(rf"(?<!\w){re.escape(self.text)}(?!\w)")


async def listen(installation: Installation, who: Principal, plugin: str) -> "Listening":
    """Find out what is not to be told to somebody.

    Args:
        installation: with a graph.
        who: listens.
        plugin: whose functions tell.
    """
    judge, types = Judge(installation, who), types_of(installation)
    readable = {each for each in types if await judge.may(READ, each)}
    closed: list[Secret] = []
    opened: list[str] = []
    for record_type in installation.catalogue:
        for each in await _kept(installation, record_type):
            if each.record not in types:
                continue  # an input, made for an action
            known = each.record in readable
            if known and await judge.may_read(each.field, each.type, each.record):
                opened.append(each.text)
            else:
                closed.append(each)
    beside = "\n".join(opened)
    secrets = [each for each in closed if not each.pattern.search(beside)]
    return Listening(installation, who, plugin, readable, secrets)


class Listening:
    """Hears what somebody is told.

    Args:
        installation: with a graph.
        who: listens.
        plugin: whose functions tell.
        readable: the records that he may see.
        secrets: what he may not read.
    """

    def __init__(
        self,
        installation: Installation,
        who: Principal,
        plugin: str,
        readable: Collection[UUID],
        secrets: Collection["Secret"],
    ) -> None:
        """Have heard nothing."""
        self._installation = installation
        self._who = who
        self._plugin = plugin
        self._open = readable
        self._secrets = secrets
        self._session = installation.session_as(who)

    async def betrayed(self, told: AsyncIterator[Told]) -> AsyncIterator[tuple[str, "Secret"]]:
        """What is told and may not be, by what it is told.

        Args:
            told: by `fields`, `action`, `views` or `routes`.
        """
        async for each in told:
            for secret in self._secrets:
                if secret.pattern.search(each.text) and not await _may_now(each.session, secret):
                    yield each.by, secret

    async def fields(self) -> AsyncIterator[Told]:
        """What the computed fields of the plugin tell, asked of all records that he may see."""
        for record_type in self._installation.catalogue:
            for name, each in record_type.fields.items():
                if not each.computed or self._plugin not in (each.plugin, record_type.plugin):
                    continue
                with Collected() as failures:
                    rows = await _rows(self._session, record_type.name, name)
                text = "\n".join((orjson.dumps(rows).decode(), *map(_said, failures)))
                yield Told(f"{record_type.name}.{name}", text, self._session)

    async def action(self, action: Action, given: Mapping[str, object]) -> AsyncIterator[Told]:
        """What an action tells, with all that is in its result, or by saying no. What it does is undone.

        Args:
            action: that is called.
            given: inputs that are not made up.
        """
        inputs = {**inputs_for(self._seen(), action), **given}
        try:
            if action.reading or action.apart:
                result = await run_action(self._session, action.name, inputs)
                yield Told(action.name, "\n".join(_within(result)), self._session)
                return
            async with self._session.unit() as unit:
                result = await run_action(unit, action.name, inputs)
                yield Told(action.name, "\n".join(_within(result)), unit)
                raise _Undo
        except _Undo:
            pass
        except RelatumError as error:
            yield Told(action.name, _said(error), self._session)

    async def views(self) -> AsyncIterator[Told]:
        """What the views of the plugin tell: their lists, details and files."""
        ctx = self._context("views")
        for place in Place:
            for view in ctx.views(place):
                if view.plugin != self._plugin:
                    continue
                lines = [each async for each in view.csv(mark=False)]
                told = [b"".join(lines).decode(), *_within(await view.list("count=yes"))]
                for each in self._some(self._installation.catalogue.concrete(view.type)):
                    try:
                        told += _within(await view.detail(each))
                    except RelatumError as error:
                        told.append(_said(error))
                yield Told(f"The view {view.name}", "\n".join(told), self._session)

    async def routes(self, more: Collection[str] = ()) -> AsyncIterator[Told]:
        """What the routes of the plugin tell that are asked for by GET.

        Args:
            more: paths beyond those that name nothing, or one record.
        """
        database = self._installation.database
        given = dict(database.storage.surroundings.hooks.given("routes"))
        paths = [*more, *self._paths(given.get(self._plugin) or ())]
        if not paths:
            return
        pages = PluginPages(database, _Known(self._who), per_minute=10**6, body_seconds=30)
        application = Starlette(routes=[Mount(PREFIX, pages)])
        async with AsyncClient(
            transport=ASGITransport(application),
            base_url="http://127.0.0.1",
            follow_redirects=False,
        ) as client:
            for path in paths:
                answer = await client.get(f"{PREFIX}/{self._plugin}{path}")
                headers = "\n".join(answer.headers.values())
                yield Told(f"The route {path}", f"{answer.text}\n{headers}", self._session)

    def _paths(self, routes: Collection[Any]) -> Iterator[str]:
        for each in routes:
            if not isinstance(each, Route) or "GET" not in (each.methods or ()):
                continue
            match list(each.param_convertors):
                case []:
                    yield each.path
                case [name]:
                    for record in self._some(self._installation.catalogue.types):
                        yield re.sub(rf"\{{{name}(:\w+)?\}}", str(record), each.path)

    def _seen(self) -> Installation:
        """The installation with those records that he sees; of types of which he sees none, with all."""
        installation, graph = self._installation, self._installation.graph
        entities = {
            name: [each for each in ids if each in self._open] or ids
            for name, ids in graph.entities.items()
        }
        ties = sorted(graph.ties, key=lambda each: each.id not in self._open)
        return replace(installation, graph=Graph(entities, ties))

    def _some(self, types: Collection[str]) -> Iterator[UUID]:
        """Some records of each of these types, among them such as he may not see."""
        for name in types:
            ids = self._installation.graph.ids(name)
            closed = [each for each in ids if each not in self._open]
            yield from (closed[:1] + [each for each in ids if each in self._open])[:_RECORDS]

    def _context(self, function: str) -> Context:
        return context_for(self._session, plugin=self._plugin, function=function)


class _Undo(Exception):
    """Ends a unit of work that is not to be kept."""


class _Known(Authenticate):
    """Knows who comes, whatever a request says."""

    def __init__(self, who: Principal) -> None:
        self._who = who
        self._stated = None

    async def __call__(self, scope: Scope) -> SignedIn | None:
        """Somebody with just these rights; nobody, where he is the public."""
        return None if self._who.roles == {"public"} else SignedIn(principal=self._who)


def _said(error: RelatumError) -> str:
    """All that is told of an error."""
    return f"{error} {error.hint} {error.details}"


def _within(value: object) -> Iterator[str]:
    """Every text in a value, however deep; of a record what there is of it."""
    match value:
        case str():
            yield value
        case BaseModel():
            for name in value.model_fields_set:
                yield from _within(getattr(value, name))
        case Mapping():
            for each in value.values():
                yield from _within(each)
        case list() | tuple() | set() | frozenset():
            for each in value:
                yield from _within(each)
        case _ if dataclasses.is_dataclass(value) and not isinstance(value, type):
            for each in dataclasses.fields(value):
                yield from _within(getattr(value, each.name))
        case _:
            yield str(value)


async def _kept(installation: Installation, record_type: RecordType) -> list[Secret]:
    """The texts that are kept of a type, and that nothing else has."""
    kept = [name for name, each in record_type.fields.items() if _telling(each)]
    rows = await _rows(installation.database.as_(SYSTEM), record_type.name, *kept)
    return [
        Secret(text, record_type.name, UUID(row["id"]), name)
        for row in rows
        for name in kept
        for text in _within(row[f"field {name}"])
        if len(text) >= _SHORTEST and any(map(str.isdigit, text))
    ]


def _telling(field: Field) -> bool:
    kind = field.kind.of if isinstance(field.kind, Encrypted) else field.kind
    return isinstance(kind, _TELLING) and not field.computed and not field.built_in


async def _rows(session: Session, type_name: str, *names: str) -> list[dict[str, Any]]:
    fields = [FieldOutput(key=f"field {name}", field=name) for name in names]
    shown = (FieldOutput(key="id", field="id"), *fields)
    root = RootField(key="all", source=Rows(type=type_name), form=Many(outputs=shown))
    found: list[dict[str, Any]] = orjson.loads(await session.read(Request(fields=(root,))))["all"]
    return found


async def _may_now(session: Session, secret: Secret) -> bool:
    """Whether a text may be read by now: what an action does may open it."""
    if session.under_way is None:
        return False
    rows = await _rows(session, secret.type, secret.field)
    told = (each for each in rows if UUID(each["id"]) == secret.record)
    return any(secret.text in _within(each[f"field {secret.field}"]) for each in told)
