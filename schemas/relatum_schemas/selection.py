"""The selection: what to read, in a neutral form that every asker speaks.

GraphQL queries, the Python face, views, exports and access rules all become a `Request`; the reading compiler turns it
into one statement, the oracle of the tests evaluates it slowly. It names types, fields and ends as the catalogue does
(snake_case), never columns, and is plain data: `Request.model_dump_json()` reads back as the same request.

How the parts stand to each other::

    Request                      several answers in one statement
      RootField  key             one answer under one key
        Rows | Nodes | Search | Neighbourhood | ShortestPath     which records (the source)
        One | Many | Connection | Aggregate                      in what form (the form)
          Output*                what each row shows: fields, type name, ends followed, ...

A *row* is always a record: an entity or a tie. Following an end from a row lands on the tie (``EdgeForm``); `Across`
goes from a tie to the record at its far end (``node``), or to its ``source`` or ``target``.

Values anywhere are written in wire form (``"12.50"``, ``"2024-05-01"``) or as a `Parameter`, which is bound at run time,
so that one plan serves many requests.

Logic is two-valued: a comparison with a missing value (on either side) is false, and ``Not`` of it is true. Missing
values sort before all others ascending, after them descending. Every order is completed by the record's id, ascending.

Text that keeps a folded key (label, searchable or indexed fields, and the label itself) sorts and compares (`lt`, `lte`,
`gt`, `gte`, `starts_with`, `contains`) by that key; other text does so by its code points. Money sorts by currency, then
amount; only amounts of one currency are smaller or greater than each other. A day compares with an instant as its first
instant in the installation's zone. A row of a trait or of `Record` has the fields and ends declared for that, a row at an
end of several types those that all of them have alike; outputs reach further by their ``types``.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, JsonValue, Tag


class Part(BaseModel):
    """Base of every part of a selection: frozen plain data that refuses unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Parameter(Part):
    """A value known only at run time, by name. ``many`` marks a list, bound as one value."""

    parameter: str
    many: bool = False


def _is_parameter(value: object) -> str:
    named = isinstance(value, dict) and "parameter" in value
    return "parameter" if named or isinstance(value, Parameter) else "literal"


Value = Annotated[
    Annotated[Parameter, Tag("parameter")] | Annotated[JsonValue, Tag("literal")],
    Discriminator(_is_parameter),
]
"""A literal in wire form, or a `Parameter`."""


# --- time


class Now(Part):
    """Ties that hold now (or at the clock's ``valid_at``)."""

    kind: Literal["now"] = "now"


class AnyTime(Part):
    """Ties whenever they hold."""

    kind: Literal["any"] = "any"


class At(Part):
    """Ties that hold at a day or instant; null means now."""

    kind: Literal["at"] = "at"
    at: Value


class Overlaps(Part):
    """Ties whose validity shares a moment with ``[start, end)``; an open side is null, ``end <= start`` a `BadPeriod`."""

    kind: Literal["overlaps"] = "overlaps"
    start: Value = None
    end: Value = None


Holds = Annotated[Now | AnyTime | At | Overlaps, Discriminator("kind")]


class Clock(Part):
    """Both clocks of a root field. ``valid_at`` moves what `Now` means; ``recorded_at`` what was known."""

    valid_at: Value = None
    recorded_at: Value = None


# --- paths


class Step(Part):
    """One step of a path to a single value: over a to-one end to its record (the tie that holds now), or across a tie.

    ``end`` names a to-one end and lands on the far record (``edge=True``: on the tie itself); ``across`` goes from a
    tie to ``node`` (the far end as seen from where the tie was reached), ``source`` or ``target``.
    """

    end: str | None = None
    edge: bool = False
    across: Literal["node", "source", "target"] | None = None


class FieldPath(Part):
    """A value reached from a row by single-valued steps: ``customer.country``, ``node.last_name``, ``price.amount``.

    ``field`` is a declared field or one of the built-ins `id`, `type`, `version`, `label`, `recorded_at`, and on ties
    `valid_from`, `valid_to`. ``part`` names one part of a composite kind (``amount``, ``currency``, ``country``).
    """

    steps: tuple[Step, ...] = ()
    field: str
    part: str | None = None


# --- conditions


