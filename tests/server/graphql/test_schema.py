"""The schema that follows from a catalogue: valid, the same whatever the order of plugins, and as the contract says."""

import gc
import sys
import time
from collections.abc import Iterator
from types import ModuleType

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    print_type,
    validate_schema,
)
from graphql import (
    build_schema as schema_of_text,
)

from relatum.catalogue import Catalogue, build_catalogue
from relatum_schemas.errors import Problems
from relatum_server.graphql.schema import build_schema
from relatum_server.graphql.schema.describing import undescribed
from relatum_server.graphql.schema_text import schema_text
from tests.oracle.world import world


def shape(schema: GraphQLSchema, name: str) -> dict[str, str]:
    """The fields of a type with their types, as the schema definition writes them."""
    kind = schema.type_map[name]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType)
    return {field: str(each.type) for field, each in kind.fields.items()}


def arguments(schema: GraphQLSchema, owner: str, field: str) -> dict[str, str]:
    """The arguments of a field with their types."""
    kind = schema.type_map[owner]
    assert isinstance(kind, GraphQLObjectType | GraphQLInterfaceType)
    return {name: str(each.type) for name, each in kind.fields[field].args.items()}


@pytest.fixture
def plugin() -> Iterator[ModuleType]:
    """A plugin module to declare types in."""
    module = ModuleType("declared_in_a_test")
    sys.modules[module.__name__] = module
    exec("from relatum import *\nplugin = Plugin('declared', version='1')", module.__dict__)
    yield module
    del sys.modules[module.__name__]


def test_schema_is_valid(shop_catalogue: Catalogue) -> None:
    judged = schema_of_text(schema_text(build_schema(shop_catalogue), None))
    assert validate_schema(judged) == []


def test_the_text_reads_back_as_the_same_types(shop_catalogue: Catalogue) -> None:
    built = build_schema(shop_catalogue)
    read = schema_of_text(schema_text(build_schema(shop_catalogue), None))
    for name in read.type_map:
        if not name.startswith("__"):
            assert print_type(read.type_map[name]) == print_type(built.type_map[name])


def test_schema_is_independent_of_plugin_order() -> None:
    sources = (
        "class One(Entity):\n    a: int = 0\n"
        "class OneTwo(Relationship['One', 'One']):\n    ends = Ends('ones', 'others')\n",
        "class Two(Entity):\n    b: int = 0\n",
    )
    texts = set()
    for order in ((0, 1), (1, 0)):
        modules = []
        for number in order:
            module = ModuleType(f"ordered_{number}")
            sys.modules[module.__name__] = module
            source = sources[number].replace("'One'", "One")
            manifest = f"plugin = Plugin('ordered{'ab'[number]}', version='1')\n"
            exec(f"from relatum import *\n{source}{manifest}", module.__dict__)
            modules.append(module)
        texts.add(schema_text(build_schema(build_catalogue(modules)), None))
    assert len(texts) == 1


def test_records_implement_node_record_and_their_traits(shop_schema: GraphQLSchema) -> None:
    person = shop_schema.type_map["Person"]
    line = shop_schema.type_map["OrderLine"]
    assert isinstance(person, GraphQLObjectType) and isinstance(line, GraphQLObjectType)
    assert [each.name for each in person.interfaces] == ["Node", "Record", "Party"]
    assert [each.name for each in line.interfaces] == ["Node", "Record"]
    assert shape(shop_schema, "Node") == {"id": "ID!"}
    assert shape(shop_schema, "Record") == {
        "id": "ID!",
        "version": "Int!",
        "label": "String",
        "recordedAt": "DateTime",
        "missing": "[String!]",
        "history": "HistoryConnection!",
    }


def test_roots_of_types_traits_and_ties(shop_schema: GraphQLSchema) -> None:
    query = shape(shop_schema, "Query")
    assert query["organization"] == "Organization"
    assert query["organizations"] == "OrganizationConnection!"
    assert query["organizationsAggregate"] == "[OrganizationAggregate!]!"
    assert query["party"] == "Party"
    assert query["parties"] == "PartyConnection!"
    assert query["people"] == "PersonConnection!"
    assert query["orderLine"] == "OrderLine"
    assert query["orderLinesAggregate"] == "[OrderLineAggregate!]!"
    assert query["viewer"] == "Viewer!"
    assert arguments(shop_schema, "Query", "organizations") == {
        "filter": "OrganizationFilter",
        "orderBy": "[OrganizationOrder!]",
        "first": "Int",
        "after": "String",
        "last": "Int",
        "before": "String",
        "validAt": "Moment",
        "recordedAt": "Moment",
    }
    assert arguments(shop_schema, "Query", "organization").keys() == {
        "id",
        "validAt",
        "recordedAt",
    }


def test_an_edge_carries_the_tie(shop_schema: GraphQLSchema) -> None:
    edge = shape(shop_schema, "OrganizationEmployeesEdge")
    assert edge["cursor"] == "String!"
    assert edge["node"] == "Person"
    assert (edge["id"], edge["version"]) == ("ID!", "Int!")
    assert (edge["role"], edge["validFrom"], edge["validTo"]) == ("String", "Date", "Date")
    assert shape(shop_schema, "OrganizationResidentsEdge")["validFrom"] == "DateTime"
    assert "validFrom" not in shape(shop_schema, "OrderLinesEdge")


