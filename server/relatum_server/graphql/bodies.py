"""Bodies of requests: of the media type that they must be of, no longer than they may be, and in time."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from typing import Final, TypeVar

from starlette.types import Receive, Scope

from relatum_server.graphql.accepting import JSON
from relatum_server.graphql.errors import Refusal

Arrived = TypeVar("Arrived")

MULTIPART: Final = b"multipart/form-data"


class Gone(Exception):
    """The client hung up before its request was whole."""


def header(scope: Scope, name: bytes) -> bytes | None:
    """A header of a request, several of the same name in one."""
    found = [value for key, value in scope["headers"] if key == name]
    return b",".join(found) if found else None


def is_multipart(scope: Scope) -> bool:
    """Whether the body is a form, whose parts may be files.

    Raises:
        Refusal: it is of another media type than those that are taken.
    """
    content = (header(scope, b"content-type") or b"").lower()
    media_type, *parameters = (each.strip() for each in content.split(b";"))
    if (header(scope, b"content-encoding") or b"identity").lower() != b"identity":
        raise Refusal.of_request(415, "A question is posted without compression.")
    if media_type == MULTIPART:
        return True
    charsets = [each[8:].strip(b'"') for each in parameters if each.startswith(b"charset=")]
    if media_type != JSON or any(each not in (b"utf-8", b"utf8") for each in charsets):
        raise Refusal.of_request(
            415,
            "A question is posted as JSON in UTF-8.",
            hint="Send Content-Type: application/json.",
        )
    return False


async def body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The whole body.

    Args:
        scope: of the request.
        receive: gives it.
        limit: of its bytes.

    Raises:
        Refusal: it is too long.
        Gone: the client hung up.
    """
    declared = header(scope, b"content-length")
    if declared and declared.isdigit() and int(declared[:20]) > limit:
        raise _too_long(limit)
    gathered: list[bytes] = []
    size = 0
    more = True
    while more:
        chunk, more = await _received(receive)
        size += len(chunk)
        if size > limit:
            raise _too_long(limit)
        gathered.append(chunk)
    return b"".join(gathered)


async def chunks(receive: Receive) -> AsyncIterator[bytes]:
    """The body as it arrives.

    Raises:
        Gone: the client hung up.
    """
    more = True
    while more:
        chunk, more = await _received(receive)
        yield chunk


async def _received(receive: Receive) -> tuple[bytes, bool]:
    """The next bytes of a body, and whether more come."""
    message = await receive()
    if message["type"] == "http.disconnect":
        raise Gone
    return message.get("body", b""), message.get("more_body", False)


async def in_time(arriving: Awaitable[Arrived], seconds: float) -> Arrived:
    """What arrives, if it does so in time.

    Raises:
        Refusal: it does not.
    """
    try:
        async with asyncio.timeout(seconds):
            return await arriving
    except TimeoutError as error:
        raise Refusal.of_request(
            408, "The request did not arrive in time.", headers={"connection": "close"}
        ) from error


def _too_long(limit: int) -> Refusal:
    return Refusal.of_request(
        413, f"The request has more than {limit} bytes.", headers={"connection": "close"}
    )
