"""Tables as migrations see them: plain values that are compared, changed, and made into tables again.

A shape says of each column and index which plugin brought it, so that a plugin's migrations touch
nothing that another one answers for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    DefaultClause,
    ForeignKeyConstraint,
    Identity,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    TextClause,
    text,
)
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeEngine

from relatum.connections.prepared import DIALECTS
from relatum.connections.types import DialectName
from relatum.tables.indexes import nulls_smallest
from relatum_schemas.errors import BadMigration

Options = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, kw_only=True)
class ColumnShape:
    """A column. Types are equal when PostgreSQL, which tells them all apart, stores them alike."""

    name: str
    type: TypeEngine[Any] = field(compare=False)
    stored: str
    nullable: bool
    counted: bool
    """Whether the database numbers the rows in it."""
    plugin: str
    default: ColumnElement[Any] | None = field(default=None, compare=False)
    """What the database gives rows that are made without knowing of it."""
    given: str = ""
    """The same as PostgreSQL spells it."""


@dataclass(frozen=True, kw_only=True)
class IndexShape:
    """An index on columns; each is told with whether missing values come first on PostgreSQL."""

    name: str
    columns: tuple[tuple[str, bool], ...]
    unique: bool
    where: str | None
    plugin: str


@dataclass(frozen=True, kw_only=True)
class TableShape:
    """A table. `references` tells per column the constraint's name and the table it refers to."""

    name: str
    plugin: str
    columns: Mapping[str, ColumnShape]
    primary_key: tuple[str, ...]
    references: Mapping[str, tuple[str, str]]
    checks: Mapping[str, str]
    indexes: Mapping[str, IndexShape]
    options: Options

    def with_column(self, column: ColumnShape) -> "TableShape":
        """The table with a column added or replaced."""
        return replace(self, columns={**self.columns, column.name: column})

    def with_index(self, index: IndexShape) -> "TableShape":
        """The table with an index added."""
        return replace(self, indexes={**self.indexes, index.name: index})


def table_shape(table: Table, *, plugin: str | None = None) -> TableShape:
    """Return the shape of a table.

    Args:
        table: of a catalogue, or of a migration's `create_table`.
        plugin: who brought it and all that it has, where the table itself does not say.
    """
    owner = plugin or str(table.info["plugin"])
    return TableShape(
        name=table.name,
        plugin=owner,
        columns={each.name: column_shape(each, plugin=plugin or owner) for each in table.columns},
        primary_key=tuple(each.name for each in table.primary_key.columns),
        references=dict(_references(table)),
        checks={
            str(each.name): _words(each.sqltext)
            for each in table.constraints
            if isinstance(each, CheckConstraint)
        },
        indexes={str(each.name): index_shape(each, plugin=plugin) for each in table.indexes},
        options=tuple(
            (f"sqlite_{name}", bool(table.dialect_options["sqlite"][name]))
            for name in ("strict", "with_rowid")
        ),
    )


def column_shape(column: Column[Any], *, plugin: str) -> ColumnShape:
    """Return the shape of a column; `plugin` brought it unless the column says otherwise."""
    return ColumnShape(
        name=column.name,
        type=column.type,
        stored=stored_form(column.type),
        nullable=bool(column.nullable),
        counted=column.identity is not None,
        plugin=str(column.info.get("plugin", plugin)),
        **default_shape(column.server_default),
    )


def default_shape(default: object) -> Mapping[str, Any]:
    """Return what a shape says of a default, as a column or an operation has it."""
    value = default.arg if isinstance(default, DefaultClause) else default
    if not isinstance(value, ColumnElement):
        return {"default": None, "given": ""}
    return {"default": value, "given": spelt(value, "postgresql")}


def spelt(default: ColumnElement[Any], dialect_name: DialectName) -> str:
    """Return a default as a database spells it."""
    dialect = DIALECTS[dialect_name]
    return str(default.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))


def index_shape(index: Index, *, plugin: str | None = None) -> IndexShape:
    """Return the shape of an index of plain columns."""
    where = index.dialect_options["postgresql"]["where"]
    return IndexShape(
        name=str(index.name),
        columns=tuple(_indexed(expression) for expression in index.expressions),
        unique=bool(index.unique),
        where=None if where is None else _words(where),
        plugin=str(index.info["plugin"]) if plugin is None else plugin,
    )


def stored_form(type_: TypeEngine[Any]) -> str:
    """Return a type as PostgreSQL spells it."""
    return type_.compile(dialect=DIALECTS["postgresql"])


def smallest(column: str | Column[Any]) -> nulls_smallest:
    """A column of an index in which missing values come first."""
    return nulls_smallest(Column(column) if isinstance(column, str) else column)


def to_table(shape: TableShape, metadata: MetaData) -> Table:
    """Return the table of a shape, with its indexes."""
    columns = [_column(each) for each in shape.columns.values()]
    checks = [CheckConstraint(words, name=name) for name, words in sorted(shape.checks.items())]
    references = [
        ForeignKeyConstraint([column], [f"{target}.id"], name=name)
        for column, (name, target) in sorted(shape.references.items())
    ]
    table = Table(
        shape.name,
        metadata,
        *columns,
        PrimaryKeyConstraint(*shape.primary_key),
        *checks,
        *references,
        **_options(shape),
    )
    for index in shape.indexes.values():
        to_index(index, table)
    return table


def among_targets(shape: TableShape) -> Table:
    """Return the table of a shape beside bare ones that its references need to be spelled."""
    metadata = MetaData()
    for target in {target for _, target in shape.references.values()} - {shape.name}:
        Table(target, metadata, Column("id"))
    return to_table(shape, metadata)


def to_index(shape: IndexShape, table: Table) -> Index:
    """Return the index of a shape, put on its table."""
    expressions: Iterable[ColumnElement[Any]] = [
        smallest(table.c[name]) if first else table.c[name] for name, first in shape.columns
    ]
    where = None if shape.where is None else text(shape.where)
    return Index(
        shape.name,
        *expressions,
        unique=shape.unique,
        sqlite_where=where,
        postgresql_where=where,
        _table=table,
    )


def _options(shape: TableShape) -> dict[str, Any]:
    return dict(shape.options)


def _column(shape: ColumnShape) -> Column[Any]:
    counted = [Identity(cache=1)] if shape.counted else []
    return Column(
        shape.name, shape.type, *counted, nullable=shape.nullable, server_default=shape.default
    )


def _references(table: Table) -> Iterable[tuple[str, tuple[str, str]]]:
    for constraint in table.foreign_key_constraints:
        (element,) = constraint.elements
        target, _, key = element.target_fullname.partition(".")
        if key != "id":
            raise BadMigration(f"{table.name}: a foreign key may refer to an id only.")
        yield element.parent.name, (str(constraint.name), target)


def _indexed(expression: object) -> tuple[str, bool]:
    if isinstance(expression, Column):
        return expression.name, False
    if isinstance(expression, nulls_smallest):
        (column,) = expression.clauses
        if isinstance(column, Column):
            return column.name, True
    raise BadMigration(f"An index on {expression} cannot be followed; index plain columns.")


def _words(expression: object) -> str:
    if isinstance(expression, TextClause):
        return expression.text
    raise BadMigration(f"Write the condition {expression} as text.")
