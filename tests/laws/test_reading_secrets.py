"""Nothing that a principal may not see shows in any answer: not by its value, its order, nor a count."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from hypothesis import assume, given
from hypothesis import strategies as st

from relatum.access import Principal
from relatum.connections.types import FOREVER
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
NOTHING: frozenset[str] = frozenset()
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


@dataclass(frozen=True)
class Twins:
    """Two graphs that a principal may not tell apart."""

    one: Graph
    other: Graph
    principal: Principal

    def __repr__(self) -> str:
        """Who asks, and of how much."""
        hidden = sum(each not in self.other.versions for each in self.one.versions)
        return f"<{self.principal}: {hidden} of {len(self.one.versions)} versions differ>"


@st.composite
def twins(draw: Draw) -> Twins:
    """Draw two graphs, and a principal who may not tell them apart."""
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
    return Twins(graph, other, principal)


@st.composite
def asked_twins(draw: Draw) -> tuple[Twins, Question]:
    """Two graphs that a principal may not tell apart, and a question of that principal."""
    pair: Twins = draw(twins())
    return pair, draw(asked_of(WORLD, pair.one, NOW, pair.principal))


@st.composite
def _disguised(draw: Draw, version: Version, view: View) -> Version:
    """The version with other values in the fields that are not to be seen, as far as its type admits them."""
    declared = WORLD.record_type(version.type)
    rights = dict(view.get(version.id, ()))
    kept = set(rights.get(Right.READ, ())) | rights.get(Right.AGGREGATE, NOTHING)
    if version.recorded_to != FOREVER:
        kept &= rights.get(Right.HISTORY, NOTHING)
    kept.update(name for names in declared.unique for name in names)
    drawn = draw(values(declared))
    if not _in_order(drawn):
        kept |= {"valid_from", "valid_to"}
    changed = {name: drawn[name] for name in drawn if name not in kept}
    disguised = replace(version, values={**version.values, **changed})
    return disguised if _in_order(disguised.values) else version


def _in_order(drawn: Mapping[str, Any]) -> bool:
    """Whether a tie begins before it ends."""
    begins, ends = drawn.get("valid_from"), drawn.get("valid_to")
    return begins is None or ends is None or bool(begins < ends)


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
@given(asked_twins())
def test_what_is_hidden_makes_no_difference(given: tuple[Twins, Question]) -> None:
    pair, question = given
    assert outcome(pair.one, question) == outcome(pair.other, question)
