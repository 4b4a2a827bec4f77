"""Who asks, from the headers of a request: a token, a session's cookie, or nobody.

A token counts before a cookie. What names somebody wrongly is refused and never taken for nobody, so that an app
learns that its token has expired instead of seeing less. A cookie comes along with whatever a browser sends, so a
request that changes something has to come from a page of this server.
"""

from typing import Final

from starlette.requests import cookie_parser
from starlette.types import Scope

from relatum.access import Principal
from relatum.identity import Identity, Presumption, SignedIn
from relatum.identity.rules import DEFAULT_PURPOSE, judge_purpose
from relatum_schemas.errors import NotSignedIn
from relatum_server.identity.address import Address, address_at, check_same_origin

PURPOSE: Final = "relatum-purpose"
"""The header that says what a request is for."""

ANONYMOUS: Final = Principal()
"""Nobody in particular: without roles, so that nothing is open."""

_PURPOSE: Final = PURPOSE.encode()
_TOKEN: Final = "rlt_t_"  # noqa: S105  # how tokens begin, none itself
_SESSION: Final = "rlt_s_"


class Authenticate:
    """Tells who asks, from the ASGI scope of a request, by what a database knows.

    Args:
        identity: of the database.
        stated: the origin that the installation states as its own.
    """

    def __init__(self, identity: Identity, stated: str | None) -> None:
        """Keep what is asked."""
        self._identity = identity
        self._stated = stated

    async def __call__(self, scope: Scope) -> SignedIn | None:
        """Return who asks; nobody in particular is none.

        Raises:
            NotSignedIn: the token or session opens nothing (any more).
            Forbidden: the token is for another purpose, or the request does not come from a page of this server.
            BadValue: nobody has declared the purpose.
        """
        secret, purpose = self._secret(scope), _header(scope, _PURPOSE)
        if secret is None:
            judge_purpose(self._identity.room.catalogue, purpose or DEFAULT_PURPOSE)
            return None
        return _known(await self._identity.authenticate(secret, purpose=purpose))

    def presume(self, scope: Scope) -> Presumption | None:
        """Return who is presumed to ask; None where that has to be found out.

        Raises:
            NotSignedIn: the request names no token where it should.
            Forbidden: it does not come from a page of this server.
        """
        secret = self._secret(scope)
        if secret is None:
            return None
        return self._identity.presume(secret, purpose=_header(scope, _PURPOSE))

    def address(self, scope: Scope) -> Address:
        """Where browsers reach the server that a request came to."""
        return address_at(scope, self._stated)

    def _secret(self, scope: Scope) -> str | None:
        if (authorization := _header(scope, b"authorization")) is not None:
            return _bearer(authorization)
        address = address_at(scope, self._stated)
        secret = _session_secret(_header(scope, b"cookie") or "", address)
        if secret is not None:
            check_same_origin(scope, address)
        return secret


def principal_of(signed_in: SignedIn | None) -> Principal:
    """Whose rights count."""
    return signed_in.principal if signed_in else ANONYMOUS


def _header(scope: Scope, name: bytes) -> str | None:
    """A header of a request, the first of that name."""
    for key, value in scope["headers"]:
        if key == name:
            found: str = value.decode("latin-1")
            return found
    return None


def _session_secret(cookies: str, address: Address) -> str | None:
    """The session that a browser's cookie names."""
    secret = cookie_parser(cookies).get(address.cookie)
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
