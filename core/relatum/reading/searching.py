"""Search by words, over the one table that holds the words of every label and searchable field."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from sqlalchemy import (
    CTE,
    BigInteger,
    FromClause,
    Select,
    and_,
    distinct,
    false,
    func,
    or_,
    select,
    union_all,
)

from relatum.catalogue.model import RECORD, Field
from relatum.connections.types import PlainText
from relatum.reading.binds import Moment, supplied
from relatum.reading.context import Context
from relatum.reading.guards import hidden, mask, of_types, type_row
from relatum.reading.orders import Key, keys_of
from relatum.reading.rows import Hit, Row, TypeRow, Value
from relatum.reading.several import registry_row
from relatum.reading.sql import Json, Predicate, Sql, exists, raw
from relatum.text import words
from relatum_schemas.errors import BadSelection, UnknownOperator
from relatum_schemas.kinds import Integer, LongText, Number
from relatum_schemas.selection import FieldPath, Parameter, Search
from relatum_schemas.selection import Value as Given

_BEST: Final = 4
"""Points of a record for a word: two where it has it, one more where in its label, and one where there as it is."""


def matches(
    row: Row, path: FieldPath, value: Value, given: Given, *, context: Context
) -> Predicate:
    """Return whether each word given begins a word of a searchable field of a row.

    Raises:
        UnknownOperator: the field is not searchable.
        BadSelection: a recorded time is asked; only the words of the present are kept.
    """
    for name in row.types:
        field = context.catalogue.types[name].fields.get(path.field)
        if path.part is not None or field is None or not _searched(field):
            raise UnknownOperator(
                f"{name}.{path.field} is not searched by words.",
                hint="Declare it Searchable, or use contains.",
                path="matches",
            )
    _refuse_the_past(context)
    if row.begun:
        return and_(value.plain.is_not(None), _holds_words(row, path.field, given, context))
    word_query = context.dialect.word_query
    query = context.binds.value(
        given, lambda text: word_query(_words(text)), PlainText(), missing=word_query(())
    )
    if query is None:
        return false()
    search = context.tables.search
    found = select(search.c.record_id).where(
        search.c.field == context.dialect.constant(path.field),
        context.dialect.matching(query, context.tables),
    )
    return and_(value.plain.is_not(None), row.id.in_(found))


def _holds_words(row: Row, field: str, given: Given, context: Context) -> Predicate:
    """Whether each word given begins a word of a field of a row that is at hand: the index of words is not asked."""
    asked = context.binds.named("words", partial(_asked, given))
    search = context.aliases.of(context.tables.search, "search")
    some, _ = context.dialect.listed_words(asked)
    each, word = context.dialect.listed_words(asked)
    lacking = exists(each, ~_begins_a_word(search.c.tokens, word, context))
    of_field = search.c.field == context.dialect.constant(field)
    return exists(search, search.c.record_id == row.id, of_field, exists(some), ~lacking)


def _begins_a_word(tokens: Sql, word: Sql, context: Context) -> Predicate:
    space = context.dialect.constant(" ")
    return context.dialect.contains(space.concat(tokens), space.concat(word))


def has_words(row: Row, text: Given, *, context: Context) -> Predicate:
    """Return whether each word of a text begins a word of the label or a searchable field of a row.

    Raises:
        BadSelection: a recorded time is asked.
    """
    _refuse_the_past(context)
    asked, types = _Asked.of(text, context), sorted(row.types)
    few = {name: ids for name in types if (ids := _few(name, context)) is not None}
    hits = _hits(asked, types, few, context)
    return context.dialect.one_of_few(row.id, select(hits.c.id))


def has_words_itself(row: Row, text: Given, *, context: Context) -> Predicate:
    """Return the same as `has_words` of a row that is at hand: its own words are read, not the index of all.

    Raises:
        BadSelection: a recorded time is asked.
    """
    _refuse_the_past(context)
    search = context.tables.search
    asked = context.binds.named("words", partial(_asked, text))
    some, _ = context.dialect.listed_words(asked)
    each, word = context.dialect.listed_words(asked)
    opened = _open_words(sorted(row.types), context)
    begun = _begins_a_word(search.c.tokens, word, context)
    has = exists(search, search.c.record_id == row.id, begun, *opened)
    return and_(exists(some), ~exists(each, ~has))


def found(source: Search, *, context: Context) -> tuple[Row, tuple[Key, ...]]:
    """Return the records in which each word begins a word, and the order in which a search shows them.

    Raises:
        BadSelection: a recorded time is asked.
        UnknownType: there is no type of that name.
    """
    _refuse_the_past(context)
    named = (context.catalogue.concrete(each) for each in source.types or (RECORD,))
    types = sorted({name for names in named for name in names})
    few = {name: ids for name in types if (ids := _few(name, context)) is not None}
    row = registry_row(types, gathered=len(few) == len(types), context=context)
    asked = _Asked.of(source.text, context)
    hits = _hits(asked, types, few, context)
    points = Key(expression=hits.c.points, kind=Integer(), nullable=False, descending=True)
    label = row.values.get("label")
    by_label = keys_of(label()) if label is not None else []
    joined = hits.join(row.columns, row.id == context.dialect.unindexed(hits.c.id))
    hit = Hit(rank=_rank(hits.c.points, asked, context), words=asked.words)
    return replace(row, joined=joined, hit=hit), (points, *by_label)


@dataclass(frozen=True, eq=False)
class _Asked:
    """The words asked: the name of the bind that has them, and how many they are."""

    words: str
    number: Sql

    @classmethod
    def of(cls, text: Given, context: Context) -> "_Asked":
        name = context.binds.named("words", partial(_asked, text))
        number = context.binds.add(
            f"number_of_{name}", lambda moment: len(_asked(text, moment)), BigInteger()
        )
        return cls(name, number)


def _rank(points: Sql, asked: _Asked, context: Context) -> Json:
    """The points of a record as a share of those that it could have, with two decimals, rounded down."""
    kind = Number(scale=2)
    hundredths = points * raw("100") // (asked.number * raw(str(_BEST)))
    return context.dialect.number(
        context.dialect.shown(context.dialect.of_units(hundredths, kind), kind)
    )


def _whole(word: Sql, context: Context) -> Predicate:
    """Whether a row of `search` that has a word has it as it is, not only as the beginning of another one."""
    search, space = context.tables.search, context.dialect.constant(" ")
    padded = space.concat(search.c.tokens).concat(space)
    return context.dialect.contains(padded, space.concat(word).concat(space))


def _hits(
    asked: _Asked, types: Sequence[str], few: Mapping[str, CTE], context: Context
) -> FromClause:
    """The records that have every word in some field that the principal may read.

    Of the types of which the principal reaches few records, the words of these are read; else the index of words is
    asked, which knows nothing of principals.
    """
    many = [name for name in types if name not in few]
    parts = [_hits_among(asked, name, ids, context) for name, ids in few.items()]
    if not parts or _searched_types(many, context):
        parts.append(_hits_anywhere(asked, many, context))
    return (parts[0] if len(parts) == 1 else union_all(*parts)).subquery("hits")


def _few(type_name: str, context: Context) -> CTE | None:
    """The records of a type that the principal reaches, where those are few."""
    grants = context.access.grants(context.catalogue, type_name, context.right)
    if any(grant.unconditional for grant in grants):
        return None
    return context.reached(type_name, grants, context=context)


def _searched_types(types: Sequence[str], context: Context) -> list[str]:
    """The types of which some field that is searched may be read."""
    rows = (type_row(name, context=context) for name in types)
    return [row.declared for row in rows if list(_of_open_fields(row, context))]


def _hits_anywhere(asked: _Asked, types: Sequence[str], context: Context) -> Select[Any]:
    rows, word = context.dialect.hits(asked.words, context.tables)
    return _with_every_word(asked, rows, word, _open_words(types, context), context)


def _hits_among(asked: _Asked, type_name: str, ids: CTE, context: Context) -> Select[Any]:
    search = context.tables.search
    listed, word = context.dialect.listed_words(asked.words)
    own, where = context.dialect.begun(ids, search, search.c.record_id)
    rows = own.join(listed, _begins_a_word(search.c.tokens, word, context))
    opened = _open_words([type_name], context)
    return _with_every_word(asked, rows, word, (*where, *opened), context)


def _with_every_word(
    asked: _Asked, rows: FromClause, word: Sql, where: Iterable[Predicate], context: Context
) -> Select[Any]:
    """The records of rows of words asked that were found in them, where none of the words is lacking, with their points."""
    search, matched = context.tables.search, func.count(distinct(word))
    in_label = matched.filter(search.c.is_label)
    as_it_is = matched.filter(search.c.is_label, _whole(word, context))
    points = matched + matched + in_label + as_it_is
    hits = select(search.c.record_id.label("id"), points.label("points"))
    grouped = hits.select_from(rows).where(*where).group_by(search.c.record_id)
    return grouped.having(matched == asked.number)


def _asked(text: Given, moment: Moment) -> list[str]:
    """The words asked."""
    asked = supplied(text, _words)(moment) if isinstance(text, Parameter) else text
    return asked if isinstance(asked, list) else [] if asked is None else _words(asked)


def _words(text: object) -> list[str]:
    return list(dict.fromkeys(words(LongText().parse(text))))


def _open_words(types: Sequence[str], context: Context) -> Iterator[Predicate]:
    """Words count where their field is open; nothing to ask where all fields are."""
    if context.unguarded:
        return
    rows = [type_row(name, context=context) for name in types]
    yield or_(false(), *(each for row in rows for each in _of_open_fields(row, context)))


def _of_open_fields(row: TypeRow, context: Context) -> Iterator[Predicate]:
    search = context.tables.search
    own = of_types(search.c.type, row.types, context=context)
    searched = [field for field in row.record_type.stored_fields if _searched(field)]
    shown = [field for field in searched if not hidden(row, field, context=context)]
    masks = {field.name: mask(row, field, context=context) for field in shown}
    opened = [name for name, judged in masks.items() if judged is None]
    if opened and len(opened) == len(searched):
        yield own
    elif opened:
        names = [context.dialect.constant(name) for name in opened]
        yield and_(own, search.c.field.in_(names))
    for name, judged in masks.items():
        if judged is not None:
            field = search.c.field == context.dialect.constant(name)
            visible = exists(row.columns, row.id == search.c.record_id, *row.where, judged)
            yield and_(own, field, visible)


def _searched(field: Field) -> bool:
    return field.searchable or field.label


def _refuse_the_past(context: Context) -> None:
    if context.recorded:
        raise BadSelection(
            "Words are searched in the present only.", hint="Leave out the recorded time."
        )
