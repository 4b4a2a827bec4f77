"""The figures of a server, declared in the words of Prometheus. Labels have few values, whatever clients send.

Where several processes serve, each writes its figures into a folder that all share, and any of them shows the sums.
"""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

from relatum_server.observability.noting import OTHER, Watched

_MOST_CODES: Final = 200
_MOST_GATHERED: Final = 1_000
"""Requests of a kind whose seconds are published at once: one after the other they take less than each by itself."""

_BUCKETS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)

REQUESTS: Final = Counter(
    "relatum_requests",
    "Requests answered, by the pattern of their path, kind of operation, status and first error code.",
    ["route", "kind", "status", "code"],
)
SECONDS: Final = Histogram(
    "relatum_request_seconds",
    "How long requests took, from their first byte to the last of the answer.",
    ["route", "kind"],
    buckets=_BUCKETS,
)
STATEMENTS: Final = Counter("relatum_statements", "Statements sent to the database.")
LOOKUPS: Final = Counter(
    "relatum_cache_lookups",
    "Documents and plans looked for among those kept, by whether they were there.",
    ["cache", "result"],
)
CONNECTIONS: Final = Gauge(
    "relatum_database_connections",
    "Connections to the database: lent to a request, idle, and as many as there may be.",
    ["state"],
    multiprocess_mode="livesum",
)
WAITING: Final = Gauge(
    "relatum_database_waiting",
    "Requests that wait for a connection to the database.",
    multiprocess_mode="livesum",
)
UNNUMBERED: Final = Gauge(
    "relatum_changes_unnumbered",
    "Committed changes that wait for their position in the change log.",
    multiprocess_mode="mostrecent",
)
LAG_SECONDS: Final = Gauge(
    "relatum_changes_lag_seconds",
    "How long the first of them has waited.",
    multiprocess_mode="mostrecent",
)
SOCKETS: Final = Gauge(
    "relatum_websockets", "WebSocket connections that are open.", multiprocess_mode="livesum"
)
"""For whoever serves one: `with SOCKETS.track_inprogress(): ...`."""

SUBSCRIPTIONS: Final = Gauge(
    "relatum_subscriptions", "Subscriptions that run.", multiprocess_mode="livesum"
)
"""For whoever runs one: `with SUBSCRIPTIONS.track_inprogress(): ...`."""

_counted: dict[tuple[str, str, int, str], int] = {}
_lasted: dict[tuple[str, str], list[float]] = {}
_codes: set[str] = {""}


def count_request(watched: Watched, seconds: float) -> None:
    """Count a request that is over."""
    route, kind = watched.route, watched.kind
    key = (route, kind, watched.status, watched.codes[0] if watched.codes else "")
    _counted[key] = _counted.get(key, 0) + 1
    lasted = _lasted.get((route, kind))
    if lasted is None:
        lasted = _lasted[route, kind] = []
    lasted.append(seconds)
    if len(lasted) >= _MOST_GATHERED:
        _observe()


def publish_requests() -> None:
    """Publish what was counted since the last time: a plain number costs a request less than a published one."""
    for (route, kind, status, code), number in _counted.items():
        REQUESTS.labels(route, kind, status, _known(code)).inc(number)
    _counted.clear()
    _observe()


def _observe() -> None:
    for (route, kind), lasted in _lasted.items():
        histogram = SECONDS.labels(route, kind)
        for seconds in lasted:
            histogram.observe(seconds)
    _lasted.clear()


def _known(code: str) -> str:
    """The code as a label. Plugins have codes of their own; too many of them are counted as one."""
    if code not in _codes and len(_codes) >= _MOST_CODES:
        return OTHER
    _codes.add(code)
    return code
