"""What the laws are tried on: a graph, who asks, what is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID

from hypothesis import strategies as st

from relatum.access import SYSTEM, Principal
from relatum.catalogue.model import Catalogue
from relatum_schemas.policy import Right
from relatum_schemas.selection import Request
from tests.oracle.evaluate import reader_of
from tests.oracle.graph import Graph
from tests.oracle.graphs import graphs
from tests.oracle.pools import NOWS
from tests.oracle.requests import requests

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass(frozen=True)
class Question:
    """Somebody asks something."""

    request: Request
    parameters: dict[str, object]
    principal: Principal


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
    return Principal(
        me, firm, frozenset(draw(st.sets(st.sampled_from(roles), min_size=1, max_size=3)))
    )


@st.composite
def cases(draw: Draw, catalogue: Catalogue, *, questions: int = 4) -> Case:
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
            types=sorted({each.type for each in graph.versions}) or ["Person"],
            ids=[*map(str, known_ids(graph)), str(NAMESPACE_OID)],
            speaks=lambda name, field: reader.names(name, field, Right.READ),
        )
    )
    return Question(request, parameters, principal)


def known_ids(graph: Graph) -> list[UUID]:
    """The ids of all records that ever were."""
    return list(dict.fromkeys(each.id for each in graph.versions))
