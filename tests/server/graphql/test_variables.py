"""Variables shape a plan only by their structure; their values are bound."""

from typing import Any

import pytest
from graphql import GraphQLSchema

from relatum_schemas.errors import BadSelection, BadValue
from relatum_server.graphql.document import read_document
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.shapes import shape
from relatum_server.graphql.variables import coerced
from tests.server.graphql.test_planner import planned

FILTER = "query ($f: ProductFilter, $o: [ProductOrder!]) { products(filter: $f, orderBy: $o) { totalCount } }"


def shaped(schema: GraphQLSchema, **variables: Any) -> object:
    """What a plan of `FILTER` depends on."""
    operation = read_document(schema, Limits(), FILTER, None).operation(None)
    values = coerced(schema, operation.node.variable_definitions or (), variables, None)
    return shape(values)


def test_values_do_not_shape(shop_schema: GraphQLSchema) -> None:
    one = shaped(shop_schema, f={"title": {"in": ["a"]}, "stock": {"gt": 1}})
    two = shaped(shop_schema, f={"title": {"in": ["b", "c"]}, "stock": {"gt": 2}})
    assert one == two


@pytest.mark.parametrize(
    "other",
    [
        {"f": {"title": {"eq": "a"}}},
        {"f": {"title": {"in": ["a"]}, "NOT": {"stock": {"gt": 1}}}},
        {"f": {"discontinued": {"eq": True}}},
        {"f": {"discontinued": {"eq": False}}},
        {"f": None},
        {},
        {"o": [{"title": "ASC"}]},
        {"o": [{"title": "DESC"}]},
        {"o": []},
    ],
)
def test_structure_booleans_and_directions_shape(
    shop_schema: GraphQLSchema, other: dict[str, Any]
) -> None:
    assert shaped(shop_schema, **other) != shaped(shop_schema, f={"title": {"in": ["a"]}})


def test_money_is_one_value(shop_schema: GraphQLSchema) -> None:
    given = {"f": {"price": {"gte": {"amount": "1.00", "currency": "EUR"}}}}
    made = planned(shop_schema, FILTER, given)
    assert made.arguments(given) == {"p0": {"amount": "1.00", "currency": "EUR"}}


def test_parts_of_a_value_may_be_variables(shop_schema: GraphQLSchema) -> None:
    text = """query ($a: Decimal!, $s: BigInt!) {
      products(filter: {price: {lt: {amount: $a, currency: USD}}, stock: {in: [1, $s]}}) { totalCount }
    }"""
    operation = read_document(shop_schema, Limits(), text, None).operation(None)
    made = planned(shop_schema, text, {"a": 12.5, "s": 7})
    values = coerced(shop_schema, operation.node.variable_definitions or (), {"a": 2, "s": 9}, None)
    assert made.arguments(values.coerced) == {
        "p0": {"amount": "2", "currency": "USD"},
        "p1": [1, 9],
    }


def test_a_variable_left_out_takes_its_default_or_none(shop_schema: GraphQLSchema) -> None:
    text = "query ($n: Int = 3, $a: String) { products(first: $n, after: $a) { totalCount } }"
    made = planned(shop_schema, text, {})
    assert made.request is not None
    page = made.request.fields[0].page
    assert page is not None
    assert page.after is None
    assert made.arguments({"n": 3}) == {"p0": 3}


@pytest.mark.parametrize(
    "given",
    [
        {"f": {"stock": {"gt": "many"}}},
        {"f": {"nothing": 1}},
        {"f": {"price": {"gt": {"amount": "1"}}}},
        {"f": {"price": {"gt": {"amount": "NaN", "currency": "EUR"}}}},
        {"o": [{"title": "ASC", "stock": "ASC"}]},
        {"o": [{"title": "UPWARDS"}]},
        {"f": 7},
    ],
)
def test_variables_of_the_wrong_type_are_refused(
    shop_schema: GraphQLSchema, given: dict[str, Any]
) -> None:
    with pytest.raises(Refusal) as raised:
        planned(shop_schema, FILTER, given)
    assert raised.value.status == 400
    assert raised.value.errors[0]["extensions"]["code"] == "BAD_VALUE"
    assert raised.value.errors[0]["locations"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("{ products(filter: {title: null}) { totalCount } }", ("products", "filter", "title")),
        (
            "{ a: products(filter: {OR: [{stock: {gt: null}}]}) { totalCount } }",
            ("a", "filter", "OR", 0, "stock", "gt"),
        ),
        (
            "{ organizations { nodes { parent(holds: {now: false}) { id } } } }",
            ("organizations", "nodes", "parent", "holds"),
        ),
    ],
)
def test_null_and_false_say_nothing(
    shop_schema: GraphQLSchema, text: str, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(BadValue) as raised:
        planned(shop_schema, text, {})
    assert raised.value.path == path
    assert raised.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "{ productsAggregate { key { title } } }",
        "{ ordersAggregate(groupBy: [{orderedOn: YEAR}, {orderedOn: MONTH}]) { key { orderedOn } } }",
    ],
)
def test_combinations_without_meaning(shop_schema: GraphQLSchema, text: str) -> None:
    with pytest.raises(BadSelection):
        planned(shop_schema, text, {})


def test_depth_steers_the_plan(shop_schema: GraphQLSchema) -> None:
    text = "query ($d: Int!) { neighbourhood(id: 1, depth: $d) { totalCount } }"
    assert planned(shop_schema, text, {"d": 2}).steering == {"d"}


def test_a_null_is_the_default(shop_schema: GraphQLSchema) -> None:
    text = "query ($d: Int) { neighbourhood(id: 1, depth: $d, types: null, first: null) { totalCount } }"
    nulls = planned(shop_schema, text, {"d": None}).request
    default = planned(shop_schema, "{ neighbourhood(id: 1) { totalCount } }", {}).request
    assert nulls is not None
    assert default is not None
    assert nulls.model_dump() == default.model_dump()
