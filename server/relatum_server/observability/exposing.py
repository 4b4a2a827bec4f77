"""`/metrics`, as Prometheus reads it: with a token of its own; without one in the demo only, which is this machine's."""

import secrets
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from relatum_server.observability.sharing import are_shared, forget_the_dead
from relatum_server.state import state_of

_NOT_KEPT: Final = {"cache-control": "no-store"}
_CHALLENGE: Final = {"www-authenticate": "Bearer", **_NOT_KEPT}


async def _metrics(request: Request) -> Response:
    """The figures of all processes that serve."""
    state = state_of(request)
    token = state.settings.metrics_token
    if token is None and state.settings.profile == "production":
        return PlainTextResponse("Not Found", 404, _NOT_KEPT)
    if token is not None and not _brings(request, token):
        return PlainTextResponse("The token for metrics is needed.\n", 401, _CHALLENGE)
    state.publisher.publish()
    await state.publisher.publish_lag()
    return Response(generate_latest(_registry()), 200, _NOT_KEPT, CONTENT_TYPE_LATEST)


METRICS: Final = Route("/metrics", _metrics)


def _brings(request: Request, token: str) -> bool:
    """Whether a request brings the token."""
    given = request.headers.get("authorization", "")
    return secrets.compare_digest(given.encode(), f"Bearer {token}".encode())


def _registry() -> CollectorRegistry:
    """Where figures are read from: this process's memory, or the folder that several processes share."""
    if not are_shared():
        return REGISTRY
    forget_the_dead()
    shared = CollectorRegistry()
    MultiProcessCollector(shared)
    return shared
