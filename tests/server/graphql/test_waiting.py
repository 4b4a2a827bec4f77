"""What has to wait may wait so long; what has not is done without a clock."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from relatum_server.graphql.waiting import OutOfTimeError, within

LONG = 60.0


async def test_what_need_not_wait_sets_no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(asyncio, "timeout")

    async def done(value: int) -> int:
        return value

    async def failing() -> int:
        raise KeyError("known")

    assert await within(0.0, done(3)) == 3
    with pytest.raises(KeyError):
        await within(0.0, failing())


async def test_what_waits_is_done_in_time() -> None:
    async def work() -> list[int]:
        found = []
        for each in range(3):
            await asyncio.sleep(0)
            found.append(await asyncio.to_thread(int, each))
        return found

    assert await within(LONG, work()) == [0, 1, 2]


async def test_what_takes_too_long_is_cancelled() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.sleep(LONG)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            ended.append("tidied")
            raise

    with pytest.raises(OutOfTimeError):
        await within(0.01, work())
    assert ended == ["tidied"]


async def test_a_timeout_of_the_work_itself_is_its_own() -> None:
    async def work() -> None:
        async with asyncio.timeout(0.01):
            await asyncio.sleep(LONG)

    with pytest.raises(TimeoutError):
        await within(LONG, work())


async def test_work_may_outlive_an_error_that_it_waited_for() -> None:
    async def broken() -> None:
        await asyncio.sleep(0)
        raise ValueError("broken")

    async def work() -> str:
        try:
            await asyncio.create_task(broken())
        except ValueError:
            await asyncio.sleep(0)
            return "mended"
        return "whole"

    assert await within(LONG, work()) == "mended"


@pytest.mark.parametrize("wrapped", [lambda each: each, asyncio.ensure_future])
async def test_whoever_waits_can_be_cancelled(
    wrapped: Callable[[Awaitable[None]], Awaitable[None]],
) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.sleep(LONG)
        finally:
            ended.set()

    async def waiting() -> None:
        await wrapped(within(LONG, work()))

    task = asyncio.create_task(waiting())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()
