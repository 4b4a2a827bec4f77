"""Pages of a plugin: templates in the house's look, in the language of who visits, with errors told as pages.

::

    pages = Pages(__name__, title="Deals", navigation=navigation)


    @pages.get("/")
    async def home(visit: PageVisit) -> Response:
        return visit.page("home.html", deals=await visit.ctx.db.select(Deal).all())


    @hookimpl
    def routes() -> Sequence[Route]:
        return pages.routes
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cached_property
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relatum.session import Context, context_for
from relatum_schemas.errors import NotFound, NotSignedIn, RelatumError
from relatum_schemas.functions import named_rights
from relatum_schemas.policy import Right
from relatum_server.graphql.errors import masked
from relatum_server.identity.address import check_same_origin
from relatum_server.pages.addresses import redirect
from relatum_server.pages.assets import OWN_ASSETS, Assets, folder_of
from relatum_server.pages.page import templates
from relatum_server.pages.speaking import SPOKEN, say, spoken, spoken_to
from relatum_server.plugins.page_visits import Frame, Navigation, PageVisit
from relatum_server.statuses import headers_of, status_of

_STATIC: Final = "/static"
_ANY: Final = "/{elsewhere:path}"
_NONE: Final[Mapping[str, Right]] = {}

PageHandler = Callable[[PageVisit], Awaitable[Response]]
"""Answers a visit to a page."""


class Pages:
    """The pages of a plugin, under ``/x/<plugin>``.

    Templates are in the folder ``templates`` of its package, files that pages bring along in ``static``.

    Args:
        package: of the plugin.
        title: of the whole, at the top of each page and in the browser's title.
        navigation: what stands beside each page.
        plugin: its name, where it is not what the package's name ends with after ``relatum_``.
    """

    def __init__(
        self,
        package: str,
        *,
        title: str,
        navigation: Navigation | None = None,
        plugin: str | None = None,
    ) -> None:
        """Begin without any."""
        self._package = package
        self._plugin = plugin or package.partition(".")[0].removeprefix("relatum_")
        self._title = title
        self._navigation = navigation
        self._routes: list[Route] = []

    @property
    def routes(self) -> Sequence[Route]:
        """What the hook `routes` gives: all pages, their files, and a page for what is not there."""
        nowhere = self._route(_ANY, _nowhere, ("GET", "POST"), public=True)
        return [self._assets.route(at=_STATIC), *self._routes, nowhere]

    @cached_property
    def _assets(self) -> Assets:
        return Assets(folder_of(self._package, "static"), at=f"/x/{self._plugin}{_STATIC}")

    @cached_property
    def _frame(self) -> Frame:
        assets, environment = self._assets, templates(self._package)
        environment.globals["asset"] = lambda file: (
            assets.address(file) if assets.has(file) else OWN_ASSETS.address(file)
        )
        return Frame(self._title, environment, self._navigation)

    def get(self, path: str, *, public: bool = False) -> Callable[[PageHandler], PageHandler]:
        """Say that a handler answers whoever asks for a page.

        Args:
            path: seen from ``/x/<plugin>``, in Starlette's words.
            public: whether it is also for who has not signed in, as the public principal.
        """
        return self._added(path, ("GET",), public=public)

    def post(
        self,
        path: str,
        *,
        public: bool = False,
        elevated: Mapping[type | str, Right] | None = None,
    ) -> Callable[[PageHandler], PageHandler]:
        """Say that a handler answers whoever sends a form; one of another site's page is refused before.

        Args:
            path: seen from ``/x/<plugin>``, in Starlette's words.
            public: whether it is also for who has not signed in, as the public principal.
            elevated: rights beyond the visitor's, by type. The handler has them in ``visit.ctx.elevated``; each visit is
                noted in the access log.
        """
        return self._added(path, ("POST",), public=public, elevated=named_rights(elevated))

    def _added(
        self,
        path: str,
        methods: tuple[str, ...],
        *,
        public: bool,
        elevated: Mapping[str, Right] = _NONE,
    ) -> Callable[[PageHandler], PageHandler]:
        def add(handler: PageHandler) -> PageHandler:
            route = self._route(path, handler, methods, public=public, elevated=elevated)
            self._routes.append(route)
            return handler

        return add

    def _route(
        self,
        path: str,
        handler: PageHandler,
        methods: tuple[str, ...],
        *,
        public: bool,
        elevated: Mapping[str, Right] = _NONE,
    ) -> Route:
        async def answer(request: Request) -> Response:
            ctx: Context = request.state.context
            SPOKEN.set(spoken(ctx.db.storage, request, plugin=ctx.plugin))
            visit = PageVisit(
                request, ctx, request.state.signed_in, request.state.address, self._frame
            )
            health = ctx.db.storage.surroundings.health
            try:
                SPOKEN.set(await spoken_to(ctx.db, request, plugin=ctx.plugin))
                check_same_origin(request.scope, visit.address)
                if not public and visit.who.signed_in is None:
                    raise NotSignedIn("Nobody is signed in.")
                if elevated:
                    visit.ctx = await _lent(ctx, path, elevated)
                with health.watching(ctx.plugin, f"page {path}"):
                    return await handler(visit)
            except HTTPException:
                raise
            except NotSignedIn:
                return redirect("/sign-in", next=visit.who.here)
            except RelatumError as error:
                return _problem(visit, error)
            except Exception as error:
                return _broken(visit, error)

        return Route(path, answer, methods=list(methods), name=handler.__name__)


async def _lent(ctx: Context, path: str, elevated: Mapping[str, Right]) -> Context:
    """The context with more rights, which is noted in the access log."""
    rights = {name: str(right.name).lower() for name, right in sorted(elevated.items())}
    await ctx.db.note("elevated", page=f"{ctx.plugin}{path}", rights=rights)
    return context_for(ctx.db, plugin=ctx.plugin, function="routes", elevated=elevated)


async def _nowhere(visit: PageVisit) -> Response:
    """What is answered where there is no page."""
    raise NotFound("There is no such page.")


def _problem(visit: PageVisit, error: RelatumError) -> Response:
    """The page that says what is wrong."""
    speech = SPOKEN.get()
    response = _told(visit, status_of(error), speech.wrong(error), speech.way_out(error))
    response.headers.update(headers_of(error))
    return response


def _broken(visit: PageVisit, error: Exception) -> Response:
    """The page for what nobody foresaw: the log has it."""
    return _told(visit, 500, str(masked(error)["message"]), say("Try again, or tell us."))


def _told(visit: PageVisit, status: int, message: str, hint: str | None) -> Response:
    return visit.page(
        "relatum/problem.html",
        status=status,
        navigation=(),
        title=say("There is nothing here") if status == 404 else say("That did not work"),
        message=message,
        hint=hint,
        back=visit.url("/"),
        back_title=say("To the beginning"),
    )
