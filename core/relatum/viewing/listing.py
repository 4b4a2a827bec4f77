"""A view's list: one statement gives a page of rows, where it lies, and how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import orjson

from relatum.catalogue.resolved import ColumnRule, ResolvedView
from relatum.catalogue.views import sorts
from relatum.viewing.columns import IDENTITY, merged, named_in, outputs_of
from relatum.viewing.desk import Desk
from relatum.viewing.filters import filters_shown
from relatum.viewing.querying import Asked, Given, asked_of, in_order
from relatum.viewing.shown import Column, Filter, Named, Row
from relatum_schemas.errors import BadCursor
from relatum_schemas.kinds import Identity
from relatum_schemas.selection import (
    All,
    Compare,
    Condition,
    Connection,
    ConnectionItem,
    FieldPath,
    Many,
    NodesItem,
    Operator,
    Order,
    Page,
    PageInfoItem,
    Parameter,
    Request,
    RootField,
    Rows,
    TotalCountItem,
)

_FACTS: Final = (
    ("next", "has_next_page"),
    ("previous", "has_previous_page"),
    ("start", "start_cursor"),
    ("end", "end_cursor"),
)


@dataclass(frozen=True)
class Listing:
    """A page of a list.

    Attributes:
        view: the full name of the view.
        columns: what its rows have, in order.
        rows: of the page; none while there are problems.
        filters: what one may filter by, with what is asked of each.
        q: the words that are searched.
        total: how many rows there are on all pages; None where nobody asked and there are several.
        query: what is asked, without the page: what is worth keeping under a name.
        next: the query of the next page; None on the last one.
        previous: the query of the page before; None on the first one.
        problems: what is wrong with what is asked, in words, by the key that it stands under.
    """

    view: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    filters: tuple[Filter, ...]
    q: str
    total: int | None
    query: str
    next: str | None
    previous: str | None
    problems: Mapping[str, str]
    _sortings: Mapping[str, str] = field(default_factory=dict, repr=False)

    def sorted_by(self, column: Column) -> str | None:
        """The query that sorts by a column, or turns its order round; None where it has none."""
        return self._sortings.get(column.key)


def asked_of_view(desk: Desk, view: ResolvedView, given: Given, *, much: bool = False) -> Asked:
    """Read a query put to a view, as far as its columns may be known of.

    Args:
        desk: at which it is put.
        view: to which it is put.
        given: the query.
        much: whether there may be so many rows that only an index sorts them.
    """
    columns = desk.seen(view.columns)
    asked = asked_of(
        given,
        columns=[each for each in columns if sorts(each)],
        filters=desk.seen(view.filters),
        searched=view.search,
        much=much,
        zone=desk.catalogue.zone,
    )
    if not asked.order:
        own = [each for each, _ in view.order]
        seen = desk.seen(own)
        asked.usual = tuple(
            Order(path=each.path, descending=descends)
            for each, descends in view.order
            if each in seen
        )
    return asked


async def listed(desk: Desk, view: ResolvedView, given: Given) -> Listing:
    """Answer a query put to a view."""
    columns = desk.seen(view.columns)
    desk = await desk.with_lists((*columns, *desk.seen(view.filters)))
    much = await desk.reads.sees_much(frozenset(desk.sight.of((view.type,))))
    asked = asked_of_view(desk, view, given, much=much)
    shown: Mapping[str, object] = {}
    page: tuple[Row, ...] = ()
    ordered = [
        (each, desk.column(each, asked.sorted, sortable=not much or in_order(each)))
        for each in columns
    ]
    if not asked.problems:
        try:
            shown = await _read(desk, asked, root_of(view, asked, columns))
        except BadCursor as error:
            asked.problems["after" if asked.after else "before"] = error
    rows = shown.get("rows")
    if isinstance(rows, list):
        page = tuple(desk.row(ordered, each) for each in rows)
    chosen = await _chosen(desk, view, asked)
    return Listing(
        view=view.full_name,
        columns=tuple(column for _, column in ordered),
        rows=page,
        filters=filters_shown(desk, desk.seen(view.filters), asked, chosen),
        q=asked.words,
        total=_total(shown),
        query=asked.text(),
        **_pages(asked, shown.get("page")),
        problems={key: desk.titles.error(error) for key, error in asked.problems.items()},
        _sortings=dict(_sortings(asked, ordered)),
    )


def _sortings(asked: Asked, ordered: Sequence[tuple[ColumnRule, Column]]) -> list[tuple[str, str]]:
    found = []
    for rule, column in ordered:
        if column.sortable:
            turned = "-" if column.sorted == "ascending" else ""
            found.append((rule.key, asked.text(sort=f"{turned}{rule.key}")))
    return found


def _total(shown: Mapping[str, object]) -> int | None:
    """How many rows there are, where they were counted or are all on one page."""
    total, page, rows = shown.get("total"), shown.get("page"), shown.get("rows")
    if isinstance(total, int):
        return total
    alone = isinstance(page, dict) and not page["next"] and not page["previous"]
    return len(rows) if alone and isinstance(rows, list) else None


def _pages(asked: Asked, page: object) -> dict[str, str | None]:
    if not isinstance(page, dict):
        return {"next": None, "previous": None}
    return {
        "next": asked.text(after=page["end"]) if page["next"] else None,
        "previous": asked.text(before=page["start"]) if page["previous"] else None,
    }


async def _read(desk: Desk, asked: Asked, root: RootField) -> Mapping[str, object]:
    parameters = {
        **asked.parameters,
        "size": asked.size,
        "words": asked.words,
        "cursor": asked.after or asked.before,
    }
    answer = await desk.reads.read(Request(fields=(root,)), parameters)
    shown: Mapping[str, object] = orjson.loads(answer)["list"]
    return shown


def source_of(view: ResolvedView, asked: Asked) -> Rows:
    """The rows that a query admits."""
    conditions: list[Condition] = [*([view.where] if view.where else []), *asked.conditions]
    admitted = conditions[0] if len(conditions) == 1 else All(of=tuple(conditions))
    words = Parameter(parameter="words") if asked.words else None
    return Rows(type=view.type, filter=admitted if conditions else None, words=words)


def root_of(view: ResolvedView, asked: Asked, columns: Sequence[ColumnRule]) -> RootField:
    """What a statement is asked, to answer a query with a page."""
    items: tuple[ConnectionItem, ...] = (
        NodesItem(key="rows", outputs=merged(outputs_of(columns))),
        PageInfoItem(key="page", facts=_FACTS),
    )
    if asked.count:
        items = (*items, TotalCountItem(key="total"))
    return RootField(
        key="list",
        source=source_of(view, asked),
        form=Connection(items=items),
        order=asked.orders or asked.usual,
        page=window(asked),
    )


def window(asked: Asked) -> Page:
    """The page asked, with parameters in the place of its values."""
    size, cursor = Parameter(parameter="size"), Parameter(parameter="cursor")
    if asked.before and not asked.after:
        return Page(last=size, before=cursor)
    return Page(first=size, after=cursor) if asked.after else Page(first=size)


async def _chosen(desk: Desk, view: ResolvedView, asked: Asked) -> Mapping[UUID, Named]:
    """The records that filters ask for, by name."""
    ends = {each.key for each in view.filters if each.is_record}
    given = [each for key in ends for each in asked.given.get(key, {}).get("", ())]
    ids = [str(Identity().parse(each)) for each in given] if not asked.problems else []
    if not ids:
        return {}
    among = Compare(
        path=FieldPath(field="id"),
        operator=Operator.IN,
        value=Parameter(parameter="ids", many=True),
    )
    root = RootField(
        key="chosen", source=Rows(type="Record", filter=among), form=Many(outputs=IDENTITY)
    )
    answer = await desk.reads.read(Request(fields=(root,)), {"ids": ids})
    return {each.id: each for each in map(named_in, orjson.loads(answer)["chosen"])}
