"""The operations that migrations have beyond Alembic's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from alembic.operations import ops
from sqlalchemy.types import TypeEngine

from relatum.connections.types import DialectName


@dataclass
class Fill(ops.MigrateOperation):
    """Give a value to all rows that have none in a column."""

    table_name: str
    column_name: str
    type: TypeEngine[Any]
    value: object


@dataclass
class Fold(ops.MigrateOperation):
    """Write the folded form of a text column into its key column."""

    table_name: str
    column_name: str
    key_name: str


@dataclass
class Convert(ops.MigrateOperation):
    """Write the values of one column into another that is empty, as another kind has them."""

    table_name: str
    column_name: str
    type: TypeEngine[Any]
    into_name: str
    into_type: TypeEngine[Any]
    converted: Callable[[Any], Any]


@dataclass
class Define(ops.MigrateOperation):
    """Create something that only one of the databases has."""

    dialect: DialectName
    name: str
    statement: str
