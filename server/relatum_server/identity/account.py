"""The page of one's own account: whom one acts for, where one is signed in, tokens, the password."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from starlette.responses import Response
from starlette.routing import BaseRoute

from relatum.identity import NewToken
from relatum.identity.passwords import SHORTEST
from relatum.viewing import Form
from relatum_schemas.errors import BadValue, RelatumError, SignInRefused, TooManyAttempts
from relatum_server.identity.browsers import browser
from relatum_server.identity.people import PeopleShown, may_invite, people_shown, titles
from relatum_server.identity.profile import PROFILE, details, tellings
from relatum_server.identity.visits import Visit, done_there, posted, shown
from relatum_server.pages.addresses import redirect
from relatum_server.pages.entering import ways_in
from relatum_server.pages.page import page
from relatum_server.pages.speaking import to_say
from relatum_server.statuses import headers_of, status_of

LIFETIMES: Final = (7, 30, 90, 365)
"""Days that a token may be made to hold."""

_DONE: Final = {
    "details": to_say("Your details are saved."),
    "language": to_say("From now on you are spoken to in this language."),
    "told": to_say("That is how you are told from now on."),
    "firm": to_say("You act for another firm now."),
    "session": to_say("The session has ended."),
    "token": to_say("The token is revoked."),
    "password": to_say("Your password is changed, and you are signed in nowhere else."),
    "invited": to_say("The invitation is on its way."),
    "withdrawn": to_say("The invitation is withdrawn."),
    "removed": to_say("They may no longer act for this firm."),
}


async def _account(visit: Visit) -> Response:
    return await account_page(visit)


async def account_page(
    visit: Visit,
    *,
    error: RelatumError | None = None,
    token: NewToken | None = None,
    filled_in: Form | None = None,
) -> Response:
    """The account's page.

    Args:
        visit: of the person.
        error: what was wrong with a form of it.
        token: one that was just made.
        filled_in: the form of the person's details, with what is wrong with it.
    """
    me = visit.person
    session = visit.state.database.asked_by(me.principal)
    invites = may_invite(visit)
    people = await people_shown(visit) if invites else PeopleShown()
    sessions = await visit.identity.sessions(me.principal, me.account) if me.account else ()
    tokens = await visit.identity.tokens(me.principal, account=me.account) if me.account else ()
    values = {
        "who": visit.who("/account"),
        "me": me,
        "entrances": ways_in(session),
        "details": filled_in or await details(session),
        "tellings": await tellings(session, mail=bool(visit.state.settings.mail)),
        "roles": titles(me.principal.roles),
        "sessions": sessions,
        "tokens": [each for each in tokens if each.ended_at is None],
        "token": token,
        "lifetimes": LIFETIMES,
        "invites": titles(invites),
        "users": people.users,
        "invitations": people.invitations,
        "person_fields": people.fields,
        "mail": visit.state.settings.mail,
        "browser": browser,
        "shortest": SHORTEST,
        "done": done_there(visit, _DONE),
        "problem": visit.wrong(error) if error else None,
        "changing": error is not None and "old" in visit.form,
        "inviting": error is not None and "invited" in visit.form,
        "filled": visit.form,
    }
    status = 422 if filled_in else 200
    response = page("account.html", values, status=status_of(error) if error else status)
    response.headers.update(headers_of(error) if error else {})
    return response


async def _firms(visit: Visit) -> Response:
    if len(visit.person.firms) < 1:
        return redirect(visit.next)
    return page("firm.html", {"who": visit.who("/account"), "next": visit.next})


async def _switch(visit: Visit) -> Response:
    await visit.identity.switch_firm(visit.person, identifier(visit.text("firm"), "firm"))
    if "next" in visit.form:
        return redirect(visit.next)
    return redirect("/account", done="firm")


async def _end_session(visit: Visit) -> Response:
    ended = identifier(visit.text("session"), "session")
    await visit.identity.end_session(visit.person.principal, ended)
    if ended == visit.person.session:
        return visit.ended(redirect("/sign-in"))
    return redirect("/account", done="session")


async def _end_all(visit: Visit) -> Response:
    me = visit.person
    if me.account:
        await visit.identity.end_all(me.principal, me.account)
    return visit.ended(redirect("/sign-in"))


async def _change_password(visit: Visit) -> Response:
    me, new = visit.person, visit.text("new")
    if me.email is None or me.account is None:
        raise SignInRefused("Only a person has a password.")
    try:
        # Whoever sits at an open session need not know the password; who changes it must.
        proof = await visit.identity.sign_in(
            me.email, visit.text("old"), agent=visit.agent, address=visit.origin
        )
    except SignInRefused:
        return await account_page(visit, error=_not_the_password())
    except TooManyAttempts as error:
        return await account_page(visit, error=error)
    try:
        await visit.identity.set_password(me.principal, me.account, new)
    except BadValue as error:
        assert proof.signed_in.session
        await visit.identity.end_session(me.principal, proof.signed_in.session)
        return await account_page(visit, error=error)
    return redirect("/account", done="password")


def _not_the_password() -> SignInRefused:
    return SignInRefused(
        "This is not your present password.",
        hint="After several failures wait some minutes, or have a link sent to set a new one.",
    )


async def _make_token(visit: Visit) -> Response:
    me = visit.person
    days = visit.text("days")
    if days not in map(str, LIFETIMES):
        raise BadValue("A token holds for one of the times offered.", path="days")
    token = await visit.identity.add_token(
        me.principal,
        visit.text("name"),
        account=me.account,
        roles=visit.form.getlist("role"),
        firm=me.principal.firm,
        lasts=timedelta(days=int(days)),
    )
    return await account_page(visit, token=token)


async def _end_token(visit: Visit) -> Response:
    await visit.identity.end_token(visit.person.principal, identifier(visit.text("token"), "token"))
    return redirect("/account", done="token")


def identifier(text: str, name: str) -> UUID:
    """An id out of a form.

    Raises:
        BadValue: it is none.
    """
    try:
        return UUID(text)
    except ValueError as error:
        raise BadValue("This is no id.", path=name) from error


ACCOUNT: Final[Sequence[BaseRoute]] = (
    shown("/account", _account),
    shown("/account/firm", _firms),
    posted("/account/firm", _switch),
    posted("/account/sessions/end", _end_session),
    posted("/account/sessions/end-all", _end_all),
    posted("/account/password", _change_password),
    posted("/account/tokens", _make_token),
    posted("/account/tokens/end", _end_token),
    *PROFILE,
)
