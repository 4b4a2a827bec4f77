"""Questions over HTTP and their answers, on both databases."""

from typing import Any

from httpx2 import AsyncClient


async def ask(client: AsyncClient, text: str, **variables: Any) -> Any:
    """The data of the answer, which has no errors."""
    answer = await client.post("/graphql", json={"query": text, "variables": variables})
    assert answer.status_code == 200, answer.text
    content = answer.json()
    assert content.keys() == {"data"}
    return content["data"]


async def error(client: AsyncClient, text: str, **variables: Any) -> Any:
    """The one error of a refusal, which has no data."""
    answer = await client.post("/graphql", json={"query": text, "variables": variables})
    assert 400 <= answer.status_code < 500, answer.text
    content = answer.json()
    assert content.keys() == {"errors"}
    (found,) = content["errors"]
    return found


async def test_a_page_with_edges_and_counts(client: AsyncClient) -> None:
    text = """query ($after: String) {
      organizations(orderBy: [{name: DESC}], first: 1, after: $after) {
        totalCount
        edges { cursor node { name country employees { edges { role validFrom node { name } } } } }
        pageInfo { hasNextPage hasPreviousPage endCursor __typename }
        __typename
      }
    }"""
    first = (await ask(client, text))["organizations"]
    assert list(first) == ["totalCount", "edges", "pageInfo", "__typename"]
    assert (first["totalCount"], first["__typename"]) == (2, "OrganizationConnection")
    assert first["edges"][0]["node"] == {
        "name": "Beta",
        "country": "AT",
        "employees": {"edges": []},
    }
    assert first["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "endCursor": first["edges"][0]["cursor"],
        "__typename": "PageInfo",
    }
    second = (await ask(client, text, after=first["pageInfo"]["endCursor"]))["organizations"]
    (edge,) = second["edges"]
    assert edge["node"]["name"] == "Acme"
    assert edge["node"]["employees"]["edges"] == [
        {"role": "buyer", "validFrom": "2020-01-01", "node": {"name": "Ann Berg"}}
    ]
    assert second["pageInfo"]["hasNextPage"] is False


async def test_ties_whenever_they_hold(client: AsyncClient) -> None:
    text = """query ($holds: Holds) {
      organizations(filter: {name: {eq: "Acme"}}) { nodes {
        employees(holds: $holds, orderBy: [{validFrom: ASC}]) { nodes { name } }
      } }
    }"""
    for holds, names in (
        ({"now": True}, ["Ann Berg"]),
        ({"any": True}, ["Bob", "Ann Berg"]),
        ({"at": "2019-06-01"}, ["Bob"]),
        ({"overlaps": {"from": "2018-01-01", "to": "2019-06-01"}}, ["Bob"]),
    ):
        answer = await ask(client, text, holds=holds)
        found = answer["organizations"]["nodes"][0]["employees"]["nodes"]
        assert [each["name"] for each in found] == names, holds


async def test_valid_at_moves_now(client: AsyncClient) -> None:
    text = '{ organizations(filter: {name: {eq: "Acme"}}, validAt: "2020-06-01") { nodes { employees { totalCount } } } }'
    answer = await ask(client, text)
    assert answer["organizations"]["nodes"] == [{"employees": {"totalCount": 2}}]


async def test_ends_of_several_types(client: AsyncClient) -> None:
    text = """{
      orders(orderBy: [{number: ASC}]) { nodes {
        number
        customer { __typename ... on Party { name } ... on Person { email } ... on Organization { country } }
        customerEdge { __typename cursor channel node { ... on Node { __typename } } }
        customerEdges { totalCount }
      } }
    }"""
    first, second, _ = (await ask(client, text))["orders"]["nodes"]
    assert first["customer"] == {"__typename": "Organization", "name": "Acme", "country": "DE"}
    assert second["customer"] == {
        "__typename": "Person",
        "name": "Ann Berg",
        "email": "ann@example.org",
    }
    assert second["customerEdge"] == {
        "__typename": "OrderCustomerEdge",
        "cursor": "",
        "channel": None,
        "node": {"__typename": "Person"},
    }
    assert second["customerEdges"] == {"totalCount": 1}


async def test_traits_and_fragments(client: AsyncClient) -> None:
    text = """query ($short: Boolean!) {
      parties(orderBy: [{name: ASC}], filter: {OR: [{standing: {eq: late}}, {type: {eq: Person}}]}) {
        nodes { ...Named standing @skip(if: $short) ... on Person { born } }
      }
    }
    fragment Named on Party { __typename name }"""
    answer = await ask(client, text, short=True)
    assert answer["parties"]["nodes"] == [
        {"__typename": "Person", "name": "Ann Berg", "born": None},
        {"__typename": "Organization", "name": "Beta"},
        {"__typename": "Person", "name": "Bob", "born": "2000-02-29"},
    ]


