"""The page on which an administrator chooses as whom to look at things, and how that ends."""

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response
from starlette.routing import BaseRoute

from relatum.identity import Account
from relatum.identity.room import for_administrators
from relatum_server.identity.account import identifier
from relatum_server.identity.authenticating import principal_of
from relatum_server.identity.visits import START, Visit, posted, shown
from relatum_server.pages.addresses import redirect
from relatum_server.pages.entering import ways_in
from relatum_server.pages.page import page

_SHOWN: Final = 50


async def _choose(visit: Visit) -> Response:
    """Whom there is: those found by words, or by the record that a page names."""
    me = visit.person
    for_administrators(me.principal, "look as somebody else")
    asked = visit.request.query_params
    words, record = asked.get("q", "").strip(), asked.get("record")
    found: Sequence[Account]
    if record:
        found = await visit.identity.accounts_of(me.principal, [identifier(record, "record")])
    else:
        found = [
            each for each in await visit.identity.accounts(me.principal) if _matches(each, words)
        ]
    shown = [each for each in found if not each.disabled and each.id != me.account]
    people = [
        (each, await visit.identity.firms_of(me.principal, each.record)) for each in shown[:_SHOWN]
    ]
    values = {
        "who": visit.who("/account/as"),
        "words": words,
        "people": people,
        "more": len(shown) > _SHOWN,
        "next": visit.next,
    }
    return page("as.html", values)


def _matches(account: Account, words: str) -> bool:
    said = f"{account.name} {account.email}".lower()
    return all(each in said for each in words.lower().split())


async def _look(visit: Visit) -> Response:
    firm = visit.form.get("firm")
    await visit.identity.look_as(
        visit.person,
        identifier(visit.text("record"), "record"),
        firm=identifier(firm, "firm") if firm else None,
    )
    if visit.next != START:
        return redirect(visit.next)
    seen = await visit.state.authenticate(visit.request.scope)
    ways = ways_in(visit.state.database.asked_by(principal_of(seen)))
    return redirect(next((each.address for each in ways if each.lands), START))


async def _end(visit: Visit) -> Response:
    await visit.identity.end_looking(visit.person)
    return redirect("/account/as")


LOOKING: Final[Sequence[BaseRoute]] = (
    shown("/account/as", _choose),
    posted("/account/as", _look),
    posted("/account/as/end", _end, also_looking=True),
)
