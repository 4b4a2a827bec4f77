"""The published figures of Northwind, on both databases, by the selection language and by the example queries."""

import shutil
from collections import Counter
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

import relatum_base
import relatum_commerce
import relatum_northwind
from relatum.access import SYSTEM, Principal
from relatum.catalogue import build_catalogue
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections import DialectName, open_connections, prepare
from relatum.identity import SignedIn
from relatum.importing import run_import
from relatum.session import Database, Session, open_database
from relatum.tables import build_tables, create_all
from relatum_schemas.selection import (
    Aggregate,
    Bucket,
    FieldPath,
    Function,
    GroupKey,
    KeyOutput,
    Measure,
    MeasureOutput,
    Request,
    RootField,
    Rows,
    Step,
)
from relatum_server.cli.sign_ins import declared_sign_ins, make_sign_ins
from relatum_server.graphql.api import Api, Question
from relatum_server.pages.examples import ExampleQuery, example_queries
from relatum_server.pages.offering import Offering
from tests.databases import CloneTemplate, opened

EXAMPLE = Path(__file__).parents[2] / "examples" / "northwind"
RAW = Path(__file__).parent / "northwind_raw"
CATALOGUE = build_catalogue([relatum_base, relatum_commerce, relatum_northwind])
API = Api(CATALOGUE)


@pytest.fixture
async def northwind(
    clone_template: CloneTemplate, dialect: DialectName, tmp_path: Path
) -> AsyncIterator[Database]:
    """A database with all of Northwind in it."""

    async def build(url: str) -> None:
        connections = await open_connections(url)
        await create_all(connections, build_tables(CATALOGUE))
        await connections.close()
        async with open_database(url, CATALOGUE) as database:
            report = await run_import(
                database.as_(SYSTEM), EXAMPLE / "mapping.toml", rejects_dir=tmp_path
            )
            assert report.rejected == 0

    url = await clone_template(dialect, f"northwind:{CATALOGUE.fingerprint}", build)
    async with open_database(url, CATALOGUE) as database:
        yield database


@pytest.fixture
def session(northwind: Database) -> Session:
    return northwind.as_(SYSTEM)


async def ask(session: Session, name: str, **variables: str) -> Any:
    """The data that an example query answers."""
    text = (EXAMPLE / "queries" / f"{name}.graphql").read_text()
    answer = orjson.loads(await API.answer(session, Question(text, variables=variables)))
    assert "errors" not in answer, answer
    return answer["data"]


def test_every_example_query_says_in_its_first_line_what_it_asks() -> None:
    for path in (EXAMPLE / "queries").glob("*.graphql"):
        assert path.read_text().startswith("# "), path.name


@pytest.mark.parametrize(
    "example", example_queries(EXAMPLE / "queries"), ids=lambda each: each.name
)
async def test_every_example_query_is_ready_to_run(
    northwind: Database, example: ExampleQuery
) -> None:
    for name in example.roles or {"staff"}:
        signed_in = await signed_in_as(northwind, name)
        session = northwind.as_(signed_in.principal)
        (offered,) = await Offering([example]).to(session, API)
        question = Question(offered.text, variables=offered.variables)
        answer = orjson.loads(await API.answer(session, question, signed_in))
        assert "errors" not in answer, answer
        assert all(answer["data"].values()), answer


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("staff", ["counts", "customers-by-page"]),
        ("supplier", ["our-products", "our-team"]),
        ("reseller", ["our-orders", "our-team"]),
        ("customer", ["our-orders", "our-team"]),
    ],
)
async def test_everybody_is_offered_what_he_can_run(
    northwind: Database, name: str, first: list[str]
) -> None:
    signed_in = await signed_in_as(northwind, name)
    session = northwind.as_(signed_in.principal)
    offered = await Offering(example_queries(EXAMPLE / "queries")).to(session, API)
    assert [each.name for each in offered[:2]] == first
    for each in offered:
        question = Question(each.text, variables=each.variables)
        answer = orjson.loads(await API.answer(session, question, signed_in))
        assert "errors" not in answer, (each.name, answer)


