"""Which field a column belongs to, and what its rows are given when it comes to be demanded."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from relatum.catalogue import Catalogue
from relatum.catalogue.model import Field, RecordType
from relatum.tables import FieldColumn, field_columns
from relatum.tables.columns import default_of


@dataclass(frozen=True)
class Origin:
    """The field that a column belongs to."""

    record_type: RecordType
    field: Field
    column: FieldColumn

    @property
    def default(self) -> object:
        """What the column holds where the field has its default; None when it has none."""
        return default_of(self.field, self.column)


Origins = Mapping[tuple[str, str], Origin]


def origins(catalogue: Catalogue) -> Origins:
    """Return the origin of each column that a field has, by table and column."""
    return dict(_origins(catalogue))


def _origins(catalogue: Catalogue) -> Iterator[tuple[tuple[str, str], Origin]]:
    for record_type in catalogue:
        for field in record_type.stored_fields:
            for column in field_columns(field, required=False):
                origin = Origin(record_type, field, column)
                yield (record_type.table, column.name), origin
                yield (record_type.version_table, column.name), origin
