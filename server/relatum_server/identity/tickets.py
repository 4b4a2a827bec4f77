"""Links from mails. Looking at one uses nothing up, since programs that look for harm in mails do that, too."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute

from relatum.identity import Ticket
from relatum.identity.passwords import SHORTEST
from relatum.identity.values import Use
from relatum_schemas.errors import BadValue, SpentLink
from relatum_server.identity.letters import PLACES
from relatum_server.identity.visits import Handler, Visit, posted, shown
from relatum_server.pages.page import page
from relatum_server.pages.speaking import say, to_say


@dataclass(frozen=True)
class _Words:
    title: str
    message: str
    button: str


_WORDS: Final[dict[Use, _Words]] = {
    "sign_in": _Words(to_say("Sign in"), to_say("You sign in as {email}."), to_say("Sign in")),
    "reset": _Words(
        to_say("Set a new password"),
        to_say("It replaces the password of {email}."),
        to_say("Set it and sign in"),
    ),
    "invitation": _Words(
        to_say("You are invited"),
        to_say("Choose a password. From then on you sign in{firm} as {email} with it."),
        to_say("Choose it and sign in"),
    ),
}


def _page_of(use: Use) -> Handler:
    async def look(visit: Visit) -> Response:
        return _ticket_page(visit, use, await _ticket(visit, use))

    return look


def _form_of(use: Use) -> Handler:
    async def redeem(visit: Visit) -> Response:
        ticket = await _ticket(visit, use)
        try:
            session = await visit.identity.redeem(
                visit.request.path_params["secret"],
                password=visit.text("password") if use != "sign_in" else None,
                agent=visit.agent,
                address=visit.origin,
            )
        except BadValue as error:
            return _ticket_page(visit, use, ticket, error)
        return await visit.begun(session, after="/account" if use == "sign_in" else "/")

    return redeem


async def _ticket(visit: Visit, use: Use) -> Ticket:
    """The ticket in the address.

    Raises:
        SpentLink: there is none, or it was used, withdrawn or has expired.
    """
    ticket = await visit.identity.ticket(visit.request.path_params["secret"])
    if ticket is None or ticket.use != use:
        raise SpentLink(
            "The link has been used, withdrawn, or has expired.", hint="Ask for a new one."
        )
    return ticket


def _ticket_page(visit: Visit, use: Use, ticket: Ticket, error: BadValue | None = None) -> Response:
    words = _WORDS[use]
    firm = say(" for {firm}").format(firm=ticket.firm_label) if ticket.firm_label else ""
    values = {
        "who": visit.who("/"),
        "ticket": ticket,
        "title": say(words.title),
        "message": say(words.message).format(email=ticket.email, firm=firm),
        "button": say(words.button),
        "asks_password": use != "sign_in",
        "shortest": SHORTEST,
        "problem": visit.wrong(error) if error else None,
    }
    return page("ticket.html", values, status=422 if error else 200)


TICKETS: Final[Sequence[BaseRoute]] = tuple(
    route
    for use, place in PLACES.items()
    for route in (
        shown(f"{place}{{secret}}", _page_of(use)),
        posted(f"{place}{{secret}}", _form_of(use)),
    )
)
