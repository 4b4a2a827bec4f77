"""Which columns a field has: one, one per part of a composite kind, a folded key beside text."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import BigInteger, Column, Integer, literal
from sqlalchemy.types import TypeEngine

from relatum.catalogue.model import Field
from relatum.connections.types import (
    Day,
    Flag,
    Identifier,
    Instant,
    JsonText,
    Micros,
    PlainText,
    Scaled,
    TextArray,
)
from relatum.text import fold
from relatum_schemas import kinds

BIG_INTEGER: Final = BigInteger().with_variant(Integer(), "sqlite")
"""A whole number of 64 bits. SQLite's `INTEGER` holds them; its strict tables know no other."""

_PLAIN: Final[tuple[tuple[type[kinds.Kind], TypeEngine[Any]], ...]] = (
    (kinds.Text, PlainText()),
    (kinds.Code, PlainText()),
    (kinds.Encrypted, PlainText()),
    (kinds.Boolean, Flag()),
    (kinds.Day, Day()),
    (kinds.Instant, Instant()),
    (kinds.Duration, Micros()),
    (kinds.Choices, TextArray()),
    (kinds.Json, JsonText()),
    (kinds.Identity, Identifier()),
)


@dataclass(frozen=True, kw_only=True)
class FieldColumn:
    """A column of a field.

    Attributes:
        name: in the table.
        type: one of `relatum.connections.types`, or a whole number.
        part: which part of a composite kind it holds; empty for a plain kind.
        key: whether it holds the folded form of the field's text.
        nullable: whether it may be missing.
    """

    name: str
    type: TypeEngine[Any]
    part: str = ""
    key: bool = False
    nullable: bool = True


def key_name(field: Field) -> str:
    """Return the name of the column that holds the folded text of a field with `folded`."""
    return f"{field.column}__key"


LOOKUP: Final = "lookup"
"""The part of an encrypted field by which equal values are found."""


def part_name(field: Field, part: str) -> str:
    """Return the name of the column that holds one part of a composite field."""
    return f"{field.column}__{part}"


def field_columns(field: Field, *, required: bool) -> tuple[FieldColumn, ...]:
    """Return the columns of a field in order; none for a computed one.

    Args:
        field: of a type.
        required: whether the table demands a value.
    """
    return () if field.computed else tuple(_columns(field, required=required))


def _columns(field: Field, *, required: bool) -> Iterator[FieldColumn]:
    kind = field.kind
    if isinstance(kind, kinds.Encrypted):
        yield FieldColumn(name=field.column, type=PlainText(), part="text", nullable=not required)
        if isinstance(kind, kinds.EncryptedLookup):
            # Missing for what an administrator's key command has yet to seal.
            yield FieldColumn(name=part_name(field, LOOKUP), type=PlainText(), part=LOOKUP)
        return
    if not isinstance(kind, kinds.CompositeKind):
        yield FieldColumn(name=field.column, type=column_type(kind), nullable=not required)
        if field.folded:
            yield FieldColumn(
                name=key_name(field), type=PlainText(), key=True, nullable=not required
            )
        return
    for name, part in kind.parts.items():
        demanded = required and name in kind.required_parts
        yield FieldColumn(
            name=part_name(field, name),
            type=column_type(part),
            part=name,
            nullable=not demanded,
        )


def default_of(field: Field, column: FieldColumn) -> object:
    """Return what a column holds where its field has its default; None when it has none."""
    default = field.default
    if default is None:
        return None
    if column.key:
        return fold(str(default))
    return getattr(default, column.part) if column.part else default


def sqlalchemy_columns(field: Field, *, required: bool, filled: bool = False) -> list[Column[Any]]:
    """Return a field's columns for a table; each knows its field and the plugin it came from.

    Args:
        field: of a type.
        required: whether the table demands a value.
        filled: whether the table itself gives the default to rows that are made without knowing of the field.
    """
    return [
        Column(
            each.name,
            each.type,
            nullable=each.nullable,
            server_default=literal(default, each.type)
            if filled and (default := default_of(field, each)) is not None
            else None,
            info={"plugin": field.plugin, "field": field.name},
        )
        for each in field_columns(field, required=required)
    ]


def column_type(kind: kinds.Kind) -> TypeEngine[Any]:
    """Return the column type that stores a plain kind.

    Raises:
        TypeError: a composite kind, whose parts are columns, or a kind this engine does not know.
    """
    if isinstance(kind, kinds.Integer):
        return BIG_INTEGER if kind.big else Integer()
    if isinstance(kind, kinds.Number):
        return Scaled(kinds.PRECISION, kind.scale)
    for family, stored in _PLAIN:
        if isinstance(kind, family):
            return stored
    raise TypeError(f"A field of the kind {kind.name!r} is not stored in one column.")
