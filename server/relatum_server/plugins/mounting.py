"""Serves ``/x/<plugin>/``: routes of plugins in force, and their inlets.

A plugin's handler gets a context of whoever comes, and nothing else of the server. What it raises is told as JSON, and
noted of the plugin where nobody foresaw it.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Mount, Route, Router
from starlette.types import Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from relatum.access.principal import PUBLIC, looking_on
from relatum.plugins import Hooks
from relatum.session import Database, context_for
from relatum_schemas.errors import (
    NotFound,
    NotSignedIn,
    PluginError,
    Problems,
    RelatumError,
    TooLarge,
)
from relatum_server.arriving import in_time
from relatum_server.graphql.errors import engine_error, masked
from relatum_server.identity.authenticating import Authenticate
from relatum_server.pages.problem import problem_page
from relatum_server.pages.speaking import Speech, spoken
from relatum_server.plugins.inlets import Inlet, taken
from relatum_server.plugins.limiting import Limiter
from relatum_server.statuses import headers_of, status_of

PREFIX: Final = "/x"
_HTML: Final = "text/html"
INLETS: Final = "/in/"
LARGEST: Final = 2**20
"""Bytes of the body of a request to a route of a plugin."""

LARGEST_FORM: Final = 2**24
"""The same of a form with files, of somebody who is signed in."""

_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_HEADERS: Final = {b"cache-control": b"no-store", b"x-content-type-options": b"nosniff"}


class PluginPages:
    """The ASGI application at ``/x``.

    Args:
        database: in use.
        authenticate: tells who comes.
        per_minute: requests that one network address may make without signing in.
        body_seconds: in which the body of a request must have arrived.

    Raises:
        PluginError: routes or inlets clash (`Problems` for several).
    """

    def __init__(
        self,
        database: Database,
        authenticate: Authenticate,
        *,
        per_minute: int,
        body_seconds: float,
    ) -> None:
        """Ask the plugins for their routes and inlets."""
        hooks = database.storage.surroundings.hooks
        self._database = database
        self._authenticate = authenticate
        self._limiter = Limiter(per_minute)
        self._body_seconds = body_seconds
        self._routers: dict[str, Router] = {}
        self._inlets: dict[tuple[str, str], Inlet] = {}
        offered = offered_by(hooks)
        for plugin, (routes, inlets) in offered.items():
            # To redirect, Starlette would believe what a request says of where it was sent.
            inner = Router(routes, redirect_slashes=False)
            self._routers[plugin] = Router([Mount(f"/{plugin}", inner)], redirect_slashes=False)
            self._inlets |= {(plugin, each.name): each for each in inlets}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; sockets are not for plugins."""
        if scope["type"] != "http":
            await WebSocketClose()(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        _, plugin, *rest = path.split("/", 2)
        path = f"/{rest[0]}" if rest else "/"
        answering, arriving = (
            self._answering(scope, plugin, send),
            in_time(receive, self._body_seconds),
        )
        try:
            if not await self._is_in_force(plugin):
                raise NotFound("There is no such page.")
            if path.startswith(INLETS):
                response = await self._take(plugin, path.removeprefix(INLETS), scope, arriving)
                await response(scope, receive, answering)
                return
            await self._serve(plugin, scope, arriving, answering)
        except HTTPException:
            raise
        except ClientDisconnect:
            return
        except RelatumError as error:
            await answering.refuse(error, scope, receive)
        except Exception as error:
            await answering.fail(error, scope, receive)

    def _answering(self, scope: Scope, plugin: str, send: Send) -> "_Answering":
        """What sends the answer: where something is wrong, browsers get a page, programs get JSON."""
        request = Request(scope)
        speech = None
        if _HTML in request.headers.get("accept", ""):
            speech = spoken(self._database.storage, request, plugin=plugin)
        return _Answering(send, speech)

    async def _is_in_force(self, plugin: str) -> bool:
        """Whether a plugin that serves anything is in force now, and see to it that what it may show is what is."""
        if plugin not in self._routers:
            return False
        # Of whoever has not signed in nothing else is asked by which it would be seen that something has changed.
        await self._database.identity.force.look()
        return plugin in self._database.catalogue.plugins

    async def _serve(self, plugin: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Have a route of a plugin answer."""
        signed_in = None
        request = Request(scope)
        try:
            signed_in = await self._authenticate(scope)
        except NotSignedIn:
            # A browser whose session has ended is nobody's; a program has to learn that its token is.
            if "authorization" in request.headers:
                raise
        if signed_in is None:
            self._admit(request)
        elif signed_in.principal.looking and request.method not in _READING:
            raise looking_on()
        session = self._database.as_(signed_in.principal if signed_in else PUBLIC)
        context = context_for(session, plugin=plugin, function="routes")
        address = self._authenticate.address(scope)
        known = {"context": context, "signed_in": signed_in, "address": address}
        inner = {**scope, "state": {**scope.get("state", {}), **known}}
        health = self._database.storage.surroundings.health
        largest = LARGEST_FORM if signed_in and _has_files(request) else LARGEST
        try:
            await self._routers[plugin](inner, _bounded(receive, largest), send)
        except (RelatumError, HTTPException, ClientDisconnect):
            raise
        except Exception as error:
            health.failed(plugin, _place(inner), error)
            raise
        health.recovered(plugin, _place(inner))

    async def _take(self, plugin: str, name: str, scope: Scope, receive: Receive) -> Response:
        """Take a message at an inlet."""
        inlet = self._inlets.get((plugin, name))
        if inlet is None:
            raise NotFound("There is no such inlet, or it has no secret yet.")
        request = Request(scope, _bounded(receive, inlet.largest))
        if request.method != "POST":
            return Response(status_code=405, headers={"allow": "POST"})
        self._admit(request)
        body, headers = await request.body(), dict(request.headers)
        answer = await taken(inlet, plugin, self._database, body, headers)
        return Response(answer, 200, media_type="application/json")

    def _admit(self, request: Request) -> None:
        self._limiter.admit(request.client.host if request.client else "")


def offered_by(hooks: Hooks) -> Mapping[str, tuple[Sequence[Route], Sequence[Inlet]]]:
    """The routes and inlets of each plugin that has any.

    Raises:
        PluginError: two of a plugin clash, or a route is where inlets are (`Problems` for several).
    """
    routes, inlets = dict(hooks.given("routes")), dict(hooks.given("inlets"))
    names = [*dict.fromkeys((*routes, *inlets))]
    problems = [
        problem
        for name in names
        for problem in _clashes(name, routes.get(name) or (), inlets.get(name) or ())
    ]
    if len(problems) == 1:
        raise problems[0]
    if problems:
        raise Problems("Routes of plugins clash.", problems)
    return {name: (routes.get(name) or (), inlets.get(name) or ()) for name in names}


def _clashes(
    plugin: str, routes: Sequence[Route], inlets: Sequence[Inlet]
) -> Iterable[PluginError]:
    places: set[tuple[str, str]] = set()
    for route in routes:
        at = f"{PREFIX}/{plugin}{route.path}"
        if route.path.startswith(INLETS):
            yield PluginError(
                f"The plugin {plugin!r} has a route at {at}, where its inlets are.",
                path=(plugin, "routes"),
                hint="Use another path.",
            )
        for method in route.methods or ("GET",):
            if (method, route.path) in places:
                yield PluginError(
                    f"The plugin {plugin!r} has two routes for {method} {at}.",
                    path=(plugin, "routes"),
                )
            places.add((method, route.path))
    for name in {each.name for each in inlets}:
        if len([each for each in inlets if each.name == name]) > 1:
            yield PluginError(
                f"The plugin {plugin!r} has two inlets named {name!r}.", path=(plugin, "inlets")
            )


def _has_files(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/form-data")


def _place(scope: Scope) -> str:
    """Where in a plugin a request was answered: named for the handler, since whoever comes chooses the path."""
    handler = scope.get("endpoint")
    return f"route {getattr(handler, '__name__', type(handler).__name__)}"


class _Answering:
    """Sends an answer with the headers that all answers have which do not say otherwise."""

    def __init__(self, send: Send, speech: Speech | None) -> None:
        self._send = send
        self._speech = speech
        self._begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begun = True
            given = {name.lower() for name, _ in message.get("headers", ())}
            added = [each for each in _HEADERS.items() if each[0] not in given]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await self._send(message)

    async def refuse(self, error: RelatumError, scope: Scope, receive: Receive) -> None:
        """Tell an error of the family."""
        if self._begun:
            raise error
        problems = error.problems if isinstance(error, Problems) else (error,)
        content = {"errors": [engine_error(each) for each in problems]}
        status = 413 if isinstance(error, TooLarge) else status_of(error)
        response = _json(content, status, headers_of(error))
        if self._speech is not None:
            response = problem_page(self._speech, error, status)
        await response(scope, receive, self)

    async def fail(self, error: Exception, scope: Scope, receive: Receive) -> None:
        """Tell that something broke, and not what."""
        if self._begun:
            raise error
        told = masked(error)
        response = _json({"errors": [told]}, 500, {})
        if self._speech is not None:
            broken = RelatumError(str(told["message"]), hint="Try again, or tell us.")
            response = problem_page(self._speech, broken, 500)
        await response(scope, receive, self)


def _json(content: object, status: int, headers: Mapping[str, str]) -> Response:
    return Response(orjson.dumps(content), status, headers, "application/json")


def _bounded(receive: Receive, most: int) -> Receive:
    """Receive a body that has no more bytes than it may have."""
    size = 0

    async def received() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > most:
            raise TooLarge(f"The request has more than {most} bytes.")
        return message

    return received
