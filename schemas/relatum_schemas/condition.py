"""Conditions in Python: ``Field("state") == "due"``, ``Machine.serial.starts_with("A")``.

A `Field` names a value by a dotted path from the record: ``installed_at.site`` follows the to-one end ``installed_at``
and takes the tie's property ``site``, or when the tie has none of that name, the far record's field. The path is
resolved against the catalogue where it is used (`relatum.catalogue.paths`); until then the condition carries it in its
``field`` as written.
"""

from collections.abc import Iterable
from typing import Any, Literal

from relatum_schemas.selection import (
    AnyTime,
    Climb,
    Compare,
    Condition,
    FieldPath,
    Holds,
    OnRecord,
    Operator,
    Order,
    Related,
)


class Field:
    """A value of a record by its dotted path; compare it to get a `Condition`."""

    def __init__(self, path: str) -> None:
        """Name the value."""
        self.path = path

    def __repr__(self) -> str:
        """As written."""
        return f"Field({self.path!r})"

    def __hash__(self) -> int:
        """By path; equality is taken for conditions."""
        return hash(self.path)

    def compare(self, operator: Operator, value: Any = None) -> Compare:
        """The condition with any operator; ``value`` in Python or wire form."""
        return Compare(path=FieldPath(field=self.path), operator=operator, value=_plain(value))

    def __eq__(self, value: object) -> Compare:  # type: ignore[override]  # comparisons give conditions
        """Equals."""
        return self.is_null() if value is None else self.compare(Operator.EQ, value)

    def __ne__(self, value: object) -> Compare:  # type: ignore[override]  # comparisons give conditions
        """Is there and does not equal."""
        return self.is_set() if value is None else self.compare(Operator.NE, value)

    def __lt__(self, value: object) -> Compare:
        """Less than."""
        return self.compare(Operator.LT, value)

    def __le__(self, value: object) -> Compare:
        """At most."""
        return self.compare(Operator.LTE, value)

    def __gt__(self, value: object) -> Compare:
        """More than."""
        return self.compare(Operator.GT, value)

    def __ge__(self, value: object) -> Compare:
        """At least."""
        return self.compare(Operator.GTE, value)

    def one_of(self, values: Iterable[object]) -> Compare:
        """One of several values."""
        return self.compare(Operator.IN, list(values))

    def starts_with(self, text: str) -> Compare:
        """Text that begins so, regardless of case and accents."""
        return self.compare(Operator.STARTS_WITH, text)

    def contains(self, text: str) -> Compare:
        """Text that contains this, regardless of case and accents."""
        return self.compare(Operator.CONTAINS, text)

    def matches(self, text: str) -> Compare:
        """Each word of ``text`` begins a word of the field."""
        return self.compare(Operator.MATCHES, text)

    def has(self, code: str) -> Compare:
        """A list that holds the code."""
        return self.compare(Operator.HAS, code)

    def is_null(self) -> Compare:
        """Missing."""
        return self.compare(Operator.IS_NULL, True)

    def is_set(self) -> Compare:
        """There."""
        return self.compare(Operator.IS_NULL, False)

    def ascending(self) -> Order:
        """Order by it, smallest first."""
        return Order(path=FieldPath(field=self.path))

    def descending(self) -> Order:
        """Order by it, largest first."""
        return Order(path=FieldPath(field=self.path), descending=True)


def _plain(value: Any) -> Any:
    """Values as JSON has them, leaving plain ones alone."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | dict | None) else _text(value)


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


class Ties:
    """Ties at an end of a record, for conditions: ``Ties("machines").some(Field("serial") == "A1")``."""

    def __init__(self, end: str, *, holds: Holds | None = None) -> None:
        """Name the end; ``holds`` tells at which time, by default now."""
        self.end = end
        self.holds = holds

    def ever(self) -> "Ties":
        """The same ties whenever they hold."""
        return Ties(self.end, holds=AnyTime())

    def some(self, node: Condition | None = None, *, tie: Condition | None = None) -> Related:
        """At least one tie fulfils ``tie`` and leads to a record that fulfils ``node``."""
        return self._related("some", node, tie)

    def every(self, node: Condition | None = None, *, tie: Condition | None = None) -> Related:
        """Every tie does."""
        return self._related("every", node, tie)

    def none(self, node: Condition | None = None, *, tie: Condition | None = None) -> Related:
        """No tie does."""
        return self._related("none", node, tie)

    def climb(self, condition: Condition) -> Climb:
        """The record itself, or one that these ties lead to over any number of hops, fulfils the condition."""
        return Climb(ends=(self.end,), condition=condition, holds=self.holds)

    def _related(
        self,
        quantifier: Literal["some", "every", "none"],
        node: Condition | None,
        tie: Condition | None,
    ) -> Related:
        far = OnRecord(condition=node) if node is not None else None
        condition = tie & far if tie is not None and far is not None else tie or far
        return Related(end=self.end, quantifier=quantifier, condition=condition, holds=self.holds)
