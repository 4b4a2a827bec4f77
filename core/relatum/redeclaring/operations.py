"""From judged changes to operations on tables, as the migrations of a plugin have them, and to park and convert values.

What is parked is renamed, so that it stays where it is and nobody takes it for what is declared: columns and tables whose
names begin with `PARKED`.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from alembic.operations import ops
from sqlalchemy import Column

from relatum.catalogue import Catalogue, Field, RecordType
from relatum.declaring import CUSTOM
from relatum.migration.differences import differences
from relatum.migration.found import Found
from relatum.migration.operations import Convert
from relatum.migration.rebuild import made_by
from relatum.migration.schema import Schema, declared_schema
from relatum.migration.shapes import ColumnShape, column_shape
from relatum.redeclaring.converting import converted
from relatum.redeclaring.judging import Judging
from relatum.tables import build_tables, field_columns, key_name
from relatum.tables.names import PARKED, shortened
from relatum_schemas.declared import Parked
from relatum_schemas.errors import BadMigration


@dataclass(frozen=True)
class Steps:
    """What is done to the tables.

    Attributes:
        schema: at which it begins.
        operations: in the order in which they run.
        told: those of them that people want to know of.
        problems: what cannot be done.
        rows: per table that is there before and after, its names then; its rows stay.
    """

    schema: Schema
    operations: tuple[ops.MigrateOperation, ...]
    told: tuple[ops.MigrateOperation, ...]
    problems: tuple[BadMigration, ...]
    rows: tuple[tuple[str, str], ...]


def steps(judging: Judging, number: int) -> Steps:
    """What is done to the tables for changes that were judged.

    Args:
        judging: that has judged them.
        number: of the change, by which what is parked is told apart.
    """
    before, after = judging.looking.standing.catalogue, judging.after
    wanted = declared_schema(build_tables(after))
    schema = _with_parked(declared_schema(judging.looking.tables), wanted, judging)
    found = Found(CUSTOM, schema, wanted, after, allow_drop=True)
    _restore(found, judging)
    for name, (record_type, field) in judging.parked.items():
        _park(found, name, record_type, field, number)
    for each in judging.conversions:
        for table in _tables(each.of):
            _convert(found, table, each.field, each.wish)
    complete = frozenset(
        (table, column.name)
        for type_name, field_name in judging.complete
        for table in _tables(after.types[type_name])
        for column in field_columns(after.types[type_name].fields[field_name], required=True)
    )
    rest = differences(
        CUSTOM, found.schema, found.declared, after, allow_drop=True, complete=complete
    )
    told = (*found.operations, *rest.operations)
    operations = (*told, *_texts(before, after, judging.restored))
    return Steps(schema, operations, told, tuple(rest.problems), tuple(_kept(schema, operations)))


def _tables(record_type: RecordType) -> tuple[str, str]:
    return record_type.table, record_type.version_table


def parked_name(number: int, name: str) -> str:
    """What a table or column is called once it is parked."""
    return shortened(f"{PARKED}{number}__{name}")


# --- parking


def _park(
    found: Found, name: str, record_type: RecordType, field: Field | None, number: int
) -> None:
    type_name, _, field_name = name.partition(".")
    for table in _tables(record_type):
        if field is None:
            _park_table(found, table, number)
            continue
        for each in record_type.stored_fields:
            if field.name in (each.name, each.since):
                _park_columns(found, table, each, number)
    if field is None:
        parked = parked_name(number, type_name)
        for registry in ("record", "external_key"):
            _execute(found, f"UPDATE {registry} SET type = '{parked}' WHERE type = '{type_name}'")
        _execute(found, f"DELETE FROM search WHERE type = '{type_name}'")
    elif field.searchable or field.label:
        _execute(
            found,
            f"DELETE FROM search WHERE type = '{type_name}' AND field = '{field_name}'",
        )


def _park_table(found: Found, name: str, number: int) -> None:
    table = found.schema.table(name)
    _drop_indexes(found, name, table.columns)
    for constraint, _ in table.references.values():
        found.add(ops.DropConstraintOp(constraint, name, type_="foreignkey"))
    parked = parked_name(number, name)
    found.add(ops.RenameTableOp(name, parked))
    left = {each: shape for each, shape in found.schema.tables.items() if each != parked}
    found.schema = replace(found.schema, tables=left)


def _park_columns(found: Found, name: str, field: Field, number: int) -> None:
    there = found.schema.table(name).columns
    columns = [each for each in field_columns(field, required=False) if each.name in there]
    _drop_indexes(found, name, [each.name for each in columns])
    for column in columns:
        if column.key:
            found.add(ops.DropColumnOp(name, column.name))
            continue
        shape = found.schema.table(name).columns[column.name]
        if not shape.nullable:
            found.add(
                ops.AlterColumnOp(
                    name,
                    column.name,
                    existing_type=shape.type,
                    existing_nullable=False,
                    modify_nullable=True,
                )
            )
        parked = parked_name(number, column.name)
        found.add(
            ops.AlterColumnOp(name, column.name, existing_type=shape.type, modify_name=parked)
        )
        table = found.schema.table(name)
        left = {each: shape for each, shape in table.columns.items() if each != parked}
        found.schema = replace(
            found.schema, tables={**found.schema.tables, name: replace(table, columns=left)}
        )


def _drop_indexes(found: Found, table: str, columns: Iterable[str]) -> None:
    gone = set(columns)
    for index in list(found.schema.table(table).indexes.values()):
        if gone & {name for name, _ in index.columns}:
            found.add(ops.DropIndexOp(index.name, table))


def _execute(found: Found, statement: str) -> None:
    found.add(ops.ExecuteSQLOp(statement))


# --- restoring


def _restored(judging: Judging) -> tuple[RecordType, list[Field]]:
    """The type that comes back or that fields come back to, and these fields; none for a whole type."""
    assert judging.restored is not None
    type_name, _, field_name = judging.restored.name.partition(".")
    record_type = judging.after.types[type_name]
    own = (each for each in record_type.stored_fields if field_name in (each.name, each.since))
    return record_type, list(own) if field_name else []


def _parked_columns(judging: Judging) -> Iterator[tuple[str, ColumnShape, str]]:
    """The columns that come back: their table, the column as it is to be, and what it is called now."""
    record_type, fields = _restored(judging)
    assert judging.restored is not None
    for table in _tables(record_type):
        for each in fields:
            for column in field_columns(each, required=False):
                if not column.key:
                    made = Column(column.name, column.type, nullable=True)
                    shape = column_shape(made, plugin=CUSTOM)
                    yield table, shape, parked_name(judging.restored.number, column.name)


def _with_parked(schema: Schema, wanted: Schema, judging: Judging) -> Schema:
    """The schema with what is parked and comes back, which is else unknown."""
    if judging.restored is None:
        return schema
    tables = dict(schema.tables)
    record_type, fields = _restored(judging)
    if not fields:
        for name in _tables(record_type):
            parked = parked_name(judging.restored.number, name)
            shape = wanted.table(name)
            tables[parked] = replace(shape, name=parked, indexes={}, references={})
    for name, column, parked in _parked_columns(judging):
        tables[name] = tables[name].with_column(replace(column, name=parked))
    return replace(schema, tables=tables)


def _restore(found: Found, judging: Judging) -> None:
    if judging.restored is None:
        return
    record_type, fields = _restored(judging)
    if not fields:
        for name in _tables(record_type):
            found.add(ops.RenameTableOp(parked_name(judging.restored.number, name), name))
        parked = parked_name(judging.restored.number, record_type.name)
        for registry in ("record", "external_key"):
            _execute(
                found,
                f"UPDATE {registry} SET type = '{record_type.name}' WHERE type = '{parked}'",
            )
    for name, column, parked in _parked_columns(judging):
        found.add(
            ops.AlterColumnOp(name, parked, existing_type=column.type, modify_name=column.name)
        )


# --- converting


def _convert(found: Found, table: str, field: Field, wish: Field) -> None:
    """Write the values into a column of the other kind, which then takes the place of theirs."""
    name, passing = field.column, shortened(f"converted__{field.column}")
    (column,) = (each for each in field_columns(wish, required=False) if not each.key)
    there = found.schema.table(table).columns
    keys = [each for each in (key_name(field),) if each in there]
    _drop_indexes(found, table, [name, *keys])
    found.add(ops.AddColumnOp(table, Column(passing, column.type, nullable=True)))
    becomes = partial(converted, field.kind, wish.kind)
    found.add(Convert(table, name, there[name].type, passing, column.type, becomes))
    for gone in (name, *keys):
        found.add(ops.DropColumnOp(table, gone))
    found.add(ops.AlterColumnOp(table, passing, existing_type=column.type, modify_name=name))


# --- what follows


def _texts(
    before: Catalogue, after: Catalogue, restored: Parked | None
) -> Iterator[ops.MigrateOperation]:
    """Say of new types that their folded texts are made, since they have none; of renamed ones that theirs are theirs."""
    for record_type in after:
        if record_type.plugin != CUSTOM or record_type.name in before.types:
            continue
        former = next((name for name in record_type.renamed_from if name in before.types), None)
        setting = f"text.{record_type.name}"
        yield ops.ExecuteSQLOp(f"DELETE FROM setting WHERE name = '{setting}'")
        if restored is not None and restored.name == record_type.name:
            continue
        if former is None:
            yield ops.ExecuteSQLOp(
                f"INSERT INTO setting (name, value) VALUES ('{setting}', '{made_by(record_type)}')"
            )
        else:
            yield ops.ExecuteSQLOp(
                f"UPDATE setting SET name = '{setting}' WHERE name = 'text.{former}'"
            )


def _kept(schema: Schema, operations: Sequence[ops.MigrateOperation]) -> Iterator[tuple[str, str]]:
    """The tables that operations touch and leave their rows, by their names before and after."""
    names: dict[str, str] = {}
    for operation in operations:
        if isinstance(operation, ops.RenameTableOp):
            former = _former(names, operation.table_name)
            names[former] = operation.new_table_name
        elif isinstance(operation, ops.DropTableOp):
            names.pop(_former(names, operation.table_name), None)
        elif table := getattr(operation, "table_name", None):
            names.setdefault(_former(names, table), table)
    yield from ((former, now) for former, now in names.items() if former in schema.tables)


def _former(names: dict[str, str], now: str) -> str:
    return next((former for former, each in names.items() if each == now), now)
