"""A yard for each test: plugins that it writes itself."""

import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from relatum.connections import DialectName
from relatum.migration import make_migration, migrate
from relatum.plugins import LoadedPlugin, catalogue_of
from tests.core.migration.yard import FIRST, Yard, number, put
from tests.databases import CloneTemplate


@pytest.fixture
def yard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Yard]:
    """A folder on the import path."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    prefix = f"yard_{uuid4().hex}"
    yield Yard(folder, prefix)
    for name in [name for name in sys.modules if name.startswith(prefix)]:
        del sys.modules[name]


@pytest.fixture
async def filled(yard: Yard, dialect: DialectName, clone_template: CloneTemplate) -> str:
    """A database with the first declarations, three machines, two sites and four ties."""
    plugin = yard.plugin("yard", FIRST)
    make_migration([plugin], "yard", "As declared")
    return await clone_template(dialect, FIRST, lambda url: _fill(url, plugin))


async def _fill(url: str, plugin: LoadedPlugin) -> None:
    await migrate(url, [plugin])
    catalogue = catalogue_of([plugin])
    machines = [
        {"id": number(count), "serial": f"Mä {count}", "serial__key": f"ma {count}"}
        for count in (1, 2, 3)
    ]
    sites = [
        {"id": number(count), "name": f"Site {count}", "name__key": f"site {count}"}
        for count in (11, 12)
    ]
    pairs = [(machine, site) for machine in (1, 2) for site in (11, 12)]
    ties = [
        {"id": number(100 + count), "source_id": number(source), "target_id": number(target)}
        for count, (source, target) in enumerate(pairs)
    ]
    await put(url, catalogue, "Machine", machines)
    await put(url, catalogue, "Site", sites)
    await put(url, catalogue, "StandsAt", ties)
