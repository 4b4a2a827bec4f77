"""One record in detail: its facts, its ties, and what may be done with it, by a bounded number of statements."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Final
from uuid import UUID

import orjson

from relatum.catalogue.columns import column_rule
from relatum.catalogue.instances import instance
from relatum.catalogue.places import Place
from relatum.catalogue.resolved import (
    ColumnRule,
    GroupRule,
    ResolvedView,
    SectionRule,
    SublistRule,
)
from relatum.catalogue.views import resolved_view
from relatum.viewing.columns import Shown, merged, named_in, outputs_of, value_in
from relatum.viewing.desk import Desk
from relatum.viewing.finding import found
from relatum.viewing.offers import actions_on, offers_on
from relatum.viewing.shown import Cell, Column, Link, Named, Offer, Row
from relatum_schemas.errors import BadCursor, NotFound
from relatum_schemas.policy import DELETE, HISTORY, RELATE, UPDATE
from relatum_schemas.selection import (
    Compare,
    Connection,
    EdgesItem,
    EndOutput,
    FieldPath,
    One,
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
from relatum_schemas.view import Timeline, View

FIRST: Final = 10
"""Ties of a sub-list that are shown at once."""


@dataclass(frozen=True)
class Facts:
    """A part of a detail: facts of the record."""

    kind: ClassVar = "facts"
    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class TieList:
    """A part of a detail: the ties at an end of the record.

    Attributes:
        end: its name.
        title: above them.
        help: a sentence about them.
        empty: what is said where there are none.
        columns: what the ties have, in order.
        rows: the first of them; a row's link leads to the far record.
        total: how many there are.
        relates: whether such ties may be made, be it under conditions.
        edits: whether the view lets them be made, changed and ended from here, and that is so.
        lasting: whether they hold for a time.
        next: the cursor from which on further ties are shown; None where there are none.
    """

    kind: ClassVar = "ties"
    end: str
    title: str
    help: str
    empty: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: int
    relates: bool
    next: str | None = None
    edits: bool = False
    lasting: bool = False


Part = Facts | TieList | Timeline


@dataclass(frozen=True)
class Detail:
    """One record.

    Attributes:
        id: of the record.
        type: its concrete type.
        title: what people call such a record.
        label: what they call this one.
        version: of the record.
        link: where it is shown in detail in this place.
        sections: the parts, in order.
        actions: that may be called on it now.
        updates: whether the principal may change something of it.
        deletes: whether the principal may delete it.
        history: whether the principal may read what was done to it.
    """

    id: UUID
    type: str
    title: str
    label: str
    version: int
    link: Link | None
    sections: tuple[Part, ...]
    actions: tuple[Offer, ...]
    updates: bool
    deletes: bool
    history: bool


async def detailed(desk: Desk, view: ResolvedView, record: UUID) -> Detail:
    """A record in the detail of a view.

    Raises:
        NotFound: there is none of the view's type that may be seen.
    """
    sections = tuple(_seen(desk, view.detail))
    desk = await desk.with_lists(_columns(sections))
    request = Request(fields=(_root(desk, view, sections, Page(first=FIRST)),))
    async with desk.reads.snapshot() as within:
        shown = orjson.loads(await within.read(request, {"id": str(record)}))["detail"]
        if shown is None:
            raise NotFound(f"There is no {view.type} {record}.", path="id")
        named = named_in(shown)
        own = instance(desk.catalogue.classes[named.type], {"id": named.id})
        updates, deletes, history = [
            await within.open_to(right, own) for right in (UPDATE, DELETE, HISTORY)
        ]
        actions = await offers_on(desk, within, actions_on(desk, view, named.type), named)
    title = desk.titles.type(named.type).title
    return Detail(
        id=named.id,
        type=named.type,
        title=title,
        label=named.label or title,
        version=shown["version"],
        link=desk.link(named.type, named.id),
        sections=tuple(_parts(desk, view, sections, shown)),
        actions=actions,
        updates=updates,
        deletes=deletes,
        history=history,
    )


async def ties_of(
    desk: Desk, view: ResolvedView, record: UUID, end: str, *, first: int, after: str | None
) -> TieList:
    """The ties at an end of a record, as the detail of a view shows them, page by page.

    Raises:
        NotFound: there is no such list, or no such record that may be seen.
        BadCursor: the cursor is damaged; the path is ``("after",)``.
    """
    sections = [
        each
        for each in _seen(desk, view.detail)
        if isinstance(each, SublistRule) and each.end.name == end
    ][:1]
    if not sections:
        raise NotFound(f"There is no list {end!r}.", path="end")
    desk = await desk.with_lists(_columns(sections))
    page = Page(first=Parameter(parameter="first"), after=Parameter(parameter="after"))
    request = Request(fields=(_root(desk, view, sections, page),))
    given = {"id": str(record), "first": first, "after": after}
    try:
        shown = orjson.loads(await desk.reads.read(request, given))["detail"]
    except BadCursor as error:
        error.path = ("after",)
        raise
    if shown is None:
        raise NotFound(f"There is no {view.type} {record}.", path="id")
    return _ties(desk, view, sections[0], shown["l_0"])


async def detail_of_any(desk: Desk, record: UUID) -> Detail:
    """A record of whatever type, in the detail of the view that shows such records, or all of it.

    Raises:
        NotFound: there is none that may be seen.
    """
    named = await found(desk.reads, record)
    return await detailed(desk, desk.view_for(named.type) or _plain(desk, named.type), named.id)


def _plain(desk: Desk, type_name: str) -> ResolvedView:
    """What shows a record of which no view does."""
    declared = View(type_name.lower(), desk.catalogue.classes[type_name], place=desk.place)
    owner = desk.catalogue.types[type_name].plugin
    return resolved_view(desk.catalogue, owner, declared)


def _seen(desk: Desk, sections: Iterable[SectionRule]) -> Iterator[SectionRule]:
    """The parts in which something may be seen, of each what may be."""
    for each in sections:
        match each:
            case GroupRule(columns=columns):
                if seen := desk.seen(columns):
                    yield replace(each, columns=seen)
            case SublistRule(end=end, columns=columns, where=where, order=order):
                ties = Place((end.relationship,), far=end.others)
                judged = where is None or desk.sight.condition(ties, where)
                if judged and desk.sight.of((end.relationship,)):
                    kept = tuple(key for key in order if desk.sight.column(key[0]))
                    yield replace(each, columns=desk.seen(columns), order=kept)
            case Timeline():
                yield each


def _columns(sections: Iterable[SectionRule]) -> Iterator[ColumnRule]:
    for each in sections:
        if not isinstance(each, Timeline):
            yield from each.columns


def _root(desk: Desk, view: ResolvedView, sections: Sequence[SectionRule], page: Page) -> RootField:
    itself = Compare(
        path=FieldPath(field="id"), operator=Operator.EQ, value=Parameter(parameter="id")
    )
    facts = (column for each in sections if isinstance(each, GroupRule) for column in each.columns)
    lists = (
        _listed(desk, each, page, key=f"l_{index}")
        for index, each in enumerate(sections)
        if isinstance(each, SublistRule)
    )
    outputs = merged((*outputs_of(facts), *lists))
    source = Rows(type=view.type, filter=itself)
    return RootField(key="detail", source=source, form=One(outputs=outputs))


def _listed(desk: Desk, rule: SublistRule, page: Page, *, key: str) -> EndOutput:
    facts = (("next", "has_next_page"), ("end", "end_cursor"))
    shown = outputs_of((*rule.columns, *_far(desk, rule)))
    items = (
        EdgesItem(key="rows", outputs=merged(shown)),
        PageInfoItem(key="page", facts=facts),
        TotalCountItem(key="total"),
    )
    return EndOutput(
        key=key,
        end=rule.end.name,
        form=Connection(items=items),
        filter=rule.where,
        order=tuple(Order(path=each.path, descending=turned) for each, turned in rule.order),
        page=page,
    )


def _far(desk: Desk, rule: SublistRule) -> tuple[ColumnRule, ...]:
    """The far record of a tie, to which its row leads; nothing where such records may not be seen."""
    ties = Place((rule.end.relationship,), far=rule.end.others)
    return desk.seen((column_rule(desk.catalogue, ties, "node"),))


def _parts(
    desk: Desk, view: ResolvedView, sections: Sequence[SectionRule], shown: Shown
) -> Iterator[Part]:
    for index, each in enumerate(sections):
        match each:
            case GroupRule(columns=columns, title=title):
                cells = tuple(desk.cell(rule, desk.column(rule), shown) for rule in columns)
                yield Facts(desk.said(view, title), cells)
            case SublistRule():
                part = _ties(desk, view, each, shown[f"l_{index}"])
                if part.total or each.declared:
                    yield part
            case Timeline():
                yield each


def _ties(desk: Desk, view: ResolvedView, rule: SublistRule, shown: Mapping[str, Any]) -> TieList:
    words = desk.titles.of(rule.owner, rule.end.name)
    ordered = [(each, desk.column(each)) for each in rule.columns]
    far = _far(desk, rule)
    rows = (_row(desk, ordered, far, each) for each in shown["rows"])
    relates = all(
        desk.sight.of(each, RELATE)
        for each in ((rule.end.relationship,), (rule.owner,), rule.end.others)
    )
    return TieList(
        end=rule.end.name,
        title=desk.said(view, rule.title) or words.title,
        help=words.help,
        empty=desk.said(view, rule.empty),
        columns=tuple(column for _, column in ordered),
        rows=tuple(rows),
        total=shown["total"],
        next=shown["page"]["end"] if shown["page"]["next"] else None,
        relates=relates,
        edits=rule.edits and relates,
        lasting=desk.catalogue.relationships[rule.end.relationship].validity is not None,
    )


def _row(
    desk: Desk,
    ordered: Sequence[tuple[ColumnRule, Column]],
    far: Sequence[ColumnRule],
    shown: Shown,
) -> Row:
    """A tie, which leads to its far record."""
    row = desk.row(ordered, shown)
    named = value_in(shown, far[0]) if far else None
    if not isinstance(named, Named):
        return row
    return replace(row, label=named.label or row.label, link=desk.link(named.type, named.id))