def test_a_to_one_end_gives_node_edge_and_edges(shop_schema: GraphQLSchema) -> None:
    order = shape(shop_schema, "Order")
    assert order["customer"] == "OrganizationOrPerson"
    assert order["customerEdge"] == "OrderCustomerEdge"
    assert order["customerEdges"] == "OrderCustomerConnection!"
    assert "customerAggregate" not in order
    assert arguments(shop_schema, "Order", "customer") == {"holds": "Holds"}
    union = shop_schema.type_map["OrganizationOrPerson"]
    assert isinstance(union, GraphQLUnionType)
    assert [each.name for each in union.types] == ["Organization", "Person"]


def test_an_end_of_a_trait_is_shared_by_its_members(shop_schema: GraphQLSchema) -> None:
    for name in ("Party", "Person", "Organization"):
        assert shape(shop_schema, name)["seatEdges"] == "PartySeatConnection!"
    assert shape(shop_schema, "Remark")["about"] == "RemarkAboutConnection!"
    assert shape(shop_schema, "RemarkAboutEdge")["node"] == "Record"
    assert shape(shop_schema, "OrderLine")["remarks"] == "RecordRemarksConnection!"


def test_ties_have_typed_sides(shop_schema: GraphQLSchema) -> None:
    line = shape(shop_schema, "OrderLine")
    assert (line["source"], line["target"]) == ("Order", "Product")


def test_filters_know_the_operators_of_each_kind(shop_schema: GraphQLSchema) -> None:
    product = shape(shop_schema, "ProductFilter")
    assert product["title"] == "SearchableTextFilter"
    assert product["stock"] == "BigIntFilter"
    assert product["soldIn"] == "ProductSoldInEndFilter"
    assert shape(shop_schema, "SearchableTextFilter")["matches"] == "String"
    assert "matches" not in shape(shop_schema, "TextFilter")
    assert "gt" not in shape(shop_schema, "BooleanFilter")
    assert shape(shop_schema, "ProductTagsListFilter").keys() == {
        "has",
        "hasAny",
        "hasAll",
        "isNull",
    }
    assert shape(shop_schema, "MoneyFilter")["gte"] == "MoneyInput"
    assert shape(shop_schema, "MoneyFilter")["currency"] == "CurrencyFilter"


def test_codes_that_are_no_names_stay_text(shop_schema: GraphQLSchema) -> None:
    assert shape(shop_schema, "Product")["grade"] == "String"
    assert shape(shop_schema, "Product")["tags"] == "[ProductTags!]"
    assert shape(shop_schema, "Person")["standing"] == "PartyStanding"


def test_one_key_per_entry_of_orders_and_groupings(shop_schema: GraphQLSchema) -> None:
    for name in ("ProductOrder", "ProductGroupBy", "Holds"):
        kind = shop_schema.type_map[name]
        assert isinstance(kind, GraphQLInputObjectType)
        assert kind.is_one_of
    assert shape(shop_schema, "OrderGroupBy")["orderedOn"] == "DateBucket"
    assert shape(shop_schema, "OrderGroupBy")["number"] == "Bucket"


def test_measures_fit_the_kinds(shop_schema: GraphQLSchema) -> None:
    assert shape(shop_schema, "ProductSum")["stock"] == "BigInt"
    assert shape(shop_schema, "ProductAverage")["stock"] == "Decimal"
    assert shape(shop_schema, "ProductSum")["price"] == "Money"
    assert "title" not in shape(shop_schema, "ProductSum")
    assert shape(shop_schema, "OrderLineSum")["net"] == "Decimal"
    assert "sum" not in shape(shop_schema, "RemarkAggregate")


SCAFFOLDING = {
    "cursor", "edges", "pageInfo", "totalCount", "nodes", "hasNextPage", "hasPreviousPage", "key",
    "count", "id", "version", "created", "index", "changeCursor", "code", "message", "path",
}  # fmt: skip

OF_THE_ENGINE = (
    "Query", "Subscription", "Change", "History", "FieldChange", "Search", "Excerpt", "Viewer", "Permission",
    "Access", "Plugin", "Contributions", "ActivatePlugin", "DeactivatePlugin",
    "WorkflowRun", "Declar", "RestingDeclaration",
    "App", "InstalledApp", "InstallApp", "PauseApp", "ResumeApp", "RemoveApp", "ReplayApp", "RotateApp", "RenewApp",
)  # fmt: skip
"""How types begin that no policy is about."""


def test_only_ids_versions_and_scaffolding_are_never_null(shop_schema: GraphQLSchema) -> None:
    for kind in shop_schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType) or kind.name.startswith(OF_THE_ENGINE):
            continue
        if kind.name.startswith("__"):
            continue
        for name, field in kind.fields.items():
            shown = str(field.type)
            if shown.endswith("!") and name not in SCAFFOLDING:
                inner = shown.strip("[]!")
                measures = (
                    "Key",
                    "Sum",
                    "Average",
                    "Extremes",
                    "CountDistinct",
                    "Connection",
                    "Aggregate",
                    "Payload",
                    "Batch",
                    "Result",
                )
                root_edge = name == "node" and kind.name == f"{inner}Edge"
                assert inner.endswith(measures) or root_edge, f"{kind.name}.{name}: {shown}"


