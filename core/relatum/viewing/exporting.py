"""A list as a file: all rows that a query admits, page by page in one state of the database, so that no file is too long.

Values are written so that programs read them: days and instants as ISO 8601, numbers in the language's way. What a
spreadsheet would take for a formula is written so that it shows it and calculates nothing (OWASP, "CSV injection").
"""

import csv
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson
from babel.numbers import get_decimal_symbol

from relatum.catalogue.resolved import ColumnRule, ResolvedView
from relatum.viewing.columns import merged, outputs_of, value_in
from relatum.viewing.desk import Desk
from relatum.viewing.listing import asked_of_view
from relatum.viewing.querying import Asked, Given
from relatum.viewing.reads import Reads
from relatum.viewing.speaking import column_word
from relatum.viewing.stretches import source_of
from relatum_schemas.errors import Problems
from relatum_schemas.kinds import Money
from relatum_schemas.selection import (
    Connection,
    NodesItem,
    Page,
    PageInfoItem,
    Parameter,
    Request,
    RootField,
)

_PAGE: Final = 1_000
"""Rows that are read at a time."""

_MARK: Final = "\ufeff"
_FORMULA: Final = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 (wide forms count, too)
"""Characters with which spreadsheets begin a formula, or end what stands before one."""


async def exported(
    desk: Desk, view: ResolvedView, given: Given, *, separator: str, mark: bool
) -> AsyncIterator[bytes]:
    """The lines of the file, some at a time.

    Raises:
        Problems: something in the query is wrong.
    """
    columns = desk.seen(view.columns)
    desk = await desk.with_lists(columns)
    asked = asked_of_view(desk, view, given)
    if asked.problems:
        wrong = [error.at(key) for key, error in asked.problems.items()]
        raise Problems("The query has mistakes.", wrong)
    await desk.reads.note("exported", view=view.full_name, query=asked.text(), type=view.type)
    writing = _Lines(desk, columns, separator)
    yield ((_MARK if mark else "") + writing.head()).encode()
    async with desk.reads.snapshot() as within:
        async for rows in _pages(within, view, asked, columns):
            yield "".join(writing.line(each) for each in rows).encode()


async def _pages(
    within: Reads, view: ResolvedView, asked: Asked, columns: Sequence[ColumnRule]
) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
    facts = (("next", "has_next_page"), ("end", "end_cursor"))
    items = (
        NodesItem(key="rows", outputs=merged(outputs_of(columns))),
        PageInfoItem(key="page", facts=facts),
    )
    root = RootField(
        key="list",
        source=source_of(view, asked),
        form=Connection(items=items),
        order=asked.orders or asked.usual,
        page=Page(first=Parameter(parameter="size"), after=Parameter(parameter="cursor")),
    )
    request, cursor, more = Request(fields=(root,)), None, True
    while more:
        parameters = {**asked.parameters, "size": _PAGE, "words": asked.words, "cursor": cursor}
        shown = orjson.loads(await within.read(request, parameters))["list"]
        yield shown["rows"]
        cursor, more = shown["page"]["end"], shown["page"]["next"]


class _Lines:
    """Writes lines."""

    def __init__(self, desk: Desk, columns: Sequence[ColumnRule], separator: str) -> None:
        self._desk = desk
        self._columns = columns
        self._zone = ZoneInfo(desk.catalogue.zone)
        self._point = get_decimal_symbol(desk.titles.locale)
        self._text = StringIO(newline="")
        self._writer = csv.writer(self._text, delimiter=separator)

    def head(self) -> str:
        """The line of titles."""
        return self._line(title for each in self._columns for title in self._titles(each))

    def line(self, shown: Mapping[str, Any]) -> str:
        """The line of a row."""
        return self._line(said for each in self._columns for said in self._values(shown, each))

    def _titles(self, column: ColumnRule) -> tuple[str, ...]:
        title = self._desk.column(column).title
        if not _is_money(column):
            return (title,)
        return title, f"{title}: {self._desk.titles.part('currency')}"

    def _values(self, shown: Mapping[str, Any], column: ColumnRule) -> tuple[str, ...]:
        """What stands in the columns of the file; of money amount and currency, each in its own."""
        value = value_in(shown, column)
        if not _is_money(column):
            return (self._said(value, column),)
        amounts: list[Money] = (
            value if isinstance(value, list) else [] if value is None else [value]
        )
        said = (" + ".join(map(self._number, (each.amount for each in amounts))),)
        return (*said, " + ".join(each.currency for each in amounts))

    def _line(self, values: Iterable[str]) -> str:
        self._text.seek(0)
        self._text.truncate()
        self._writer.writerow(values)
        return self._text.getvalue()

    def _said(self, value: Any, column: ColumnRule) -> str:
        match value:
            case datetime():
                return value.astimezone(self._zone).isoformat(timespec="seconds")
            case date():
                return value.isoformat()
            case bool():
                return safe(self._desk.speaking.value(value, column))
            case int() | float() | Decimal():
                return self._number(value)
        return safe(self._desk.speaking.value(value, column))

    def _number(self, value: float | Decimal) -> str:
        return str(value).replace(".", self._point)


def _is_money(column: ColumnRule) -> bool:
    return column_word(column) == "money"


def safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula: one that begins like one is led by an apostrophe."""
    return f"'{text}" if text.startswith(_FORMULA) else text
