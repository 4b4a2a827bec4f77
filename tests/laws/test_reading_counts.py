"""Rows, total count and aggregates of one question obey one predicate, and one request asks them all."""

from hypothesis import assume, given
from hypothesis import strategies as st

from relatum.access import Principal
from relatum_schemas.selection import (
    Aggregate,
    Connection,
    FieldOutput,
    Function,
    Many,
    Measure,
    MeasureOutput,
    NodesItem,
    Page,
    Request,
    RootField,
    Rows,
    TotalCountItem,
)
from tests.laws.both import Both
from tests.laws.profiles import tried
from tests.oracle.graphs import Draw
from tests.oracle.strategies import Case, cases
from tests.oracle.world import world

WORLD = world()
UNEQUAL = {"analyst", "payroll"}
"""Roles that may count what they may not list."""

IDS = (FieldOutput(key="id", field="id"),)


@st.composite
def counted(draw: Draw) -> tuple[Case, Request, dict[str, object], Principal]:
    """A graph, and a request that lists, pages and counts the same rows."""
    case = draw(cases(WORLD, questions=1))
    (question,) = case.questions
    (root,) = question.request.fields
    assume(not question.principal.roles & UNEQUAL)
    assume(isinstance(root.source, Rows))
    paged = Connection(items=(NodesItem(key="nodes", outputs=IDS), TotalCountItem(key="count")))
    total = MeasureOutput(key="rows", measure=Measure(function=Function.COUNT))
    request = Request(
        fields=(
            RootField(key="all", source=root.source, clock=root.clock, form=Many(outputs=IDS)),
            RootField(
                key="page",
                source=root.source,
                clock=root.clock,
                order=root.order,
                page=Page(first=2),
                form=paged,
            ),
            RootField(
                key="sum", source=root.source, clock=root.clock, form=Aggregate(outputs=(total,))
            ),
        )
    )
    return case, request, question.parameters, question.principal


@tried(10)
@given(asked=counted())
def test_rows_and_counts_agree(
    both: Both, asked: tuple[Case, Request, dict[str, object], Principal]
) -> None:
    case, request, parameters, principal = asked
    both.hold(case.graph, case.now)
    for answer in both.answers(request, parameters, principal).values():
        if isinstance(answer, str):
            assert answer == both.expected(request, parameters, principal)
            continue
        fields = dict(answer[1])
        page = dict(fields["page"][1])
        (group,) = fields["sum"]
        rows = ("number", str(len(fields["all"])))
        assert (page["count"], dict(group[1])["rows"]) == (rows, rows)
        assert len(page["nodes"]) == min(2, len(fields["all"]))
