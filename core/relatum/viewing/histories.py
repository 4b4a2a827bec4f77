"""What was done to a record, the last first, in words: for whoever may read its history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from relatum.catalogue.resolved import ColumnRule
from relatum.viewing.columns import IDENTITY, named_in
from relatum.viewing.desk import Desk
from relatum.viewing.finding import ITSELF, found
from relatum.viewing.shown import Named
from relatum.viewing.speaking import within
from relatum_schemas.errors import BadCursor, NotFound
from relatum_schemas.kinds import Instant
from relatum_schemas.selection import (
    AcrossOutput,
    ChangedOutput,
    Connection,
    FieldOutput,
    HistoryOutput,
    NodesItem,
    One,
    Output,
    Page,
    PageInfoItem,
    Parameter,
    Request,
    RootField,
    Rows,
)


@dataclass(frozen=True)
class Touched:
    """A field that was changed, with its value before and after, in words."""

    field: str
    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Line:
    """What was done to a record.

    Attributes:
        at: when.
        operation: what, as a code: ``created``, ``updated``, ``related``, ``left_scope`` and so on.
        text: what, in words.
        record: to which record; None where it may not be seen any more.
        fields: what people call the fields that were changed.
        changes: these fields with their values; of a record's own history only.
        actor: who did it; None where that may not be seen.
        acted_for: for which firm.
        reason: why.
    """

    at: datetime | None
    operation: str
    text: str
    record: Named | None = None
    fields: tuple[str, ...] = ()
    changes: tuple[Touched, ...] = ()
    actor: Named | None = None
    acted_for: Named | None = None
    reason: str | None = None


@dataclass(frozen=True)
class History:
    """Lines of a record's history; ``cursor`` leads on to earlier ones, None where there are none."""

    lines: tuple[Line, ...]
    cursor: str | None


FACTS: Final[tuple[Output, ...]] = (
    *(FieldOutput(key=name, field=name) for name in ("type", "operation", "recorded_at", "fields")),
    FieldOutput(key="reason", field="reason"),
    AcrossOutput(key="actor", across="actor", outputs=IDENTITY),
    AcrossOutput(key="acted_for", across="acted_for", outputs=IDENTITY),
)
"""What is asked of lines of the change log."""

_CHANGED: Final = ChangedOutput(
    key="changed", parts=(("field", "field"), ("before", "before"), ("after", "after"))
)
_PAGE: Final = Page(first=Parameter(parameter="first"), after=Parameter(parameter="after"))


async def history(desk: Desk, record: UUID, *, first: int, after: str | None) -> History:
    """What was done to a record, the last first.

    Args:
        desk: at which it is looked at.
        record: its id.
        first: how many lines at most.
        after: the cursor from which on earlier lines are told.

    Raises:
        NotFound: there is no such record that may be seen.
        BadCursor: the cursor is damaged; the path is ``("after",)``.
    """
    facts = (("next", "has_next_page"), ("end", "end_cursor"))
    items = (
        NodesItem(key="lines", outputs=(*FACTS, _CHANGED)),
        PageInfoItem(key="page", facts=facts),
    )
    told = HistoryOutput(key="history", form=Connection(items=items), page=_PAGE)
    named = await found(desk.reads, record)
    root = RootField(
        key="found",
        source=Rows(type=named.type, filter=ITSELF),
        form=One(outputs=(told,)),
    )
    given = {"id": str(record), "first": first, "after": after}
    try:
        answer = await desk.reads.read(Request(fields=(root,)), given)
    except BadCursor as error:
        error.path = ("after",)
        raise
    shown = orjson.loads(answer)["found"]
    if shown is None:
        raise NotFound(f"There is no record {record}.", path="id")
    page = shown["history"]["page"]
    lines = tuple(line(desk, each, named) for each in shown["history"]["lines"])
    return History(lines, page["end"] if page["next"] else None)


def line(desk: Desk, shown: Mapping[str, Any], record: Named | None) -> Line:
    """A line, in words."""
    at, operation = shown["recorded_at"], shown["operation"].lower()
    return Line(
        at=None if at is None else Instant().parse(at),
        operation=operation,
        text=desk.titles.operation(operation),
        record=record,
        fields=tuple(_title(desk, shown["type"], each) for each in shown["fields"] or ()),
        changes=_touched(desk, shown["type"], shown.get("changed") or ()),
        actor=named_in(shown["actor"]) if shown["actor"] else None,
        acted_for=named_in(shown["acted_for"]) if shown["acted_for"] else None,
        reason=shown["reason"],
    )


def _title(desk: Desk, type_name: str, name: str) -> str:
    known = desk.catalogue.fields(type_name)
    return desk.titles.of(type_name, name).title if name in known else name


def _touched(
    desk: Desk, type_name: str, changed: Sequence[Mapping[str, Any]]
) -> tuple[Touched, ...]:
    return tuple(
        Touched(
            each["field"],
            _title(desk, type_name, each["field"]),
            _said(desk, type_name, each["field"], each["before"]),
            _said(desk, type_name, each["field"], each["after"]),
        )
        for each in changed
    )


def _said(desk: Desk, type_name: str, name: str, wire: Any) -> str:
    """A value of the past, in words; of what is no field now, as it is kept."""
    field = desk.catalogue.fields(type_name).get(name)
    if wire is None or field is None:
        return "" if wire is None else str(wire)
    rule = ColumnRule(key=name, owners=(type_name,), field=field)
    return desk.speaking.value(within(field.kind).parse(wire), rule)