async def test_nobody_in_particular_is_offered_nothing(northwind: Database) -> None:
    offering = Offering(example_queries(EXAMPLE / "queries"))
    assert await offering.to(northwind.as_(Principal()), API) == []


async def test_the_counts(session: Session) -> None:
    counts = {key: each["totalCount"] for key, each in (await ask(session, "counts")).items()}
    assert counts == {
        "orders": 830,
        "orderLines": 2155,
        "customers": 91,
        "suppliers": 29,
        "shippers": 3,
        "employees": 9,
        "territories": 53,
        "regions": 4,
        "products": 77,
        "categories": 8,
    }


async def test_the_revenue_to_the_last_digit_by_one_selection(northwind: Database) -> None:
    session = northwind.as_(Principal(roles=frozenset({ADMINISTRATOR})))
    net = Measure(function=Function.SUM, path=FieldPath(field="net"))
    ordered = FieldPath(steps=(Step(across="source"),), field="ordered")
    revenue = MeasureOutput(
        key="net", measure=net, parts=(("amount", "amount"), ("currency", "currency"))
    )
    request = Request(
        fields=(
            RootField(
                key="total", source=Rows(type="OrderLine"), form=Aggregate(outputs=(revenue,))
            ),
            RootField(
                key="years",
                source=Rows(type="OrderLine"),
                form=Aggregate(
                    group_by=(GroupKey(path=ordered, bucket=Bucket.YEAR),),
                    outputs=(KeyOutput(key="year", index=0), revenue),
                ),
            ),
        )
    )
    with session.storage.connections.count_statements() as statements:
        answer = orjson.loads(await session.read(request))
    assert len(statements) == 1
    assert answer == {
        "total": [{"net": {"amount": "1265793.0395", "currency": "USD"}}],
        "years": [
            {"year": "1996-01-01", "net": {"amount": "208083.9700", "currency": "USD"}},
            {"year": "1997-01-01", "net": {"amount": "617085.2035", "currency": "USD"}},
            {"year": "1998-01-01", "net": {"amount": "440623.8660", "currency": "USD"}},
        ],
    }


async def test_the_revenue_by_graphql(session: Session) -> None:
    answer = await ask(session, "revenue")
    assert answer["total"] == [
        {"count": 2155, "sum": {"net": {"amount": "1265793.0395", "currency": "USD"}}}
    ]
    years = {
        each["key"]["source"]["ordered"][:4]: each["sum"]["net"]["amount"]
        for each in answer["byYear"]
    }
    assert years == {"1996": "208083.9700", "1997": "617085.2035", "1998": "440623.8660"}


async def test_the_revenue_of_each_category(session: Session) -> None:
    groups = (await ask(session, "revenue-by-category"))["orderLinesAggregate"]
    revenue = {
        each["key"]["target"]["category"]["name"]: Decimal(each["sum"]["net"]["amount"])
        for each in groups
    }
    assert revenue == {
        "Beverages": Decimal("267868.18"),
        "Dairy Products": Decimal("234507.285"),
        "Confections": Decimal("167357.225"),
        "Meat/Poultry": Decimal("163022.3595"),
        "Seafood": Decimal("131261.7375"),
        "Condiments": Decimal("106047.085"),
        "Produce": Decimal("99984.58"),
        "Grains/Cereals": Decimal("95744.5875"),
    }


async def test_the_customers_who_bought_most(session: Session) -> None:
    groups = (await ask(session, "top-customers"))["orderLinesAggregate"]
    revenue = {
        each["key"]["source"]["customer"]["name"]: round(Decimal(each["sum"]["net"]["amount"]), 2)
        for each in groups
    }
    assert revenue == {
        "QUICK-Stop": Decimal("110277.30"),
        "Ernst Handel": Decimal("104874.98"),
        "Save-a-lot Markets": Decimal("104361.95"),
    }


