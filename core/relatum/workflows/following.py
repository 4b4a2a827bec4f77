"""Makes work of what was committed: of lines of the change log for reactions, and of starts that were asked for.

One process of the installation does it, elected by a lock. Each plugin's reactions have a row that says how far they have
come. What is started is named by the line's position or by the start's id, so that nothing is started twice when a
process dies between starting it and saying so; and no line is passed before all that it starts is kept.
"""

import asyncio
from collections.abc import Iterable, Iterator
from typing import Final

from relatum.catalogue import Catalogue, ReactionRule
from relatum.changes import readers, starts
from relatum.changes.reader import Line, read_changes
from relatum.changes.tidings import CHANNEL
from relatum.session.database import Database
from relatum.session.starting import NOTIFY
from relatum.workflows.engine import REACTIONS, WORKFLOWS, Order, WorkEngine
from relatum.workflows.positions import reader_of, readers_in_force, stand

BATCH: Final = 1_000
"""Lines, or starts, that are dealt with at once."""

LOOKING_SECONDS: Final = 5.0
"""After so long without a message it is looked all the same."""


class LogFollower:
    """Starts reactions to what is committed."""

    def __init__(self, database: Database, engine: WorkEngine) -> None:
        """Begin to follow where it is said that the installation stands."""
        self._database = database
        self._engine = engine
        self._positions: dict[str, int] = {}
        self._kept: dict[str, int] = {}

    async def follow(self) -> None:
        """Follow the log until cancelled."""
        connections = self._database.connections
        async with connections.listen(CHANNEL) as told:
            while True:
                while await self.catch_up():
                    pass
                try:
                    async with asyncio.timeout(LOOKING_SECONDS):
                        await anext(told)
                except TimeoutError:
                    await self._keep()

    async def catch_up(self) -> bool:
        """Deal with the next lines, and say whether there may be more."""
        catalogue = (await self._database.renewed()).catalogue
        await self._stand(catalogue)
        if not self._positions:
            return False
        since = min(self._positions.values())
        async with self._database.connections.reading() as connection:
            lines = await read_changes(connection, since, BATCH)
        if not lines:
            return False
        orders = list(self._orders(catalogue.reactions, lines))
        for name, position in self._positions.items():
            self._positions[name] = max(position, lines[-1].position)
        if orders:
            await self._engine.start(orders)
            await self._keep()
        return len(lines) == BATCH

    async def _stand(self, catalogue: Catalogue) -> None:
        """Know where the reactions of the plugins in force stand."""
        names = readers_in_force(catalogue)
        if names != self._positions.keys():
            self._kept = await stand(self._database, catalogue)
            self._positions = dict(self._kept)

    async def _keep(self) -> None:
        """Say how far the reactions have come."""
        if self._positions != self._kept:
            async with self._database.connections.writing() as connection:
                await readers.move(connection, self._positions)
            self._kept = dict(self._positions)

    def _orders(self, rules: Iterable[ReactionRule], lines: Iterable[Line]) -> Iterator[Order]:
        for line in lines:
            for rule in rules:
                passed = self._positions[reader_of(rule.plugin)] >= line.position
                trigger = rule.reaction.trigger
                concerned = line.type in rule.types and trigger.concerns(
                    line.operation, line.fields
                )
                if concerned and not passed:
                    yield _order(rule, line)


def _order(rule: ReactionRule, line: Line) -> Order:
    told = {
        "position": line.position,
        "type": line.type,
        "record": str(line.record),
        "version": line.version,
        "operation": line.operation,
        "fields": list(line.fields),
        "recorded_at": line.recorded_at.isoformat(),
    }
    return Order(
        id=f"{rule.name}:{line.position}",
        interpreter="relatum.react",
        arguments=(rule.name, told),
        queue=REACTIONS,
        partition=f"{rule.name}:{line.record}",
        rank=line.position,
    )


async def follow_starts(database: Database, engine: WorkEngine) -> None:
    """Start what was asked for in units of work, until cancelled."""
    connections = database.connections
    async with connections.listen(starts.CHANNEL) as told:
        while True:
            while await start_asked(database, engine):
                pass
            try:
                async with asyncio.timeout(LOOKING_SECONDS):
                    await anext(told)
            except TimeoutError:
                continue


async def start_asked(database: Database, engine: WorkEngine) -> bool:
    """Start what was asked for, and say whether there may be more."""
    async with database.connections.reading() as connection:
        asked = await starts.asked(connection, BATCH)
    if not asked:
        return False
    await engine.start([_started(database.catalogue, each) for each in asked])
    async with database.connections.writing() as connection:
        await starts.settle(connection, [each.id for each in asked])
    return len(asked) == BATCH


def _started(catalogue: Catalogue, start: starts.Start) -> Order:
    rule = catalogue.workflows.get(start.workflow)
    queue = WORKFLOWS
    if start.workflow != NOTIFY and rule is not None and rule.workflow.queue is not None:
        queue = queue_name(rule.plugin, rule.workflow.queue.name)
    return Order(
        id=start.id,
        interpreter="relatum.run",
        arguments=(start.workflow, dict(start.inputs)),
        queue=queue,
    )


def queue_name(plugin: str, queue: str) -> str:
    """The full name of a queue."""
    return f"{plugin}.{queue}"
