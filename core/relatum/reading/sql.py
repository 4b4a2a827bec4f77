"""The few shapes of SQL that the whole compiler is written in."""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Exists, FromClause, Select, literal_column, select
from sqlalchemy.types import TypeEngine

Sql: TypeAlias = ColumnElement[Any]
"""An expression."""

Json: TypeAlias = ColumnElement[Any]
"""An expression whose value is JSON; its SQLAlchemy type is `JsonText`."""

Predicate: TypeAlias = ColumnElement[bool]
"""An expression that is true, false or missing; where rows are chosen, missing counts as false."""

Entries: TypeAlias = Sequence[tuple[str, Sql]]
"""The members of a JSON object in order: key and value."""


def raw(text: str, stored: TypeEngine[Any] | None = None) -> Sql:
    """Return an expression from its text, never from what a caller gave."""
    return literal_column(text, stored)


ONE: Final = raw("1")


def rows_of(source: FromClause, *where: Predicate) -> Select[tuple[()]]:
    """Return the rows of a FROM clause, without columns yet.

    Whatever else an expression in it names belongs to the statements around it.
    """
    return select().select_from(source).where(*where).correlate_except(source)


def exists(source: FromClause, *where: Predicate) -> Exists:
    """Return whether a FROM clause has such a row."""
    return rows_of(source, *where).add_columns(ONE).exists()


def value_from(rows: Select[tuple[()]], value: Sql) -> Sql:
    """Return the value of one expression over rows, as part of another statement."""
    return rows.add_columns(value).scalar_subquery()


def first_of(rows: Select[tuple[()]]) -> Select[tuple[()]]:
    """Return the first row only."""
    return rows.limit(ONE)
