"""The graph as one root field sees it: at its clocks, with its reader's eyes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from relatum.catalogue.model import Catalogue, End, RelationshipType
from relatum_schemas.errors import BadPeriod, BadValue
from relatum_schemas.expression import evaluate
from relatum_schemas.kinds import Day, Instant
from relatum_schemas.policy import Right
from relatum_schemas.selection import AnyTime, At, FieldPath, Holds, Now, Overlaps
from tests.oracle.access import Reader
from tests.oracle.graph import Graph, Version
from tests.oracle.shapes import Across
from tests.oracle.values import Parameters, as_instant, bound, settled

Moment = date | datetime


@dataclass(frozen=True)
class Row:
    """A record that is looked at. ``reached``: the end by which a tie was reached, and the record that has it."""

    version: Version
    reached: tuple[End, UUID] | None = None

    @property
    def id(self) -> UUID:
        """The record's id."""
        return self.version.id

    @property
    def type(self) -> str:
        """The record's type."""
        return self.version.type


@dataclass(frozen=True)
class Sight:
    """What a root field sees. ``right`` is the one that rows are seen by: READ, in aggregates AGGREGATE."""

    catalogue: Catalogue
    graph: Graph
    reader: Reader
    parameters: Parameters
    valid_at: Moment
    recorded_at: datetime | None
    right: Right = Right.READ

    def counting(self) -> "Sight":
        """The same sight inside an aggregate."""
        return replace(self, right=Right.AGGREGATE)

    @cached_property
    def known(self) -> dict[UUID, Version]:
        """The records at the recorded time."""
        return self.graph.known_at(self.recorded_at)

    def visible(self, record: Version) -> bool:
        """Whether the record exists for the reader."""
        past = self.recorded_at is None or self.reader.may(record, Right.HISTORY)
        return past and self.reader.may(record, self.right)

    def rows(self, types: Iterable[str]) -> list[Row]:
        """Every visible record of these types."""
        wanted = set(types)
        return [
            Row(each) for each in self.known.values() if each.type in wanted and self.visible(each)
        ]

    def row(self, identity: UUID | None) -> Row | None:
        """One record, if it is there and visible."""
        record = None if identity is None else self.known.get(identity)
        return Row(record) if record is not None and self.visible(record) else None

    def ties(self, row: Row, end_name: str, holds: Holds | None) -> list[Row]:
        """The visible ties at an end of a row that hold; none where its type has no such end."""
        end = self.catalogue.ends(row.type).get(end_name)
        if end is None:
            return []
        return [
            Row(tie, (end, row.id))
            for tie in self.known.values()
            if tie.type == end.relationship
            and row.id in _standing(tie, end)
            and self.holds(tie, holds or Now())
            and self.visible(tie)
        ]

    def far(self, row: Row, across: Across) -> Row | None:
        """The record that a tie leads to, if it is visible."""
        return self.row(far_id(row, across))

    def holds(self, tie: Version, holds: Holds) -> bool:
        """Whether a tie holds at the asked time. Types without validity always do."""
        relationship = self.catalogue.relationship(tie.type)
        if relationship.validity is None or isinstance(holds, AnyTime):
            return True
        starts, ends = self._period(tie)
        match holds:
            case Overlaps():
                start, end = (
                    self._instant(bound(each, self.parameters)) for each in (holds.start, holds.end)
                )
                if start is not None and end is not None and end <= start:
                    raise BadPeriod("The period asked for ends before it starts.")
                before = starts is None or end is None or starts < end
                after = ends is None or start is None or start < ends
                return before and after
            case At():
                at = self._instant(bound(holds.at, self.parameters))
            case _:
                at = None
        moment = at or as_instant(self.valid_at, self.catalogue.zone)
        return (starts is None or starts <= moment) and (ends is None or moment < ends)

    def _period(self, tie: Version) -> tuple[datetime | None, datetime | None]:
        starts, ends = (
            None if moment is None else as_instant(moment, self.catalogue.zone)
            for moment in (tie.values.get("valid_from"), tie.values.get("valid_to"))
            if moment is None or isinstance(moment, date)
        )
        return starts, ends

    def _instant(self, given: object) -> datetime | None:
        moment = read_moment(given)
        return None if moment is None else as_instant(moment, self.catalogue.zone)

    def opens(self, row: Row, field_name: str) -> bool:
        """Whether a field of a row may be seen: in the past by the right to that, too."""
        past = self.recorded_at is None or self.reader.opens(row.version, field_name, Right.HISTORY)
        return past and self.reader.opens(row.version, field_name, self.right)

    def value(self, row: Row, field_name: str) -> Any:
        """A field's value on a row; None when it is missing or not to be seen."""
        if not self.opens(row, field_name):
            return None
        if field_name == "missing":
            from tests.oracle.completeness import lacking

            return lacking(row, self)
        return raw_value(self.catalogue, row.version, field_name)

    def arrive(self, row: Row, path: FieldPath) -> Row | None:
        """The row at the end of a path's steps."""
        arrived: Row | None = row
        for step in path.steps:
            if arrived is None:
                return None
            if step.across is not None:
                arrived = self.far(arrived, step.across)
                continue
            assert step.end is not None
            ties = sorted(self.ties(arrived, step.end, Now()), key=lambda tie: tie.id)
            arrived = ties[0] if ties else None
            if arrived is not None and not step.edge:
                arrived = self.far(arrived, "node")
        return arrived

    def reach(self, row: Row, path: FieldPath) -> Any:
        """The value that a path leads to; None when a step leads nowhere."""
        arrived = self.arrive(row, path)
        if arrived is None:
            return None
        value = self.value(arrived, path.field)
        return value if path.part is None or value is None else getattr(value, path.part)


def _standing(tie: Version, end: End) -> tuple[UUID | None, ...]:
    """The records of a tie that have it at the end."""
    match end.side:
        case "source":
            return (tie.source,)
        case "target":
            return (tie.target,)
        case _:
            return (tie.source, tie.target)


def far_id(row: Row, across: Across) -> UUID | None:
    """The id of the record that a tie leads to."""
    tie = row.version
    if across == "source":
        return tie.source
    if across == "target":
        return tie.target
    assert row.reached is not None
    end, holder = row.reached
    if end.side == "source":
        return tie.target
    if end.side == "target":
        return tie.source
    return tie.target if tie.source == holder else tie.source


def read_moment(given: object) -> Moment | None:
    """A day or an instant, as text or value; raises BadValue."""
    if given is None:
        return None
    try:
        day: date = Day().parse(given)
        return day
    except BadValue:
        instant: datetime = Instant().parse(given)
        return instant


def label_of(catalogue: Catalogue, version: Version) -> str | None:
    """The values of the label fields, joined by a space; None when there are none."""
    fields = catalogue.record_type(version.type).label_fields
    texts = [version.values.get(each.name) for each in fields]
    return " ".join(str(text) for text in texts if text is not None) or None


def raw_value(catalogue: Catalogue, version: Version, field_name: str) -> Any:
    """A field's value, whoever asks."""
    match field_name:
        case "id":
            return version.id
        case "type":
            return version.type
        case "version":
            return version.version
        case "label":
            return label_of(catalogue, version)
        case "recorded_at":
            return version.recorded_from
    field = catalogue.field(version.type, field_name)
    if field.expression is None:
        return version.values.get(field_name)
    return settled(field.kind, evaluate(field.expression, version.values))


def is_tie(catalogue: Catalogue, record: Version) -> bool:
    """Whether a record is a tie."""
    return isinstance(catalogue.record_type(record.type), RelationshipType)
