"""PostgreSQL: objects by `row_to_json` over sub-selects, numbers as `numeric`, lists as arrays."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    CompoundSelect,
    Date,
    DateTime,
    FromClause,
    Integer,
    LargeBinary,
    Numeric,
    Select,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    column,
    func,
    null,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, array
from sqlalchemy.sql.elements import quoted_name

from relatum.changes.cursors import DIGEST_BYTES
from relatum.connections.types import (
    DialectName,
    Identifier,
    JsonText,
    NativeJson,
    PlainText,
    TextArray,
)
from relatum.reading.sql import ONE, Entries, Json, Predicate, Sql, raw, rows_of, value_from
from relatum.tables import Tables
from relatum.tables.columns import column_type
from relatum.tables.postgresql import search_vector
from relatum_schemas import kinds
from relatum_schemas.expression import scale_of
from relatum_schemas.kinds import Kind
from relatum_schemas.selection import Bucket

NAME: DialectName = "postgresql"
UNLIMITED: int | None = None
FINDS_ONCE = False
"""The planner weighs by itself, and may find the first of the rows faster in their order."""


_LONGEST_NAME: Final = 63
_MOST_COLUMNS: Final = 1_600
_MOST_ARGUMENTS: Final = 90
_INSTANT: Final = raw("""'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'""")
_UTC: Final = raw("'UTC'")
_NONE: Final = raw("'[]'::json")
_NO_CODES: Final = raw("'{}'::text[]")


def constant(text: str) -> Sql:
    """A text as part of the statement."""
    return raw(_quoted(text) + '::text COLLATE "C"', PlainText())


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def missing(kind: Kind) -> Sql:
    """NULL, as a value of a plain kind."""
    stored = column_type(kind)
    native: Any = stored
    if isinstance(kind, kinds.Text | kinds.Code):
        native = Text()
    elif isinstance(kind, kinds.Choices):
        native = ARRAY(Text())
    elif isinstance(kind, kinds.Json):
        native = NativeJson()
    elif isinstance(kind, kinds.Identity):
        native = Uuid()
    return cast(null(), native)


def shown(value: Sql, kind: Kind) -> Sql:
    """A value of a plain kind in its wire form; what JSON functions write so anyway, as it is."""
    match kind:
        case kinds.Number():
            return cast(value, Text)
        case kinds.Instant():
            return func.to_char(func.timezone(_UTC, value), _INSTANT, type_=Text())
        case kinds.Duration():
            seconds = func.trim_scale(func.abs(cast(value, Numeric)) / raw("1000000"))
            sign = case((value < raw("0"), constant("-PT")), else_=constant("PT"))
            return sign.concat(cast(seconds, Text)).concat(constant("S"))
    return value


def id_text(value: Sql) -> Sql:
    """An id as the text that is made quickest: as JSON functions write it."""
    return value


def ordered(value: Sql, *, descending: bool, nullable: bool) -> Sql:
    """A key of an ORDER BY in which missing values are the smallest."""
    key = value.desc() if descending else value
    if not nullable:
        return key
    return key.nulls_last() if descending else key.nulls_first()


def object_of(entries: Entries) -> Json:
    """An object of expressions that are in scope."""
    if not _fit(entries):
        return _spelt(entries)
    return first_object(select().correlate_except(), entries)


def first_object(rows: Select[tuple[()]], entries: Entries) -> Json:
    """The object of the first row, or NULL."""
    if not _fit(entries):
        return value_from(rows, _spelt(entries))
    row = rows.add_columns(*_columns(entries)).subquery("r")
    return select(func.row_to_json(row.table_valued(), type_=JsonText())).scalar_subquery()


def list_of_objects(rows: Select[tuple[()]], entries: Entries) -> Json:
    """The objects of all rows, in their order."""
    if not _fit(entries):
        return list_of(rows, _spelt(entries))
    row = rows.add_columns(*_columns(entries)).subquery("r")
    return _listed(func.json_agg(func.row_to_json(row.table_valued())))


def list_of(rows: Select[tuple[()]], item: Json) -> Json:
    """One JSON value per row, in the rows' order."""
    row = rows.add_columns(item.label("item")).subquery("r")
    return _listed(func.json_agg(row.c.item))


def collected(item: Json, where: Predicate, position: Sql) -> Json:
    """The aggregate of JSON values into a list, of rows that fulfil a condition, by position."""
    listed = func.json_agg(item).aggregate_order_by(position).filter(where)
    return func.coalesce(listed, _NONE, type_=JsonText())


