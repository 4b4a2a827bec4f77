"""GraphQL over HTTP, as a bare ASGI application: the way through a framework's request objects costs more than a query.

Follows the draft specification GraphQL over HTTP (github.com/graphql/graphql-over-http): media types by ``Accept``,
``POST`` with JSON (which other sites cannot send unasked) or with files and a header, ``GET`` for queries, status codes in
their plain meaning.
"""

from typing import Final

import orjson
from graphql import OperationType
from starlette.types import ASGIApp, Receive, Scope, Send

from relatum.identity import SignedIn
from relatum.session import Database, Session
from relatum_schemas.errors import RelatumError
from relatum_server.files.store import FileStore
from relatum_server.graphql.accepting import GRAPHQL, HTML, JSON, accepted
from relatum_server.graphql.api import Question, api_of
from relatum_server.graphql.bodies import Gone, body, headers_of, in_time, is_multipart
from relatum_server.graphql.compressing import GZIP, SMALL, compressed
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.limits import Limits, answered_in_time
from relatum_server.graphql.parameters import from_address, from_json, question
from relatum_server.graphql.trusted import TrustedDocuments
from relatum_server.graphql.uploading import check_preflight, store_for, uploaded
from relatum_server.identity.asking import done_for
from relatum_server.identity.authenticating import Authenticate
from relatum_server.observability.developing import extended
from relatum_server.observability.noting import phase, refused

_METHODS: Final = "GET, POST"
_ALWAYS: Final = {
    media_type: (
        (b"content-type", b"%s; charset=utf-8" % media_type),
        (b"cache-control", b"no-store"),
        (b"vary", b"Accept, Accept-Encoding"),
        (b"x-content-type-options", b"nosniff"),
    )
    for media_type in (GRAPHQL, JSON)
}
"""The headers of every answer in a media type."""

Headers = tuple[tuple[bytes, bytes], ...]


class GraphQLEndpoint:
    """The ASGI application at ``/graphql``.

    Args:
        database: that is asked, with an API for its types.
        authenticate: tells who asks.
        limits: of a request.
        trusted: documents that can be asked by name.
        page: answers browsers, which prefer HTML; none where there is no such page.
        files: keeps those that come with mutations; none where none are taken.
    """

    def __init__(
        self,
        database: Database,
        authenticate: Authenticate,
        limits: Limits,
        trusted: TrustedDocuments,
        page: ASGIApp | None = None,
        files: FileStore | None = None,
    ) -> None:
        """Keep what is needed to answer."""
        self._files = files
        self._database = database
        self._limits = limits
        self._trusted = trusted
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
            answer = await self._answer(scope, receive)
        except Gone:
            return
        except Refusal as refusal:
            await _refuse(send, media_type, refusal)
        except RelatumError as error:
            await _refuse(send, media_type, Refusal.of_engine(error))
        except Exception as error:
            await _refuse(send, media_type, Refusal.of_unknown(error))
        else:
            with phase("delivery"):
                await _deliver(scope, send, media_type, answer)

    async def _answer(self, scope: Scope, receive: Receive) -> bytes:
        asked: Question | None = None

        async def answer(session: Session, signed_in: SignedIn | None) -> bytes:
            nonlocal asked
            asked = asked or await self._question(scope, receive, session, signed_in)
            if scope["method"] == "GET" and _sort(asked, session) is not OperationType.QUERY:
                raise Refusal.of_request(
                    405, "GET asks queries only.", hint="Use POST.", headers={"allow": "POST"}
                )
            api = api_of(session)
            answering = api.answer(session, asked, signed_in)
            found = await answered_in_time(answering, self._limits.seconds)
            return extended(found, api, session, asked)

        return await done_for(
            scope, answer, database=self._database, authenticate=self._authenticate
        )

    def _media_type(self, scope: Scope) -> bytes:
        if scope["method"] not in ("GET", "POST"):
            raise Refusal.of_request(
                405, "GraphQL is asked by GET or POST.", headers={"allow": _METHODS}
            )
        page = self._page is not None and scope["method"] == "GET"
        found = accepted(headers_of(scope).get(b"accept"), page=page)
        if found is None:
            raise Refusal.of_request(
                406,
                "None of the accepted media types is spoken here.",
                hint="Accept application/graphql-response+json or application/json.",
            )
        return found

    async def _question(
        self, scope: Scope, receive: Receive, session: Session, signed_in: SignedIn | None
    ) -> Question:
        trusted, limits = self._trusted, self._limits
        if scope["method"] == "GET":
            return question(from_address(scope), trusted, scope)
        if not is_multipart(scope):
            content = await in_time(body(scope, receive, limits.body), limits.body_seconds)
            return question(from_json(content), trusted, scope)
        check_preflight(scope)
        store = store_for(self._files, signed_in=signed_in is not None)
        await session.certify()

        def ask(given: object) -> Question:
            asked = question(given, trusted, scope)
            if _sort(asked, session) is not OperationType.MUTATION:
                raise Refusal.of_request(400, "Files come with mutations.")
            return asked

        return await uploaded(scope, receive, store, limits, ask)


def _sort(asked: Question, session: Session) -> OperationType:
    api = api_of(session)
    return api.admitted(asked, api.known_to(session)).operation.node.operation


async def _refuse(send: Send, media_type: bytes, refusal: Refusal) -> None:
    refused(refusal.errors)
    headers = [(name.encode(), value.encode()) for name, value in refusal.headers.items()]
    content = orjson.dumps({"errors": refusal.errors})
    shown = JSON if media_type == HTML else media_type
    # Clients from before there was a media type of GraphQL take any other status for a broken connection.
    status = 200 if shown == JSON and refusal.of_document else refusal.status
    await _send(send, status, shown, content, tuple(headers))


async def _deliver(scope: Scope, send: Send, media_type: bytes, answer: bytes) -> None:
    smaller = await compressed(scope, answer) if len(answer) >= SMALL else None
    if smaller is None:
        await _send(send, 200, media_type, answer)
    else:
        await _send(send, 200, media_type, smaller, ((b"content-encoding", GZIP),))


async def _send(
    send: Send,
    status: int,
    media_type: bytes,
    content: bytes,
    headers: Headers = (),
) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [
                *_ALWAYS[media_type],
                (b"content-length", b"%d" % len(content)),
                *headers,
            ],
        }
    )
    await send({"type": "http.response.body", "body": content})
