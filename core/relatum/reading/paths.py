"""Paths of single-valued steps: from a row over to-one ends and across ties to a value.

A path is taken step by step, each step a sub-select on the row that it reaches. A value that is asked for is carried back
through them; a condition on it becomes nested EXISTS, or sets of ids where `selective` says so.
"""

from collections.abc import Callable, Iterator

from sqlalchemy import false, or_

from relatum.catalogue.model import BUILT_IN, End
from relatum.reading.context import Context
from relatum.reading.guards import readable
from relatum.reading.rows import WHOLE, Far, Row, Value
from relatum.reading.several import record_at, row_of
from relatum.reading.sql import Predicate, exists, first_of, rows_of, value_from
from relatum.reading.ties import end_of, far_of, ties_at, ties_on
from relatum.reading.values import part_of, value_of
from relatum_schemas.errors import BadSelection
from relatum_schemas.selection import FieldPath, Step


def value_at(row: Row, path: FieldPath, *, context: Context) -> Value:
    """Return the value at the end of a path; missing where a step leads nowhere.

    Raises:
        UnknownField: there is no such end or field.
        BadSelection: a step is not single-valued.
    """
    if not path.steps:
        return part_of(value_of(row, path.field, context=context), path)
    step, rest = _parted(path)
    if step.across is not None:
        far = far_of(row, step.across, context=context)
        if _asks_id_only(rest) and _open_to_all(far, context):
            return Value(kind=BUILT_IN["id"].kind, parts={WHOLE: far.id}, nullable=False)
    reached = _reached(row, step, context)
    rows = rows_of(reached.columns, *reached.where)
    if step.end is not None:
        rows = first_of(rows.order_by(reached.id))
    found = value_at(reached, rest, context=context)
    return found.changed(lambda part: value_from(rows, part))


def holds_at(
    row: Row,
    path: FieldPath,
    judge: Callable[[Row, Value], Predicate],
    *,
    first: bool = False,
    context: Context,
) -> Predicate:
    """Return whether the value at the end of a path is there and fulfils a condition, judged with its row.

    Args:
        row: where the path begins.
        path: to the value.
        judge: makes the condition.
        first: whether the rows that fulfil it are found first, from the path's end on.
        context: of the row.

    Raises:
        UnknownField, BadSelection: as for `value_at`.
    """
    if not path.steps:
        return judge(row, value_at(row, path, context=context))
    step, rest = _parted(path)
    if step.across is not None:
        far = far_of(row, step.across, context=context)
        if _asks_id_only(rest) and _open_to_all(far, context):
            return judge(row, value_at(row, path, context=context))
    if first:
        return or_(false(), *(_among(row, step, rest, judge, context)))
    reached = _reached(row, step, context)
    return exists(reached.columns, *reached.where, holds_at(reached, rest, judge, context=context))


def _among(
    row: Row,
    step: Step,
    rest: FieldPath,
    judge: Callable[[Row, Value], Predicate],
    context: Context,
) -> Iterator[Predicate]:
    """Whether a row is of the set that a step leads back to."""
    if step.end is None:
        far = far_of(row, step.across or "node", context=context)
        record = row_of(far.declared, far.types, context=context)
        judged = holds_at(record, rest, judge, first=True, context=context)
        rows = rows_of(record.columns, *record.where, judged)
        yield far.id.in_(rows.add_columns(record.id))
        return
    for tie, near in ties_on(_to_one(row, step.end, context), None, context=context):
        judged = holds_at(tie, rest, judge, first=True, context=context)
        yield row.id.in_(rows_of(tie.columns, *tie.where, judged).add_columns(near))


def _parted(path: FieldPath) -> tuple[Step, FieldPath]:
    """The first step, simple: over an end to its tie, or across a tie; and the rest of the path."""
    step, *others = path.steps
    if step.end is not None and not step.edge:
        over, across = Step(end=step.end, edge=True), Step(across="node")
        return over, path.model_copy(update={"steps": (across, *others)})
    return step, path.model_copy(update={"steps": tuple(others)})


def _reached(row: Row, step: Step, context: Context) -> Row:
    if step.end is None:
        return record_at(far_of(row, step.across or "node", context=context), context=context)
    return ties_at(row, _to_one(row, step.end, context), None, context=context)


def _to_one(row: Row, name: str, context: Context) -> End:
    end = end_of(row, name, context=context)
    if not end.to_one:
        raise BadSelection(
            f"{name!r} may lead to several records, so it has no single value.",
            hint="Ask for some, every or none of its ties.",
            path=name,
        )
    return end


def _asks_id_only(path: FieldPath) -> bool:
    return not path.steps and path.field == "id"


def _open_to_all(far: Far, context: Context) -> bool:
    """Whether the record at an end may be seen by whoever sees the tie; it is there, as the tie refers to it."""
    return not context.recorded and readable(far.id, far.types, context=context) is None
