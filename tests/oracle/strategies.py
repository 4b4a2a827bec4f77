"""What the laws are tried on: a graph, who asks, what is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID

from hypothesis import strategies as st

from relatum.access import OPERATE, SYSTEM, Principal
from relatum.catalogue.model import Catalogue
from relatum_schemas.errors import RelatumError
from relatum_schemas.policy import Right
from relatum_schemas.selection import (
    Connection,
    CursorOutput,
    EdgesItem,
    Many,
    Page,
    Parameter,
    Request,
)
from tests.oracle.asking.requests import requests
from tests.oracle.evaluate import answer, reader_of
from tests.oracle.graph import Graph
from tests.oracle.graphs import graphs
from tests.oracle.pools import NOWS
from tests.oracle.world import PAYROLL

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass(frozen=True)
class Question:
    """Somebody asks something."""

    request: Request
    parameters: dict[str, object]
    principal: Principal

    def __repr__(self) -> str:
        """As JSON shows it."""
        asked = self.request.model_dump_json(exclude_defaults=True)
        return f"<{self.principal} asks {asked} with {self.parameters}>"


@dataclass(frozen=True)
class Case:
    """A graph and questions about it."""

    graph: Graph
    now: datetime
    questions: tuple[Question, ...]


@st.composite
def principals(draw: Draw, catalogue: Catalogue, graph: Graph) -> Principal:
    """Who asks: the unguarded system, or somebody with a few roles."""
    if draw(st.booleans()):
        return SYSTEM
    roles = sorted({rule.role for rule in catalogue.policies} | {"administrator"})
    ids = known_ids(graph)
    me, firm = (draw(st.sampled_from([None, *ids[:20]])) for _ in range(2))
    held = frozenset(draw(st.sets(st.sampled_from(roles), min_size=1, max_size=3)))
    return Principal(me, firm, held, draw(st.sampled_from([OPERATE, PAYROLL])))


@st.composite
def cases(draw: Draw, catalogue: Catalogue, *, questions: int = 6) -> Case:
    """A graph, the present, and what is asked."""
    graph = draw(graphs(catalogue))
    now = draw(st.sampled_from(NOWS))
    asked = tuple(
        draw(asked_of(catalogue, graph, now)) for _ in range(draw(st.integers(1, questions)))
    )
    return Case(graph, now, asked)


@st.composite
def asked_of(
    draw: Draw, catalogue: Catalogue, graph: Graph, now: datetime, asker: Principal | None = None
) -> Question:
    """A question about a graph, by anybody unless it is told who asks."""
    principal = asker or draw(principals(catalogue, graph))
    reader = reader_of(graph, catalogue, principal, now)
    request, parameters = draw(
        requests(
            catalogue,
            types=sorted({each.type for each in graph.versions}) or sorted(catalogue.types),
            ids=[*map(str, known_ids(graph)), str(NAMESPACE_OID)],
            speaks=lambda name, field: reader.names(name, field, Right.READ),
        )
    )
    question = Question(request, parameters, principal)
    if draw(st.integers(0, 3)):
        return question
    turned: Question = draw(paged(catalogue, graph, now, question))
    return turned


@st.composite
def paged(
    draw: Draw, catalogue: Catalogue, graph: Graph, now: datetime, question: Question
) -> Question:
    """The question with a page from a cursor, where it has pages; now and then of a cursor that is none."""
    (root,) = question.request.fields
    cursors = cursors_of(catalogue, graph, now, question)
    if not cursors or not isinstance(root.form, Many | Connection):
        return question
    spoilt = st.sampled_from([*cursors, cursors[0][:-2], f"{cursors[0]}5d", "", "-"])
    given = {
        "after": draw(st.one_of(st.none(), st.sampled_from(cursors), spoilt)),
        "before": draw(st.one_of(st.none(), st.sampled_from(cursors))),
    }
    sizes = {name: draw(st.sampled_from((0, 1, 2, None, None))) for name in ("first", "last")}
    page = Page(after=Parameter(parameter="after"), before=Parameter(parameter="before"), **sizes)
    request = Request(fields=(root.model_copy(update={"page": page}),))
    return Question(request, {**question.parameters, **given}, question.principal)


def cursors_of(catalogue: Catalogue, graph: Graph, now: datetime, question: Question) -> list[str]:
    """The cursors of all rows of a question's first field, by the oracle."""
    edges = EdgesItem(key="edges", outputs=(CursorOutput(key="cursor"),))
    update = {"form": Connection(items=(edges,)), "page": Page(first=1000)}
    root = question.request.fields[0].model_copy(update=update)
    try:
        found: Any = answer(
            graph,
            Request(fields=(root,)),
            question.parameters,
            catalogue=catalogue,
            principal=question.principal,
            now=now,
        )
    except RelatumError:
        return []
    return [edge["cursor"] for edge in found[root.key]["edges"]]


def known_ids(graph: Graph) -> list[UUID]:
    """The ids of all records that ever were."""
    return list(dict.fromkeys(each.id for each in graph.versions))
