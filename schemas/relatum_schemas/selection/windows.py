"""Order and page: which window on the rows is shown."""

from relatum_schemas.selection.paths import FieldPath
from relatum_schemas.selection.values import Part, Value


class Order(Part):
    """One key of an order."""

    path: FieldPath
    descending: bool = False


class Page(Part):
    """A window on an order, as Relay's connections have it.

    Of the rows between ``after`` and ``before`` (where these are given), the ``first`` or the ``last``; of both, the last
    of the first. Without a number a `Connection` shows 100 rows, those before ``before`` where it alone is given, and
    `Many` all. Rows are in the order of the order whatever the window.
    """

    first: Value = None
    after: Value = None
    last: Value = None
    before: Value = None
