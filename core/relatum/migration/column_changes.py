"""How a column comes to be as declared: added, filled, folded, widened, demanded, dropped."""

from dataclasses import replace

from alembic.operations import ops
from sqlalchemy import BigInteger, Column, Integer
from sqlalchemy.types import TypeEngine

from relatum.connections.types import Scaled
from relatum.migration.found import Found
from relatum.migration.operations import Fill, Fold
from relatum.migration.origins import Origin
from relatum.migration.shapes import ColumnShape, TableShape


def change_column(found: Found, table: TableShape, column: ColumnShape) -> None:
    """Find what makes a column as declared.

    Args:
        found: takes the operations.
        table: as declared; it is there.
        column: of the table, as declared.
    """
    there = found.schema.table(table.name).columns.get(column.name)
    if there is None:
        _add(found, table, column)
        return
    if there.stored != column.stored:
        _widen(found, table, there, column)
    if there.given != column.given:
        found.add(_given(table, column))
    if column.nullable and not there.nullable:
        found.add(_nullable(table, column, to=True))
    if there.nullable and not column.nullable:
        _demand(found, table, column)


def drop_column(found: Found, table: TableShape, column: ColumnShape) -> None:
    """Find what drops a column that is no longer declared."""
    stem, _, ending = column.name.rpartition("__")
    derived = ending == "key" and stem in table.columns
    if not derived and not found.allow_drop:
        found.reject(
            f"{table.name}.{column.name} is no longer declared; its values and their history "
            "would be lost.",
            "Declare it with RenamedFrom if it has another name now, or allow the drop "
            "(--allow-drop).",
        )
        return
    found.add(ops.DropColumnOp(table.name, column.name))


def _add(found: Found, table: TableShape, column: ColumnShape) -> None:
    if column.default is not None:
        added = Column(
            column.name, column.type, nullable=column.nullable, server_default=column.default
        )
        found.add(ops.AddColumnOp(table.name, added))
        return
    optional = replace(column, nullable=True)
    found.add(ops.AddColumnOp(table.name, Column(optional.name, optional.type, nullable=True)))
    origin = found.origins.get((table.name, column.name))
    if origin is not None and origin.field.since is not None:
        found.add(ops.ExecuteSQLOp(_entered(table.name, column.name, origin)))
    if origin is not None and origin.column.key:
        _fold(found, table, column, origin.field.column)
    elif not column.nullable:
        _demand(found, table, column)
    elif origin is not None and _given_by_another(origin):
        # Versions may lack it, which are made while nobody knows of it; those that are there do not.
        found.add(Fill(table.name, column.name, column.type, origin.default))


def _given_by_another(origin: Origin) -> bool:
    """Whether it is the default of a field that a plugin adds to the type of another one."""
    of_another = origin.field.plugin != origin.record_type.plugin
    return of_another and origin.field.required and origin.default is not None


def _entered(table: str, column: str, origin: Origin) -> str:
    """The statement that notes since when records, or their versions, are in their states: out of the versions."""
    assert origin.field.since is not None
    versions = origin.record_type.version_table
    state = origin.record_type.fields[origin.field.since].column
    other = (
        f"SELECT max(former.version) FROM {versions} AS former WHERE former.id = {table}.id "
        f"AND former.version < {table}.version "
        f"AND (former.{state} IS NULL OR former.{state} <> {table}.{state})"
    )
    first = (
        f"SELECT min(own.recorded_from) FROM {versions} AS own WHERE own.id = {table}.id "
        f"AND own.version > coalesce(({other}), 0)"
    )
    return f"UPDATE {table} SET {column} = ({first}) WHERE {state} IS NOT NULL"


def _fold(found: Found, table: TableShape, column: ColumnShape, text_column: str) -> None:
    # The text's own column may be new, too, and has to be filled first.
    change_column(found, table, table.columns[text_column])
    found.add(Fold(table.name, text_column, column.name))
    if not column.nullable:
        found.add(_nullable(table, column, to=False))


def _demand(found: Found, table: TableShape, column: ColumnShape) -> None:
    origin = found.origins.get((table.name, column.name))
    if origin is not None and origin.column.key:
        _fold_missing(found, table, column, origin.field.column)
        return
    default = None if origin is None else origin.default
    if (table.name, column.name) in found.complete:
        found.add(_nullable(table, column, to=False))
        return
    if default is None:
        found.reject(
            f"{table.name}.{column.name} is demanded, but records that are there have no value.",
            "Give the field a default, or let it be missing.",
        )
        return
    found.add(Fill(table.name, column.name, column.type, default))
    found.add(_nullable(table, column, to=False))


def _fold_missing(found: Found, table: TableShape, column: ColumnShape, text_column: str) -> None:
    found.add(Fold(table.name, text_column, column.name))
    found.add(_nullable(table, column, to=False))


def _widen(found: Found, table: TableShape, there: ColumnShape, column: ColumnShape) -> None:
    if not _keeps_values(there.type, column.type):
        found.reject(
            f"{table.name}.{column.name} is kept as {there.stored}; its values do not become "
            f"{column.stored} by themselves.",
            "Declare a field of another name, fill it by a script of your own, then drop this one.",
        )
        return
    found.add(
        ops.AlterColumnOp(
            table.name,
            column.name,
            existing_type=there.type,
            existing_nullable=there.nullable,
            modify_type=column.type,
        )
    )


def _keeps_values(old: TypeEngine[object], new: TypeEngine[object]) -> bool:
    """Whether every number of the old type is one of the new."""
    if isinstance(new, Scaled):
        return isinstance(old, Integer) or (isinstance(old, Scaled) and old.scale <= new.scale)
    return isinstance(old, Integer) and isinstance(new, BigInteger)


def _given(table: TableShape, column: ColumnShape) -> ops.AlterColumnOp:
    return ops.AlterColumnOp(
        table.name,
        column.name,
        existing_type=column.type,
        modify_server_default=column.default,
    )


def _nullable(table: TableShape, column: ColumnShape, *, to: bool) -> ops.AlterColumnOp:
    return ops.AlterColumnOp(
        table.name,
        column.name,
        existing_type=column.type,
        existing_nullable=not to,
        modify_nullable=to,
    )
