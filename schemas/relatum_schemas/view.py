"""Views: a stored selection with columns, actions and a place where it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

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
class View:
    """A list of records of a type.

    Args:
        name: identifies the view within its plugin.
        type_: the type or trait shown.
        place: where it is shown.
        columns: dotted paths separated by blanks, e.g. ``"serial state installed_at.site"``.
        where: which records are shown.
        actions: what may be done with a record from here.
    """

    name: str
    record_type: type
    place: Place
    columns: tuple[str, ...]
    where: Condition | None
    actions: tuple[Action, ...]

    def __init__(
        self,
        name: str,
        type_: type,
        *,
        place: Place,
        columns: str,
        where: Condition | None = None,
        actions: Sequence[Action] = (),
    ) -> None:
        """Keep the parts; the catalogue resolves the paths."""
        for attribute, value in (
            ("name", name),
            ("record_type", type_),
            ("place", place),
            ("columns", tuple(columns.split())),
            ("where", where),
            ("actions", tuple(actions)),
        ):
            object.__setattr__(self, attribute, value)
