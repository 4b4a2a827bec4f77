"""The schema in the repository is the schema of the code, and what it would break is told."""

from pathlib import Path

import pytest

from relatum_server.graphql.schema import build_schema
from relatum_server.graphql.schema_text import schema_text
from relatum_server.installation import catalogue_in_force
from relatum_server.settings import Settings
from tests.server.cli.programs import called

ROOT = Path(__file__).parents[3]


def test_the_schema_of_the_bundled_plugins_is_kept() -> None:
    """When this fails: relatum schema --only base > schema.graphql, and read what has changed."""
    made = schema_text(build_schema(catalogue_in_force(Settings(only=("base",)))), None)
    assert (ROOT / "schema.graphql").read_text() == made


PERSON = "type Person implements Node & Record & Party {\n"
BUCKETS = "enum DateBucket {\n"
MONTH = '  """The first day of its month."""\n  MONTH\n'


@pytest.mark.parametrize(
    ("now", "then", "told", "code"),
    [
        (PERSON, f"{PERSON}  gone: Int\n", "Breaking: Field Person.gone was removed.", 1),
        (BUCKETS, f"{BUCKETS}  WEEK\n", "Breaking: Enum value DateBucket.WEEK was removed.", 1),
        (MONTH, "", "Dangerous: Enum value DateBucket.MONTH was added.", 0),
        (PERSON, PERSON, "", 0),
    ],
)
def test_what_breaks_clients_of_an_earlier_schema_is_told(
    tmp_path: Path, now: str, then: str, told: str, code: int
) -> None:
    text, earlier = (ROOT / "schema.graphql").read_text(), tmp_path / "earlier.graphql"
    assert now in text
    earlier.write_text(text.replace(now, then))
    compared = called("schema", "--only", "base", "--against", str(earlier))
    assert compared.exit_code == code
    nothing = "" if code else f"Nothing breaks for clients of {earlier}."
    assert compared.stdout.splitlines() == [each for each in (told, nothing) if each]


def test_only_a_schema_is_compared_with(tmp_path: Path) -> None:
    assert called("schema", "--against", str(tmp_path / "none")).exit_code == 1
    other = tmp_path / "other.graphql"
    other.write_text("{ viewer { id } }")
    refused = called("schema", "--against", str(other))
    assert refused.stderr.startswith(f"UNREADABLE_FILE: {other} holds no schema.")
