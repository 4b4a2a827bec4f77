"""Values as people who speak a language write them: numbers, amounts, days, moments, lengths of time, addresses."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import orjson
from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from relatum_schemas.kinds import FileReference, Money, PostalAddress

_GROUPED: Final = 10_000
"""The least whole number with a mark between its thousands: years have none."""


def said(value: object, locale: Locale, zone: ZoneInfo) -> str:
    """A value that says itself what it is, in words; text as it stands, nothing for none.

    Args:
        value: in Python.
        locale: of the language.
        zone: in which moments are told.
    """
    match value:
        case None:
            return ""
        case int() | float() | Decimal() | Money():
            return _number(value, locale)
        case datetime():
            return format_datetime(value, "medium", tzinfo=zone, locale=locale)
        case date():
            return format_date(value, "medium", locale=locale)
        case timedelta():
            return _length(value, locale)
        case PostalAddress():
            return _address(value, locale)
        case FileReference(name=name):
            return name
        case list() | dict() | tuple():
            return orjson.dumps(value, default=str).decode()
    return str(value)


def _number(number: float | Decimal | Money, locale: Locale) -> str:
    if isinstance(number, Money):
        # People are shown the digits that the currency has; files have all there are.
        return format_currency(number.amount, number.currency, locale=locale)
    if isinstance(number, int) and abs(number) < _GROUPED:
        return str(number)
    return format_decimal(number, locale=locale, decimal_quantization=False)


def _length(length: timedelta, locale: Locale) -> str:
    minutes, seconds = divmod(round(abs(length).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = (("day", days), ("hour", hours), ("minute", minutes), ("second", seconds))
    parts = [
        format_unit(number, f"duration-{unit}", "short", locale=locale)
        for unit, number in units
        if number
    ]
    sign = "-" if length < timedelta() else ""
    return sign + (" ".join(parts) or format_unit(0, "duration-minute", "short", locale=locale))


def _address(address: PostalAddress, locale: Locale) -> str:
    town = " ".join(each for each in (address.postal_code, address.locality) if each)
    country = address.country and locale.territories.get(address.country, address.country)
    lines = (address.street, town, address.region, country)
    return ", ".join(str(each).replace("\n", ", ") for each in lines if each)
