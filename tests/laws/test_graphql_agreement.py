"""Every document is answered as graphql-core's own executor answers it, field by field, over the oracle.

Documents use all that the language has in one delivery; the answers agree to the order of keys.
"""

import json
import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphql import ExecutionResult, execute, parse
from hypothesis import given
from hypothesis import strategies as st

from relatum.access import Principal
from relatum.session import Session
from relatum.session.storage import Storage
from relatum_schemas.errors import RelatumError
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.knowing import Known
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.schema import Asking
from tests.laws.both import Both, Side
from tests.laws.composing import Composer
from tests.laws.profiles import tried
from tests.oracle.check import Check
from tests.oracle.evaluate import of_principal
from tests.oracle.graph import Graph
from tests.oracle.graphql.resolving import Oracle
from tests.oracle.graphs import Draw, graphs
from tests.oracle.harness import read, shown
from tests.oracle.pools import NOWS
from tests.oracle.strategies import known_ids, principals
from tests.oracle.world import world

WORLD = world()
API = Api(
    WORLD, Limits(aliases=10_000, directives=10_000, fields=10_000, tokens=100_000, rows=10**12)
)
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
def asked(draw: Draw) -> Asked:
    """Draw a graph, somebody, and seeds."""
    graph = draw(graphs(WORLD))
    seeds = st.lists(st.integers(0, 2**32), min_size=1, max_size=DOCUMENTS)
    now, principal = draw(st.sampled_from(NOWS)), draw(principals(WORLD, graph))
    return Asked(graph, now, principal, tuple(draw(seeds)))


def session_of(side: Side, asked: Asked) -> Session:
    """What who asks has of a database."""
    storage = Storage(side.connections, WORLD, side.plans.tables, side.plans, lambda: asked.now)
    return Session(storage, asked.principal)


async def expected(
    question: Question, asked: Asked, session: Session, cursors: dict[str, str]
) -> ExecutionResult:
    """What graphql-core answers over the oracle."""
    oracle = Oracle(WORLD, asked.graph, asked.principal, asked.now, cursors)
    result = execute(
        API.schema,
        parse(question.text),
        operation_name=question.operation_name,
        variable_values=dict(question.variables),
        context_value=Asking(session),
        field_resolver=oracle.resolve,
        type_resolver=oracle.type_of,
        max_coercion_errors=1,
    )
    return result if isinstance(result, ExecutionResult) else await result


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


def refusal(question: Question, asked: Asked, known: Known | None) -> str | None:
    """The code by which the oracle refuses what was asked of the engine; None if it does not."""
    operation = API.operation(question, known)
    variables = API.variables(operation, question, known)
    made = API.plan(operation, variables)
    if made.request is None:
        return None
    parameters = {**made.arguments(variables.coerced), **of_principal(asked.principal)}
    reader = Oracle(WORLD, asked.graph, asked.principal, asked.now).reader
    try:
        Check(WORLD, reader, parameters).request(made.request)
    except RelatumError as error:
        return error.code
    return None


async def answered(session: Session, question: Question) -> bytes | str:
    """The response, or the code by which the question is refused."""
    try:
        return await API.answer(session, question)
    except Refusal as refused:
        return str(refused.errors[0]["extensions"]["code"])


async def compare(side: Side, asked: Asked, seed: int) -> None:
    """Hold that one document is answered as it has to be."""
    session = session_of(side, asked)
    known = API.known_to(session)
    ids = [str(each) for each in (*known_ids(asked.graph), *asked.graph.merged, NOBODY)]
    composer = Composer(random.Random(seed), API.schema, known, ids)
    question = Question(composer.document(), "Asked", composer.given)
    cursors: dict[str, str] = {}
    await expected(question, asked, session, cursors)
    question = with_cursors(question, cursors)
    told = f"{question.text}\n{json.dumps(question.variables, ensure_ascii=False)}"
    result = await expected(question, asked, session, cursors)
    answer = await answered(session, question)
    if isinstance(answer, bytes):
        assert not result.errors, (told, result.errors)
        assert read(answer) == shown({"data": result.data}), told
        return
    met = [each.original_error for each in result.errors or ()]
    codes = {each.code for each in met if isinstance(each, RelatumError)}
    assert answer in {*codes, refusal(question, asked, known)}, told


@tried(15)
@given(asked=asked())
def test_documents_are_answered_as_graphql_core_answers_them(both: Both, asked: Asked) -> None:
    both.hold(asked.graph, asked.now)
    for seed in asked.seeds:
        for side in both.sides.values():
            both.runner.run(compare(side, asked, seed))
