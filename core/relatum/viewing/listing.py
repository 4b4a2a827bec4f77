"""A view's list: one statement gives a page of rows, where it lies, and how many there are.

Who sees more than ten thousand records of a type is given pages that end with what is read for them, not with what they
show (`relatum.viewing.stretches`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson

from relatum.catalogue.resolved import ColumnRule, ResolvedView
from relatum.catalogue.views import sorts
from relatum.viewing.columns import IDENTITY, named_in
from relatum.viewing.desk import Desk
from relatum.viewing.filters import filters_shown
from relatum.viewing.querying import Asked, Given, asked_of, in_order
from relatum.viewing.shown import Column, Filter, Named, Row
from relatum.viewing.stretches import NOTHING, reading_of
from relatum_schemas.errors import BadCursor
from relatum_schemas.kinds import Identity
from relatum_schemas.selection import (
    Compare,
    FieldPath,
    Many,
    Operator,
    Order,
    Parameter,
    Request,
    RootField,
    Rows,
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
        at_least: whether there may be more than `total`, which was counted so far and no further.
        query: what is asked, without the page: what is worth keeping under a name.
        next: the query of the next page; None on the last one.
        further: whether it is not known that there are rows on the next page: that many were looked through for this one.
        previous: the query of the page before; None on the first one.
        problems: what is wrong with what is asked, in words, by the key that it stands under.
    """

    view: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    filters: tuple[Filter, ...]
    q: str
    total: int | None
    at_least: bool
    query: str
    next: str | None
    further: bool
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
        if much:
            asked.usual = _in_index(asked.usual, own, seen)
    return asked


def _in_index(
    usual: tuple[Order, ...], own: Sequence[ColumnRule], seen: Sequence[ColumnRule]
) -> tuple[Order, ...]:
    """The usual order of much: by its first column, of which there is an index, else the newest first."""
    first = next((each for each in own if each in seen), None)
    if first is not None and in_order(first):
        return usual[:1]
    return (Order(path=FieldPath(field="id"), descending=True),)


async def listed(desk: Desk, view: ResolvedView, given: Given) -> Listing:
    """Answer a query put to a view."""
    columns = desk.seen(view.columns)
    desk = await desk.with_lists((*columns, *desk.seen(view.filters)))
    much = await desk.reads.sees_much(frozenset(desk.sight.of((view.type,))))
    asked = asked_of_view(desk, view, given, much=much)
    read = NOTHING
    ordered = [
        (each, desk.column(each, asked.sorted, sortable=not much or in_order(each)))
        for each in columns
    ]
    if not asked.problems:
        try:
            read = await reading_of(desk, view, asked, columns)
        except BadCursor as error:
            asked.problems["after" if asked.after else "before"] = error
    chosen = await _chosen(desk, view, asked)
    return Listing(
        view=view.full_name,
        columns=tuple(column for _, column in ordered),
        rows=tuple(desk.row(ordered, each, view) for each in read.rows),
        filters=filters_shown(desk, desk.seen(view.filters), asked, chosen),
        q=asked.words,
        total=read.total,
        at_least=read.at_least,
        query=asked.text(),
        next=None if read.after is None else asked.text(after=read.after),
        further=read.further,
        previous=None if read.before is None else asked.text(before=read.before),
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
