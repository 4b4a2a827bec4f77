"""Search by words, over the one table that holds the words of every label and searchable field."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

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
from relatum.reading.rows import Row, TypeRow, Value
from relatum.reading.several import registry_row
from relatum.reading.sql import Predicate, Sql, exists
from relatum.text import words
from relatum_schemas.errors import BadSelection, UnknownOperator
from relatum_schemas.kinds import Boolean, LongText
from relatum_schemas.selection import FieldPath, Parameter, Search
from relatum_schemas.selection import Value as Given


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


def found(source: Search, *, context: Context) -> tuple[Row, tuple[Key, ...]]:
    """Return the records in which each word begins a word, and the order in which a search shows them.

    Raises:
        BadSelection: a recorded time is asked.
        UnknownType: there is no type of that name.
    """
    _refuse_the_past(context)
    named = (context.catalogue.concrete(each) for each in source.types or (RECORD,))
    types = sorted({name for names in named for name in names})
    row = registry_row(types, context=context)
    hits = _hits(source, types, context)
    in_label = Key(expression=hits.c.in_label, kind=Boolean(), nullable=False, descending=True)
    label = row.values.get("label")
    by_label = keys_of(label()) if label is not None else []
    joined = hits.join(row.columns, row.id == context.dialect.given_first(hits.c.id))
    return replace(row, joined=joined), (in_label, *by_label)


def _hits(source: Search, types: Sequence[str], context: Context) -> FromClause:
    """The records that have every word in some field that the principal may read.

    Where the principal reaches few records of a type, their words are read; else the index of words is asked, which
    knows nothing of principals.
    """
    few = {name: ids for name in types if (ids := _few(name, context)) is not None}
    many = [name for name in types if name not in few]
    parts = [_hits_among(source, name, ids, context) for name, ids in few.items()]
    if not parts or _searched_types(many, context):
        parts.append(_hits_anywhere(source, many, context))
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


def _hits_anywhere(source: Search, types: Sequence[str], context: Context) -> Select[Any]:
    queries = partial(_queries, source.text, context=context)
    rows, word = context.dialect.hits(context.binds.named("words", queries), context.tables)
    hits = _with_every_word(source, word, context).select_from(rows)
    return hits.where(*_open_words(types, context))


def _hits_among(source: Search, type_name: str, ids: CTE, context: Context) -> Select[Any]:
    search = context.tables.search
    asked, word = context.dialect.listed_words(
        context.binds.named("words", partial(_asked, source.text))
    )
    own, where = context.dialect.begun(ids, search, search.c.record_id)
    rows = own.join(asked, _begins_a_word(search.c.tokens, word, context))
    hits = _with_every_word(source, word, context).select_from(rows)
    return hits.where(*where, *_open_words([type_name], context))


def _with_every_word(source: Search, word: Sql, context: Context) -> Select[Any]:
    """The records of rows of words asked that were found in them, where none of the words is lacking."""
    number = context.binds.add(
        f"number_of_words_{len(context.binds.supplies)}",
        lambda moment: len(_asked(source.text, moment)),
        BigInteger(),
    )
    search = context.tables.search
    matched = func.count(distinct(word))
    in_label = matched.filter(search.c.is_label) == number
    hits = select(search.c.record_id.label("id"), in_label.label("in_label"))
    return hits.group_by(search.c.record_id).having(matched == number)


def _asked(text: Given, moment: Moment) -> list[str]:
    """The words asked."""
    asked = supplied(text, _words)(moment) if isinstance(text, Parameter) else text
    return asked if isinstance(asked, list) else [] if asked is None else _words(asked)


def _queries(text: Given, moment: Moment, *, context: Context) -> tuple[str, ...]:
    """One query per word asked; none matches nothing."""
    return tuple(context.dialect.word_query([word]) for word in _asked(text, moment))


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
