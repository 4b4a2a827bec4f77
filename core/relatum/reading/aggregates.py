"""Aggregates."""

from relatum.reading.context import Context
from relatum.reading.rows import Row
from relatum.reading.sql import Json
from relatum_schemas.selection import Aggregate


def aggregated(row: Row, form: Aggregate, *, context: Context) -> Json:
    """Return the aggregates of rows."""
    raise NotImplementedError
