"""Errors as GraphQL tells them: one envelope, the engine's codes, and nothing of what broke inside."""

import logging
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from graphql import GraphQLError

from relatum_schemas.errors import Problems, RelatumError
from relatum_server.statuses import headers_of, status_of

log = logging.getLogger("relatum.graphql")

PARSE_FAILED: Final = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED: Final = "GRAPHQL_VALIDATION_FAILED"
BAD_REQUEST: Final = "BAD_REQUEST"
INTERNAL: Final = "INTERNAL"
UNKNOWN_DOCUMENT: Final = "PERSISTED_QUERY_NOT_FOUND"
"""The code that Apollo Client knows: it then sends the document itself."""
UNTRUSTED_DOCUMENT: Final = "UNTRUSTED_DOCUMENT"
TOO_SLOW: Final = "TOO_SLOW"
"""Of operations over a websocket whose client reads too slowly."""

CODES: Final = frozenset(
    {
        PARSE_FAILED,
        VALIDATION_FAILED,
        BAD_REQUEST,
        INTERNAL,
        UNKNOWN_DOCUMENT,
        UNTRUSTED_DOCUMENT,
        TOO_SLOW,
    }
)
"""The codes beside those of `relatum_schemas.errors`. `docs/errors.md` has a section on each of all of them."""

_NOT_READ: Final = 400
_BROKEN: Final = 500

Envelope = dict[str, Any]


class Refusal(Exception):
    """A request that is answered with errors alone, without data.

    Args:
        status: of HTTP.
        errors: as the response shows them.
        headers: that go with the status.
        of_document: whether the HTTP request was in order, and the document or its variables were not.
    """

    def __init__(
        self,
        status: int,
        errors: Sequence[Envelope],
        headers: Mapping[str, str] | None = None,
        *,
        of_document: bool = False,
    ) -> None:
        """Keep status, errors and headers."""
        super().__init__(errors[0]["message"])
        self.status = status
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.of_document = of_document

    @classmethod
    def of_request(
        cls,
        status: int,
        message: str,
        *,
        hint: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> "Refusal":
        """A request that is not in the form of GraphQL over HTTP."""
        return cls(status, [envelope(message, BAD_REQUEST, hint=hint)], headers)

    @classmethod
    def of_graphql(cls, errors: Iterable[GraphQLError], *, code: str) -> "Refusal":
        """Errors of parsing, validation or coercion; each keeps a code of its own if it has one."""
        return cls(_NOT_READ, [_formatted(each, code) for each in errors], of_document=True)

    @classmethod
    def of_engine(cls, error: RelatumError) -> "Refusal":
        """An error of the engine; several at once stay several."""
        causes = error.problems if isinstance(error, Problems) else (error,)
        return cls(status_of(error), [engine_error(each) for each in causes], headers_of(error))

    @classmethod
    def of_execution(cls, errors: Sequence[GraphQLError]) -> "Refusal":
        """Errors of fields that were executed, of which nothing is shown then; several at once stay several."""
        cause, where = errors[0].original_error, errors[0].path or ()
        if not isinstance(cause, RelatumError):
            return cls(200, [execution_error(each) for each in errors])
        for each in cause.problems if isinstance(cause, Problems) else (cause,):
            each.path = (*where, *each.path)
        return cls.of_engine(cause)

    @classmethod
    def of_unknown(cls, error: BaseException) -> "Refusal":
        """What nobody foresaw: the log has it, the answer has the log entry's id."""
        return cls(_BROKEN, [masked(error)])


def envelope(message: str, code: str, **extensions: object) -> Envelope:
    """One error. Extensions that are empty are left out."""
    shown = {name: each for name, each in extensions.items() if each}
    return {"message": message, "extensions": {"code": code, **shown}}


def engine_error(error: RelatumError) -> Envelope:
    """An error of the engine, with its input path, way out and facts."""
    return envelope(
        error.message, error.code, path=list(error.path), hint=error.hint, details=error.details
    )


def field_error(error: RelatumError) -> Envelope:
    """An error of a field, whose path leads to it in the answer."""
    told = envelope(error.message, error.code, hint=error.hint, details=error.details)
    return {**told, "path": list(error.path)} if error.path else told


def masked(error: BaseException) -> Envelope:
    """An error that is none of the client's business, named by the id of its log entry."""
    entry = uuid.uuid4().hex[:12]
    log.error("internal error %s", entry, exc_info=error)
    return envelope(f"Something broke here. The log has it under {entry}.", INTERNAL, id=entry)


def execution_error(error: GraphQLError) -> Envelope:
    """An error of a field that was executed: the engine's family is told, anything else masked."""
    cause = error.original_error
    if isinstance(cause, RelatumError):
        shown = engine_error(cause)
    elif cause is None:
        return _formatted(error, VALIDATION_FAILED)
    else:
        shown = masked(cause)
    where = error.formatted
    return {**where, **shown}


def _formatted(error: GraphQLError, code: str) -> Envelope:
    shown = dict(error.formatted)
    extensions = dict(error.extensions or {})
    return {**shown, "extensions": {"code": code, **extensions}}
