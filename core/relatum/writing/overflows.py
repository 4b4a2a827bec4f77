"""Refuses values of which a computed field would leave 64 bits, so that no statement that reads it can.

A filter may compute a field of records that the principal may not see, before the database looks at who may; if that
could fail, the failure would tell of them. It cannot, because no such record is ever stored. The arithmetic is that of
the statements (`relatum.reading.computed`), step by step on whole numbers of smallest units.
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import bindparam, select, tuple_

from relatum.catalogue.model import Catalogue, Field
from relatum.connections.interface import Connections
from relatum.connections.prepared import prepare
from relatum.tables import Tables
from relatum.writing.drafts import Batch
from relatum.writing.forms import Content, Form
from relatum_schemas.errors import NumericOverflow, RelatumError
from relatum_schemas.expression import (
    Arithmetic,
    Coalesce,
    Constant,
    Expression,
    Quotient,
    Reference,
    references,
    scale_of,
)
from relatum_schemas.kinds import Kind, Money

_BEYOND: Final = 2**63
_PAGE: Final = 5_000
_MICROSECOND: Final = timedelta(microseconds=1)


class _Overflow(Exception):
    """A step left 64 bits."""


@dataclass(frozen=True)
class _Number:
    """A number in smallest units, missing where `units` is None."""

    units: int | None
    scale: int
    currency: str | None = None

    def at(self, scale: int) -> int | None:
        """The units at a finer scale."""
        return (
            self.units if scale == self.scale else _times(self.units, _ten_to(scale - self.scale))
        )


def overflows(form: Form, content: Content, given: Collection[str] = ()) -> list[RelatumError]:
    """Return the problems of a record whose computed fields the database could not compute.

    Args:
        form: of the record's type.
        content: all its values.
        given: the fields that were given, of which an error names one.
    """
    if not form.computed:
        return []
    values = form.values(content)
    return [
        _problem(form, field, given) for field in form.computed if not computes(form, field, values)
    ]


def computes(form: Form, field: Field, values: Mapping[str, object]) -> bool:
    """Whether no step of a computed field leaves 64 bits on these values."""
    fields = form.type.fields
    assert field.expression is not None
    try:
        _computed(field.expression, lambda name: _stored(values.get(name), fields[name].kind))
    except _Overflow:
        return False
    return True


def note_overflows(batch: Batch) -> None:
    """Note them of records that no command gave values of: filled by merging, or brought back under other rules."""
    for draft in batch.touched():
        if draft.state is not None:
            batch.problems_at(draft.command, overflows(draft.form, draft.state.content))


def _problem(form: Form, field: Field, given: Collection[str]) -> NumericOverflow:
    assert field.expression is not None
    named = list(dict.fromkeys(references(field.expression)))
    path = next((name for name in named if name in given), named[0] if named else field.name)
    listed = ", ".join(repr(name) for name in named)
    return NumericOverflow(
        f"{form.name}.{field.name}, computed of {listed}, would leave 64 bits.",
        path=path,
        hint="Give smaller numbers.",
    )


def _stored(value: object, kind: Kind) -> _Number:
    scale = scale_of(kind)
    match value:
        case None:
            return _Number(None, scale)
        case Money(amount=amount, currency=currency):
            return _Number(_units(amount, scale), scale, currency)
        case timedelta():
            return _Number(value // _MICROSECOND, scale)
        case int() | Decimal():
            return _Number(_units(Decimal(value), scale), scale)
    raise AssertionError(f"The catalogue admits no {kind.described()} in an expression.")


def _units(number: Decimal, scale: int) -> int:
    return _within(int(number.scaleb(scale)))


def _computed(expression: Expression, field: Callable[[str], _Number]) -> _Number:
    match expression:
        case Reference(name):
            return field(name)
        case Constant(number):
            exponent = number.as_tuple().exponent
            scale = max(0, -exponent) if isinstance(exponent, int) else 0
            return _Number(_units(number, scale), scale)
        case Arithmetic(operator, left, right):
            return _arithmetic(operator, _computed(left, field), _computed(right, field))
        case Quotient(left, right, scale):
            return _quotient(_computed(left, field), _computed(right, field), scale)
        case Coalesce(of):
            return _coalesced(of, field)


def _arithmetic(operator: str, left: _Number, right: _Number) -> _Number:
    if operator == "*":
        return _together(_times(left.units, right.units), left.scale + right.scale, left, right)
    scale = max(left.scale, right.scale)
    one, other = left.at(scale), right.at(scale)
    if one is None or other is None:
        return _together(None, scale, left, right)
    return _together(_within(one + other if operator == "+" else one - other), scale, left, right)


def _together(units: int | None, scale: int, left: _Number, right: _Number) -> _Number:
    """A result in the currency of both; none where they differ."""
    currencies = {each.currency for each in (left, right) if each.currency is not None}
    if len(currencies) > 1:
        return _Number(None, scale)
    return _Number(units, scale, next(iter(currencies), None))


def _quotient(left: _Number, right: _Number, scale: int) -> _Number:
    shift = scale + right.scale - left.scale
    dividend = _times(left.units, _ten_to(max(shift, 0)))
    divisor = _times(right.units, _ten_to(max(-shift, 0)))
    if dividend is None or not divisor:
        return _Number(None, scale)
    whole, rest = divmod(abs(dividend), abs(divisor))
    _within(rest * 2)
    away = rest * 2 > abs(divisor) or (rest * 2 == abs(divisor) and whole % 2)
    size = _within(whole + 1 if away else whole)
    both = left.currency is not None and right.currency is not None
    quotient = size if (dividend < 0) == (divisor < 0) else -size
    return _Number(quotient, scale, None if both else left.currency)


def _coalesced(of: tuple[Expression, ...], field: Callable[[str], _Number]) -> _Number:
    """The first that is there, at the scale of the finest: a database computes no further."""
    scale = 0
    numbers: list[_Number] = []
    for operand in of:
        scale = max(scale, _scale(operand, field))
        if not numbers or numbers[-1].units is None:
            numbers.append(_computed(operand, field))
    found = numbers[-1]
    return _Number(found.at(scale), scale, found.currency)


def _scale(expression: Expression, field: Callable[[str], _Number]) -> int:
    """Digits after the point, whatever the values."""
    match expression:
        case Reference(name):
            return field(name).scale
        case Constant():
            return _computed(expression, field).scale
        case Arithmetic("*", left, right):
            return _scale(left, field) + _scale(right, field)
        case Arithmetic(_, left, right):
            return max(_scale(left, field), _scale(right, field))
        case Quotient(scale=scale):
            return scale
        case Coalesce(of):
            return max(_scale(each, field) for each in of)


def _times(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else _within(one * other)


def _ten_to(power: int) -> int:
    return _within(10**power)


def _within(number: int) -> int:
    if abs(number) >= _BEYOND:
        raise _Overflow
    return number


async def uncomputable(
    connections: Connections, catalogue: Catalogue, tables: Tables
) -> dict[tuple[str, str], UUID]:
    """Return computed fields that fail on records stored before they were declared, each with one such record.

    Every version of every record of a type with computed fields is looked at.
    """
    found: dict[tuple[str, str], UUID] = {}
    for form in (Form(each) for each in catalogue):
        if form.computed:
            async for record, content in _kept(connections, tables, form):
                values = form.values(content)
                for field in form.computed:
                    if not computes(form, field, values):
                        found.setdefault((form.name, field.name), record)
    return found


async def _kept(
    connections: Connections, tables: Tables, form: Form
) -> AsyncIterator[tuple[UUID, Content]]:
    """The contents of all versions of a type, some thousand at a time."""
    version = tables.version[form.name]
    kept = select(
        version.c.id, version.c.version, *(version.c[name] for name in form.stored_columns)
    )
    after = tuple_(version.c.id, version.c.version) > tuple_(
        bindparam("id", type_=version.c.id.type), bindparam("number", type_=version.c.version.type)
    )
    page = kept.where(after).order_by(version.c.id, version.c.version).limit(_PAGE)
    prepared = prepare(page, connections.dialect)
    last: tuple[UUID, int] | None = (UUID(int=0), 0)
    async with connections.snapshot() as connection:
        while last is not None:
            given = {"id": last[0], "number": last[1]}
            rows: list[Any] = list(await connection.rows(prepared, given))
            for row in rows:
                yield row[0], form.content(row[2:], row[0])
            last = (rows[-1][0], rows[-1][1]) if len(rows) == _PAGE else None