async def test_what_the_fourth_employee_sold(session: Session) -> None:
    groups = (await ask(session, "revenue-by-employee"))["orderLinesAggregate"]
    revenue = {
        each["key"]["source"]["employee"]["label"]: Decimal(each["sum"]["net"]["amount"])
        for each in groups
    }
    assert len(revenue) == 9
    assert round(revenue["Margaret Peacock"], 2) == Decimal("232890.85")


async def test_by_revenue_there_are_33_customers_of_class_a(session: Session) -> None:
    groups = (await ask(session, "revenue-by-customer"))["orderLinesAggregate"]
    revenue = {
        each["key"]["source"]["customer"]["name"]: Decimal(each["sum"]["net"]["amount"])
        for each in groups
    }
    assert sum(revenue.values()) == Decimal("1265793.0395")
    classes = abc(sorted(revenue.values(), reverse=True))
    assert classes == {"A": 33, "B": 27, "C": 29}


def abc(revenues: list[Decimal]) -> Counter[str]:
    """How many make the first 80 per cent of all, how many those up to 95, how many the rest."""
    total, reached = sum(revenues), Decimal()
    classes = Counter[str]()
    for each in revenues:
        reached += each
        share = reached / total
        classes["A" if share <= Decimal("0.80") else "B" if share <= Decimal("0.95") else "C"] += 1
    return classes


async def test_two_customers_never_ordered(session: Session) -> None:
    customers = (await ask(session, "customers-without-orders"))["organizations"]
    names = [each["name"] for each in customers["nodes"]]
    assert names == ["FISSA Fabrica Inter. Salchichas S.A.", "Paris spécialités"]


async def test_an_order_shows_its_lines_with_their_properties(session: Session) -> None:
    (order,) = (await ask(session, "order"))["orders"]["nodes"]
    assert order["customer"]["name"] == "Vins et alcools Chevalier"
    assert order["lines"]["totalCount"] == 3
    assert order["linesAggregate"] == [{"sum": {"net": {"amount": "440.0000", "currency": "USD"}}}]
    assert order["lines"]["edges"][0] == {
        "quantity": 5,
        "unitPrice": {"amount": "34.80", "currency": "USD"},
        "discount": "0.00",
        "net": {"amount": "174.0000", "currency": "USD"},
        "node": {
            "name": "Mozzarella di Giovanni",
            "category": {"name": "Dairy Products"},
            "supplier": {"name": "Formaggi Fortini s.r.l."},
        },
    }


async def test_the_employees_form_a_tree(session: Session) -> None:
    (top,) = (await ask(session, "employees"))["people"]["nodes"]
    below = {each["label"]: len(each["reports"]["nodes"]) for each in top["reports"]["nodes"]}
    assert top["label"] == "Andrew Fuller"
    assert below == {
        "Steven Buchanan": 3,
        "Laura Callahan": 0,
        "Nancy Davolio": 0,
        "Janet Leverling": 0,
        "Margaret Peacock": 0,
    }
    assert top["territories"]["totalCount"] == 7


async def test_who_worked_there_in_the_middle_of_1993(session: Session) -> None:
    (firm,) = (await ask(session, "employees-in-1993"))["organizations"]["nodes"]
    names = [edge["node"]["label"] for edge in firm["employees"]["edges"]]
    assert names == ["Janet Leverling", "Nancy Davolio", "Andrew Fuller", "Margaret Peacock"]


async def test_customers_are_read_page_by_page(session: Session) -> None:
    names: list[str] = []
    after: dict[str, str] = {}
    while True:
        page = (await ask(session, "customers-by-page", **after))["organizations"]
        names += [edge["node"]["name"] for edge in page["edges"]]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = {"after": page["pageInfo"]["endCursor"]}
    assert len(names) == len(set(names)) == page["totalCount"] == 11
    assert names[0] == "Alfreds Futterkiste"


