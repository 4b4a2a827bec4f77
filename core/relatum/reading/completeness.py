"""What a record still lacks: expected fields without a value, and ends with fewer ties than they need.

It is told as far as whoever asks could find it out from what may be read: a field is named where it and the fields that
its expectation hangs on are open, an end where every tie of its type is. So nothing hidden shows in it, and what is named
is missing indeed.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from sqlalchemy import and_, func

from relatum.access import UNGUARDED
from relatum.catalogue import End, Field, own_comparisons
from relatum.reading.context import Context
from relatum.reading.guards import hidden, mask, open_to_all
from relatum.reading.private import use
from relatum.reading.rows import WHOLE, TypeRow, Value
from relatum.reading.sql import Predicate, exists, raw, rows_of, value_from
from relatum.reading.ties import ties_at
from relatum_schemas.kinds import Kind


def value(kind: Kind, row: TypeRow, own: Callable[[Field], Value], *, context: Context) -> Value:
    """Return the names of what a record lacks, as a value; missing when it lacks nothing.

    Args:
        kind: of the value.
        row: of the record.
        own: the value of a field of the row, whoever asks.
        context: of the row.
    """
    lacking = list(_lacking(row, own, context))
    listed = context.dialect.codes_where(lacking) if lacking else context.dialect.missing(kind)
    return Value(kind=kind, parts={WHOLE: listed})


def _lacking(
    row: TypeRow, own: Callable[[Field], Value], context: Context
) -> Iterator[tuple[str, Predicate]]:
    for name, wanted in row.record_type.wanted.items():
        if isinstance(wanted, End):
            if open_to_all(wanted.relationship, context=context):
                yield name, _too_few(row, wanted, context)
        elif all(not hidden(row, each, context=context) for each in _asked(row, wanted)):
            use(wanted, row.record_type, context=context)
            yield name, and_(~own(wanted).presence, *_expected(row, wanted, context))


def _too_few(row: TypeRow, end: End, context: Context) -> Predicate:
    ties = ties_at(row, end, None, context=context)
    if end.minimum == 1:
        return ~exists(ties.columns, *ties.where)
    return value_from(rows_of(ties.columns, *ties.where), func.count()) < raw(str(end.minimum))


def _asked(row: TypeRow, field: Field) -> list[Field]:
    """A field and those that tell whether it is expected."""
    when = field.expected_when
    told = () if when is None else own_comparisons(when)
    return [field, *(row.record_type.fields[each.path.field] for each in told)]


def _expected(row: TypeRow, field: Field, context: Context) -> Iterator[Predicate]:
    """What makes a value of a field expected, of those who may see why."""
    for each in _asked(row, field):
        if (opened := mask(row, each, context=context)) is not None:
            yield opened
    if field.expected_when is not None:
        unguarded = replace(context, access=UNGUARDED)
        yield context.judge(field.expected_when, row, context=unguarded)
