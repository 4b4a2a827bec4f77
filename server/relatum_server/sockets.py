"""Websockets as uvicorn serves them, with an end for clients that take nothing of what they are sent.

uvicorn waits with further messages until the network has taken those before. But it answers a websocket's own pings
without waiting, and closes a connection only when all that was written is gone: a client that sends and never reads
could fill memory, and keep its connection for ever.
"""

import asyncio
from typing import Any, Final

from typing_extensions import override
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from relatum_server.graphql.websocket.limits import SocketLimits

_MOST_UNREAD: Final = 1_000_000
"""Bytes written and not taken, from which on a client that still asks for more is dropped."""

_PARTING_SECONDS: Final = 10.0
"""How long a connection may last once its end was written."""


class Websockets(WebSocketsSansIOProtocol):
    """A websocket of uvicorn whose memory and time are bounded."""

    @override
    def handle_ping(self) -> None:
        """Answer a ping, unless the client has not read the answers to those before."""
        if self.transport.get_write_buffer_size() > _MOST_UNREAD:
            self.transport.abort()
        else:
            super().handle_ping()

    @override
    def keepalive_timeout(self) -> None:
        """Drop a client that is not there any more."""
        super().keepalive_timeout()
        self.transport.abort()

    @override
    async def run_asgi(self) -> None:
        """Serve the socket, and see to it that it ends when the application does."""
        try:
            await super().run_asgi()
        finally:
            asyncio.get_running_loop().call_later(_PARTING_SECONDS, self.transport.abort)


def websockets(limits: SocketLimits) -> dict[str, Any]:
    """What uvicorn is told of websockets. Without compression: it would cost each socket a window and a dictionary."""
    return {
        "ws": Websockets,
        "ws_max_size": limits.message,
        "ws_ping_interval": 20.0,
        "ws_ping_timeout": 20.0,
        "ws_per_message_deflate": False,
    }