def test_everything_is_described_or_deprecated_as_declared(shop_schema: GraphQLSchema) -> None:
    organization = shop_schema.type_map["Organization"]
    assert isinstance(organization, GraphQLObjectType)
    assert organization.description == "A firm or authority."
    assert organization.fields["oldName"].deprecation_reason == "name"
    for name in ("DateTime", "Date", "Duration", "Language", "JSON"):
        assert "@specifiedBy" in print_type(shop_schema.type_map[name])


@pytest.mark.parametrize(
    ("source", "clash"),
    [
        (
            "class A(Entity):\n    customer_edge: str | None = None\n"
            "class B(Relationship[A, A]):\n    ends = Ends('customer', 'others', limit=Limit(target=1))",
            "A.customerEdge",
        ),
        (
            "class Money(Entity):\n    a: int = 0\nclass Sale(Entity):\n    p: Price | None = None",
            "Money",
        ),
        ("class Viewer(Entity):\n    a: int = 0", "Viewer"),
        ("class Search(Entity):\n    a: int = 0", "Query.search"),
        (
            "class A(Entity, plural='people'):\n    a: int = 0\nclass People(Entity, plural='b'):\n    a: int = 0",
            "Query.people",
        ),
        ("class A(Entity):\n    a: int = 0\nclass AFilter(Entity):\n    a: int = 0", "AFilter"),
    ],
)
def test_clashing_names_are_reported(plugin: ModuleType, source: str, clash: str) -> None:
    plugin.__dict__["Price"] = plugin.__dict__["Money"]
    exec(source, plugin.__dict__)
    for value in list(plugin.__dict__.values()):
        if isinstance(value, type) and value.__module__ == "builtins":
            value.__module__ = plugin.__name__
    with pytest.raises(Problems) as raised:
        build_schema(build_catalogue([plugin]))
    assert clash in str(raised.value)
    assert "Rename one of the two." in str(raised.value)


def test_a_hundred_types_are_built_in_half_a_second(plugin: ModuleType) -> None:
    lines = []
    for number in range(60):
        lines += [
            f"class Thing{number}(Entity):",
            "    name: Annotated[str, Label, Searchable]",
            "    amount: Decimal | None = None",
            "    price: Money | None = None",
            "    day: date | None = None",
            "    state: Literal['a', 'b'] = 'a'",
        ]
    for number in range(40):
        limit = ", limit=Limit(target=1)" if number % 2 else ""
        lines += [
            f"class Tie{number}(Relationship[Thing{number}, Thing{number * 7 % 60}], valid='day'):",
            f"    ends = Ends('to_{number}', 'from_{number}'{limit})",
            "    share: Decimal | None = None",
        ]
    source = compile("\n".join(lines), plugin.__name__, "exec")
    exec(source, plugin.__dict__)
    catalogue = build_catalogue([plugin])
    assert len(catalogue.types) == 100
    taken = []
    gc.disable()  # what other tests have left would be counted, too
    for _ in range(3):
        begun = time.process_time()
        build_schema(catalogue)
        taken.append(time.process_time() - begun)
    gc.enable()
    assert min(taken) < 0.5


def test_everything_in_the_schema_is_described() -> None:
    assert list(undescribed(build_schema(world()))) == []


def test_what_is_declared_is_described_by_its_words_before_its_name(plugin: ModuleType) -> None:
    source = (
        "class Crate(Entity):\n"
        '    """What goods travel in."""\n'
        '    weight: Annotated[Decimal, Help("Of the crate, full.")]\n'
        "    stacked_on: str\n"
    )
    exec(f"from decimal import Decimal\nfrom typing import Annotated\n{source}", plugin.__dict__)
    crate = build_schema(build_catalogue([plugin])).type_map["Crate"]
    assert isinstance(crate, GraphQLObjectType)
    assert crate.description == "What goods travel in."
    assert crate.fields["weight"].description == "Of the crate, full."
    assert crate.fields["stackedOn"].description == "Stacked on: text."


def test_several_types_that_are_just_one_are_that_one(plugin: ModuleType) -> None:
    source = (
        "class Heavy(Trait, plural='heavies'):\n    weight: int = 0\n"
        "class Crate(Heavy, Entity):\n    number: int = 0\n"
        "class Ship(Entity):\n    number: int = 0\n"
        "class Carries(Relationship[Ship, Crate | Heavy]):\n    ends = Ends('cargo', 'ships')\n"
    )
    exec(source, plugin.__dict__)
    schema = build_schema(build_catalogue([plugin]))
    assert isinstance(schema.type_map["Crate"], GraphQLObjectType)
    assert "number" in shape(schema, "CrateGroupKey")
    assert shape(schema, "Carries")["target"] == "Crate"
