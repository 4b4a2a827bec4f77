"""What was known at a recorded time never changes, whatever is written later."""

from datetime import datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from relatum.access import SYSTEM
from relatum_schemas.selection import Clock, Request
from tests.laws.both import Both
from tests.laws.profiles import tried
from tests.oracle.graph import Graph
from tests.oracle.graphs import Draw, graphs
from tests.oracle.pools import NOWS, RECORDED
from tests.oracle.states import until
from tests.oracle.strategies import Question, asked_of
from tests.oracle.world import world

WORLD = world()


@st.composite
def histories(draw: Draw) -> tuple[Graph, datetime, Question]:
    """A graph, a time within its history, and a question about that time."""
    graph = draw(graphs(WORLD))
    at = draw(st.sampled_from(RECORDED[:-1]))
    question = draw(asked_of(WORLD, graph, NOWS[0], SYSTEM))
    (root,) = question.request.fields
    assume(root.source.kind != "search")
    past = root.model_copy(
        update={"clock": Clock(valid_at=root.clock.valid_at, recorded_at=at.isoformat())}
    )
    return graph, at, Question(Request(fields=(past,)), question.parameters, SYSTEM)


@tried(10)
@given(history=histories())
def test_later_writing_leaves_the_past_alone(
    both: Both, history: tuple[Graph, datetime, Question]
) -> None:
    graph, at, question = history
    asked = (question.request, question.parameters, question.principal)
    both.hold(until(graph, at), NOWS[0])
    before = both.answers(*asked)
    both.hold(graph, NOWS[0])
    assert both.answers(*asked) == before
