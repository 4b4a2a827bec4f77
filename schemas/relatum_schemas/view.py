"""Views: a stored selection with columns, filters, actions, a detail, and a place where it is shown.

A column is a dotted path, seen from the record (in a `Sublist` from the tie):

- a field, ``unit_price``, be it over ends that lead to one record, ``part_of.name``, or of a tie, ``installed_at.site``;
- an end that leads to one record, ``placed_by``: that record itself;
- how many ties an end has, ``lines.count``, or a measure over them, ``lines.net.sum`` (``avg``, ``min``, ``max``).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Final

from relatum_schemas.action import Action
from relatum_schemas.selection import Condition


class Place(StrEnum):
    """Where a view is shown."""

    PORTAL = "portal"
    CONSOLE = "console"
    REPORT = "report"
    EXPORT = "export"


PORTAL: Final = Place.PORTAL
CONSOLE: Final = Place.CONSOLE
REPORT: Final = Place.REPORT
EXPORT: Final = Place.EXPORT


@dataclass(frozen=True, init=False)
class Group:
    """A part of a detail: fields of the record, together under a title.

    Args:
        columns: dotted paths separated by blanks.
        title: above them.
    """

    columns: tuple[str, ...]
    title: str

    def __init__(self, columns: str, *, title: str = "") -> None:
        """Keep the parts; the catalogue resolves the paths."""
        object.__setattr__(self, "columns", tuple(columns.split()))
        object.__setattr__(self, "title", title)


@dataclass(frozen=True, init=False)
class Sublist:
    """A part of a detail: the ties at an end of the record, as a list.

    Args:
        end: of the record.
        columns: dotted paths separated by blanks, seen from the tie; none for the far record, properties, validity.
        where: which ties are shown, asked of the tie.
        order: columns separated by blanks, those that descend with a minus sign.
        title: above them; none for the end's.
        empty: what is said where there are none.
        edits: whether ties are made, changed and ended from here, by whom policies let do so.
    """

    end: str
    columns: tuple[str, ...]
    where: Condition | None
    order: tuple[str, ...]
    title: str
    empty: str
    edits: bool

    def __init__(
        self,
        end: str,
        columns: str = "",
        *,
        where: Condition | None = None,
        order: str = "",
        title: str = "",
        empty: str = "",
        edits: bool = False,
    ) -> None:
        """Keep the parts; the catalogue resolves the paths."""
        for attribute, value in (
            ("end", end),
            ("columns", tuple(columns.split())),
            ("where", where),
            ("order", tuple(order.split())),
            ("title", title),
            ("empty", empty),
            ("edits", edits),
        ):
            object.__setattr__(self, attribute, value)


@dataclass(frozen=True)
class Timeline:
    """A part of a detail: what happened to the record and around it, the last first."""

    kind: ClassVar = "timeline"


TIMELINE: Final = Timeline()
"""The part of a detail where the timeline stands."""

Section = Group | Sublist | Timeline


@dataclass(frozen=True, init=False)
class View:
    """A list of records of a type, and what is shown of one of them. Whatever is left out has a default.

    Args:
        name: identifies the view within its plugin.
        type_: the type or trait shown.
        place: where it is shown.
        columns: dotted paths separated by blanks, e.g. ``"serial state installed_at.site"``; none for the label and the
            first fields.
        where: which records are listed. What may be seen at all is said by policies.
        order: columns separated by blanks, those that descend with a minus sign; none for the label.
        filters: what one may filter by, as columns are written; None for the columns for which that makes sense.
        search: whether records may be searched by words; None where the type has text that is searched.
        actions: what may be done with a record from here; those without a record, from the list.
        audience: the roles that it is for; none for all who may see something of it.
        detail: what is shown of one record, part by part: `Group`, `Sublist`, `TIMELINE`. None for all there is, nothing
            (``()``) for a view without.
        title: above the list; none for the view's name.
        help: a sentence about it.
        empty: what is said where there is nothing.
        waiting: whether what is listed waits for whoever sees it.
    """

    name: str
    record_type: type
    place: Place
    columns: tuple[str, ...]
    where: Condition | None
    order: tuple[str, ...]
    filters: tuple[str, ...] | None
    search: bool | None
    actions: tuple[Action, ...]
    audience: frozenset[str]
    detail: tuple[Section, ...] | None
    title: str
    help: str
    empty: str
    waiting: bool

    def __init__(
        self,
        name: str,
        type_: type,
        *,
        place: Place,
        columns: str = "",
        where: Condition | None = None,
        order: str = "",
        filters: str | None = None,
        search: bool | None = None,
        actions: Sequence[Action] = (),
        audience: Collection[str] = (),
        detail: Sequence[Section] | None = None,
        title: str = "",
        help: str = "",
        empty: str = "",
        waiting: bool = False,
    ) -> None:
        """Keep the parts; the catalogue resolves the paths."""
        for attribute, value in (
            ("name", name),
            ("record_type", type_),
            ("place", place),
            ("columns", tuple(columns.split())),
            ("where", where),
            ("order", tuple(order.split())),
            ("filters", None if filters is None else tuple(filters.split())),
            ("search", search),
            ("actions", tuple(actions)),
            ("audience", frozenset(audience)),
            ("detail", None if detail is None else tuple(detail)),
            ("title", title),
            ("help", help),
            ("empty", empty),
            ("waiting", waiting),
        ):
            object.__setattr__(self, attribute, value)
