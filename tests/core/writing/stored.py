"""Storage for tests of writing, and what stands in it, read plainly."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import pairwise
from types import ModuleType
from typing import Any
from uuid import UUID

from sqlalchemy import select

from relatum.access import SYSTEM
from relatum.catalogue import BeforeRule, Catalogue, build_catalogue
from relatum.clock import Clock, utc_now
from relatum.connections import Connections, DialectName, open_connections
from relatum.connections.prepared import prepare
from relatum.connections.types import FOREVER
from relatum.sealing import Keyring
from relatum.tables import Tables, build_tables, create_all
from relatum.writing import Command, Outcome, Unit, run_unit
from relatum_testing.databases import Build
from tests.core.writing import workshop

CloneTemplate = Callable[[DialectName, str, Build], Awaitable[str]]


class Stored:
    """A database of a catalogue, written to as the system."""

    def __init__(
        self, connections: Connections, catalogue: Catalogue, tables: Tables, clock: Clock
    ) -> None:
        self.connections = connections
        self.catalogue = catalogue
        self.tables = tables
        self.clock = clock
        self.keys: Keyring | None = None
        self.edition = 0
        self.renewed: None = None

    def lend(self, unit: Unit, rule: BeforeRule) -> AbstractAsyncContextManager[object]:
        """No plugin of these tests reacts."""
        raise AssertionError(rule.name)

    def __repr__(self) -> str:
        """Where it is, for failures of tests; the tables would fill pages."""
        return f"Stored({self.connections.url!r})"

    async def apply(self, *commands: Command) -> list[Outcome]:
        """Do commands in a unit of their own."""
        return await run_unit(lambda unit: unit.apply(commands), self, SYSTEM)

    async def rows(self, table_name: str) -> list[dict[str, Any]]:
        """All rows of a table."""
        table = self.tables.metadata.tables[table_name]
        async with self.connections.reading() as connection:
            found = await connection.rows(prepare(select(table), self.connections.dialect), {})
        names = [column.name for column in table.columns]
        return [dict(zip(names, row, strict=True)) for row in found]

    async def current(self, type_name: str) -> dict[UUID, dict[str, Any]]:
        """The records of a type."""
        rows = await self.rows(self.tables.current[type_name].name)
        return {row["id"]: row for row in rows}

    async def versions(self, type_name: str, record: UUID) -> list[dict[str, Any]]:
        """The versions of a record, in order."""
        rows = await self.rows(self.tables.version[type_name].name)
        return sorted((row for row in rows if row["id"] == record), key=lambda row: row["version"])

    async def operations(self, record: UUID) -> list[str]:
        """What was done to a record, in order."""
        rows = sorted(await self.rows("change"), key=lambda row: row["id"])
        return [row["operation"] for row in rows if row["record_id"] == record]

    async def assert_sound(self) -> None:
        """Check what holds of any history: periods without gap or overlap, one open version per record that is there."""
        registry = {row["id"]: row for row in await self.rows("record")}
        lines = {(row["record_id"], row["version"]) for row in await self.rows("change")}
        for record_type in self.catalogue:
            current = await self.current(record_type.name)
            rows = await self.rows(self.tables.version[record_type.name].name)
            by_record: dict[UUID, list[dict[str, Any]]] = {}
            for row in sorted(rows, key=lambda row: row["version"]):
                by_record.setdefault(row["id"], []).append(row)
            assert current.keys() <= by_record.keys()
            for record, versions in by_record.items():
                there = not registry[record]["deleted"] and registry[record]["merged_into"] is None
                assert (record in current) == there
                assert [row["version"] for row in versions] == list(range(1, len(versions) + 1))
                for earlier, later in pairwise(versions):
                    assert (
                        earlier["recorded_from"] <= earlier["recorded_to"] <= later["recorded_from"]
                    )
                last = versions[-1]
                assert (last["recorded_to"] == FOREVER) == there
                assert all((record, row["version"]) in lines for row in versions)
                if there:
                    shared = current[record].keys() & last.keys()
                    assert {key: current[record][key] for key in shared} == {
                        key: last[key] for key in shared
                    }


@asynccontextmanager
async def stored(
    clone_template: CloneTemplate,
    dialect: DialectName,
    module: ModuleType = workshop,
    *,
    clock: Clock = utc_now,
) -> AsyncIterator[Stored]:
    """A database with a module's tables, cloned from a template of this test run."""
    catalogue = build_catalogue([module])
    tables = build_tables(catalogue)

    async def build(url: str) -> None:
        connections = await open_connections(url)
        await create_all(connections, tables)
        await connections.close()

    url = await clone_template(dialect, f"tables:{catalogue.fingerprint}", build)
    connections = await open_connections(url)
    try:
        yield Stored(connections, catalogue, tables, clock)
    finally:
        await connections.close()
