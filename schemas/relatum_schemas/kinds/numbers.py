"""Kinds that are numbers. All are exact: integers, or decimals of a declared scale."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar, Self

from relatum_schemas.kinds.base import EXACT, ORDERED, SUMMED, Kind
from relatum_schemas.phrase import Phrase
from relatum_schemas.selection import Function, Operator

_SPELLING = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")

PRECISION = 18
"""Digits of a stored number: what a scaled 64-bit integer holds for certain."""


@dataclass(frozen=True, kw_only=True)
class Boolean(Kind):
    """True or false."""

    name: ClassVar[str] = "boolean"
    python: ClassVar[type] = bool
    operators: ClassVar[frozenset[Operator]] = EXACT
    sortable: ClassVar[bool] = True

    def parse(self, value: object) -> bool:
        """Read a boolean; the numbers 0 and 1 are not booleans."""
        if not isinstance(value, bool):
            raise self.refuse(value, Phrase("true or false"))
        return value


@dataclass(frozen=True, kw_only=True)
class Integer(Kind):
    """A whole number: of 32 bits, or with ``big`` of 18 digits."""

    name: ClassVar[str] = "integer"
    python: ClassVar[type] = int
    operators: ClassVar[frozenset[Operator]] = ORDERED
    functions: ClassVar[frozenset[Function]] = SUMMED
    sortable: ClassVar[bool] = True
    big: bool = False

    def parse(self, value: object) -> int:
        """Read a whole number within the bounds; digits in text are accepted."""
        if isinstance(value, str) and value.strip().lstrip("+-").isdecimal() and len(value) < 40:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.refuse(value)
        bound = 10**PRECISION if self.big else 2**31
        if not -bound <= value < bound:
            within = Phrase("within {least} and {most}", least=str(-bound), most=str(bound - 1))
            refused = self.refuse(value, within)
            refused.hint = None if self.big else "Declare Annotated[int, Big] for more."
            raise refused
        return value


@dataclass(frozen=True, kw_only=True)
class Number(Kind):
    """A decimal number of at most 18 digits, ``scale`` of them after the point. Never rounded silently."""

    name: ClassVar[str] = "decimal"
    python: ClassVar[type] = Decimal
    operators: ClassVar[frozenset[Operator]] = ORDERED
    functions: ClassVar[frozenset[Function]] = SUMMED
    sortable: ClassVar[bool] = True
    scale: int = 4

    def parse(self, value: object) -> Decimal:
        """Read a decimal from text, an integer or a Decimal; a float only by its shortest spelling."""
        if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
            raise self.refuse(value)
        text = str(value).strip()
        if not _SPELLING.fullmatch(text):
            raise self.refuse(value)
        return self.fit(Decimal(text))

    def fit(self, number: Decimal) -> Decimal:
        """The number with exactly ``scale`` digits after the point.

        Raises:
            BadValue: it has more digits than the kind holds.
        """
        if not number.is_finite():
            raise self.refuse(number, Phrase("a finite number"))
        if abs(number) >= Decimal(10) ** (PRECISION - self.scale):
            raise self.refuse(number, Phrase("below 10^{digits}", digits=PRECISION - self.scale))
        exact = number.quantize(Decimal(1).scaleb(-self.scale))
        if exact != number:
            most = Phrase(
                "a number with at most {digits} digits after the point", digits=self.scale
            )
            raise self.refuse(number, most)
        return exact + 0

    def wire(self, value: Decimal) -> str:
        """Fixed-point text with exactly ``scale`` digits after the point."""
        return f"{value:.{self.scale}f}"

    def with_scale(self, scale: int) -> Self:
        """The same kind at another scale."""
        if not 0 <= scale <= PRECISION:
            raise self.refuse(scale, f"a scale between 0 and {PRECISION}")
        return replace(self, scale=scale)
