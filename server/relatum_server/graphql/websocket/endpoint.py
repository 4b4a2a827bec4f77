"""The ASGI application for websockets at ``/graphql``: lets sockets in, as many as may be open."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from starlette.types import Receive, Scope, Send

from relatum.identity import SignedIn
from relatum.session import Database
from relatum_server.graphql.websocket.answering import Answering
from relatum_server.graphql.websocket.asker import Asker
from relatum_server.graphql.websocket.closing import TRY_LATER, Closing
from relatum_server.graphql.websocket.limits import SocketLimits
from relatum_server.graphql.websocket.socket import Socket
from relatum_server.identity.authenticating import Authenticate
from relatum_server.observability.measures import SOCKETS

_FULL: Final = b"Too many sockets are open. Try again later.\n"


class WebsocketEndpoint:
    """The sockets of one process.

    Args:
        database: that is asked.
        authenticate: tells who asks.
        answering: answers operations.
        limits: of sockets.
    """

    def __init__(
        self,
        database: Database,
        authenticate: Authenticate,
        answering: Answering,
        limits: SocketLimits | None = None,
    ) -> None:
        """Begin without sockets."""
        self._database = database
        self._authenticate = authenticate
        self._answering = answering
        self._limits = limits or SocketLimits()
        self._open = 0
        self._of_each: Counter[object] = Counter()

    @property
    def open(self) -> int:
        """How many sockets are open."""
        return self._open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one socket from its handshake to its end."""
        if self._open >= self._limits.sockets:
            await _turn_away(scope, receive, send)
            return
        socket = Socket(
            receive,
            send,
            self._limits,
            self._answering,
            recognise=lambda init: Asker(self._database, self._authenticate, scope, init.payload),
            admit=self._admitted,
        )
        self._open += 1
        try:
            with SOCKETS.track_inprogress():
                await socket.serve(scope["subprotocols"])
        finally:
            self._open -= 1

    @contextmanager
    def _admitted(self, signed_in: SignedIn) -> Iterator[None]:
        whose = signed_in.account or signed_in.token
        if self._of_each[whose] >= self._limits.sockets_of_one:
            raise Closing(TRY_LATER, "You have too many sockets open")
        self._of_each[whose] += 1
        try:
            yield
        finally:
            self._of_each[whose] -= 1
            if not self._of_each[whose]:
                del self._of_each[whose]


async def _turn_away(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a handshake, with a status if the server can say one."""
    await receive()
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close", "code": TRY_LATER})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"retry-after", b"10")]
    await send({"type": "websocket.http.response.start", "status": 503, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": _FULL})
