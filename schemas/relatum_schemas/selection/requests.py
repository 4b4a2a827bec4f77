"""Requests: which records, in what form, under which key."""

from typing import Annotated, Literal

from pydantic import Discriminator

from relatum_schemas.selection.conditions import Condition
from relatum_schemas.selection.outputs import Form
from relatum_schemas.selection.times import Clock
from relatum_schemas.selection.values import Part, Value
from relatum_schemas.selection.windows import Order, Page


class Among(Part):
    """Which rows are looked through: so many at most, found before anything else is asked of them.

    Those that fulfil a ``condition``, be they seen or not; those in which the ``word`` begins a word; or ``in_order`` the
    first in the order asked, from the page's cursor on, of those that may be seen (and fulfil the ``condition``). What
    remains of them under filter and words is what there is. Which of more than ``most`` they are is said ``in_order`` only.
    """

    most: int
    condition: Condition | None = None
    word: Value = None
    in_order: bool = False


class Rows(Part):
    """Every record of a type or trait (``Record`` means every type, ties included).

    ``words`` keeps those in which each word of a text begins a word of the label or a searchable field, as `Search` does,
    in the order asked; a text without words finds none. Only the present is searched.

    Of ``Record`` at present, a filter that does nothing but name ids (`eq`, `in`) finds what a merged record became.

    ``among`` bounds how many rows of one concrete type are looked through at present, for who sees much of it; where little
    is seen, all of it is.
    """

    kind: Literal["rows"] = "rows"
    type: str
    filter: Condition | None = None
    words: Value = None
    among: Among | None = None


class Search(Part):
    """Records in which each word begins a word of the label or a searchable field; without words none.

    Ordered by rank, the best first, then by folded label, then by id. The rank is the mean over the words of how well each
    is found: 1 as a word of the label, 0.75 as the beginning of one, 0.5 in another field. Only the present is searched.
    """

    kind: Literal["search"] = "search"
    text: Value
    types: tuple[str, ...] = ()


class Neighbourhood(Part):
    """The records within ``depth`` ties of one record, that record left out, nearest first, then by id.

    ``types`` names the relationship types walked (none: all), by ties that hold now. ``budget`` bounds the records
    visited per hop: those with the smallest ids are kept.
    """

    kind: Literal["neighbourhood"] = "neighbourhood"
    id: Value
    depth: int = 1
    types: tuple[str, ...] = ()
    budget: int = 10_000


class ShortestPath(Part):
    """The records of one shortest chain of ties between two records, both included, in order; none if there is none.

    Among shortest chains the one with the smallest ids, compared from the start, is taken.
    """

    kind: Literal["path"] = "path"
    start: Value
    end: Value
    types: tuple[str, ...] = ()
    depth: int = 6
    budget: int = 10_000


class Changes(Part):
    """The lines of the change log after a cursor, in their order: what was done to the records that may be seen.

    A line is no record; it shows the facts `LINE_FACTS` as fields, and leads to the ``record`` as it is now and to the
    records of the ``actor`` and of the firm ``acted_for``. Who did it and why takes the right to the record's history.

    ``types`` (types and traits; none: all) and ``operations`` (none: all) say which lines; ``filter`` is asked of the
    record as it is now, and takes one type or trait. The forms are `Many` and a forward `Connection` without a count.
    """

    kind: Literal["changes"] = "changes"
    since: Value = None
    types: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    filter: Condition | None = None


Source = Annotated[Rows | Search | Neighbourhood | ShortestPath | Changes, Discriminator("kind")]


class RootField(Part):
    """One answer of a request under one key."""

    key: str
    source: Source
    form: Form
    order: tuple[Order, ...] = ()
    page: Page | None = None
    clock: Clock = Clock()


class Request(Part):
    """Several answers, read in one statement and at one moment."""

    fields: tuple[RootField, ...]
