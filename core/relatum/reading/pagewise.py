"""A page read once and gathered by the positions of its rows.

For what a plain sub-select cannot tell: whether there are more rows, which cursors the page begins and ends with, several
lists of the same rows, and rows in their order although the page was read from its end. One row more than the page has is
read; the window functions only number and count what the LIMIT has left.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import FromClause, and_, case, func, or_, select, true

from relatum.reading.context import Context
from relatum.reading.pages import Window
from relatum.reading.rows import Row
from relatum.reading.sql import ONE, Json, Predicate, Sql, raw


@dataclass(frozen=True, eq=False)
class Numbered:
    """The rows of a page with the columns asked, `position` as they were read, and `fetched`, their number."""

    rows: FromClause
    window: Window

    def listed(self, column: str, *, context: Context) -> Json:
        """A column of the page as a list, in the order of the order."""
        position = self.rows.c.position
        shown = position.desc() if self.window.backwards else position
        return context.dialect.collected(self.rows.c[column], self._within(), shown)

    def further(self) -> Predicate:
        """Whether there are rows after the page, as it was read."""
        return ~true() if self.window.size is None else func.count() > self.window.size

    def opening(self, column: str) -> Sql:
        """A column of the row that was read first."""
        first = ONE if self.window.last is None else self._cut(self.rows.c.fetched) + ONE
        return func.max(self.rows.c[column]).filter(
            and_(self._within(), self.rows.c.position == first)
        )

    def cut(self) -> Predicate:
        """Whether rows that were read before those of the page are left out of it."""
        return ~true() if self.window.last is None else self._cut(func.count()) > raw("0")

    def _cut(self, fetched: Sql) -> Sql:
        """How many rows are left out at the beginning of those read, by the number of these."""
        size, last = self.window.size, self.window.last
        assert size is not None
        read = case((fetched > size, size), else_=fetched)
        return case((read > last, read - last), else_=raw("0"))

    def closing(self, column: str) -> Sql:
        """A column of the row of the page that was read last."""
        last = self.rows.c.position == self.rows.c.fetched
        if self.window.size is not None:
            last = or_(last, self.rows.c.position == self.window.size)
        return func.max(self.rows.c[column]).filter(and_(self._within(), last))

    def _within(self) -> Predicate:
        """Whether a row is of the page, not the one read on top of it."""
        if self.window.size is None:
            return true()
        within = self.rows.c.position <= self.window.size
        if self.window.last is None:
            return within
        return and_(within, self.rows.c.position > self._cut(self.rows.c.fetched))


def numbered(row: Row, columns: Mapping[str, Sql], window: Window, *, context: Context) -> Numbered:
    """Return the rows of a page, and one more, with these columns of theirs."""
    page = window.of(row, extra=1, context=context).add_columns(
        *(column.label(name) for name, column in columns.items()), ONE.label("one")
    )
    read = page.subquery("page")
    position = func.row_number().over().label("position")
    fetched = func.count().over().label("fetched")
    return Numbered(select(*read.c, position, fetched).subquery("numbered"), window)
