"""What the database looks like after some migrations: followed operation by operation, in memory.

Comparing declarations with this, instead of with a database, keeps what databases forget (SQLite
stores a date and a name both as `TEXT`), needs no server, and tells SQLite's rebuilds what a table
was like at that moment of its history.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from alembic.operations import ops
from sqlalchemy import CheckConstraint, ForeignKeyConstraint

from relatum.connections.types import DialectName
from relatum.migration.operations import Convert, Define, Fill, Fold
from relatum.migration.shapes import (
    TableShape,
    column_shape,
    default_shape,
    index_shape,
    stored_form,
    table_shape,
)
from relatum.tables import Tables
from relatum.tables.ddl import SEARCH_DEFINITIONS
from relatum_schemas.errors import BadMigration

Definitions = Mapping[tuple[DialectName, str], str]


@dataclass(frozen=True)
class Schema:
    """Tables by name, and what only one of the databases has, by database and name."""

    tables: Mapping[str, TableShape] = field(default_factory=dict)
    definitions: Definitions = field(default_factory=dict)

    def table(self, name: str) -> TableShape:
        """A table by name.

        Raises:
            BadMigration: there is none at this moment.
        """
        if name not in self.tables:
            raise BadMigration(f"There is no table {name!r} at this point.")
        return self.tables[name]

    def following(self, operation: ops.MigrateOperation, plugin: str) -> "Schema":
        """The schema after an operation of a plugin's migration.

        Raises:
            BadMigration: the operation is none that can be followed, or names what is not there.
        """
        match operation:
            case ops.CreateTableOp():
                return self._with(table_shape(operation.to_table(), plugin=plugin))
            case ops.DropTableOp():
                self.table(operation.table_name)
                return self._without(operation.table_name)
            case ops.RenameTableOp():
                return self._renamed(operation.table_name, operation.new_table_name)
            case ops.CreateIndexOp():
                shape = index_shape(operation.to_index(), plugin=plugin)
                return self._with(self.table(operation.table_name).with_index(shape))
            case ops.DropIndexOp():
                return self._without_index(operation)
            case Define():
                key = (operation.dialect, operation.name)
                return replace(self, definitions={**self.definitions, key: operation.statement})
            case Convert() | Fill() | Fold() | ops.ExecuteSQLOp() | ops.BulkInsertOp():
                return self
        return self._altered(operation, plugin)

    def _altered(self, operation: ops.MigrateOperation, plugin: str) -> "Schema":
        match operation:
            case ops.AddColumnOp():
                column = column_shape(operation.column, plugin=plugin)
                return self._with(self.table(operation.table_name).with_column(column))
            case ops.DropColumnOp():
                return self._with(_without_column(self.table(operation.table_name), operation))
            case ops.AlterColumnOp():
                return self._with(_altered_column(self.table(operation.table_name), operation))
            case ops.AddConstraintOp():
                return self._with(_with_constraint(self, operation))
            case ops.DropConstraintOp():
                return self._with(_without_constraint(self.table(operation.table_name), operation))
        raise BadMigration(
            f"{type(operation).__name__} cannot be followed in a migration of Relatum.",
            hint="Use the operations on tables, columns, indexes and constraints, or op.execute.",
        )

    def _with(self, table: TableShape) -> "Schema":
        return replace(self, tables={**self.tables, table.name: table})

    def _without(self, name: str) -> "Schema":
        left = {each: table for each, table in self.tables.items() if each != name}
        return replace(self, tables=left)

    def _renamed(self, name: str, new_name: str) -> "Schema":
        renamed = replace(self.table(name), name=new_name)
        tables = {new_name if each == name else each: table for each, table in self.tables.items()}
        tables[new_name] = renamed
        return replace(
            self,
            tables={each: _referring(table, name, new_name) for each, table in tables.items()},
        )

    def _without_index(self, operation: ops.DropIndexOp) -> "Schema":
        for table in self.tables.values():
            if operation.index_name in table.indexes:
                left = {
                    name: index
                    for name, index in table.indexes.items()
                    if name != operation.index_name
                }
                return self._with(replace(table, indexes=left))
        raise BadMigration(f"There is no index {operation.index_name!r} at this point.")


def declared_schema(tables: Tables) -> Schema:
    """The schema that declarations ask for."""
    return Schema(
        tables={name: table_shape(table) for name, table in tables.metadata.tables.items()},
        definitions={
            (dialect, name): statement
            for dialect, definitions in SEARCH_DEFINITIONS.items()
            for name, statement in definitions.items()
        },
    )


def _referring(table: TableShape, name: str, new_name: str) -> TableShape:
    references = {
        column: (constraint, new_name if target == name else target)
        for column, (constraint, target) in table.references.items()
    }
    return replace(table, references=references)


def _without_column(table: TableShape, operation: ops.DropColumnOp) -> TableShape:
    dropped = operation.column_name
    _check_column(table, dropped)
    in_use = [
        each.name
        for each in table.indexes.values()
        if dropped in (name for name, _ in each.columns)
    ]
    if in_use:
        raise BadMigration(f"{table.name}.{dropped} is in the index {in_use[0]}; drop that first.")
    left = {name: column for name, column in table.columns.items() if name != dropped}
    return replace(table, columns=left)


def _altered_column(table: TableShape, operation: ops.AlterColumnOp) -> TableShape:
    _check_column(table, operation.column_name)
    column = table.columns[operation.column_name]
    if operation.modify_nullable is not None:
        column = replace(column, nullable=operation.modify_nullable)
    if operation.modify_type is not None:
        type_ = operation.modify_type
        column = replace(column, type=type_, stored=stored_form(type_))
    if operation.modify_server_default is not False:
        column = replace(column, **default_shape(operation.modify_server_default))
    new_name = operation.modify_name or column.name
    if new_name == column.name:
        return table.with_column(column)
    return _renamed_column(table, column.name, replace(column, name=new_name).name).with_column(
        replace(column, name=new_name)
    )


def _renamed_column(table: TableShape, name: str, new_name: str) -> TableShape:
    def now(each: str) -> str:
        return new_name if each == name else each

    indexes = {
        index.name: replace(
            index, columns=tuple((now(each), first) for each, first in index.columns)
        )
        for index in table.indexes.values()
    }
    columns = {now(each): column for each, column in table.columns.items()}
    return replace(table, columns=columns, indexes=indexes)


def _with_constraint(schema: Schema, operation: ops.AddConstraintOp) -> TableShape:
    constraint = operation.to_constraint()
    table = schema.table(constraint.table.name)
    if isinstance(constraint, CheckConstraint):
        checks = {**table.checks, str(constraint.name): str(constraint.sqltext)}
        return replace(table, checks=checks)
    if isinstance(constraint, ForeignKeyConstraint):
        (element,) = constraint.elements
        target = element.target_fullname.partition(".")[0]
        references = {
            **table.references,
            element.parent.name: (str(constraint.name), schema.table(target).name),
        }
        return replace(table, references=references)
    raise BadMigration(
        f"{table.name}: a {type(constraint).__name__} cannot be added.",
        hint="Make a unique index instead.",
    )


def _without_constraint(table: TableShape, operation: ops.DropConstraintOp) -> TableShape:
    dropped = operation.constraint_name
    checks = {name: words for name, words in table.checks.items() if name != dropped}
    references = {
        column: (name, target)
        for column, (name, target) in table.references.items()
        if name != dropped
    }
    if (checks, references) == (table.checks, table.references):
        raise BadMigration(f"{table.name} has no constraint {dropped!r} at this point.")
    return replace(table, checks=checks, references=references)


def _check_column(table: TableShape, name: str) -> None:
    if name not in table.columns:
        raise BadMigration(f"{table.name} has no column {name!r} at this point.")