async def test_composite_values_and_big_numbers(client: AsyncClient) -> None:
    text = """{
      products(orderBy: [{title: ASC}]) { nodes { title price { __typename amount currency } stock weight tags grade } }
      organizations(filter: {address: {locality: {eq: "Köln"}}}) { nodes { address { street country __typename } } }
    }"""
    answer = await ask(client, text)
    assert answer["products"]["nodes"] == [
        {
            "title": "Green tea",
            "price": {"__typename": "Money", "amount": "4.50", "currency": "EUR"},
            "stock": 0,
            "weight": None,
            "tags": ["new"],
            "grade": None,
        },
        {
            "title": "Rum",
            "price": None,
            "stock": 10**12,
            "weight": "0.700",
            "tags": [],
            "grade": "1st",
        },
    ]
    assert answer["organizations"]["nodes"] == [
        {"address": {"street": "Hauptstr. 1", "country": "DE", "__typename": "PostalAddress"}}
    ]


async def test_filters_given_whole_as_a_variable(client: AsyncClient) -> None:
    text = "query ($f: OrderFilter!) { orders(filter: $f) { nodes { number } } }"
    filters: list[tuple[dict[str, Any], list[int]]] = [
        ({"number": {"in": [1, 3]}}, [1, 3]),
        ({"customerEdges": {"some": {"node": {"type": {"eq": "Person"}}}}}, [2]),
        ({"lines": {"every": {"quantity": {"lte": 2}}}}, [1, 2]),
        ({"lines": {"some": {"node": {"title": {"matches": "gre"}}, "quantity": {"gt": 2}}}}, [3]),
        ({"NOT": {"OR": [{"number": {"eq": 1}}, {"orderedOn": {"gte": "2024-03-01"}}]}}, [2]),
        ({"lines": {"some": {"node": {"price": {"gte": {"amount": "4.50", "currency": "EUR"}}}}}}, [1, 2, 3]),
        ({"lines": {"some": {"node": {"price": {"gte": {"amount": "4.50", "currency": "USD"}}}}}}, []),
    ]  # fmt: skip
    for given, numbers in filters:
        answer = await ask(client, text, f=given)
        assert sorted(each["number"] for each in answer["orders"]["nodes"]) == numbers, given


async def test_groups(client: AsyncClient) -> None:
    text = """{
      orderLinesAggregate(groupBy: [{source: {orderedOn: YEAR}}], having: {count: {gt: 1}}) {
        key { source { orderedOn } __typename }
        count
        sum { net quantity }
        countDistinct { target { id } }
        max { unitPrice }
      }
      all: orderLinesAggregate { count sum { net } avg { discount } __typename }
      orders(filter: {number: {eq: 3}}) { nodes { linesAggregate { count sum { net } } } }
    }"""
    answer = await ask(client, text)
    assert [each["key"]["source"]["orderedOn"] for each in answer["orderLinesAggregate"]] == [
        "2023-01-01",
        "2024-01-01",
    ]
    assert [each["count"] for each in answer["orderLinesAggregate"]] == [2, 4]
    assert [each["max"]["unitPrice"] for each in answer["orderLinesAggregate"]] == ["20.0000"] * 2
    assert answer["all"][0]["sum"] == {"net": "84.00000000"}
    assert answer["orders"]["nodes"][0]["linesAggregate"][0]["count"] == 2


async def test_any_record_by_id_and_walks(client: AsyncClient) -> None:
    ids = (await ask(client, "{ people(orderBy: [{name: ASC}]) { nodes { id } } }"))["people"]
    ann, bob = (each["id"] for each in ids["nodes"])
    unknown = "01980c5e-8a6b-7cc1-b1a7-0d9f2e5c4a10"
    text = """query ($ids: [ID!]!, $ann: ID!, $bob: ID!, $depth: Int!) {
      node(id: $ann) { id ... on Person { name } }
      nodes(ids: $ids) { __typename ... on Record { label } }
      search(text: "ann", types: [Person]) { nodes { label } }
      neighbourhood(id: $ann, depth: $depth, types: [WorksAt, PartnerOf]) { nodes { label } }
      path(from: $ann, to: $bob, types: [WorksAt]) { label }
      __typename
      viewer { id firm { id } roles client }
    }"""
    answer = await ask(client, text, ids=[bob, unknown, ann.upper()], ann=ann, bob=bob, depth=1)
    assert list(answer) == [
        "node", "nodes", "search", "neighbourhood", "path", "__typename", "viewer",
    ]  # fmt: skip
    assert answer["node"] == {"id": ann, "name": "Ann Berg"}
    assert answer["nodes"] == [
        {"__typename": "Person", "label": "Bob"},
        None,
        {"__typename": "Person", "label": "Ann Berg"},
    ]
    assert answer["search"]["nodes"] == [{"label": "Ann Berg"}]
    assert answer["neighbourhood"]["nodes"] == [{"label": "Acme"}]
    assert answer["viewer"] == {
        "id": None, "firm": None, "roles": ["administrator"], "client": "tests",
    }  # fmt: skip
    further = await ask(client, text, ids=[], ann=ann, bob=bob, depth=2)
    assert [each["label"] for each in further["neighbourhood"]["nodes"]] == ["Acme", "Beta"]


