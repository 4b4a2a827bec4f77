"""Between what people type and wire form: numbers, dates and times as their language writes them.

What cannot be read stays as it was typed, and is refused where all values are judged, with the kind's own words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson
from babel import Locale
from babel.dates import parse_date
from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from relatum.viewing.forms.posted import Sent, Tree, branch, items, leaves
from relatum.viewing.forms.wanted import Wanted
from relatum.viewing.speaking import within
from relatum_schemas import kinds
from relatum_schemas.entity import Declared
from relatum_schemas.errors import BadValue
from relatum_schemas.kinds import FileReference, Kind

_YES: Final = frozenset({"yes", "on", "true", "1"})
_NO: Final = frozenset({"no", "off", "false", "0"})


@dataclass(frozen=True)
class Translating:
    """Reads and writes what stands in forms, in a language and a time zone."""

    locale: Locale
    zone: ZoneInfo

    def wire(self, wanted: Wanted, tree: Tree) -> object:
        """What is sent for something that a form asks for, in wire form; None where nothing is."""
        if wanted.item is not None:
            return self._list(wanted, wanted.item, tree)
        if wanted.parts is not None:
            inner = self.given(wanted.parts, branch(tree, wanted.name))
            return inner if any(each is not False for each in inner.values()) else None
        sent = leaves(tree, wanted.name)
        if wanted.kind is None:
            return sent[-1] if sent else None
        kind = within(wanted.kind)
        if isinstance(kind, kinds.CompositeKind) and not isinstance(kind, kinds.FileKind):
            return self._composite(kind, branch(tree, wanted.name))
        if isinstance(kind, kinds.Choices):
            return list(sent) or None
        if not sent:
            return False if wanted.ticked else None
        return self._value(kind, sent[-1])

    def given(self, wanted: Mapping[str, Wanted], tree: Tree) -> dict[str, object]:
        """What is sent for several things, without those for which nothing is."""
        found = {name: self.wire(each, tree) for name, each in wanted.items()}
        return {name: value for name, value in found.items() if value is not None}

    def _list(self, wanted: Wanted, item: Wanted, tree: Tree) -> object:
        read = (self.wire(item, {item.name: each}) for each in items(tree, wanted.name))
        return [each for each in read if each is not None] or None

    def _composite(self, kind: kinds.CompositeKind, tree: Tree) -> object:
        found = {
            name: self._value(part, sent[-1])
            for name, part in kind.parts.items()
            if (sent := leaves(tree, name))
        }
        # A currency is chosen beforehand; without an amount it says nothing.
        return (
            None if isinstance(kind, kinds.MoneyKind) and "amount" not in found else found or None
        )

    def _value(self, kind: Kind, sent: Sent) -> object:
        if isinstance(sent, FileReference):
            return sent
        match kind:
            case kinds.Boolean():
                return True if sent in _YES else False if sent in _NO else sent
            case kinds.Integer() | kinds.Number() | kinds.Real():
                return self._number(sent)
            case kinds.Day():
                return self._day(sent)
            case kinds.Instant():
                return self._instant(sent)
            case kinds.Duration():
                return _length(sent)
            case kinds.Json():
                return _json(sent)
            case kinds.Text():
                return sent.replace("\r\n", "\n")
        return sent.strip()

    def _number(self, sent: str) -> str:
        try:
            return str(parse_decimal(sent.strip(), locale=self.locale, strict=True))
        except NumberFormatError:
            return sent.strip()

    def _day(self, sent: str) -> str:
        text = sent.strip()
        try:
            kinds.Day().parse(text)
        except BadValue:
            try:
                return parse_date(text, locale=self.locale, format="short").isoformat()
            except (ValueError, IndexError):
                return text
        return text

    def _instant(self, sent: str) -> str:
        """An instant; without a zone it is of the installation's clocks."""
        try:
            read = datetime.fromisoformat(sent.strip())
        except ValueError:
            return sent
        placed = read if read.tzinfo else read.replace(tzinfo=self.zone)
        return kinds.Instant().wire(placed) if placed.year > 1 else sent

    def texts(self, wanted: Wanted, value: object) -> tuple[str, ...]:
        """What stands in a form for a value in Python or wire form: several texts for several codes."""
        if value is None or value == "":
            return ()
        if isinstance(value, Declared):
            return (str(value.id),)
        kind = None if wanted.kind is None else within(wanted.kind)
        if isinstance(kind, kinds.Choices) and isinstance(value, Sequence):
            return tuple(str(each) for each in value)
        return (self.text(kind, _in_python(kind, value)),)

    def text(self, kind: Kind | None, value: Any) -> str:
        """A value as it stands in a field."""
        if isinstance(value, Enum):
            value = value.value
        match kind:
            case kinds.Boolean():
                return "yes" if value is True or value in _YES else "no"
            case kinds.Number() | kinds.Real() | kinds.Integer():
                return self._number_said(value)
            case kinds.Instant() if isinstance(value, datetime):
                return value.astimezone(self.zone).strftime("%Y-%m-%dT%H:%M")
            case kinds.Duration() if isinstance(value, timedelta):
                return kinds.Duration().wire(value)
            case kinds.Json():
                return orjson.dumps(value).decode()
        return value.isoformat() if isinstance(value, date) else str(value)

    def _number_said(self, value: object) -> str:
        try:
            number = Decimal(str(value))
        except ArithmeticError:
            return str(value)
        return format_decimal(
            number, locale=self.locale, decimal_quantization=False, group_separator=False
        )


def _in_python(kind: Kind | None, value: Any) -> Any:
    """A value in Python or wire form, in Python; what is none of the kind as it is."""
    try:
        return value if kind is None or isinstance(value, Enum) else kind.parse(value)
    except BadValue:
        return value


def _length(sent: str) -> str:
    """A length of time; ``1:30`` is an hour and a half."""
    hours, colon, minutes = sent.strip().partition(":")
    if colon and hours.isdecimal() and minutes.isdecimal():
        return f"PT{int(hours)}H{int(minutes)}M"
    return sent.strip()


def _json(sent: str) -> object:
    try:
        return orjson.loads(sent)
    except orjson.JSONDecodeError:
        return sent
