"""Starts and ends plugins with the process, and as they come in and go out of force; asks for their health."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Final

from relatum.access import SYSTEM
from relatum.plugins import Trouble
from relatum.session import Context, Database, context_for

SECONDS_TO_START: Final = 30
SECONDS_TO_END: Final = 5
SECONDS_FOR_HEALTH: Final = 2
SECONDS_HEALTH_IS_KEPT: Final = 5


class Life:
    """The plugins that are started in this process.

    Args:
        database: in use; it knows which are in force.
    """

    def __init__(self, database: Database) -> None:
        """Begin with none."""
        self._database = database
        self._hooks = database.storage.surroundings.hooks
        self._health = database.storage.surroundings.health
        self._started: list[str] = []
        self._settling = asyncio.Lock()
        self._asked_at = -float(SECONDS_HEALTH_IS_KEPT)

    async def settle(self) -> None:
        """Start what has come into force, and end what has gone out of it."""
        async with self._settling:
            wanted = self._database.catalogue.plugins
            await self._end([each for each in self._started if each not in wanted])
            for plugin in wanted:
                if plugin not in self._started:
                    self._started.append(plugin)
                    await self._run("startup", plugin, SECONDS_TO_START)

    async def end(self) -> None:
        """End all that was started."""
        async with self._settling:
            await self._end(self._started)

    async def _end(self, plugins: list[str]) -> None:
        for plugin in [*reversed(plugins)]:
            self._started.remove(plugin)
            await self._run("shutdown", plugin, SECONDS_TO_END)

    async def unwell(self) -> Mapping[str, tuple[Trouble, ...]]:
        """What is wrong with which plugin in force, after they were asked, if that is not just so long ago."""
        if monotonic() - self._asked_at >= SECONDS_HEALTH_IS_KEPT:
            self._asked_at = monotonic()
            in_force = self._database.catalogue.plugins
            asked = [each for each in self._hooks.implementing("health") if each in in_force]
            await asyncio.gather(*(self._run("health", each, SECONDS_FOR_HEALTH) for each in asked))
        return {each: self._health.troubles(each) for each in self._health.unhealthy}

    async def _run(self, hook: str, plugin: str, seconds: float) -> None:
        """Run a hook of a plugin, which has so long for it; nobody else waits longer."""
        running = asyncio.create_task(
            self._hooks.run(hook, plugin, ctx=self._context(plugin, hook))
        )
        _, late = await asyncio.wait([running], timeout=seconds)
        if late:
            running.cancel()
            with suppress(asyncio.CancelledError):
                await running
            late_by = TimeoutError(f"It did not end within {seconds} seconds.")
            self._health.failed(plugin, f"hook {hook}", late_by)

    def _context(self, plugin: str, hook: str) -> Context:
        return context_for(self._database.as_(SYSTEM), plugin=plugin, function=hook)


@asynccontextmanager
async def living(database: Database) -> AsyncIterator[Life]:
    """Have plugins started while the block lasts."""
    life = Life(database)
    under_way: set[asyncio.Task[None]] = set()

    def settle() -> None:
        task = asyncio.get_running_loop().create_task(life.settle())
        under_way.add(task)
        task.add_done_callback(under_way.discard)

    await life.settle()
    database.changed.append(settle)
    try:
        yield life
    finally:
        database.changed.remove(settle)
        if under_way:
            await asyncio.wait(under_way)
        await life.end()
