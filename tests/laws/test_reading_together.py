"""Many principals ask the same questions in turn, of plans that are kept for all of them, while what they see changes."""

from hypothesis import given
from hypothesis import strategies as st

from relatum.access import Principal
from tests.laws.both import Both
from tests.laws.profiles import tried
from tests.oracle.graph import Graph
from tests.oracle.graphs import Draw, graphs
from tests.oracle.pools import NOWS
from tests.oracle.strategies import Question, asked_of, principals
from tests.oracle.world import world

WORLD = world()
NOW = NOWS[1]


@st.composite
def meetings(draw: Draw) -> tuple[list[Graph], list[Principal], list[Question]]:
    """A graph before and after its ties and values changed, several principals, and questions that all of them ask."""
    before, after = (draw(graphs(WORLD)) for _ in range(2))
    asking = [draw(principals(WORLD, before)) for _ in range(draw(st.integers(2, 4)))]
    same = asking[0]
    # Plans are kept by roles: somebody else of the same roles shares them.
    asking += [Principal(each.id, each.firm, same.roles, same.purpose) for each in asking[1:]]
    questions = [draw(asked_of(WORLD, before, NOW, same)) for _ in range(2)]
    return [before, after, before], asking, questions


@tried(6)
@given(meeting=meetings())
def test_nobody_is_answered_by_what_another_may_see(
    both: Both, meeting: tuple[list[Graph], list[Principal], list[Question]]
) -> None:
    states, asking, questions = meeting
    for graph in states:
        both.hold(graph, NOW)
        for principal in asking:
            for question in questions:
                asked = (question.request, question.parameters, principal)
                expected = both.expected(*asked)
                assert both.answers(*asked) == dict.fromkeys(both.sides, expected)
