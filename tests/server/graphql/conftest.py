"""The schema of the test plugin, built once."""

import pytest
from graphql import GraphQLSchema

from relatum.catalogue import Catalogue
from relatum_server.graphql.schema import build_schema


@pytest.fixture(scope="session")
def shop_schema(shop_catalogue: Catalogue) -> GraphQLSchema:
    """The test plugin's GraphQL schema."""
    return build_schema(shop_catalogue)
