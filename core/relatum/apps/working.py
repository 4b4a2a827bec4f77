"""Tells apps of changes while a process serves: one process of the installation does it, elected by a lock.

Each app has a task of its own, so that none waits for another, and is sent a few messages at a time.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Set
from contextlib import asynccontextmanager, suppress
from time import monotonic
from typing import Final
from uuid import UUID

from relatum.access import SYSTEM
from relatum.apps.courier import Courier
from relatum.apps.delivering import deliver
from relatum.apps.following import look_through
from relatum.apps.stored import App, Delivery, apps_on, deliveries_due, sweep
from relatum.apps.terms import Terms, put_in_force
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.changes.tidings import CHANNEL
from relatum.connections import Leader
from relatum.session.database import Database
from relatum_schemas.channel import Channel, Notice
from relatum_schemas.errors import DatabaseUnavailable, RelatumError

LEADERSHIP: Final = "webhooks"
AT_ONCE: Final = 4
"""Messages that are under way to one app at a time."""

CHUNK: Final = 20
"""Messages that are dealt with before it is looked again whether the app is to be told."""

LOOKING_SECONDS: Final = 2.0
"""How often it is looked which apps there are, and what is due."""

SWEEPING_SECONDS: Final = 10.0
"""How often it is seen to that this process is the elected one still, and old deliveries are forgotten."""

_NOTICE: Final = """The app {title} is told of no more changes for now. {why}

What happens meanwhile it is told as soon as it goes on:

    relatum app resume {name}
"""

_log: Final = logging.getLogger("relatum.apps")


@asynccontextmanager
async def telling(
    database: Database,
    courier: Courier,
    *,
    messenger: Channel | None = None,
    terms: Terms | None = None,
) -> AsyncIterator[None]:
    """Have this process tell apps of changes while the block runs, whenever it is the elected one.

    Args:
        database: in use.
        courier: what brings messages to apps.
        messenger: what brings notices to administrators; None where nothing does.
        terms: on which apps are told.
    """
    terms = terms or Terms()
    put_in_force(database.connections, terms)
    teller = Teller(database, courier, messenger, terms)
    task = asyncio.create_task(teller.keep_telling())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Teller:
    """Tells apps of changes."""

    def __init__(
        self, database: Database, courier: Courier, messenger: Channel | None, terms: Terms
    ) -> None:
        """Bind what `telling` is given."""
        self._database = database
        self._courier = courier
        self._messenger = messenger
        self._terms = terms
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._news: dict[UUID, asyncio.Event] = {}

    async def keep_telling(self) -> None:
        """Tell apps whenever this process is the elected one. Runs until it is cancelled."""
        while True:
            try:
                if await self._active():
                    async with self._database.connections.leadership(LEADERSHIP) as leader:
                        if leader is not None:
                            await self._lead(leader)
            except DatabaseUnavailable as error:
                _log.warning("Apps are not told of changes for now: %s", error)
            except Exception:
                _log.exception("Telling apps of changes stopped, and is begun anew.")
            await asyncio.sleep(LOOKING_SECONDS)

    async def _active(self) -> dict[UUID, App]:
        """The apps that are told of changes."""
        async with self._database.connections.reading() as connection:
            found = await apps_on(connection)
        return {each.id: each for each in found if each.state == "active" and each.manifest.events}

    async def _lead(self, leader: Leader) -> None:
        """Keep a task per app, until there is none any more or the office is lost."""
        swept = -SWEEPING_SECONDS
        try:
            async with self._database.connections.listen(CHANNEL) as told:
                while active := await self._active():
                    if monotonic() - swept >= SWEEPING_SECONDS:
                        await self._sweep(leader)
                        swept = monotonic()
                    self._keep_tasks(active.keys())
                    with suppress(TimeoutError):
                        async with asyncio.timeout(LOOKING_SECONDS):
                            await anext(told)
        finally:
            self._keep_tasks(set())

    async def _sweep(self, leader: Leader) -> None:
        """Forget what apps were told long ago. It fails when the office is lost."""
        async with leader.writing() as connection:
            await sweep(connection, self._database.clock() - self._terms.kept)

    def _keep_tasks(self, active: Set[UUID]) -> None:
        """Have a task per app that is told of changes, and have each look what there is."""
        for app in [*self._tasks]:
            if app not in active or self._tasks[app].done():
                self._tasks.pop(app).cancel()
                del self._news[app]
        for app in active:
            if app not in self._tasks:
                self._news[app] = asyncio.Event()
                self._tasks[app] = asyncio.create_task(self._tell(app, self._news[app]))
            self._news[app].set()

    async def _tell(self, app: UUID, news: asyncio.Event) -> None:
        """Tell one app, until it is not active any more."""
        try:
            while (known := (await self._active()).get(app)) is not None:
                news.clear()
                more = await look_through(self._database, known)
                if not await self._send_due(known) and not more:
                    await news.wait()
        except RelatumError as error:
            _log.warning("An app is not told of changes for now: %s", error)
        except Exception:
            _log.exception("Telling an app of changes stopped, and is begun anew.")

    async def _send_due(self, app: App) -> bool:
        """Send what is due, and say whether anything was."""
        slots, pauses = asyncio.Semaphore(AT_ONCE), list[str]()

        async def send(delivery: Delivery) -> None:
            async with slots:
                # Meanwhile it may have been paused, let in at another address, or taken out.
                present = (await self._active()).get(app.id)
                if present is None:
                    return
                outcome = await deliver(
                    self._database, present, delivery, self._courier, patience=self._terms.patience
                )
            if outcome.pause:
                pauses.append(outcome.pause)
            if error := outcome.delivery.error:
                _log.warning("%s was not told of %s: %s", app.name, delivery.id, error)

        async with self._database.connections.reading() as connection:
            due = await deliveries_due(connection, app.id, self._database.clock(), CHUNK)
        async with asyncio.TaskGroup() as group:
            for each in due:
                group.create_task(send(each))
        if pauses:
            await self._notify(app, pauses[0])
        return bool(due)

    async def _notify(self, app: App, why: str) -> None:
        """Tell administrators that an app is paused; that nobody could be told is logged."""
        _log.error("The app %s is paused. %s", app.name, why)
        if self._messenger is None:
            return
        accounts = await self._database.identity.accounts(SYSTEM)
        for account in accounts:
            if account.disabled:
                continue
            capacities = await self._database.identity.capacities(account.record)
            if not any(ADMINISTRATOR in each.roles for each in capacities):
                continue
            message = Notice(
                to=account.email,
                subject=f"The app {app.manifest.title} is paused",
                text=_NOTICE.format(title=app.manifest.title, name=app.name, why=why),
                key=f"app_paused:{app.id}:{account.id}:{self._database.clock():%Y%m%d%H%M%S}",
            )
            try:
                await self._messenger.deliver(message)
            except RelatumError as error:
                _log.error("%s was not told that %s is paused: %s", account.email, app.name, error)
