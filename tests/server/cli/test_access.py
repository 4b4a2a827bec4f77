"""`relatum access`: a matrix of roles and rights, and why somebody may or may not, within 80 columns."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from relatum.access import SYSTEM
from relatum.migration import migrate
from relatum.plugins import catalogue_of, load_plugins
from relatum.session import open_database
from relatum_base import Organization, Person
from tests.server.cli.programs import called


@pytest.fixture
def ids(tmp_path: Path) -> dict[str, str]:
    """A database with a reader, whose right administrators keep, and an organization."""
    url = f"sqlite:///{tmp_path / 'access.db'}"

    async def fill() -> dict[str, str]:
        plugins = load_plugins(only=["base"])
        await migrate(url, plugins)
        async with open_database(url, catalogue_of(plugins)) as database:
            db = database.as_(SYSTEM)
            ada = await db.create(Person(given_name="Ada", family_name="Byron"))
            acme = await db.create(Organization(name="Acme"))
            identity = database.identity
            await identity.add_account(SYSTEM, "ada@acme.example", record=ada.id)
            rule = {"role": "reader", "types": ["Organization"], "rights": ["read"]}
            await identity.keep_policy(SYSTEM, "readers", rule)
            await identity.hold(SYSTEM, ada.id, "reader")
            return {"url": url, "ada": str(ada.id), "acme": str(acme.id)}

    return asyncio.run(fill())


def within_80_columns(text: str) -> bool:
    return all(len(line) <= 80 for line in text.splitlines())


def test_the_matrix_of_a_type_shows_roles_rights_and_conditions() -> None:
    shown = called("access", "Deal")
    assert shown.exit_code == 1
    shown = called("access", "Party", "--role", "supplier")
    assert shown.exit_code == 0, shown.stderr
    assert "role     read create update delete relate aggregate history" in shown.stdout
    assert "supplier some -      some" in shown.stdout
    assert "- update: organizations that are the firm you act for; fields address" in shown.stdout
    assert "customer" not in shown.stdout
    assert "no database is named" in shown.stdout
    assert within_80_columns(shown.stdout)
    assert "There is no role 'nobody'" in called("access", "Party", "--role", "nobody").stderr


def test_rules_kept_as_data_are_in_the_matrix(ids: dict[str, str]) -> None:
    given = ("--only", "base", "--database", ids["url"])
    shown = called("access", "Organization", *given)
    assert "- read: all organizations (administrators)" in shown.stdout
    assert "reader all" in shown.stdout


def test_somebody_is_explained_by_id_or_address(ids: dict[str, str]) -> None:
    given = ("--only", "base", "--database", ids["url"])
    asked = ("access", "Organization", ids["acme"], *given)
    shown = called(*asked, "--principal", ids["ada"])
    assert shown.exit_code == 0, shown.stderr
    first, second, *rest = shown.stdout.splitlines()
    assert first == "Person Ada Byron may read Organization Acme."
    assert second == "Roles held: reader."
    assert rest[0].startswith("Rule of reader (kept by administrators")
    assert within_80_columns(shown.stdout)
    refused = called(*asked, "--principal", "ada@acme.example", "--right", "update")
    assert refused.stdout.startswith("Person Ada Byron may not update Organization Acme.")
    before = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    gone = called(*asked, "--principal", ids["ada"], "--at", before)
    assert gone.stderr.startswith("NOT_FOUND")


def test_without_a_principal_it_is_told_who_can(ids: dict[str, str]) -> None:
    given = ("--only", "base", "--database", ids["url"])
    shown = called("access", "Organization", ids["acme"], *given)
    assert shown.stdout.splitlines()[0] == "Person Ada Byron"
    nobody = called("access", "Organization", ids["acme"], *given, "--right", "delete")
    assert nobody.stdout == "Nobody who may sign in.\n"
    assert called("access", "Organization", "x", *given).stderr.startswith("BAD_VALUE")
    assert called("access", "Person", "--principal", ids["ada"], *given).exit_code == 2
