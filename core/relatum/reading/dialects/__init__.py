"""What the two databases spell differently. Everything else of the compiler is shared.

Each dialect is a module with the functions of `Dialect`; the compiler calls them through its context.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from sqlalchemy import CompoundSelect, FromClause, Select

from relatum.connections.types import DialectName
from relatum.reading.dialects import postgresql, sqlite
from relatum.reading.sql import Entries, Json, Predicate, Sql
from relatum.tables import Tables
from relatum_schemas.kinds import Kind
from relatum_schemas.selection import Bucket


class Dialect(Protocol):
    """The functions that a dialect's module has."""

    NAME: DialectName
    UNLIMITED: int | None
    """The bound of a LIMIT that bounds nothing."""

    FINDS_ONCE: bool
    """Whether rows that are listed and counted are found once for both, where a condition leads to them from others."""

    def constant(self, text: str) -> Sql:
        """A text as part of the statement."""

    def missing(self, kind: Kind) -> Sql:
        """NULL, as a value of a plain kind."""

    def shown(self, value: Sql, kind: Kind) -> Sql:
        """A value of a plain kind in its wire form."""

    def id_text(self, value: Sql) -> Sql:
        """An id as the text that is made quickest, for whoever reads it as an id again: with dashes or without."""

    def ordered(self, value: Sql, *, descending: bool, nullable: bool) -> Sql:
        """A key of an ORDER BY in which missing values are the smallest."""

    def object_of(self, entries: Entries) -> Json:
        """An object of expressions that are in scope."""

    def first_object(self, rows: Select[tuple[()]], entries: Entries) -> Json:
        """The object of the first row, or NULL."""

    def list_of_objects(self, rows: Select[tuple[()]], entries: Entries) -> Json:
        """The objects of all rows, in their order."""

    def list_of(self, rows: Select[tuple[()]], item: Json) -> Json:
        """One JSON value per row, in the rows' order."""

    def collected(self, item: Json, where: Predicate, position: Sql) -> Json:
        """The aggregate of JSON values into a list, of rows that fulfil a condition, by position."""

    def hexadecimal(self, values: Sequence[Sql]) -> Sql:
        """The JSON array of these values as hexadecimal text: a cursor."""

    def contains(self, text: Sql, part: Sql) -> Predicate:
        """Whether a text has another one inside."""

    def has(self, codes: Sql, code: Sql) -> Predicate:
        """Whether a list holds a code."""

    def has_any(self, codes: Sql, parameter: str) -> Predicate:
        """Whether a list holds one of the codes of a list parameter."""

    def has_all(self, codes: Sql, parameter: str) -> Predicate:
        """Whether a list holds every code of a list parameter."""

    def codes_where(self, judged: Sequence[tuple[str, Predicate]]) -> Sql:
        """The list of the codes whose conditions hold; missing when none does."""

    def codes_among(self, codes: Sql, chosen: Callable[[Sql], Predicate]) -> Json:
        """The codes of a list that are chosen, in their order."""

    def those_present(self, items: Sequence[Json]) -> Json:
        """A list of those of some JSON values that are there."""

    def line_cursor(self, unit: Sql, digest: Sql) -> Sql:
        """The cursor of a line of the change log (`relatum.changes.cursors`)."""

    def bucket(self, value: Sql, bucket: Bucket, *, instant: bool) -> Sql:
        """The first day of the period in which a day or an instant (UTC) falls."""

    def units(self, value: Sql, kind: Kind) -> Sql:
        """A stored number as a whole number of its smallest units, of 64 bits."""

    def of_units(self, units: Sql, kind: Kind) -> Sql:
        """The stored number from a whole number of its smallest units."""

    def checked(self, units: Sql) -> Sql:
        """A whole number that arithmetic gave, or an error when it left 64 bits."""

    def summed(self, value: Sql, kind: Kind) -> Sql:
        """The exact sum of stored numbers in their smallest units, or an error when it leaves 64 bits."""

    def average(self, whole: Sql, rest: Sql, scale: int) -> Sql:
        """An average as text: whole smallest units at a scale, and the four digits behind them."""

    def number(self, text: Sql) -> Json:
        """A number as JSON, from its decimal text."""

    def matching(self, query: Sql, tables: Tables) -> Predicate:
        """Whether a row of `search` has, for each word asked, a word that begins so."""

    def matched(self, query: Sql, tables: Tables, most: int) -> Select[Any]:
        """So many rows of `search` at most in which such words begin, each with its record as `id` and its type."""

    def hits(self, parameter: str, tables: Tables) -> tuple[FromClause, Sql]:
        """The rows of `search` that have a word of those asked, each with that word; asked as a list parameter."""

    def listed_ids(self, ids: Select[Any] | CompoundSelect[Any]) -> Sql:
        """The ids that a select of one column `id` gives, as one list."""

    def no_ids(self) -> Sql:
        """A list without ids."""

    def both_ids(self, ids: Sql, others: Sql) -> Sql:
        """Two lists of ids in one."""

    def ids_of(self, ids: Sql) -> tuple[FromClause, Sql]:
        """A list of ids as something to select from, and the id in it."""

    def unindexed(self, value: Sql) -> Sql:
        """A value by whose index rows are not looked up, since they are found faster otherwise."""

    def begun(
        self, ids: FromClause, columns: FromClause, key: Sql
    ) -> tuple[FromClause, Sequence[Predicate]]:
        """What stands in FROM, and its predicates, so that rows are looked up by a key from few ids without repeats."""

    def among(self, value: Sql, ids: FromClause) -> Predicate:
        """Whether an id is among some; they are made once in the statement, and rows are not looked up from them."""

    def by_itself(self, rows: Select[Any]) -> Select[Any]:
        """The rows of an EXISTS that is put to few rows, and is never answered for all at once."""

    def one_of_few(self, value: Sql, ids: Select[Any] | CompoundSelect[Any]) -> Predicate:
        """Whether an id is among few; rows are looked up from them."""

    def listed_words(self, parameter: str) -> tuple[FromClause, Sql]:
        """A list parameter of words as something to select from, and the word in it."""

    def word_query(self, words: Sequence[str]) -> str:
        """What `matching` is asked, from folded words."""


DIALECTS: Mapping[DialectName, Dialect] = {"postgresql": postgresql, "sqlite": sqlite}
