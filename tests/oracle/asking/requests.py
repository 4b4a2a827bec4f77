"""Requests: sources, clocks, and everything in them."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from relatum.catalogue.model import RECORD, Catalogue
from relatum_schemas.selection import (
    Aggregate,
    Clock,
    Compare,
    FieldPath,
    Neighbourhood,
    One,
    Operator,
    Order,
    Request,
    RootField,
    Rows,
    Search,
    ShortestPath,
)
from tests.oracle.asking.aggregates import an_aggregate
from tests.oracle.asking.asker import Asking, Draw
from tests.oracle.asking.conditions import a_condition
from tests.oracle.asking.forms import a_form, a_page, an_order
from tests.oracle.pools import LOOKUPS, MOMENTS, RECORDED
from tests.oracle.shapes import of_name


def a_clock(asking: Asking) -> Clock:
    """Both clocks, mostly the present."""
    valid_at = asking.value(asking.pick((None, *MOMENTS))) if asking.chance(2) else None
    recorded_at = None
    if asking.chance(2):
        recorded_at = asking.value(
            asking.pick((*(each.isoformat() for each in RECORDED), *MOMENTS))
        )
    asking.past = recorded_at is not None
    return Clock(valid_at=valid_at, recorded_at=recorded_at)


def a_root(asking: Asking) -> RootField:
    """One root field."""
    clock = a_clock(asking)
    kinds = ["rows"] * 7 + ["neighbourhood", "path", *([] if asking.past else ["search"] * 2)]
    source: Any
    order: tuple[Order, ...] = ()
    kind = asking.pick(kinds)
    if kind == "rows":
        every = (*sorted(asking.catalogue.types), *sorted(asking.catalogue.traits), RECORD)
        shape = of_name(asking.catalogue, asking.pick(asking.types if asking.chance(6) else every))
        filter_ = a_condition(asking, shape) if asking.chance(4) else None
        if shape.name == RECORD and asking.chance(4):
            filter_ = by_ids(asking)
        searched = not asking.past and asking.chance(1)
        words = asking.value(asking.pick(LOOKUPS)) if searched else None
        source = Rows(type=shape.name, filter=filter_, words=words)
        order = an_order(asking, shape)
    else:
        shape = of_name(asking.catalogue, RECORD)
        source = a_walk(asking, kind)
    form = an_aggregate(asking, shape) if asking.chance(2) else a_form(asking, shape, 2)
    if isinstance(form, Aggregate):
        order = ()
    page = None if isinstance(form, One | Aggregate) else a_page(asking)
    return RootField(
        key=asking.key(), source=source, form=form, order=order, page=page, clock=clock
    )


def by_ids(asking: Asking) -> Compare:
    """A condition that names ids."""
    path = FieldPath(field="id")
    if asking.chance(5):
        return Compare(path=path, operator=Operator.EQ, value=asking.value(asking.pick(asking.ids)))
    ids = [asking.pick(asking.ids) for _ in asking.several(3)]
    return Compare(path=path, operator=Operator.IN, value=asking.value(ids))


def a_walk(asking: Asking, kind: str) -> Any:
    """A source that finds records otherwise than by type."""
    if kind == "search":
        names = (*sorted(asking.catalogue.types), *sorted(asking.catalogue.traits))
        types = tuple(asking.pick(names) for _ in asking.several(2))
        return Search(text=asking.value(asking.pick(LOOKUPS)), types=types)
    ties = sorted(asking.catalogue.relationships)
    types = tuple(asking.pick(ties) for _ in asking.several(3)) if asking.chance(4) else ()
    if kind == "neighbourhood":
        depth = asking.draw(st.integers(0, 3))
        budget = asking.pick((10_000, 1, 2))
        return Neighbourhood(
            id=asking.value(asking.pick(asking.ids)), depth=depth, types=types, budget=budget
        )
    start, end = asking.value(asking.pick(asking.ids)), asking.value(asking.pick(asking.ids))
    return ShortestPath(start=start, end=end, types=types, depth=asking.draw(st.integers(0, 6)))


@st.composite
def requests(
    draw: Draw,
    catalogue: Catalogue,
    *,
    types: Sequence[str],
    ids: Sequence[str],
    speaks: Callable[[str, str], bool],
) -> tuple[Request, dict[str, object]]:
    """A request of one root field, and its parameters."""
    asking = Asking(draw, catalogue, types, ids, speaks=speaks)
    request = Request(fields=(a_root(asking),))
    return request, asking.parameters
