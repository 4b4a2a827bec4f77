"""A browser's visit to a page: who came, what was filled in, and what is answered when something is wrong.

Pages are for sessions. A request that changes something comes from a form of these pages or is refused; nothing here is
kept by caches.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final
from urllib.parse import parse_qsl

from starlette.datastructures import ImmutableMultiDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from relatum.access.principal import looking_on
from relatum.identity import Identity, NewSession, SignedIn
from relatum.session import Session, Storage, in_force
from relatum_schemas.errors import BadValue, NotSignedIn, RelatumError, TooLarge
from relatum_server.arriving import in_time
from relatum_server.graphql.errors import masked
from relatum_server.identity.address import Address, check_same_origin, is_loopback
from relatum_server.identity.authenticating import principal_of
from relatum_server.pages.addresses import own_path, path_of, redirect
from relatum_server.pages.entering import ways_in
from relatum_server.pages.page import page
from relatum_server.pages.speaking import SPOKEN, say, spoken, spoken_to
from relatum_server.pages.who import Who
from relatum_server.state import ServerState, state_of
from relatum_server.statuses import headers_of, status_of

_LARGEST: Final = 20_000
_MOST_FIELDS: Final = 100

START: Final = "/"
"""The page that everybody begins at who has asked for no other."""
_LONGEST_AGENT: Final = 300

Form = ImmutableMultiDict[str, str]


@dataclass(frozen=True)
class Visit:
    """A request for a page.

    Attributes:
        request: as Starlette has it.
        signed_in: who came; nobody if no session is named, or one that has ended.
        form: what was filled in.
    """

    request: Request
    signed_in: SignedIn | None
    form: Form = field(default_factory=ImmutableMultiDict)

    @cached_property
    def state(self) -> ServerState:
        """Of the application."""
        return state_of(self.request)

    @property
    def identity(self) -> Identity:
        """Of the database."""
        return self.state.database.identity

    @property
    def address(self) -> Address:
        """Where browsers reach the server."""
        return self.state.address(self.request.scope)

    @property
    def agent(self) -> str:
        """What the browser calls itself."""
        return self.request.headers.get("user-agent", "")[:_LONGEST_AGENT]

    @property
    def origin(self) -> str:
        """The network address that the request came from."""
        return self.request.client.host if self.request.client else ""

    @property
    def next(self) -> str:
        """The page of this server to go to afterwards."""
        return own_path(self.form.get("next") or self.request.query_params.get("next") or "/")

    @property
    def person(self) -> SignedIn:
        """Who is signed in with this browser.

        Raises:
            NotSignedIn: nobody is; a program with a token is not.
        """
        if self.signed_in is None or self.signed_in.session is None:
            raise NotSignedIn("Nobody is signed in.", hint="Sign in first.")
        return self.signed_in

    def who(self, here: str | None = None) -> Who:
        """Who is signed in, as pages show it."""
        demo = {name: each.email for name, each in self.state.settings.demo.items()}
        shown = demo if is_loopback(self.origin) else {}
        known = self.signed_in if self.signed_in and self.signed_in.session else None
        return Who(signed_in=known, demo=shown, here=here or self.request.url.path)

    def wrong(self, error: RelatumError) -> str:
        """What is wrong, in the language of the page."""
        speech = SPOKEN.get()
        return f"{speech.wrong(error)} {speech.way_out(error) or ''}".strip()

    def text(self, name: str) -> str:
        """What was filled in.

        Raises:
            BadValue: nothing.
        """
        given = self.form.get(name, "")
        if not given:
            raise BadValue(f"{name.replace('_', ' ').capitalize()} is empty.", path=name)
        return given

    def cookie(self, response: Response, name: str, value: str, *, seconds: int) -> None:
        """Give the browser a cookie for this server's pages alone."""
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path="/",
            secure=self.address.secure,
            httponly=True,
            samesite="lax",
        )

    async def begun(self, session: NewSession, *, after: str = START) -> Response:
        """Keep a session in the browser instead of the one before, and go on; who has several firms chooses one first.

        Args:
            session: that has begun.
            after: the page to go to; from the start page whoever belongs elsewhere is led there.
        """
        await self.leave()
        signed_in = session.signed_in
        asked_by = self.state.database.asked_by(signed_in.principal)
        if after == START:
            after = next((each.address for each in ways_in(asked_by) if each.lands), after)
        undecided = signed_in.principal.firm is None and len(signed_in.firms) > 1
        response = redirect("/account/firm", next=after) if undecided else redirect(after)
        moment = self.state.database.clock()
        seconds = max(0, int((session.expires_at - moment).total_seconds()))
        self.cookie(response, self.address.cookie, session.secret, seconds=seconds)
        return response

    async def leave(self) -> None:
        """End the session that this browser came with, if there is one."""
        known = self.signed_in
        if known is None or known.session is None:
            return
        itself = await self.identity.end_looking(known)
        await self.identity.end_session(itself, known.session)

    def ended(self, response: Response) -> Response:
        """Take the session's cookie away from the browser."""
        self.cookie(response, self.address.cookie, "", seconds=0)
        return response


