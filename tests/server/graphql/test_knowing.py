"""What a principal is told of the schema: what its roles may ever see something by, and nothing else."""

from typing import Any
from uuid import uuid4

import pytest
from graphql import (
    GraphQLSchema,
    build_client_schema,
    get_introspection_query,
    validate_schema,
)

from relatum.access import horizon
from relatum.catalogue import Catalogue, with_administrators
from relatum_schemas.policy import ALL, BOTH_ENDS, READ, UPDATE, Policy, only
from relatum_server.graphql.api import Api, Question
from relatum_server.graphql.document import read_document
from relatum_server.graphql.errors import Envelope, Refusal
from relatum_server.graphql.executing import run_aside
from relatum_server.graphql.knowing import Known, known
from relatum_server.graphql.limits import Limits
from relatum_server.graphql.schema_text import schema_text
from relatum_server.graphql.variables import coerced
from tests.server.shop import Order, OrderedBy, OrderLine, Organization, Person, Product

POLICIES = (
    Policy("clerk", Product, READ, fields=only("title", "price")),
    Policy("clerk", Order, READ),
    Policy("clerk", OrderLine, READ, through=BOTH_ENDS, fields=ALL - {"discount"}),
    Policy("clerk", OrderedBy, READ, through=BOTH_ENDS),
    Policy("clerk", Organization, READ, fields=only("name", "label")),
    Policy("writer", Product, UPDATE),
    Policy("all", (Order, OrderedBy, Organization, Person), READ),
)


@pytest.fixture(scope="session")
def ruled(shop_catalogue: Catalogue) -> Catalogue:
    """The shop under policies."""
    return with_administrators(shop_catalogue, {uuid4(): each for each in POLICIES}, [])


@pytest.fixture(scope="session")
def clerk(ruled: Catalogue, shop_schema: GraphQLSchema) -> Known:
    """What a clerk may know of."""
    return known(shop_schema, ruled, horizon(ruled, {"clerk"}))


def refusal(schema: GraphQLSchema, text: str, known: Known) -> list[Envelope]:
    """What is said of a document."""
    with pytest.raises(Refusal) as refused:
        read_document(schema, Limits(), text, known)
    return refused.value.errors


async def introspected(schema: GraphQLSchema, text: str, known: Known) -> Any:
    """What introspection answers."""
    operation = read_document(schema, Limits(), text, known).operation(None)
    nodes: Any = operation.node.selection_set.selections
    result = await run_aside(schema, operation, nodes, {}, known)
    assert result.errors is None
    return result.data


async def test_a_principal_is_shown_a_whole_schema_of_what_it_may_see(
    shop_schema: GraphQLSchema, clerk: Known
) -> None:
    text = get_introspection_query(input_value_deprecation=True, one_of=True)
    shown = build_client_schema(await introspected(shop_schema, text, clerk))
    assert validate_schema(shown) == []
    assert {"Product", "Order", "OrderLine", "Organization", "Party"} <= set(shown.type_map)
    assert not {"Person", "Remark", "WorksAt", "PartnerOf"} & set(shown.type_map)
    assert not {name for name in shown.type_map if "Person" in name and "Or" not in name}
    product: Any = shown.type_map["Product"]
    assert set(product.fields) >= {"id", "title", "price", "soldIn", "label"}
    assert not {"stock", "weight", "notes", "grade", "extra"} & set(product.fields)
    for name in ("ProductFilter", "ProductOrder", "ProductGroupBy", "ProductGroupKey"):
        given: Any = shown.type_map[name]
        assert "stock" not in given.fields, name
        assert "title" in given.fields, name
    lines: Any = shown.type_map["OrderLinesEdge"]
    assert "discount" not in lines.fields
    # What is computed of a hidden field is hidden; the kinds that only hidden fields had are not there.
    assert "net" not in lines.fields
    assert not {"ProductGrade", "JSON", "FileReference"} & set(shown.type_map)
    values: Any = shown.type_map["RecordType"]
    assert set(values.values) == {"Product", "Order", "OrderLine", "OrderedBy", "Organization"}


async def test_types_are_not_found_by_their_names(shop_schema: GraphQLSchema, clerk: Known) -> None:
    asked = '{there: __type(name: "Order") {name} hidden: __type(name: "Person") {name}}'
    assert await introspected(shop_schema, asked, clerk) == {
        "there": {"name": "Order"},
        "hidden": None,
    }


async def test_nobody_is_shown_what_everybody_has(
    ruled: Catalogue, shop_schema: GraphQLSchema
) -> None:
    nobody = known(shop_schema, ruled, horizon(ruled, ()))
    shown = await introspected(shop_schema, "{__schema {queryType {fields {name}}}}", nobody)
    assert shown == {"__schema": {"queryType": {"fields": [{"name": "viewer"}]}}}
    names = {each for each in nobody.types if not each.startswith("__")}
    assert names == {
        "Boolean", "ID", "Permission", "Query", "String", "Viewer", "ViewerFirm",
    }  # fmt: skip