async def test_search_neighbourhood_and_path(session: Session) -> None:
    found = await ask(session, "search")
    labels = {each["node"]["label"] for each in found["search"]["edges"]}
    assert labels == {"Chocolade", "Teatime Chocolate Biscuits"}
    maria = next(each for each in found["partOfAName"]["nodes"] if each["label"] == "Maria Anders")

    around = (await ask(session, "neighbourhood", id=maria["id"]))["neighbourhood"]
    assert [each["label"] for each in around["nodes"]] == [
        "Alfreds Futterkiste",
        "Northwind Traders",
    ]

    northwind = around["nodes"][1]
    path = (await ask(session, "path", **{"from": maria["id"], "to": northwind["id"]}))["path"]
    assert [each["label"] for each in path] == [
        "Maria Anders",
        "Alfreds Futterkiste",
        "Northwind Traders",
    ]


async def changes(database: Database) -> int:
    statement = select(func.count()).select_from(database.tables.change)
    async with database.connections.reading() as connection:
        ((count,),) = await connection.rows(prepare(statement, database.connections.dialect), {})
    assert isinstance(count, int)
    return count


async def test_a_second_import_writes_nothing(
    northwind: Database, session: Session, tmp_path: Path
) -> None:
    before = await changes(northwind)
    report = await run_import(session, EXAMPLE / "mapping.toml", rejects_dir=tmp_path)
    assert (report.count("created"), report.count("updated"), report.rejected) == (0, 0, 0)
    assert report.incomplete == ()
    assert await changes(northwind) == before


async def test_malformed_rows_are_set_aside_and_the_rest_comes_in(
    clone_template: CloneTemplate, dialect: DialectName, tmp_path: Path
) -> None:
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py"))
    for file in RAW.glob("*.csv"):
        shutil.copy(file, tmp_path / "data")
    async with opened(clone_template, dialect, CATALOGUE) as database:
        session = database.as_(SYSTEM)
        report = await run_import(session, tmp_path / "mapping.toml")
        files = {each.path.name: each for each in report.files}
        malformed = {
            name: _malformed(files[name].rejects)
            for name in ("customers.csv", "orders.csv", "suppliers.csv")
        }
        assert malformed == {"customers.csv": 24, "orders.csv": 176, "suppliers.csv": 9}
        assert {
            name: each.rows - malformed.get(name, 0)
            for name, each in files.items()
            if name in malformed
        } == {
            "customers.csv": 67,
            "orders.csv": 654,
            "suppliers.csv": 20,
        }
        counts = {key: each["totalCount"] for key, each in (await ask(session, "counts")).items()}
        assert counts["customers"] == 67
        assert counts["suppliers"] == 20
        assert counts["orders"] == 654
        assert counts["orderLines"] == 2155 - files["order-details.csv"].rejected
        assert counts["products"] == 77

        outcomes = Counter[str]()
        for each in report.outcomes.values():
            outcomes.update(each)
        assert set(outcomes) == {"created"}
        assert await changes(database) == outcomes["created"]


def _malformed(rejects: Path | None) -> int:
    """How many rejected rows have more fields than the header, as their reason says."""
    assert rejects is not None
    return rejects.read_text().count("where the header has")


async def signed_in_as(database: Database, name: str) -> SignedIn:
    """Who signs in to the demo by this name."""
    declared = {name: declared_sign_ins(EXAMPLE)[name]}
    sign_in = (await make_sign_ins(database, declared, "northwind", {}))[name]
    signed_in = await database.identity.authenticate(sign_in.token)
    assert signed_in is not None
    return signed_in


async def of(database: Database, name: str, query: str) -> Any:
    """What a sign-in of the demo is answered."""
    signed_in = await signed_in_as(database, name)
    session = database.as_(signed_in.principal)
    answer = orjson.loads(await API.answer(session, Question(query), signed_in))
    assert "errors" not in answer, answer
    return answer["data"]


