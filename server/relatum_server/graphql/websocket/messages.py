"""The messages of the subprotocol, read and written.

Whatever a client sends is one of five messages, or the end of its socket: nothing it can write gets any further.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from relatum_server.graphql.api import Question
from relatum_server.graphql.errors import Envelope
from relatum_server.graphql.websocket.closing import BAD_REQUEST, Closing

ACK: Final = '{"type":"connection_ack"}'
PING: Final = '{"type":"ping"}'

_LONGEST_ID: Final = 256
"""Characters of an operation's id: it is kept as long as the operation."""

_OPTIONAL: Final[Mapping[str, tuple[type, ...]]] = {
    "operationName": (str, type(None)),
    "variables": (dict, type(None)),
    "extensions": (dict, type(None)),
}


@dataclass(frozen=True)
class Init:
    """``connection_init``: the client says who it is."""

    payload: Mapping[str, Any]


@dataclass(frozen=True)
class Ping:
    """``ping``: the client asks whether anybody is there."""

    payload: Mapping[str, Any] | None


@dataclass(frozen=True)
class Pong:
    """``pong``: the client is there."""


@dataclass(frozen=True)
class Subscribe:
    """``subscribe``: the client asks."""

    id: str
    question: Question


@dataclass(frozen=True)
class Complete:
    """``complete``: the client has had enough of an answer."""

    id: str


Message = Init | Ping | Pong | Subscribe | Complete


def read_message(text: str) -> Message:
    """The message that a client sent.

    Raises:
        Closing: it is none.
    """
    try:
        given = orjson.loads(text)
        orjson.dumps(given)  # it refuses what is nested too deep for whoever goes through it
    except (orjson.JSONDecodeError, TypeError) as error:
        raise _malformed("Messages are JSON objects, not nested too deep") from error
    if not isinstance(given, dict):
        raise _malformed("Messages are JSON objects")
    match given.get("type"):
        case "connection_init":
            return Init(_payload(given) or {})
        case "ping":
            return Ping(_payload(given))
        case "pong":
            _payload(given)
            return Pong()
        case "subscribe":
            return Subscribe(_id(given), _question(given.get("payload")))
        case "complete":
            return Complete(_id(given))
    raise _malformed("The type of a message is one of those of graphql-transport-ws")


def pong(payload: Mapping[str, Any] | None) -> str:
    """The answer to a ping, with what came with it."""
    return orjson.dumps(
        {"type": "pong"} if payload is None else {"type": "pong", "payload": payload}
    ).decode()


def next_(operation: str, answer: bytes) -> str:
    """One answer of an operation."""
    return (b'{"id":%s,"type":"next","payload":%s}' % (orjson.dumps(operation), answer)).decode()


def error(operation: str, errors: Sequence[Envelope]) -> str:
    """The end of an operation that cannot be answered, or no further."""
    return orjson.dumps({"id": operation, "type": "error", "payload": list(errors)}).decode()


def complete(operation: str) -> str:
    """The end of an operation that was answered."""
    return orjson.dumps({"id": operation, "type": "complete"}).decode()


def _malformed(reason: str) -> Closing:
    return Closing(BAD_REQUEST, reason)


def _payload(given: Mapping[str, Any]) -> dict[str, Any] | None:
    payload = given.get("payload")
    if payload is not None and not isinstance(payload, dict):
        raise _malformed("The payload of this message is an object, if it is given")
    return payload


def _id(given: Mapping[str, Any]) -> str:
    found = given.get("id")
    if not isinstance(found, str) or not found:
        raise _malformed("The id of an operation is a text that is not empty")
    if len(found) > _LONGEST_ID:
        raise _malformed(f"The id of an operation has at most {_LONGEST_ID} characters")
    return found


def _question(payload: object) -> Question:
    if not isinstance(payload, dict) or not isinstance(payload.get("query"), str):
        raise _malformed("The payload of subscribe is an object with a query")
    for name, types in _OPTIONAL.items():
        if not isinstance(payload.get(name), types):
            expected = "a text" if str in types else "an object"
            raise _malformed(f"{name} is {expected}, if it is given")
    return Question(
        payload["query"], payload.get("operationName") or None, payload.get("variables") or {}
    )
