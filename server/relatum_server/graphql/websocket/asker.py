"""Who asks on a socket. A browser's cookie or a program's token says so at the beginning, and is judged again ever after.

A socket outlives what it was opened with: tokens are revoked, sessions ended, roles taken away. So nothing of what was
found at the beginning counts later on but the secret itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.types import Scope

from relatum.identity import SignedIn
from relatum.session import Database, Session
from relatum_schemas.errors import BadValue, CrossSite, Forbidden, NotSignedIn
from relatum_server.graphql.websocket.closing import FORBIDDEN, Closing
from relatum_server.identity.authenticating import PURPOSE, Authenticate

_SAID: Final = ("authorization", PURPOSE)
"""What may be said in the payload of ``connection_init``, where browsers cannot set headers; it counts before them."""


@dataclass(frozen=True)
class Judged:
    """Who asks, now.

    Attributes:
        signed_in: the person or program.
        session: the database as it may see it.
    """

    signed_in: SignedIn
    session: Session

    @property
    def whose(self) -> object:
        """What tells its sockets from those of others."""
        return self.signed_in.account or self.signed_in.token


class Asker:
    """Who asks on one socket.

    Args:
        database: that is asked.
        authenticate: tells who asks by a request's headers.
        scope: of the handshake.
        payload: of ``connection_init``.

    Raises:
        Closing: what the payload says is no text.
    """

    def __init__(
        self,
        database: Database,
        authenticate: Authenticate,
        scope: Scope,
        payload: Mapping[str, Any],
    ) -> None:
        self._database = database
        self._authenticate = authenticate
        self._scope = _as_request(scope, payload)

    async def judge(self) -> Judged:
        """Return who asks, as it stands now.

        Raises:
            Closing: nobody is signed in, or nobody any more.
            RelatumError: the database cannot be asked.
        """
        try:
            signed_in = await self._authenticate(self._scope)
        except (NotSignedIn, CrossSite, Forbidden, BadValue) as error:
            raise Closing(FORBIDDEN, error.message) from error
        if signed_in is None:
            raise Closing(
                FORBIDDEN, 'Sign in, or send {"authorization": "Bearer rlt_t_..."} as payload.'
            )
        return Judged(signed_in, self._database.as_(signed_in.principal))


def _as_request(scope: Scope, payload: Mapping[str, Any]) -> Scope:
    """The handshake as a request that changes something: with a cookie it has to come from a page of this server."""
    said = {name.lower(): value for name, value in payload.items() if name.lower() in _SAID}
    if not all(isinstance(each, str) for each in said.values()):
        raise Closing(FORBIDDEN, "authorization and relatum-purpose are texts.")
    kept = [
        (name, value)
        for name, value in scope["headers"]
        if name.lower().decode("latin-1") not in said
    ]
    given = [(name.encode(), value.encode("utf-8")) for name, value in said.items()]
    return {**scope, "type": "http", "method": "POST", "headers": [*kept, *given]}
