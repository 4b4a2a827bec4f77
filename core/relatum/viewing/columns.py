"""From the columns of a view to what a statement shows, and from its JSON back to values.

Columns that lead over one end share the way: a statement goes it once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from relatum.catalogue.resolved import ColumnRule
from relatum.viewing.shown import FileAt, Named
from relatum.viewing.speaking import within
from relatum_schemas.kinds import FileKind, Kind, Money, MoneyKind, Number
from relatum_schemas.selection import (
    AcrossOutput,
    Aggregate,
    Connection,
    EndOutput,
    FieldOutput,
    Function,
    Measure,
    MeasureOutput,
    One,
    Output,
    Step,
    TotalCountItem,
)

Shown = Mapping[str, Any]
"""The object that a statement made of a row."""

IDENTITY: Final[tuple[Output, ...]] = tuple(
    FieldOutput(key=name, field=name) for name in ("id", "type", "label")
)
"""What names a record."""

ENDS: Final[tuple[Output, ...]] = (
    AcrossOutput(key="source", across="source", outputs=IDENTITY),
    AcrossOutput(key="target", across="target", outputs=IDENTITY),
)
"""Between whom a tie is."""

ROW: Final[tuple[Output, ...]] = (*IDENTITY, FieldOutput(key="version", field="version"))
"""What every row of a list shows beside its columns."""


@dataclass
class _Branch:
    """What is shown of a row, and of those that one step leads to."""

    leaves: dict[str, Output] = field(default_factory=dict)
    steps: dict[Step, "_Branch"] = field(default_factory=dict)

    def outputs(self) -> tuple[Output, ...]:
        """As outputs of the row."""
        return (*self.leaves.values(), *(_followed(step, to) for step, to in self.steps.items()))


def outputs_of(columns: Iterable[ColumnRule]) -> tuple[Output, ...]:
    """What a statement has to show of a row, so that `value_in` finds the columns' values."""
    root = _Branch()
    for column in columns:
        branch = root
        for step in column.steps:
            branch = branch.steps.setdefault(step, _Branch())
        for output in _leaves(column):
            branch.leaves[output.key] = output
    return root.outputs()


def _leaves(column: ColumnRule) -> tuple[FieldOutput | EndOutput, ...]:
    identity = tuple(FieldOutput(key=name, field=name) for name in ("id", "type", "label"))
    if column.field is not None:
        shown = FieldOutput(key=_leaf(column), field=column.field.name)
        return (shown, identity[0]) if isinstance(within(column.field.kind), FileKind) else (shown,)
    if column.end is None:
        return identity
    return (_measured(column),)


def _measured(column: ColumnRule) -> EndOutput:
    assert column.end is not None
    key = _leaf(column)
    if column.measured is None:
        total = Connection(items=(TotalCountItem(key="total"),))
        return EndOutput(key=key, end=column.end, form=total)
    assert column.function is not None
    measure = Measure(function=column.function, path=column.measured.path)
    figures = Aggregate(outputs=(MeasureOutput(key="value", measure=measure),))
    return EndOutput(key=key, end=column.end, form=figures)


def _leaf(column: ColumnRule) -> str:
    """The member that holds a value or a measure."""
    if column.field is not None:
        return f"f_{column.field.name}"
    path = "" if column.measured is None else column.measured.key.replace(".", "_")
    return f"m_{column.end}_{path}_{column.function}"


def _followed(step: Step, to: _Branch) -> Output:
    if step.end is None:
        return AcrossOutput(key=_way(step), across=step.across or "node", outputs=to.outputs())
    return EndOutput(
        key=_way(step), end=step.end, form=One(outputs=to.outputs()), node=not step.edge
    )


def _way(step: Step) -> str:
    """The member that holds the row to which a step leads."""
    if step.end is None:
        return f"a_{step.across}"
    return f"t_{step.end}" if step.edge else f"n_{step.end}"


def merged(outputs: Iterable[Output]) -> tuple[Output, ...]:
    """What a row of a list shows: what names it, and these outputs, each once."""
    return tuple({each.key: each for each in (*ROW, *outputs)}.values())


def value_in(row: Shown, column: ColumnRule) -> Any:
    """The value of a column in Python: None where there is none, or none that may be seen."""
    at = _arrived(row, column)
    if at is None:
        return None
    if column.end is not None:
        return _figures(at[_leaf(column)], column)
    if column.field is None:
        return named_in(at)
    shown = at[_leaf(column)]
    if shown is None:
        return None
    value = within(column.field.kind).parse(shown)
    return value if column.part is None else getattr(value, column.part)


def file_in(row: Shown, column: ColumnRule) -> FileAt | None:
    """The file of a column, with the record that names it."""
    at = _arrived(row, column)
    if at is None or column.field is None or not isinstance(within(column.field.kind), FileKind):
        return None
    shown = at[_leaf(column)]
    if shown is None:
        return None
    return FileAt(UUID(at["id"]), column.field.name, within(column.field.kind).parse(shown))


def named_in(shown: Shown) -> Named:
    """The record that an object names."""
    return Named(UUID(shown["id"]), shown["type"], shown["label"] or "")


def between(shown: Shown) -> str:
    """The labels at both ends of a tie, as far as they may be seen."""
    ends = (shown[each.key] for each in ENDS)
    return " · ".join(named_in(each).label for each in ends if each and each["label"])


def _arrived(row: Shown, column: ColumnRule) -> Shown | None:
    at: Shown | None = row
    for step in column.steps:
        at = None if at is None else at[_way(step)]
    return at


def _figures(shown: Any, column: ColumnRule) -> Any:
    """A count, a measure, or of money one amount per currency."""
    if column.measured is None:
        return None if shown is None else shown["total"]
    kind = column.measured.kind
    assert kind is not None
    found = [_figure(each["value"], kind, column.function) for each in shown or ()]
    figures = [each for each in found if each is not None]
    if isinstance(within(kind), MoneyKind):
        return figures or None
    return figures[0] if figures else None


def _figure(value: Any, kind: Kind, function: Function | None) -> Any:
    if value is None:
        return None
    kind = within(kind)
    if isinstance(kind, MoneyKind):
        return Money(amount=Decimal(value["amount"]), currency=value["currency"])
    if function in (Function.MIN, Function.MAX):
        return kind.parse(value)
    if isinstance(kind, Number) or function is Function.AVG:
        return Decimal(str(value)) if not isinstance(value, str) or value[:1] != "P" else value
    return value if isinstance(value, int) else kind.parse(value)
