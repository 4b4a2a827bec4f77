"""`relatum plan`: what a query becomes."""

from pathlib import Path

from tests.server.cli.programs import called

QUERY = "query($first: Int) { organizations(first: $first) { nodes { name nothing } } }"


def test_a_query_is_shown_as_selection_and_statement(tmp_path: Path) -> None:
    query = tmp_path / "query.graphql"
    query.write_text(QUERY.replace(" nothing", ""))
    shown = called("plan", str(query), "--variables", '{"first": 3}', "--dialect", "postgresql")
    assert shown.exit_code == 0, shown.stderr
    assert '"type": "Organization"' in shown.stdout
    assert "FROM base__organization" in shown.stdout


def test_of_a_mutation_it_is_shown_how_its_records_are_read(tmp_path: Path) -> None:
    query = tmp_path / "mutation.graphql"
    made = "createOrganization(input: {name: $name}) { record { name } }"
    query.write_text(f"mutation($name: String!) {{ {made} removeWorksAt(id: 1) {{ id }} }}")
    shown = called("plan", str(query), "--variables", '{"name": "Acme"}')
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.count("FROM base__organization") == 1


def test_a_query_that_cannot_be_asked_says_why(tmp_path: Path) -> None:
    query = tmp_path / "query.graphql"
    query.write_text(QUERY)
    refused = called("plan", str(query))
    assert refused.exit_code == 1
    assert refused.stderr.startswith("GRAPHQL_VALIDATION_FAILED: Cannot query field 'nothing'")
    assert called("plan", str(query), "--variables", "{").exit_code == 2
    assert called("plan", "nowhere.graphql").stderr.startswith("UNREADABLE_FILE: ")


def test_a_role_gets_its_own_statement(tmp_path: Path) -> None:
    query = tmp_path / "query.graphql"
    query.write_text("{ products(first: 1) { nodes { name } } }")
    statements = {
        role: called("plan", str(query), "--role", role).stdout
        for role in ("administrator", "supplier")
    }
    assert statements["administrator"] == called("plan", str(query)).stdout
    assert "commerce__supplied_by" in statements["supplier"]
    assert "commerce__supplied_by" not in statements["administrator"]


def test_a_role_knows_of_no_more_than_it_may(tmp_path: Path) -> None:
    query = tmp_path / "query.graphql"
    query.write_text("{ orderLines(first: 1) { edges { unitPrice { amount } } } }")
    refused = called("plan", str(query), "--role", "supplier")
    assert refused.stderr.startswith("GRAPHQL_VALIDATION_FAILED: Cannot query field 'unitPrice'")
    mistyped = called("plan", str(query), "--role", "suplier")
    assert mistyped.exit_code == 2
    assert "There are: administrator, customer" in mistyped.stderr
