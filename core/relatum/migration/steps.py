"""The `op` that is handed to a migration.

A script is a function `upgrade(op)`. It runs in three ways: replayed in memory, written out as SQL,
and applied to a database; so it does all it does through `op`, data included.
"""

from abc import abstractmethod
from typing import Any

from alembic.operations import Operations, ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy.types import TypeEngine
from typing_extensions import override

from relatum.connections.types import DialectName
from relatum.migration.operations import Define, Fill, Fold
from relatum.migration.schema import Schema
from relatum_schemas.errors import BadMigration


class Steps(Operations):
    """What a migration is handed as `op`: Alembic's operations and `fill`, `fold`, `define`.

    Every operation is followed in memory, then carried out in the way of the subclass.
    """

    def __init__(self, context: MigrationContext, schema: Schema) -> None:
        """Begin at a schema."""
        super().__init__(context)
        self.schema = schema
        self.plugin = ""

    def fill(
        self, table_name: str, column_name: str, type_: TypeEngine[Any], value: object
    ) -> None:
        """Give a value to all rows that have none in a column.

        Args:
            table_name: of the table.
            column_name: of a column that may still be missing.
            type_: its type.
            value: as Python has it.
        """
        self.invoke(Fill(table_name, column_name, type_, value))

    def fold(self, table_name: str, column_name: str, key_name: str) -> None:
        """Write the folded form of a text column into its key column."""
        self.invoke(Fold(table_name, column_name, key_name))

    def define(self, dialect: DialectName, name: str, statement: str) -> None:
        """Create something that only one of the databases has, such as a trigger.

        Args:
            dialect: `"sqlite"` or `"postgresql"`.
            name: by which it is known there.
            statement: the SQL that creates it.
        """
        self.invoke(Define(dialect, name, statement))

    @override
    def invoke(self, operation: ops.MigrateOperation) -> Any:
        """Follow an operation, then carry it out."""
        before = self.schema
        self.schema = before.following(operation, self.plugin)
        return self.carry_out(operation, before)

    @override
    def batch_alter_table(self, *_given: object, **_more: object) -> Any:
        """Refused: Alembic's way of copying SQLite tables can delete the ties of what it copies.

        Raises:
            BadMigration: always.
        """
        raise BadMigration(
            "A migration of Relatum has no batch mode.",
            hint="Write the operations by themselves; SQLite's tables are rebuilt where needed.",
        )

    @override
    def get_bind(self) -> Any:
        """Refused: a migration is also replayed and written out without a database.

        Raises:
            BadMigration: always.
        """
        raise BadMigration(
            "A migration of Relatum reads no database.", hint="Write op.execute with a statement."
        )

    @abstractmethod
    def carry_out(self, operation: ops.MigrateOperation, before: Schema) -> Any:
        """Do what an operation says; `schema` is the one after it, `before` the one before."""


class Replay(Steps):
    """Follows migrations without any database."""

    def __init__(self, schema: Schema) -> None:
        """Begin at a schema."""
        super().__init__(
            MigrationContext.configure(dialect_name="sqlite", opts={"as_sql": True}), schema
        )

    @override
    def carry_out(self, operation: ops.MigrateOperation, before: Schema) -> None:
        """Do nothing."""