def _listed(aggregate: Sql) -> Json:
    return select(func.coalesce(aggregate, _NONE, type_=JsonText())).scalar_subquery()


def _fit(entries: Entries) -> bool:
    """Whether the keys can be names of columns: PostgreSQL cuts long ones off silently."""
    return 0 < len(entries) <= _MOST_COLUMNS and all(
        0 < len(key.encode()) <= _LONGEST_NAME for key, _ in entries
    )


def _columns(entries: Entries) -> list[Sql]:
    return [value.label(quoted_name(key, quote=True)) for key, value in entries]


def _spelt(entries: Entries) -> Json:
    """An object put together as text, for keys that no column can have."""
    members: list[Sql] = [
        func.concat(cast(func.to_json(constant(key)), Text), constant(":"), _member(value))
        for key, value in entries
    ]
    while len(members) > 1:
        members = [
            func.concat_ws(constant(","), *members[start : start + _MOST_ARGUMENTS])
            for start in range(0, len(members), _MOST_ARGUMENTS)
        ]
    return cast(func.concat(constant("{"), *members, constant("}")), JsonText())


def _member(value: Sql) -> Sql:
    return func.coalesce(cast(func.to_json(value), Text), constant("null"))


def hexadecimal(values: Sequence[Sql]) -> Sql:
    """The JSON array of these values as hexadecimal text: a cursor."""
    array = cast(func.json_build_array(*values), Text)
    utf8 = func.convert_to(array, raw("'UTF8'"), type_=LargeBinary())
    return func.encode(utf8, raw("'hex'"), type_=Text())


def contains(text: Sql, part: Sql) -> Predicate:
    """Whether a text has another one inside."""
    return func.strpos(text, part, type_=Integer()) > raw("0")


def has(codes: Sql, code: Sql) -> Predicate:
    """Whether a list holds a code."""
    return code == func.any(codes)


def has_any(codes: Sql, parameter: str) -> Predicate:
    """Whether a list holds one of the codes of a list parameter."""
    return codes.bool_op("&&")(bindparam(parameter, type_=TextArray()))


def has_all(codes: Sql, parameter: str) -> Predicate:
    """Whether a list holds every code of a list parameter."""
    return codes.bool_op("@>")(bindparam(parameter, type_=TextArray()))


def codes_where(judged: Sequence[tuple[str, Predicate]]) -> Sql:
    """The list of the codes whose conditions hold; missing when none does."""
    members = array([case((holds, raw(f"{_quoted(code)}::text"))) for code, holds in judged])
    return func.nullif(func.array_remove(members, null()), _NO_CODES, type_=TextArray())


def codes_among(codes: Sql, chosen: Callable[[Sql], Predicate]) -> Json:
    """The codes of a list that are chosen, in their order."""
    held = func.unnest(codes).table_valued(column("code", PlainText())).render_derived()
    return list_of(rows_of(held, chosen(held.c.code)), func.to_json(held.c.code))


def those_present(items: Sequence[Json]) -> Json:
    """A list of those of some JSON values that are there."""
    given = func.unnest(array(items, type_=NativeJson()))
    held = given.table_valued(column("item", JsonText())).render_derived()
    return list_of(rows_of(held, held.c.item.is_not(None)), held.c.item)


def line_cursor(unit: Sql, digest: Sql) -> Sql:
    """The cursor of a line of the change log."""
    beginning = func.substr(digest, ONE, raw(str(DIGEST_BYTES)))
    digits = func.replace(cast(unit, Text), constant("-"), constant(""))
    return func.concat(digits, func.encode(beginning, raw("'hex'")), type_=Text())


def bucket(value: Sql, bucket: Bucket, *, instant: bool) -> Sql:
    """The first day of the period in which a day or an instant (UTC) falls."""
    moment = func.timezone(_UTC, value) if instant else cast(value, DateTime())
    return cast(func.date_trunc(constant(bucket.value), moment), Date())


def units(value: Sql, kind: Kind) -> Sql:
    """A stored number as a whole number of its smallest units, of 64 bits."""
    scale = scale_of(kind)
    return cast(value * raw(str(10**scale)) if scale else value, BigInteger())


def of_units(units: Sql, kind: Kind) -> Sql:
    """The stored number from a whole number of its smallest units."""
    if not isinstance(kind, kinds.Number):
        return units
    smallest = raw(f"{Decimal(1).scaleb(-kind.scale):f}")
    return type_coerce(units * smallest, Numeric(kinds.PRECISION, kind.scale))


def checked(units: Sql) -> Sql:
    """A whole number that arithmetic gave; PostgreSQL raises by itself when it leaves 64 bits."""
    return units


