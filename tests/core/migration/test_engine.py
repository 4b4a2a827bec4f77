"""Databases of every earlier version of the engine come to the present one, with all that is in them."""

import shutil
from pathlib import Path

import pytest

from relatum.access import SYSTEM
from relatum.migration import drift, migrate, scripts, state
from relatum.plugins import catalogue_of, load_plugins
from relatum.session import open_database
from relatum_base import Person
from tests.core.migration.yard import run

PLUGINS = load_plugins(only=["base"])
VERSIONS = sorted(scripts._folder("relatum").glob("relatum_*.py"))
FIRST, *BETWEEN, LAST = VERSIONS[:-1]
EARLIER = [FIRST, *(pytest.param(each, marks=pytest.mark.thorough) for each in BETWEEN), LAST]


@pytest.mark.parametrize("earlier", EARLIER, ids=lambda path: path.stem[:12])
async def test_an_earlier_database_is_migrated(
    earlier: Path, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = tmp_path / "migrations" / "versions"
    versions.mkdir(parents=True)
    for path in VERSIONS[: VERSIONS.index(earlier) + 1]:
        shutil.copy(path, versions)
    folder = scripts._folder

    def earlier_folder(package: str) -> Path:
        return versions if package == "relatum" else folder(package)

    with monkeypatch.context() as patched:
        patched.setattr(scripts, "_folder", earlier_folder)
        await migrate(database_url, [])
    await run(database_url, "INSERT INTO setting (name, value) VALUES ('kept', 'yes')")
    await migrate(database_url, PLUGINS)
    assert (await state(database_url, PLUGINS)).current
    catalogue = catalogue_of(PLUGINS)
    assert await drift(database_url, catalogue) == []
    async with open_database(database_url, catalogue) as database:
        db = database.as_(SYSTEM)
        ada = await db.create(Person(family_name="Lund"))
        await database.identity.add_account(SYSTEM, "ada@north.example", record=ada.id)
        (account,) = await database.identity.accounts(SYSTEM)
        assert account.name == "Lund"
