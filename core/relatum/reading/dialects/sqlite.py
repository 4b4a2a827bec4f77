"""SQLite: JSON as text put together, numbers as whole numbers of their smallest unit, lists as JSON text.

JSON that comes out of a sub-select has forgotten that it is JSON, and `json_object` would parse it again at each level on
its way out. `concat` takes it as it is; only values of the records are quoted.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CompoundSelect,
    FromClause,
    Integer,
    Select,
    Text,
    bindparam,
    case,
    cast,
    func,
    null,
    select,
    type_coerce,
)
from sqlalchemy.sql.elements import UnaryExpression
from sqlalchemy.sql.operators import custom_op

from relatum.changes.cursors import DIGEST_BYTES
from relatum.connections.types import (
    Day,
    DialectName,
    Flag,
    Identifier,
    JsonText,
    PlainText,
    Scaled,
    TextArray,
)
from relatum.reading.dialects.in_order import InOrder
from relatum.reading.sql import ONE, Entries, Json, Predicate, Sql, raw, rows_of, value_from
from relatum.tables import Tables
from relatum.tables.columns import column_type
from relatum.tables.sqlite import SEARCH_WORDS
from relatum_schemas import kinds
from relatum_schemas.expression import scale_of
from relatum_schemas.kinds import Kind
from relatum_schemas.selection import Bucket

NAME: DialectName = "sqlite"
UNLIMITED: int | None = -1
FINDS_ONCE = True

_MOST_ARGUMENTS: Final = 900
_COMMA: Final = raw("','")
_NULL: Final = raw("'null'")
_EMPTY: Final = raw("''")
_OPENING_MONTHS: Final = raw("'010101040404070707101010'")
_OVERFLOW: Final = func.abs(raw("-9223372036854775808"))


def constant(text: str) -> Sql:
    """A text as part of the statement."""
    return raw("'" + text.replace("'", "''") + "'", PlainText())


def missing(kind: Kind) -> Sql:
    """NULL, as a value of a plain kind."""
    return type_coerce(null(), column_type(kind))


def shown(value: Sql, kind: Kind) -> Sql:
    """A value of a plain kind in its wire form; what JSON functions write so anyway, as it is."""
    match kind:
        case kinds.Identity():
            return _uuid_text(value)
        case kinds.Number():
            return _decimal_text(value, kind.scale) if kind.scale else cast(value, Text)
        case kinds.Duration():
            seconds = func.rtrim(_digits(value, 6), constant("0"))
            sign = func.iif(value < raw("0"), constant("-PT"), constant("PT"))
            return _joined(sign, func.rtrim(seconds, constant(".")), constant("S"))
    return value


def _uuid_text(value: Sql) -> Sql:
    """Five calls of `hex` are faster than cutting the text of one into pieces, and one that joins them than operators."""
    groups = [
        func.hex(func.substr(value, raw(str(start)), raw(str(length))))
        for start, length in ((1, 4), (5, 2), (7, 2), (9, 2), (11, 6))
    ]
    joined = func.concat_ws(constant("-"), *groups)
    return func.nullif(func.lower(joined), constant("----"), type_=Text())


def id_text(value: Sql) -> Sql:
    """An id as the text that is made quickest: without dashes."""
    return func.nullif(func.hex(value), _EMPTY, type_=Text())


def _decimal_text(value: Sql, scale: int) -> Sql:
    sign = func.iif(value < raw("0"), constant("-"), _EMPTY)
    return _joined(sign, _digits(value, scale))


def _digits(value: Sql, scale: int) -> Sql:
    """The decimal digits of a count of smallest units, without a sign; missing for a missing value."""
    unit = raw(str(10**scale))
    size = func.abs(type_coerce(value, Integer()))
    return _joined(size.op("/")(unit), constant("."), _padded(size.op("%")(unit), scale))


def _joined(*texts: Sql) -> Sql:
    first, *others = (type_coerce(text, Text()) for text in texts)
    joined: Sql = first
    for text in others:
        joined = joined.concat(text)
    return joined.self_group()


def ordered(value: Sql, *, descending: bool, nullable: bool) -> Sql:
    """A key of an ORDER BY; SQLite has missing values as the smallest by itself."""
    return value.desc() if descending else value


def object_of(entries: Entries) -> Json:
    """An object of expressions that are in scope."""
    parts: list[Sql] = []
    for index, (key, value) in enumerate(entries):
        name = json.dumps(key, ensure_ascii=False)
        parts += [constant(f"{',' if index else '{'}{name}:"), _member(value)]
    return _in_one(*parts, constant("}" if parts else "{}"))


def _in_one(*parts: Sql) -> Json:
    """JSON put together in one pass; a function takes so many arguments at most."""
    while len(parts) > _MOST_ARGUMENTS:
        starts = range(0, len(parts), _MOST_ARGUMENTS)
        parts = tuple(func.concat(*parts[start : start + _MOST_ARGUMENTS]) for start in starts)
    return func.concat(*parts, type_=JsonText())


def _member(value: Sql) -> Sql:
    """A value as JSON text. What is JSON already goes in as it is: it was made here, or checked when written."""
    if isinstance(value.type, JsonText | TextArray):
        return _present(value)
    if isinstance(value.type, Boolean | Flag):
        named = ((raw("1"), constant("true")), (raw("0"), constant("false")))
        return case(*named, value=value, else_=_NULL)
    return func.json_quote(value)


def first_object(rows: Select[tuple[()]], entries: Entries) -> Json:
    """The object of the first row, or NULL."""
    return value_from(rows, object_of(entries))


def list_of_objects(rows: Select[tuple[()]], entries: Entries) -> Json:
    """The objects of all rows, in their order."""
    return list_of(rows, object_of(entries))


def list_of(rows: Select[tuple[()]], item: Json) -> Json:
    """One JSON value per row, in the rows' order."""
    row = rows.add_columns(item.label("item")).subquery("r")
    return select(_brackets(func.group_concat(_present(row.c.item), _COMMA))).scalar_subquery()


