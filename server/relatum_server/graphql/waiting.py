"""Limits of time for what mostly has not to wait at all: a clock is set for what does, and costs nothing else.

The body of a request has come with its head, as a rule, and a short statement on SQLite is answered at once.
"""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

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
    try:
        async with asyncio.timeout(seconds) as clock:
            return await _remaining(work, awaited)
    except TimeoutError as error:
        if not clock.expired():
            raise
        raise late() from error


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
