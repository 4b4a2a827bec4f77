"""Puts the data of plugins away: tables and columns under other names, types out of the registry's sight.

Nothing is lost, and nothing that stays in use is held: parked ties no longer keep records from being deleted, and parked
columns ask nobody for a value.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Connection, inspect, text

from relatum.connections.encoding import JsonValue
from relatum.life.parts import Parts, parked_name, parked_type, parts_in, types_in
from relatum.life.storing import dialect_of, quoted
from relatum.migration.schema import Schema
from relatum_schemas.errors import BadMigration

REGISTERED: Final = ("record", "external_key", "search")
"""The tables that tell of records by the names of their types."""


def park(connection: Connection, plugin: str, schema: Schema) -> Mapping[str, JsonValue]:
    """Put the data of a plugin away, and return what has to be remembered of that.

    Args:
        connection: in a transaction that is alone.
        plugin: its name.
        schema: what the migrations of loaded plugins have led to.
    """
    parts = parts_in(connection, plugin, schema)
    types = types_in(connection, parts)
    for statement in _statements(connection, parts):
        connection.execute(text(statement.replace(":", "\\:")))
    rename_types(connection, {each: parked_type(plugin, each) for each in types})
    former = [*parts.tables, *(name for _, name, _ in parts.columns)]
    names = {parked_name(each): each for each in sorted(set(former))}
    return {"types": list(types), "names": dict(names)}


def rename_types(connection: Connection, names: Mapping[str, str]) -> None:
    """Call types otherwise in the registry; lines of the change log keep the name that they were written with."""
    for former, name in names.items():
        for each in REGISTERED:
            connection.execute(
                text(f"UPDATE {each} SET type = :name WHERE type = :former"),
                {"name": name, "former": former},
            )


def _statements(connection: Connection, parts: Parts) -> Iterator[str]:
    for table, column, nullable in parts.columns:
        on, name = quoted(connection, table), quoted(connection, column)
        if not nullable:
            yield f"ALTER TABLE {on} ALTER COLUMN {name} DROP NOT NULL"
        parked = quoted(connection, parked_name(column))
        yield f"ALTER TABLE {on} RENAME COLUMN {name} TO {parked}"
    for table in parts.tables:
        yield from _let_go(connection, table, {*parts.tables, "record"})
    for table in parts.tables:
        parked = quoted(connection, parked_name(table))
        yield f"ALTER TABLE {quoted(connection, table)} RENAME TO {parked}"


def _let_go(connection: Connection, table: str, kept: set[str]) -> Iterator[str]:
    """Drop the references to tables that stay in use."""
    references = [
        str(each["name"])
        for each in inspect(connection).get_foreign_keys(table)
        if each["referred_table"] not in kept
    ]
    if not references:
        return
    if dialect_of(connection) == "sqlite":
        yield from _rebuilt_without(connection, table, references)
        return
    for name in references:
        yield f"ALTER TABLE {quoted(connection, table)} DROP CONSTRAINT {quoted(connection, name)}"


def _rebuilt_without(
    connection: Connection, table: str, references: Iterable[str]
) -> Iterator[str]:
    """The same table without some references, which SQLite cannot take away: by its own words, since code may be gone."""
    query = "SELECT type, sql FROM sqlite_master WHERE tbl_name = :of AND sql IS NOT NULL"
    words: list[Any] = list(connection.execute(text(query), {"of": table}))
    (definition,) = (sql for kind, sql in words if kind == "table")
    for name in references:
        reference = (
            rf',\s*CONSTRAINT "?{name}"? FOREIGN KEY\s*\([^()]*\)\s*REFERENCES [^()]*\([^()]*\)'
        )
        definition, times = re.subn(reference, "", definition)
        if times != 1:
            raise BadMigration(f"{table}: the reference {name} cannot be taken away.")
    passing = quoted(connection, f"rebuilt__{table}")
    made, times = re.subn(
        rf'^CREATE TABLE ("?){table}\1', lambda _: f"CREATE TABLE {passing}", definition
    )
    if times != 1:
        raise BadMigration(f"{table} cannot be rebuilt: {definition[:80]}")
    name = quoted(connection, table)
    yield made
    yield f"INSERT INTO {passing} SELECT * FROM {name}"
    yield f"DROP TABLE {name}"
    yield f"ALTER TABLE {passing} RENAME TO {name}"
    yield from (sql for kind, sql in words if kind != "table")