def collected(item: Json, where: Predicate, position: Sql) -> Json:
    """The aggregate of JSON values into a list, of rows that fulfil a condition, by position."""
    listed = func.group_concat(_present(item), _COMMA)
    return _brackets(listed.aggregate_order_by(position).filter(where))


def _present(item: Json) -> Sql:
    return func.ifnull(item, _NULL)


def _brackets(members: Sql) -> Json:
    return func.concat(constant("["), members, constant("]"), type_=JsonText())


def hexadecimal(values: Sequence[Sql]) -> Sql:
    """The JSON array of these values as hexadecimal text: a cursor."""
    parts = [part for value in values for part in (constant(","), _member(value))]
    return func.lower(func.hex(_in_one(constant("["), *parts[1:], constant("]"))), type_=Text())


def contains(text: Sql, part: Sql) -> Predicate:
    """Whether a text has another one inside."""
    return func.instr(text, part, type_=Integer()) > raw("0")


def has(codes: Sql, code: Sql) -> Predicate:
    """Whether a list holds a code."""
    return code.in_(_codes(codes))


def has_any(codes: Sql, parameter: str) -> Predicate:
    """Whether a list holds one of the codes of a list parameter."""
    asked = func.json_each(bindparam(parameter, type_=TextArray())).table_valued("value")
    held = select(ONE).select_from(asked).where(asked.c.value.in_(_codes(codes)))
    return held.correlate_except(asked).exists()


def has_all(codes: Sql, parameter: str) -> Predicate:
    """Whether a list holds every code of a list parameter."""
    asked = func.json_each(bindparam(parameter, type_=TextArray())).table_valued("value")
    lacking = select(ONE).select_from(asked).where(asked.c.value.not_in(_codes(codes)))
    return codes.is_not(None) & ~lacking.correlate_except(asked).exists()


