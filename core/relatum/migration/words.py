"""What an operation does, in words: for whoever is shown a migration before it is applied."""

from alembic.operations import ops

from relatum.migration.operations import Convert, Define, Fill, Fold
from relatum.migration.shapes import default_shape


def in_words(operation: ops.MigrateOperation) -> str:
    """Return a line that says what an operation does."""
    match operation:
        case Fill(table_name=table, column_name=column, value=value):
            return f"give {table}.{column} the value {value!r} where it is missing"
        case Fold(table_name=table, column_name=column, key_name=key):
            return f"write the folded text of {table}.{column} into {key}"
        case Convert(table_name=table, column_name=column, into_name=into):
            return f"convert the values of {table}.{column} into {into}"
        case Define(dialect=dialect, name=name):
            return f"create {name} (on {dialect} only)"
        case ops.ExecuteSQLOp(sqltext=statement):
            return f"run: {statement}"
        case ops.AddColumnOp(table_name=table, column=column):
            return f"add the column {table}.{column.name}"
        case ops.DropColumnOp(table_name=table, column_name=column):
            return f"drop the column {table}.{column} with all its values"
        case ops.AlterColumnOp():
            return _altering(operation)
    return _on_tables(operation)


def _altering(operation: ops.AlterColumnOp) -> str:
    acts = []
    if operation.modify_name is not None:
        acts.append(f"rename it to {operation.modify_name}")
    if operation.modify_type is not None:
        acts.append(f"keep it as {operation.modify_type!r}")
    if operation.modify_server_default is not False:
        given = default_shape(operation.modify_server_default)["given"]
        acts.append(f"give new rows {given}" if given else "give new rows nothing")
    if operation.modify_nullable is not None:
        acts.append("let it be missing" if operation.modify_nullable else "demand a value")
    return f"change the column {operation.table_name}.{operation.column_name}: {', '.join(acts)}"


def _on_tables(operation: ops.MigrateOperation) -> str:
    match operation:
        case ops.CreateTableOp(table_name=table):
            return f"create the table {table}"
        case ops.DropTableOp(table_name=table):
            return f"drop the table {table} with all its rows"
        case ops.RenameTableOp(table_name=table, new_table_name=new_name):
            return f"rename the table {table} to {new_name}"
        case ops.CreateIndexOp(index_name=name, table_name=table):
            return f"create the index {name} on {table}"
        case ops.DropIndexOp(index_name=name):
            return f"drop the index {name}"
        case ops.AddConstraintOp():
            constraint = operation.to_constraint()
            return f"add the constraint {constraint.name} to {constraint.table.name}"
        case ops.DropConstraintOp(table_name=table, constraint_name=name):
            return f"drop the constraint {name} of {table}"
    return type(operation).__name__
