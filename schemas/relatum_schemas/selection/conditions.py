"""Conditions: which rows are meant."""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Discriminator, Field

from relatum_schemas.selection.paths import FieldPath
from relatum_schemas.selection.times import Holds
from relatum_schemas.selection.values import Part, Value


class Operator(StrEnum):
    """Comparison operators. Which kind admits which is told by ``Kind.operators``."""

    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "not_in"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    STARTS_WITH = "starts_with"
    CONTAINS = "contains"
    MATCHES = "matches"
    IS_NULL = "is_null"
    HAS = "has"
    HAS_ANY = "has_any"
    HAS_ALL = "has_all"


class ConditionPart(Part):
    """Base of conditions: they combine with ``&``, ``|``, ``~`` and ``-``."""

    def __and__(self, other: "Condition") -> "All":
        """Both hold."""
        return All.model_construct(of=(self, other))

    def __or__(self, other: "Condition") -> "AnyOf":
        """At least one holds."""
        return AnyOf.model_construct(of=(self, other))

    def __sub__(self, other: "Condition") -> "All":
        """The first holds and the other does not."""
        return All.model_construct(of=(self, Not.model_construct(condition=other)))

    def __invert__(self) -> "Not":
        """It does not hold."""
        return Not.model_construct(condition=self)


class Compare(ConditionPart):
    """A value of the row against a given one.

    `eq`, `ne`, `in` compare exactly; `starts_with` and `contains` compare folded text (case and accents do not
    count where a folded key is kept); `matches` asks that each given word begins a word of one searchable field, of the
    present only; `is_null` takes a boolean; `has*` are for lists. A text without words matches nothing.
    """

    kind: Literal["compare"] = "compare"
    path: FieldPath
    operator: Operator
    value: Value = None


class Related(ConditionPart):
    """Ties of the row at one end: ``some``, ``every`` or ``none`` fulfils ``condition``, judged on the tie."""

    kind: Literal["related"] = "related"
    end: str
    quantifier: Literal["some", "every", "none"] = "some"
    condition: "Condition | None" = None
    holds: Holds | None = None


class Climb(ConditionPart):
    """The row itself, or a record that ties at these ends lead to over any number of hops, fulfils ``condition``.

    ``ends`` are followed in any order; where a record has none of them, the climb ends there. ``holds`` as for `Related`.
    """

    kind: Literal["climb"] = "climb"
    ends: Annotated[tuple[str, ...], Field(min_length=1)]
    condition: "Condition"
    holds: Holds | None = None


class OnRecord(ConditionPart):
    """From a tie to one of its records: true when the condition holds there (and the record may be seen)."""

    kind: Literal["on_record"] = "on_record"
    across: Literal["node", "source", "target"] = "node"
    condition: "Condition | None" = None


class IsType(ConditionPart):
    """The row is of one of these concrete types."""

    kind: Literal["is_type"] = "is_type"
    types: tuple[str, ...]


class All(ConditionPart):
    """Every condition holds; with none, true."""

    kind: Literal["all"] = "all"
    of: "tuple[Condition, ...]" = ()


class AnyOf(ConditionPart):
    """At least one condition holds; with none, false."""

    kind: Literal["any_of"] = "any_of"
    of: "tuple[Condition, ...]" = ()


class Not(ConditionPart):
    """The condition does not hold."""

    kind: Literal["not"] = "not"
    condition: "Condition"


Condition = Annotated[
    Compare | Related | Climb | OnRecord | IsType | All | AnyOf | Not,
    Discriminator("kind"),
]
"""What a record or tie has to be or have: what `Field`, `Ties` and `Path` make, joined by ``&``, ``|`` and ``~``."""


def each_of(conditions: Iterable[Condition]) -> Iterator[Condition]:
    """The conditions that all have to hold, those within `All` one by one."""
    for each in conditions:
        if isinstance(each, All):
            yield from each_of(each.of)
        else:
            yield each


for _model in (Related, Climb, OnRecord, All, AnyOf, Not):
    _model.model_rebuild()
