"""Compression of answers, where the client takes it and nobody learns anything by their length.

Who can put words of his own into a request that another's browser sends, and can see how long the answer is, guesses
what else is in it word by word when it is compressed (BREACH). A page of another site makes a browser send no more than
a GET with its cookies; what is posted here is JSON or carries a header of its own, which browsers let no other site send.
So everything that is posted is compressed, and what is got by a cookie is not.
"""

import asyncio
import zlib
from typing import Final

from starlette.types import Scope

from relatum_server.graphql.bodies import header

GZIP: Final = b"gzip"
SMALL: Final = 1_400
"""Bytes that go in one packet as they are."""
_LONG: Final = 64 * 1024
"""Bytes from which on a thread compresses them, aside from the event loop."""
_LEVEL: Final = 1
"""JSON shrinks to a fifth by it; the usual level takes five times as long and spares a tenth more."""
_WITH_GZIP_HEADER: Final = 31


async def compressed(scope: Scope, content: bytes) -> bytes | None:
    """The content in gzip; None where it is to go as it is."""
    if len(content) < SMALL or not _is_taken(header(scope, b"accept-encoding")):
        return None
    if scope["method"] != "POST" and header(scope, b"cookie") is not None:
        return None
    if len(content) < _LONG:
        return _gzip(content)
    return await asyncio.to_thread(_gzip, content)


def _gzip(content: bytes) -> bytes:
    return zlib.compress(content, _LEVEL, _WITH_GZIP_HEADER)


def _is_taken(accepted: bytes | None) -> bool:
    """Whether ``Accept-Encoding`` names gzip, and does not refuse it (RFC 9110, 12.5.3)."""
    for part in (accepted or b"").lower().split(b","):
        name, *parameters = (each.strip() for each in part.split(b";"))
        if name == GZIP:
            return not any(each.replace(b" ", b"") in _REFUSING for each in parameters)
    return False


_REFUSING: Final = frozenset({b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"})
