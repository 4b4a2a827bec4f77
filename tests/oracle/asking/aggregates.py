"""Groups and measures."""

from typing import Any

from relatum_schemas.kinds import Kind
from relatum_schemas.selection import (
    Aggregate,
    Bucket,
    Function,
    GroupKey,
    Having,
    KeyOutput,
    Measure,
    MeasureOutput,
    ObjectOutput,
)
from tests.oracle.aggregates import measure_kind
from tests.oracle.asking.asker import Asking
from tests.oracle.asking.conditions import LISTS, LOOSE, a_value
from tests.oracle.shapes import Shape


def an_aggregate(asking: Asking, shape: Shape) -> Aggregate:
    """Groups and measures."""
    group_by = tuple(a_group_key(asking, shape) for _ in asking.several(2))
    measures = [a_measure(asking, shape) for _ in asking.several(3, 1)]
    outputs: list[Any] = [
        KeyOutput(key=asking.key(), index=index) for index in range(len(group_by))
    ]
    for measure, kind in measures:
        parts = tuple((asking.key(), name) for name in kind.parts) if asking.chance(5) else ()
        shown = MeasureOutput(key=asking.key(), measure=measure, parts=parts or None)
        outputs.append(
            ObjectOutput(key=asking.key(), outputs=(shown,)) if asking.chance(3) else shown
        )
    having = tuple(a_having(asking, shape, measures) for _ in asking.several(1))
    return Aggregate(group_by=group_by, having=having, outputs=tuple(outputs))


def a_group_key(asking: Asking, shape: Shape) -> GroupKey:
    """A key of a grouping."""
    path, _, kind = asking.path(shape, lambda _, kind, __: kind.sortable)
    timely = kind.name in ("date", "datetime")
    return GroupKey(path=path, bucket=asking.pick(tuple(Bucket)) if timely else Bucket.VALUE)


def a_measure(asking: Asking, shape: Shape) -> tuple[Measure, Kind]:
    """A measure and the kind of its value."""
    if asking.chance(2):
        return Measure(function=Function.COUNT), measure_kind(Function.COUNT, None)
    path, _, kind = asking.path(shape, lambda _, kind, __: bool(kind.functions))
    function = asking.pick(sorted(kind.functions))
    return Measure(function=function, path=path), measure_kind(function, kind)


def a_having(asking: Asking, shape: Shape, measures: list[tuple[Measure, Kind]]) -> Having:
    """A condition on a measure."""
    measure, kind = asking.pick([*measures, a_measure(asking, shape)])
    admitted = sorted(kind.operators - {*LISTS, *LOOSE})
    operator = asking.pick(admitted)
    return Having(measure=measure, operator=operator, value=a_value(asking, None, kind, operator))