class Operator(StrEnum):
    """Comparison operators. Which kind admits which is told by ``Kind.operators``."""

    EQ = "eq"
    NE = "ne"
    IN = "in"
    NOT_IN = "not_in"
    LT = "lt"
    LTE = "lte"
    GT = "gt"
    GTE = "gte"
    STARTS_WITH = "starts_with"
    CONTAINS = "contains"
    MATCHES = "matches"
    IS_NULL = "is_null"
    HAS = "has"
    HAS_ANY = "has_any"
    HAS_ALL = "has_all"


class ConditionPart(Part):
    """Base of conditions: they combine with ``&``, ``|`` and ``~``."""

    def __and__(self, other: "Condition") -> "All":
        """Both hold."""
        return All.model_construct(of=(self, other))

    def __or__(self, other: "Condition") -> "AnyOf":
        """At least one holds."""
        return AnyOf.model_construct(of=(self, other))

    def __invert__(self) -> "Not":
        """It does not hold."""
        return Not.model_construct(condition=self)


class Compare(ConditionPart):
    """A value of the row against a given one.

    `eq`, `ne`, `in` compare exactly; `starts_with` and `contains` compare folded text (case and accents do not
    count where a folded key is kept); `matches` asks that each given word begins a word of one searchable field, of the
    present only; `is_null` takes a boolean; `has*` are for lists. A text without words matches nothing.
    """

    kind: Literal["compare"] = "compare"
    path: FieldPath
    operator: Operator
    value: Value = None


class Related(ConditionPart):
    """Ties of the row at one end: ``some``, ``every`` or ``none`` fulfils ``condition``, judged on the tie."""

    kind: Literal["related"] = "related"
    end: str
    quantifier: Literal["some", "every", "none"] = "some"
    condition: "Condition | None" = None
    holds: Holds | None = None


class OnRecord(ConditionPart):
    """From a tie to one of its records: true when the condition holds there (and the record may be seen)."""

    kind: Literal["on_record"] = "on_record"
    across: Literal["node", "source", "target"] = "node"
    condition: "Condition | None" = None


class IsType(ConditionPart):
    """The row is of one of these concrete types."""

    kind: Literal["is_type"] = "is_type"
    types: tuple[str, ...]


class All(ConditionPart):
    """Every condition holds; with none, true."""

    kind: Literal["all"] = "all"
    of: "tuple[Condition, ...]" = ()


class AnyOf(ConditionPart):
    """At least one condition holds; with none, false."""

    kind: Literal["any_of"] = "any_of"
    of: "tuple[Condition, ...]" = ()


class Not(ConditionPart):
    """The condition does not hold."""

    kind: Literal["not"] = "not"
    condition: "Condition"


Condition = Annotated[
    Compare | Related | OnRecord | IsType | All | AnyOf | Not,
    Discriminator("kind"),
]


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


# --- outputs


class TextOutput(Part):
    """A constant text under ``key``; the ``__typename`` of scaffolding such as an edge or a page info."""

    kind: Literal["text"] = "text"
    key: str
    text: str
    types: tuple[str, ...] | None = None


class FieldOutput(Part):
    """A field or built-in of the row under ``key``.

    ``parts`` (key, part) asks an object of some parts of a composite kind, with ``texts`` (its ``__typename``) after
    them; ``types`` restricts the output to rows of these concrete types (a fragment on a type or trait); None means
    every type of the row.
    """

    kind: Literal["field"] = "field"
    key: str
    field: str
    parts: tuple[tuple[str, str], ...] | None = None
    texts: tuple[TextOutput, ...] = ()
    types: tuple[str, ...] | None = None


class CursorOutput(Part):
    """The opaque position of the row in its order; only inside the edges of a `Connection`."""

    kind: Literal["cursor"] = "cursor"
    key: str


class AcrossOutput(Part):
    """From a tie to the record at an end, as an object; null when the principal may not see it."""

    kind: Literal["across"] = "across"
    key: str
    across: Literal["node", "source", "target"] = "node"
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


