"""Which indexes a table has, each for a question that is asked of large tables.

A list in the order of a field reads `(field, id)`: every order is completed by the id, and a page
begins where the last one ended. A record's ties read `(its end, valid_from, id)`, with the other
end and `valid_to` behind, so that following and counting ties never touch the table itself.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, Index, Table
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from relatum.catalogue.model import RecordType, RelationshipType
from relatum.tables.columns import LOOKUP, key_name, part_name
from relatum.tables.names import index_name
from relatum_schemas.kinds import EncryptedLookup


class nulls_smallest(FunctionElement[Any]):  # noqa: N801
    """A column of an index in which missing values come first, as they do in SQLite anyway."""

    inherit_cache = True


@compiles(nulls_smallest)
def _as_it_is(element: nulls_smallest, compiler: SQLCompiler, **options: object) -> str:
    return compiler.process(element.clauses, **options)


def add_index(
    table: Table, columns: Iterable[Column[Any]], *, plugin: str, unique: bool = False
) -> None:
    """Put an index on a table's columns, in which missing values are the smallest.

    Args:
        table: what it is on.
        columns: of the table, in order.
        plugin: who asked for it, and takes it away when leaving.
        unique: whether each combination of values occurs once; missing values never clash.
    """
    listed = list(columns)
    expressions: list[ColumnElement[Any]] = [
        nulls_smallest(column) if column.nullable and not unique else column for column in listed
    ]
    Index(
        index_name(table.name, (each.name for each in listed), unique=unique),
        *expressions,
        unique=unique,
        _table=table,
        info={"plugin": plugin},
    )


def add_field_indexes(table: Table, record_type: RecordType) -> None:
    """Index what a type's lists are sorted and looked up by, and what occurs once."""
    for field in record_type.stored_fields:
        if field.label or field.indexed:
            ordered = table.c[key_name(field) if field.folded else field.column]
            add_index(table, [ordered, table.c.id], plugin=field.plugin)
        if isinstance(field.kind, EncryptedLookup):
            add_index(table, [table.c[part_name(field, LOOKUP)]], plugin=field.plugin)
    for names in record_type.unique:
        fields = [record_type.fields[name] for name in names]
        columns = [table.c[field.column] for field in fields]
        add_index(table, columns, plugin=fields[-1].plugin, unique=True)


def add_tie_indexes(table: Table, relationship: RelationshipType) -> None:
    """Index the ties that are from both ends."""
    begin, end = _period(table, relationship)
    for near, far in (("source_id", "target_id"), ("target_id", "source_id")):
        columns = [table.c[near], *begin, table.c.id, table.c[far], *end]
        add_index(table, columns, plugin=relationship.plugin)
    if relationship.overlap == "refuse" and relationship.validity is None:
        pair = [table.c.source_id, table.c.target_id]
        add_index(table, pair, plugin=relationship.plugin, unique=True)


def add_version_indexes(table: Table, relationship: RelationshipType) -> None:
    """Index the versions of ties from both ends, in the same order as the ties that are."""
    begin, _ = _period(table, relationship)
    for near in ("source_id", "target_id"):
        add_index(table, [table.c[near], *begin, table.c.id], plugin=relationship.plugin)


def _period(
    table: Table, relationship: RelationshipType
) -> tuple[list[Column[Any]], list[Column[Any]]]:
    if relationship.validity is None:
        return [], []
    return [table.c.valid_from], [table.c.valid_to]
