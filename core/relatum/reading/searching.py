"""Search by words, over the one table that holds the words of every label and searchable field."""

from sqlalchemy import and_, false, select

from relatum.connections.types import PlainText
from relatum.reading.context import Context
from relatum.reading.rows import Row, Value
from relatum.reading.sql import Predicate
from relatum.text import words
from relatum_schemas.errors import BadSelection, UnknownOperator
from relatum_schemas.kinds import LongText
from relatum_schemas.selection import FieldPath
from relatum_schemas.selection import Value as Given


def matches(
    row: Row, path: FieldPath, value: Value, given: Given, *, context: Context
) -> Predicate:
    """Return whether each word given begins a word of a searchable field of a row.

    Raises:
        UnknownOperator: the field is not searchable.
        BadSelection: a recorded time is asked; only the words of the present are kept.
    """
    if context.recorded:
        raise BadSelection(
            "Words are searched in the present only.", hint="Leave out the recorded time."
        )
    for name in row.types:
        field = context.catalogue.types[name].fields.get(path.field)
        if path.part is not None or field is None or not (field.searchable or field.label):
            raise UnknownOperator(
                f"{name}.{path.field} is not searched by words.",
                hint="Declare it Searchable, or use contains.",
                path="matches",
            )
    query = context.binds.value(given, lambda text: _query(text, context), PlainText())
    if query is None:
        return false()
    search = context.tables.search
    found = select(search.c.record_id).where(
        search.c.field == context.dialect.constant(path.field),
        context.dialect.matching(query, context.tables),
    )
    return and_(value.plain.is_not(None), row.id.in_(found))


def _query(text: object, context: Context) -> str:
    return context.dialect.word_query(words(LongText().parse(text)))
