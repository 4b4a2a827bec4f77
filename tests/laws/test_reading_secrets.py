"""Nothing that a principal may not see shows in any answer: not by its value, its order, nor a count."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from relatum_schemas.errors import RelatumError
from relatum_schemas.policy import Right
from tests.laws.profiles import tried
from tests.oracle.access import Reader
from tests.oracle.evaluate import answer, reader_of
from tests.oracle.graph import Graph, Version
from tests.oracle.graphs import Draw, graphs, values
from tests.oracle.pools import NOWS
from tests.oracle.strategies import Question, asked_of, principals
from tests.oracle.world import world

WORLD = world()
NOW = NOWS[1]
RIGHTS = (Right.READ, Right.AGGREGATE, Right.HISTORY)

View = dict[UUID, tuple[tuple[Right, frozenset[str]], ...]]
"""By record: each right that there is on it, and the fields that it opens."""


def seen(reader: Reader) -> View:
    """What of each record that ever was a principal may see."""
    view: View = {}
    for record in reader.graph.versions:
        fields = WORLD.record_type(record.type).all_fields
        view[record.id] = tuple(
            (right, frozenset(name for name in fields if reader.opens(record, name, right)))
            for right in RIGHTS
            if reader.may(record, right)
        )
    return {record: rights for record, rights in view.items() if rights}


@st.composite
def twins(draw: Draw) -> tuple[Graph, Graph, Question]:
    """Two graphs that a principal may not tell apart, and a question of that principal."""
    graph = draw(graphs(WORLD))
    principal = draw(principals(WORLD, graph))
    assume(not principal.unrestricted)
    view = seen(reader_of(graph, WORLD, principal, NOW))
    hidden = [
        record for record in sorted({each.id for each in graph.versions}) if record not in view
    ]
    gone = draw(st.sets(st.sampled_from(hidden))) if hidden else set()
    other = Graph([draw(_disguised(each, view)) for each in graph.versions], graph.merged)
    other = _without(other, gone, view)
    assume(other.versions != graph.versions)
    assume(seen(reader_of(other, WORLD, principal, NOW)) == view)
    return graph, other, draw(asked_of(WORLD, graph, NOW, principal))


@st.composite
def _disguised(draw: Draw, version: Version, view: View) -> Version:
    """The version with other values in the fields that are not to be seen."""
    opened = {name for _, fields in view.get(version.id, ()) for name in fields}
    drawn = draw(values(WORLD.record_type(version.type)))
    changed = {name: drawn[name] for name in drawn if name not in opened}
    return replace(version, values={**version.values, **changed})


def _without(graph: Graph, gone: set[UUID], view: View) -> Graph:
    """The graph without hidden records, but those that stand in ties that remain."""
    needed: set[Any] = {
        end for each in graph.versions if each.id in view for end in (each.source, each.target)
    }
    leaving = gone - needed
    for _ in graph.versions:
        leaving |= {
            each.id
            for each in graph.versions
            if each.id not in view and {each.source, each.target} & leaving
        }
    leaving -= needed
    kept = [each for each in graph.versions if each.id not in leaving]
    return Graph(kept, {old: new for old, new in graph.merged.items() if old not in leaving})


def outcome(graph: Graph, question: Question) -> object:
    """The answer, or the class of the refusal."""
    try:
        return answer(
            graph,
            question.request,
            question.parameters,
            catalogue=WORLD,
            principal=question.principal,
            now=NOW,
        )
    except RelatumError as error:
        return type(error)


@tried(20)
@given(twins())
def test_what_is_hidden_makes_no_difference(given: tuple[Graph, Graph, Question]) -> None:
    one, other, question = given
    assert outcome(one, question) == outcome(other, question)
