"""Kinds whose values are codes out of a list: declared in code, kept as data, or published as a standard."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

import pycountry
from babel import Locale, UnknownLocaleError

from relatum_schemas.kinds.base import EXACT, LISTED, RANKED, Kind
from relatum_schemas.phrase import Phrase
from relatum_schemas.selection import Function, Operator

COUNTRIES = frozenset(country.alpha_2 for country in pycountry.countries)
"""ISO 3166-1 alpha-2 codes."""

CURRENCIES = frozenset(currency.alpha_3 for currency in pycountry.currencies)
"""ISO 4217 codes."""


@dataclass(frozen=True, kw_only=True)
class Code(Kind):
    """Base of the kinds that hold one code as text."""

    python: ClassVar[type] = str
    operators: ClassVar[frozenset[Operator]] = EXACT
    functions: ClassVar[frozenset[Function]] = RANKED
    sortable: ClassVar[bool] = True

    def admits(self, code: str) -> bool:
        """Whether the code is in the list."""
        return bool(code)

    def parse(self, value: object) -> str:
        """Read a code exactly as the list spells it."""
        if not isinstance(value, str) or not self.admits(value):
            raise self.refuse(value)
        return value


@dataclass(frozen=True, kw_only=True)
class Choice(Code):
    """One of several codes: given in code (``codes``), or kept as data in the choice list ``list``.

    Codes of a data list are checked by the engine when writing, since they live in the database.
    """

    name: ClassVar[str] = "choice"
    codes: tuple[str, ...] = ()
    list: str | None = None

    def __class_getitem__(cls, codes: str | tuple[str, ...]) -> object:
        """``Choice["basic", "gold"]`` as an annotation. Where types are checked, ``Literal[...]`` means the same."""
        return Annotated[str, cls(codes=(codes,) if isinstance(codes, str) else codes)]

    def admits(self, code: str) -> bool:
        """Whether the code is declared; for a data list, any code of sane length."""
        return code in self.codes if self.list is None else 0 < len(code) <= 100

    def described(self) -> str:
        """The codes, or the list's name."""
        if self.list is not None:
            return Phrase("a code of the choice list '{list}'", list=self.list)
        return Phrase("one of {codes}", codes=", ".join(self.codes))


@dataclass(frozen=True, kw_only=True)
class Name(Choice):
    """The name of a field or an end, as its type declares it."""

    name: ClassVar[str] = "name"

    def admits(self, code: str) -> bool:
        """Any name: which there are differs from type to type."""
        return bool(code)

    def described(self) -> str:
        """What it names."""
        return Phrase("the name of a field or an end")


@dataclass(frozen=True, kw_only=True)
class Choices(Kind):
    """Several codes of one list, in the list's order, each at most once. None chosen is an empty list."""

    name: ClassVar[str] = "choices"
    python: ClassVar[type] = tuple
    operators: ClassVar[frozenset[Operator]] = LISTED
    functions: ClassVar[frozenset[Function]] = frozenset({Function.COUNT})
    of: Choice = Choice()

    def parse(self, value: object) -> tuple[str, ...]:
        """Read codes; the answer has them in the list's order (a data list: sorted) without repeats."""
        if isinstance(value, str) or not isinstance(value, Iterable):
            each = Phrase("a list, each entry {kind}", kind=self.of.described())
            raise self.refuse(value, each)
        chosen = {self.of.parse(code) for code in value}
        return tuple(sorted(chosen, key=self._rank))

    def _rank(self, code: str) -> tuple[int, str]:
        return (self.of.codes.index(code) if code in self.of.codes else 0, code)

    def wire(self, value: tuple[str, ...]) -> list[str]:
        """A list of codes."""
        return list(value)


@dataclass(frozen=True, kw_only=True)
class Country(Code):
    """A country by its ISO 3166-1 alpha-2 code."""

    name: ClassVar[str] = "country"

    def admits(self, code: str) -> bool:
        """Whether ISO 3166 lists the code."""
        return code in COUNTRIES

    def described(self) -> str:
        """With an example."""
        return Phrase("a country code of ISO 3166 such as DE")


@dataclass(frozen=True, kw_only=True)
class Currency(Code):
    """A currency by its ISO 4217 code."""

    name: ClassVar[str] = "currency"

    def admits(self, code: str) -> bool:
        """Whether ISO 4217 lists the code."""
        return code in CURRENCIES

    def described(self) -> str:
        """With an example."""
        return Phrase("a currency code of ISO 4217 such as EUR")


@dataclass(frozen=True, kw_only=True)
class Language(Code):
    """A language by its tag (BCP 47), such as ``de`` or ``pt-BR``."""

    name: ClassVar[str] = "language"

    def admits(self, code: str) -> bool:
        """Whether the tag names a language of CLDR."""
        try:
            return str(Locale.parse(code, sep="-")).replace("_", "-") == code
        except (UnknownLocaleError, ValueError, TypeError):
            return False

    def described(self) -> str:
        """With an example."""
        return Phrase("a language tag such as de or pt-BR")
