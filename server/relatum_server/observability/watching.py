"""A request, watched from its first byte to its last: then it is counted, logged and traced."""

from collections.abc import Awaitable
from time import perf_counter

from opentelemetry.trace import Tracer
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from relatum_server.observability.logs import log_request
from relatum_server.observability.measures import count_request
from relatum_server.observability.noting import HEADER, Watched, watch
from relatum_server.observability.tracing import end_span, server_span


class Watch:
    """Watches requests.

    Args:
        slow: seconds from which on a request is slow.
        tracer: who traces; none where nobody does.
        developing: whether requests may ask what becomes of them.
    """

    def __init__(self, *, slow: float, tracer: Tracer | None, developing: bool = False) -> None:
        """Keep what is watched for."""
        self._slow = slow
        self._tracer = tracer
        self._developing = developing

    async def __call__(
        self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, *, path: str | None = None
    ) -> None:
        """Watch an application answer a request.

        Args:
            app: that answers.
            scope: of the request.
            receive: gives its body.
            send: takes the response.
            path: the pattern of its path, where it does not become known by routing.
        """
        watched = Watched(scope, path, self._tracer)
        watch(watched)
        if self._developing and any(name == HEADER for name, _ in scope["headers"]):
            watched.times = {}

        def noting(message: Message) -> Awaitable[None]:
            if message["type"] == "http.response.start":
                watched.status = message["status"]
            return send(message)

        begun = perf_counter()
        try:
            if self._tracer is None:
                await app(scope, receive, noting)
            else:
                await self._traced(watched, app, receive, noting)
        finally:
            seconds = perf_counter() - begun
            count_request(watched, seconds)
            log_request(watched, seconds, slow=seconds >= self._slow)

    async def _traced(self, watched: Watched, app: ASGIApp, receive: Receive, send: Send) -> None:
        assert self._tracer is not None
        with server_span(self._tracer, watched.scope) as span:
            try:
                await app(watched.scope, receive, send)
            finally:
                end_span(span, watched)
