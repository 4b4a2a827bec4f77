"""The statements that create the tables of a catalogue in an empty database."""

from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Table
from sqlalchemy.schema import CreateIndex, CreateTable

from relatum.connections.interface import Connections
from relatum.connections.prepared import DIALECTS
from relatum.connections.types import DialectName
from relatum.tables import postgresql, sqlite
from relatum.tables.build import Tables

SEARCH_DEFINITIONS: Final[Mapping[DialectName, Mapping[str, str]]] = {
    "sqlite": sqlite.SEARCH_DEFINITIONS,
    "postgresql": postgresql.SEARCH_DEFINITIONS,
}
"""What stands beside the table `search` to search it by, per database."""


def definitions(tables: Tables, dialect_name: DialectName) -> tuple[str, ...]:
    """Return the statements that create all tables, in an order in which they can be run."""
    return tuple(_definitions(tables, dialect_name))


def table_definition(table: Table, dialect_name: DialectName) -> str:
    """Return the statement that creates one table, without its indexes."""
    return str(CreateTable(table).compile(dialect=DIALECTS[dialect_name])).strip()


def index_definitions(table: Table, dialect_name: DialectName) -> tuple[str, ...]:
    """Return the statements that create the indexes of a table, by name."""
    dialect = DIALECTS[dialect_name]
    ordered = sorted(table.indexes, key=lambda index: str(index.name))
    return tuple(str(CreateIndex(index).compile(dialect=dialect)) for index in ordered)


def _definitions(tables: Tables, dialect_name: DialectName) -> Iterator[str]:
    for table in tables.metadata.sorted_tables:
        yield table_definition(table, dialect_name)
        yield from index_definitions(table, dialect_name)
    yield from SEARCH_DEFINITIONS[dialect_name].values()


async def create_all(connections: Connections, tables: Tables) -> None:
    """Create all tables in an empty database, in one transaction.

    For tests and throw-away databases; what is to be kept is made by
    [`migrate`][relatum.migration.migrate].
    """
    async with connections.writing() as connection:
        for statement in definitions(tables, connections.dialect):
            await connection.script(statement)
