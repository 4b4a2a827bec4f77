"""GraphQL over HTTP, as a bare ASGI application: the way through a framework's request objects costs more than a query.

Follows the draft specification GraphQL over HTTP (github.com/graphql/graphql-over-http): media types by ``Accept``,
``POST`` with JSON only (which other sites cannot send unasked), ``GET`` for queries, status codes in their plain meaning.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from graphql import OperationType
from starlette.types import ASGIApp, Receive, Scope, Send

from relatum.identity import SignedIn
from relatum.session import Database, Session
from relatum_schemas.errors import RelatumError
from relatum_server.graphql.accepting import HTML, JSON, accepted
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.errors import Refusal
from relatum_server.identity.asking import done_for
from relatum_server.identity.authenticating import Authenticate
from relatum_server.observability.developing import extended
from relatum_server.observability.noting import phase, refused

_METHODS: Final = "GET, POST"
_ALWAYS: Final = (
    (b"cache-control", b"no-store"),
    (b"vary", b"Accept"),
    (b"x-content-type-options", b"nosniff"),
)
_PARAMETERS: Final[Mapping[str, tuple[type, ...]]] = {
    "operationName": (str, type(None)),
    "variables": (dict, type(None)),
    "extensions": (dict, type(None)),
}


class GraphQLEndpoint:
    """The ASGI application at ``/graphql``.

    Args:
        database: that is asked.
        api: over the database's catalogue.
        authenticate: tells who asks.
        page: answers browsers, which prefer HTML; none where there is no such page.
    """

    def __init__(
        self,
        database: Database,
        api: Api,
        authenticate: Authenticate,
        page: ASGIApp | None = None,
    ) -> None:
        """Keep what is needed to answer."""
        self._database = database
        self._api = api
        self._authenticate = authenticate
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        media_type = JSON
        try:
            media_type = self._media_type(scope)
            if media_type == HTML and self._page:
                await self._page(scope, receive, send)
                return
            body = await self._answer(scope, receive)
        except _Gone:
            return
        except Refusal as refusal:
            await _refuse(send, media_type, refusal)
        except RelatumError as error:
            await _refuse(send, media_type, Refusal.of_engine(error))
        except Exception as error:
            await _refuse(send, media_type, Refusal.of_unknown(error))
        else:
            with phase("delivery"):
                await _send(send, 200, media_type, body)

    async def _answer(self, scope: Scope, receive: Receive) -> bytes:
        question: Question | None = None

        async def answer(session: Session, signed_in: SignedIn | None) -> bytes:
            nonlocal question
            question = question or await self._question(scope, receive)
            if scope["method"] == "GET":
                self._refuse_unless_query(question, session)
            body = await self._api.answer(session, question, signed_in)
            return extended(body, self._api, session, question)

        return await done_for(
            scope, answer, database=self._database, authenticate=self._authenticate
        )

    def _refuse_unless_query(self, question: Question, session: Session) -> None:
        operation = self._api.operation(question, self._api.known_to(session))
        if operation.node.operation is not OperationType.QUERY:
            raise Refusal.of_request(
                405, "GET asks queries only.", hint="Use POST.", headers={"allow": "POST"}
            )

    def _media_type(self, scope: Scope) -> bytes:
        if scope["method"] not in ("GET", "POST"):
            raise Refusal.of_request(
                405, "GraphQL is asked by GET or POST.", headers={"allow": _METHODS}
            )
        page = self._page is not None and scope["method"] == "GET"
        found = accepted(_header(scope, b"accept"), page=page)
        if found is None:
            raise Refusal.of_request(
                406,
                "None of the accepted media types is spoken here.",
                hint="Accept application/graphql-response+json or application/json.",
            )
        return found

    async def _question(self, scope: Scope, receive: Receive) -> Question:
        if scope["method"] == "GET":
            return _question(_from_url(scope))
        _check_content(scope)
        limits = self._api.limits
        try:
            async with asyncio.timeout(limits.body_seconds):
                body = await _body(scope, receive, limits.body)
        except TimeoutError as error:
            raise Refusal.of_request(408, "The request did not arrive in time.") from error
        try:
            return _question(orjson.loads(body))
        except orjson.JSONDecodeError as error:
            raise Refusal.of_request(400, f"The request is not JSON: {error}.") from error


class _Gone(Exception):
    """The client hung up before its request was whole."""


def _header(scope: Scope, name: bytes) -> bytes | None:
    found = [value for key, value in scope["headers"] if key == name]
    return b",".join(found) if found else None


def _from_url(scope: Scope) -> dict[str, Any]:
    """The parameters of a question in an address; variables and extensions are JSON there."""
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


def _check_content(scope: Scope) -> None:
    content = (_header(scope, b"content-type") or b"").lower()
    media_type, *parameters = (each.strip() for each in content.split(b";"))
    charsets = [each[8:].strip(b'"') for each in parameters if each.startswith(b"charset=")]
    if media_type != JSON or any(each not in (b"utf-8", b"utf8") for each in charsets):
        raise Refusal.of_request(
            415,
            "A question is posted as JSON in UTF-8.",
            hint="Send Content-Type: application/json.",
        )
    if (_header(scope, b"content-encoding") or b"identity").lower() != b"identity":
        raise Refusal.of_request(415, "A question is posted without compression.")


async def _body(scope: Scope, receive: Receive, limit: int) -> bytes:
    declared = _header(scope, b"content-length")
    if declared and declared.isdigit() and int(declared[:20]) > limit:
        raise _too_long(limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_long(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _too_long(limit: int) -> Refusal:
    return Refusal.of_request(
        413, f"The request has more than {limit} bytes.", headers={"connection": "close"}
    )


def _question(given: object) -> Question:
    """The question within a request's parameters; those that are not GraphQL's are left alone."""
    if isinstance(given, list):
        raise Refusal.of_request(400, "One question per request, not a list of them.")
    if not isinstance(given, dict):
        raise Refusal.of_request(400, "A question is a JSON object with a query.")
    query = given.get("query")
    if not isinstance(query, str):
        raise Refusal.of_request(400, "The request has no query; it is a text.")
    for name, types in _PARAMETERS.items():
        if not isinstance(given.get(name), types):
            expected = "a text" if str in types else "an object"
            raise Refusal.of_request(400, f"{name} is {expected}, if it is given.")
    return Question(query, given.get("operationName") or None, given.get("variables") or {})


async def _refuse(send: Send, media_type: bytes, refusal: Refusal) -> None:
    refused(refusal.errors)
    headers = [(name.encode(), value.encode()) for name, value in refusal.headers.items()]
    body = orjson.dumps({"errors": refusal.errors})
    shown = JSON if media_type == HTML else media_type
    # Clients from before there was a media type of GraphQL take any other status for a broken connection.
    status = 200 if shown == JSON and refusal.of_document else refusal.status
    await _send(send, status, shown, body, tuple(headers))


async def _send(
    send: Send,
    status: int,
    media_type: bytes,
    body: bytes,
    headers: tuple[tuple[bytes, bytes], ...] = (),
) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                (b"content-type", media_type + b"; charset=utf-8"),
                (b"content-length", str(len(body)).encode()),
                *_ALWAYS,
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