async def test_ends_of_anything(client: AsyncClient) -> None:
    text = """{
      remarks(orderBy: [{text: ASC}], first: 1) { nodes { about { nodes { __typename label ... on Order { number } } } } }
      orders(filter: {number: {eq: 1}}) { nodes { remarks { edges { node { text } } } } }
    }"""
    answer = await ask(client, text)
    (about,) = answer["remarks"]["nodes"][0]["about"]["nodes"]
    assert (about["__typename"], about["number"]) == ("Order", 1)
    assert answer["orders"]["nodes"][0]["remarks"]["edges"] == [{"node": {"text": "Urgent 1"}}]


async def test_selections_of_one_key_are_merged(client: AsyncClient) -> None:
    text = """{
      orders(first: 1, orderBy: [{number: ASC}]) { nodes { number } }
      ...More
    }
    fragment More on Query {
      orders(first: 1, orderBy: [{number: ASC}]) { nodes { state customer { ... on Party { name } } } totalCount }
    }"""
    assert await ask(client, text) == {
        "orders": {
            "nodes": [{"number": 1, "state": "open", "customer": {"name": "Acme"}}],
            "totalCount": 3,
        }
    }


async def test_engine_errors_are_told_with_code_and_path(client: AsyncClient) -> None:
    text = "query ($c: String) { orders(first: 2, after: $c) { totalCount } }"
    found = await error(client, text, c="nonsense")
    assert found["extensions"]["code"] == "BAD_CURSOR"
    found = await error(client, '{ organization(id: "nobody") { id } }')
    assert found["extensions"]["code"] == "BAD_VALUE"
    found = await error(client, "{ orders(first: 100000) { totalCount } }")
    assert found["extensions"]["code"] == "TOO_LARGE"
    found = await error(client, "{ productsAggregate { key { title } } }")
    assert found["extensions"]["code"] == "BAD_SELECTION"
    assert found["extensions"]["path"] == ["productsAggregate", "key", "title"]
    assert found["extensions"]["hint"]


async def test_a_value_refused_by_the_engine_names_its_place(client: AsyncClient) -> None:
    text = "query ($f: ProductFilter) { mine: products(filter: $f) { totalCount } }"
    found = await error(client, text, f={"AND": [{"weight": {"lt": "0.12345"}}]})
    assert found["extensions"]["code"] == "BAD_VALUE"
    assert found["extensions"]["path"] == ["mine", "filter", "AND", 0, "weight", "lt"]


async def test_introspection(client: AsyncClient) -> None:
    text = "query ($n: String!) { __type(name: $n) { name fields { name } } __typename }"
    answer = await ask(client, text, n="ViewerFirm")
    assert answer == {
        "__type": {
            "name": "ViewerFirm",
            "fields": [{"name": "id"}, {"name": "label"}],
        },
        "__typename": "Query",
    }
    answer = await ask(client, text, n="Nothing")
    assert answer["__type"] is None


async def test_what_records_lack_is_shown_and_filtered(client: AsyncClient) -> None:
    text = """query ($missing: CodeListFilter!) {
      products(filter: {missing: $missing}) { nodes { title missing } }
      orderLines(filter: {target: {missing: $missing}}) { totalCount }
      record: search(text: "rum") { nodes { label missing } }
    }"""
    for missing in ({"isNull": False}, {"has": "price"}, {"hasAny": ["price", "other"]}):
        answer = await ask(client, text, missing=missing)
        assert answer["products"]["nodes"] == [{"title": "Rum", "missing": ["price"]}]
        assert answer["orderLines"]["totalCount"] == 3
        assert answer["record"]["nodes"] == [{"label": "Rum", "missing": ["price"]}]
    answer = await ask(client, text, missing={"isNull": True})
    assert answer["products"]["nodes"] == [{"title": "Green tea", "missing": None}]
