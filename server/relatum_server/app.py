"""The application: GraphQL, pages and health over one database, for any ASGI server."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from importlib.resources import files
from typing import Any, Final

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.types import Receive, Scope, Send

from relatum.changes.news import news_of
from relatum.session import Database
from relatum.session.keeping_up import keeping_up
from relatum_schemas.errors import RelatumError
from relatum_server.apps.pages import APPS
from relatum_server.files.serving import FILES
from relatum_server.files.sweeping import sweeping
from relatum_server.graphql.api import Api
from relatum_server.graphql.http import GraphQLEndpoint
from relatum_server.graphql.live import Live
from relatum_server.graphql.recent import Recent
from relatum_server.graphql.trusted import TrustedDocuments
from relatum_server.graphql.websocket.endpoint import WebsocketEndpoint
from relatum_server.health import check_ready
from relatum_server.identity.account import ACCOUNT
from relatum_server.identity.authenticating import Authenticate
from relatum_server.identity.elsewhere import ELSEWHERE
from relatum_server.identity.inviting import INVITING
from relatum_server.identity.looking import LOOKING
from relatum_server.identity.signing_in import SIGNING_IN
from relatum_server.identity.tickets import TICKETS
from relatum_server.observability.exposing import METRICS
from relatum_server.observability.publishing import Publisher
from relatum_server.observability.tracing import tracer_in_force
from relatum_server.observability.watching import Watch
from relatum_server.pages.assets import OWN_ASSETS
from relatum_server.pages.brand import BRAND, LOGO, UNBRANDED, Brand
from relatum_server.pages.offering import Offering
from relatum_server.pages.routes import LANGUAGE, SCHEMA, START, show_graphiql
from relatum_server.plugins.living import living
from relatum_server.plugins.mounting import PREFIX, PluginPages
from relatum_server.settling import settled, swapping, undisturbed
from relatum_server.state import AppSettings, Ready, ServerState, state_of

__all__ = ["AppSettings", "Application", "create_app"]

GRAPHQL_PATH: Final = "/graphql"
_PAGES: Final = files("relatum_server.pages")
_LOGO: Final = str(_PAGES / "static" / "relatum.svg")
_KEPT: Final = {"cache-control": "max-age=86400", "x-content-type-options": "nosniff"}


class Application(Starlette):
    """Starlette, with GraphQL answered before routing, which would cost more than a query does."""

    watch: Watch | None = None
    endpoint: GraphQLEndpoint | None = None
    sockets: WebsocketEndpoint | None = None
    brand: Brand = UNBRANDED

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or serve a socket."""
        kind = scope["type"]
        graphql = kind != "lifespan" and scope["path"] == GRAPHQL_PATH
        if kind == "http" and self.watch and self.endpoint:
            scope["app"] = self
            BRAND.set(self.brand)
            if graphql:
                await self.watch(self.endpoint, scope, receive, send, path=GRAPHQL_PATH)
            else:
                await self.watch(super().__call__, scope, receive, send)
        elif kind == "websocket" and self.sockets and graphql:
            await self.sockets(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


def create_app(
    database: AbstractAsyncContextManager[Database],
    *,
    settings: AppSettings | None = None,
    ready: Ready | None = None,
) -> Application:
    """The application over a database, which it opens when it starts and closes when it ends.

    Args:
        database: as `relatum.session.open_database` gives it.
        settings: limits, what pages offer, and how people sign in.
        ready: what else has to hold for ``/readyz``, such as migrations; raises what is wrong.
    """
    chosen = settings or AppSettings()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        assert isinstance(app, Application)
        async with AsyncExitStack() as serving:
            with undisturbed():
                opened = await serving.enter_async_context(database)
                await serving.enter_async_context(_answering(app, opened, chosen, ready))
            with settled():
                yield

    return Application(lifespan=lifespan, routes=_ROUTES)


@asynccontextmanager
async def _answering(
    app: Application, database: Database, settings: AppSettings, ready: Ready | None
) -> AsyncIterator[None]:
    """Have an application answer from an open database during the block."""
    authenticate = Authenticate(database.identity, settings.address)
    trusted = settings.trusted or TrustedDocuments({})
    database.surface(partial(Api, limits=settings.limits, trusted=trusted, judged=settings.judged))
    pages = PluginPages(
        database,
        authenticate,
        per_minute=settings.public_per_minute,
        body_seconds=settings.limits.body_seconds,
    )
    offering = Offering(settings.example_queries)
    publisher = Publisher(database.connections, partial(_caches, database))
    app.watch = Watch(
        slow=settings.log_slow,
        tracer=tracer_in_force(),
        developing=settings.profile == "demo",
    )
    app.brand = settings.brand
    page = show_graphiql if settings.graphiql != "off" else None
    app.endpoint = GraphQLEndpoint(
        database, authenticate, settings.limits, trusted, page, settings.files
    )
    async with (
        publisher.publishing(),
        sweeping(database, settings.files),
        keeping_up(database),
        news_of(database.connections) as news,
        living(database) as life,
    ):
        app.state.serving = ServerState(
            database, settings, authenticate, offering, ready, life, publisher, pages
        )
        live = Live(settings.limits, news)
        app.sockets = WebsocketEndpoint(database, authenticate, live, settings.sockets)
        database.changed.append(news.stir)
        with swapping(database):
            yield
        database.changed.remove(news.stir)


def _caches(database: Database) -> dict[str, Recent[Any, Any]]:
    api = database.storage.surface
    assert isinstance(api, Api)
    return api.caches


async def _icon(request: Request) -> Response:
    """The logo, for browsers that ask for it beside pages that name none, such as the schema."""
    del request
    return FileResponse(_LOGO, media_type="image/svg+xml", headers=_KEPT)


async def _alive(request: Request) -> Response:
    """Whether the process answers; nothing else is looked at."""
    del request
    return PlainTextResponse("alive\n", headers=_NOT_KEPT)


async def _ready(request: Request) -> Response:
    """Whether the database can be read in the form that this code needs."""
    state = state_of(request)
    try:
        await check_ready(state.database)
        if state.ready is not None:
            await state.ready()
    except RelatumError as error:
        content = {"ready": False, "code": error.code, "message": str(error)}
        return Response(orjson.dumps(content), 503, _NOT_KEPT, "application/json")
    content = {"ready": True, **await _plugins(state)}
    return Response(orjson.dumps(content), 200, _NOT_KEPT, "application/json")


async def _plugins(state: ServerState) -> dict[str, object]:
    """What is wrong with plugins, which keeps nobody from being served; of data, which errors may tell of, nothing."""
    unwell: dict[str, object] = {
        each.name: {"state": "failed", "code": each.error.code, "message": str(each.error)}
        for each in state.database.storage.surroundings.loading.failed
    }
    for name, troubles in (await state.life.unwell()).items():
        problems = [
            {"where": each.where, "code": each.kind, "since": each.since, "times": each.times}
            for each in troubles
        ]
        unwell[name] = {"state": "unhealthy", "problems": problems}
    return {"plugins": unwell} if unwell else {}


async def _extended(scope: Scope, receive: Receive, send: Send) -> None:
    """What plugins serve."""
    serving: ServerState = scope["app"].state.serving
    await serving.pages(scope, receive, send)


_NOT_KEPT: Final = {"cache-control": "no-store"}
_ROUTES: Final = (
    START,
    *SIGNING_IN,
    *ELSEWHERE,
    *TICKETS,
    *ACCOUNT,
    LANGUAGE,
    *LOOKING,
    *INVITING,
    *APPS,
    SCHEMA,
    FILES,
    Route("/favicon.ico", _icon),
    Route("/healthz", _alive),
    Route("/readyz", _ready),
    METRICS,
    Mount(PREFIX, _extended),
    LOGO,
    OWN_ASSETS.route(),
)
