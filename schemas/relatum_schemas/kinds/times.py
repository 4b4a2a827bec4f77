"""Kinds that are times: a calendar day, an instant, a length of time."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar

from relatum_schemas.kinds.base import ORDERED, RANKED, SUMMED, Kind
from relatum_schemas.phrase import Phrase
from relatum_schemas.selection import Function, Operator

_DURATION = re.compile(
    r"(?P<sign>[+-]?)P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d{1,6})?)S)?)?"
)
_EXAMPLE = Phrase("a date such as 2024-05-31")
_MICROSECOND = timedelta(microseconds=1)
_LONGEST = timedelta(days=36525)


@dataclass(frozen=True, kw_only=True)
class Day(Kind):
    """A calendar day without a clock."""

    name: ClassVar[str] = "date"
    python: ClassVar[type] = date
    operators: ClassVar[frozenset[Operator]] = ORDERED
    functions: ClassVar[frozenset[Function]] = RANKED
    sortable: ClassVar[bool] = True

    def parse(self, value: object) -> date:
        """Read a date or its ISO 8601 form; a datetime is refused, since its day depends on a zone."""
        if isinstance(value, str):
            try:
                return date.fromisoformat(value.strip())
            except ValueError as error:
                raise self.refuse(value, _EXAMPLE) from error
        if isinstance(value, datetime) or not isinstance(value, date):
            raise self.refuse(value, _EXAMPLE)
        return value

    def wire(self, value: date) -> str:
        """ISO 8601."""
        return value.isoformat()


@dataclass(frozen=True, kw_only=True)
class Instant(Kind):
    """A point in time, kept in UTC to the microsecond."""

    name: ClassVar[str] = "datetime"
    python: ClassVar[type] = datetime
    operators: ClassVar[frozenset[Operator]] = ORDERED
    functions: ClassVar[frozenset[Function]] = RANKED
    sortable: ClassVar[bool] = True

    def parse(self, value: object) -> datetime:
        """Read an aware datetime or its ISO 8601 form; one without a zone is refused."""
        expected = Phrase("a date and time with its zone, such as 2024-05-31T09:30:00Z")
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value.strip())
            except ValueError as error:
                raise self.refuse(value, expected) from error
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise self.refuse(value, expected)
        try:
            return value.astimezone(UTC)
        except OverflowError as error:
            raise self.refuse(value, Phrase("within the years 1 and 9999")) from error

    def wire(self, value: datetime) -> str:
        """ISO 8601 in UTC with six digits of a second, so that text order is time order."""
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


@dataclass(frozen=True, kw_only=True)
class Duration(Kind):
    """A length of time, to the microsecond, of at most a hundred years."""

    name: ClassVar[str] = "duration"
    python: ClassVar[type] = timedelta
    operators: ClassVar[frozenset[Operator]] = ORDERED
    functions: ClassVar[frozenset[Function]] = SUMMED
    sortable: ClassVar[bool] = True

    def parse(self, value: object) -> timedelta:
        """Read a timedelta or an ISO 8601 duration of weeks, days, hours, minutes and seconds."""
        if isinstance(value, str):
            value = self._read(value)
        if not isinstance(value, timedelta):
            raise self.refuse(value, Phrase("a duration such as PT1H30M"))
        if abs(value) > _LONGEST:
            raise self.refuse(value, Phrase("a duration of at most 36525 days"))
        return value

    def _read(self, text: str) -> timedelta:
        match = _DURATION.fullmatch(text.strip())
        if match is None or text.strip()[-1] in "PT":
            raise self.refuse(
                text,
                Phrase("a duration such as PT1H30M (years and months have no fixed length)"),
            )
        parts = {
            unit: Decimal(number or 0)
            for unit, number in match.groupdict().items()
            if unit != "sign"
        }
        seconds = (
            parts["weeks"] * 604_800
            + parts["days"] * 86_400
            + parts["hours"] * 3_600
            + parts["minutes"] * 60
            + parts["seconds"]
        )
        if seconds > Decimal(_LONGEST.days) * 86_400:
            raise self.refuse(text, Phrase("a duration of at most 36525 days"))
        length = timedelta(microseconds=int(seconds * 1_000_000))
        return -length if match["sign"] == "-" else length

    def wire(self, value: timedelta) -> str:
        """ISO 8601 in seconds: ``PT5400S``, ``-PT0.5S``."""
        micros = value // _MICROSECOND
        seconds = f"{Decimal(abs(micros)).scaleb(-6):f}"
        return f"{'-' if micros < 0 else ''}PT{seconds.rstrip('0').rstrip('.')}S"
