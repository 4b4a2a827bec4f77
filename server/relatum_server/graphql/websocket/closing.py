"""The ends of a socket: the codes of the protocol, and those of websockets at large where it has none of its own.

Clients connect anew after 1012 and 1013, since nothing they did was wrong, and do not after most of the others.
"""

from typing import Final

BROKEN: Final = 1011
RESTARTING: Final = 1012
TRY_LATER: Final = 1013
TOO_LONG: Final = 1009
BAD_REQUEST: Final = 4400
UNAUTHORIZED: Final = 4401
FORBIDDEN: Final = 4403
WRONG_SUBPROTOCOL: Final = 4406
INIT_TIMEOUT: Final = 4408
ALREADY_SUBSCRIBED: Final = 4409
TOO_MANY_INITS: Final = 4429

_LONGEST_REASON: Final = 123
"""Bytes of a reason that fit into the frame."""


class Closing(Exception):
    """The server ends a socket.

    Args:
        code: of the websocket's end.
        reason: for the people who wrote the client; cut where it is too long for the frame.
    """

    def __init__(self, code: int, reason: str) -> None:
        """Keep code and reason."""
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")


class Slow(Closing):
    """The server ends the socket of a client that did not take what it was sent."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(TRY_LATER, "Messages were not taken in time")


class Gone(Exception):
    """The client ended the socket, or the network did."""
