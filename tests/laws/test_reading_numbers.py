"""Numbers are exact, or refused: at the limits of 64 bits, in halves, and by currency."""

from collections.abc import Mapping
from typing import Any

import pytest

from relatum.access import SYSTEM
from relatum_schemas.selection import Request
from tests.laws.both import Both
from tests.oracle.graph import Graph
from tests.oracle.graphs import Writer
from tests.oracle.pools import NOWS, RECORDED
from tests.oracle.world import world

WORLD = world()
LARGEST = 10**18 - 1


def machines(*each: Mapping[str, object]) -> Graph:
    """Machines with these values, in wire form."""
    writer = Writer(WORLD, computable=False)
    fields = WORLD.types["Machine"].fields
    for number, given in enumerate(each):
        values = {name: fields[name].kind.parse(value) for name, value in given.items()}
        writer.create("Machine", RECORDED[0], {"serial": f"M{number}", "state": "ok", **values})
    return writer.graph


def measured(function: str, field: str) -> Request:
    """A request for a measure of all machines."""
    measure = {"function": function, "path": {"field": field}}
    shown = {"kind": "measure", "key": "m", "measure": measure}
    return _request({"kind": "aggregate", "outputs": [shown]})


def _request(form: Mapping[str, Any]) -> Request:
    source = {"kind": "rows", "type": "Machine"}
    return Request.model_validate({"fields": [{"key": "k", "source": source, "form": form}]})


def told(both: Both, graph: Graph, request: Request) -> list[object]:
    """What all three answer, without the answer's frame."""
    both.hold(graph, NOWS[0])
    answers = [
        *both.answers(request, {}, SYSTEM).values(),
        both.expected(request, {}, SYSTEM),
    ]
    return [each if isinstance(each, str) else each[1][0][1] for each in answers]


def groups(*values: object) -> list[object]:
    """The answer of one measure in several groups."""
    return [("object", [("m", value)]) for value in values]


EUR = ("currency", "EUR")

MEASURES: Mapping[str, tuple[str, str, list[Mapping[str, object]], list[object]]] = {
    "the largest sum": (
        "sum",
        "counter",
        [{"counter": LARGEST}] * 9,
        groups(("number", str(9 * LARGEST))),
    ),
    "the least average": (
        "avg",
        "counter",
        [{"counter": -LARGEST}] * 9,
        groups(f"-{LARGEST}.0000"),
    ),
    "half to even below": ("avg", "weight", [{"weight": "0.001"}] * 2, groups("0.0010000")),
    "a third": ("avg", "units", [{"units": 1}, {"units": 0}, {"units": 0}], groups("0.3333")),
    "two thirds below zero": (
        "avg",
        "units",
        [{"units": -1}, {"units": -1}, {"units": 0}],
        groups("-0.6667"),
    ),
    "a half of the last digit goes to even": (
        "avg",
        "uptime",
        [
            {"uptime": "PT0.000001S"},
            {"uptime": "PT0S"},
            {"uptime": "PT0.000001S"},
            {"uptime": "PT0S"},
        ],
        groups("PT0S"),
    ),
    "three halves of the last digit go to even": (
        "avg",
        "uptime",
        [{"uptime": "PT0.000001S"}, {"uptime": "PT0.000002S"}],
        groups("PT0.000002S"),
    ),
    "money by currency, and rows without": (
        "sum",
        "price",
        [
            {"price": {"amount": "0.10", "currency": "EUR"}},
            {"price": {"amount": "0.20", "currency": "EUR"}},
            {"price": {"amount": "1", "currency": "CHF"}},
            {},
        ],
        groups(
            None,
            ("object", [("amount", "1.00"), ("currency", "CHF")]),
            ("object", [("amount", "0.30"), EUR]),
        ),
    ),
    "no money at all": ("sum", "price", [], []),
    "no number at all": ("sum", "units", [], groups(None)),
    "products": (
        "sum",
        "worth",
        [{"units": 3, "price": {"amount": "0.33", "currency": "EUR"}}] * 2,
        groups(("object", [("amount", "1.98"), EUR])),
    ),
}


@pytest.mark.parametrize("name", MEASURES)
def test_measures_are_exact(both: Both, name: str) -> None:
    function, field, values, expected = MEASURES[name]
    answers = told(both, machines(*values), measured(function, field))
    assert answers == [expected] * 3


OVERFLOWS: Mapping[str, tuple[list[Mapping[str, object]], Request]] = {
    "sum": ([{"counter": LARGEST}] * 10, measured("sum", "counter")),
    "average": ([{"counter": -LARGEST}] * 10, measured("avg", "counter")),
    "product": (
        [{"units": 2**31 - 1, "price": {"amount": "999999999999.99", "currency": "EUR"}}],
        _request(
            {"kind": "many", "outputs": [{"kind": "field", "key": "worth", "field": "worth"}]}
        ),
    ),
}


@pytest.mark.parametrize("name", OVERFLOWS)
def test_what_leaves_64_bits_is_refused(both: Both, name: str) -> None:
    values, request = OVERFLOWS[name]
    assert told(both, machines(*values), request) == ["NumericOverflow"] * 3
