"""The schema in the repository is the schema of the code."""

from pathlib import Path

from relatum_server.graphql.schema import build_schema
from relatum_server.graphql.schema_text import schema_text
from relatum_server.installation import catalogue_in_force
from relatum_server.settings import Settings

ROOT = Path(__file__).parents[3]


def test_the_schema_of_the_bundled_plugins_is_kept() -> None:
    """When this fails: relatum schema --only base > schema.graphql, and read what has changed."""
    made = schema_text(build_schema(catalogue_in_force(Settings(only=("base",)))), None)
    assert (ROOT / "schema.graphql").read_text() == made
