"""What an id stands for: its record, or at present the record that this one was merged into."""

from typing import TypeGuard

from sqlalchemy import func, or_, select

from relatum.catalogue.model import BUILT_IN
from relatum.connections.types import Identifier
from relatum.reading.comparisons import compared
from relatum.reading.context import Context, within
from relatum.reading.rows import WHOLE, Row, Value
from relatum.reading.sql import Json, Predicate, Sql, rows_of, value_from
from relatum_schemas.kinds import Identity
from relatum_schemas.selection import Compare, Condition, FieldPath, Operator
from relatum_schemas.selection import Value as Given


def survivor(given: Given, name: str, *, context: Context) -> Sql:
    """Return the id of the record that a given id stands for.

    Raises:
        BadValue: it is no id.
    """
    with within(name):
        identity = context.binds.value(given, Identity().parse, Identifier())
    if identity is None:
        return context.dialect.missing(Identity())
    if context.recorded:
        return identity
    record = context.aliases.of(context.tables.record, "record")
    became = value_from(rows_of(record, record.c.id == identity), record.c.merged_into)
    return func.coalesce(became, identity, type_=Identifier())


def ids_shown(row: Row, *, context: Context) -> Json:
    """Return the ids by which a row is found, as a list of objects: its own, and at present those merged into it."""
    record = context.aliases.of(context.tables.record, "record")
    own = record.c.id == row.id
    meant = own if context.recorded else or_(own, record.c.merged_into == row.id)
    found = [("i", context.dialect.shown(record.c.id, Identity()))]
    return context.dialect.list_of_objects(rows_of(record, meant), found)


def names_ids(condition: Condition) -> TypeGuard[Compare]:
    """Return whether a condition names records by their ids, and asks nothing else."""
    return (
        isinstance(condition, Compare)
        and condition.path == FieldPath(field="id")
        and condition.operator in (Operator.EQ, Operator.IN)
    )


def stood_for(row: Row, condition: Compare, *, context: Context) -> Predicate:
    """Return whether a row is what one of the ids that a condition names stands for."""
    record = context.aliases.of(context.tables.record, "record")
    identity = Value(kind=BUILT_IN["id"].kind, parts={WHOLE: record.c.id}, nullable=False)
    named = compared(identity, condition.operator, condition.value, context=context)
    stands_for = func.coalesce(record.c.merged_into, record.c.id, type_=Identifier())
    return row.id.in_(select(stands_for).select_from(record).where(named))
