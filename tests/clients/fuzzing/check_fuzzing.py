"""Schemathesis against the demo: whatever fits the schema, queries and mutations, is answered, and never with a fault."""

import os
from collections import Counter
from typing import Any

import requests
import schemathesis
from graphql import is_scalar_type, is_specified_scalar_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.graphql import nodes

ADDRESS = f"{os.environ['RELATUM_DEMO']}/graphql"
HEADERS = {"Authorization": f"Bearer {os.environ['RELATUM_DEMO_TOKEN']}"}
EXAMPLES = 500
BROKEN = 500

ODD = st.one_of(
    st.sampled_from(["de", "pt-BR", "DE", "P1DT2H", "9223372036854775808", "[{}]", "-0", "NaN"]),
    st.text(max_size=20),
)
"""Values that hardly any scalar has."""

MOMENTS = st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
SCALARS = {
    "Date": st.dates().map(str),
    "DateTime": MOMENTS,
    "Moment": st.dates().map(str) | MOMENTS,
    "Decimal": st.decimals(min_value=-(10**9), max_value=10**9, places=2).map(str),
}
"""Well-formed values, by scalar."""


def some_ids() -> list[str]:
    """Ids of records that there are."""
    asked = "{ parties(first: 20) { nodes { id } } orders(first: 20) { nodes { id } } }"
    answer = requests.post(ADDRESS, json={"query": asked}, headers=HEADERS, timeout=60).json()
    return [node["id"] for found in answer["data"].values() for node in found["nodes"]]


def registered() -> Any:
    """The schema, with a way to draw values of each of its scalars."""
    schema = schemathesis.graphql.from_url(ADDRESS, headers=HEADERS)
    well_formed = {**SCALARS, "ID": st.sampled_from(some_ids())}
    for name, kind in schema.client_schema.type_map.items():
        if is_scalar_type(kind) and (name == "ID" or not is_specified_scalar_type(kind)):
            schemathesis.graphql.scalar(name, mostly(well_formed.get(name, ODD)).map(nodes.String))
    return schema


def mostly(well_formed: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Well-formed values, and now and then an odd one."""
    return st.integers(0, 14).flatmap(lambda turn: well_formed if turn else ODD)


def test_none_is_answered_with_a_fault() -> None:
    told: Counter[str] = Counter()

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=registered().as_strategy())
    def ask(case: Any) -> None:
        answer = case.call(headers=HEADERS)
        assert answer.status_code < BROKEN, f"{case.body}\n{answer.text}"
        codes = {each["extensions"]["code"] for each in answer.json().get("errors", [])}
        assert "INTERNAL" not in codes, f"{case.body}\n{answer.text}"
        told.update(codes or {"answered"})

    ask()
    assert told["answered"] > EXAMPLES // 20, told
