"""What pages are made of: columns, cells, rows, and where they lead. Plain values, in one language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from relatum_schemas.kinds import FileReference

Direction = Literal["ascending", "descending"]


@dataclass(frozen=True)
class Named:
    """A record by its name."""

    id: UUID
    type: str
    label: str


@dataclass(frozen=True)
class Link:
    """Where the detail of a record is shown: the full name of a view, and the record's id."""

    view: str
    id: UUID


@dataclass(frozen=True)
class Choice:
    """One of several values, in wire form, and what people call it."""

    value: str
    text: str


@dataclass(frozen=True)
class FileAt:
    """A file, and the field of the record that names it."""

    record: UUID
    field: str
    reference: FileReference


@dataclass(frozen=True)
class Column:
    """A column of a list, or a fact of a detail.

    Attributes:
        key: names it, as the view does.
        title: what people call it.
        help: a sentence about it; empty where nothing was said.
        kind: what stands in it: ``text``, ``money``, ``day``, ``choice``, ``record``, ``count`` and so on.
        sortable: whether rows may be sorted by it.
        sorted: how they are.
    """

    key: str
    title: str
    help: str
    kind: str
    sortable: bool = False
    sorted: Direction | None = None

    @property
    def numeric(self) -> bool:
        """Whether it holds numbers, which stand under one another by their last digits."""
        return self.kind in ("integer", "number", "money", "count", "duration")


@dataclass(frozen=True)
class Cell:
    """What one row has in one column.

    Attributes:
        column: the column.
        value: in Python: a `Decimal`, a `Money`, a date, a code, a `Named` record; None where there is nothing to see.
        text: as people read it.
        link: where the record that it is about is shown in detail, if anywhere.
        file: the file that it names.
    """

    column: Column
    value: Any = None
    text: str = ""
    link: Link | None = None
    file: FileAt | None = None


@dataclass(frozen=True)
class Row:
    """A record, or a tie, in a list."""

    id: UUID
    type: str
    label: str
    version: int
    cells: tuple[Cell, ...]
    link: Link | None = None


@dataclass(frozen=True)
class Filter:
    """What a list may be filtered by.

    Attributes:
        key: names it in the query.
        title: what people call it.
        help: a sentence about it.
        kind: as of columns, which says what may be asked: for ``choice`` its codes, for ``record`` one by its id, for
            numbers, money, days and instants a range.
        choices: the values that there are, of choices; yes and no.
        given: what the query says of it, by suffix: ``""``, ``from``, ``to``, ``is``, ``contains``, ``starts``, ``empty``.
        named: the records that are asked for, of ``record``.
        problem: what is wrong with that.
    """

    key: str
    title: str
    help: str
    kind: str
    choices: tuple[Choice, ...] = ()
    given: Mapping[str, tuple[str, ...]] | None = None
    named: tuple[Named, ...] = ()
    problem: str | None = None


@dataclass(frozen=True)
class Offer:
    """An action that may be called.

    Attributes:
        name: in Python.
        title: what people call it.
        help: a sentence about it.
        input: the name of the input that takes the record it acts on; None for an action of its own.
    """

    name: str
    title: str
    help: str
    input: str | None = None
