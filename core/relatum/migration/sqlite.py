"""How operations that Alembic leaves out are carried out on SQLite.

Most are statements of SQLite's own. What it cannot alter, a foreign key, is rebuilt: a new table
of the shape that the schema tells, the rows, the name, then indexes and triggers as they were.
Columns and indexes that the schema does not know, since administrators declared them at run time
or they are parked, are carried over as they are. Foreign keys are off meanwhile, so dropping the
old table ends nothing that refers to it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from alembic.operations import ops
from sqlalchemy import Integer, LargeBinary, Text, literal_column
from sqlalchemy.schema import CreateTable
from sqlalchemy.types import TypeEngine

from relatum.connections.prepared import DIALECTS
from relatum.connections.types import Scaled
from relatum.declaring import CUSTOM
from relatum.migration.schema import Schema
from relatum.migration.shapes import ColumnShape, TableShape, among_targets
from relatum.tables.ddl import index_definitions
from relatum.tables.names import PARKED
from relatum_schemas.errors import BadMigration

_DIALECT = DIALECTS["sqlite"]

_UNKNOWN: Final = (f"{CUSTOM}__", PARKED)
"""How names of columns begin that no migration makes."""

_TYPES: Mapping[str, TypeEngine[Any]] = {
    "TEXT": Text(),
    "INTEGER": Integer(),
    "BLOB": LargeBinary(),
}
"""The types of columns in strict tables, as far as ours have them."""


@dataclass(frozen=True)
class Standing:
    """What a table is in the database.

    Attributes:
        columns: by name, the type, whether a value may be missing, and what new rows are given.
        indexes: by name, the statements that create them.
        triggers: the statements that create its triggers.
    """

    columns: Mapping[str, tuple[str, bool, str | None]]
    indexes: Mapping[str, str]
    triggers: Sequence[str]


Looked = Callable[[str], Standing]
"""Looks up what a table is in the database."""


def altering(
    operation: ops.MigrateOperation, before: Schema, after: Schema, looked: Looked
) -> list[str] | None:
    """Return the statements for an operation on a table; None where Alembic has them itself."""
    match operation:
        case ops.AlterColumnOp() if operation.modify_server_default is not False:
            table = after.table(operation.table_name)
            return list(rebuild(table, looked(table.name)))
        case ops.AlterColumnOp():
            return list(_alter_column(operation, before))
        case ops.AddConstraintOp(constraint_type="check"):
            constraint = operation.to_constraint()
            words = after.table(constraint.table.name).checks[str(constraint.name)]
            return [
                f"ALTER TABLE {quoted(constraint.table.name)} "
                f"ADD CONSTRAINT {quoted(str(constraint.name))} CHECK ({words})"
            ]
        case ops.AddConstraintOp():
            table = after.table(operation.to_constraint().table.name)
            return list(rebuild(table, looked(table.name)))
        case ops.DropConstraintOp(table_name=name, constraint_name=constraint_name):
            if constraint_name in before.table(name).checks:
                dropped = quoted(str(constraint_name))
                return [f"ALTER TABLE {quoted(name)} DROP CONSTRAINT {dropped}"]
            return list(rebuild(after.table(name), looked(name)))
    return None


def rebuild(table: TableShape, standing: Standing) -> Iterator[str]:
    """The statements that put a table of this shape in place of the one of its name.

    Args:
        table: has the columns of the one that is there, as far as migrations know them.
        standing: what it is in the database.
    """
    besides = {
        name: ColumnShape(
            name=name,
            type=_TYPES[type_],
            stored="",
            nullable=nullable,
            counted=False,
            plugin="",
            default=None if given is None else literal_column(given),
        )
        for name, (type_, nullable, given) in standing.columns.items()
        if name.startswith(_UNKNOWN) and name not in table.columns
    }
    table = replace(table, columns={**table.columns, **besides})
    passing = f"rebuilt__{table.name}"
    built = among_targets(table)
    definition = str(CreateTable(built).compile(dialect=_DIALECT)).strip()
    opening = f"CREATE TABLE {quoted(table.name)} "
    columns = ", ".join(quoted(name) for name in table.columns)
    yield definition.replace(opening, f"CREATE TABLE {quoted(passing)} ", 1)
    yield (f"INSERT INTO {quoted(passing)} ({columns}) SELECT {columns} FROM {quoted(table.name)}")
    yield f"DROP TABLE {quoted(table.name)}"
    yield f"ALTER TABLE {quoted(passing)} RENAME TO {quoted(table.name)}"
    yield from index_definitions(built, "sqlite")
    yield from (
        words
        for name, words in standing.indexes.items()
        if name not in table.indexes and any(prefix in words for prefix in _UNKNOWN)
    )
    yield from standing.triggers


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    return _DIALECT.identifier_preparer.quote(name)


def _alter_column(operation: ops.AlterColumnOp, before: Schema) -> Iterator[str]:
    table, column = quoted(operation.table_name), quoted(operation.column_name)
    if operation.modify_type is not None:
        shape = before.table(operation.table_name).columns[operation.column_name]
        yield from _convert(table, column, shape.type, operation.modify_type)
    if operation.modify_nullable is not None:
        act = "DROP" if operation.modify_nullable else "SET"
        yield f"ALTER TABLE {table} ALTER COLUMN {column} {act} NOT NULL"
    if operation.modify_name is not None:
        yield f"ALTER TABLE {table} RENAME COLUMN {column} TO {quoted(operation.modify_name)}"


def _convert(
    table: str, column: str, old: TypeEngine[object], new: TypeEngine[object]
) -> Iterator[str]:
    """Numbers are kept as integers scaled by their decimal places; strict tables refuse overflow."""
    if _stored(old) != _stored(new):
        raise BadMigration(
            f"The values of {column} in {table} do not become another kind by themselves.",
            hint="Add a column, fill it with op.execute, and drop the old one.",
        )
    places = (new.scale if isinstance(new, Scaled) else 0) - (
        old.scale if isinstance(old, Scaled) else 0
    )
    if places < 0:
        raise BadMigration(f"{column} in {table} would lose decimal places.")
    if places > 0:
        yield f"UPDATE {table} SET {column} = {column} * {10**places}"


def _stored(type_: TypeEngine[object]) -> str:
    return type_.compile(dialect=_DIALECT)
