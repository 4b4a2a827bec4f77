"""gql, the client for Python, against the demo: its own validation of documents, a query, paging, a mutation, changes."""

import asyncio
import os
from collections.abc import Iterator
from typing import Any

import pytest
from gql import Client, GraphQLRequest
from gql.transport.exceptions import TransportQueryError
from gql.transport.requests import RequestsHTTPTransport
from gql.transport.websockets import WebsocketsTransport

ADDRESS, TOKEN = os.environ["RELATUM_DEMO"], os.environ["RELATUM_DEMO_TOKEN"]


def connect(address: str, token: str) -> Client:
    """A client that knows the schema, so that documents are checked before they are sent."""
    headers = {"Authorization": f"Bearer {token}"}
    transport = RequestsHTTPTransport(url=f"{address}/graphql", headers=headers)
    return Client(transport=transport, fetch_schema_from_transport=True)


def listen(address: str, token: str) -> Client:
    """A client for subscriptions, which signs in with its first message."""
    transport = WebsocketsTransport(
        url=f"{address.replace('http', 'ws', 1)}/graphql",
        init_payload={"authorization": f"Bearer {token}"},
        subprotocols=[WebsocketsTransport.GRAPHQLWS_SUBPROTOCOL],
    )
    return Client(transport=transport)


ORDERS = """
    query Orders($after: String) {
      orders(first: 100, after: $after, orderBy: [{ordered: DESC}]) {
        totalCount
        nodes { number ordered customer { name } }
        pageInfo { hasNextPage endCursor }
      }
    }
    """


def orders(client: Client) -> Iterator[dict[str, Any]]:
    """All orders, a page at a time."""
    after = None
    while True:
        page = client.execute(GraphQLRequest(ORDERS, variable_values={"after": after}))["orders"]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def test_all_pages_are_all_records_each_once() -> None:
    client = connect(ADDRESS, TOKEN)
    found = list(orders(client))
    total = client.execute(GraphQLRequest(ORDERS))["orders"]["totalCount"]
    assert len(found) == total > 100
    assert len({each["number"] for each in found}) == total
    dates = [each["ordered"] for each in found]
    assert dates == sorted(dates, reverse=True)


def test_a_mutation_answers_what_it_made_and_an_error_names_its_place() -> None:
    client = connect(ADDRESS, TOKEN)
    made = client.execute(creation(name="gql"))["createOrganization"]
    assert made["record"]["name"] == "gql"
    with pytest.raises(TransportQueryError) as caught:
        client.execute(creation(name=""))
    assert caught.value.errors
    [error] = caught.value.errors
    assert error["extensions"]["path"] == ["createOrganization", "input", "name"]


def test_changes_are_told_from_a_cursor_on() -> None:
    client = connect(ADDRESS, TOKEN)
    before = client.execute(creation(name="before"))["createOrganization"]
    client.execute(creation(name="after"))
    told = asyncio.run(first_change(before["changeCursor"]))
    assert told["organizationsChanges"]["record"] == {"name": "after"}


def creation(**given: str) -> GraphQLRequest:
    """Asks for an organization to be made."""
    return GraphQLRequest(
        """
        mutation ($input: CreateOrganization!) {
          createOrganization(input: $input) { record { id name } changeCursor }
        }
        """,
        variable_values={"input": given},
    )


CHANGES = """
    subscription ($since: String) {
      organizationsChanges(since: $since) { record { ... on Organization { name } } }
    }
    """


async def first_change(since: str) -> dict[str, Any]:
    """The first change of an organization after a cursor."""
    asked = GraphQLRequest(CHANGES, variable_values={"since": since})
    async with listen(ADDRESS, TOKEN) as session:
        async for told in session.subscribe(asked):
            return dict(told)
    raise AssertionError("The subscription ended.")