def summed(value: Sql, kind: Kind) -> Sql:
    """The exact sum of stored numbers in their smallest units, or an error when it leaves 64 bits.

    Numbers are summed as they are stored: to turn each of them into units takes longer than to add it.
    """
    return units(func.sum(value), kind)


def average(whole: Sql, rest: Sql, scale: int) -> Sql:
    """An average as text: whole smallest units at a scale, and the four digits behind them."""
    smallest = raw(f"{Decimal(1).scaleb(-scale - 4):f}")
    return cast((cast(whole, Numeric) * raw("10000") + rest) * smallest, Text)


def number(text: Sql) -> Json:
    """A number as JSON, from its decimal text."""
    return cast(text, JsonText())


def matching(query: Sql, tables: Tables) -> Predicate:
    """Whether a row of `search` has, for each word asked, a word that begins so."""
    return search_vector(tables.search).bool_op("@@")(cast(query, TSQUERY()))


def matched(query: Sql, tables: Tables, most: int) -> Select[Any]:
    """So many rows of `search` at most in which such words begin, each with its record as `id` and its type."""
    search = tables.search
    rows = select(search.c.record_id.label("id"), search.c.type)
    return rows.where(matching(query, tables)).limit(raw(str(most)))


def hits(parameter: str, tables: Tables) -> tuple[FromClause, Sql]:
    """The rows of `search` that have a word of those asked, each with that word; asked as a list parameter."""
    asked = (
        func.unnest(bindparam(parameter, type_=TextArray()))
        .table_valued("word")
        .render_derived("asked")
    )
    query = func.concat(constant("'"), asked.c.word, constant("':*"), type_=Text())
    return asked.join(tables.search, matching(query, tables)), asked.c.word


def listed_ids(ids: Select[Any] | CompoundSelect[Any]) -> Sql:
    """The ids that a select of one column `id` gives, as one list."""
    return func.array(ids.scalar_subquery(), type_=ARRAY(Uuid()))


def no_ids() -> Sql:
    """A list without ids."""
    return raw("ARRAY[]::uuid[]", ARRAY(Uuid()))


def both_ids(ids: Sql, others: Sql) -> Sql:
    """Two lists of ids in one."""
    return func.array_cat(ids, others, type_=ARRAY(Uuid()))


def ids_of(ids: Sql) -> tuple[FromClause, Sql]:
    """A list of ids as something to select from, and the id in it."""
    source = func.unnest(ids).table_valued(column("id", Identifier())).render_derived()
    return source, source.c.id


def unindexed(value: Sql) -> Sql:
    """A value by whose index rows are not looked up, since they are found faster otherwise: PostgreSQL weighs by itself."""
    return value


def begun(ids: FromClause, columns: FromClause, key: Sql) -> tuple[FromClause, Sequence[Predicate]]:
    """What stands in FROM, and its predicates, so that rows are looked up by a key from few ids without repeats.

    The planner takes any array that it does not know for ten elements, so neither what it believes of an average
    principal nor a plan that serves all of them makes it read the whole table instead.
    """
    return columns, [one_of_few(key, select(ids.c.id))]


def among(value: Sql, ids: FromClause) -> Predicate:
    """Whether an id is among some; they are made once in the statement, and rows are not looked up from them.

    Bare, the condition would become a join, and be hashed anew for each row around it. A truth value would be expected of
    every second row, and so an index in the order asked be read until enough are found; a number is expected of few.
    """
    return case((value.in_(select(ids.c.id)), ONE)) == ONE


def by_itself(rows: Select[Any]) -> Select[Any]:
    """The rows of an EXISTS that is put to few rows, and is never answered for all at once.

    The planner hashes all that would fulfil it when it expects many rows; not behind an OFFSET.
    """
    return rows.offset(raw("0"))


def one_of_few(value: Sql, ids: Select[Any] | CompoundSelect[Any]) -> Predicate:
    """Whether an id is among few; rows are looked up from them."""
    return value == func.any(func.array(ids.scalar_subquery()))


def listed_words(parameter: str) -> tuple[FromClause, Sql]:
    """A list parameter of words as something to select from, and the word in it."""
    asked = (
        func.unnest(bindparam(parameter, type_=TextArray()))
        .table_valued(column("word", PlainText()))
        .render_derived()
    )
    return asked, asked.c.word


def word_query(words: Sequence[str]) -> str:
    """What `matching` is asked, from folded words."""
    return " & ".join(f"'{word}':*" for word in words)
