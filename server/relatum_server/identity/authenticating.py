"""Who asks, from the headers of a request: a token, a session's cookie, or nobody.

A token counts before a cookie. What names somebody wrongly is refused and never taken for nobody, so that an app
learns that its token has expired instead of seeing less. A cookie comes along with whatever a browser sends, so a
request that changes something has to come from a page of this server.
"""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import Scope

from relatum.access import Principal
from relatum.identity import Identity, SignedIn
from relatum.identity.rules import DEFAULT_PURPOSE, judge_purpose
from relatum_schemas.errors import NotSignedIn
from relatum_server.identity.address import Address, address_at, check_same_origin

Authenticate = Callable[[Scope], Awaitable[SignedIn | None]]
"""Tells who asks, from the ASGI scope of a request; nobody in particular is none."""

PURPOSE: Final = "relatum-purpose"
"""The header that says what a request is for."""

ANONYMOUS: Final = Principal()
"""Nobody in particular: without roles, so that nothing is open."""

_TOKEN: Final = "rlt_t_"  # noqa: S105  # how tokens begin, none itself
_SESSION: Final = "rlt_s_"


def authenticate_by(identity: Identity, stated: str | None) -> Authenticate:
    """Authentication by what a database knows.

    Args:
        identity: of the database.
        stated: the origin that the installation states as its own.
    """

    async def authenticate(scope: Scope) -> SignedIn | None:
        headers = Headers(scope=scope)
        purpose = headers.get(PURPOSE)
        if (authorization := headers.get("authorization")) is not None:
            return _known(await identity.authenticate(_bearer(authorization), purpose=purpose))
        address = address_at(scope, stated)
        secret = _session_secret(headers, address)
        if secret is None:
            judge_purpose(identity.room.catalogue, purpose or DEFAULT_PURPOSE)
            return None
        check_same_origin(scope, address)
        return _known(await identity.authenticate(secret, purpose=purpose))

    return authenticate


def principal_of(signed_in: SignedIn | None) -> Principal:
    """Whose rights count."""
    return signed_in.principal if signed_in else ANONYMOUS


def _session_secret(headers: Headers, address: Address) -> str | None:
    """The session that a browser's cookie names."""
    secret = cookie_parser(headers.get("cookie", "")).get(address.cookie)
    return secret if secret and secret.startswith(_SESSION) else None


def _bearer(authorization: str) -> str:
    scheme, _, secret = authorization.partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret.startswith(_TOKEN):
        raise NotSignedIn(
            "The Authorization header names no token.",
            hint="Send Authorization: Bearer rlt_t_...",
        )
    return secret


def _known(signed_in: SignedIn | None) -> SignedIn:
    if signed_in is None:
        raise NotSignedIn(
            "The token or session is wrong, has expired or was ended.", hint="Sign in anew."
        )
    return signed_in
