"""Both databases beside the oracle: load a graph, ask all three, compare."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from relatum.access import Principal
from relatum.catalogue.model import Catalogue
from relatum.connections import Connections, open_connections
from relatum.reading import Plans
from relatum.session.database import Database
from relatum.tables import build_tables, create_all
from relatum_schemas.errors import RelatumError
from relatum_schemas.selection import Request
from tests.oracle.evaluate import answer
from tests.oracle.graph import Graph
from tests.oracle.harness import Shown, read, shown
from tests.oracle.load import load


@dataclass
class Both:
    """The two databases. ``graph`` is what they hold, ``now`` what their clock says."""

    runner: asyncio.Runner
    catalogue: Catalogue
    databases: Mapping[str, Database]
    graph: Graph = field(default_factory=Graph)
    clock: "Clock" = field(default_factory=lambda: Clock())

    def hold(self, graph: Graph, now: datetime) -> None:
        """Let both hold a graph, and set their clock."""
        self.graph, self.clock.now = graph, now
        self.runner.run(self._load(graph))

    async def _load(self, graph: Graph) -> None:
        for database in self.databases.values():
            await load(database.connections, self.catalogue, graph)

    def answers(
        self, request: Request, parameters: Mapping[str, object], principal: Principal
    ) -> dict[str, Shown]:
        """What each database answers: JSON, or the class of the error."""
        return {
            name: self.runner.run(_asked(database, request, parameters, principal))
            for name, database in self.databases.items()
        }

    def text(
        self,
        name: str,
        request: Request,
        parameters: Mapping[str, object],
        principal: Principal,
    ) -> bytes:
        """What one database answers, as it is."""
        reading = self.databases[name].as_(principal).read(request, parameters)
        return self.runner.run(reading)

    def expected(
        self, request: Request, parameters: Mapping[str, object], principal: Principal
    ) -> Shown:
        """What the oracle answers."""
        try:
            return shown(
                answer(
                    self.graph,
                    request,
                    parameters,
                    catalogue=self.catalogue,
                    principal=principal,
                    now=self.clock.now,
                )
            )
        except RelatumError as error:
            return type(error).__name__

    async def close(self) -> None:
        """Close what is open."""
        for database in self.databases.values():
            await database.connections.close()


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: datetime = field(default_factory=lambda: datetime.max)

    def __call__(self) -> datetime:
        """The present."""
        return self.now


async def _asked(
    database: Database, request: Request, parameters: Mapping[str, object], principal: Principal
) -> Shown:
    try:
        return read(await database.as_(principal).read(request, parameters))
    except RelatumError as error:
        return type(error).__name__


async def opened(runner: asyncio.Runner, catalogue: Catalogue, urls: Iterable[str]) -> Both:
    """Open databases at these addresses, and create their tables."""
    clock = Clock()
    databases: dict[str, Database] = {}
    for url in urls:
        connections: Connections = await open_connections(url)
        tables = build_tables(catalogue)
        await create_all(connections, tables)
        plans = Plans(catalogue=catalogue, tables=tables, dialect=connections.dialect)
        databases[connections.dialect] = Database(connections, catalogue, tables, plans, clock)
    return Both(runner, catalogue, databases, clock=clock)
