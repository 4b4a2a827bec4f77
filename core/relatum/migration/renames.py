"""What was called otherwise before: renames that declarations tell by `renamed_from`."""

from collections.abc import Iterator
from dataclasses import dataclass

from relatum.catalogue import Catalogue, RecordType
from relatum.catalogue.collect import table_name
from relatum.catalogue.model import Field
from relatum.tables import field_columns


@dataclass(frozen=True, kw_only=True)
class TypeRename:
    """A type's former name: its tables, and the statements that rename it where it is data.

    Lines of the change log keep the name they were written with: their digests cover it.
    """

    tables: tuple[tuple[str, str], ...]
    statements: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class FieldRename:
    """A field's former name: its columns in one of the type's tables, and its name as data."""

    table: str
    columns: tuple[tuple[str, str], ...]
    statements: tuple[str, ...]


def type_renames(catalogue: Catalogue, plugin: str) -> Iterator[TypeRename]:
    """All former names of a plugin's types."""
    for record_type in catalogue:
        if record_type.plugin != plugin:
            continue
        for former in record_type.renamed_from:
            table = table_name(plugin, former)
            yield TypeRename(
                tables=(
                    (table, record_type.table),
                    (f"{table}_version", record_type.version_table),
                ),
                statements=tuple(
                    f"UPDATE {each} SET type = '{record_type.name}' WHERE type = '{former}'"
                    for each in ("record", "external_key", "search")
                ),
            )


def field_renames(catalogue: Catalogue, plugin: str) -> Iterator[FieldRename]:
    """All former names of a plugin's fields, for each of the tables that hold them."""
    for record_type in catalogue:
        for field in record_type.stored_fields:
            if field.plugin == plugin:
                for former in field.renamed_from:
                    yield from _field_renames(record_type, field, former)


def _field_renames(record_type: RecordType, field: Field, former: str) -> Iterator[FieldRename]:
    stem = field.column.removesuffix(field.name) + former
    columns = tuple(
        (stem + each.name.removeprefix(field.column), each.name)
        for each in field_columns(field, required=False)
    )
    words = (
        f"UPDATE search SET field = '{field.name}' "
        f"WHERE type = '{record_type.name}' AND field = '{former}'"
    )
    yield FieldRename(table=record_type.table, columns=columns, statements=(words,))
    yield FieldRename(table=record_type.version_table, columns=columns, statements=())
