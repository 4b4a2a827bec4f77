"""Between records in Python and records in the database's JSON.

A record read is an instance of its declaring class with ``id`` and ``version`` set; fields that the principal may not
read are None. Written values go the other way as plain mappings of field names.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from relatum.catalogue import Catalogue, Field, RelationshipType
from relatum.catalogue.instances import instance
from relatum_schemas.entity import Declared
from relatum_schemas.errors import BadReference
from relatum_schemas.selection import AcrossOutput, FieldOutput, Output

_UNREAD: Final = frozenset({"label", "recorded_at", "missing"})
"""Built-in fields that records in Python leave out."""


def outputs_of(catalogue: Catalogue, type_name: str) -> tuple[Output, ...]:
    """What a statement has to show so that `record_from` can build a record of the type or trait."""
    known = catalogue.fields(type_name)
    names = [name for name, each in known.items() if name not in _UNREAD and each.by is None]
    fields = [FieldOutput(key=name, field=name) for name in names]
    if type_name not in catalogue.relationships:
        return tuple(fields)
    identity = (FieldOutput(key="id", field="id"),)
    return (
        *fields,
        AcrossOutput(key="source", across="source", outputs=identity),
        AcrossOutput(key="target", across="target", outputs=identity),
    )


def record_from(catalogue: Catalogue, shown: Mapping[str, Any]) -> Declared:
    """The record that a statement showed with `outputs_of`."""
    record_type = catalogue.record_type(shown["type"])
    values: dict[str, Any] = {"id": UUID(shown["id"]), "version": shown["version"]}
    for name, field in record_type.all_fields.items():
        if name in shown and not field.built_in:
            values[name] = None if shown[name] is None else field.kind.parse(shown[name])
    if isinstance(record_type, RelationshipType):
        for side in ("source", "target"):
            values[side] = UUID(shown[side]["id"]) if shown.get(side) else None
        for name in ("valid_from", "valid_to"):
            wire = shown.get(name)
            values[name] = None if wire is None else record_type.all_fields[name].kind.parse(wire)
    return instance(catalogue.classes[record_type.name], values)


def values_of(catalogue: Catalogue, record: Declared) -> dict[str, object]:
    """The field values of a new record: those given, and those of defaults that the catalogue does not know itself."""
    fields = catalogue.record_type(type(record).__name__).fields
    declared = type(record).model_fields
    return {
        name: getattr(record, name)
        for name, field in fields.items()
        if name in declared and _given(record, field)
    }


def _given(record: Declared, field: Field) -> bool:
    value = getattr(record, field.name, None)
    return field.name in record.model_fields_set or value not in (None, field.default)


def identity(record: Declared | UUID) -> UUID:
    """The id of a stored record, or the id itself."""
    if isinstance(record, UUID):
        return record
    if "id" not in record.model_fields_set:
        raise BadReference(f"This {type(record).__name__} has not been stored yet.")
    return record.id


def ids_by_type(records: Iterable[Declared]) -> dict[str, list[UUID]]:
    """The ids of stored records by the names of their types."""
    by_type: dict[str, list[UUID]] = {}
    for each in records:
        by_type.setdefault(type(each).__name__, []).append(identity(each))
    return by_type


def as_list(given: object) -> list[Any]:
    """One or several as a list."""
    return (
        list(given)
        if isinstance(given, Iterable) and not isinstance(given, str | Declared)
        else [given]
    )
