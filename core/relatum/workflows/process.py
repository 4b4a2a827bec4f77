"""A process at work: its lease, DBOS, and, when it is elected, what one process does for all. Ended cleanly."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from typing import Final

from relatum.catalogue import Catalogue
from relatum.connections import Connections, Leader
from relatum.session.database import Database
from relatum.workflows.engine import WORKFLOWS, Interpreters, Timetable, WorkEngine, log
from relatum.workflows.following import LogFollower, follow_starts, queue_name
from relatum.workflows.leases import hold_lease, lease, new_executor, take_over
from relatum.workflows.notifying import Notifying
from relatum.workflows.operating import operating
from relatum.workflows.running import Running
from relatum_schemas.channel import Channel
from relatum_schemas.errors import DatabaseUnavailable
from relatum_schemas.workflow import Queue

LEADERSHIP: Final = "durable work"
SECONDS_TO_FINISH: Final = 5.0
"""How long steps that are under way may take once the process is to end."""

KEPT: Final = timedelta(days=30)
"""How long it is known what has ended well, or was cancelled. What failed is kept."""

FORGETTING_SECONDS: Final = 3_600.0

_PAUSE: Final = 2.0


async def work(database: Database, url: str, messenger: Channel | None) -> None:
    """Work until cancelled; on SQLite return at once where another process does.

    Args:
        database: in use.
        url: its address, with all that is needed to reach it.
        messenger: what brings messages to people; None where nothing does.
    """
    connections = database.connections
    executor = new_executor(connections)
    async with AsyncExitStack() as stack:
        if connections.dialect == "sqlite":
            if await stack.enter_async_context(connections.leadership(lease(executor))) is None:
                return
        else:
            await stack.enter_async_context(_leased(connections, executor))
        running = Running(database, Notifying(database, messenger))
        engine = WorkEngine(url, executor)
        interpreters = Interpreters(react=running.react, run=running.run, tick=running.tick)
        try:
            await engine.launch(interpreters)
            await _lead_or_follow(database, url, engine, executor)
        finally:
            await asyncio.shield(_close(engine, running))


async def _close(engine: WorkEngine, running: Running) -> None:
    engine.stop_taking()
    await running.finish(SECONDS_TO_FINISH)
    await engine.close()


@asynccontextmanager
async def _leased(connections: Connections, executor: str) -> AsyncIterator[None]:
    """Hold the lock that says that this process works."""
    held = asyncio.Event()
    holding = asyncio.create_task(hold_lease(connections, executor, held))
    try:
        await held.wait()
        yield
    finally:
        holding.cancel()
        with suppress(asyncio.CancelledError):
            await holding


async def _lead_or_follow(database: Database, url: str, engine: WorkEngine, executor: str) -> None:
    """Work off what is queued; and, whenever this process is elected, see to it that something is."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_keep_laid_out(database, engine))
        while True:
            try:
                async with database.connections.leadership(LEADERSHIP) as leader:
                    if leader is not None:
                        await _lead(database, url, engine, executor, leader)
            except* DatabaseUnavailable as lost:
                log.warning("What one process does for all was interrupted: %s", lost.exceptions[0])
            await asyncio.sleep(_PAUSE)


async def _keep_laid_out(database: Database, engine: WorkEngine) -> None:
    """Have the queues and timetables of whatever is in force."""
    laid_out: Catalogue | None = None
    while True:
        if laid_out is not database.catalogue:
            laid_out = database.catalogue
            await engine.lay_out(_queues(laid_out), _timetables(laid_out))
        await asyncio.sleep(_PAUSE)


async def _lead(
    database: Database, url: str, engine: WorkEngine, executor: str, leader: Leader
) -> None:
    """Do what one process does for all, until the office is lost."""
    duties = [
        LogFollower(database, engine).follow(),
        follow_starts(database, engine),
        _keep_forgetting(database, engine),
        _keep_going_on(database, url),
    ]
    if database.connections.dialect != "sqlite":
        duties.append(take_over(database.connections, leader, engine, executor))
    async with asyncio.TaskGroup() as group:
        for each in duties:
            group.create_task(each)


async def _keep_forgetting(database: Database, engine: WorkEngine) -> None:
    """Forget what has ended long ago, now and then."""
    while True:
        await engine.forget(database.clock() - KEPT)
        await asyncio.sleep(FORGETTING_SECONDS)


async def _keep_going_on(database: Database, url: str) -> None:
    """Let what was begun by a plugin go on whenever it comes into force again."""
    known: frozenset[str] = frozenset()
    async with operating(url) as operator:
        while True:
            catalogue = database.catalogue
            names = {*catalogue.workflows, *(each.name for each in catalogue.reactions)}
            if gone_on := await operator.go_on(names - known):
                log.info("%s workflows go on, since their plugins are in force again.", gone_on)
            known = frozenset(names)
            await asyncio.sleep(_PAUSE)


def _queues(catalogue: Catalogue) -> dict[str, Queue]:
    return {
        queue_name(each.plugin, each.workflow.queue.name): each.workflow.queue
        for each in catalogue.workflows.values()
        if each.workflow.queue is not None
    }


def _timetables(catalogue: Catalogue) -> list[Timetable]:
    return [
        Timetable(
            name=each.name,
            cron=each.workflow.cron,
            zone=catalogue.zone,
            queue=WORKFLOWS
            if each.workflow.queue is None
            else queue_name(each.plugin, each.workflow.queue.name),
        )
        for each in catalogue.workflows.values()
        if each.workflow.cron is not None
    ]
