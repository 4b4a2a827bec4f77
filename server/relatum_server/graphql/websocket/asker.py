"""Who asks on a socket. A browser's cookie or a program's token says so at the beginning, and is judged again ever after.

A socket outlives what it was opened with: tokens are revoked, sessions ended, roles taken away. So nothing of what was
found at the beginning counts later on but the secret itself. What is told of changes is read first and certified then:
nobody is told what came to pass after he was no longer to be told.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeVar

from starlette.types import Scope

from relatum.connections import Outdated
from relatum.identity import Mistaken, SignedIn
from relatum.session import Database, Session
from relatum_schemas.errors import BadValue, CrossSite, Forbidden, NotSignedIn
from relatum_server.graphql.websocket.closing import FORBIDDEN, TRY_LATER, Closing
from relatum_server.identity.asking import Work, done_for
from relatum_server.identity.authenticating import PURPOSE, Authenticate

Outcome = TypeVar("Outcome")

_SAID: Final = ("authorization", PURPOSE)
"""What may be said in the payload of ``connection_init``, where browsers cannot set headers; it counts before them."""

_ATTEMPTS: Final = 10
"""How often in a row who asks may turn out to have changed meanwhile."""


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

    async def enter(self) -> SignedIn:
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
        return signed_in

    async def ask(self, work: Work[Outcome]) -> Outcome:
        """Do something for who asks, as for one request.

        Raises:
            Closing: nobody is signed in any more.
            RelatumError: what the work raises.
        """
        try:
            return await done_for(
                self._scope, work, database=self._database, authenticate=self._authenticate
            )
        except NotSignedIn as error:
            raise Closing(FORBIDDEN, error.message) from error

    async def read(self, work: Callable[[Session], Awaitable[Outcome]]) -> Outcome:
        """Read something for who asks; given out, be it an error, if it is still his to know when it was read.

        Args:
            work: reads; it may be done several times.

        Raises:
            Closing: nobody is signed in any more.
            RelatumError: what the work raises.
        """
        for _ in range(_ATTEMPTS):
            presumption = self._authenticate.presume(self._scope)
            if presumption is None:
                await self.enter()
                continue
            session = self._database.asked_by(presumption.signed_in.principal)
            try:
                try:
                    outcome = await work(session)
                except Exception:
                    await presumption.certify()
                    raise
                await presumption.certify()
            except Mistaken:
                await self.enter()
            except Outdated:
                await self._database.renewed()
            else:
                return outcome
        raise Closing(TRY_LATER, "Who asks does not stay the same")


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
