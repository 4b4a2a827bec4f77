"""Kinds of several parts (money, postal address, file reference), and free JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, Self

import orjson
from pydantic import BaseModel, ConfigDict, JsonValue

from relatum_schemas.errors import BadValue
from relatum_schemas.kinds.base import ORDERED, SUMMED, Kind
from relatum_schemas.kinds.codes import Country, Currency
from relatum_schemas.kinds.numbers import Integer, Number
from relatum_schemas.kinds.text import Text
from relatum_schemas.phrase import Phrase
from relatum_schemas.selection import Function, Operator


class Composite(BaseModel):
    """Base of the values that composite kinds hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Money(Composite):
    """An amount of a currency (ISO 4217). Amounts of different currencies do not compare."""

    amount: Decimal
    currency: str

    def __str__(self) -> str:
        """Amount and code."""
        return f"{self.amount} {self.currency}"


class PostalAddress(Composite):
    """Where letters go. ``street`` may have several lines; ``country`` is an ISO 3166 code."""

    street: str | None = None
    postal_code: str | None = None
    locality: str | None = None
    region: str | None = None
    country: str | None = None


class FileReference(Composite):
    """A file kept outside the database, found by the SHA-256 ``digest`` of its content."""

    name: str
    media_type: str
    size: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class CompositeKind(Kind):
    """A kind whose value is an object of parts; every part is a column of its own."""

    operators: ClassVar[frozenset[Operator]] = frozenset(
        {Operator.EQ, Operator.NE, Operator.IS_NULL}
    )
    functions: ClassVar[frozenset[Function]] = frozenset({Function.COUNT})
    required_parts: ClassVar[frozenset[str]] = frozenset()

    def parse(self, value: object) -> Any:
        """Read an object or a mapping of parts. A value without any part is refused: leave the field out."""
        return self.python(**self.parse_parts(value))

    def parse_parts(self, value: object) -> dict[str, Any]:
        """Read an object or a mapping of parts, and leave them parts."""
        given = value.model_dump() if isinstance(value, self.python) else value  # type: ignore[attr-defined]  # python is a Composite
        if not isinstance(given, Mapping):
            names = ", ".join(self.parts)
            expected = Phrase("{kind} with {parts}", kind=self.described(), parts=names)
            raise self.refuse(value, expected)
        parts = self.parts
        for name in given:
            if name not in parts:
                raise BadValue(
                    f"{self.name} has no part {name!r}; it has {', '.join(parts)}.",
                    path=str(name),
                )
        read = {name: self._part(name, kind, given.get(name)) for name, kind in parts.items()}
        if all(part is None for part in read.values()):
            expected = Phrase("{kind}: no part is given", kind=self.described())
            raise self.refuse(value, expected)
        return read

    def _part(self, name: str, kind: Kind, value: object) -> Any:
        if value is None or value == "":
            if name in self.required_parts:
                raise BadValue(
                    Phrase("{kind} needs its {part}.", kind=self.described(), part=name), path=name
                )
            return None
        try:
            return kind.parse(value)
        except BadValue as error:
            error.at(name)
            raise

    def wire(self, value: Any) -> dict[str, JsonValue]:
        """An object with every part, missing ones null."""
        return {
            name: None if (part := getattr(value, name)) is None else kind.wire(part)
            for name, kind in self.parts.items()
        }


@dataclass(frozen=True, kw_only=True)
class MoneyKind(CompositeKind):
    """Money at a declared scale (2 unless told otherwise)."""

    name: ClassVar[str] = "money"
    python: ClassVar[type] = Money
    operators: ClassVar[frozenset[Operator]] = ORDERED - {Operator.IN, Operator.NOT_IN}
    functions: ClassVar[frozenset[Function]] = SUMMED - {Function.COUNT_DISTINCT}
    sortable: ClassVar[bool] = True
    required_parts: ClassVar[frozenset[str]] = frozenset({"amount", "currency"})
    scale: int = 2

    @cached_property
    def parts(self) -> Mapping[str, Kind]:
        """Amount and currency."""
        return {"amount": Number(scale=self.scale), "currency": Currency()}

    def with_scale(self, scale: int) -> Self:
        """The same kind at another scale."""
        return replace(self, scale=Number().with_scale(scale).scale)


@dataclass(frozen=True, kw_only=True)
class PostalAddressKind(CompositeKind):
    """A postal address."""

    name: ClassVar[str] = "postal address"
    python: ClassVar[type] = PostalAddress

    @cached_property
    def parts(self) -> Mapping[str, Kind]:
        """Street, postal code, locality, region, country."""
        return {
            "street": Text(),
            "postal_code": Text(length=40),
            "locality": Text(length=200),
            "region": Text(length=200),
            "country": Country(),
        }


@dataclass(frozen=True, kw_only=True)
class FileKind(CompositeKind):
    """A reference to a file."""

    name: ClassVar[str] = "file reference"
    python: ClassVar[type] = FileReference
    required_parts: ClassVar[frozenset[str]] = frozenset({"name", "media_type", "size", "digest"})

    @cached_property
    def parts(self) -> Mapping[str, Kind]:
        """File name, media type, size in bytes, SHA-256 in hexadecimal."""
        return {
            "name": Text(length=255),
            "media_type": Text(length=127),
            "size": Integer(big=True),
            "digest": Text(length=64),
        }


@dataclass(frozen=True, kw_only=True)
class Json(Kind):
    """Any JSON value, for what comes from elsewhere in its own form. Kept, shown, not searched."""

    name: ClassVar[str] = "JSON"
    python: ClassVar[type] = object
    operators: ClassVar[frozenset[Operator]] = frozenset({Operator.IS_NULL})
    functions: ClassVar[frozenset[Function]] = frozenset({Function.COUNT})
    limit: int = field(default=1_000_000)

    def parse(self, value: object) -> JsonValue:
        """Read a JSON value of at most ``limit`` bytes; integers beyond 64 bits are refused."""
        try:
            data = orjson.dumps(value)
        except TypeError as error:
            raise self.refuse(value, f"JSON: {error}") from error
        if len(data) > self.limit or b"\\u0000" in data:
            raise self.refuse(value, f"JSON of at most {self.limit} bytes without NUL characters")
        read: JsonValue = orjson.loads(data)
        return read
