"""What is taken at once is what graphql-core makes of it; all else is left to graphql-core."""

from typing import Any

import pytest
from graphql import GraphQLSchema, build_schema, parse
from graphql.execution.values import VariableValues, get_variable_values
from graphql.language import OperationDefinitionNode
from hypothesis import given
from hypothesis import strategies as st

from relatum_server.graphql.coercing import plain_variables
from relatum_server.graphql.knowing import Known

SCHEMA = build_schema("""
enum Colour { RED GREEN }
input Choice @oneOf { name: String  number: Int }
input Wish { colour: Colour = RED  size: Int!  wishes: [Wish!]  choice: Choice  tags: [[String]!] = [["a"]] }
type Query { it(wish: Wish, wishes: [Wish!], colour: Colour!, number: Float, id: ID): Int }
""")
TEXT = """query ($wish: Wish, $wishes: [Wish!] = [{size: 2}], $colour: Colour!, $number: Float, $id: ID) {
  it(wish: $wish, wishes: $wishes, colour: $colour, number: $number, id: $id)
}"""
ALL = Known(
    frozenset(SCHEMA.type_map),
    {
        "Colour": frozenset({"RED", "GREEN"}),
        "Choice": frozenset({"name", "number"}),
        "Wish": frozenset({"colour", "size", "wishes", "choice", "tags"}),
    },
)

leaves = st.sampled_from([None, True, 0, 1, 2.5, 2**40, "", "a", "RED", "GREEN", "BLUE"])
names = st.sampled_from(
    ["wish", "wishes", "colour", "size", "choice", "tags", "name", "number", "id", "other"]
)
wild = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=3)
)
choices = st.fixed_dictionaries({}, optional={"name": leaves, "number": leaves})


def _wishes(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    members = {
        "colour": st.sampled_from(["RED", "GREEN", None, "BLUE"]),
        "wishes": st.none() | st.lists(inner, max_size=2),
        "choice": choices,
        "tags": st.none() | st.lists(st.lists(leaves, max_size=2), max_size=2),
    }
    return st.fixed_dictionaries({"size": st.integers(0, 9)}, optional=members)


wishes = st.recursive(st.fixed_dictionaries({"size": st.integers(0, 9)}), _wishes, max_leaves=6)
inputs = st.fixed_dictionaries(
    {"colour": st.sampled_from(["RED", "GREEN"])},
    optional={
        "wish": wishes | wild,
        "wishes": st.lists(wishes, max_size=2) | wild,
        "number": leaves,
        "id": leaves,
        "other": wild,
    },
) | st.dictionaries(names, wild, max_size=4)


def _definitions(text: str = TEXT) -> Any:
    (operation,) = parse(text).definitions
    assert isinstance(operation, OperationDefinitionNode)
    return operation.variable_definitions or ()


def judged(given: dict[str, Any]) -> VariableValues | None:
    """What graphql-core makes of it; None if it refuses it."""
    found = get_variable_values(SCHEMA, _definitions(), given)
    return found if isinstance(found, VariableValues) else None


def without_signatures(values: VariableValues) -> Any:
    """The values and what was given for them; signatures are equal by identity only."""
    return values.coerced, {name: each.value for name, each in values.sources.items()}


@pytest.mark.parametrize("known", [None, ALL])
@given(asked=inputs)
def test_what_is_taken_is_what_graphql_core_takes(
    known: Known | None, asked: dict[str, Any]
) -> None:
    found = plain_variables(SCHEMA, _definitions(), known).coerced(asked)
    expected = judged(asked)
    if found is not None:
        assert expected is not None
        assert without_signatures(found) == without_signatures(expected)
        assert _orders(found.coerced) == _orders(expected.coerced)


def _orders(value: Any) -> Any:
    """The members of objects, in their order."""
    match value:
        case dict():
            return [(name, _orders(each)) for name, each in value.items()]
        case list():
            return [_orders(each) for each in value]
        case _:
            return type(value)


@pytest.mark.parametrize(
    "asked",
    [
        {"colour": "RED"},
        {"colour": "RED", "wish": None, "id": 7, "number": 3},
        {"colour": "RED", "wish": {"size": 1, "wishes": [{"size": 2, "choice": {"name": "a"}}]}},
        {"colour": "GREEN", "wishes": [], "other": {"size": 1}},
    ],
)
def test_what_is_usual_is_taken_at_once(asked: dict[str, Any]) -> None:
    assert plain_variables(SCHEMA, _definitions(), ALL).coerced(asked) is not None


@pytest.mark.parametrize(
    "asked",
    [
        {"colour": "GREEN"},
        {"colour": "RED", "wish": {"size": 1, "tags": []}},
        {"colour": "RED", "wish": {"size": 1, "wishes": [{"size": 1, "tags": []}]}},
    ],
)
def test_what_may_not_be_known_of_is_not_taken(asked: dict[str, Any]) -> None:
    members = {**ALL.members, "Colour": frozenset({"RED"})}
    members["Wish"] = members["Wish"] - {"tags"}
    plain = plain_variables(SCHEMA, _definitions(), Known(ALL.types, members))
    assert plain.coerced(asked) is None
    assert plain.coerced({"colour": "RED", "wish": {"size": 1}}) is not None


@pytest.mark.parametrize(("levels", "taken"), [(90, True), (250, False), (20_000, False)])
def test_what_is_nested_too_deeply_is_not_taken(levels: int, *, taken: bool) -> None:
    wish: dict[str, Any] = {"size": 1}
    for _ in range(levels):
        wish = {"size": 1, "wishes": [wish]}
    found = plain_variables(SCHEMA, _definitions(), None).coerced({"colour": "RED", "wish": wish})
    assert (found is not None) == taken


def test_filters_are_taken_at_once(shop_schema: GraphQLSchema) -> None:
    text = "query ($f: ProductFilter, $o: [ProductOrder!]) { products(filter: $f, orderBy: $o) { totalCount } }"
    asked = {
        "f": {
            "OR": [{"title": {"in": ["a"]}}, {"price": {"gt": {"amount": "1", "currency": "EUR"}}}]
        },
        "o": [{"title": "ASC"}],
    }
    assert plain_variables(shop_schema, _definitions(text), None).coerced(asked) is not None
