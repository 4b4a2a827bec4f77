"""How far the change log is numbered, as one process knows it: one listener, however many wait for news.

A message is what wakes, and the log is what counts: a message that was lost, or a connection that broke, costs those who
wait some seconds and never a change. What the news are about is read once for all, so that nobody looks who is not
concerned.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam, select

from relatum.changes.sequencer import CHANGE, end_of_log
from relatum.changes.tidings import CHANNEL, Tidings, Types, tidings
from relatum.connections.interface import Connections
from relatum.connections.prepared import Prepared, prepare
from relatum.connections.types import DialectName
from relatum_schemas.errors import RelatumError

LOOKING_SECONDS: Final = 5.0
"""After so long without a message the log is looked at all the same."""

_PAUSE: Final = 1.0
"""Seconds after which a database that could not be reached is tried again."""

_REMEMBERED: Final = 1_000
"""Pieces of news of which it is known what they are about."""

_LONGEST: Final = 10_000
"""Lines of one piece of news; a longer one is about everything."""


class News:
    """The last position known here, and those who wait for a later one."""

    def __init__(self, position: int = 0) -> None:
        """Begin at a position."""
        self.position = position
        self._pieces: deque[tuple[int, Types]] = deque([(position, None)], maxlen=_REMEMBERED)
        self._later: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._stirred = 0

    def tell(self, position: int, types: Types = None) -> None:
        """Wake who waits, if that is news.

        Args:
            position: the last one.
            types: of the records that the lines since are about.
        """
        if position > self.position:
            self.position = position
            self._pieces.append((position, types))
            self._wake()

    def stir(self) -> None:
        """Have all who wait look, though there is no news: what they look for is told in another way now."""
        self._stirred += 1
        self._wake()

    def _wake(self) -> None:
        waiting, self._later = self._later, asyncio.get_running_loop().create_future()
        waiting.set_result(None)

    async def beyond(self, position: int, types: Types = None) -> int:
        """Wait until there are lines after a position, or all are stirred, and return the last.

        Args:
            position: of the last line that is known.
            types: what the lines are to be about.
        """
        stirred = self._stirred
        while stirred == self._stirred and not self._concerns(position, types):
            await asyncio.shield(self._later)
        return self.position

    def _concerns(self, position: int, types: Types) -> bool:
        """Whether there are lines after a position about some types, or it is not known any more what about."""
        for last, about in reversed(self._pieces):
            if last <= position:
                return False
            if types is None or about is None or not types.isdisjoint(about):
                return True
        return True


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
    found = await _found(connections, news.position)
    while True:
        if found.position > news.position:
            if found.since > news.position:  # a message was lost
                found = await _found(connections, news.position)
            news.tell(found.position, found.types)
        try:
            async with asyncio.timeout(looking_seconds):
                found = tidings(await anext(told))
        except TimeoutError:
            found = await _found(connections, news.position)


async def _found(connections: Connections, since: int) -> Tidings:
    """What the log says of the lines after a position."""
    position = await _end(connections)
    types = await _about(connections, since, position) if position > since else None
    return Tidings(since, position, types)


async def _end(connections: Connections) -> int:
    async with connections.reading() as connection:
        position, _ = await end_of_log(connection)
    return position


async def _about(connections: Connections, since: int, until: int) -> Types:
    """The types of the records that some lines are about."""
    if until - since > _LONGEST:
        return None
    async with connections.reading() as connection:
        given = {"since": since, "until": until}
        rows: list[Any] = await connection.rows(_types_between(connections.dialect), given)
    return frozenset(name for (name,) in rows)


@cache
def _types_between(dialect: DialectName) -> Prepared:
    line = CHANGE.c
    found = select(line.type).distinct()
    after = line.position > bindparam("since", type_=line.position.type)
    upto = line.position <= bindparam("until", type_=line.position.type)
    return prepare(found.where(after, upto), dialect)
