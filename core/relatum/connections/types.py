"""The column types of Relatum: one Python value, one storage form per database.

First room of the road from a statement to a database: tables are declared with these types, and
[`prepare`][relatum.connections.prepared.prepare] takes each parameter's encoder and each result
column's decoder from them.

| type | Python | PostgreSQL | SQLite | JSON-able text form |
|---|---|---|---|---|
| `Identifier` | `UUID` | `uuid` | `BLOB` of 16 bytes | 36 characters, lower case |
| `Instant` | aware `datetime` | `timestamptz` | `TEXT` | `YYYY-MM-DDTHH:MM:SS.ffffffZ` |
| `Day` | `date` | `date` | `TEXT` | `YYYY-MM-DD` |
| `Scaled(p, s)` | `Decimal` | `numeric(p, s)` | `INTEGER`, value x 10^s | decimal with s places |
| `Micros` | `timedelta` | `bigint` | `INTEGER` | whole microseconds, a number |
| `Flag` | `bool` | `boolean` | `INTEGER` 0 or 1 | `true`, `false` |
| `TextArray` | `tuple` of `str` | `text[]` | `TEXT`, a JSON array | array of strings |
| `JsonText` | any JSON value | `json` | `TEXT` | the value itself |
| `PlainText` | `str` | `text COLLATE "C"` | `TEXT` | string |

`BigInteger` comes from SQLAlchemy unchanged. In both databases the stored forms order as the
Python values do, text by code point. `None` is always SQL NULL, also for `JsonText`.

A value that a column cannot hold is refused before it is sent, with `BadValue` or
`NumericOverflow`; nothing is rounded, cut or converted silently.
"""

from abc import abstractmethod
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Dialect, Integer, Numeric, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BLOB, TypeDecorator, TypeEngine, UserDefinedType
from typing_extensions import override

from relatum.connections.encoding import (
    JsonValue,
    calendar_day,
    day_from_text,
    day_text,
    identifier,
    instant_from_text,
    instant_text,
    json_text,
    json_value,
    length_of_time,
    several_texts,
    storable_text,
    texts_from_json,
    texts_from_list,
    texts_json,
    utc_moment,
    uuid_bytes,
    uuid_from_bytes,
    whole_microseconds,
    yes_or_no,
    yes_or_no_number,
)
from relatum_schemas.errors import BadValue, NumericOverflow

DialectName = Literal["sqlite", "postgresql"]

FOREVER = datetime.max.replace(tzinfo=UTC)
"""The end of a period that is still open in recorded time: 9999-12-31T23:59:59.999999Z."""

Value = TypeVar("Value")
Encoder = Callable[[object], object]
Decoder = Callable[[object], Value]

_SCALED_DIGITS = 18


class Stored(NamedTuple):
    """The native column type in each database."""

    postgresql: TypeEngine[Any]
    sqlite: TypeEngine[Any]


class StoredType(TypeDecorator[Value]):
    """A column type that says per database how it is stored, encoded and decoded.

    Subclasses give `stored` (the native type per database), `encoder` and `decoder`. Both are
    given values, never `None`; a decoder of `None` passes the driver's values through.
    """

    stored: Stored

    def __init_subclass__(cls, **options: object) -> None:
        super().__init_subclass__(**options)
        # SQLAlchemy looks for it in each class by itself.
        cls.cache_ok = True

    @abstractmethod
    def encoder(self, dialect_name: DialectName) -> Encoder:
        """Return what turns a Python value into the driver's value, refusing what will not fit."""

    @abstractmethod
    def decoder(self, dialect_name: DialectName) -> Decoder[Value] | None:
        """Return what turns the driver's value into the Python value."""

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        name = known_dialect(dialect)
        native = self.stored.sqlite if name == "sqlite" else self.stored.postgresql
        return dialect.type_descriptor(native)

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[Value | None], object]:
        encode = self.encoder(known_dialect(dialect))
        return lambda value: None if value is None else encode(value)

    @override
    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[object], Value | None] | None:
        decode = self.decoder(known_dialect(dialect))
        if decode is None:
            return None
        return lambda value: None if value is None else decode(value)

    @override
    def literal_processor(self, dialect: Dialect) -> Callable[[Value], str]:
        encode = self.encoder(known_dialect(dialect))
        return lambda value: literal(encode(value))


