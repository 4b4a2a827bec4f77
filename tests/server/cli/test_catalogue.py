"""`relatum catalogue`: types are declared by a document, which moves from one installation to another."""

import asyncio
from pathlib import Path

import pytest

from relatum.access import SYSTEM
from relatum.migration import migrate
from relatum.plugins import load_plugins
from relatum.session import assembling, open_database
from tests.server.cli.programs import called

DOCUMENT = """[[types]]
name = "Machine"
fields = [
    {name = "serial", kind = "text", required = true, label = true},
    {name = "hours", kind = "integer"},
]

[[fields]]
type = "Organization"
fields = [
    {name = "vat_class", kind = "choice", codes = ["full", "none"]},
]
"""


@pytest.fixture
def given(tmp_path: Path) -> tuple[str, ...]:
    """The flags for a migrated database."""
    url = f"sqlite:///{tmp_path / 'first.db'}"
    asyncio.run(migrate(url, load_plugins(only=["base"])))
    return ("--only", "base", "--database", url)


async def _make(url: str) -> None:
    async with open_database(url, assembling(load_plugins(only=["base"]))) as database:
        machine = database.catalogue.classes["Machine"]
        await database.as_(SYSTEM).create(machine(serial="K 7", hours=3))


def test_a_document_is_planned_applied_exported_and_applied_elsewhere(
    given: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "machines.toml"
    file.write_text(DOCUMENT)
    planned = called("catalogue", "plan", str(file), *given)
    assert planned.exit_code == 0, planned.stderr
    assert "declare the type Machine with serial, hours" in planned.stdout
    assert "add the column base__organization.custom__vat_class" in planned.stdout
    assert called("catalogue", "export", "-", *given).stdout.startswith("# Nothing is declared")
    applied = called("catalogue", "apply", str(file), *given)
    assert applied.stdout.endswith("It is in force.\n"), applied.stderr
    assert called("catalogue", "apply", str(file), *given).stdout == (
        "All of it is in force already.\n"
    )
    assert called("catalogue", "export", "-", *given).stdout == DOCUMENT
    moved = tmp_path / "moved.json"
    assert called("catalogue", "export", str(moved), *given).exit_code == 0
    url = f"sqlite:///{tmp_path / 'second.db'}"
    asyncio.run(migrate(url, load_plugins(only=["base"])))
    elsewhere = ("--only", "base", "--database", url)
    assert called("catalogue", "apply", str(moved), *elsewhere).exit_code == 0
    assert called("catalogue", "export", "-", *elsewhere).stdout == DOCUMENT
    checked = called("check", *elsewhere)
    assert checked.exit_code == 0, checked.stdout
    assert "All that is declared at run time is in force." in checked.stdout


def test_what_has_values_goes_only_if_that_is_said_and_comes_back(
    given: tuple[str, ...], tmp_path: Path
) -> None:
    file = tmp_path / "machines.toml"
    file.write_text(DOCUMENT)
    assert called("catalogue", "apply", str(file), *given).exit_code == 0
    asyncio.run(_make(given[-1]))
    refused = called("catalogue", "remove", "Machine.hours", *given)
    assert refused.exit_code == 1
    assert "1 record has or had a value in it." in refused.stdout
    assert "Nothing was changed." in refused.stderr
    assert called("catalogue", "rename", "Machine.hours", "run_hours", *given).exit_code == 0
    gone = called("catalogue", "remove", "Machine.run_hours", "--with-values", *given)
    assert "park its values of 1 record" in gone.stdout
    assert "hours" not in called("catalogue", "export", "-", *given).stdout
    back = called("catalogue", "restore", "Machine.run_hours", *given)
    assert back.stdout.startswith("safe     restore the field Machine.run_hours")
    wrong = called("catalogue", "rename", "Machine.nothing", "x", *given)
    assert wrong.stderr.startswith("UNKNOWN_FIELD: No field 'nothing' of Machine is declared")