async def test_a_supplier_sees_its_products_and_how_many_are_ordered(northwind: Database) -> None:
    query = """{
      products { nodes { name supplier { name } orderLines { totalCount } } }
      orderLinesAggregate { count sum { quantity } }
      organizations { nodes { name } }
      people { nodes { label } }
      viewer { roles may { type fields editable } }
    }"""
    data = await of(northwind, "supplier", query)
    assert [each["name"] for each in data["products"]["nodes"]] == [
        "Chai",
        "Chang",
        "Aniseed Syrup",
    ]
    assert {each["supplier"]["name"] for each in data["products"]["nodes"]} == {"Exotic Liquids"}
    assert data["orderLinesAggregate"] == [{"count": 94, "sum": {"quantity": 2213}}]
    assert {each["name"] for each in data["organizations"]["nodes"]} == {
        "Exotic Liquids",
        "Northwind Traders",
    }
    assert data["people"]["nodes"] == [{"label": "Charlotte Cooper"}]
    may = {each["type"]: each for each in data["viewer"]["may"]}
    assert "Order" not in may
    assert "PricedIn" not in may
    assert may["OrderLine"]["fields"] == ["quantity"]
    assert may["Organization"]["editable"] == ["email", "phone", "address", "website"]


async def test_a_reseller_sees_its_orders_and_who_looks_after_them(northwind: Database) -> None:
    query = """{
      orders {
        totalCount
        nodes { customer { name } employee { label } shipments { nodes { carrier { name } } } }
      }
      orderLinesAggregate { count }
      products { totalCount }
      customers: organizations(filter: {suppliers: {some: {}}}) { nodes { name } }
    }"""
    data = await of(northwind, "reseller", query)
    assert data["orders"]["totalCount"] == 30
    assert {each["customer"]["name"] for each in data["orders"]["nodes"]} == {"Ernst Handel"}
    assert all(each["employee"]["label"] for each in data["orders"]["nodes"])
    for each in data["orders"]["nodes"]:
        assert [shipment["carrier"]["name"] for shipment in each["shipments"]["nodes"]]
    assert data["orderLinesAggregate"] == [{"count": 102}]
    assert data["products"]["totalCount"] == 77
    assert data["customers"]["nodes"] == [{"name": "Ernst Handel"}]


PLACE = """mutation($customer: ID!, $lines: [LineWantedInput!]!) {
  placeOrder(customer: $customer, lines: $lines) {
    result {
      state
      lines { edges { unitPrice { amount currency } discount priceList net { amount } } }
    }
  }
}"""


async def test_a_customer_orders_at_the_prices_agreed_on(northwind: Database) -> None:
    asked = """{
      organizations(filter: {orders: {some: {}}}) { nodes { id name } }
      products(filter: {name: {eq: "Chai"}}) { nodes { id } }
    }"""
    data = await of(northwind, "customer", asked)
    [firm], [chai] = data["organizations"]["nodes"], data["products"]["nodes"]
    assert firm["name"] == "QUICK-Stop"
    variables = {"customer": firm["id"], "lines": [{"product": chai["id"], "quantity": 10}]}
    signed_in = await signed_in_as(northwind, "customer")
    session = northwind.as_(signed_in.principal)
    answer = orjson.loads(
        await API.answer(session, Question(PLACE, variables=variables), signed_in)
    )
    assert answer == {
        "data": {
            "placeOrder": {
                "result": {
                    "state": "placed",
                    "lines": {
                        "edges": [
                            {
                                "unitPrice": {"amount": "18.00", "currency": "USD"},
                                "discount": "0.05",
                                "priceList": "List prices",
                                "net": {"amount": "171.0000"},
                            }
                        ]
                    },
                }
            }
        }
    }
    assert (await of(northwind, "customer", "{ orders { totalCount } }"))["orders"] == {
        "totalCount": 29
    }
    assert (await of(northwind, "reseller", "{ orders { totalCount } }"))["orders"] == {
        "totalCount": 30
    }
