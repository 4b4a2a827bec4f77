"""What rows show, in which order and form."""

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st

from relatum_schemas.selection import (
    AcrossOutput,
    Connection,
    CursorOutput,
    EdgesItem,
    EndOutput,
    FieldOutput,
    Form,
    Many,
    Members,
    NodesItem,
    One,
    Order,
    Page,
    PageInfoItem,
    SelfOutput,
    TextOutput,
    TotalCountItem,
)
from tests.oracle.asking.aggregates import an_aggregate
from tests.oracle.asking.asker import Asking
from tests.oracle.asking.conditions import a_condition, a_time
from tests.oracle.shapes import Shape

FACTS = ("has_next_page", "has_previous_page", "start_cursor", "end_cursor")


def an_order(asking: Asking, shape: Shape) -> tuple[Order, ...]:
    """An order, often none."""
    orders = []
    for _ in asking.several(2):
        path, _, _ = asking.path(shape, lambda _, kind, __: kind.sortable)
        orders.append(Order(path=path, descending=asking.chance(5)))
    return tuple(orders)


def a_page(asking: Asking) -> Page | None:
    """A window without a cursor."""
    match asking.draw(st.integers(0, 5)):
        case 3:
            return Page(first=asking.value(asking.pick((0, 1, 2, 3, None))))
        case 4:
            return Page(last=asking.value(asking.pick((0, 1, 2, 3, None))))
        case 5:
            first, last = (asking.value(asking.pick((0, 1, 2, 3))) for _ in range(2))
            return Page(first=first, last=last, after=asking.value(None))
        case _:
            return None


def a_form(asking: Asking, shape: Shape, depth: int) -> Form:
    """One, many or a connection."""
    match asking.draw(st.integers(0, 4)):
        case 0:
            return One(outputs=some_outputs(asking, shape, depth))
        case 1 | 2:
            return Many(outputs=some_outputs(asking, shape, depth))
        case _:
            return a_connection(asking, shape, depth)


def a_connection(asking: Asking, shape: Shape, depth: int) -> Connection:
    """A connection."""
    items: list[Any] = []
    for kind in asking.draw(st.permutations(("edges", "nodes", "info", "count", "text"))):
        if not asking.chance(6):
            continue
        match kind:
            case "edges":
                own = [*some_outputs(asking, shape, depth)]
                if shape.reached is None:
                    own = [SelfOutput(key=asking.key(), outputs=tuple(own))]
                items.append(
                    EdgesItem(key=asking.key(), outputs=(*own, CursorOutput(key=asking.key())))
                )
            case "nodes":
                far = shape.across("node") if shape.reached else shape
                items.append(NodesItem(key=asking.key(), outputs=some_outputs(asking, far, depth)))
            case "info":
                facts = members(asking, [name for name in FACTS if asking.chance(8)])
                items.append(PageInfoItem(key=asking.key(), facts=facts))
            case "count":
                items.append(TotalCountItem(key=asking.key()))
            case _:
                items.append(TextOutput(key=asking.key(), text="Connection"))
    return Connection(items=tuple(items))


def some_outputs(asking: Asking, shape: Shape, depth: int) -> tuple[Any, ...]:
    """What rows of a shape show."""
    return tuple(an_output(asking, shape, depth) for _ in asking.several(4, 1))


def an_output(asking: Asking, shape: Shape, depth: int) -> Any:
    """One output."""
    seen, types = shape, None
    if len(shape.types) > 1 and asking.chance(5):
        name = asking.pick(shape.types)
        seen, types = Shape(asking.catalogue, name, (name,), shape.reached), (name,)
    kinds = ["field", "field", "field", "text"]
    if depth:
        kinds += ["across"] * 2 if asking.crossings(seen) else []
        kinds += ["end"] * 3 if asking.ends(seen) else []
    match asking.pick(kinds):
        case "field":
            return a_field(asking, seen, types)
        case "text":
            return TextOutput(key=asking.key(), text=asking.pick(("Edge", 'é"\\')), types=types)
        case "across":
            across = asking.pick(asking.crossings(seen))
            outputs = some_outputs(asking, seen.across(across), depth - 1)
            return AcrossOutput(key=asking.key(), across=across, outputs=outputs, types=types)
        case _:
            return followed_end(asking, seen, types, depth - 1)


def a_field(asking: Asking, shape: Shape, types: tuple[str, ...] | None) -> FieldOutput:
    """A field, whole or in parts."""
    declared = asking.pick(asking.fields(shape))
    parts = None
    if declared.kind.parts and asking.chance(5):
        names = asking.draw(st.permutations(sorted(declared.kind.parts)))[:2]
        parts = members(asking, names)
    return FieldOutput(key=asking.key(), field=declared.name, parts=parts, types=types)


def members(asking: Asking, names: Iterable[str]) -> Members:
    """Members of these names, now and then with a text somewhere among them."""
    found: list[tuple[str, str] | TextOutput] = [(asking.key(), name) for name in names]
    if asking.chance(3):
        place = asking.draw(st.integers(0, len(found)))
        found.insert(place, TextOutput(key=asking.key(), text="Part"))
    return tuple(found)


def followed_end(
    asking: Asking, shape: Shape, types: tuple[str, ...] | None, depth: int
) -> EndOutput:
    """Ties at an end."""
    end = asking.an_end(shape)
    ties = shape.at_end(end)
    form: Form
    page: Page | None = None
    order: tuple[Order, ...] = ()
    node = False
    if asking.chance(2):
        form = an_aggregate(asking, ties)
    else:
        node = asking.chance(3)
        if node:
            outputs = some_outputs(asking, ties.across("node"), depth)
            form = asking.pick((One, Many))(outputs=outputs)
        else:
            form = a_form(asking, ties, depth)
        order = an_order(asking, ties)
        page = None if isinstance(form, One) else a_page(asking)
    return EndOutput(
        key=asking.key(),
        end=end.name,
        form=form,
        filter=a_condition(asking, ties, 1) if asking.chance(3) else None,
        order=order,
        page=page,
        holds=a_time(asking),
        node=node,
        types=types,
    )
