"""The schema of the test plugin, built once."""

import pytest
from graphql import GraphQLSchema

from relatum.catalogue import Catalogue, build_catalogue
from relatum_server.graphql.schema import build_schema
from tests.server import shop


@pytest.fixture(scope="session")
def shop_catalogue() -> Catalogue:
    """The types of the test plugin."""
    return build_catalogue([shop])


@pytest.fixture(scope="session")
def shop_schema(shop_catalogue: Catalogue) -> GraphQLSchema:
    """Its GraphQL schema."""
    return build_schema(shop_catalogue)
