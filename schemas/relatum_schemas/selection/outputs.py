"""Outputs that branch, and the forms in which rows are shown."""

from typing import Annotated, Final, Literal

from pydantic import Discriminator

from relatum_schemas.selection.aggregates import Aggregate
from relatum_schemas.selection.conditions import Condition
from relatum_schemas.selection.leaves import (
    CursorOutput,
    ExcerptOutput,
    FieldOutput,
    IdsOutput,
    Members,
    RankOutput,
    TextOutput,
)
from relatum_schemas.selection.times import Holds
from relatum_schemas.selection.values import Part
from relatum_schemas.selection.windows import Order, Page


class AcrossOutput(Part):
    """From a tie to the record at an end, as an object; null when the principal may not see it.

    From a line of the change log it goes to the ``record``, the ``actor`` or the firm ``acted_for``.
    """

    kind: Literal["across"] = "across"
    key: str
    across: Literal["node", "source", "target", "record", "actor", "acted_for"] = "node"
    outputs: "tuple[Output, ...]"
    types: tuple[str, ...] | None = None


class EndOutput(Part):
    """Ties at an end of the row, in a form. `One` is for to-one ends: the tie, or null.

    The rows of ``form`` are ties; ``filter`` and ``order`` are judged on the tie.
    """

    kind: Literal["end"] = "end"
    key: str
    end: str
    form: "Form"
    filter: Condition | None = None
    order: tuple[Order, ...] = ()
    page: Page | None = None
    holds: Holds | None = None
    node: bool = False
    """With `One` or `Many`: show the far record itself instead of the tie; null where it may not be seen."""
    types: tuple[str, ...] | None = None


class HistoryOutput(Part):
    """What was done to the row, the last first: the lines of the change log about it, in a form as for `Changes`.

    Its lines show ``recorded_to``, too, and by `ChangedOutput` the fields touched with their values before and after, as
    far as these may be read today. Nothing of it is shown without the right to the record's history.
    """

    kind: Literal["history"] = "history"
    key: str
    form: "Form"
    page: Page | None = None
    types: tuple[str, ...] | None = None


class ChangedOutput(Part):
    """Of a line of a record's history, the fields that it touched, as a list of objects.

    ``parts`` asks for parts of ``field``, ``before`` and ``after``.
    """

    kind: Literal["changed"] = "changed"
    key: str
    parts: Members
    types: tuple[str, ...] | None = None


LINE_FACTS: Final = (
    "cursor", "type", "record_id", "version", "operation", "fields", "recorded_at",
    "origin", "purpose", "reason", "unit",
)  # fmt: skip
"""What a line of the change log shows as fields; ``operation`` in capitals, ``fields`` as they are declared."""


Output = Annotated[
    FieldOutput
    | TextOutput
    | IdsOutput
    | CursorOutput
    | RankOutput
    | ExcerptOutput
    | AcrossOutput
    | EndOutput
    | HistoryOutput
    | ChangedOutput,
    Discriminator("kind"),
]


class EdgesItem(Part):
    """The list of rows of a connection; each shows ``outputs`` (of a root connection: use `SelfOutput` for the node)."""

    kind: Literal["edges"] = "edges"
    key: str
    outputs: "tuple[Output | SelfOutput, ...]"


class SelfOutput(Part):
    """The row itself as an object under ``key``: the ``node`` of an edge of a root connection, which has no tie."""

    kind: Literal["self"] = "self"
    key: str
    outputs: "tuple[Output, ...]"


class NodesItem(Part):
    """The rows of a connection without edges: of a root, the records; of an end, the far records."""

    kind: Literal["nodes"] = "nodes"
    key: str
    outputs: "tuple[Output, ...]"


class PageInfoItem(Part):
    """Page facts, (key, name) with names `has_next_page`, `has_previous_page`, `start_cursor`, `end_cursor`.

    There is a next (previous) page when a row of the order stands after (before) the window. Without rows the cursors
    are null. `further_cursor` is where looking goes on, of rows that were looked through in their order, if there may be
    more.
    """

    kind: Literal["page_info"] = "page_info"
    key: str
    facts: Members


class TotalCountItem(Part):
    """How many rows the filter admits, regardless of the page; counted no further than to ``most``."""

    kind: Literal["total_count"] = "total_count"
    key: str
    most: int | None = None


ConnectionItem = Annotated[
    EdgesItem | NodesItem | PageInfoItem | TotalCountItem | TextOutput,
    Discriminator("kind"),
]


class One(Part):
    """The first row as an object, or null."""

    kind: Literal["one"] = "one"
    outputs: tuple[Output, ...]


class Many(Part):
    """The rows as a plain list."""

    kind: Literal["many"] = "many"
    outputs: tuple[Output, ...]


class Connection(Part):
    """The rows as a connection (Relay cursor connections)."""

    kind: Literal["connection"] = "connection"
    items: tuple[ConnectionItem, ...]


Form = Annotated[One | Many | Connection | Aggregate, Discriminator("kind")]


for _model in (
    AcrossOutput,
    EndOutput,
    HistoryOutput,
    EdgesItem,
    SelfOutput,
    NodesItem,
    One,
    Many,
    Connection,
):
    _model.model_rebuild()
