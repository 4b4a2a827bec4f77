"""Connections: a page of rows with cursors, facts about the page, and the number of all rows (Relay).

Most ask for one list: that is a plain sub-select, read forward. Else the page is read once and its items are gathered
from there (`relatum.reading.pagewise`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import false, func, or_, select

from relatum.reading.context import Context, within
from relatum.reading.listing import Listing
from relatum.reading.outputs import entries_of, members_of
from relatum.reading.pages import Window
from relatum.reading.pagewise import Numbered, numbered
from relatum.reading.rows import TypeRow
from relatum.reading.sql import Json, Sql, exists, raw, rows_of
from relatum_schemas.errors import BadSelection
from relatum_schemas.selection import (
    ConnectionItem,
    EdgesItem,
    NodesItem,
    PageInfoItem,
    TextOutput,
    TotalCountItem,
)

_FACTS = ("has_next_page", "has_previous_page", "start_cursor", "end_cursor", "further_cursor")


def connected(
    listing: Listing, items: Sequence[ConnectionItem], shown: Window, *, context: Context
) -> Json:
    """Return a window on a listing as a connection.

    Raises:
        BadSelection: two items have one key, or a page has no such fact.
        RelatumError: an output asks for what the rows do not have.
    """
    if len({item.key for item in items}) < len(items):
        raise BadSelection("Two items of one connection have the same key.")
    lists = [item for item in items if isinstance(item, EdgesItem | NodesItem)]
    if len(lists) > 1 or shown.gathered or any(isinstance(item, PageInfoItem) for item in items):
        return _gathered(listing, items, shown, context)
    return context.dialect.object_of(
        [(item.key, _plain_item(listing, item, shown, context)) for item in items]
    )


def _plain_item(listing: Listing, item: ConnectionItem, shown: Window, context: Context) -> Sql:
    with within(item.key):
        match item:
            case EdgesItem(outputs=outputs):
                place = listing.cursor(context=context)
                edges = entries_of(listing.row, outputs, cursor=place, context=context)
                rows = shown.of(listing.row, context=context)
                return context.dialect.list_of_objects(rows, edges)
            case NodesItem(outputs=outputs):
                return _of_nodes(listing).listed(shown, outputs, context=context)
            case TotalCountItem(most=most):
                return listing.counted(most)
            case TextOutput(text=text):
                return context.dialect.constant(text)
            case PageInfoItem():
                raise BadSelection("The facts of a page need the page.")


def _of_nodes(listing: Listing) -> Listing:
    """The listing of what a connection's nodes are: at an end the far records, else the rows."""
    reached = isinstance(listing.row, TypeRow) and listing.row.far is not None
    return replace(listing, across=reached)


def _gathered(
    listing: Listing, items: Sequence[ConnectionItem], shown: Window, context: Context
) -> Json:
    """The connection from a page that is read once."""
    place = listing.cursor(context=context)
    columns: dict[str, Sql] = {"cursor": place}
    for index, item in enumerate(items):
        with within(item.key):
            if isinstance(item, EdgesItem):
                edge = entries_of(listing.row, item.outputs, cursor=place, context=context)
                columns[f"item{index}"] = context.dialect.object_of(edge)
            elif isinstance(item, NodesItem):
                columns[f"item{index}"] = _of_nodes(listing).item(item.outputs, context=context)
    asked = {name for item in items if isinstance(item, PageInfoItem) for name in _named(item)}
    if not asked & {"start_cursor", "end_cursor"}:
        del columns["cursor"]
    page = numbered(listing.row, columns, shown, context=context)
    lists = {name: page.listed(name, context=context) for name in columns if name != "cursor"}
    told = {**lists, **_facts(page, asked), "number": func.count()}
    facts = select(*(each.label(name) for name, each in told.items()))
    gathered = facts.select_from(page.rows).subquery("page")
    values: Mapping[str, Sql] = dict(gathered.c)
    entries = [
        (item.key, _gathered_item(listing, item, index, values, shown, context))
        for index, item in enumerate(items)
    ]
    return context.dialect.first_object(rows_of(gathered), entries)


def _named(item: PageInfoItem) -> list[str]:
    """The facts that are asked of a page."""
    return [each[1] for each in item.facts if isinstance(each, tuple)]


def _facts(page: Numbered, asked: set[str]) -> dict[str, Sql]:
    """What only the gathered page can tell, by the names under which it is asked."""
    backwards = page.window.backwards
    given = {"has_previous_page" if backwards else "has_next_page": page.further}
    if page.window.last is not None:
        given["has_previous_page"] = page.cut
    if "start_cursor" in asked or "end_cursor" in asked:
        first, last = (
            ("end_cursor", "start_cursor") if backwards else ("start_cursor", "end_cursor")
        )
        given |= {first: lambda: page.opening("cursor"), last: lambda: page.closing("cursor")}
    return {name: make() for name, make in given.items() if name in asked}


def _gathered_item(
    listing: Listing,
    item: ConnectionItem,
    index: int,
    values: Mapping[str, Sql],
    shown: Window,
    context: Context,
) -> Sql:
    if isinstance(item, EdgesItem | NodesItem):
        return values[f"item{index}"]
    if not isinstance(item, PageInfoItem):
        return _plain_item(listing, item, shown, context)
    with within(item.key):
        facts = {name: _fact(listing, name, values, shown) for name in _named(item)}
        return context.dialect.object_of(members_of(item.facts, facts, context=context))


def _fact(listing: Listing, name: str, values: Mapping[str, Sql], shown: Window) -> Sql:
    if name not in _FACTS:
        raise BadSelection(f"A page has no fact {name!r}; it has {', '.join(_FACTS)}.")
    if name == "further_cursor":
        further = listing.row.further if isinstance(listing.row, TypeRow) else None
        return raw("NULL") if further is None else further
    if name.endswith("cursor"):
        return values[name]
    onward = name == ("has_previous_page" if shown.backwards else "has_next_page")
    outside = shown.ahead if onward else shown.behind
    told = [values[name]] if name in values else []
    if outside is not None:
        told.append(exists(listing.row.source, *listing.row.where, outside))
    return or_(false(), *told)
