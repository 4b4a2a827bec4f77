"""Who is alive: each process that works holds a lock of its name, which the database takes from it when it dies.

On PostgreSQL whoever is elected looks whose locks are free, and lets the work of those go on elsewhere. On SQLite all work
under one name, so that one process does at a time, and goes on with what was begun under it when it starts.
"""

import asyncio
from functools import cache
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import text

from relatum.connections import Connections, Leader
from relatum.connections.prepared import Prepared, prepare
from relatum.workflows.engine import NAME, SCHEMA, WorkEngine, log
from relatum_schemas.errors import DatabaseUnavailable

LOOKING_SECONDS: Final = 1.0
"""How often it is looked who has died, and that one's own lock is held."""

_PAUSE: Final = 0.1


def new_executor(connections: Connections) -> str:
    """A name under which a process works."""
    return NAME if connections.dialect == "sqlite" else uuid4().hex


async def hold_lease(connections: Connections, executor: str, held: asyncio.Event) -> None:
    """Hold the lock of an executor until cancelled; it is taken anew when the connection that holds it breaks.

    Args:
        connections: to the database.
        executor: its name.
        held: set once it is held for the first time.
    """
    while True:
        try:
            async with connections.leadership(lease(executor)) as leader:
                if leader is not None:
                    held.set()
                    await _watch(leader)
        except DatabaseUnavailable:
            log.warning("The connection that says that this process works is gone.")
        await asyncio.sleep(_PAUSE)


async def _watch(leader: Leader) -> None:
    while True:
        await asyncio.sleep(LOOKING_SECONDS)
        async with leader.writing() as connection:
            await connection.rows(_nothing(), {})


async def take_over(connections: Connections, leader: Leader, engine: WorkEngine, own: str) -> None:
    """Let the work of executors that died go on, whenever some did, until cancelled.

    Args:
        connections: to the database.
        leader: this process's office, which is given up when its connection breaks.
        engine: that works.
        own: the executor of this process.
    """
    while True:
        async with leader.writing() as connection:
            found: list[Any] = await connection.rows(_working(), {})
        for (executor,) in found:
            if executor != own:
                await _take_over(connections, engine, executor)
        await asyncio.sleep(LOOKING_SECONDS)


async def _take_over(connections: Connections, engine: WorkEngine, executor: str) -> None:
    async with connections.leadership(lease(executor)) as dead:
        if dead is not None:
            count = await engine.recover(executor)
            log.warning("A process died; %s workflows that it had under way go on.", count)


def lease(executor: str) -> str:
    """The office that whoever works under this name holds."""
    return f"work of {executor}"


@cache
def _nothing() -> Prepared:
    return prepare(text("SELECT 1"), "postgresql")


@cache
def _working() -> Prepared:
    return prepare(
        text(
            f"SELECT DISTINCT executor_id FROM {SCHEMA}.workflow_status WHERE status = 'PENDING' "
            "AND executor_id IS NOT NULL"
        ),
        "postgresql",
    )