def codes_where(judged: Sequence[tuple[str, Predicate]]) -> Sql:
    """The list of the codes whose conditions hold; missing when none does."""
    members = [
        case((holds, constant(f",{json.dumps(code)}")), else_=_EMPTY) for code, holds in judged
    ]
    listed = func.nullif(func.substr(_joined(*members), raw("2")), _EMPTY)
    return type_coerce(_joined(constant("["), listed, constant("]")), TextArray())


def codes_among(codes: Sql, chosen: Callable[[Sql], Predicate]) -> Json:
    """The codes of a list that are chosen, in their order."""
    held = func.json_each(codes).table_valued("value")
    quoted = func.json_quote(held.c.value, type_=JsonText())
    return list_of(rows_of(held, chosen(held.c.value)), quoted)


def those_present(items: Sequence[Json]) -> Json:
    """A list of those of some JSON values that are there."""
    members = [func.ifnull(_joined(constant(","), item), _EMPTY) for item in items]
    listed = func.substr(_in_one(*members), raw("2")) if members else _EMPTY
    return _brackets(listed)


def line_cursor(unit: Sql, digest: Sql) -> Sql:
    """The cursor of a line of the change log."""
    beginning = func.substr(digest, ONE, raw(str(DIGEST_BYTES)))
    return func.lower(_joined(func.hex(unit), func.hex(beginning)), type_=Text())


def _codes(codes: Sql) -> Select[tuple[str]]:
    held = func.json_each(codes).table_valued("value")
    return select(held.c.value).select_from(held).correlate_except(held)


def bucket(value: Sql, bucket: Bucket, *, instant: bool) -> Sql:
    """The first day of the period in which a day or an instant (UTC) falls."""
    match bucket:
        case Bucket.DAY:
            first = _cut(value, 10)
        case Bucket.MONTH:
            first = _joined(_cut(value, 7), constant("-01"))
        case Bucket.YEAR:
            first = _joined(_cut(value, 4), constant("-01-01"))
        case _:
            month = cast(func.substr(value, raw("6"), raw("2")), Integer)
            opening = func.substr(_OPENING_MONTHS, month * raw("2") - ONE, raw("2"))
            first = _joined(_cut(value, 5), opening, constant("-01"))
    return type_coerce(first, Day())


def _cut(value: Sql, length: int) -> Sql:
    return func.substr(value, ONE, raw(str(length)))


def units(value: Sql, kind: Kind) -> Sql:
    """A stored number as a whole number of its smallest units: as SQLite has it."""
    return type_coerce(value, Integer())


def of_units(units: Sql, kind: Kind) -> Sql:
    """The stored number from a whole number of its smallest units."""
    if isinstance(kind, kinds.Number):
        return type_coerce(units, Scaled(kinds.PRECISION, scale_of(kind)))
    return type_coerce(units, column_type(kind))


def checked(units: Sql) -> Sql:
    """A whole number that arithmetic gave, or an error when it left 64 bits.

    SQLite goes on with a float then; only `abs` of the smallest integer raises as a sum would.
    """
    given = select(units.label("v")).correlate_except().subquery("o")
    verdict = case((func.typeof(given.c.v) == constant("real"), _OVERFLOW), else_=given.c.v)
    return value_from(rows_of(given), type_coerce(verdict, Integer()))


def summed(value: Sql, kind: Kind) -> Sql:
    """The exact sum of stored numbers in their smallest units; SQLite raises by itself when it leaves 64 bits."""
    return func.sum(units(value, kind), type_=Integer())


def average(whole: Sql, rest: Sql, scale: int) -> Sql:
    """An average as text: whole smallest units at a scale, and the four digits behind them."""
    zero, unit, ten_thousand = raw("0"), raw(str(10**scale)), raw("10000")
    sign = func.iif((whole < zero) | (rest < zero), constant("-"), _EMPTY)
    size = (func.abs(whole) + func.abs(rest).op("/")(ten_thousand)).self_group()
    digits = [_padded(size.op("%")(unit), scale)] if scale else []
    finer = _padded(func.abs(rest).op("%")(ten_thousand), 4)
    return _joined(sign, size.op("/")(unit), constant("."), *digits, finer)


