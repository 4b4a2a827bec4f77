"""Walking pages either way visits each row once, also while others write."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relatum.access import SYSTEM, Principal
from relatum_schemas.selection import (
    AnyTime,
    Compare,
    Connection,
    CursorOutput,
    EdgesItem,
    EndOutput,
    FieldOutput,
    FieldPath,
    One,
    Operator,
    Order,
    Page,
    PageInfoItem,
    Parameter,
    Request,
    RootField,
    Rows,
    SelfOutput,
)
from tests.laws.both import Both
from tests.laws.profiles import tried
from tests.oracle.asking.asker import Asking
from tests.oracle.asking.forms import an_order
from tests.oracle.evaluate import answer
from tests.oracle.graph import Graph
from tests.oracle.graphs import Draw, graphs
from tests.oracle.pools import NOWS, RECORDED
from tests.oracle.shapes import of_name
from tests.oracle.states import until
from tests.oracle.strategies import principals
from tests.oracle.world import world

WORLD = world()
MOST_PAGES = 200

FORM = Connection(
    items=(
        EdgesItem(
            key="edges",
            outputs=(
                SelfOutput(key="node", outputs=(FieldOutput(key="id", field="id"),)),
                CursorOutput(key="cursor"),
            ),
        ),
        PageInfoItem(
            key="info",
            facts=(
                ("next", "has_next_page"),
                ("previous", "has_previous_page"),
                ("start", "start_cursor"),
                ("end", "end_cursor"),
            ),
        ),
    )
)


@dataclass(frozen=True)
class Journey:
    """States that follow each other, and a way through rows while they do: those of a type, or ties at an end."""

    states: tuple[Graph, ...]
    type: str
    holder: str | None
    end: str | None
    order: tuple[Order, ...]
    size: int
    backward: bool
    principal: Principal

    def request(self, page: Page | None = None) -> Request:
        """One page: as told, or of the way, from a cursor."""
        cursor = Parameter(parameter="cursor")
        onward = (
            Page(last=self.size, before=cursor)
            if self.backward
            else Page(first=self.size, after=cursor)
        )
        asked: Any = {"order": self.order, "page": page or onward, "form": FORM}
        if self.end is None:
            root = RootField(key="rows", source=Rows(type=self.type), **asked)
            return Request(fields=(root,))
        here = Compare(path=FieldPath(field="id"), operator=Operator.EQ, value=self.holder)
        ties = EndOutput(key="ties", end=self.end, holds=AnyTime(), **asked)
        source = Rows(type=self.type, filter=here)
        return Request(fields=(RootField(key="rows", source=source, form=One(outputs=(ties,))),))

    def page(self, answer: Any) -> Any:
        """The page in an answer; None when the record that has the end is not there."""
        found = answer["rows"]
        return found if self.end is None or found is None else found["ties"]

    def places(self, graph: Graph) -> dict[str, str]:
        """Where each row stands in a state, by the oracle."""
        found = answer(
            graph,
            self.request(Page(first=1000)),
            catalogue=WORLD,
            principal=self.principal,
            now=NOWS[0],
        )
        page = self.page(found)
        return (
            {} if page is None else {each["node"]["id"]: each["cursor"] for each in page["edges"]}
        )


@st.composite
def journeys(draw: Draw, *, changing: bool) -> Journey:
    """A way through a graph that stays as it is, or changes at every page."""
    graph = draw(graphs(WORLD))
    types = sorted({each.type for each in graph.versions}) or ["Person"]
    asking = Asking(draw, WORLD, types, [])
    shape = of_name(WORLD, draw(st.sampled_from((*types, "Party", "Record"))))
    holder, end = None, None
    held = [each for each in graph.versions if each.type == shape.name and asking.ends(shape)]
    if held and draw(st.booleans()):
        holder, end = str(draw(st.sampled_from(held)).id), asking.an_end(shape)
    principal = SYSTEM if changing else draw(principals(WORLD, graph))
    ordered = shape if end is None else shape.at_end(end)
    return Journey(
        states=tuple(until(graph, at) for at in RECORDED) if changing else (graph,),
        type=shape.name,
        holder=holder,
        end=None if end is None else end.name,
        order=an_order(asking, ordered) if principal.unrestricted else (),
        size=draw(st.integers(1, 3)),
        backward=draw(st.booleans()),
        principal=principal,
    )


def visited(both: Both, database: str, journey: Journey) -> list[str]:
    """The ids of the rows in the order in which a client meets them."""
    met: list[str] = []
    cursor: str | None = None
    for number in range(MOST_PAGES):
        state = journey.states[min(number, len(journey.states) - 1)]
        if both.graph is not state:
            both.hold(state, NOWS[0])
        text = both.text(database, journey.request(), {"cursor": cursor}, journey.principal)
        page = journey.page(json.loads(text))
        if page is None:
            return met
        ids = [each["node"]["id"] for each in page["edges"]]
        assert len(ids) <= journey.size
        met += reversed(ids) if journey.backward else ids
        if not page["info"]["previous" if journey.backward else "next"]:
            return met
        cursor = page["info"]["start" if journey.backward else "end"] or cursor
    raise AssertionError("The pages have no end.")


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@tried(8)
@given(journey=journeys(changing=False))
def test_pages_together_are_the_whole(both: Both, database: str, journey: Journey) -> None:
    places = list(journey.places(journey.states[0]))
    expected = places[::-1] if journey.backward else places
    assert visited(both, database, journey) == expected


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@tried(8)
@given(journey=journeys(changing=True))
def test_writing_meanwhile_neither_hides_nor_repeats_a_row(
    both: Both, database: str, journey: Journey
) -> None:
    states = [journey.places(state) for state in journey.states]
    met = visited(both, database, journey)
    for record in {*states[0], *states[1], *states[2]}:
        stayed = all(record in state for state in states)
        unmoved = len({state[record] for state in states if record in state}) == 1
        if unmoved:
            assert met.count(record) in ({1} if stayed else {0, 1})
