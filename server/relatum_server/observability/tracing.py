"""Requests as spans of OpenTelemetry, in the trace that their callers began (W3C ``traceparent``).

The program needs OpenTelemetry's interface alone. Where no SDK is set up there is no tracer, and nothing is traced;
whoever wants traces sets one up, as ``opentelemetry-instrument relatum serve`` does.
"""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Final

from opentelemetry import trace
from opentelemetry.propagate import extract
from opentelemetry.propagators.textmap import Getter
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer
from starlette.types import Scope
from typing_extensions import override

from relatum_server.observability.noting import Watched

_NAME: Final = "relatum"
_BROKEN: Final = 500


def tracer_in_force() -> Tracer | None:
    """Who traces in this process; none where no SDK is set up."""
    provider = trace.get_tracer_provider()
    absent = isinstance(provider, trace.ProxyTracerProvider | trace.NoOpTracerProvider)
    return None if absent else provider.get_tracer(_NAME)


def server_span(tracer: Tracer, scope: Scope) -> AbstractContextManager[Span]:
    """The span of a request, in its caller's trace if it names one."""
    return tracer.start_as_current_span(
        scope["method"], context=extract(scope["headers"], getter=_HEADERS), kind=SpanKind.SERVER
    )


def end_span(span: Span, watched: Watched) -> None:
    """Write into the span what is known of a request when it is over. Variables and documents are not."""
    operation = f"{watched.kind} {watched.name}".rstrip()
    span.update_name(operation or f"{watched.scope['method']} {watched.route}")
    span.set_attribute("http.request.method", watched.scope["method"])
    span.set_attribute("http.route", watched.route)
    span.set_attribute("http.response.status_code", watched.status)
    if operation:
        span.set_attribute("graphql.operation.type", watched.kind)
        span.set_attribute("graphql.operation.name", watched.name)
    if watched.codes:
        span.set_attribute("relatum.error.codes", watched.codes)
    if watched.status >= _BROKEN:
        span.set_status(Status(StatusCode.ERROR))


class _Headers(Getter[Iterable[tuple[bytes, bytes]]]):
    """How OpenTelemetry reads the headers of ASGI."""

    @override
    def get(self, carrier: Iterable[tuple[bytes, bytes]], key: str) -> list[str] | None:
        """The values of a header."""
        wanted = key.lower().encode("latin-1")
        return [value.decode("latin-1") for name, value in carrier if name == wanted] or None

    @override
    def keys(self, carrier: Iterable[tuple[bytes, bytes]]) -> list[str]:
        """The names of all headers."""
        return [name.decode("latin-1") for name, _ in carrier]


_HEADERS: Final = _Headers()