def _padded(number: Sql, length: int) -> Sql:
    return func.substr(_joined(constant("0" * length), number), raw(str(-length)))


def number(text: Sql) -> Json:
    """A number as JSON, from its decimal text."""
    return type_coerce(text, JsonText())


def matching(query: Sql, tables: Tables) -> Predicate:
    """Whether a row of `search` has, for each word asked, a word that begins so."""
    found = select(SEARCH_WORDS.c.rowid).where(SEARCH_WORDS.c.search_words.op("MATCH")(query))
    return tables.search.c.number.in_(found)


def matched(query: Sql, tables: Tables, most: int) -> Select[Any]:
    """So many rows of `search` at most in which such words begin, each with its record as `id` and its type."""
    found = select(SEARCH_WORDS.c.rowid).where(SEARCH_WORDS.c.search_words.op("MATCH")(query))
    search = tables.search
    few = search.c.number.in_(found.limit(raw(str(most))))
    return select(search.c.record_id.label("id"), search.c.type).where(few)


def hits(parameter: str, tables: Tables) -> tuple[FromClause, Sql]:
    """The rows of `search` that have a word of those asked, each with that word; asked as a list parameter."""
    asked = func.json_each(bindparam(parameter, type_=TextArray())).table_valued("value")
    query = func.concat(constant('"'), asked.c.value, constant('" *'), type_=Text())
    return asked.join(tables.search, matching(query, tables)), asked.c.value


def listed_ids(ids: Select[Any] | CompoundSelect[Any]) -> Sql:
    """The ids that a select of one column `id` gives, as one list: quoted hexadecimal texts, each with a comma."""
    each = ids.subquery("each")
    quoted = _joined(constant('"'), func.hex(each.c.id), constant('",'))
    return value_from(rows_of(each), func.ifnull(func.group_concat(quoted, _EMPTY), _EMPTY))


def no_ids() -> Sql:
    """A list without ids."""
    return _EMPTY


def both_ids(ids: Sql, others: Sql) -> Sql:
    """Two lists of ids in one."""
    return _joined(ids, others)


def ids_of(ids: Sql) -> tuple[FromClause, Sql]:
    """A list of ids as something to select from, and the id in it."""
    listed = _joined(constant("["), func.rtrim(ids, _COMMA), constant("]"))
    source = func.json_each(listed).table_valued("value")
    return source, func.unhex(source.c.value, type_=Identifier())


def unindexed(value: Sql) -> Sql:
    """A value by whose index rows are not looked up, since they are found faster otherwise.

    Under a sign, it is no column any more of which SQLite could take an index, or make one.
    """
    return UnaryExpression(value, operator=custom_op("+"), type_=value.type)


def begun(ids: FromClause, columns: FromClause, key: Sql) -> tuple[FromClause, Sequence[Predicate]]:
    """What stands in FROM, and its predicates, so that rows are looked up by a key from few ids without repeats."""
    begin = ids.alias()
    return InOrder(begin, columns, begin.c.id == key), []


def among(value: Sql, ids: FromClause) -> Predicate:
    """Whether an id is among some; they are made once in the statement, and rows are not looked up from them."""
    return unindexed(value).in_(select(ids.c.id))


def by_itself(rows: Select[Any]) -> Select[Any]:
    """The rows of an EXISTS that is put to few rows: SQLite never answers it for all at once."""
    return rows


def one_of_few(value: Sql, ids: Select[Any] | CompoundSelect[Any]) -> Predicate:
    """Whether an id is among few; rows are looked up from them."""
    return value.in_(ids)


def listed_words(parameter: str) -> tuple[FromClause, Sql]:
    """A list parameter of words as something to select from, and the word in it."""
    asked = func.json_each(bindparam(parameter, type_=TextArray())).table_valued("value")
    return asked, asked.c.value


def word_query(words: Sequence[str]) -> str:
    """What `matching` is asked, from folded words."""
    return " AND ".join(f'"{word}" *' for word in words) or '""'
