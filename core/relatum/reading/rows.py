"""Rows: a record as it stands in a FROM clause, and the values that it offers.

A `TypeRow` is of one type and stands in that type's table. A `SharedRow` is of one of several types (a trait, `Record`,
an end of several types) and offers what they have alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from sqlalchemy import FromClause, or_
from typing_extensions import override

from relatum.catalogue.model import RecordType
from relatum.reading.sql import Json, Predicate, Sql
from relatum.sealing import FieldPlace
from relatum_schemas.kinds import CompositeKind, Kind

WHOLE: Final = ""
"""The name of the one part that a plain value has."""

Entry = Literal["begun", "judged", "alone"]
"""How rows of a type enter a statement: nothing else leads to them, they were reached from elsewhere, or few are named."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Value:
    """A value of a row: one expression, or one per part of a composite kind.

    Attributes:
        kind: of the value.
        parts: expressions by part; a plain kind has the part `WHOLE`.
        key: the folded text by which it sorts and compares, where one is kept.
        found_by_key: whether an index finds it by its key, which is all of the folded text.
        places: where an encrypted value may have been sealed; `key` is its digest then.
        nullable: whether it may be missing.
    """

    kind: Kind
    parts: Mapping[str, Sql]
    key: Sql | None = None
    found_by_key: bool = False
    places: tuple[FieldPlace, ...] = ()
    nullable: bool = True

    @property
    def plain(self) -> Sql:
        """The expression of a plain kind."""
        return self.parts[WHOLE]

    @property
    def sorting(self) -> Sql:
        """The expression by which a plain value sorts and compares."""
        return self.plain if self.key is None else self.key

    def part(self, name: str) -> "Value":
        """One part of a composite kind, as a value."""
        required = isinstance(self.kind, CompositeKind) and name in self.kind.required_parts
        return Value(
            kind=self.kind.parts[name],
            parts={WHOLE: self.parts[name]},
            nullable=self.nullable or not required,
        )

    def changed(self, change: Callable[[Sql], Sql]) -> "Value":
        """The value with every expression changed; it may be missing then."""
        return replace(
            self,
            parts={name: change(part) for name, part in self.parts.items()},
            key=None if self.key is None else change(self.key),
            nullable=True,
        )

    @property
    def presence(self) -> Predicate:
        """Whether there is a value: the parts that it must have are there, or else any part."""
        required = self.kind.required_parts if isinstance(self.kind, CompositeKind) else ()
        names = [name for name in self.parts if name in required][:1] or list(self.parts)
        return or_(*(self.parts[name].is_not(None) for name in names))


@dataclass(frozen=True, kw_only=True, eq=False)
class Far:
    """The record at an end of a tie: its id, and what it may be (see `End.other`)."""

    id: Sql
    declared: str
    types: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, eq=False)
class Hit:
    """What a search tells of a row that it has found: its rank, and the name of the bind of the words."""

    rank: Json
    words: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """A record in a FROM clause.

    Attributes:
        declared: the type, trait or `Record` as which it was asked for; empty for several types.
        types: the concrete types that it may be of.
        columns: what stands in FROM.
        where: what makes it a row: the link to what it was reached from, the clock, the policies.
        joined: what stands in FROM together with the columns, where a search, a walk or what the principal reaches
            has found the row.
        begun: whether there are no more rows than the principal reaches.
        hit: what a search tells of it, where one has found it.
    """

    declared: str
    types: tuple[str, ...]
    columns: FromClause
    where: tuple[Predicate, ...] = ()
    joined: FromClause | None = None
    begun: bool = False
    hit: Hit | None = None

    @property
    def id(self) -> Sql:
        """The record's id."""
        return self.columns.c.id

    @property
    def source(self) -> FromClause:
        """The whole of what stands in FROM."""
        return self.columns if self.joined is None else self.joined


@dataclass(frozen=True, kw_only=True, eq=False)
class TypeRow(Row):
    """A record of one type.

    Attributes:
        record_type: the type.
        far: the record at the other end of a tie that was reached through an end.
        entry: how it enters the statement.
        own: the ids of all such rows, where they are known: all that the principal reaches, or all that a filter finds.
        further: the cursor from which looking goes on, where rows were looked through in their order and there may be more.
    """

    record_type: RecordType
    far: Far | None = None
    entry: Entry = "judged"
    own: FromClause | None = None
    further: Json | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class SharedRow(Row):
    """A record of one of several types.

    Attributes:
        type: the name of its type.
        values: what makes the value of each field that all its types have alike.
    """

    type: Sql
    values: Mapping[str, Callable[[], Value]]


@dataclass(frozen=True, kw_only=True, eq=False)
class LineRow(Row):
    """A line of the change log: `columns` are the line's.

    Attributes:
        unit: the unit of work that wrote it.
        subject: the record of whose history it is a line; None among the lines of all records.
    """

    unit: FromClause
    subject: TypeRow | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class EndRow(Row):
    """A record of which only the id matters, taken from the tie that refers to it: `columns` are the tie's."""

    end: Sql

    @property
    @override
    def id(self) -> Sql:
        """The record's id."""
        return self.end
