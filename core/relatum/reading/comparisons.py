"""Comparisons: an operator of a value's kind, against values in wire form.

A comparison may come out missing, which counts as false; `Not` and `every` take care of it where that matters, so that
plain predicates stay plain and indexes usable.
"""

import operator as python
from collections.abc import Callable, Mapping
from typing import Any, cast

import orjson
from sqlalchemy import and_, bindparam, false, literal, not_, or_
from sqlalchemy.types import TypeEngine

from relatum.connections.expressions import any_of
from relatum.connections.types import Flag, PlainText
from relatum.reading.binds import Moment, Read, supplied
from relatum.reading.context import Context
from relatum.reading.rows import Value
from relatum.reading.sql import Predicate, Sql
from relatum.sealing import needed
from relatum.tables.columns import column_type
from relatum.text import fold
from relatum_schemas import kinds
from relatum_schemas.errors import BadValue, UnknownOperator
from relatum_schemas.kinds import Boolean, CompositeKind, Encrypted, Kind, MoneyKind
from relatum_schemas.selection import Operator, Parameter
from relatum_schemas.selection import Value as Given

_ORDERINGS: Mapping[Operator, Callable[[Sql, Sql], Predicate]] = {
    Operator.LT: python.lt,
    Operator.LTE: python.le,
    Operator.GT: python.gt,
    Operator.GTE: python.ge,
}
_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def compared(value: Value, operator: Operator, given: Given, *, context: Context) -> Predicate:
    """Return whether a value fulfils an operator.

    Raises:
        UnknownOperator: the value's kind has no such operator.
        BadValue: the given value is not of the kind.
    """
    if operator not in value.kind.operators:
        offered = ", ".join(sorted(value.kind.operators))
        raise UnknownOperator(
            f"{value.kind.described()} has no operator {operator.value!r}.",
            hint=f"It has {offered}.",
            path=operator.value,
        )
    if operator is Operator.IS_NULL:
        return _is_null(value, given, context)
    if given is None:
        return false()
    if isinstance(value.kind, CompositeKind):
        return _compared_whole(value, operator, given, context)
    if isinstance(value.kind, Encrypted):
        return _looked_up(value, value.kind, operator, given, context)
    return _compared_plain(value, operator, given, context)


def _is_null(value: Value, given: Given, context: Context) -> Predicate:
    asked = context.binds.value(given, Boolean().parse, Flag())
    if asked is None:
        return false()
    if isinstance(given, Parameter):
        return value.presence != asked
    return ~value.presence if given else value.presence


def _compared_plain(value: Value, operator: Operator, given: Given, context: Context) -> Predicate:
    kind = value.kind
    match operator:
        case Operator.EQ | Operator.NE:
            one = _bound(given, kind.parse, kind, context)
            if operator is Operator.NE:
                return value.plain != one
            return _found(value, value.plain == one, given, context)
        case Operator.IN | Operator.NOT_IN:
            listed = any_of(value.plain, context.binds.values(given, kind.parse))
            if operator is Operator.NOT_IN:
                return _if_given(given, not_(listed), context)
            return _found(value, listed, given, context, several=True)
        case Operator.LT | Operator.LTE | Operator.GT | Operator.GTE:
            one = _bound(given, _orderly(value), kind, context)
            return _ORDERINGS[operator](value.sorting, one)
        case Operator.STARTS_WITH:
            return _starts(value, given, context)
        case Operator.CONTAINS:
            part = _bound(given, _orderly(value), kind, context)
            return context.dialect.contains(value.sorting, part)
        case Operator.HAS | Operator.HAS_ANY | Operator.HAS_ALL:
            return _has(value, operator, given, context)
    raise UnknownOperator(f"{kind.described()} has no operator {operator.value!r}.")


def _looked_up(
    value: Value, kind: Encrypted, operator: Operator, given: Given, context: Context
) -> Predicate:
    """An encrypted value, found by the digests that the values asked have in its places."""
    assert value.key is not None

    def digests(moment: Moment) -> tuple[str, ...]:
        asked = moment.of(given) if isinstance(given, Parameter) else given
        several = asked if operator is Operator.IN else [asked]
        if not isinstance(several, list | tuple):
            raise BadValue(f"{asked!r} is not a list.", hint="Give the values in a list.")
        plain = [orjson.dumps(kind.wire(kind.parse(each))) for each in several if each is not None]
        keys = needed(moment.keys)
        return tuple(keys.digest(each, place) for each in plain for place in value.places)

    return any_of(value.key, context.binds.named("lookup", digests))