Output = Annotated[
    FieldOutput | TextOutput | CursorOutput | AcrossOutput | EndOutput,
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
    """Page facts, (key, name) with names `has_next_page`, `has_previous_page`, `start_cursor`, `end_cursor`; then texts.

    There is a next (previous) page when a row of the order stands after (before) the window. Without rows the cursors
    are null.
    """

    kind: Literal["page_info"] = "page_info"
    key: str
    facts: tuple[tuple[str, str], ...]
    texts: tuple[TextOutput, ...] = ()


class TotalCountItem(Part):
    """How many rows the filter admits, regardless of the page."""

    kind: Literal["total_count"] = "total_count"
    key: str


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


# --- aggregates


class Bucket(StrEnum):
    """How a group key is formed: the value itself, or the first day of its month, quarter or year (UTC)."""

    VALUE = "value"
    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Function(StrEnum):
    """Aggregate functions."""

    COUNT = "count"
    COUNT_DISTINCT = "count_distinct"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    AVG = "avg"


class GroupKey(Part):
    """One key of a grouping."""

    path: FieldPath
    bucket: Bucket = Bucket.VALUE


class Measure(Part):
    """An aggregate of a path over the rows of a group; `count` without a path counts rows.

    A money path groups by its currency as well: each group then holds one currency, or the rows without. Sums are
    exact; averages are rounded half-even at the scale of the field plus four (durations: at the microsecond). The least
    and greatest text, and text as a group key, go by code point.
    """

    function: Function
    path: FieldPath | None = None


class Having(Part):
    """A condition on a group: a measure against a value."""

    measure: Measure
    operator: Operator
    value: Value


class KeyOutput(Part):
    """The value of the ``group_by`` key at ``index``. ``parts`` and ``texts`` as in `FieldOutput`."""

    kind: Literal["key"] = "key"
    key: str
    index: int
    parts: tuple[tuple[str, str], ...] | None = None
    texts: tuple[TextOutput, ...] = ()


class MeasureOutput(Part):
    """A measure's value. Money shows ``parts`` (amount, currency) and ``texts`` as in `FieldOutput`."""

    kind: Literal["measure"] = "measure"
    key: str
    measure: Measure
    parts: tuple[tuple[str, str], ...] | None = None
    texts: tuple[TextOutput, ...] = ()


class ObjectOutput(Part):
    """A nested object in a group's answer: ``sum { amount }``."""

    kind: Literal["object"] = "object"
    key: str
    outputs: "tuple[GroupOutput, ...]"


GroupOutput = Annotated[
    KeyOutput | MeasureOutput | ObjectOutput | TextOutput,
    Discriminator("kind"),
]


class Aggregate(Part):
    """A list with one object per group, ordered by the group keys, then by currencies; neither: exactly one object."""

    kind: Literal["aggregate"] = "aggregate"
    group_by: tuple[GroupKey, ...] = ()
    having: tuple[Having, ...] = ()
    outputs: tuple[GroupOutput, ...]


Form = Annotated[One | Many | Connection | Aggregate, Discriminator("kind")]


# --- sources


class Rows(Part):
    """Every record of a type or trait (``Record`` means every type, ties included)."""

    kind: Literal["rows"] = "rows"
    type: str
    filter: Condition | None = None


class Search(Part):
    """Records in which each word begins a word of the label or a searchable field; without words none.

    Ordered by: every word matched in the label first, then by folded label, then by id. Only the present is searched.
    """

    kind: Literal["search"] = "search"
    text: Value
    types: tuple[str, ...] = ()


class Neighbourhood(Part):
    """The records within ``depth`` ties of one record, that record left out, nearest first, then by id.

    ``types`` names the relationship types walked (none: all), by ties that hold now. ``budget`` bounds the records
    visited per hop: those with the smallest ids are kept.
    """

    kind: Literal["neighbourhood"] = "neighbourhood"
    id: Value
    depth: int = 1
    types: tuple[str, ...] = ()
    budget: int = 10_000


class ShortestPath(Part):
    """The records of one shortest chain of ties between two records, both included, in order; none if there is none.

    Among shortest chains the one with the smallest ids, compared from the start, is taken.
    """

    kind: Literal["path"] = "path"
    start: Value
    end: Value
    types: tuple[str, ...] = ()
    depth: int = 6
    budget: int = 10_000


Source = Annotated[Rows | Search | Neighbourhood | ShortestPath, Discriminator("kind")]


class RootField(Part):
    """One answer of a request under one key."""

    key: str
    source: Source
    form: Form
    order: tuple[Order, ...] = ()
    page: Page | None = None
    clock: Clock = Clock()


class Request(Part):
    """Several answers, read in one statement and at one moment."""

    fields: tuple[RootField, ...]


for _model in (
    Related,
    OnRecord,
    All,
    AnyOf,
    Not,
    AcrossOutput,
    EndOutput,
    EdgesItem,
    SelfOutput,
    NodesItem,
    One,
    Many,
    Connection,
    ObjectOutput,
    Aggregate,
    RootField,
    Request,
):
    _model.model_rebuild()
