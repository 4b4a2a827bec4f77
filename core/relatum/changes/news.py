"""How far the change log is numbered, as one process knows it: one listener, however many wait for news.

A message is what wakes, and the log is what counts: a message that was lost, or a connection that broke, costs those who
wait some seconds and never a change.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from relatum.changes.sequencer import CHANNEL, end_of_log
from relatum.connections.interface import Connections
from relatum_schemas.errors import RelatumError

LOOKING_SECONDS: Final = 5.0
"""After so long without a message the log is looked at all the same."""

_PAUSE: Final = 1.0
"""Seconds after which a database that could not be reached is tried again."""


class News:
    """The last position known here, and those who wait for a later one."""

    def __init__(self, position: int = 0) -> None:
        """Begin at a position."""
        self.position = position
        self._later: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def tell(self, position: int) -> None:
        """Wake who waits, if that is news."""
        if position > self.position:
            self.position = position
            waiting, self._later = self._later, asyncio.get_running_loop().create_future()
            waiting.set_result(None)

    async def beyond(self, position: int) -> int:
        """Wait until there is a later position than this one, and return the last."""
        while self.position <= position:
            await asyncio.shield(self._later)
        return self.position


@asynccontextmanager
async def news_of(
    connections: Connections, *, looking_seconds: float = LOOKING_SECONDS
) -> AsyncIterator[News]:
    """News of the change log while the block runs.

    Args:
        connections: to the database.
        looking_seconds: after which the log is looked at without a message.

    Raises:
        DatabaseUnavailable: the log cannot be read at the beginning; later on it is tried again and again.
    """
    news = News(await _end(connections))
    listening = asyncio.create_task(_listen(connections, news, looking_seconds))
    try:
        yield news
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening


async def _listen(connections: Connections, news: News, looking_seconds: float) -> None:
    while True:
        with suppress(RelatumError):
            async with connections.listen(CHANNEL) as told:
                await _follow(connections, news, told, looking_seconds)
        await asyncio.sleep(_PAUSE)


async def _follow(
    connections: Connections, news: News, told: AsyncIterator[str], looking_seconds: float
) -> None:
    """Tell what is told, and what is found where nothing was told, the time before listening included."""
    news.tell(await _end(connections))
    while True:
        try:
            async with asyncio.timeout(looking_seconds):
                position = int(await anext(told))
        except TimeoutError:
            position = await _end(connections)
        news.tell(position)


async def _end(connections: Connections) -> int:
    async with connections.reading() as connection:
        position, _ = await end_of_log(connection)
    return position
