"""Order and page: which window on the rows is shown."""

from relatum_schemas.selection.paths import FieldPath
from relatum_schemas.selection.values import Part, Value


class Order(Part):
    """One key of an order."""

    path: FieldPath
    descending: bool = False


class Page(Part):
    """A window on an order: forward (``first`` after a cursor) or backward (``last`` before one), never both.

    Without a number a `Connection` shows 100 rows, `Many` all. Rows are in the order of the order both ways.
    """

    first: Value = None
    after: Value = None
    last: Value = None
    before: Value = None
