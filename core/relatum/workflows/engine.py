"""DBOS, as this installation uses it.

DBOS goes on only with what belongs to its own executor and its own application version. The version is therefore always
the same, and executors are held by leases (`relatum.workflows.leases`). The functions that DBOS runs are three, and what
they are given is JSON: so that a workflow which sleeps for days wakes up under another version of its plugin.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, ScheduleInput
from dbos._core import prepare_enqueued_workflow  # as DBOS's own consumers of streams start many
from dbos._dbos import _get_dbos_instance
from sqlalchemy import Engine, create_engine, event

from relatum.connections.addresses import read_url, sqlite_path
from relatum.connections.sqlite_library import dbapi2
from relatum.connections.sqlite_settings import RawConnection
from relatum_schemas.workflow import Queue

NAME: Final = "relatum"
"""Of the application, and of its only version."""

SCHEMA: Final = "dbos"
"""Where its tables are in PostgreSQL."""

REACTIONS: Final = "relatum.reactions"
"""The queue in which the changes of one record wait for each other, for each reaction."""

WORKFLOWS: Final = "relatum.workflows"
"""The queue of workflows that need not wait."""

OUT_OF_FORCE: Final = "OUT_OF_FORCE"
"""The code with which what was begun by a plugin fails that is not in force; it goes on when that is again."""

POLLING_SECONDS: Final = 0.2
"""How often each process looks into a queue."""

AT_ONCE: Final = 200
"""How many reactions a process works on at once."""

LOOKED_THROUGH: Final = 1_000
"""After so many starts PostgreSQL has to look how full the queues are. By itself it does so once in a minute, and meanwhile
reads what has filled within seconds by a plan for an empty table, a hundred times slower."""

_FORGOTTEN_AT_ONCE: Final = 1_000
_THREADS: Final = 16
_CONNECTIONS: Final = 8
_SQLITE_CONNECTIONS: Final = 4
"""Few, since one writes at a time, and those that wait here wait in turn."""

_PATIENCE: Final = 120.0
_GREATEST_PRIORITY: Final = 2**31 - 1

Interpreter = Literal["relatum.react", "relatum.run", "relatum.tick"]

log: Final = logging.getLogger("relatum.workflows")


@dataclass(frozen=True, kw_only=True)
class Order:
    """A workflow that is to be started.

    Attributes:
        id: of the workflow; what is started already under this id is not started again.
        interpreter: which of the functions is to run.
        arguments: that it is given, JSON-able.
        queue: in which it waits.
        partition: within the queue, whose orders are worked off one after the other.
        rank: its place among those.
    """

    id: str
    interpreter: Interpreter
    arguments: tuple[Any, ...]
    queue: str
    partition: str | None = None
    rank: int = 0


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """A workflow that starts by itself.

    Attributes:
        name: of the workflow.
        cron: when.
        zone: in which the times are meant.
        queue: in which it waits.
    """

    name: str
    cron: str
    zone: str
    queue: str


@dataclass(frozen=True, kw_only=True)
class Interpreters:
    """What DBOS is to run."""

    react: Callable[[str, dict[str, Any]], Awaitable[None]]
    run: Callable[[str, dict[str, Any]], Awaitable[Any]]
    tick: Callable[[datetime, str], Awaitable[Any]]


class WorkEngine:
    """DBOS, launched in this process. There is one per process."""

    def __init__(self, url: str, executor: str) -> None:
        """Bind it.

        Args:
            url: of the installation's database.
            executor: under which name this process works.
        """
        self._engine = sqlite_engine(work_file(url)) if _is_sqlite(url) else None
        self._url = url
        self._executor = executor
        self._functions: dict[str, Callable[..., Any]] = {}
        self._untold = 0

    async def launch(self, interpreters: Interpreters) -> None:
        """Begin to work. Workflows run in the event loop in which this is called."""
        tame_log()
        DBOS(config=self._config())
        _get_dbos_instance()._background_event_loop.set_main_loop()

        # DBOS keeps what it knows of a function in the function, so each launch has functions of its own.
        async def react(name: str, change: dict[str, Any]) -> None:
            await interpreters.react(name, change)

        async def run(name: str, inputs: dict[str, Any]) -> Any:
            return await interpreters.run(name, inputs)

        async def tick(due: datetime, name: str) -> Any:
            return await interpreters.tick(due, name)

        for interpreter in (react, run, tick):
            name = f"{NAME}.{interpreter.__name__}"
            self._functions[name] = DBOS.workflow(name=name)(interpreter)
        # In a thread, since it waits for transactions that are under way, and they for this loop.
        await asyncio.to_thread(DBOS.launch)

    def _config(self) -> DBOSConfig:
        config = DBOSConfig(
            name=NAME,
            application_version=NAME,
            executor_id=self._executor,
            serializer=DBOSPortableJSONSerializer(),
            log_level="WARNING",
            use_listen_notify=False,
            max_executor_threads=_THREADS,
            scheduler_polling_interval_sec=5.0,
            notification_listener_polling_interval_sec=0.2,
        )
        if self._engine is not None:
            config["system_database_engine"] = self._engine
        else:
            config["system_database_url"] = self._url
            config["sys_db_pool_size"] = _CONNECTIONS
            config["dbos_system_schema"] = SCHEMA
        return config

    async def lay_out(self, queues: dict[str, Queue], timetables: Sequence[Timetable]) -> None:
        """Have these queues and timetables, and no other timetables than these."""
        await DBOS.register_queue_async(
            REACTIONS,
            partition_concurrency=1,
            worker_concurrency=AT_ONCE,
            polling_interval_sec=POLLING_SECONDS,
            on_conflict="always_update",
        )
        await DBOS.register_queue_async(
            WORKFLOWS, polling_interval_sec=POLLING_SECONDS, on_conflict="always_update"
        )
        for name, queue in queues.items():
            most = queue.each
            await DBOS.register_queue_async(
                name,
                global_concurrency=queue.at_once,
                limiter=None
                if most is None
                else {"limit": most[0], "period": most[1].total_seconds()},
                polling_interval_sec=POLLING_SECONDS,
                on_conflict="always_update",
            )
        wanted = {each.name for each in timetables}
        for known in await DBOS.list_schedules_async():
            if known["schedule_name"] not in wanted:
                await DBOS.delete_schedule_async(known["schedule_name"])
        await DBOS.apply_schedules_async([self._schedule(each) for each in timetables])

    def _schedule(self, timetable: Timetable) -> ScheduleInput:
        return ScheduleInput(
            schedule_name=timetable.name,
            workflow_fn=self._functions["relatum.tick"],
            schedule=timetable.cron,
            context=timetable.name,
            cron_timezone=timetable.zone,
            queue_name=timetable.queue,
        )

    async def start(self, orders: Sequence[Order]) -> None:
        """Start what is not started yet, in few statements however many they are."""
        await asyncio.to_thread(self._start, orders)

    def _start(self, orders: Sequence[Order]) -> None:
        dbos = _get_dbos_instance()
        rows = []
        for each in orders:
            row = prepare_enqueued_workflow(
                dbos,
                self._functions[each.interpreter],
                each.arguments,
                {},
                queue_name=each.queue,
                workflow_id=each.id,
                queue_partition_key=each.partition,
            )
            # The least goes first. It is exact where times of different machines are not.
            row["priority"] = min(each.rank, _GREATEST_PRIORITY)
            rows.append(row)
        dbos._sys_db.init_workflows(rows)
        self._untold += len(rows)
        if not _is_sqlite(self._url) and self._untold >= LOOKED_THROUGH:
            self._untold = 0
            with dbos._sys_db.engine.begin() as connection:
                connection.exec_driver_sql(f"ANALYZE (SKIP_LOCKED) {SCHEMA}.workflow_status")

    async def recover(self, executor: str) -> int:
        """Let the work of an executor that died go on in whichever process comes first; return how much that is."""
        return len(await asyncio.to_thread(DBOS._recover_pending_workflows, [executor]))

    async def forget(self, before: datetime) -> int:
        """Forget what had ended well, or was cancelled, before a moment; return how much that was."""
        total = 0
        while True:
            ended = await DBOS.list_workflows_async(
                status=["SUCCESS", "CANCELLED"],
                completed_before=before.isoformat(),
                limit=_FORGOTTEN_AT_ONCE,
                load_input=False,
                load_output=False,
            )
            await DBOS.delete_workflows_async([each.workflow_id for each in ended])
            total += len(ended)
            if len(ended) < _FORGOTTEN_AT_ONCE:
                return total

    def stop_taking(self) -> None:
        """Take nothing more out of the queues."""
        for each in _get_dbos_instance().background_thread_stop_events:
            each.set()

    async def close(self) -> None:
        """End; what is under way goes on elsewhere or later."""
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()

        def end() -> None:
            DBOS.destroy(destroy_registry=True)
            loop.call_soon_threadsafe(ended.set)

        # Not in the loop's pool of threads, which is DBOS's own and ends with it.
        threading.Thread(target=end, name="ending-workflows").start()
        await ended.wait()
        loop.set_default_executor(ThreadPoolExecutor())
        if self._engine is not None:
            self._engine.dispose()


def client(url: str) -> DBOSClient:
    """What reads and steers workflows from a process that need not work itself.

    Args:
        url: of the installation's database.
    """
    tame_log()
    if _is_sqlite(url):
        return DBOSClient(
            system_database_engine=sqlite_engine(work_file(url)),
            serializer=DBOSPortableJSONSerializer(),
            application_name=NAME,
            lazy=True,
            retry_connection_errors=False,
        )
    return DBOSClient(
        system_database_url=url,
        dbos_system_schema=SCHEMA,
        serializer=DBOSPortableJSONSerializer(),
        system_database_pool_size=2,
        application_name=NAME,
        lazy=True,
        retry_connection_errors=False,
    )


def work_file(url: str) -> Path:
    """The file beside a SQLite database in which work is kept."""
    return sqlite_path(read_url(url)).with_suffix(".work.db")


def _is_sqlite(url: str) -> bool:
    return read_url(url).drivername == "sqlite"


def sqlite_engine(path: Path) -> Engine:
    """An engine on the file, over the one SQLite library of the process, as DBOS sets up its own."""
    engine = create_engine(
        f"sqlite:///{path}",
        module=dbapi2,
        pool_size=_SQLITE_CONNECTIONS,
        max_overflow=0,
        pool_timeout=_PATIENCE,
    )

    @event.listens_for(engine, "connect")
    def connected(raw: RawConnection, _record: object) -> None:
        raw.isolation_level = "IMMEDIATE"
        for setting in (
            "busy_timeout = 30000",
            "foreign_keys = ON",
            "journal_mode = WAL",
            "synchronous = FULL",
        ):
            raw.execute(f"PRAGMA {setting}")

    return engine


_TOLD_ELSEWHERE: Final = (
    "Exception encountered in asynchronous workflow",
    "Asyncio task cancelled for workflow or step",
)


class _Untold(logging.Filter):
    """Leaves out what `running` tells in better words, and that work is left for later when a process ends."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line is to be told."""
        return not str(record.msg).startswith(_TOLD_ELSEWHERE)


def tame_log() -> None:
    """Have DBOS's lines go where all others go, and not to a console of its own."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
        logger.addFilter(_Untold())
    logger.propagate = True