def known_dialect(dialect: Dialect) -> DialectName:
    """Return the dialect's name, refusing databases that Relatum does not store in."""
    if dialect.name == "sqlite":
        return "sqlite"
    if dialect.name == "postgresql":
        return "postgresql"
    raise TypeError(f"Relatum stores in SQLite and PostgreSQL, not in {dialect.name}.")


def literal(encoded: object) -> str:
    """Return an encoded value as SQL text, for DDL (defaults, checks, partial indexes)."""
    match encoded:
        case None:
            return "NULL"
        case bool():
            return "true" if encoded else "false"
        case int() | Decimal():
            return str(encoded)
        case bytes():
            return f"X'{encoded.hex()}'"
        case list():
            return f"ARRAY[{', '.join(literal(item) for item in encoded)}]::TEXT[]"
        case datetime():
            return f"'{encoded.isoformat()}'"
        case _:
            return "'" + str(encoded).replace("'", "''") + "'"


class NativeText(UserDefinedType[str]):
    """PostgreSQL's `text` by code point, with parameters cast to it.

    SQLAlchemy's asyncpg dialect makes `varchar` of its own text types.
    """

    cache_ok = True
    render_bind_cast = True

    @override
    def get_col_spec(self, **options: object) -> str:
        return 'TEXT COLLATE "C"'


class NativeJson(UserDefinedType[object]):
    """PostgreSQL's `json`: the text as given. Connections receive it as bytes, undecoded."""

    cache_ok = True
    render_bind_cast = True

    @override
    def get_col_spec(self, **options: object) -> str:
        return "JSON"


class Identifier(StoredType[UUID]):
    """The key of a record: `uuid.UUID`, 16 bytes in both databases, ordered bytewise in both."""

    impl = Uuid
    stored = Stored(postgresql=Uuid(), sqlite=BLOB())

    @override
    def encoder(self, dialect_name: DialectName) -> Encoder:
        return uuid_bytes if dialect_name == "sqlite" else identifier

    @override
    def decoder(self, dialect_name: DialectName) -> Decoder[UUID] | None:
        return uuid_from_bytes if dialect_name == "sqlite" else None


class Instant(StoredType[datetime]):
    """A moment: an aware `datetime`, kept in UTC to the microsecond.

    SQLite holds 27 characters of fixed width, so that the order of texts is the order of times.
    `FOREVER` is stored like any other moment.
    """

    impl = DateTime
    stored = Stored(postgresql=DateTime(timezone=True), sqlite=Text())

    @override
    def encoder(self, dialect_name: DialectName) -> Encoder:
        return instant_text if dialect_name == "sqlite" else utc_moment

    @override
    def decoder(self, dialect_name: DialectName) -> Decoder[datetime] | None:
        return instant_from_text if dialect_name == "sqlite" else None


class Day(StoredType[date]):
    """A calendar day: `date`."""

    impl = Date
    stored = Stored(postgresql=Date(), sqlite=Text())

    @override
    def encoder(self, dialect_name: DialectName) -> Encoder:
        return day_text if dialect_name == "sqlite" else calendar_day

    @override
    def decoder(self, dialect_name: DialectName) -> Decoder[date] | None:
        return day_from_text if dialect_name == "sqlite" else None


