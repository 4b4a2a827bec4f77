"""What a line of a record's history changed: the fields that it touched, with their values before and after.

A field is shown by today's rules, to whoever may read it and its past. Its values go the way of all values: the reading of
sensitive ones is noted. Encrypted ones are named and not opened.
"""

from dataclasses import replace

from sqlalchemy import FromClause, and_, case, func

from relatum.catalogue.model import Field
from relatum.reading.context import Context, Private
from relatum.reading.guards import hidden, mask
from relatum.reading.outputs import members_of, value_shown
from relatum.reading.private import wrapped
from relatum.reading.rows import LineRow, TypeRow
from relatum.reading.sql import ONE, Json, Sql, rows_of, value_from
from relatum.reading.values import stored_value
from relatum_schemas.errors import BadSelection
from relatum_schemas.kinds import Encrypted
from relatum_schemas.kinds import Json as JsonKind
from relatum_schemas.selection import ChangedOutput, Clock

_PARTS = ("field", "before", "after")
_PAST = Clock(recorded_at="the version")
"""Whatever version is shown, it is of the past: reading it takes the right to the present and to the past."""


def touched(output: ChangedOutput, row: LineRow, *, context: Context) -> Json:
    """Return the fields that a line touched as a list of objects.

    Raises:
        BadSelection: parts are asked that there are not.
    """
    for each in output.parts:
        if isinstance(each, tuple) and each[1] not in _PARTS:
            raise BadSelection(f"A changed field has no {each[1]!r}.", path=each[1])
    assert row.subject is not None
    past = replace(context, clock=_PAST)
    subject, line = row.subject, row.columns.c
    after = _version(subject, "after", past)
    before = _version(subject, "before", past)
    earlier = and_(
        before.columns.c.id == after.columns.c.id,
        before.columns.c.version == after.columns.c.version - ONE,
    )
    versions: FromClause = after.columns.outerjoin(before.columns, earlier)
    rows = rows_of(versions, after.id == line.record_id, after.columns.c.version == line.version)
    items = [
        _item(output, field, line.fields, before, after, past)
        for field in subject.record_type.all_fields.values()
        if _shown(field, after, past)
    ]
    none = context.dialect.those_present([])
    return func.coalesce(value_from(rows, context.dialect.those_present(items)), none)


def _version(subject: TypeRow, name: str, context: Context) -> TypeRow:
    columns = context.aliases.of(context.tables.version[subject.declared], name)
    return replace(subject, columns=columns, where=(), joined=None, own=None, entry="judged")


def _shown(field: Field, row: TypeRow, context: Context) -> bool:
    """Whether versions keep a field, and somebody of these rights may read it."""
    if field.built_in and field.name not in ("valid_from", "valid_to"):
        return False
    return not field.computed and not hidden(row, field, context=context)


def _item(
    output: ChangedOutput,
    field: Field,
    named: Sql,
    before: TypeRow,
    after: TypeRow,
    context: Context,
) -> Json:
    """One field as an object; missing where the line did not touch it, or it may not be read."""
    name = context.dialect.constant(field.name)
    parts = {
        "field": name,
        "before": _value(before, field, context),
        "after": _value(after, field, context),
    }
    shown = context.dialect.object_of(members_of(output.parts, parts, context=context))
    told = context.dialect.has(named, name)
    opened = mask(after, field, context=context)
    return case((told if opened is None else and_(told, opened), shown))


def _value(row: TypeRow, field: Field, context: Context) -> Sql:
    if isinstance(field.kind, Encrypted):
        return context.dialect.missing(JsonKind())
    value = stored_value(row, field, context=replace(context, private=Private()))
    # A version before the first one has no values at all.
    value = value.changed(lambda part: part)
    shown = value_shown(value, None, context=context)
    return wrapped(shown, value, row, field.name, context=context)
