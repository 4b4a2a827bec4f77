"""Values and columns in words: as people who speak a language write numbers, dates, amounts, codes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal

from relatum.catalogue.resolved import ColumnRule
from relatum.plugins.titles import Titles, Words
from relatum.viewing.shown import Named
from relatum_schemas import kinds
from relatum_schemas.kinds import Kind
from relatum_schemas.selection import Function

KINDS: Final[tuple[tuple[type[Kind], str], ...]] = (
    (kinds.Boolean, "boolean"),
    (kinds.Integer, "integer"),
    (kinds.Number, "number"),
    (kinds.Real, "number"),
    (kinds.MoneyKind, "money"),
    (kinds.Day, "day"),
    (kinds.Instant, "instant"),
    (kinds.Duration, "duration"),
    (kinds.Choice, "choice"),
    (kinds.Choices, "choices"),
    (kinds.Country, "country"),
    (kinds.Currency, "currency"),
    (kinds.Language, "language"),
    (kinds.LongText, "long_text"),
    (kinds.Email, "email"),
    (kinds.Phone, "phone"),
    (kinds.Url, "url"),
    (kinds.Text, "text"),
    (kinds.PostalAddressKind, "address"),
    (kinds.FileKind, "file"),
    (kinds.Identity, "record"),
)
"""What kinds are called on pages, special ones before those that they are special cases of."""

_USUAL_SCALE: Final = 2
"""Digits after the point that are always written, be they noughts."""


def within(kind: Kind) -> Kind:
    """The kind of what is shown: of what is computed or encrypted, the kind within."""
    while isinstance(kind, kinds.Calculated | kinds.Encrypted):
        kind = kind.of
    return kind


def word_of(kind: Kind) -> str:
    """What a kind is called on pages."""
    kind = within(kind)
    return next((word for each, word in KINDS if isinstance(kind, each)), "json")


def column_word(column: ColumnRule) -> str:
    """What stands in a column, in a word."""
    if column.is_record:
        return "record"
    if column.function is Function.COUNT:
        return "count"
    kind = column.kind if column.measured is None else column.measured.kind
    return "record" if kind is None else word_of(kind)


@dataclass(frozen=True)
class Speaking:
    """Says values in a language.

    Attributes:
        titles: what things are called.
        zone: where instants are told.
        lists: titles of the codes of choice lists that are data, by list and code.
    """

    titles: Titles
    zone: ZoneInfo
    lists: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def column(self, column: ColumnRule) -> Words:
        """What a column is called."""
        titles = self.titles
        if column.end is not None:
            end = titles.of(column.owners[0], column.end)
            if column.measured is None:
                return end
            return Words(f"{end.title}: {self.column(column.measured).title}", end.help)
        if column.field is None:
            return self._record(column)
        words = titles.of(column.owners[0], column.field.name)
        if column.part is not None:
            words = Words(f"{words.title}: {titles.part(column.part)}", words.help)
        if not column.through or column.steps[-1].edge:
            return words
        end = titles.of(*column.through[-1])
        return end if column.field.label else Words(f"{end.title}: {words.title}", words.help)

    def _record(self, column: ColumnRule) -> Words:
        if column.through:
            return self.titles.of(*column.through[-1])
        return self.titles.type(column.owners[0])

    def value(self, value: Any, column: ColumnRule) -> str:
        """A value of a column, as people read it."""
        if value is None:
            return ""
        if isinstance(value, Named):
            return value.label or self.titles.type(value.type).title
        if isinstance(value, list) and column.end is not None:
            return " + ".join(self.plain(each) for each in value)
        kind = column.kind if column.measured is None else column.measured.kind
        if kind is None:
            return self.plain(value)
        codes = within(kind)
        if isinstance(codes, kinds.Choices):
            return ", ".join(self.code(each, column) for each in value)
        if isinstance(codes, kinds.Code):
            return self.code(value, column)
        if isinstance(codes, kinds.Number) and isinstance(value, Decimal):
            return self._decimal(value, codes.scale)
        return self.plain(value)

    def code(self, code: str, column: ColumnRule) -> str:
        """A code of a column."""
        kind = None if column.kind is None else within(column.kind)
        one = kind.of if isinstance(kind, kinds.Choices) else kind
        if isinstance(one, kinds.Choice) and one.list is not None:
            said = self.lists.get(one.list, {}).get(code)
            return self.titles.gettext(said) if said else code
        if one is not None and (said := self.titles.published(one, code)):
            return said
        assert column.field is not None
        return self.titles.choice(column.owners[0], column.field.name, code)

    def plain(self, value: Any) -> str:
        """A value that says itself what it is."""
        return self.titles.value(value)

    def _decimal(self, number: Decimal, scale: int) -> str:
        """A number with the digits after the point that its kind has; of more than two those that it needs."""
        digits = "0" * scale if scale <= _USUAL_SCALE else "#" * scale
        pattern = f"#,##0.{digits}" if digits else "#,##0"
        locale = self.titles.locale
        return format_decimal(number, pattern, locale=locale, decimal_quantization=False)
