"""An app on a client that was generated from the schema: every field of an answer has its type."""

import os
from collections.abc import Iterator

from northwind import Client, CreateOrganization


def latest(client: Client) -> Iterator[str]:
    """The latest orders, a line each."""
    for order in client.latest_orders(first=5).orders.nodes:
        assert order.ordered is not None
        firm = order.customer.name if order.customer else "somebody"
        yield f"{order.ordered.isoformat()} {firm}"


def add(client: Client, name: str) -> str | None:
    """Make an organization, and return its id."""
    made = client.add_organization(CreateOrganization(name=name)).create_organization
    return made.record.id if made.record else None


def main() -> None:
    """Ask the demo."""
    headers = {"Authorization": f"Bearer {os.environ['RELATUM_DEMO_TOKEN']}"}
    with Client(url=f"{os.environ['RELATUM_DEMO']}/graphql", headers=headers) as client:
        assert len(list(latest(client))) == 5
        assert add(client, "ariadne-codegen")


if __name__ == "__main__":
    main()
