"""Views as one principal sees them: the list, one record in detail, the file of all rows."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import orjson

from relatum.catalogue.resolved import ResolvedView
from relatum.viewing.choosing import chosen
from relatum.viewing.desk import Desk
from relatum.viewing.details import Detail, TieList, detailed, ties_of
from relatum.viewing.exporting import exported
from relatum.viewing.listing import Listing, asked_of_view, listed
from relatum.viewing.offers import offers_of_list
from relatum.viewing.querying import Given
from relatum.viewing.shown import Choice, Column, Offer
from relatum.viewing.stretches import source_of
from relatum_schemas.errors import NotFound
from relatum_schemas.policy import CREATE
from relatum_schemas.selection import Connection, Request, RootField, TotalCountItem
from relatum_schemas.view import Place


@dataclass(frozen=True)
class ShownView:
    """A view, as one principal sees it, in one language."""

    desk: Desk
    rule: ResolvedView

    @property
    def name(self) -> str:
        """Names it among all views, and in addresses: ``maintenance.machines``."""
        return self.rule.full_name

    @property
    def plugin(self) -> str:
        """Whose it is."""
        return self.rule.plugin

    @property
    def place(self) -> Place:
        """Where it is shown."""
        return self.rule.place

    @property
    def type(self) -> str:
        """The type or trait shown."""
        return self.rule.type

    @property
    def title(self) -> str:
        """What people call it."""
        return self.desk.titles.view(self.name).title

    @property
    def help(self) -> str:
        """A sentence about it; empty where nothing was said."""
        return self.desk.titles.view(self.name).help

    @property
    def empty(self) -> str:
        """What is said where there is nothing; empty where nothing was said."""
        return self.desk.said(self.rule, self.rule.empty)

    @property
    def waiting(self) -> bool:
        """Whether what is listed waits for whoever sees it."""
        return self.rule.waiting

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """What its rows have, in order."""
        seen = self.desk.seen(self.rule.columns)
        return tuple(self.desk.column(each, sortable=True) for each in seen)

    @property
    def searchable(self) -> bool:
        """Whether its records may be searched by words."""
        return self.rule.search

    @property
    def detailed(self) -> bool:
        """Whether it shows one record in detail."""
        return bool(self.rule.detail)

    @property
    def creates(self) -> bool:
        """Whether records of its type may be created, be it under conditions."""
        types = self.desk.catalogue.concrete(self.type)
        return len(types) == 1 and bool(self.desk.sight.of(types, CREATE))

    @cached_property
    def actions(self) -> tuple[Offer, ...]:
        """The actions that act on none of its records, as far as they may be called."""
        return offers_of_list(self.desk, self.rule)

    async def list(self, query: Given = "") -> Listing:
        """Answer a query with a page, in one statement.

        Args:
            query: as an address has it: text, mapping, or pairs of keys and values (see `relatum.viewing.querying`).
        """
        return await listed(self.desk, self.rule, query)

    async def detail(self, record: UUID) -> Detail:
        """One record, whether it is listed or not.

        Raises:
            NotFound: there is none of the type that may be seen.
        """
        return await detailed(self.desk, self.rule, record)

    async def ties(
        self, record: UUID, end: str, *, first: int = 50, after: str | None = None
    ) -> TieList:
        """The ties at an end of a record, as its detail shows them, page by page.

        Args:
            record: the record's id.
            end: of a sub-list of the detail.
            first: how many at most.
            after: the cursor that they come after: `TieList.next` of the page before.

        Raises:
            NotFound: there is no such list, or no such record that may be seen.
            BadCursor: the cursor is damaged.
        """
        return await ties_of(self.desk, self.rule, record, end, first=first, after=after)

    async def choose(self, key: str, text: str = "", *, first: int = 20) -> tuple[Choice, ...]:
        """Records by which a filter may be set.

        Args:
            key: of a filter of kind ``record``.
            text: words of what is looked for; without any the first by name.
            first: how many at most.

        Raises:
            NotFound: there is no such filter.
        """
        for rule in self.desk.seen(self.rule.filters):
            if rule.key == key and rule.is_record:
                return await chosen(self.desk.reads, rule.owners, text, first=first)
        raise NotFound(f"There is no filter {key!r} of records.", path="key")

    def csv(
        self, query: Given = "", *, separator: str = ";", mark: bool = True
    ) -> AsyncIterator[bytes]:
        """All rows that a query admits, as a file of values separated by a character.

        Args:
            query: as for `list`; what it says of pages does not count.
            separator: between values.
            mark: whether the file begins with a byte order mark, by which spreadsheets know UTF-8.

        Raises:
            Problems: something in the query is wrong.
        """
        return exported(self.desk, self.rule, query, separator=separator, mark=mark)


async def waiting(desk: Desk) -> dict[str, int]:
    """How many records wait in each view that says so, by full name: one statement for all of them."""
    views = [each for each in desk.views.values() if each.waiting]
    if not views:
        return {}
    roots = [_counted(desk, each, f"v{index}") for index, each in enumerate(views)]
    answer = orjson.loads(await desk.reads.read(Request(fields=tuple(roots))))
    return {each.full_name: answer[f"v{index}"]["total"] for index, each in enumerate(views)}


def _counted(desk: Desk, view: ResolvedView, key: str) -> RootField:
    form = Connection(items=(TotalCountItem(key="total"),))
    return RootField(key=key, source=source_of(view, asked_of_view(desk, view, "")), form=form)


def shown_views(desk: Desk) -> Sequence[ShownView]:
    """The views of a place in which something may be seen, in the order of their declaration."""
    return tuple(ShownView(desk, each) for each in desk.views.values())
