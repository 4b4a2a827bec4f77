"""Limits of time for what mostly has not to wait at all: a clock is set for what does, and costs nothing else.

The body of a request has come with its head, as a rule, and a short statement on SQLite is answered at once. All that may
wait equally long shares one clock: who began first is late first, so it has one alarm, and hardly ever has to set it.
"""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, Final, TypeVar

Done = TypeVar("Done")


class OutOfTimeError(Exception):
    """What was to be done in time was not."""


async def within(
    seconds: float,
    work: Coroutine[Any, Any, Done],
    late: Callable[[], Exception] = OutOfTimeError,
) -> Done:
    """Do some work, which is cancelled when it takes too long.

    Args:
        seconds: that it may wait.
        work: to be done; it is begun before the clock is set.
        late: makes what is raised when it took too long.

    Raises:
        OutOfTimeError: it took too long, and nothing else is made.
    """
    try:
        awaited = work.send(None)
    except StopIteration as done:
        return done.value  # type: ignore[no-any-return]  # what the work returns
    with _Waiting(seconds, late):
        return await _remaining(work, awaited)


class _Clock:
    """Tells those that have waited too long, of all that may wait for so many seconds on one event loop."""

    def __init__(self, seconds: float, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._seconds = seconds
        self._until: dict[_Waiting, float] = {}
        self._is_set = False

    def begin(self, waiting: "_Waiting") -> None:
        """Begin to watch: who begins later is late later."""
        until = self._until[waiting] = self.loop.time() + self._seconds
        if not self._is_set:
            self._set(until)

    def end(self, waiting: "_Waiting") -> None:
        """Watch no longer."""
        self._until.pop(waiting, None)

    def _set(self, until: float) -> None:
        self._is_set = True
        self.loop.call_at(until, self._ring)

    def _ring(self) -> None:
        self._is_set = False
        now = self.loop.time()
        for waiting, until in list(self._until.items()):
            if until > now:
                self._set(until)
                return
            del self._until[waiting]
            waiting.tell()


_clocks: Final[dict[float, _Clock]] = {}
"""By how long may be waited, each on the loop on which that was done last; there are few such limits."""


def _clock(seconds: float) -> _Clock:
    known, loop = _clocks.get(seconds), asyncio.get_running_loop()
    if known is None or known.loop is not loop:
        known = _clocks[seconds] = _Clock(seconds, loop)
    return known


class _Waiting:
    """Cancels the task at work in its block when that takes too long, as `asyncio.timeout` does."""

    __slots__ = ("_cancelling", "_clock", "_late", "_task", "_told")

    def __init__(self, seconds: float, late: Callable[[], Exception]) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._cancelling = task.cancelling()
        self._told = False
        self._late = late
        self._clock = _clock(seconds)

    def __enter__(self) -> None:
        self._clock.begin(self)

    def __exit__(
        self, failure: type[BaseException] | None, error: BaseException | None, _: object
    ) -> None:
        self._clock.end(self)
        if not self._told:
            return
        alone = self._task.uncancel() <= self._cancelling  # else somebody has cancelled it as well
        if alone and failure is asyncio.CancelledError:
            raise self._late() from error

    def tell(self) -> None:
        """It has taken too long."""
        self._told = True
        self._task.cancel()


@coroutine
def _remaining(work: Coroutine[Any, Any, Done], awaited: Any) -> Generator[Any, None, Done]:
    """What remains of work that has begun, and awaits something (as PEP 380 spells out ``yield from``)."""
    while True:
        thrown: BaseException | None = None
        try:
            yield awaited
        except BaseException as error:
            thrown = error
        try:
            awaited = work.send(None) if thrown is None else work.throw(thrown)
        except StopIteration as done:
            return done.value  # type: ignore[no-any-return]  # what the work returns
