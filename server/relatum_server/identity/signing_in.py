"""Signing in and out: by password, by a link in a mail, in the demo by one click."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute

from relatum_schemas.errors import (
    BadValue,
    MailUnavailable,
    NotFound,
    SignInRefused,
    TooManyAttempts,
)
from relatum_server.identity.address import is_loopback
from relatum_server.identity.visits import Visit, posted, shown
from relatum_server.pages.addresses import redirect
from relatum_server.pages.page import page
from relatum_server.pages.speaking import say, to_say
from relatum_server.statuses import headers_of, status_of

_SENT: Final = to_say(
    "If there is an account with this e-mail address, a link is on its way to it. "
    "It may take a minute; look into the folder for unwanted mail, too."
)


async def _sign_in_page(visit: Visit) -> Response:
    known = visit.signed_in is not None and visit.signed_in.session is not None
    if known and "next" in visit.request.query_params:
        return redirect(visit.next)
    return _form_page(visit)


def _form_page(
    visit: Visit, error: SignInRefused | TooManyAttempts | None = None, *, linking: bool = False
) -> Response:
    settings = visit.state.settings
    values = {
        "who": visit.who(visit.next),
        "next": visit.next,
        "email": visit.form.get("email", ""),
        "problem": visit.wrong(error) if error else None,
        "providers": {name: each.title for name, each in settings.providers.items()},
        "mail": settings.mail,
        "linking": linking,
    }
    response = page("sign_in.html", values, status=status_of(error) if error else 200)
    response.headers.update(headers_of(error) if error else {})
    return response


async def _sign_in(visit: Visit) -> Response:
    try:
        session = await visit.identity.sign_in(
            visit.text("email"), visit.text("password"), agent=visit.agent, address=visit.origin
        )
    except (SignInRefused, TooManyAttempts) as error:
        return _form_page(visit, error)
    return await visit.begun(session, after=visit.next)


async def _send_link(visit: Visit) -> Response:
    if not visit.state.settings.mail:
        raise MailUnavailable(
            "No mail server is set up here, so no links are sent.",
            hint="Sign in with a password, or ask your administrator for a link.",
        )
    use = visit.form.get("use")
    if use not in ("sign_in", "reset"):
        raise BadValue("A link is to sign in or to set a new password.", path="use")
    try:
        await visit.identity.send_link(
            visit.text("email"), use="reset" if use == "reset" else "sign_in"
        )
    except TooManyAttempts as error:
        return _form_page(visit, error, linking=True)
    values = {
        "who": visit.who("/"),
        "title": say("Look into your mail"),
        "message": say(_SENT),
        "back": "/sign-in",
        "back_title": say("Back to signing in"),
    }
    return page("notice.html", values)


async def _demo_sign_in(visit: Visit) -> Response:
    chosen = visit.state.settings.demo.get(visit.form.get("who", ""))
    if chosen is None or not is_loopback(visit.origin):
        raise NotFound("There is no such sign-in here.")
    session = await visit.identity.sign_in(
        chosen.email, chosen.password, agent=visit.agent, address=visit.origin
    )
    return await visit.begun(session, after=visit.next)


async def _sign_out(visit: Visit) -> Response:
    await visit.leave()
    return visit.ended(redirect("/"))


SIGNING_IN: Final[Sequence[BaseRoute]] = (
    shown("/sign-in", _sign_in_page),
    posted("/sign-in", _sign_in),
    posted("/sign-in/link", _send_link),
    posted("/sign-in/demo", _demo_sign_in, also_looking=True),
    posted("/sign-out", _sign_out, also_looking=True),
)