def _bound(given: Given, read: Read, kind: Kind, context: Context) -> Sql:
    one = context.binds.value(given, read, column_type(kind))
    assert one is not None
    return one


def _folding(given: object) -> str:
    return fold(kinds.LongText().parse(given))


def _orderly(value: Value) -> Read:
    """How a value is read that is compared in order: text may be a part of one, folded where a key is kept."""
    if not isinstance(value.kind, kinds.Text):
        return value.kind.parse
    return kinds.LongText().parse if value.key is None else _folding


def _found(
    value: Value, equal: Predicate, given: Given, context: Context, *, several: bool = False
) -> Predicate:
    """Equality of a text whose index has its folded form: equal texts are equal folded, which finds them."""
    if value.key is None or not value.found_by_key:
        return equal

    def read(each: object) -> str:
        return fold(value.kind.parse(each))

    if several:
        return and_(any_of(value.key, context.binds.values(given, read)), equal)
    return and_(value.key == _bound(given, read, value.kind, context), equal)


def _starts(value: Value, given: Given, context: Context) -> Predicate:
    """A range of texts, so that an index serves it."""
    read = _orderly(value)
    first = _bound(given, read, value.kind, context)
    last = _bound(given, lambda text: _after_prefix(str(read(text))), value.kind, context)
    return and_(value.sorting >= first, value.sorting < last)


def _after_prefix(prefix: str) -> str:
    """The least text that is greater than all texts that begin so."""
    while prefix:
        following = ord(prefix[-1]) + 1
        if following in _SURROGATES:
            following = _SURROGATES.stop
        if following <= _LAST_CODE_POINT:
            return prefix[:-1] + chr(following)
        prefix = prefix[:-1]
    return chr(_LAST_CODE_POINT) * 2


def _has(value: Value, operator: Operator, given: Given, context: Context) -> Predicate:
    kind = value.kind
    assert isinstance(kind, kinds.Choices)
    if operator is Operator.HAS:
        code = context.binds.value(given, kind.of.parse, PlainText())
        assert code is not None
        return context.dialect.has(value.plain, code)
    name = context.binds.values(given, kind.of.parse)
    if operator is Operator.HAS_ANY:
        return context.dialect.has_any(value.plain, name)
    return _if_given(given, context.dialect.has_all(value.plain, name), context)


def _if_given(given: Given, judged: Predicate, context: Context) -> Predicate:
    """What a missing value would fulfil, although it compares with nothing."""
    if not isinstance(given, Parameter):
        return judged
    name = f"{given.parameter}_given"
    there = context.binds.add(name, lambda moment: moment.of(given) is not None, Flag())
    return and_(there, judged)


def _compared_whole(value: Value, operator: Operator, given: Given, context: Context) -> Predicate:
    """A composite value against one given as an object."""
    assert isinstance(value.kind, CompositeKind)
    parts = _given_parts(value.kind, given, context)
    if operator in _ORDERINGS:
        assert isinstance(value.kind, MoneyKind)
        same = value.parts["currency"] == parts["currency"]
        return and_(same, _ORDERINGS[operator](value.parts["amount"], parts["amount"]))
    equal = [_same_part(value, name, part) for name, part in parts.items()]
    if operator is Operator.EQ:
        return and_(value.presence, *equal)
    differing = or_(*(part.is_not(True) for part in equal))
    return _if_given(given, and_(value.presence, differing), context)


def _given_parts(kind: CompositeKind, given: Given, context: Context) -> dict[str, Sql]:
    """The parts of a value that is given as an object, which is read once for all of them."""
    stored = {name: column_type(part) for name, part in kind.parts.items()}
    if not isinstance(given, Parameter):
        read = kind.parse_parts(given)
        return {name: literal(read[name], each) for name, each in stored.items()}
    whole = supplied(given, kind.parse_parts, missing={})
    stem = given.parameter

    def bound(name: str, stored: TypeEngine[Any]) -> Sql:
        def part(moment: Moment) -> object:
            return cast("Mapping[str, object]", moment.once(whole)).get(name)

        return bindparam(context.binds.named(stem, part), type_=stored)

    return {name: bound(name, each) for name, each in stored.items()}


def _same_part(value: Value, name: str, part: Sql) -> Predicate:
    assert isinstance(value.kind, CompositeKind)
    if name in value.kind.required_parts:
        return value.parts[name] == part
    return value.parts[name].is_not_distinct_from(part)
