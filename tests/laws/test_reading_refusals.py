"""What has no meaning is refused by one class of error, by both databases and the oracle, whatever the rows are."""

from collections.abc import Mapping
from typing import Any

import pytest

from relatum.access import SYSTEM, Principal
from relatum_schemas.selection import Request
from tests.laws.both import Both
from tests.oracle.graph import Graph
from tests.oracle.pools import NOWS

ID = {"kind": "field", "key": "id", "field": "id"}
MANY = {"kind": "many", "outputs": [ID]}
COUNT = {"kind": "measure", "key": "n", "measure": {"function": "count"}}


def rows(type_name: str = "Machine", **root: Any) -> dict[str, Any]:
    """A request for the rows of a type."""
    source = {"kind": "rows", "type": type_name, "filter": root.pop("filter", None)}
    return {"key": "k", "source": source, "form": MANY, **root}


def where(field: str, operator: str, value: Any, **path: Any) -> dict[str, Any]:
    """A comparison."""
    path = {"field": field, **path}
    return {"kind": "compare", "path": path, "operator": operator, "value": value}


def showing(*outputs: Mapping[str, Any], type_name: str = "Machine") -> dict[str, Any]:
    """A request that shows these outputs."""
    return rows(type_name, form={"kind": "many", "outputs": outputs})


def at_end(end: str, type_name: str = "Machine", **output: Any) -> dict[str, Any]:
    """A request that follows an end."""
    form = output.pop("form", MANY)
    return showing(
        {"kind": "end", "key": "e", "end": end, "form": form, **output}, type_name=type_name
    )


def grouped(*keys: Mapping[str, Any], outputs: Any = (COUNT,), **form: Any) -> dict[str, Any]:
    """A request for groups of machines."""
    return rows(form={"kind": "aggregate", "group_by": keys, "outputs": outputs, **form})


def measured(function: str, field: str | None) -> dict[str, Any]:
    """A request for a measure of machines."""
    measure = {"function": function, "path": None if field is None else {"field": field}}
    return grouped(outputs=[{"kind": "measure", "key": "m", "measure": measure}])


def having(operator: str, value: Any) -> dict[str, Any]:
    """A request for groups of so many machines."""
    return grouped(
        having=[{"measure": {"function": "count"}, "operator": operator, "value": value}]
    )


