"""The statements of `questions`, made by the reading compiler: of records by their ids, unguarded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ClauseElement, select, union_all

from relatum.catalogue.model import End
from relatum.connections.expressions import any_of
from relatum.explaining.spots import Spot, Via
from relatum.explaining.values import Named
from relatum.reading.conditions import predicate
from relatum.reading.context import Context
from relatum.reading.guards import type_row
from relatum.reading.rows import Far, TypeRow
from relatum.reading.sql import raw, rows_of
from relatum.reading.ties import ties_on
from relatum.reading.values import value_of
from relatum_schemas.kinds import Day, Text
from relatum_schemas.selection import Condition, Holds

IDS: Final = "ids"
"""The parameter of every statement: which records are asked about."""


def registered(context: Context) -> ClauseElement:
    """The living records of these ids, with type and label; in the past, all that ever were."""
    record = context.aliases.of(context.tables.record, "record")
    now = context.clock.recorded_at is None
    living = (~record.c.deleted, record.c.merged_into.is_(None)) if now else ()
    columns = (record.c.id, record.c.type, record.c.label)
    return select(*columns).where(any_of(record.c.id, IDS), *living)


def became(context: Context) -> ClauseElement:
    """What these records were merged into, as far as they were."""
    record = context.aliases.of(context.tables.record, "record")
    into = record.c.merged_into
    return select(record.c.id, into).where(any_of(record.c.id, IDS), into.is_not(None))


def labelled(type_name: str, context: Context) -> ClauseElement:
    """The records of a type of these ids, as they were called then."""
    row = type_row(type_name, context=context)
    label = (
        value_of(row, "label", context=context).plain
        if row.record_type.label_fields
        else context.dialect.missing(Text())
    )
    rows = rows_of(row.columns, *row.where, any_of(row.id, IDS))
    return rows.add_columns(row.id, label.label("label"))


def holding(
    type_name: str, via: Via | None, conditions: Sequence[Condition], context: Context
) -> ClauseElement:
    """Whether each of some conditions holds for these records of a type."""
    row = _row(type_name, via, context)
    judged = [
        predicate(each, row, context=context).label(f"holds_{number}")
        for number, each in enumerate(conditions)
    ]
    rows = rows_of(row.columns, *row.where, any_of(row.id, IDS))
    return rows.add_columns(row.id, *judged)


def _row(type_name: str, via: Via | None, context: Context) -> TypeRow:
    row = type_row(type_name, context=context)
    if via is None:
        return row
    end = context.catalogue.types[via.type].ends[via.end]
    far = row.columns.c.target_id if via.side == "source" else row.columns.c.source_id
    return replace(row, far=Far(id=far, declared=end.other, types=end.others))


def tied(
    end: End,
    holds: Holds | None,
    condition: Condition | None,
    most: int,
    context: Context,
) -> ClauseElement:
    """At most so many ties at an end of these records, with the records at their far ends."""
    relationship = context.catalogue.relationships[end.relationship]
    parts = []
    sides = ("source", "target") if end.side == "either" else (end.side,)
    found = ties_on(end, holds, context=context)
    for side, (tie, near) in zip(sides, found, strict=True):
        judged = [] if condition is None else [predicate(condition, tie, context=context)]
        assert tie.far is not None
        period = (
            [tie.columns.c.valid_from, tie.columns.c.valid_to]
            if relationship.validity
            else [context.dialect.missing(Day())] * 2
        )
        record = context.aliases.of(context.tables.record, "record")
        both = tie.columns.join(record, record.c.id == tie.far.id)
        rows = rows_of(both, *tie.where, *judged, any_of(near, IDS))
        parts.append(
            rows.add_columns(
                context.dialect.constant(side).label("side"),
                tie.id.label("tie"),
                near.label("near"),
                tie.far.id.label("far"),
                record.c.type.label("far_type"),
                record.c.label.label("far_label"),
                period[0].label("valid_from"),
                period[1].label("valid_to"),
            )
        )
    if len(parts) == 1:
        return parts[0].limit(raw(str(most)))
    either = union_all(*parts).subquery("tied")
    return select(*either.c).limit(raw(str(most)))


def sides_of(type_name: str, context: Context) -> ClauseElement:
    """The records at both ends of these ties."""
    row = type_row(type_name, context=context)
    rows = rows_of(row.columns, *row.where, any_of(row.id, IDS))
    return rows.add_columns(row.columns.c.source_id, row.columns.c.target_id)


def tie_of_row(
    end: End,
    type_name: str,
    side: Literal["source", "target"],
    tie: UUID,
    near: UUID,
    far: UUID,
    far_type: str,
    far_label: str | None,
    valid_from: date | None,
    valid_to: date | None,
) -> Spot:
    """The tie that a row of `tied` tells of."""
    return Spot(
        record=Named(tie, end.relationship, None),
        via=Via(type_name, end.name, side),
        near=near,
        far=Named(far, far_type, far_label),
        valid_from=valid_from,
        valid_to=valid_to,
    )
