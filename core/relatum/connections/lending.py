"""A bounded set of things lent one task at a time, the last returned lent first.

Last in, first out keeps few connections warm (their statements prepared, their pages cached)
and lets the others idle.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Generic, TypeVar

from relatum_schemas.errors import DatabaseUnavailable

Item = TypeVar("Item")


class Lending(Generic[Item]):
    """Makes items when they are needed, up to a limit; then tasks wait in order.

    Args:
        make: opens one item.
        dispose: closes one item; must not raise.
        is_usable: whether an item may be lent again.
        limit: how many items there are at most.
        patience: seconds after which a waiting task is told that all are busy.
    """

    def __init__(
        self,
        make: Callable[[], Awaitable[Item]],
        dispose: Callable[[Item], Awaitable[None]],
        is_usable: Callable[[Item], bool],
        *,
        limit: int,
        patience: float,
    ) -> None:
        self._make = make
        self._dispose = dispose
        self._is_usable = is_usable
        self._limit = limit
        self._patience = patience
        self._idle: list[Item] = []
        self._made = 0
        self._waiting: deque[asyncio.Future[Item | None]] = deque()
        self._closed = False
        self._disposals: set[asyncio.Task[None]] = set()
        self._all_gone = asyncio.Event()

    @property
    def use(self) -> tuple[int, int, int, int]:
        """How many items are lent and idle, how many there may be, and how many tasks wait for one."""
        idle = len(self._idle)
        waiting = sum(not each.done() for each in self._waiting)
        return self._made - idle, idle, self._limit, waiting

    def lent(self) -> "Lent[Item]":
        """Take an item for a block and give it back when the block ends."""
        return Lent(self)

    async def take(self) -> Item:
        """Return an item for the caller alone, who must `give_back` it.

        Raises:
            DatabaseUnavailable: all were busy for too long, or the set is closed.
        """
        while True:
            item = self.idle()
            if item is not None:
                return item
            if self._made < self._limit:
                return await self._made_anew()
            handed_over = await self._wait()
            if handed_over is not None:
                return handed_over

    def idle(self) -> Item | None:
        """Return an item for the caller alone, as `take` does, if one is there that need not be waited for.

        Raises:
            DatabaseUnavailable: the set is closed.
        """
        if self._closed:
            raise DatabaseUnavailable("The connections to the database have been closed.")
        while self._idle:
            item = self._idle.pop()
            if self._is_usable(item):
                return item
            self._drop(item)
        return None

    def give_back(self, item: Item) -> None:
        """Lend the item to the task that waits longest, or keep it for the next."""
        if self._closed or not self._is_usable(item):
            self._drop(item)
            return
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(item)
                return
        self._idle.append(item)

    async def close(self, *, grace: float = 10.0) -> None:
        """Lend nothing more; wait up to `grace` seconds for what is lent; dispose of all."""
        self._closed = True
        while self._idle:
            self._drop(self._idle.pop())
        self._wake_all()
        if self._made:
            with suppress(TimeoutError):
                async with asyncio.timeout(grace):
                    await self._all_gone.wait()
        while self._disposals:
            await asyncio.wait(self._disposals)

    async def _made_anew(self) -> Item:
        self._made += 1
        try:
            return await self._make()
        except BaseException:
            self._made -= 1
            self._wake_one()
            raise

    async def _wait(self) -> Item | None:
        """Return an item handed over, or `None` when it is worth looking again."""
        waiting: asyncio.Future[Item | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            async with asyncio.timeout(self._patience):
                return await waiting
        except BaseException as error:
            if waiting.done() and not waiting.cancelled():
                self._pass_on(waiting.result())
            if isinstance(error, TimeoutError):
                raise DatabaseUnavailable(
                    f"All {self._limit} connections were busy for {self._patience:g} seconds.",
                    hint="Allow more connections, or look for statements that take long.",
                ) from error
            raise

    def _pass_on(self, received: Item | None) -> None:
        """Give to the next in line what reached a task that no longer waits."""
        if received is None:
            self._wake_one()
        else:
            self.give_back(received)

    def _drop(self, item: Item) -> None:
        disposal = asyncio.ensure_future(self._dispose(item))
        self._disposals.add(disposal)
        disposal.add_done_callback(self._disposals.discard)
        self._made -= 1
        if self._closed and not self._made:
            self._all_gone.set()
        self._wake_one()

    def _wake_one(self) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return

    def _wake_all(self) -> None:
        for waiting in self._waiting:
            if not waiting.done():
                waiting.set_result(None)
        self._waiting.clear()


class Lent(Generic[Item]):
    """One item for one block. A class: every request passes here, a generator costs twice as much."""

    __slots__ = ("_item", "_lending")

    def __init__(self, lending: Lending[Item]) -> None:
        self._lending = lending
        self._item: Item

    async def __aenter__(self) -> Item:
        """Take an item."""
        item = self._lending.idle()
        self._item = await self._lending.take() if item is None else item
        return self._item

    async def __aexit__(self, *_: object) -> None:
        """Give it back, whatever happened."""
        self._lending.give_back(self._item)
