"""A listing: rows in an order, and how one of them, or a page of them, is shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from relatum.reading.context import Context
from relatum.reading.orders import Ordering, cursor, order_by
from relatum.reading.outputs import entries_of, record_shown, row_shown
from relatum.reading.pages import Window
from relatum.reading.pagewise import numbered
from relatum.reading.rows import Row, TypeRow
from relatum.reading.sql import ONE, Json, Sql, first_of, raw, rows_of, value_from
from relatum.reading.ties import far_of
from relatum_schemas.selection import Output


@dataclass(frozen=True, eq=False)
class Listing:
    """Rows in an order.

    Attributes:
        row: what they are.
        order: in which they stand.
        across: whether the far records of ties are shown in their place.
        counting: what makes the rows where all of them are to be counted, if they stand otherwise then.
        place: the cursor of a row, where it is not formed of the keys of the order.
        single: whether there is one row at most.
    """

    row: Row
    order: Ordering
    across: bool = False
    counting: Callable[[], Row] | None = None
    place: Sql | None = None
    single: bool = False

    def cursor(self, *, context: Context) -> Sql:
        """The cursor of a row."""
        return cursor(self.order, context=context) if self.place is None else self.place

    @property
    def rows(self) -> Select[tuple[()]]:
        """The rows as a select, without columns and order yet."""
        return rows_of(self.row.source, *self.row.where)

    def counted(self, most: int | None = None) -> Sql:
        """How many rows there are, counted no further than to a bound."""
        row = self.row
        known = row.begun or (isinstance(row, TypeRow) and row.own is not None)
        if not known and self.counting is not None:
            row = self.counting()
        own = row.own if isinstance(row, TypeRow) else None
        rows = rows_of(row.source, *row.where) if own is None else rows_of(own)
        if most is None:
            return value_from(rows, func.count())
        some = rows.add_columns(ONE).limit(raw(str(most))).subquery("counted")
        return select(func.count()).select_from(some).scalar_subquery()

    def first(self, outputs: Sequence[Output], *, context: Context) -> Json:
        """The first row as an object, or NULL."""
        rows = self.rows
        if not self.single:
            rows = first_of(rows.order_by(*order_by(self.order, context=context)))
        if isinstance(self.row, TypeRow) and not self.across:
            entries = entries_of(self.row, outputs, context=context)
            return context.dialect.first_object(rows, entries)
        return value_from(rows, self.item(outputs, context=context))

    def listed(self, window: Window, outputs: Sequence[Output], *, context: Context) -> Json:
        """The rows of a window as a list of objects."""
        if window.gathered:
            item = self.item(outputs, context=context)
            page = numbered(self.row, {"item": item}, window, context=context)
            return select(page.listed("item", context=context)).scalar_subquery()
        rows = window.of(self.row, context=context)
        if isinstance(self.row, TypeRow) and not self.across:
            entries = entries_of(self.row, outputs, context=context)
            return context.dialect.list_of_objects(rows, entries)
        return context.dialect.list_of(rows, self.item(outputs, context=context))

    def item(self, outputs: Sequence[Output], *, context: Context) -> Json:
        """One row as an object, in scope."""
        if self.across:
            return record_shown(far_of(self.row, "node", context=context), outputs, context=context)
        return row_shown(self.row, outputs, context=context)
