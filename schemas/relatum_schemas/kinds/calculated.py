"""The kinds of what Python computes when it is asked for: shown as another kind, and nothing else asked of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from relatum_schemas.kinds.base import Kind
from relatum_schemas.kinds.codes import Choices, Name
from relatum_schemas.kinds.numbers import Boolean
from relatum_schemas.kinds.text import Text
from relatum_schemas.kinds.times import Duration, Instant
from relatum_schemas.selection import Function, Operator


@dataclass(frozen=True, kw_only=True)
class Real(Kind):
    """A number in floating point: an estimate, a share, a score. Nothing of this kind is stored."""

    name: ClassVar[str] = "floating-point number"
    python: ClassVar[type] = float

    def parse(self, value: object) -> float:
        """Read a finite number."""
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise self.refuse(value)
        return float(value)


@dataclass(frozen=True, kw_only=True)
class Calculated(Kind):
    """A value of the kind ``of`` that a function of a plugin computes. It is in no statement, so one may only show it."""

    name: ClassVar[str] = "computed in Python"
    python: ClassVar[type] = object
    operators: ClassVar[frozenset[Operator]] = frozenset()
    functions: ClassVar[frozenset[Function]] = frozenset()
    of: Kind = field(default_factory=Text)

    def parse(self, value: object) -> Any:
        """Read a value of the kind within."""
        return self.of.parse(value)

    def wire(self, value: Any) -> Any:
        """Write a value of the kind within."""
        return self.of.wire(value)

    def described(self) -> str:
        """The kind within."""
        return f"{self.of.described()} (computed in Python)"


@dataclass(frozen=True, kw_only=True)
class Listing(Kind):
    """Several objects that the engine makes, of the members that a kind of these names.

    Attributes:
        title: what one of the objects is called.
        summary: what one of them is, in a sentence.
        members: kind and meaning by name.
    """

    python: ClassVar[type] = list
    operators: ClassVar[frozenset[Operator]] = frozenset()
    functions: ClassVar[frozenset[Function]] = frozenset()
    title: ClassVar[str]
    summary: ClassVar[str]
    members: ClassVar[Mapping[str, tuple[Kind, str]]]

    def parse(self, value: object) -> Any:
        """Take what the engine has made."""
        return value


@dataclass(frozen=True, kw_only=True)
class StateChanges(Listing):
    """The states that may follow a record's own."""

    name: ClassVar[str] = "states that may follow"
    title: ClassVar[str] = "StateChange"
    summary: ClassVar[str] = "A state that may follow the one in which a record is."
    members: ClassVar[Mapping[str, tuple[Kind, str]]] = {
        "field": (Name(), "The field that has the states."),
        "to": (Name(), "The state that may follow."),
        "ready": (Boolean(), "Whether all is there that it takes."),
        "missing": (
            Choices(of=Name()),
            "The names of fields that need a value first, as far as they may be known of.",
        ),
    }


@dataclass(frozen=True, kw_only=True)
class StateTimes(Listing):
    """The states in which a record was, and is."""

    name: ClassVar[str] = "states over time"
    title: ClassVar[str] = "StateTime"
    summary: ClassVar[str] = "A time during which a record was in a state."
    members: ClassVar[Mapping[str, tuple[Kind, str]]] = {
        "field": (Name(), "The field that has the states."),
        "state": (Name(), "The state; null while there was none."),
        "since": (Instant(), "When it was entered."),
        "until": (Instant(), "When it was left; null while it lasts."),
        "lasted": (Duration(), "How long it lasted, or has lasted until now."),
    }
