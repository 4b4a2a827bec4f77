"""The parameters of a GraphQL request: as they come in an address or a body, and the question that they make."""

from collections.abc import Mapping
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import orjson
from starlette.types import Scope

from relatum_server.graphql.api import Question
from relatum_server.graphql.bodies import headers_of
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.trusted import TrustedDocuments

Expected = TypeVar("Expected")

_LONGEST_KEY: Final = 255


def from_address(scope: Scope) -> dict[str, Any]:
    """The parameters in an address; variables and extensions are JSON there.

    Raises:
        Refusal: it is not well formed.
    """
    try:
        text = scope["query_string"].decode("ascii")
        found: dict[str, Any] = dict(
            parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=20)
        )
    except ValueError as error:
        raise Refusal.of_request(400, "The address is not well formed.") from error
    for name in ("variables", "extensions"):
        if name in found:
            try:
                found[name] = orjson.loads(found[name] or "null")
            except orjson.JSONDecodeError as error:
                raise Refusal.of_request(400, f"{name} is not JSON: {error}.") from error
    return found


def from_json(body: bytes) -> object:
    """The parameters in a body.

    Raises:
        Refusal: it is not JSON.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refusal.of_request(400, f"The request is not JSON: {error}.") from error


def question(given: object, trusted: TrustedDocuments, scope: Scope) -> Question:
    """The question within a request's parameters; those that are not GraphQL's are left alone.

    Args:
        given: the parameters.
        trusted: the documents that can be asked by name.
        scope: of the request, whose headers may say more.

    Raises:
        Refusal: there is none.
    """
    if isinstance(given, list):
        raise Refusal.of_request(
            400,
            "One question per request, not a list of them.",
            hint="Ask several root fields in one document.",
        )
    if not isinstance(given, dict):
        raise Refusal.of_request(400, "A question is a JSON object with a query.")
    operation_name = _optional(given, "operationName", str, "a text")
    variables = _optional(given, "variables", dict, "an object")
    _optional(given, "extensions", dict, "an object")
    return Question(
        trusted.text(given), operation_name or None, variables or {}, _idempotency_key(scope)
    )


def _optional(
    given: Mapping[str, Any], name: str, expected: type[Expected], spelt: str
) -> Expected | None:
    value = given.get(name)
    if value is None or isinstance(value, expected):
        return value
    raise Refusal.of_request(400, f"{name} is {spelt}, if it is given.")


def _idempotency_key(scope: Scope) -> str | None:
    """By which the sender knows its request again.

    Raises:
        Refusal: it is empty, too long, or not of letters that can be seen.
    """
    given = headers_of(scope).get(b"idempotency-key")
    if given is None:
        return None
    key = given.decode("latin-1")
    if not 0 < len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise Refusal.of_request(
            400,
            f"The Idempotency-Key is a text of 1 to {_LONGEST_KEY} letters of ASCII.",
            hint="Draw a random UUID for each mutation.",
        )
    return key
