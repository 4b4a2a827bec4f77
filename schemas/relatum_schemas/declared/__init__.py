"""Declarations as data: types, relationship types and added fields that administrators declare at run time.

`field` and `types` are the forms, as strict as those of Python: what they describe becomes classes, and takes the road
that classes take. `document` is their text, in TOML or JSON, which is carried between installations; `edits` makes
others of what is declared.
"""

from relatum_schemas.declared.document import (
    as_data,
    as_document,
    as_json,
    as_toml,
    document_of_data,
    read_document,
)
from relatum_schemas.declared.edits import (
    last_parked,
    merged,
    parked,
    with_fields,
    with_relationship,
    with_renamed_field,
    with_renamed_type,
    with_restored,
    with_type,
    with_types_renamed,
    without,
)
from relatum_schemas.declared.field import KINDS, DeclaredField, KindName, kind_of_declared
from relatum_schemas.declared.types import (
    AddedFields,
    Declarations,
    DeclaredEnd,
    DeclaredRelationship,
    DeclaredType,
    Document,
    Parked,
)

__all__ = [
    "KINDS",
    "AddedFields",
    "Declarations",
    "DeclaredEnd",
    "DeclaredField",
    "DeclaredRelationship",
    "DeclaredType",
    "Document",
    "KindName",
    "Parked",
    "as_data",
    "as_document",
    "as_json",
    "as_toml",
    "document_of_data",
    "kind_of_declared",
    "last_parked",
    "merged",
    "parked",
    "read_document",
    "with_fields",
    "with_relationship",
    "with_renamed_field",
    "with_renamed_type",
    "with_restored",
    "with_type",
    "with_types_renamed",
    "without",
]
