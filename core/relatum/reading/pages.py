"""Pages: the window on an order that is shown, and what lies on either side of it."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import BigInteger, Select, and_

from relatum.reading.binds import supplied
from relatum.reading.context import Context, within
from relatum.reading.orders import Ordering, beyond, order_by
from relatum.reading.rows import Row, TypeRow
from relatum.reading.sql import Predicate, Sql, raw, rows_of
from relatum_schemas.errors import BadValue, TooLarge
from relatum_schemas.selection import Page, Parameter, Value

USUAL = 100
"""Rows of a connection's page when none are asked for."""

MOST = 1_000
"""Rows of a connection's page at most."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Window:
    """A page of an order.

    Attributes:
        order: in which the page is read: turned round for a page before a cursor.
        backwards: whether it is.
        size: how many rows at most; None for all.
        beyond: which rows come after the place from which the page is read, and before the one up to which it is.
        behind: which rows the cursor has left behind, itself included.
        ahead: which rows the other cursor has before it, itself included.
        last: how many of these rows, read forwards, are shown: the last ones; None for all.
    """

    order: Ordering
    backwards: bool = False
    size: Sql | None = None
    beyond: Predicate | None = None
    behind: Predicate | None = None
    ahead: Predicate | None = None
    last: Sql | None = None

    @property
    def gathered(self) -> bool:
        """Whether the page can only be shown when it has been read."""
        return self.backwards or self.last is not None

    def of(self, row: Row, *, extra: int = 0, context: Context) -> Select[tuple[()]]:
        """Return the rows of the page, in the order in which it is read, and so many more.

        Where rows have to be sorted, since no index has them in this order or they are what the principal reaches, the page
        is chosen first, and what it shows is made for its rows alone.
        """
        order = order_by(self.order, context=context)
        where = row.where if self.beyond is None else (*row.where, self.beyond)
        rows = rows_of(row.source, *where).order_by(*order)
        if self.size is None:
            return rows
        rows = rows.limit(self.size + raw(str(extra)) if extra else self.size)
        if not (isinstance(row, TypeRow) and (row.begun or self._sorts(row))):
            return rows
        chosen = rows.add_columns(row.id.label("id")).subquery(context.aliases.name("chosen"))
        source, found = context.dialect.begun(chosen, row.columns, row.id)
        return rows_of(source, *found).order_by(*order)

    def _sorts(self, row: TypeRow) -> bool:
        """Whether all rows of a type have to be sorted for the page."""
        return row.entry == "begun" and row.joined is None and not self.order.indexed


def window(page: Page | None, order: Ordering, *, bounded: bool, context: Context) -> Window:
    """Return the window that a page asks for.

    Args:
        page: as asked for.
        order: of the rows.
        bounded: whether the page has a usual and a greatest size.
        context: of the rows.

    Raises:
        TooLarge, BadValue, BadCursor: a number or a cursor in it cannot be used.
    """
    page = page or Page()
    given = {name: context.binds.given(value) for name, value in page}
    backwards = not given["first"] and (given["last"] or (given["before"] and not given["after"]))
    asked = "last" if backwards else "first"
    number = page.last if backwards else page.first
    with within(asked):
        size = _size(number, asked, bounded, context) if given[asked] else _usual(bounded)
    with within("last"):
        cut = given["first"] and given["last"]
        last = _size(page.last, "last", bounded, context) if cut else None
    facing = order.turned if backwards else order
    near, far = ("before", "after") if backwards else ("after", "before")
    bounds: list[Predicate] = []
    behind = ahead = None
    if given[near]:
        with within(near):
            place = getattr(page, near)
            bounds.append(beyond(facing, place, context=context))
            behind = beyond(facing.turned, place, inclusive=True, context=context)
    if given[far]:
        with within(far):
            place = getattr(page, far)
            bounds.append(beyond(facing.turned, place, context=context))
            ahead = beyond(facing, place, inclusive=True, context=context)
    return Window(
        order=facing,
        backwards=backwards,
        size=size,
        beyond=and_(*bounds) if bounds else None,
        behind=behind,
        ahead=ahead,
        last=last,
    )


def _usual(bounded: bool) -> Sql | None:
    return raw(str(USUAL)) if bounded else None


def _size(number: Value, name: str, bounded: bool, context: Context) -> Sql:
    read = _reading(name, MOST if bounded else None)
    if isinstance(number, Parameter):
        supply = supplied(number, read)
        return context.binds.add(f"{number.parameter}_rows_{bounded}", supply, BigInteger())
    return raw(str(read(number)))


def _reading(name: str, most: int | None) -> Callable[[object], int]:
    def read(given: object) -> int:
        if isinstance(given, bool) or not isinstance(given, int) or given < 0:
            raise BadValue(
                f"{given!r} is not a number of rows.", hint="Give a whole number from 0."
            )
        if most is not None and given > most:
            raise TooLarge(
                f"{name} is {given}; a page has at most {most} rows.",
                hint="Ask for the next page with its cursor.",
            )
        return given

    return read
