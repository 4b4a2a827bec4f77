"""The value of a field on a row: its columns, the expression it is computed by, or what a row of several types shares."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

from sqlalchemy import case, func

from relatum.catalogue.model import BUILT_IN, Field, RecordType
from relatum.reading import completeness, computed
from relatum.reading.context import Context
from relatum.reading.guards import hidden, mask
from relatum.reading.private import use, use_of_several
from relatum.reading.rows import WHOLE, EndRow, Row, SharedRow, TypeRow, Value
from relatum.reading.sql import Sql
from relatum.sealing import FieldPlace, field_places
from relatum.tables.columns import LOOKUP, key_name, part_name
from relatum_schemas.errors import BadSelection, UnknownField
from relatum_schemas.kinds import Encrypted, EncryptedLookup, Text
from relatum_schemas.selection import FieldPath


def value_of(row: Row, name: str, *, context: Context) -> Value:
    """Return the value of a field of a row, masked where only some rows show it.

    Raises:
        UnknownField: the row has no such field, or none that the principal may know of.
    """
    if isinstance(row, SharedRow):
        make = row.values.get(name)
        if make is None:
            refuse_calculated(row, name, context=context)
            raise unknown(row.declared or " or ".join(row.types), name)
        use_of_several(row.types, name, context=context)
        return replace(make(), places=_places(row.types, name, context))
    if isinstance(row, EndRow):
        return Value(kind=BUILT_IN["id"].kind, parts={WHOLE: row.id}, nullable=False)
    assert isinstance(row, TypeRow)
    field = context.catalogue.field(row.declared, name)
    if hidden(row, field, context=context):
        raise unknown(row.declared, name)
    refuse_calculated(row, name, context=context)
    use(field, row.record_type, context=context)
    value = stored_value(row, field, context=context)
    opened = mask(row, field, context=context)
    return value if opened is None else value.changed(lambda part: case((opened, part)))


def refuse_calculated(row: Row, name: str, *, context: Context) -> None:
    """Refuse to compare, order or measure what no statement knows.

    Raises:
        BadSelection: a function of a plugin computes the field.
    """
    for each in row.types:
        field = context.catalogue.types[each].all_fields.get(name)
        if field is not None and field.by is not None:
            raise BadSelection(
                f"{each}.{name} is computed in Python: it is shown, and not filtered, sorted, grouped or measured.",
                hint="Use the fields that it is computed from, or a Computed(...) expression.",
                path=name,
            )


def _places(types: Sequence[str], name: str, context: Context) -> tuple[FieldPlace, ...]:
    """Where a value of records of several types may have been sealed, if it is encrypted."""
    found = (context.catalogue.types[each] for each in types)
    fields = [(each.all_fields[name], each) for each in found if name in each.all_fields]
    return tuple(
        place
        for field, record_type in fields
        if isinstance(field.kind, EncryptedLookup)
        for place in field_places(field, record_type)
    )


def part_of(value: Value, path: FieldPath) -> Value:
    """Return the value that a path names at its end: the whole, or a part of it.

    Raises:
        UnknownField: the kind has no such part.
    """
    if path.part is None:
        return value
    if path.part not in value.kind.parts:
        parts = ", ".join(value.kind.parts)
        raise UnknownField(
            f"{path.field!r} is {value.kind.described()} and has no part {path.part!r}.",
            hint=f"Its parts are {parts}." if parts else None,
            path=path.part,
        )
    return value.part(path.part)


def unknown(owner: str, name: str) -> UnknownField:
    """Return the error for a field that a type does not have, as far as the principal may know."""
    return UnknownField(f"{owner} has no field {name!r}.")


def stored_value(row: TypeRow, field: Field, *, context: Context) -> Value:
    """Return the value of a field, whoever asks."""
    if field.built_in:
        return _built_in(row, field, context)
    if field.expression is not None:
        return computed.value(
            field.expression,
            lambda name: stored_value(row, row.record_type.fields[name], context=context),
            context=context,
        )
    columns = row.columns.c
    if isinstance(field.kind, Encrypted):
        looked_up = isinstance(field.kind, EncryptedLookup)
        return Value(
            kind=field.kind,
            parts={WHOLE: columns[field.column]},
            key=columns[part_name(field, LOOKUP)] if looked_up else None,
            places=field_places(field, row.record_type),
            nullable=_nullable(row, field.column),
        )
    if field.kind.parts:
        parts = {part: columns[part_name(field, part)] for part in field.kind.parts}
        required = getattr(field.kind, "required_parts", ())
        nullable = all(_nullable(row, part_name(field, part)) for part in required)
        return Value(kind=field.kind, parts=parts, nullable=nullable)
    column = columns[field.column]
    return Value(
        kind=field.kind,
        parts={WHOLE: column},
        key=columns[key_name(field)] if field.folded else None,
        found_by_key=field.folded and (field.label or field.indexed),
        nullable=_nullable(row, field.column),
    )


def _nullable(row: TypeRow, column: str) -> bool:
    return bool(getattr(row.columns.c[column], "nullable", True))


_BUILT_IN_COLUMNS: Mapping[str, str] = {
    "id": "id",
    "version": "version",
    "recorded_at": "recorded_from",
    "valid_from": "valid_from",
    "valid_to": "valid_to",
}


def _built_in(row: TypeRow, field: Field, context: Context) -> Value:
    if field.name == "type":
        name = context.dialect.constant(row.declared)
        return Value(kind=field.kind, parts={WHOLE: name}, nullable=False)
    if field.name == "label":
        return _label(row, context)
    if field.name == "missing":
        own = partial(stored_value, row, context=context)
        return completeness.value(field.kind, row, own, context=context)
    column = _BUILT_IN_COLUMNS[field.name]
    return Value(
        kind=field.kind, parts={WHOLE: row.columns.c[column]}, nullable=_nullable(row, column)
    )


def _label(row: TypeRow, context: Context) -> Value:
    """The label fields' values, joined by a space; missing without any."""
    record_type: RecordType = row.record_type
    values = [stored_value(row, field, context=context) for field in record_type.label_fields]
    if not values:
        missing = context.dialect.missing(Text())
        return Value(kind=Text(), parts={WHOLE: missing}, key=missing)
    if len(values) == 1:
        return values[0]
    texts = [context.dialect.shown(value.plain, value.kind) for value in values]
    keys = [
        context.dialect.shown(value.plain, value.kind) if value.key is None else value.key
        for value in values
    ]
    return Value(kind=Text(), parts={WHOLE: _in_one(texts, context)}, key=_in_one(keys, context))


def _in_one(texts: list[Sql], context: Context) -> Sql:
    joined = func.concat_ws(context.dialect.constant(" "), *texts)
    return func.nullif(joined, context.dialect.constant(""), type_=texts[0].type)
