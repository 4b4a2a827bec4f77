"""The kinds of what Python computes when it is asked for: shown as another kind, and nothing else asked of it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from relatum_schemas.kinds.base import Kind
from relatum_schemas.kinds.text import Text
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
class StateChanges(Kind):
    """The states that may follow a record's own, each an object of `MEMBERS`."""

    name: ClassVar[str] = "states that may follow"
    python: ClassVar[type] = list
    operators: ClassVar[frozenset[Operator]] = frozenset()
    functions: ClassVar[frozenset[Function]] = frozenset()
    MEMBERS: ClassVar[Mapping[str, str]] = {
        "field": "The field that has the states.",
        "to": "The state that may follow.",
        "ready": "Whether all is there that it takes.",
        "missing": "The names of fields that need a value first, as far as they may be known of.",
    }

    def parse(self, value: object) -> Any:
        """Take what the engine has made."""
        return value
