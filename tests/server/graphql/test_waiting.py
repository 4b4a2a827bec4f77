"""What has to wait may wait so long; what has not is done without a clock."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from relatum_server.graphql import waiting
from relatum_server.graphql.waiting import OutOfTimeError, within

LONG = 60.0


async def test_what_need_not_wait_sets_no_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(waiting, "_Waiting")

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

    async def waited() -> None:
        await wrapped(within(LONG, work()))

    task = asyncio.create_task(waited())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_all_that_may_wait_as_long_share_an_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    loop, alarms = asyncio.get_running_loop(), list[float]()
    set_alarm = loop.call_at

    def noted(when: float, *rest: Any, **named: Any) -> asyncio.TimerHandle:
        alarms.append(when)
        return set_alarm(when, *rest, **named)

    monkeypatch.setattr(loop, "call_at", noted)
    answered = asyncio.get_running_loop().create_future()

    async def work() -> str:
        return str(await answered)

    tasks = [asyncio.create_task(within(77.0, work())) for _ in range(10)]
    await asyncio.sleep(0)
    answered.set_result("all")
    assert await asyncio.gather(*tasks) == ["all"] * 10
    assert len([when for when in alarms if when > loop.time() + 70]) == 1


async def test_each_is_late_in_its_own_time() -> None:
    began = asyncio.get_running_loop().time()

    async def late_after(pause: float) -> float:
        await asyncio.sleep(pause)
        with pytest.raises(OutOfTimeError):
            await within(0.05, asyncio.sleep(LONG))
        return asyncio.get_running_loop().time() - began

    async def in_time() -> str:
        return await within(0.05, asyncio.sleep(0.02, "in time"))

    first, second, third, answered = await asyncio.gather(
        late_after(0), late_after(0.03), late_after(0.2), in_time()
    )
    assert 0.05 <= first < second < third
    assert second >= 0.08
    assert third >= 0.25
    assert answered == "in time"


async def test_what_is_raised_can_be_chosen() -> None:
    with pytest.raises(LookupError, match="nothing there"):
        await within(0.01, asyncio.sleep(LONG), lambda: LookupError("nothing there"))


async def test_work_that_answers_although_it_is_late_has_answered() -> None:
    async def work() -> str:
        try:
            await asyncio.sleep(LONG)
        except asyncio.CancelledError:
            return "answered"
        return "slept"

    assert await within(0.01, work()) == "answered"
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0
    await asyncio.sleep(0)


async def test_the_narrower_of_two_limits_is_the_one_that_is_told() -> None:
    async def narrow() -> str:
        with pytest.raises(OutOfTimeError):
            await within(0.01, asyncio.sleep(LONG))
        return "told"

    assert await within(LONG, narrow()) == "told"

    async def wide() -> None:
        await within(LONG, asyncio.sleep(LONG))

    with pytest.raises(LookupError):
        await within(0.01, wide(), LookupError)


async def test_who_is_cancelled_and_late_at_once_is_cancelled() -> None:
    async def stubborn() -> None:
        try:
            await asyncio.sleep(LONG)
        finally:
            task = asyncio.current_task()
            assert task is not None
            task.cancel()

    task = asyncio.create_task(within(0.01, stubborn()))
    with pytest.raises(asyncio.CancelledError):
        await task
