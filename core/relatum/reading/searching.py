"""Search by words, over the one table that holds the words of every label and searchable field."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import BigInteger, FromClause, and_, distinct, false, func, or_, select

from relatum.catalogue.model import RECORD, Field
from relatum.connections.types import PlainText
from relatum.reading.binds import Moment, supplied
from relatum.reading.context import Context
from relatum.reading.guards import hidden, mask, of_types, type_row
from relatum.reading.orders import Key, keys_of
from relatum.reading.rows import Row, TypeRow, Value
from relatum.reading.several import registry_row
from relatum.reading.sql import Predicate, exists
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
    """The records that have every word in some field that the principal may read."""
    queries = partial(_queries, source.text, context=context)
    rows, word = context.dialect.hits(context.binds.named("words", queries), context.tables)
    number = context.binds.add(
        f"number_of_words_{len(context.binds.supplies)}",
        lambda moment: len(queries(moment)),
        BigInteger(),
    )
    search = context.tables.search
    matched = func.count(distinct(word))
    in_label = matched.filter(search.c.is_label) == number
    hits = (
        select(search.c.record_id.label("id"), in_label.label("in_label"))
        .select_from(rows)
        .where(*_open_words(types, context))
        .group_by(search.c.record_id)
        .having(matched == number)
    )
    return hits.subquery("hits")


def _queries(text: Given, moment: Moment, *, context: Context) -> tuple[str, ...]:
    """One query per word asked; none matches nothing."""
    asked = supplied(text, _words)(moment) if isinstance(text, Parameter) else text
    given = asked if isinstance(asked, list) else [] if asked is None else _words(asked)
    return tuple(context.dialect.word_query([word]) for word in given)


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
