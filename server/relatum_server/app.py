"""The application: GraphQL, pages and health over one database, for any ASGI server."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Final

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from relatum.session import Database
from relatum_schemas.errors import RelatumError
from relatum_server.graphql.api import Api
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.http import GraphQLEndpoint, PrincipalFor
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.schema import schema_text
from relatum_server.health import check_ready
from relatum_server.pages.graphiql import ExampleQuery, graphiql_page
from relatum_server.pages.page import Page
from relatum_server.pages.start import start_page

GRAPHQL_PATH: Final = "/graphql"

Ready = Callable[[], Awaitable[None]]
"""Looks whether requests can be served; raises what is wrong."""


@dataclass(frozen=True, kw_only=True)
class AppSettings:
    """What an application is told besides its database.

    Attributes:
        limits: of a request.
        graphiql: whether browsers are shown GraphiQL.
        example_queries: offered there and on the start page.
    """

    limits: Limits = field(default_factory=Limits)
    graphiql: bool = True
    example_queries: tuple[ExampleQuery, ...] = ()


class Application(Starlette):
    """Starlette, with GraphQL answered before routing, which would cost more than a query does."""

    endpoint: GraphQLEndpoint | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if self.endpoint and scope["type"] == "http" and scope["path"] == GRAPHQL_PATH:
            await self.endpoint(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    database: AbstractAsyncContextManager[Database],
    *,
    principal_for: PrincipalFor,
    settings: AppSettings | None = None,
    ready: Ready | None = None,
) -> Application:
    """The application over a database, which it opens when it starts and closes when it ends.

    Args:
        database: as `relatum.session.open_database` gives it.
        principal_for: tells who asks, from the ASGI scope of a request.
        settings: limits and what pages offer.
        ready: what else has to hold for ``/readyz``, such as migrations; raises what is wrong.
    """
    chosen = settings or AppSettings()
    graphiql = graphiql_page(chosen.example_queries) if chosen.graphiql else None

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with database as opened:
            api = Api(opened.catalogue, chosen.limits)
            app.state.room = _Room(opened, principal_for, chosen, ready)
            assert isinstance(app, Application)
            app.endpoint = GraphQLEndpoint(opened, api, principal_for, graphiql)
            yield

    pages = files("relatum_server.pages")
    return Application(
        lifespan=lifespan,
        routes=[
            Route("/", _start),
            Route("/schema.graphql", _schema),
            Route("/healthz", _alive),
            Route("/readyz", _ready),
            Mount("/static/vendor", StaticFiles(directory=str(pages / "vendor"))),
            Mount("/static", StaticFiles(directory=str(pages / "static"))),
        ],
    )


@dataclass(frozen=True)
class _Room:
    """What the pages are made from."""

    database: Database
    principal_for: PrincipalFor
    settings: AppSettings
    ready: Ready | None


def _room(request: Request) -> _Room:
    room: _Room = request.app.state.room
    return room


async def _start(request: Request) -> Response:
    """The start page."""
    room = _room(request)
    session = room.database.as_(room.principal_for(request.scope))
    try:
        return _shown(await start_page(session, room.settings.example_queries))
    except RelatumError as error:
        return PlainTextResponse(f"{error}\n", Refusal.of_engine(error).status)


def _shown(page: Page) -> Response:
    response = Response(page.body, media_type="text/html")
    response.raw_headers.extend(page.headers)
    return response


async def _schema(request: Request) -> Response:
    """The schema definition, as clients' tools read it."""
    return PlainTextResponse(schema_text(_room(request).database.catalogue))


async def _alive(request: Request) -> Response:
    """Whether the process answers; nothing else is looked at."""
    del request
    return PlainTextResponse("alive\n", headers=_NOT_KEPT)


async def _ready(request: Request) -> Response:
    """Whether the database can be read in the form that this code needs."""
    room = _room(request)
    try:
        await check_ready(room.database)
        if room.ready is not None:
            await room.ready()
    except RelatumError as error:
        content = {"ready": False, "code": error.code, "message": str(error)}
        return Response(orjson.dumps(content), 503, _NOT_KEPT, "application/json")
    return Response(b'{"ready":true}', 200, _NOT_KEPT, "application/json")


_NOT_KEPT: Final = {"cache-control": "no-store"}
