"""Limits refuse what would cost too much, and cost nothing themselves."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from graphql import GraphQLSchema, get_introspection_query

from relatum_schemas.errors import TooLarge
from relatum_server.graphql.document import read_document
from relatum_server.graphql.errors import Refusal
from relatum_server.graphql.estimate import check_rows, estimate
from relatum_server.graphql.limits import Limits
from tests.server.graphql.test_planner import planned

Read = Callable[..., object]


@pytest.fixture
def read(shop_schema: GraphQLSchema) -> Read:
    """Reads a document under limits given by name."""
    return lambda text, **limits: read_document(shop_schema, Limits(**limits), text, None)


def refused(read: Read, text: str, **limits: int) -> str:
    """The message of the refusal, whose code says that it is too much."""
    with pytest.raises(Refusal) as raised:
        read(text, **limits)
    assert raised.value.status == 400
    (error,) = raised.value.errors
    assert error["extensions"]["code"] == "TOO_LARGE"
    return str(error["message"])


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """See to it that the block takes this thread no longer, without collecting what other tests have left."""
    gc.disable()
    try:
        begun = time.thread_time()
        yield
        taken = time.thread_time() - begun
    finally:
        gc.enable()
    assert taken < seconds


def nested_fragments(count: int) -> str:
    """Fragments, each of which spreads the next one twice, in two fields."""
    parts = ["query { organization(id: 1) { ...F0 } }"]
    for number in range(count - 1):
        inner = f"...F{number + 1}"
        parts.append(
            f"fragment F{number} on Organization {{ partners {{ nodes {{ {inner} }} edges {{ node {{ {inner} }} }} }} }}"
        )
    parts.append(f"fragment F{count - 1} on Organization {{ id }}")
    return "\n".join(parts)


def test_thirty_nested_fragments_are_refused_at_once(read: Read) -> None:
    with within(0.2):
        message = refused(read, nested_fragments(30), depth=1000)
    assert "far too many fields" in message


def test_fragments_spread_twice_in_one_place_are_refused_at_once(read: Read) -> None:
    parts = ["{ organization(id: 1) { ...F0 } }"]
    parts += [f"fragment F{i} on Organization {{ ...F{i + 1} ...F{i + 1} }}" for i in range(30)]
    parts.append("fragment F30 on Organization { id }")
    with within(0.2):
        refused(read, "\n".join(parts))


def test_a_fragment_that_holds_itself_is_validation_s_to_refuse(read: Read) -> None:
    text = "{ organization(id: 1) { ...F } } fragment F on Organization { partners { nodes { ...F } } }"
    with pytest.raises(Refusal) as raised:
        read(text)
    assert raised.value.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_depth(read: Read) -> None:
    text = "{ organization(id: 1) { partners { nodes { partners { nodes { id } } } } } }"
    read(text, depth=6)
    assert "6 levels of fields; at most 5" in refused(read, text, depth=5)


def test_aliases_and_directives(read: Read) -> None:
    aliases = " ".join(f"a{i}: __typename" for i in range(10))
    read(f"{{ {aliases} }}", aliases=10)
    assert "10 aliases" in refused(read, f"{{ {aliases} }}", aliases=9)
    directives = " ".join(f"a{i}: __typename @include(if: true)" for i in range(10))
    assert "10 directives" in refused(read, f"{{ {directives} }}", directives=9)


def test_root_fields(read: Read) -> None:
    roots = "query A { __typename ...F } fragment F on Query { people { totalCount } ... { viewer { id } } }"
    read(roots, roots=3)
    assert "3 root fields; at most 2" in refused(read, roots, roots=2)


def test_introspection_can_be_switched_off(read: Read) -> None:
    read("{ __typename people { nodes { __typename } } }", introspection=False)
    for text in ('{ __type(name: "Person") { name } }', "{ ... { __schema { types { name } } } }"):
        read(text)
        with pytest.raises(Refusal) as raised:
            read(text, introspection=False)
        assert raised.value.errors[0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


def test_suggestions_can_be_switched_off(read: Read) -> None:
    for suggestions, told in ((True, True), (False, False)):
        with pytest.raises(Refusal) as raised:
            read("{ peopl { totalCount } }", suggestions=suggestions)
        assert ("people" in raised.value.errors[0]["message"]) is told


def test_every_mistake_is_told_at_once(read: Read) -> None:
    with pytest.raises(Refusal) as raised:
        read("{ peopl { id } people { nodes { nam born { x } } nodes(first: 1) { emai } } }")
    messages = " ".join(each["message"] for each in raised.value.errors)
    assert all(f"'{name}'" in messages for name in ("peopl", "nam", "born", "first", "emai"))
    assert all(each["locations"] for each in raised.value.errors)


def test_tokens(read: Read) -> None:
    with pytest.raises(Refusal) as raised:
        read("{ " + "__typename " * 100 + "}", tokens=50)
    assert raised.value.status == 400


@pytest.mark.parametrize(
    "text",
    [
        "{ " + " ".join(f"o{i}: organization(id: {i}) {{ name name }}" for i in range(140)) + " }",
        "{" + "...{__typename}" * 490 + "}",
        "{" + "__typename " * 1900 + "}",
        "{"
        + " ".join(f"...F{i}" for i in range(215))
        + "}"
        + " ".join(f"fragment F{i} on Query {{ __typename }}" for i in range(215)),
    ],
    ids=["aliases", "inline fragments", "one field", "fragments"],
)
def test_the_longest_documents_admitted_validate_quickly(read: Read, text: str) -> None:
    with within(1), suppress(Refusal):
        read(text, aliases=1000)


def test_graphiql_s_introspection_is_admitted(read: Read) -> None:
    read(get_introspection_query(descriptions=True, input_value_deprecation=True))


def rows(schema: GraphQLSchema, text: str, **variables: object) -> int:
    """How many rows a query may lead to."""
    made = planned(schema, text, variables)
    assert made.request is not None
    arguments = made.arguments(variables)
    return sum(each.most(arguments)[0] for each in estimate(made.request))


def test_page_sizes_multiply(shop_schema: GraphQLSchema) -> None:
    one = "{ organizations(first: 10) { nodes { id } } }"
    assert rows(shop_schema, one) == 10
    two = "{ organizations(first: 10) { nodes { employees(last: 5) { edges { node { id } } } } } }"
    assert rows(shop_schema, two) == 10 + 50
    assert rows(shop_schema, "{ organizations { nodes { parent { name } } } }") == 200
    variable = "query ($n: Int) { organizations(first: $n) { totalCount } }"
    assert rows(shop_schema, variable, n=7) == 7
    ids = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert rows(shop_schema, ids, ids=["a", "b", "c"]) == 3
    assert rows(shop_schema, "{ organizationsAggregate { count } }") == 1


def test_a_page_product_is_refused(shop_schema: GraphQLSchema) -> None:
    inner = "id"
    for _ in range(4):
        inner = f"partners(first: 100) {{ nodes {{ {inner} }} }}"
    made = planned(shop_schema, f"{{ organizations(first: 100) {{ nodes {{ {inner} }} }} }}", {})
    with pytest.raises(TooLarge) as raised:
        check_rows(made.estimates, {}, Limits())
    assert raised.value.hint is not None


def test_a_page_is_bounded(shop_schema: GraphQLSchema) -> None:
    text = "query ($n: Int) { people(first: 2) { nodes { employers(first: $n) { totalCount } } } }"
    made = planned(shop_schema, text, {"n": 5})
    arguments = made.arguments({"n": 5})
    check_rows(made.estimates, arguments, Limits(page=5))
    with pytest.raises(TooLarge, match="A page of 5 rows"):
        check_rows(made.estimates, arguments, Limits(page=4))
