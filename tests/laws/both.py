"""Both databases beside the oracle: load a graph, ask all three, compare."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from relatum.access import Principal
from relatum.catalogue.model import Catalogue
from relatum.connections import Connections, open_connections
from relatum.reading import Plans, ReadPlan
from relatum.reading.excerpts import put_in
from relatum.reading.private import MARK
from relatum.reading.private import opened as open_private
from relatum.tables import build_tables, create_all
from relatum_schemas.errors import DatabaseLocked, DatabaseUnavailable, RelatumError
from relatum_schemas.selection import Request
from tests.oracle.evaluate import answer
from tests.oracle.graph import Graph
from tests.oracle.harness import Shown, read, shown
from tests.oracle.load import load
from tests.oracle.strategies import Case

Parameters = Mapping[str, object]


@dataclass(frozen=True)
class Side:
    """One of the databases."""

    connections: Connections
    plans: Plans

    async def text(
        self, request: Request, parameters: Parameters, principal: Principal, now: datetime
    ) -> bytes:
        """What it answers, as it is, however much it takes the principal to see."""
        plan = self.plans.get(request, principal)
        small = await self._text(plan, parameters, principal, now)
        if plan.weighed:
            large = plan.sized(plan.weighed)
            assert large is not plan
            assert await self._text(large, parameters, principal, now) == small
        return small

    async def _text(
        self, plan: ReadPlan, parameters: Parameters, principal: Principal, now: datetime
    ) -> bytes:
        bound = plan.bind(parameters, now=now, principal=principal)
        async with self.connections.reading() as connection:
            found = await connection.value(bound.prepared, bound.values)
        assert isinstance(found, bytes)
        if bound.private is not None:
            mark, shown = str(bound.values.get(MARK, "")), bound.private.shown
            found = open_private(found, mark, shown, catalogue=plan.catalogue, keys=None).answer
        return put_in(found, bound.excerpts, bound.values) if bound.excerpts else found


@dataclass
class Both:
    """The two databases, by name. ``graph`` is what they hold, ``now`` what time it is."""

    runner: asyncio.Runner
    catalogue: Catalogue = field(repr=False)
    sides: Mapping[str, Side] = field(repr=False)
    graph: Graph = field(default_factory=Graph, repr=False)
    now: datetime = datetime(2024, 1, 1, tzinfo=UTC)

    def hold(self, graph: Graph, now: datetime) -> None:
        """Let both hold a graph, and let it be that time."""
        self.graph, self.now = graph, now
        self.runner.run(self._load(graph))

    async def _load(self, graph: Graph) -> None:
        for side in self.sides.values():
            await load(side.connections, self.catalogue, graph)

    def text(
        self, name: str, request: Request, parameters: Parameters, principal: Principal
    ) -> bytes:
        """What one database answers, as it is."""
        return self.runner.run(self.sides[name].text(request, parameters, principal, self.now))

    def answers(
        self, request: Request, parameters: Parameters, principal: Principal
    ) -> dict[str, Shown]:
        """What each database answers: JSON, or the class of the error."""
        answers: dict[str, Shown] = {}
        for name in self.sides:
            try:
                answers[name] = read(self.text(name, request, parameters, principal))
            except (DatabaseLocked, DatabaseUnavailable):
                raise  # no answer at all: it tells of the machine, not of the question
            except RelatumError as error:
                answers[name] = type(error).__name__
        return answers

    def expected(self, request: Request, parameters: Parameters, principal: Principal) -> Shown:
        """What the oracle answers."""
        try:
            return shown(
                answer(
                    self.graph,
                    request,
                    parameters,
                    catalogue=self.catalogue,
                    principal=principal,
                    now=self.now,
                )
            )
        except RelatumError as error:
            return type(error).__name__

    def agree(self, case: Case) -> None:
        """Hold that both answer the questions of a case as the oracle does."""
        self.hold(case.graph, case.now)
        for question in case.questions:
            asked = (question.request, question.parameters, question.principal)
            assert self.answers(*asked) == dict.fromkeys(self.sides, self.expected(*asked))

    async def close(self) -> None:
        """Close what is open."""
        for side in self.sides.values():
            await side.connections.close()


async def opened(runner: asyncio.Runner, catalogue: Catalogue, urls: Iterable[str]) -> Both:
    """Open databases at these addresses, and create their tables."""
    tables = build_tables(catalogue)
    sides: dict[str, Side] = {}
    for url in urls:
        connections = await open_connections(url)
        await create_all(connections, tables)
        plans = Plans(catalogue=catalogue, tables=tables, dialect=connections.dialect)
        sides[connections.dialect] = Side(connections, plans)
    return Both(runner, catalogue, sides)
