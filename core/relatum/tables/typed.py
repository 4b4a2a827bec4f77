"""The two tables of each type: the records that are, and every version that ever was.

Both have the same columns, so that reading at a recorded time is the same statement over the other
table with one predicate more.
"""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
)

from relatum.catalogue.model import Catalogue, Field, RecordType, RelationshipType, SideName
from relatum.connections.types import Day, Identifier, Instant
from relatum.tables import sqlite
from relatum.tables.columns import sqlalchemy_columns
from relatum.tables.indexes import add_field_indexes, add_tie_indexes, add_version_indexes
from relatum.tables.names import check_name, reference_name
from relatum_schemas.kinds import Encrypted


def current_table(record_type: RecordType, catalogue: Catalogue, metadata: MetaData) -> Table:
    """The records of a type as they are now."""
    name = record_type.table
    key = ForeignKey("record.id", name=reference_name("id"))
    table = Table(
        name,
        metadata,
        Column("id", Identifier(), key, primary_key=True),
        Column("version", Integer(), nullable=False),
        Column("recorded_from", Instant(), nullable=False),
        *_ends(record_type, catalogue),
        *_fields(record_type),
        PrimaryKeyConstraint("id"),
        *_checks(record_type),
        info={"plugin": record_type.plugin, "type": record_type.name},
        **sqlite.options(narrow=isinstance(record_type, RelationshipType)),
    )
    add_field_indexes(table, record_type)
    if isinstance(record_type, RelationshipType):
        add_tie_indexes(table, record_type)
    return table


def version_table(record_type: RecordType, metadata: MetaData) -> Table:
    """Every version of the records of a type, the current one included, each with its period."""
    name = record_type.version_table
    table = Table(
        name,
        metadata,
        Column("id", Identifier(), primary_key=True),
        Column("version", Integer(), primary_key=True),
        Column("recorded_from", Instant(), nullable=False),
        Column("recorded_to", Instant(), nullable=False),
        *_ends(record_type, None),
        *_fields(record_type, of_versions=True),
        PrimaryKeyConstraint("id", "version"),
        # Records made and ended in one unit of work have an empty period, never a negative one.
        CheckConstraint("recorded_from <= recorded_to", name=check_name("recorded")),
        info={"plugin": record_type.plugin, "type": record_type.name},
        **sqlite.options(narrow=isinstance(record_type, RelationshipType)),
    )
    if isinstance(record_type, RelationshipType):
        add_version_indexes(table, record_type)
    return table


def demanded(field: Field, record_type: RecordType) -> bool:
    """Whether the table demands a value of a field.

    A field that another plugin adds is demanded only where a default fills the records that others
    make without knowing of it.
    """
    return field.required and (field.plugin == record_type.plugin or field.default is not None)


def _fields(record_type: RecordType, *, of_versions: bool = False) -> list[Column[Any]]:
    """The columns of a type's fields.

    What another plugin adds may not be known to who writes: it may have failed, or be out of force. Then the table itself
    gives new records the default, and versions say nothing of the field.
    """
    columns: list[Column[Any]] = []
    for field in record_type.stored_fields:
        required = demanded(field, record_type)
        if field.plugin == record_type.plugin:
            columns += sqlalchemy_columns(field, required=required)
        else:
            sealed = isinstance(field.kind, Encrypted)
            filled = required and not of_versions and not sealed
            columns += sqlalchemy_columns(field, required=filled, filled=filled)
    return columns


def _ends(record_type: RecordType, referring: Catalogue | None) -> list[Column[Any]]:
    """The ends and the validity of a tie; ends refer to records where a catalogue is given."""
    if not isinstance(record_type, RelationshipType):
        return []
    columns = [_end(record_type, "source", referring), _end(record_type, "target", referring)]
    if record_type.validity is not None:
        unit = Day() if record_type.validity == "day" else Instant()
        columns += [Column("valid_from", unit), Column("valid_to", unit)]
    return columns


def _end(
    relationship: RelationshipType, side: SideName, referring: Catalogue | None
) -> Column[Any]:
    name = f"{side}_id"
    if referring is None:
        return Column(name, Identifier(), nullable=False)
    # What a trait stands for changes with the plugins that are there; a type stays itself.
    declared = referring.types.get(relationship.side(side).declared)
    target = "record" if declared is None else declared.table
    key = ForeignKey(f"{target}.id", name=reference_name(name))
    return Column(name, Identifier(), key, nullable=False)


def _checks(record_type: RecordType) -> list[CheckConstraint]:
    if not isinstance(record_type, RelationshipType):
        return []
    checks = []
    if record_type.symmetric:
        checks.append(CheckConstraint("source_id < target_id", name=check_name("symmetric")))
    if record_type.validity is not None:
        checks.append(CheckConstraint("valid_from < valid_to", name=check_name("validity")))
    return checks
