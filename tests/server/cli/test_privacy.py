"""`relatum key`, `erase` and `audit`, on a database of the bundled plugin."""

import asyncio
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from relatum.access import SYSTEM
from relatum.plugins import catalogue_of, load_plugins
from relatum.session import Database, open_database
from relatum_base import Person
from tests.server.cli.programs import called


class Operator:
    """Calls the commands on one database, and looks at what came of them."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder}/firm.db"

    def __call__(self, *arguments: str, fails: bool = False, plugins: bool = True) -> str:
        only = ("--only", "base") if plugins else ()
        result = called(*arguments, "--database", self.url, *only)
        assert bool(result.exit_code) == fails, result.output
        return result.output

    def ask(self, work: Any) -> Any:
        async def asking() -> Any:
            catalogue = catalogue_of(load_plugins(only=["base"]))
            async with open_database(self.url, catalogue) as database:
                return await work(database)

        return asyncio.run(asking())


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    operator = Operator(tmp_path)
    operator("migrate")
    return operator


def test_a_person_is_erased_and_the_audit_says_so(operator: Operator) -> None:
    async def make(database: Database) -> UUID:
        made = await database.as_(SYSTEM).create(Person(given_name="Ada", family_name="Byron"))
        return UUID(str(made.id))

    person = operator.ask(make)
    refused = operator("erase", "Organization", str(person), "--yes", fails=True)
    assert "Person" in refused
    assert "change log: 1 lines" in operator("audit", "verify", plugins=False)

    erased = operator("erase", "Person", str(person), "--yes", "--reason", "was asked for")
    assert f"Person {person} is erased: 1 versions" in erased
    told = operator("audit", "verify", plugins=False)
    assert "change log: 3 lines are as they were written, 1 erased" in told
    assert f"erased: Person {person}" in told and "'was asked for'; lines 1" in told

    end = next(line.split()[1] for line in told.splitlines() if line.startswith("  end 3:"))
    assert operator("audit", "verify", "--changes-end", end, plugins=False)
    other = f"3:{'00' * 32}"
    broken = operator("audit", "verify", "--changes-end", other, fails=True, plugins=False)
    assert "broken at position 3" in broken
    assert "no end of a log" in operator(
        "audit", "verify", "--changes-end", "x", fails=True, plugins=False
    )


def test_tampering_ends_with_a_code(operator: Operator) -> None:
    async def tamper(database: Database) -> None:
        await database.as_(SYSTEM).create(Person(given_name="Ada", family_name="Byron"))
        async with database.connections.writing() as connection:
            await connection.script("UPDATE change SET operation = 'merged'")

    operator.ask(tamper)
    told = operator("audit", "verify", fails=True, plugins=False)
    assert "broken at position 1 (Person " in told


def test_keys_are_made_and_followed(operator: Operator, tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    assert str(file) in called("key", "new", str(file)).output
    assert called("key", "new", str(file)).exit_code
    assert "'k2'" in operator("key", "rotate", "--key-file", str(file))
    assert "'k2'" in operator("key", "rotate", "--only-seal", "--key-file", str(file))
    assert set(json.loads(file.read_text())["keys"]) == {"k1", "k2"}
    assert "relatum key new" in operator("key", "rotate", fails=True)
    assert "the key 'k2'" in operator("check", "--key-file", str(file))
    file.chmod(0o644)
    assert "chmod 600" in operator("check", "--key-file", str(file), fails=True)
