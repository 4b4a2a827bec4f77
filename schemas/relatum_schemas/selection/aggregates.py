"""Aggregates: rows counted and summed in groups."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Discriminator

from relatum_schemas.selection.conditions import Operator
from relatum_schemas.selection.leaves import Members, TextOutput
from relatum_schemas.selection.paths import FieldPath
from relatum_schemas.selection.values import Part, Value


class Bucket(StrEnum):
    """How a group key is formed: the value itself, or the first day of its month, quarter or year (UTC)."""

    VALUE = "value"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Function(StrEnum):
    """Aggregate functions."""

    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    AVG = "avg"


class GroupKey(Part):
    """One key of a grouping."""

    path: FieldPath
    bucket: Bucket = Bucket.VALUE


class Measure(Part):
    """An aggregate of a path over the rows of a group; `count` without a path counts rows.

    A money path groups by its currency as well: each group then holds one currency, or the rows without. Sums are
    exact; averages are rounded half-even at the scale of the field plus four (durations: at the microsecond). The least
    and greatest text, and text as a group key, go by code point.
    """

    function: Function
    path: FieldPath | None = None


class Having(Part):
    """A condition on a group: a measure against a value."""

    measure: Measure
    operator: Operator
    value: Value


class KeyOutput(Part):
    """The value of the ``group_by`` key at ``index``. ``parts`` as in `FieldOutput`."""

    kind: Literal["key"] = "key"
    key: str
    index: int
    parts: Members | None = None


class MeasureOutput(Part):
    """A measure's value. Money shows ``parts`` (amount, currency) as in `FieldOutput`."""

    kind: Literal["measure"] = "measure"
    key: str
    measure: Measure
    parts: Members | None = None


class ObjectOutput(Part):
    """A nested object in a group's answer: ``sum { amount }``."""

    kind: Literal["object"] = "object"
    key: str
    outputs: "tuple[GroupOutput, ...]"


GroupOutput = Annotated[
    KeyOutput | MeasureOutput | ObjectOutput | TextOutput,
    Discriminator("kind"),
]


class Aggregate(Part):
    """A list with one object per group, ordered by the group keys, then by currencies; neither: exactly one object."""

    kind: Literal["aggregate"] = "aggregate"
    group_by: tuple[GroupKey, ...] = ()
    having: tuple[Having, ...] = ()
    outputs: tuple[GroupOutput, ...]


for _model in (ObjectOutput, Aggregate):
    _model.model_rebuild()
