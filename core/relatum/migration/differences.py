"""What a plugin's declarations ask for beyond its migrations, as operations in the order they run.

Only what the plugin brought is compared: its tables, and its columns and indexes on the tables of
others. Renames come first, since all else is compared under the new names.
"""

from collections.abc import Sequence
from dataclasses import replace
from graphlib import TopologicalSorter
from typing import Any

from alembic.operations import ops
from sqlalchemy import text

from relatum.catalogue import Catalogue
from relatum.migration.column_changes import change_column, drop_column
from relatum.migration.found import CreateIndex, Found
from relatum.migration.operations import Define
from relatum.migration.renames import field_renames, type_renames
from relatum.migration.schema import Schema
from relatum.migration.shapes import IndexShape, TableShape, among_targets, smallest
from relatum.tables.fixed import ENGINE


def differences(
    plugin: str,
    schema: Schema,
    declared: Schema,
    catalogue: Catalogue,
    *,
    allow_drop: bool,
    complete: frozenset[tuple[str, str]] = frozenset(),
) -> Found:
    """Return what has to be done for one plugin.

    Args:
        plugin: its name, `relatum` for the engine.
        schema: what all migrations lead to.
        declared: what all declarations ask for.
        catalogue: the declarations.
        allow_drop: whether what is no longer declared is dropped with its values.
        complete: columns that are known to have a value in every row, by table and name.
    """
    found = Found(plugin, schema, declared, catalogue, allow_drop, complete)
    _rename(found)
    touched = _touched(found)
    for name in touched:
        _drop_indexes(found, name)
    for name in _creation_order(declared, plugin):
        if name not in found.schema.tables:
            _create(found, declared.table(name))
    for name in touched:
        _change(found, declared.table(name))
    _drop_tables(found)
    if plugin == ENGINE:
        for (dialect, name), statement in declared.definitions.items():
            if (dialect, name) not in schema.definitions:
                found.add(Define(dialect, name, statement))
    return found


def _rename(found: Found) -> None:
    for rename in type_renames(found.catalogue, found.plugin):
        former, present = rename.tables[0]
        if former in found.schema.tables and present not in found.schema.tables:
            for old, new in rename.tables:
                found.add(ops.RenameTableOp(old, new))
            _execute(found, rename.statements)
    for each in field_renames(found.catalogue, found.plugin):
        if each.table not in found.schema.tables:
            continue
        columns = found.schema.tables[each.table].columns
        pairs = [(old, new) for old, new in each.columns if old in columns and new not in columns]
        for old, new in pairs:
            found.add(
                ops.AlterColumnOp(each.table, old, existing_type=columns[old].type, modify_name=new)
            )
        if pairs:
            _execute(found, each.statements)


def _execute(found: Found, statements: Sequence[str]) -> None:
    for statement in statements:
        found.add(ops.ExecuteSQLOp(statement))


def _touched(found: Found) -> list[str]:
    """Names of declared tables that are there, and have something of the plugin now or before."""
    names = []
    for name, table in found.declared.tables.items():
        there = found.schema.tables.get(name)
        if there is not None:
            if _has_part(table, found.plugin) or _has_part(there, found.plugin):
                names.append(name)
        elif table.plugin != found.plugin and _has_part(table, found.plugin):
            found.reject(
                f"{found.plugin} adds to the table {name}, which no migration has made yet.",
                f"Write the migration of {table.plugin} first.",
            )
    return names


def _has_part(table: TableShape, plugin: str) -> bool:
    columns = (column.plugin for column in table.columns.values())
    indexes = (index.plugin for index in table.indexes.values())
    return plugin in (table.plugin, *columns, *indexes)


def _creation_order(declared: Schema, plugin: str) -> list[str]:
    """The plugin's tables, those that others refer to first."""
    own = {name: each for name, each in sorted(declared.tables.items()) if each.plugin == plugin}
    targets = {
        name: sorted({target for _, target in each.references.values()} & own.keys() - {name})
        for name, each in own.items()
    }
    return list(TopologicalSorter(targets).static_order())


def _create(found: Found, table: TableShape) -> None:
    own = replace(
        table,
        columns={name: each for name, each in table.columns.items() if each.plugin == found.plugin},
        indexes={},
    )
    found.add(ops.CreateTableOp.from_table(among_targets(own)))
    for index in _own_indexes(table, found.plugin):
        found.add(_create_index(table, index))


def _create_index(table: TableShape, index: IndexShape) -> CreateIndex:
    where: dict[str, Any] = {}
    if index.where is not None:
        where = {f"{dialect}_where": text(index.where) for dialect in ("sqlite", "postgresql")}
    columns = [smallest(name) if first else name for name, first in index.columns]
    return CreateIndex(index.name, table.name, columns, unique=index.unique, **where)


def _own_indexes(table: TableShape, plugin: str) -> list[IndexShape]:
    own = (each for each in table.indexes.values() if each.plugin == plugin)
    return sorted(own, key=lambda each: each.name)


def _drop_indexes(found: Found, name: str) -> None:
    """Drop indexes that are gone or other than declared; the latter are made anew."""
    declared = found.declared.table(name).indexes
    for index in _own_indexes(found.schema.table(name), found.plugin):
        if declared.get(index.name) != index:
            found.add(ops.DropIndexOp(index.name, name))


def _change(found: Found, declared: TableShape) -> None:
    for column in declared.columns.values():
        if column.plugin == found.plugin:
            change_column(found, declared, column)
    if declared.plugin == found.plugin:
        _change_references(found, declared)
        _change_checks(found, declared)
    for index in _own_indexes(declared, found.plugin):
        if index.name not in found.schema.table(declared.name).indexes:
            found.add(_create_index(declared, index))
    for column in list(found.schema.table(declared.name).columns.values()):
        if column.plugin == found.plugin and column.name not in declared.columns:
            drop_column(found, declared, column)


def _change_references(found: Found, declared: TableShape) -> None:
    name = declared.name
    for column, (constraint, target) in declared.references.items():
        former = found.schema.table(name).references.get(column)
        if former == (constraint, target):
            continue
        if former is not None:
            found.add(ops.DropConstraintOp(former[0], name, type_="foreignkey"))
        found.add(ops.CreateForeignKeyOp(constraint, name, target, [column], ["id"]))


def _change_checks(found: Found, declared: TableShape) -> None:
    name = declared.name
    for constraint, words in found.schema.table(name).checks.items():
        if declared.checks.get(constraint) != words:
            found.add(ops.DropConstraintOp(constraint, name, type_="check"))
    for constraint, words in declared.checks.items():
        if constraint not in found.schema.table(name).checks:
            found.add(ops.CreateCheckConstraintOp(constraint, name, text(words)))


def _drop_tables(found: Found) -> None:
    gone = [
        table
        for table in found.schema.tables.values()
        if table.plugin == found.plugin and table.name not in found.declared.tables
    ]
    if gone and not found.allow_drop:
        names = ", ".join(table.name for table in gone)
        found.reject(
            f"{names}: no longer declared; the rows and their history would be lost.",
            "Declare the type with renamed_from if it has another name now, or allow the drop "
            "(--allow-drop).",
        )
        return
    for table in sorted(gone, key=lambda each: -len(each.references)):
        found.add(ops.DropTableOp(table.name))
