"""The desk at which somebody looks at views: as whom, in which language, in which place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from relatum.catalogue import Catalogue
from relatum.catalogue.resolved import ColumnRule, ResolvedView
from relatum.catalogue.views import sorts
from relatum.plugins.titles import Titles
from relatum.viewing.columns import Shown, file_in, named_in, value_in
from relatum.viewing.reads import Reads
from relatum.viewing.shown import Cell, Column, Direction, Link, Named, Row
from relatum.viewing.sight import Sight, sight_of
from relatum.viewing.speaking import Speaking, column_word, within
from relatum_schemas.kinds import Choice, Choices
from relatum_schemas.view import Place

Sorted = Mapping[str, Direction]
_UNSORTED: Final[Sorted] = {}


@dataclass(frozen=True)
class Desk:
    """Who looks, and how.

    Attributes:
        reads: the database as the principal sees it.
        titles: what things are called in the language.
        place: which views there are.
        lists: titles of codes that are kept as data, by choice list.
    """

    reads: Reads
    titles: Titles
    place: Place
    lists: Mapping[str, Mapping[str, str]] | None = None

    @property
    def catalogue(self) -> Catalogue:
        """The types in force."""
        return self.reads.catalogue

    @cached_property
    def sight(self) -> Sight:
        """What may be known of."""
        return sight_of(self.catalogue, self.reads.principal)

    @cached_property
    def speaking(self) -> Speaking:
        """Says values."""
        return Speaking(self.titles, ZoneInfo(self.catalogue.zone), self.lists or {})

    @cached_property
    def views(self) -> Mapping[str, ResolvedView]:
        """The views of the place in which something may be seen, by full name."""
        roles = self.reads.principal.roles
        return {
            name: view
            for name, view in self.catalogue.views.items()
            if view.place is self.place and self.sight.view(view, roles)
        }

    @cached_property
    def _detailed(self) -> Mapping[str, str]:
        """Which view shows a record in detail, by concrete type.

        One of its own before that of a trait, one of all such records before one of some, the first declared.
        """
        found: dict[str, str] = {}
        with_detail = [(name, each) for name, each in self.views.items() if each.detail]
        for name, view in sorted(
            with_detail,
            key=lambda each: (each[1].type in self.catalogue.traits, each[1].where is not None),
        ):
            for each in self.catalogue.concrete(view.type):
                found.setdefault(each, name)
        return found

    def view_for(self, type_name: str) -> ResolvedView | None:
        """The view that shows records of a concrete type in detail."""
        name = self._detailed.get(type_name)
        return None if name is None else self.views[name]

    def link(self, type_name: str, record: UUID) -> Link | None:
        """Where a record is shown in detail."""
        name = self._detailed.get(type_name)
        return None if name is None else Link(name, record)

    async def with_lists(self, columns: Iterable[ColumnRule]) -> "Desk":
        """The desk with the titles of all codes that these columns may hold."""
        asked = {
            each.list: None for each in map(_choice, columns) if each is not None and each.list
        }
        if not asked:
            return self
        lists = {name: await self.reads.choices(name) for name in asked}
        return replace(self, lists={**(self.lists or {}), **lists})

    def column(
        self, rule: ColumnRule, ordered: Sorted = _UNSORTED, *, sortable: bool = False
    ) -> Column:
        """A column, as it is shown."""
        words = self.speaking.column(rule)
        return Column(
            rule.key,
            words.title,
            words.help,
            column_word(rule),
            sortable=sortable and sorts(rule),
            sorted=ordered.get(rule.key),
        )

    def cell(self, rule: ColumnRule, column: Column, shown: Shown) -> Cell:
        """What a row has in a column."""
        value = value_in(shown, rule)
        link = self.link(value.type, value.id) if isinstance(value, Named) else None
        text = self.speaking.value(value, rule)
        return Cell(column, value, text, link, file_in(shown, rule))

    def row(
        self,
        rules: Iterable[tuple[ColumnRule, Column]],
        shown: Shown,
        view: ResolvedView | None = None,
    ) -> Row:
        """A row of a list, which leads to the detail of its view, if that is of one."""
        named = named_in(shown)
        label = named.label or self.titles.type(named.type).title
        cells = tuple(self.cell(rule, column, shown) for rule, column in rules)
        if view is not None and view.detail:
            link: Link | None = Link(view.full_name, named.id)
        else:
            link = self.link(named.type, named.id)
        return Row(named.id, named.type, label, shown["version"], cells, link)

    def said(self, view: ResolvedView, text: str) -> str:
        """A text of a view, in the language."""
        return self.titles.said_by(view.plugin, view.wording, text)

    def seen(self, columns: Iterable[ColumnRule]) -> tuple[ColumnRule, ...]:
        """The columns in which something may be seen."""
        return tuple(each for each in columns if self.sight.column(each))


def _choice(column: ColumnRule) -> Choice | None:
    kind = None if column.kind is None else within(column.kind)
    one = kind.of if isinstance(kind, Choices) else kind
    return one if isinstance(one, Choice) else None
