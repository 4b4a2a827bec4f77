"""Inviting people to the firm acted for, and removing them; the engine judges whether one may."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute

from relatum_schemas.errors import BadValue, Conflict, Forbidden, Problems, Required
from relatum_server.identity.account import account_page, identifier
from relatum_server.identity.people import PERSON
from relatum_server.identity.visits import Visit, posted
from relatum_server.pages.addresses import redirect


async def _invite(visit: Visit) -> Response:
    me = visit.person
    person = {
        name.removeprefix(PERSON): value
        for name, value in visit.form.items()
        if name.startswith(PERSON) and value
    }
    try:
        await visit.identity.invite(
            me.principal,
            visit.text("invited"),
            person=person,
            roles=visit.form.getlist("role"),
            firm=me.principal.firm,
        )
    except (BadValue, Conflict, Forbidden, Problems, Required) as error:
        return await account_page(visit, error=error)
    return redirect("/account", done="invited")


async def _withdraw(visit: Visit) -> Response:
    ticket = identifier(visit.text("ticket"), "ticket")
    await visit.identity.withdraw(visit.person.principal, ticket)
    return redirect("/account", done="withdrawn")


async def _remove(visit: Visit) -> Response:
    me = visit.person
    record = identifier(visit.text("record"), "record")
    await visit.identity.remove_user(me.principal, record, firm=me.principal.firm)
    return redirect("/account", done="removed")


INVITING: Final[Sequence[BaseRoute]] = (
    posted("/account/users/invite", _invite),
    posted("/account/users/withdraw", _withdraw),
    posted("/account/users/remove", _remove),
)
