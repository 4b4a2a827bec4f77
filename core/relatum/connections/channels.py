"""Messages from those who write to those who wait for news.

On PostgreSQL they travel by LISTEN and NOTIFY between processes; on SQLite, which one process
serves, through queues in memory.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from relatum_schemas.errors import RelatumError

BACKLOG = 1_024
"""Messages kept for a listener; one further behind loses the oldest."""


class Mailbox:
    """What one listener has not read yet."""

    def __init__(self) -> None:
        self._messages: deque[str] = deque(maxlen=BACKLOG)
        self._news = asyncio.Event()
        self._failure: RelatumError | None = None

    def put(self, payload: str) -> None:
        """Add a message."""
        self._messages.append(payload)
        self._news.set()

    def fail(self, failure: RelatumError) -> None:
        """Tell the listener, after the messages it has, that no more can come."""
        self._failure = failure
        self._news.set()

    def __aiter__(self) -> AsyncIterator[str]:
        """Yield messages as they come."""
        return self

    async def __anext__(self) -> str:
        """Return the next message, waiting for it."""
        while not self._messages:
            if self._failure is not None:
                raise self._failure
            self._news.clear()
            await self._news.wait()
        return self._messages.popleft()


class Channels:
    """The listeners of one process, by channel."""

    def __init__(self) -> None:
        self._mailboxes: defaultdict[str, list[Mailbox]] = defaultdict(list)

    def send(self, channel: str, payload: str) -> None:
        """Give a message to all who listen now."""
        for mailbox in self._mailboxes.get(channel, ()):
            mailbox.put(payload)

    @asynccontextmanager
    async def listen(self, channel: str) -> AsyncIterator[AsyncIterator[str]]:
        """Receive the messages of a channel while the block runs."""
        mailbox = Mailbox()
        self._mailboxes[channel].append(mailbox)
        try:
            yield mailbox
        finally:
            self._mailboxes[channel].remove(mailbox)
            if not self._mailboxes[channel]:
                del self._mailboxes[channel]
