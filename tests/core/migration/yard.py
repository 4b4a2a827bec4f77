"""A plugin whose declarations change under a test, and records that live through the changes."""

import importlib
import importlib.util
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from uuid import UUID

from sqlalchemy import Table, func, select

from relatum.catalogue import Catalogue
from relatum.connections import FOREVER, open_connections, prepare
from relatum.migration import make_migration, migrate
from relatum.plugins import LoadedPlugin, catalogue_of
from relatum.tables import Tables, build_tables
from relatum_schemas.plugin import Plugin

THEN = datetime(2024, 5, 1, tzinfo=UTC)
LATER = datetime(2024, 6, 1, tzinfo=UTC)

FIRST = '''
class Machine(Entity, plural="machines"):
    """What stands in the yard."""
    serial: Annotated[str, Label]
    weight: Annotated[Decimal | None, Scale(2)] = None
    note: str | None = None

class Site(Entity, plural="sites"):
    """Where it stands."""
    name: Annotated[str, Label]

class StandsAt(Relationship[Machine, Site], valid="day"):
    """A machine stands at a site."""
    ends = Ends("sites", "machines")
    place: str | None = None
'''

Row = Mapping[str, object]


@dataclass
class Yard:
    """Plugins in a folder of the test, each a package that can be written anew."""

    folder: Path
    prefix: str

    def plugin(
        self, name: str, declarations: str, *, requires: tuple[str, ...] = (), imports: str = ""
    ) -> LoadedPlugin:
        """Write a plugin's declarations, and load them in place of those before."""
        package = f"{self.prefix}_{name}"
        (self.folder / package).mkdir(exist_ok=True)
        source = (
            f'"""A plugin."""\nfrom relatum import *\n{imports}\n'
            f"plugin = Plugin({name!r}, version='1', requires={requires!r})\n{declarations}"
        )
        (self.folder / package / "__init__.py").write_text(source)
        importlib.invalidate_caches()
        sys.modules.pop(package, None)
        spec = importlib.util.spec_from_file_location(
            package, self.folder / package / "__init__.py"
        )
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[package] = module
        # Not from the cache: two writings within a second look alike to it.
        exec(compile(source, package, "exec"), module.__dict__)
        return LoadedPlugin(cast(Plugin, module.plugin), module)

    def script(self, name: str, number: int, body: str, **attributes: object) -> Path:
        """Write a migration by hand, as the next of a plugin."""
        folder = self.folder / f"{self.prefix}_{name}" / "migrations" / "versions"
        before = f"{name}_{number - 1:04}" if number > 1 else None
        lines = [
            '"""By hand."""',
            "import sqlalchemy as sa",
            "from relatum.connections.types import *",
            f"revision = '{name}_{number:04}'",
            f"down_revision = {before!r}",
            *(f"{key} = {value!r}" for key, value in attributes.items()),
            "def upgrade(op):",
            *(f"    {line}" for line in body.strip().splitlines()),
        ]
        path = folder / f"{name}_{number:04}_by_hand.py"
        path.write_text("\n".join(lines) + "\n")
        return path


async def made(url: str, *plugins: LoadedPlugin) -> Catalogue:
    """Write what migrations are missing, apply them all, and return the catalogue."""
    for plugin in plugins:
        make_migration(plugins, plugin.name, "As declared")
    await migrate(url, plugins)
    return catalogue_of(plugins)


async def put(
    url: str, catalogue: Catalogue, type_name: str, rows: Iterable[Row], *, versions: int = 2
) -> None:
    """Write records as they are stored, each with some versions of which the last is current."""
    tables = build_tables(catalogue)
    given = list(rows)
    connections = await open_connections(url)
    async with connections.writing() as connection:
        registry = [{"type": type_name, "deleted": False, "id": row["id"]} for row in given]
        await connection.copy(tables.record, *_columns(registry))
        current = [{"version": versions, "recorded_from": LATER, **row} for row in given]
        await connection.copy(tables.current[type_name], *_columns(current))
        history = [
            {
                **row,
                "version": number,
                "recorded_from": THEN,
                "recorded_to": FOREVER if number == versions else LATER,
            }
            for row in given
            for number in range(1, versions + 1)
        ]
        await connection.copy(tables.version[type_name], *_columns(history))
    await connections.close()


async def rows_of(url: str, table: Table, *columns: str) -> list[tuple[object, ...]]:
    """Read columns of a table, by id."""
    connections = await open_connections(url)
    statement = select(*(table.c[name] for name in columns)).order_by(table.c[columns[0]])
    async with connections.reading() as connection:
        rows = await connection.rows(prepare(statement, connections.dialect), {})
    await connections.close()
    return rows


async def counts(url: str, catalogue: Catalogue) -> dict[str, int]:
    """Count the rows of all tables of a catalogue."""
    tables = build_tables(catalogue).metadata.tables.values()
    counted = [table for table in tables if table.name != "setting"]
    columns = [select(func.count()).select_from(each).scalar_subquery() for each in counted]
    connections = await open_connections(url)
    async with connections.reading() as connection:
        (row,) = await connection.rows(prepare(select(*columns), connections.dialect), {})
    await connections.close()
    return {table.name: int(str(count)) for table, count in zip(counted, row, strict=True)}


async def run(url: str, statement: str) -> None:
    """Run a statement on a database."""
    connections = await open_connections(url)
    async with connections.writing() as connection:
        await connection.script(statement)
    await connections.close()


def number(count: int) -> UUID:
    """The id of a test's n-th record."""
    return UUID(int=count)


def tables_of(catalogue: Catalogue) -> Tables:
    """The tables of a catalogue."""
    return build_tables(catalogue)


def _columns(rows: list[dict[str, object]]) -> tuple[list[str], list[list[object]]]:
    names = list(rows[0])
    return names, [[row[name] for name in names] for row in rows]