Handler = Callable[[Visit], Awaitable[Response]]


def shown(path: str, handler: Handler) -> Route:
    """The route of a page."""

    async def answer(request: Request) -> Response:
        return await answered(request, handler)

    return Route(path, answer, methods=["GET"])


async def in_one_edition(visit: Visit, show: Callable[[Session], Awaitable[Response]]) -> Response:
    """What is shown to a visitor in a session under one edition of what is in force; begun anew where that is outdated."""
    database, principal = visit.state.database, principal_of(visit.signed_in)

    async def shown(_: Storage) -> Response:
        return await show(database.asked_by(principal))

    return await in_force(database.storage, shown)


def posted(path: str, handler: Handler, *, also_looking: bool = False) -> Route:
    """The route of a form.

    Args:
        path: of the route.
        handler: does what it says.
        also_looking: whether it is also for an administrator who only looks as somebody else.
    """

    async def filled(visit: Visit) -> Response:
        check_same_origin(visit.request.scope, visit.address)
        if visit.who().looking and not also_looking:
            raise looking_on()
        return await handler(Visit(visit.request, visit.signed_in, await _form(visit)))

    async def answer(request: Request) -> Response:
        return await answered(request, filled)

    return Route(path, answer, methods=["POST"])


def done_there(visit: Visit, words: Mapping[str, str]) -> str | None:
    """What a form did that led back to this page.

    Args:
        visit: whose address says which form it was.
        words: that say so, by its name.
    """
    done = words.get(visit.request.query_params.get("done", ""))
    return say(done) if done else None


async def _signed_in(request: Request) -> SignedIn | None:
    """Who visits a page; a session that has ended is nobody's."""
    try:
        return await state_of(request).authenticate(request.scope)
    except NotSignedIn:
        return None


async def answered(request: Request, handler: Handler) -> Response:
    """What a handler answers; an error is told on a page, and who must be signed in is sent there."""
    visit = Visit(request, None)
    SPOKEN.set(spoken(visit.state.database.storage, request))
    try:
        visit = Visit(request, await _signed_in(request))
        asked_by = visit.state.database.asked_by(principal_of(visit.signed_in))
        SPOKEN.set(await spoken_to(asked_by, request))
        return await handler(visit)
    except NotSignedIn:
        return redirect(
            "/sign-in", next=path_of(request) if request.method == "GET" else "/account"
        )
    except RelatumError as error:
        return _problem(visit, error)
    except Exception as error:
        return _broken(visit, error)


def _problem(visit: Visit, error: RelatumError) -> Response:
    """The page that says what is wrong."""
    speech = SPOKEN.get()
    response = _problem_page(visit, status_of(error), speech.wrong(error), speech.way_out(error))
    response.headers.update(headers_of(error))
    return response


def _broken(visit: Visit, error: Exception) -> Response:
    """The page for what nobody foresaw: the log has it."""
    return _problem_page(visit, 500, str(masked(error)["message"]), say("Try again, or tell us."))


def _problem_page(visit: Visit, status: int, message: str, hint: str | None) -> Response:
    values = {
        "who": visit.who("/"),
        "title": say("That did not work"),
        "message": message,
        "hint": hint,
        "back": "/account" if visit.signed_in else "/sign-in",
        "back_title": say("Your account") if visit.signed_in else say("Sign in"),
    }
    return page("problem.html", values, status=status)


async def _form(visit: Visit) -> Form:
    """What a form says. It is small, and has no files.

    Raises:
        BadValue: it is not in the form that forms have.
        TooLarge: it is longer than any form of these pages.
        ArrivedLate: it takes longer than any request may.
    """
    body, asked, seconds = b"", visit.request, visit.state.settings.limits.body_seconds
    async for chunk in Request(asked.scope, in_time(asked.receive, seconds)).stream():
        body += chunk
        if len(body) > _LARGEST:
            raise TooLarge("The form is too long.")
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError as error:
        raise BadValue("The form is not well formed.") from error
    return ImmutableMultiDict(pairs)
