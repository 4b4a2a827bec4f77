"""What a socket may ask of a process at most, and for how long it may keep it waiting."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SocketLimits:
    """Bounds of websockets.

    Attributes:
        sockets: open in one process.
        sockets_of_one: of them, by one person or program.
        operations: under way on one socket.
        message: bytes of one message of a client.
        init_seconds: in which ``connection_init`` must have arrived.
        taking_seconds: in which a client must have taken what it was sent.
        keep_alive_seconds: after which a quiet socket is sent a ping, and its sign-in is looked at again.
        batch: changes delivered at a time, by one statement.
    """

    sockets: int = 2_000
    sockets_of_one: int = 100
    operations: int = 50
    message: int = 100_000
    init_seconds: float = 3.0
    taking_seconds: float = 20.0
    keep_alive_seconds: float = 25.0
    batch: int = 50
