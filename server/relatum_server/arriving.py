"""Bodies of requests to pages and plugins arrive in time, or not at all: who sends a byte a minute holds nothing up."""

import asyncio
from time import monotonic

from starlette.types import Message, Receive

from relatum_schemas.errors import TimedOut


class ArrivedLate(TimedOut):
    """A request did not arrive in time."""


def in_time(receive: Receive, seconds: float) -> Receive:
    """Receive a body that is waited for no longer than so many seconds in all.

    What comes after the body, that the client has hung up, is waited for as long as it takes.

    Raises:
        ArrivedLate: when it is received, and the time is over.
    """
    left, whole = seconds, False

    async def received() -> Message:
        nonlocal left, whole
        if whole:
            return await receive()
        began = monotonic()
        try:
            async with asyncio.timeout(left):
                message = await receive()
        except TimeoutError:
            raise ArrivedLate("The request did not arrive in time.") from None
        left -= monotonic() - began
        whole = not message.get("more_body", False)
        return message

    return received
