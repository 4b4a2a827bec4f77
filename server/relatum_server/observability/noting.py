"""What is noted of a request while it is answered.

Whatever answers it says what it finds out (`asked`, `refused`, `phase`), and it is noted for the request of this task;
nothing of that is handed from function to function, and nothing is noted where nobody watches.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from time import perf_counter
from typing import Any, Final, Literal

from graphql import OperationDefinitionNode, OperationType
from opentelemetry.trace import Tracer
from starlette.types import Scope

Phase = Literal["parse", "plan", "statement", "delivery"]

HEADER: Final = b"relatum-plan"
"""By which a developer's request asks what becomes of it."""

OTHER: Final = "other"
"""The route of whatever has none."""

_KINDS: Final = {each: each.value for each in OperationType}
_LONGEST_NAME: Final = 100
_TRACE: Final = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_WELL_FORMED: Final = re.compile(rb"[\w.-]{1,64}")
_NOTHING: Final = nullcontext()


class Watched:
    """What is known of a request by now.

    Attributes:
        scope: of ASGI.
        path: the pattern of the path, where it does not become known by routing.
        status: of the response; 0 until it begins.
        codes: of the errors that it tells.
        times: seconds by phase, where somebody wants to know them.
        tracer: by whom its phases are traced, if they are.
    """

    __slots__ = ("_id", "_operation", "_path", "codes", "scope", "status", "times", "tracer")

    def __init__(self, scope: Scope, path: str | None, tracer: Tracer | None) -> None:
        """Begin to watch."""
        self.scope = scope
        self._path = path
        self.status = 0
        self.codes: tuple[str, ...] = ()
        self.times: dict[Phase, float] | None = None
        self.tracer = tracer
        self._operation: OperationDefinitionNode | None = None
        self._id: str | None = None

    @property
    def id(self) -> str:
        """The request's name in the log: the proxy's, or that of the trace it belongs to, or one of its own."""
        if self._id is None:
            self._id = _given_id(self.scope["headers"]) or secrets.token_hex(8)
        return self._id

    @property
    def kind(self) -> str:
        """``query``, ``mutation`` or ``subscription``; nothing where no operation was found."""
        return _KINDS[self._operation.operation] if self._operation else ""

    @property
    def name(self) -> str:
        """The operation's name, as far as a log needs it; nothing where it has none."""
        node = self._operation
        return node.name.value[:_LONGEST_NAME] if node and node.name else ""

    @property
    def route(self) -> str:
        """Where the request went, as the pattern of its path: paths themselves may hold secrets of links."""
        if self._path is not None:
            return self._path
        return str(getattr(self.scope.get("route"), "path", OTHER))


_current: Final[ContextVar[Watched | None]] = ContextVar("watched", default=None)


def watch(watched: Watched) -> None:
    """Note for this request what is said in this task from now on."""
    _current.set(watched)


def watched() -> Watched | None:
    """The request that is answered in this task, if one is and somebody watches."""
    return _current.get()


def asked(operation: OperationDefinitionNode) -> None:
    """Tell which operation is asked."""
    watched = _current.get()
    if watched is not None:
        watched._operation = operation


def refused(errors: Iterable[Mapping[str, Any]]) -> None:
    """Tell which errors are answered, as GraphQL tells them."""
    watched = _current.get()
    if watched is not None:
        watched.codes = tuple(dict.fromkeys(each["extensions"]["code"] for each in errors))


def phase(name: Phase) -> AbstractContextManager[None]:
    """What the block does is this phase of answering."""
    watched = _current.get()
    if watched is None or (watched.tracer is None and watched.times is None):
        return _NOTHING
    return _timed(watched, name)


@contextmanager
def _timed(watched: Watched, name: Phase) -> Iterator[None]:
    traced = watched.tracer.start_as_current_span(name) if watched.tracer else _NOTHING
    begun = perf_counter()
    with traced:
        try:
            yield
        finally:
            if watched.times is not None:
                watched.times[name] = watched.times.get(name, 0.0) + perf_counter() - begun


def _given_id(headers: Iterable[tuple[bytes, bytes]]) -> str | None:
    """The name that a proxy gave to the request, or else that of its trace."""
    given = dict(headers)
    own = given.get(b"x-request-id", b"")
    if _WELL_FORMED.fullmatch(own):
        return own.decode()
    trace = _TRACE.fullmatch(given.get(b"traceparent", b""))
    return trace[1].decode() if trace else None