REFUSED: Mapping[str, tuple[str, dict[str, Any]]] = {
    "type": ("UnknownType", rows("Nothing")),
    "type asked for": ("UnknownType", rows("Party", filter={"kind": "is_type", "types": ["No"]})),
    "type of an output": ("UnknownType", showing({**ID, "types": ["Nothing"]})),
    "type searched": ("UnknownType", rows(source={"kind": "search", "text": "x", "types": ["No"]})),
    "type walked": (
        "UnknownType",
        rows(source={"kind": "neighbourhood", "id": None, "types": ["Person"]}),
    ),
    "field": ("UnknownField", rows(filter=where("nothing", "eq", 1))),
    "field of another type": ("UnknownField", rows("Party", filter=where("name", "eq", "x"))),
    "field of a record": ("UnknownField", showing({**ID, "field": "name"}, type_name="Record")),
    "validity of an entity": ("UnknownField", rows(filter=where("valid_from", "is_null", True))),
    "part": ("UnknownField", rows(filter=where("price", "is_null", True, part="cents"))),
    "part of a plain field": ("UnknownField", rows(filter=where("units", "eq", 1, part="a"))),
    "end": ("UnknownField", at_end("nothing")),
    "end of a record": ("UnknownField", at_end("mentions", "Record")),
    "end in a filter": ("UnknownField", rows(filter={"kind": "related", "end": "nothing"})),
    "operator": ("UnknownOperator", rows(filter=where("running", "lt", True))),
    "operator of a list": ("UnknownOperator", rows("Person", filter=where("skills", "eq", []))),
    "words of a field not searched": (
        "UnknownOperator",
        rows(filter=where("model", "matches", "x")),
    ),
    "order of what has none": ("UnknownOperator", rows(order=[{"path": {"field": "data"}}])),
    "value": ("BadValue", rows(filter=where("units", "eq", "many"))),
    "value out of bounds": ("BadValue", rows(filter=where("units", "eq", 2**31))),
    "digits": ("BadValue", rows(filter=where("weight", "eq", "0.0001"))),
    "code": ("BadValue", rows(filter=where("state", "eq", "gone"))),
    "one value for a list": ("BadValue", rows(filter=where("units", "in", 1))),
    "value in a list": ("BadValue", rows(filter=where("units", "in", [1, "x"]))),
    "null as a word": ("BadValue", rows(filter=where("model", "is_null", "no"))),
    "text that is none": ("BadValue", rows(filter=where("model", "contains", 1))),
    "money without currency": ("BadValue", rows(filter=where("price", "eq", {"amount": "1"}))),
    "day": ("BadValue", rows("Visit", filter=where("due", "eq", "2024-02-30"))),
    "instant without a zone": (
        "BadValue",
        rows("Visit", filter=where("done", "lt", "2024-01-01T10:00")),
    ),
    "id": ("BadValue", rows(filter=where("id", "eq", "x"))),
    "valid time": ("BadValue", at_end("installed_at", holds={"kind": "at", "at": "soon"})),
    "recorded time": ("BadValue", rows(clock={"recorded_at": "yesterday"})),
    "span": (
        "BadPeriod",
        at_end(
            "installed_at", holds={"kind": "overlaps", "start": "2024-02-01", "end": "2024-02-01"}
        ),
    ),
    "cursors of both ways": ("BadCursor", rows(page={"after": "00", "before": "00"})),
    "number of rows": ("BadValue", rows(page={"first": -1})),
    "number that is none": ("BadValue", rows(page={"last": "3"})),
    "too many rows": (
        "TooLarge",
        rows(form={"kind": "connection", "items": []}, page={"first": 1001}),
    ),
    "cursor": ("BadCursor", rows(page={"after": "xyz"})),
    "empty cursor": ("BadCursor", rows(page={"before": ""})),
    "cursor of another order": ("BadCursor", rows(page={"after": b'[1,"00000000","x"]'.hex()})),
    "cursor outside of edges": ("BadSelection", showing({"kind": "cursor", "key": "c"})),
    "step to many": (
        "BadSelection",
        rows(filter=where("id", "is_null", True, steps=[{"end": "suppliers"}])),
    ),
    "step of an entity": (
        "BadSelection",
        rows(filter=where("id", "is_null", True, steps=[{"across": "source"}])),
    ),
    "node of a tie reached by none": (
        "BadSelection",
        rows("Owns", filter={"kind": "on_record", "across": "node"}),
    ),
    "across an entity": (
        "BadSelection",
        showing({"kind": "across", "key": "a", "across": "target", "outputs": [ID]}),
    ),
    "connection of far records": (
        "BadSelection",
        at_end("suppliers", node=True, form={"kind": "connection", "items": []}),
    ),
    "group by what has no order": ("BadSelection", grouped({"path": {"field": "data"}})),
    "months of a number": (
        "BadSelection",
        grouped({"path": {"field": "units"}, "bucket": "month"}),
    ),
    "sum of texts": ("UnknownOperator", measured("sum", "model")),
    "distinct amounts": ("UnknownOperator", measured("count_distinct", "price")),
    "sum of nothing": ("BadSelection", measured("sum", None)),
    "count that begins": ("UnknownOperator", having("starts_with", "1")),
    "count of no number": ("BadValue", having("gt", "many")),
    "words of the past": (
        "BadSelection",
        rows("Party", filter=where("motto", "matches", "x"), clock={"recorded_at": "2024-01-01"}),
    ),
    "search of the past": (
        "BadSelection",
        rows(source={"kind": "search", "text": "x"}, clock={"recorded_at": "2024-01-01"}),
    ),
}

CLERK = Principal(roles=frozenset({"clerk"}))
HIDDEN: Mapping[str, tuple[str, dict[str, Any]]] = {
    "filter": ("UnknownField", rows("Person", filter=where("salary", "is_null", True))),
    "order": ("UnknownField", rows("Person", order=[{"path": {"field": "first_name"}}])),
    "filter at an end": (
        "UnknownField",
        at_end("employers", "Person", filter=where("wage", "is_null", True)),
    ),
    "order by what is computed of it": (
        "UnknownField",
        at_end("employers", "Person", order=[{"path": {"field": "cost"}}]),
    ),
    "measure": ("UnknownField", measured("count", "serial")),
}


def refusals(both: Both, root: dict[str, Any], principal: Principal) -> set[str]:
    """How all three refuse a request about an empty graph."""
    both.hold(Graph(), NOWS[0])
    request = Request.model_validate({"fields": [root]})
    answers = both.answers(request, {}, principal).values()
    return {str(answer) for answer in (*answers, both.expected(request, {}, principal))}


@pytest.mark.parametrize("name", REFUSED)
def test_what_has_no_meaning_is_refused(both: Both, name: str) -> None:
    error, root = REFUSED[name]
    assert refusals(both, root, SYSTEM) == {error}


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_is_not_known(both: Both, name: str) -> None:
    error, root = HIDDEN[name]
    assert refusals(both, root, CLERK) == {error}
