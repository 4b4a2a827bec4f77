"""Migrations in development follow the declarations, and the rows of the database stay."""

from pathlib import Path

import pytest

from relatum.catalogue import Catalogue
from relatum.migration import make_migration, migrate, state
from relatum.migration.developing import fold, follow
from relatum.migration.drift import drift
from relatum.migration.marking import in_development
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum_schemas.errors import Problems
from tests.core.migration.yard import FIRST, Yard, counts, tables_of

WEIGHED = FIRST.replace("note: str", "height: int | None = None\n    note: str")
RENAMED = FIRST.replace(
    "note: str", 'tall: Annotated[int | None, RenamedFrom("height")] = None\n    note: str'
)


def scripts(yard: Yard) -> list[str]:
    return sorted(each.name for each in folder(yard).glob("*.py"))


async def machines(url: str, catalogue: Catalogue) -> int:
    table = tables_of(catalogue).current["Machine"]
    return (await counts(url, catalogue))[table.name]


def folder(yard: Yard) -> Path:
    return yard.folder / f"{yard.prefix}_yard" / "migrations" / "versions"


async def brought(url: str, plugin: LoadedPlugin, *, allow_drop: bool = False) -> Catalogue:
    """Do to a database what `relatum dev` does after each change."""
    await follow(url, [plugin], "yard", allow_drop=allow_drop)
    await migrate(url, [plugin])
    await fold(url, [plugin], "yard")
    catalogue = catalogue_of([plugin])
    assert await drift(url, catalogue) == []
    assert (await state(url, [plugin])).current
    return catalogue


async def test_a_days_work_is_one_migration(yard: Yard, filled: str) -> None:
    await brought(filled, yard.plugin("yard", WEIGHED))
    assert scripts(yard) == ["yard_0001_as_declared.py", "yard_0002_in_development.py"]
    catalogue = await brought(filled, yard.plugin("yard", RENAMED))
    assert scripts(yard) == ["yard_0001_as_declared.py", "yard_0002_in_development.py"]
    text = (folder(yard) / "yard_0002_in_development.py").read_text()
    assert "'tall'" in text and "height" not in text
    assert await machines(filled, catalogue) == 3


async def test_what_is_taken_back_leaves_no_migration(yard: Yard, filled: str) -> None:
    await brought(filled, yard.plugin("yard", WEIGHED))
    with pytest.raises(Problems, match="no longer declared"):
        await brought(filled, yard.plugin("yard", FIRST))
    assert scripts(yard)[1:] == ["yard_0002_in_development.py"]
    catalogue = await brought(filled, yard.plugin("yard", FIRST), allow_drop=True)
    assert scripts(yard) == ["yard_0001_as_declared.py"]
    assert await machines(filled, catalogue) == 3


async def test_a_database_that_has_none_yet_gets_the_last_one(yard: Yard, filled: str) -> None:
    plugin = yard.plugin("yard", WEIGHED)
    await follow(filled, [plugin], "yard")
    plugin = yard.plugin("yard", WEIGHED.replace("height: int", "depth: int"))
    await brought(filled, plugin)
    assert "'height'" not in (folder(yard) / "yard_0002_in_development.py").read_text()


async def test_what_somebody_changes_is_left_alone(yard: Yard, filled: str) -> None:
    await brought(filled, yard.plugin("yard", WEIGHED))
    own = folder(yard) / "yard_0002_in_development.py"
    own.write_text(own.read_text() + "\n# Ours from here on.\n")
    assert not in_development(own.read_text())
    await brought(filled, yard.plugin("yard", RENAMED))
    assert scripts(yard)[2:] == ["yard_0003_in_development.py"]
    assert "Ours" in own.read_text()


async def test_it_is_kept_under_a_name(yard: Yard, filled: str) -> None:
    plugin = yard.plugin("yard", WEIGHED)
    await brought(filled, plugin)
    kept = make_migration([plugin], "yard", "Machines have a height")
    assert kept is not None and kept.name == "yard_0002_machines_have_a_height.py"
    assert scripts(yard)[1:] == [kept.name]
    assert make_migration([plugin], "yard", "Again") is None
    with pytest.raises(Problems, match="no longer declared"):
        make_migration([yard.plugin("yard", FIRST)], "yard", "Without it")
    plugin = yard.plugin("yard", WEIGHED)
    await brought(filled, plugin)
