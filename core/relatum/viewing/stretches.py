"""A page of a list, read: all that may be seen, or, of much, so many rows at most.

Who sees little of a type has all of it gathered, filtered, sorted and counted. Who sees more than ten thousand records has
pages that are bounded by what is read for them:

- where a part of the query (a filter, a word, the view's condition) finds few rows by its index, these are looked through;
- else the rows of the order asked are looked through, so many from the cursor on; `Read.further` says that it may go on;
- without any filter, or with filters of the order's own field alone, the index gives the page as it is.

Numbers of rows are counted so far as rows are looked through, or to ten thousand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from relatum.catalogue.resolved import ColumnRule, ResolvedView
from relatum.reading.sizes import LARGE
from relatum.text import words
from relatum.viewing.columns import merged, outputs_of
from relatum.viewing.desk import Desk
from relatum.viewing.querying import Asked
from relatum_schemas.selection import (
    All,
    Among,
    Compare,
    Condition,
    Connection,
    ConnectionItem,
    NodesItem,
    Page,
    PageInfoItem,
    Parameter,
    Request,
    RootField,
    Rows,
    TotalCountItem,
)
from relatum_schemas.selection.conditions import each_of

_WORDS: Final = 5
"""Words of a query by which rows are looked for; the others are asked of what is found."""

_CURSORS: Final = (("start", "start_cursor"), ("end", "end_cursor"))
_FACTS: Final = (("next", "has_next_page"), ("previous", "has_previous_page"), *_CURSORS)
_FURTHER: Final = ("further", "further_cursor")


@dataclass(frozen=True)
class Read:
    """What was read for a page.

    Attributes:
        rows: of the page.
        after: the cursor of the next page; None on the last one.
        before: the cursor of the page before; None on the first one.
        further: whether it is not known that there are rows on the next page.
        total: how many rows there are, where they were counted or are all on one page.
        at_least: whether there may be more.
    """

    rows: Sequence[Mapping[str, Any]] = ()
    after: str | None = None
    before: str | None = None
    further: bool = False
    total: int | None = None
    at_least: bool = False


NOTHING: Final = Read()


async def reading_of(
    desk: Desk, view: ResolvedView, asked: Asked, columns: Sequence[ColumnRule]
) -> Read:
    """Read the page that a query asks for.

    Raises:
        BadCursor: its cursor is damaged.
    """
    among = await _among(desk, view, asked) if asked.much or asked.words else None
    roots = [_root(view, asked, columns, among)]
    if asked.count:
        roots.append(_counting(view, asked, among))
    parameters = {
        **asked.parameters,
        **_words(asked),
        "size": asked.size,
        "words": asked.words,
        "cursor": asked.after or asked.before,
    }
    answer = orjson.loads(await desk.reads.read(Request(fields=tuple(roots)), parameters))
    return _read(asked, answer, among)


def source_of(view: ResolvedView, asked: Asked, among: Among | None = None) -> Rows:
    """The rows that a query admits."""
    conditions = _conditions(view, asked)
    admitted = conditions[0] if len(conditions) == 1 else All(of=tuple(conditions))
    given = Parameter(parameter="words") if asked.words else None
    return Rows(type=view.type, filter=admitted if conditions else None, words=given, among=among)


def _conditions(view: ResolvedView, asked: Asked) -> list[Condition]:
    return [*([view.where] if view.where else []), *asked.conditions]


async def _among(desk: Desk, view: ResolvedView, asked: Asked) -> Among | None:
    """Which rows are looked through; None where all are, or an index gives the page as it is.

    Words are looked for among the rows of a type that is small, or by the word that fewest records of any type have.
    """
    if desk.catalogue.concrete(view.type) != (view.type,):
        return None
    if not asked.much and not desk.sight.all_of(view.type):
        return None
    given = _words(asked)
    conditions = list(each_of(_conditions(view, asked))) if asked.much else []
    key = next((each.path.field for each in asked.orders or asked.usual), "id")
    bounds = [each for each in conditions if isinstance(each, Compare) and _is_of(each, key)]
    if len(bounds) == len(conditions) and not asked.words:
        return None
    parameters = {**asked.parameters, **given}
    few = await desk.reads.fewest(view.type, conditions, tuple(given), parameters)
    if few is not None:
        return few
    most = desk.reads.looked_through if asked.much else LARGE
    return Among(most=most, condition=All(of=tuple(bounds)) if bounds else None, in_order=True)


def _words(asked: Asked) -> dict[str, str]:
    """The first words that are searched, by the names of their parameters; a letter begins too many to be weighed."""
    each = [each for each in dict.fromkeys(words(asked.words)) if len(each) > 1]
    return {f"word_{number}": word for number, word in zip(range(_WORDS), each, strict=False)}


def _is_of(condition: Compare, key: str) -> bool:
    path = condition.path
    return not path.steps and path.part is None and path.field == key


def _root(
    view: ResolvedView, asked: Asked, columns: Sequence[ColumnRule], among: Among | None
) -> RootField:
    items = (
        NodesItem(key="rows", outputs=merged(outputs_of(columns))),
        PageInfoItem(key="page", facts=_facts(asked, among)),
    )
    return _listed(view, asked, among, items, _window(asked))


def _facts(asked: Asked, among: Among | None) -> tuple[tuple[str, str], ...]:
    """Where rows are looked through in their order, what lies behind the cursor is not looked at again."""
    if among is None or not among.in_order:
        return _FACTS
    return (_FACTS[1] if _backwards(asked) else _FACTS[0], *_CURSORS, _FURTHER)


def _counting(view: ResolvedView, asked: Asked, among: Among | None) -> RootField:
    most = LARGE if asked.much and among is None else None
    items: tuple[ConnectionItem, ...] = (TotalCountItem(key="total", most=most),)
    if among is not None and among.in_order:
        items = (*items, PageInfoItem(key="page", facts=(_FURTHER,)))
    root = _listed(view, asked, among, items, Page(first=1))
    return root.model_copy(update={"key": "counted"})


def _listed(
    view: ResolvedView,
    asked: Asked,
    among: Among | None,
    items: tuple[ConnectionItem, ...],
    page: Page,
) -> RootField:
    return RootField(
        key="list",
        source=source_of(view, asked, among),
        form=Connection(items=items),
        order=asked.orders or asked.usual,
        page=page,
    )


def _backwards(asked: Asked) -> bool:
    return bool(asked.before and not asked.after)


def _window(asked: Asked) -> Page:
    """The page asked, with parameters in the place of its values."""
    size, cursor = Parameter(parameter="size"), Parameter(parameter="cursor")
    if _backwards(asked):
        return Page(last=size, before=cursor)
    return Page(first=size, after=cursor) if asked.after else Page(first=size)


def _read(asked: Asked, answer: Mapping[str, Any], among: Among | None) -> Read:
    page, rows = answer["list"]["page"], answer["list"]["rows"]
    onward, back = ("previous", "next") if _backwards(asked) else ("next", "previous")
    first, last = ("end", "start") if _backwards(asked) else ("start", "end")
    begun = asked.before if _backwards(asked) else asked.after
    further = None if page[onward] else page.get("further")
    ahead = page[last] if page[onward] else further
    behind = (page[first] or begun) if page.get(back, begun is not None) else None
    after, before = (behind, ahead) if _backwards(asked) else (ahead, behind)
    total, at_least = _total(asked, answer, among)
    if total is None and after is None and before is None:
        total = len(rows)
    return Read(rows, after, before, further is not None, total, at_least)


def _total(asked: Asked, answer: Mapping[str, Any], among: Among | None) -> tuple[int | None, bool]:
    """How many rows were counted, and whether there may be more."""
    counted = answer.get("counted")
    if counted is None:
        return None, False
    total: int = counted["total"]
    if among is None:
        return total, asked.much and total >= LARGE
    return total, among.in_order and counted["page"]["further"] is not None
