"""The operations that a comparison has found so far, and what cannot be one."""

from dataclasses import dataclass, field
from functools import cached_property

from alembic.operations import ops

from relatum.catalogue import Catalogue
from relatum.migration.origins import Origins, origins
from relatum.migration.schema import Schema
from relatum_schemas.errors import BadMigration


class CreateIndex(ops.CreateIndexOp):
    """Creating an index; a script spells out where missing values come first."""


@dataclass
class Found:
    """What the comparison for one plugin has found.

    Attributes:
        plugin: whose declarations are compared; `relatum` for the engine's tables.
        schema: what all migrations lead to, then what the operations found lead to.
        declared: what all declarations ask for.
        catalogue: the declarations.
        allow_drop: whether what is no longer declared is dropped with its values.
        complete: columns that are known to have a value in every row, by table and name.
        operations: in the order in which they run.
        problems: what no migration can be written for, each with the way out.
    """

    plugin: str
    schema: Schema
    declared: Schema
    catalogue: Catalogue
    allow_drop: bool
    complete: frozenset[tuple[str, str]] = frozenset()
    operations: list[ops.MigrateOperation] = field(default_factory=list)
    problems: list[BadMigration] = field(default_factory=list)

    @cached_property
    def origins(self) -> Origins:
        """Which field a column belongs to."""
        return origins(self.catalogue)

    def add(self, operation: ops.MigrateOperation) -> None:
        """Take an operation, and go on from where it leads."""
        self.schema = self.schema.following(operation, self.plugin)
        self.operations.append(operation)

    def reject(self, message: str, way_out: str) -> None:
        """Note what no migration can be written for."""
        self.problems.append(BadMigration(message, hint=way_out))
