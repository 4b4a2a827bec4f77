"""What a bare id is of: what is then asked about the record is asked of its own type, not of all that there are."""

from typing import Final
from uuid import UUID

import orjson

from relatum.catalogue import RECORD
from relatum.viewing.columns import IDENTITY, Shown, named_in
from relatum.viewing.reads import Reads
from relatum.viewing.shown import Named
from relatum_schemas.errors import NotFound
from relatum_schemas.selection import (
    Compare,
    FieldPath,
    One,
    Operator,
    Parameter,
    Request,
    RootField,
    Rows,
)

ITSELF: Final = Compare(
    path=FieldPath(field="id"), operator=Operator.EQ, value=Parameter(parameter="id")
)
"""The record whose id is the parameter."""

_FOUND: Final = Request(
    fields=(
        RootField(key="found", source=Rows(type=RECORD, filter=ITSELF), form=One(outputs=IDENTITY)),
    )
)


async def found(reads: Reads, record: UUID) -> Named:
    """Type and label of a record.

    Raises:
        NotFound: there is none that may be seen.
    """
    shown: Shown | None = orjson.loads(await reads.read(_FOUND, {"id": str(record)}))["found"]
    if shown is None:
        raise NotFound(f"There is no record {record}.", path="id")
    return named_in(shown)