HIDDEN = (
    ("{ products { nodes { HERE } } }", "stock"),
    ("{ products { nodes { title HERE { x y(z: 1) } } } }", "stock"),
    ("{ HERE { nodes { name } } }", "people"),
    ("{ HERE(id: 1, more: $v) { name @include(if: 7) } }", "person"),
    ("{ products(filter: {HERE: {eq: 1}}) { totalCount } }", "stock"),
    ("{ products(orderBy: [{HERE: ASC}]) { totalCount } }", "stock"),
    ("{ productsAggregate(groupBy: [{HERE: VALUE}]) { count } }", "grade"),
    ("{ productsAggregate { sum { HERE } } }", "stock"),
    ("{ ordersAggregate { count } search(text: \"a\", types: [HERE]) { totalCount } }", "Person"),
    ("{ node(id: 1) { ... on HERE { name } } }", "Person"),
    ("{ node(id: 1) { ...F } } fragment F on HERE { name }", "Person"),
    ("query ($f: HERE) { products(filter: $f) { totalCount } }", "PersonFilter"),
    ("query ($f: [HERE!] = [{a: 1}]) { products(orderBy: $f) { totalCount } }", "PersonOrder"),
    ("{ orders { nodes { customer { ... on Organization { HERE } } } } }", "standing"),
    ("{ orders { nodes { HERE { totalCount } } } }", "remarks"),
    ("{ orders(filter: {HERE: {some: {}}}) { totalCount } }", "remarks"),
    ("{ orders { nodes { lines { edges { HERE } } } } }", "net"),
    ("{ parties { nodes { name ... on Organization { HERE: HERE } } } }", "founded"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "hidden"), HIDDEN)
def test_what_may_not_be_known_of_is_refused_as_what_is_not_there(
    text: str, hidden: str, shop_schema: GraphQLSchema, clerk: Known
) -> None:
    there = refusal(shop_schema, text.replace("HERE", hidden), clerk)
    absent = hidden[:-1] + ("q" if hidden[-1] != "q" else "z")
    nowhere = refusal(shop_schema, text.replace("HERE", absent), clerk)
    assert there == renamed(nowhere, absent, hidden)
    assert "Did you mean" not in str(there)


def renamed(found: Any, old: str, new: str) -> Any:
    """The same as said of something that is called otherwise."""
    match found:
        case dict():
            return {name: renamed(each, old, new) for name, each in found.items()}
        case list():
            return [renamed(each, old, new) for each in found]
        case str():
            return found.replace(old, new)
    return found


def test_the_hidden_is_valid_for_whom_it_is_open(
    ruled: Catalogue, shop_schema: GraphQLSchema, clerk: Known
) -> None:
    text = "{ people { nodes { born } } }"
    document = read_document(shop_schema, Limits(), text, None)
    everybody = known(shop_schema, ruled, horizon(ruled, {"all"}))
    document.admit(shop_schema, everybody)
    for _ in range(2):
        with pytest.raises(Refusal):
            document.admit(shop_schema, clerk)


def test_an_operation_is_admitted_to_each_who_know_of_all_that_its_document_names(
    ruled: Catalogue, clerk: Known
) -> None:
    text = "query One { people { nodes { born } } } query Two { people { totalCount } }"
    api = Api(ruled)
    everybody = known(api.schema, ruled, horizon(ruled, {"all"}))
    one = api.admitted(Question(text, "One"), everybody)
    two = api.admitted(Question(text, "Two"), everybody)
    assert api.admitted(Question(text, "One"), everybody) is one is not two
    assert two.operation is api.admitted(Question(text, "Two"), None).operation
    for name in ("One", "Two", "One", "Three", None):
        with pytest.raises(Refusal):
            api.admitted(Question(text, name), clerk)
    for name in ("Three", None):
        with pytest.raises(Refusal):
            api.admitted(Question(text, name), everybody)


def test_variables_name_what_may_be_known_of(shop_schema: GraphQLSchema, clerk: Known) -> None:
    text = "query ($f: ProductFilter) { products(filter: $f) { totalCount } }"
    operation = read_document(shop_schema, Limits(), text, clerk).operation(None)
    definitions = operation.node.variable_definitions or ()

    def told(name: str) -> Any:
        given = {"f": {"AND": [{name: {"eq": 1}}]}}
        with pytest.raises(Refusal) as refused:
            coerced(shop_schema, definitions, given, clerk)
        return refused.value.errors

    assert told("stock") == renamed(told("stoqk"), "stoqk", "stock")
    assert coerced(shop_schema, definitions, {"f": {"title": {"eq": "x"}}}, clerk).coerced


def test_a_writer_knows_of_the_type_but_not_of_its_fields(
    ruled: Catalogue, shop_schema: GraphQLSchema
) -> None:
    writer = known(shop_schema, ruled, horizon(ruled, {"writer"}))
    assert "Product" in writer.types
    assert writer.members["Product"] == {"id", "version"}


def test_the_text_of_the_schema_shows_the_same(shop_schema: GraphQLSchema, clerk: Known) -> None:
    text = schema_text(shop_schema, clerk)
    assert "type Product implements" in text
    assert "stock" not in text
    assert "type Person " not in text
    assert "Remark" not in text
