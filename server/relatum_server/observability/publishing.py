"""Carries figures over that are counted where they arise, as plain numbers, so that counting costs nothing there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from typing import Final, Protocol

from prometheus_client import Counter

from relatum.changes.lag import unnumbered
from relatum.connections import Connections
from relatum_schemas.errors import RelatumError
from relatum_server.observability.measures import (
    CONNECTIONS,
    LAG_SECONDS,
    LOOKUPS,
    STATEMENTS,
    UNNUMBERED,
    WAITING,
    publish_requests,
)
from relatum_server.observability.sharing import are_shared

_EVERY: Final = 5.0
_PATIENCE: Final = 2.0


class Cache(Protocol):
    """What counts how often it was asked for something."""

    hits: int
    misses: int


class Publisher:
    """Publishes the figures of one application in this process.

    Args:
        connections: to its database.
        caches: gives those in use, by the name under which each is published.
    """

    def __init__(self, connections: Connections, caches: Callable[[], Mapping[str, Cache]]) -> None:
        """Keep whose figures are published."""
        self._connections = connections
        self._caches = caches
        self._known: dict[Counter, int] = {}

    def publish(self) -> None:
        """Publish what this process has counted."""
        publish_requests()
        use = self._connections.use()
        self._advance(STATEMENTS, use.statements)
        for name, cache in self._caches().items():
            self._advance(LOOKUPS.labels(name, "hit"), cache.hits)
            self._advance(LOOKUPS.labels(name, "miss"), cache.misses)
        CONNECTIONS.labels("lent").set(use.lent)
        CONNECTIONS.labels("idle").set(use.idle)
        CONNECTIONS.labels("limit").set(use.limit)
        WAITING.set(use.waiting)

    async def publish_lag(self) -> None:
        """Publish how far the numbering of changes is behind; nothing where the database does not answer soon."""
        with suppress(RelatumError, TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                lines, oldest = await unnumbered(self._connections)
            UNNUMBERED.set(lines)
            waited = (datetime.now(UTC) - oldest).total_seconds() if oldest else 0.0
            LAG_SECONDS.set(max(0.0, waited))

    @asynccontextmanager
    async def publishing(self) -> AsyncIterator[None]:
        """Publish now and then during the block, if other processes show the figures, too."""
        if not are_shared():
            yield
            return
        task = asyncio.create_task(self._keep_publishing())
        try:
            yield
        finally:
            task.cancel()

    async def _keep_publishing(self) -> None:
        while True:
            self.publish()
            await asyncio.sleep(_EVERY)

    def _advance(self, counter: Counter, now: int) -> None:
        known = self._known.get(counter, 0)
        # What counts less than before is another one, in its place.
        counter.inc(now - known if now >= known else now)
        self._known[counter] = now
