"""Values of any kind, by number: the same ones each time, and different ones for different numbers."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final
from zlib import crc32

from relatum.catalogue import Field
from relatum_schemas.kinds import (
    Boolean,
    Choice,
    Choices,
    Country,
    Currency,
    Day,
    Duration,
    Email,
    Encrypted,
    FileKind,
    FileReference,
    Instant,
    Integer,
    Json,
    Kind,
    Language,
    Money,
    MoneyKind,
    Number,
    Phone,
    PostalAddress,
    PostalAddressKind,
    Text,
    Url,
)

WORD: Final = "sample"
"""A word that is in every text."""

CODES: Final = ("first", "second")
"""The codes of choice lists that are kept as data, where nobody has kept any."""

_DAY: Final = date(2021, 3, 1)
_NOON: Final = datetime(2021, 3, 1, 12, tzinfo=UTC)
_COUNTRIES: Final = ("DE", "FR", "US")
_CURRENCIES: Final = ("EUR", "USD")
_LANGUAGES: Final = ("de", "en", "fr")


def _money(number: int) -> Money:
    return Money(amount=Decimal(10 + number), currency=_CURRENCIES[number % 2])


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-").replace("_", "-")


def _phone(name: str, number: int) -> str:
    return f"+4930{1_000_000 + crc32(name.encode()) % 8_000 * 1_000 + number}"


def _address(name: str, number: int) -> PostalAddress:
    return PostalAddress(street=f"{name} Street {number}", locality="Springfield", country="US")


def _file(name: str, number: int) -> FileReference:
    content = f"{name} {number}".encode()
    digest = hashlib.sha256(content).hexdigest()
    return FileReference(
        name=f"{_slug(name)}-{number}.txt",
        media_type="text/plain",
        size=len(content),
        digest=digest,
    )


_BY_NAME: Final[Mapping[type[Kind], Callable[[str, int], object]]] = {
    Email: lambda name, number: f"{_slug(name)}.{number}@example.org",
    Phone: _phone,
    Url: lambda name, number: f"https://example.org/{_slug(name)}/{number}",
    PostalAddressKind: _address,
    FileKind: _file,
}
"""What tells by itself which field it is of."""

_BY_KIND: Final[Mapping[type[Kind], Callable[[int], object]]] = {
    Boolean: lambda number: number % 2 == 0,
    Integer: lambda number: number + 1,
    Number: lambda number: Decimal(number + 1),
    MoneyKind: _money,
    Day: lambda number: _DAY + timedelta(days=number),
    Instant: lambda number: _NOON + timedelta(hours=number),
    Duration: lambda number: timedelta(minutes=number + 1),
    Country: lambda number: _COUNTRIES[number % 3],
    Currency: lambda number: _CURRENCIES[number % 2],
    Language: lambda number: _LANGUAGES[number % 3],
    Json: lambda number: {"number": number},
}


def value_of(kind: Kind, name: str, number: int) -> object:
    """A value of a kind.

    Args:
        kind: of the value.
        name: what text speaks of.
        number: which one; other numbers give other values, as far as the kind has as many.
    """
    match kind:
        case Encrypted(of=of):
            return value_of(of, name, number)
        case Choices(of=of):
            return [value_of(of, name, number)]
        case Choice(codes=codes):
            return (codes or CODES)[number % len(codes or CODES)]
    if (by_name := _BY_NAME.get(type(kind))) is not None:
        return by_name(name, number)
    if (by_kind := _BY_KIND.get(type(kind))) is not None:
        return by_kind(number)
    if isinstance(kind, Text):
        return f"{name} {WORD} {number}"[-kind.length :]
    raise TypeError(f"There are no values of the kind {kind.described()}.")


def values_of(fields: Mapping[str, Field], name: str, number: int) -> dict[str, object]:
    """Values for the fields of a record; one in three has only what it must have.

    Args:
        fields: that its type declares.
        name: what its texts speak of.
        number: of the record.
    """
    full = number % 3 != 2
    return {
        each.name: _value(each, name, number)
        for each in fields.values()
        if _given(each) and (each.required or full)
    }


def _given(field: Field) -> bool:
    """Whether the engine, which makes the records, gives the field; one that only plugins write, where it has to."""
    kept = field.read_only and not field.required
    return not (field.computed or kept or field.built_in or field.since)


def _value(field: Field, name: str, number: int) -> object:
    if field.transitions is not None and field.begin:
        return field.begin[number % len(field.begin)]
    if field.transitions is not None and field.expects:
        return field.default or value_of(field.kind, name, 0)
    told = name if field.label else f"{name} {field.name}"
    return value_of(field.kind, told, number)
