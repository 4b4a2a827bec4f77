"""Responses are put together from the engine's bytes without reading what they hold."""

import orjson

from relatum_server.graphql.marking import ID_MARK, MARK
from relatum_server.graphql.planner import Answer, Plan
from relatum_server.graphql.splicing import response


def plan_of(*answers: Answer) -> Plan:
    """A plan with nothing but its answers."""
    marked = any(each.by != "engine" for each in answers)
    return Plan(answers=answers, request=None, recipes={}, paths={}, estimates=(), marked=marked)


def test_answers_of_the_engine_alone_pass_as_they_are() -> None:
    engine = b'{ "b" : 1,\n "a":2}'
    assert response(plan_of(Answer("b", "engine"), Answer("a", "engine")), engine, {}, {}) is engine


def test_keys_stand_in_the_order_asked() -> None:
    made = plan_of(
        Answer("first", "engine"),
        Answer("who", "authored"),
        Answer("second", "engine"),
        Answer("kind", "typename"),
    )
    engine = f'{{"{MARK}0": {{"x": [1, 2, {{"{{": "}},"}}]}}, "{MARK}2" : null }}'.encode()
    text = response(made, engine, {"who": {"roles": ["ä"]}}, {})
    assert list(orjson.loads(text).items()) == [
        ("first", {"x": [1, 2, {"{": "},"}]}),
        ("who", {"roles": ["ä"]}),
        ("second", None),
        ("kind", "Query"),
    ]


def test_nodes_stand_in_the_order_of_their_ids() -> None:
    made = plan_of(Answer("nodes", "nodes"))
    engine = (
        f'{{"{MARK}0":[{{"{ID_MARK}":"a","label":"A, }}"}}, {{"{ID_MARK}":"b"}}\n,{{"{ID_MARK}":"c","id": "c"}}]}}'
    ).encode()
    text = response(made, engine, {}, {"nodes": ["c", "gone", "a", "b", "c"]})
    assert orjson.loads(text) == {"nodes": [{"id": "c"}, None, {"label": "A, }"}, {}, {"id": "c"}]}


def test_a_node_stands_for_every_id_by_which_it_is_found() -> None:
    made = plan_of(Answer("nodes", "nodes"))
    engine = f'{{"{MARK}0":[{{"{ID_MARK}":[{{"i":"a"}}, {{"i":"b"}}],"label":"A"}}]}}'.encode()
    text = response(made, engine, {}, {"nodes": ["b", "c", "a"]})
    assert orjson.loads(text) == {"nodes": [{"label": "A"}, None, {"label": "A"}]}


def test_no_nodes() -> None:
    made = plan_of(Answer("nodes", "nodes"))
    assert response(made, f'{{"{MARK}0":[]}}'.encode(), {}, {"nodes": ["x"]}) == b'{"nodes":[null]}'
