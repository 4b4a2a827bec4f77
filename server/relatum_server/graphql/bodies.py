"""Bodies of requests: of the media type that they must be of, no longer than they may be, and in time."""

from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeVar

from starlette.types import Message, Receive, Scope

from relatum_server.graphql.accepting import JSON
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.waiting import within

Arrived = TypeVar("Arrived")

MULTIPART: Final = b"multipart/form-data"

_BY_NAME: Final = "relatum.headers"
"""Where a scope keeps its headers by their names."""

_KEPT: Final = 64
"""Headers of which it is remembered what they mean: clients always send the same."""


class Gone(Exception):
    """The client hung up before its request was whole."""


def header(scope: Scope, name: bytes) -> bytes | None:
    """A header of a request, several of the same name in one."""
    return headers_of(scope).get(name)


def headers_of(scope: Scope) -> Mapping[bytes, bytes]:
    """The headers of a request by their names, several of the same name in one."""
    by_name: Mapping[bytes, bytes] | None = scope.get(_BY_NAME)
    if by_name is None:
        by_name = scope[_BY_NAME] = _headers_by_name(scope["headers"])
    return by_name


def _headers_by_name(headers: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    found = dict(headers)
    if len(found) == len(headers):
        return found
    found.clear()
    for name, value in headers:
        found[name] = b"%s,%s" % (found[name], value) if name in found else value
    return found


def is_multipart(scope: Scope) -> bool:
    """Whether the body is a form, whose parts may be files.

    Raises:
        Refusal: it is of another media type than those that are taken.
    """
    headers = headers_of(scope)
    encoding = headers.get(b"content-encoding")
    if encoding and encoding.lower() != b"identity":
        raise Refusal.of_request(415, "A question is posted without compression.")
    media_type = _media_type(headers.get(b"content-type", b""))
    if media_type is None:
        raise Refusal.of_request(
            415,
            "A question is posted as JSON in UTF-8.",
            hint="Send Content-Type: application/json.",
        )
    return media_type == MULTIPART


@lru_cache(_KEPT)
def _media_type(content: bytes) -> bytes | None:
    """A form or JSON in UTF-8; None for all else."""
    media_type, *parameters = (each.strip() for each in content.lower().split(b";"))
    charsets = [each[8:].strip(b'"') for each in parameters if each.startswith(b"charset=")]
    if media_type == MULTIPART:
        return MULTIPART
    if media_type != JSON or any(each not in (b"utf-8", b"utf8") for each in charsets):
        return None
    return JSON


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
    declared = headers_of(scope).get(b"content-length")
    if declared and declared.isdigit() and int(declared[:20]) > limit:
        raise _too_long(limit)
    whole, more = _part(await receive())
    if not more and len(whole) <= limit:
        return whole
    gathered = bytearray(whole)
    while more and len(gathered) <= limit:
        chunk, more = _part(await receive())
        gathered += chunk
    if len(gathered) > limit:
        raise _too_long(limit)
    return bytes(gathered)


async def chunks(receive: Receive) -> AsyncIterator[bytes]:
    """The body as it arrives.

    Raises:
        Gone: the client hung up.
    """
    more = True
    while more:
        chunk, more = _part(await receive())
        yield chunk


def _part(message: Message) -> tuple[bytes, bool]:
    """The next bytes of a body, and whether more come."""
    if message["type"] == "http.disconnect":
        raise Gone
    return message.get("body", b""), message.get("more_body", False)


def in_time(arriving: Coroutine[Any, Any, Arrived], seconds: float) -> Coroutine[Any, Any, Arrived]:
    """What arrives, if it does so in time.

    Raises:
        Refusal: it does not.
    """
    return within(seconds, arriving, _late)


def _late() -> Refusal:
    return Refusal.of_request(
        408, "The request did not arrive in time.", headers={"connection": "close"}
    )


def _too_long(limit: int) -> Refusal:
    return Refusal.of_request(
        413, f"The request has more than {limit} bytes.", headers={"connection": "close"}
    )
