"""Keeps to a plugin what it raises beyond exceptions: it ends no process, and is not taken for cancelled by others."""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

Given = TypeVar("Given")


async def contained(work: Awaitable[Given]) -> Given:
    """What a plugin's function gives.

    Raises:
        RuntimeError: it wanted to end the process, or something that it waited for was cancelled. Whoever cancels the task
            in which it runs is obeyed.
    """
    try:
        return await work
    except SystemExit as error:
        raise RuntimeError(f"It wanted to end the process: SystemExit({error.code!r}).") from error
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        raise RuntimeError("What it waited for was cancelled.") from error