class Scaled(StoredType[Decimal]):
    """An exact number of at most `precision` digits, `scale` of them after the point.

    Args:
        precision: digits in all, 1 to 18, so that every value fits a 64-bit integer.
        scale: digits after the point, 0 to `precision`.
    """

    impl = Numeric

    def __init__(self, precision: int, scale: int) -> None:
        if not 1 <= precision <= _SCALED_DIGITS or not 0 <= scale <= precision:
            raise ValueError(
                f"Scaled({precision}, {scale}): precision must be 1 to {_SCALED_DIGITS}, "
                "scale 0 to precision."
            )
        super().__init__(precision, scale)
        self.precision = precision
        self.scale = scale
        self.stored = Stored(postgresql=Numeric(precision, scale), sqlite=Integer())

    @override
    def __repr__(self) -> str:
        return f"Scaled({self.precision}, {self.scale})"

    @override
    def encoder(self, dialect_name: DialectName) -> Encoder:
        if dialect_name == "sqlite":
            return lambda value: int(self._fitting(value).scaleb(self.scale))
        return self._fitting

    @override
    def decoder(self, dialect_name: DialectName) -> Decoder[Decimal] | None:
        if dialect_name == "postgresql":
            return None
        return lambda value: Decimal(str(value)).scaleb(-self.scale)

    def _fitting(self, value: object) -> Decimal:
        """Return the value if the column holds it exactly."""
        if isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value)
        if not isinstance(value, Decimal) or not value.is_finite():
            raise BadValue(f"{value!r} is not an exact number.", hint="Give a finite Decimal.")
        _, digits, exponent = value.normalize().as_tuple()
        places = -int(exponent)
        if places > self.scale:
            raise BadValue(
                f"{value} has {places} decimal places; {self.scale} are kept.",
                hint="Round it the way the business wants it rounded, then give it again.",
            )
        if value and len(digits) - places > self.precision - self.scale:
            raise NumericOverflow(
                f"{value} has more than {self.precision - self.scale} digits before the point.",
                hint="Declare the field with a larger precision, or give a smaller number.",
            )
        return value


class Micros(StoredType[timedelta]):
    """A length of time: `timedelta`, as whole microseconds in a 64-bit integer."""

    impl = BigInteger
    stored = Stored(postgresql=BigInteger(), sqlite=Integer())

    @override
    def encoder(self, dialect_name: DialectName) -> Encoder:
        return whole_microseconds

    @override
    def decoder(self, dialect_name: DialectName) -> Decoder[timedelta]:
        return length_of_time


class Flag(StoredType[bool]):
    """Yes or no."""

    impl = Boolean
    stored = Stored(postgresql=Boolean(), sqlite=Integer())

    @override
    def encoder(self, dialect_name: DialectName) -> Encoder:
        return yes_or_no_number if dialect_name == "sqlite" else yes_or_no

    @override
    def decoder(self, dialect_name: DialectName) -> Decoder[bool] | None:
        return bool if dialect_name == "sqlite" else None


class TextArray(StoredType[tuple[str, ...]]):
    """Several texts in their order, such as the codes of a multiple choice."""

    impl = Text
    stored = Stored(postgresql=ARRAY(Text()), sqlite=Text())

    @override
    def encoder(self, dialect_name: DialectName) -> Encoder:
        return texts_json if dialect_name == "sqlite" else several_texts

    @override
    def decoder(self, dialect_name: DialectName) -> Decoder[tuple[str, ...]]:
        return texts_from_json if dialect_name == "sqlite" else texts_from_list


class JsonText(StoredType[JsonValue]):
    """Any JSON value, written canonically: keys sorted, no blanks, no escapes that need not be.

    `None` is SQL NULL, not the JSON value `null`; inside arrays and objects it is `null`.
    """

    impl = Text
    stored = Stored(postgresql=NativeJson(), sqlite=Text())

    @override
    def encoder(self, dialect_name: DialectName) -> Encoder:
        return json_text

    @override
    def decoder(self, dialect_name: DialectName) -> Decoder[JsonValue]:
        return json_value


class PlainText(StoredType[str]):
    """Text that compares and sorts by code point in both databases."""

    impl = Text
    stored = Stored(postgresql=NativeText(), sqlite=Text())

    @override
    def encoder(self, dialect_name: DialectName) -> Encoder:
        return storable_text

    @override
    def decoder(self, dialect_name: DialectName) -> None:
        return None
