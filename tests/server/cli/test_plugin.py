"""`relatum plugin`, on a database of the bundled plugins: removed, restored, purged and installed while it is in use."""

from pathlib import Path

import pytest

from tests.server.cli.programs import called


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/firm.db"


def test_a_plugin_lives_by_the_command_line(database: str) -> None:
    def relatum(*arguments: str, fails: bool = False) -> str:
        result = called(*arguments, "--database", database)
        assert bool(result.exit_code) == fails, result.output
        return result.output

    assert "comes: type Person" in relatum("plugin", "plan", "install", "base")
    assert "base is installed." in relatum("plugin", "install", "base", "--yes")
    told = relatum("plugin", "list")
    assert "base  1." in told and "relatum plugin install northwind" in told
    relatum("migrate")
    assert "northwind is up to date." in relatum("plugin", "upgrade", "northwind")
    told = relatum("plugin", "plan", "remove", "northwind")
    assert "park the table northwind__covers" in told
    assert "GraphQL loses: Query.coverages" in told and "goes: type Covers" in told
    assert "northwind" in relatum("plugin", "remove", "base", "--yes", fails=True)
    assert "northwind is put away" in relatum("plugin", "remove", "northwind", "--yes")
    assert "northwind  2.0  parked" in relatum("plugin", "list")
    assert "up to date" in relatum("migrate")
    assert "relatum plugin restore northwind" in relatum(
        "plugin", "install", "northwind", "--yes", fails=True
    )
    assert "northwind is back." in relatum("plugin", "restore", "northwind", "--yes")
    relatum("plugin", "remove", "northwind", "--yes")
    assert "Aborted" in relatum("plugin", "purge", "northwind", fails=True)
    assert "is destroyed" in relatum("plugin", "purge", "northwind", "--yes")
    assert "northwind is installed." in relatum("plugin", "install", "northwind", "--yes")
    assert "well" in relatum("check")
