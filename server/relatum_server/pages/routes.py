"""Where the start page, GraphiQL and the schema are, and who is shown them."""

from typing import Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from relatum.session import Session
from relatum_schemas.errors import BadValue, NotFound
from relatum_server.graphql.api import api_of
from relatum_server.identity.authenticating import principal_of
from relatum_server.identity.visits import Visit, answered, in_one_edition, posted, shown
from relatum_server.pages.addresses import redirect
from relatum_server.pages.entering import ways_in
from relatum_server.pages.graphiql import graphiql_page
from relatum_server.pages.speaking import COOKIE, SPOKEN
from relatum_server.pages.start import StartPage, start_page

_A_YEAR: Final = 365 * 24 * 3600


async def _start(visit: Visit) -> Response:
    async def show(session: Session) -> Response:
        page = StartPage(
            known=api_of(session).known_to(session),
            examples=await visit.state.offering.to(session, api_of(session))
            if _is_shown(visit)
            else (),
            waiting=bool(visit.state.settings.example_queries),
            graphiql=_is_shown(visit),
            entrances=ways_in(session),
        )
        return await start_page(session, visit.who("/"), page)

    return await in_one_edition(visit, show)


async def _graphiql(visit: Visit) -> Response:
    if not _is_shown(visit):
        return redirect("/sign-in", next="/graphql")

    async def show(session: Session) -> Response:
        return graphiql_page(
            visit.who("/graphql"), await visit.state.offering.to(session, api_of(session))
        )

    return await in_one_edition(visit, show)


def _is_shown(visit: Visit) -> bool:
    """Whether GraphiQL is for this browser."""
    match visit.state.settings.graphiql:
        case "open":
            return True
        case "signed_in":
            return visit.signed_in is not None
        case "off":
            return False


async def _schema(visit: Visit) -> Response:
    """The schema definition, as clients' tools read it: what who asks may know of."""
    if not visit.state.settings.limits.introspection:
        raise NotFound("The schema is not told here.", hint="Operators switch introspection on.")
    session = visit.state.database.asked_by(principal_of(visit.signed_in))
    text = await api_of(session).schema_text(session)
    return PlainTextResponse(text, headers={"cache-control": "no-store"})


async def _speak(visit: Visit) -> Response:
    """Have pages speak another language from now on: to who is signed in everywhere, else in this browser."""
    wanted = visit.text("language")
    if wanted not in SPOKEN.get().languages:
        raise BadValue("Pages speak no such language.", path="language")
    me = visit.signed_in
    if me is not None and me.session and me.account:
        await visit.identity.set_language(me.principal, me.account, wanted)
    response = redirect(visit.next)
    visit.cookie(response, COOKIE, wanted, seconds=_A_YEAR)
    return response


START: Final = shown("/", _start)
LANGUAGE: Final = posted("/account/language", _speak)
SCHEMA: Final = shown("/schema.graphql", _schema)


async def show_graphiql(scope: Scope, receive: Receive, send: Send) -> None:
    """The page at ``/graphql``, as an ASGI application."""
    response = await answered(Request(scope, receive), _graphiql)
    await response(scope, receive, send)
