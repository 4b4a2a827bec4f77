"""Signing in with an account of another provider: departing to it, and arriving back.

What has to be remembered meanwhile is kept in a cookie of the one browser that departs, so that nobody else's arrival
is taken for its own.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import asdict
from typing import Final

import orjson
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from relatum_schemas.errors import NotFound, ProviderUnavailable
from relatum_server.identity.openid import (
    Departure,
    Provider,
    address_there,
    departing,
    identified,
)
from relatum_server.identity.visits import Visit, shown
from relatum_server.pages.addresses import own_path

_SECONDS_AWAY: Final = 600


async def _depart(visit: Visit) -> Response:
    name, provider = _provider(visit)
    departure = departing(name, visit.next)
    there = await address_there(provider, departure, _back(visit, name))
    response = RedirectResponse(there, 303, {"cache-control": "no-store"})
    kept = urlsafe_b64encode(orjson.dumps(asdict(departure))).decode()
    visit.cookie(response, _cookie(visit), kept, seconds=_SECONDS_AWAY)
    return response


async def _arrive(visit: Visit) -> Response:
    name, provider = _provider(visit)
    departure = _departure(visit)
    if departure is None or departure.provider != name:
        raise ProviderUnavailable(
            "This browser did not begin this sign-in, or long ago.", hint="Begin it anew."
        )
    given = dict(visit.request.query_params)
    who = await identified(provider, departure, _back(visit, name), given)
    session = await visit.identity.sign_in_vouched(
        who.email,
        by=who.issuer,
        subject=who.subject,
        agent=visit.agent,
        address=visit.origin,
    )
    response = await visit.begun(session, after=own_path(departure.next))
    visit.cookie(response, _cookie(visit), "", seconds=0)
    return response


def _provider(visit: Visit) -> tuple[str, Provider]:
    name = visit.request.path_params["provider"]
    provider = visit.state.settings.providers.get(name)
    if provider is None:
        raise NotFound("Nobody signs in here with such a provider.")
    return name, provider


def _back(visit: Visit, name: str) -> str:
    return visit.address.link(f"/sign-in/with/{name}/back")


def _cookie(visit: Visit) -> str:
    return f"{visit.address.cookie}-away"


def _departure(visit: Visit) -> Departure | None:
    try:
        kept = urlsafe_b64decode(visit.request.cookies.get(_cookie(visit), ""))
        texts = {name: str(value) for name, value in orjson.loads(kept).items()}
        return Departure(**texts)
    except (ValueError, TypeError, AttributeError):
        return None


ELSEWHERE: Final[Sequence[BaseRoute]] = (
    shown("/sign-in/with/{provider}", _depart),
    shown("/sign-in/with/{provider}/back", _arrive),
)
