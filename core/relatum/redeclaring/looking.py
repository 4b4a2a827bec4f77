"""What is in the tables of declared types: how many records and values a change would be about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, func, null, or_, select

from relatum.catalogue import Field, RecordType, RelationshipType
from relatum.catalogue.model import SideName
from relatum.redeclaring.standing import Standing
from relatum.tables import Tables, field_columns


@dataclass(frozen=True)
class Tie:
    """A tie, as far as limits are concerned."""

    source: UUID
    target: UUID
    begin: date | datetime | None
    end: date | datetime | None
    per: object


@dataclass(frozen=True)
class Looking:
    """Looks into a database as it is before a change.

    Attributes:
        connection: to the database.
        standing: what is declared before the change.
        tables: of that.
    """

    connection: Connection
    standing: Standing
    tables: Tables

    def type(self, declared: str) -> RecordType | None:
        """A type by the name under which it is declared now; None if it rests for want of others."""
        name = self.standing.type_name(declared)
        return None if name is None else self.standing.catalogue.types[name]

    def field(self, type_name: str, declared: str) -> Field | None:
        """A field by the names under which it is declared now."""
        found = self.type(type_name)
        name = self.standing.field_name(type_name, declared)
        return None if found is None else found.fields.get(name)

    def records(self, of: RecordType) -> int:
        """How many records of a type there are."""
        return self._count(select(func.count()).select_from(self.tables.current[of.name]))

    def versions(self, of: RecordType) -> int:
        """How many versions of records there are, of those that are gone included."""
        return self._count(select(func.count()).select_from(self.tables.version[of.name]))

    def with_value(self, of: RecordType, field: Field) -> int:
        """How many records have, or once had, a value in a field."""
        table = self.tables.version[of.name]
        there = or_(*(each.is_not(None) for each in _columns(table, field)))
        return self._count(select(func.count(table.c.id.distinct())).where(there))

    def without_value(self, of: RecordType, field: Field) -> int:
        """How many records lack, or once lacked, a value in a field."""
        table = self.tables.version[of.name]
        first = _columns(table, field)[0]
        return self._count(select(func.count(table.c.id.distinct())).where(first.is_(None)))

    def repeated(self, of: RecordType, fields: Sequence[Field]) -> int:
        """How many combinations of values occur in more than one record."""
        table = self.tables.current[of.name]
        columns = [table.c[field.column] for field in fields]
        present = [each.is_not(None) for each in columns]
        several = select(*columns).where(*present).group_by(*columns).having(func.count() > 1)
        return self._count(select(func.count()).select_from(several.subquery()))

    def values(self, of: RecordType, field: Field) -> Iterator[tuple[Any, int]]:
        """Each value of a field of one column, with how many versions have it."""
        (column,) = _columns(self.tables.version[of.name], field)
        counted = select(column, func.count()).where(column.is_not(None)).group_by(column)
        counted = counted.order_by(column)
        yield from (tuple(row) for row in self.connection.execute(counted))

    def ties_to(self, relationship: RelationshipType, side: SideName, type_name: str) -> int:
        """How many ties of a type have a record of another type at one of their sides."""
        ties, record = self.tables.current[relationship.name], self.tables.record
        end: ColumnElement[Any] = ties.c[f"{side}_id"]
        found = select(func.count()).select_from(ties.join(record, end == record.c.id))
        return self._count(found.where(record.c.type == type_name))

    def ties(self, relationship: RelationshipType, per: str | None) -> Iterator[Tie]:
        """All ties of a type, with what limits are counted by."""
        columns = self.tables.current[relationship.name].c
        dated = relationship.validity is not None
        open_ = null()
        counted_by = None if per is None else relationship.fields.get(per)
        chosen = [
            columns.source_id,
            columns.target_id,
            columns.valid_from if dated else open_,
            columns.valid_to if dated else open_,
            open_ if counted_by is None else columns[counted_by.column],
        ]
        for row in self.connection.execute(select(*chosen)):
            yield Tie(*row)

    def _count(self, statement: Select[Any]) -> int:
        return int(self.connection.scalar(statement) or 0)


def _columns(table: Table, field: Field) -> list[Column[Any]]:
    names = (each.name for each in field_columns(field, required=False) if not each.key)
    return [table.c[name] for name in names]
