"""What a cursor names its order by, as the engine does it: cursors of either serve the other."""

from collections.abc import Sequence

from relatum.reading.cursors import order_digest
from relatum_schemas.selection import Order


def digest(rows: str, order: Sequence[Order]) -> str:
    """A short name of an order of rows, which are told from others by ``rows``."""
    return order_digest([rows, *(each.model_dump_json() for each in order)])
