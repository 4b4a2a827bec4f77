"""The selection: what to read, in a neutral form that every asker speaks.

GraphQL queries, the Python face, views, exports and access rules all become a `Request`; the reading compiler turns it
into one statement, the oracle of the tests evaluates it slowly. It names types, fields and ends as the catalogue does
(snake_case), never columns, and is plain data: `Request.model_dump_json()` reads back as the same request.

How the parts stand to each other::

    Request                      several answers in one statement
      RootField  key             one answer under one key
        Rows | Search | Neighbourhood | ShortestPath | Changes   which records (the source)
        One | Many | Connection | Aggregate                      in what form (the form)
          Output*                what each row shows: fields, type name, ends followed, ...

A *row* is a record, an entity or a tie; only `Changes` and `HistoryOutput` give lines of the change log instead. Following
an end from a row lands on the tie (``EdgeForm``); `Across` goes from a tie to the record at its far end (``node``), or to
its ``source`` or ``target``.

Values anywhere are written in wire form (``"12.50"``, ``"2024-05-01"``) or as a `Parameter`, which is bound at run time,
so that one plan serves many requests.

Logic is two-valued: a comparison with a missing value (on either side) is false, and ``Not`` of it is true. Missing
values sort before all others ascending, after them descending. Every order that is asked for is completed by the
record's id, in the direction of the last key; all others by the id, ascending.

Text that keeps a folded key (label, searchable or indexed fields, and the label itself) sorts and compares (`lt`, `lte`,
`gt`, `gte`, `starts_with`, `contains`) by that key; other text does so by its code points. Money sorts by currency, then
amount; only amounts of one currency are smaller or greater than each other. A day compares with an instant as its first
instant in the installation's zone. A row of a trait or of `Record` has the fields and ends declared for that, a row at an
end of several types those that all of them have alike; outputs reach further by their ``types``.

Read in this order: `values`, `times`, `paths`, `conditions`, `windows`, `leaves`, `aggregates`, `outputs`, `requests`.
"""

from relatum_schemas.selection.aggregates import (
    Aggregate,
    Bucket,
    Function,
    GroupKey,
    GroupOutput,
    Having,
    KeyOutput,
    Measure,
    MeasureOutput,
    ObjectOutput,
)
from relatum_schemas.selection.conditions import (
    All,
    AnyOf,
    Climb,
    Compare,
    Condition,
    ConditionPart,
    IsType,
    Not,
    OnRecord,
    Operator,
    Related,
)
from relatum_schemas.selection.leaves import (
    CursorOutput,
    ExcerptOutput,
    FieldOutput,
    IdsOutput,
    LinkOutput,
    Members,
    RankOutput,
    TextOutput,
)
from relatum_schemas.selection.outputs import (
    LINE_FACTS,
    AcrossOutput,
    ChangedOutput,
    Connection,
    ConnectionItem,
    EdgesItem,
    EndOutput,
    Form,
    HistoryOutput,
    Many,
    NodesItem,
    One,
    Output,
    PageInfoItem,
    SelfOutput,
    TotalCountItem,
)
from relatum_schemas.selection.paths import FieldPath, Step
from relatum_schemas.selection.requests import (
    Among,
    Changes,
    Neighbourhood,
    Request,
    RootField,
    Rows,
    Search,
    ShortestPath,
    Source,
)
from relatum_schemas.selection.times import AnyTime, At, Clock, Holds, Now, Overlaps
from relatum_schemas.selection.values import Parameter, Part, Value
from relatum_schemas.selection.windows import Order, Page

__all__ = [
    "LINE_FACTS",
    "AcrossOutput",
    "Aggregate",
    "All",
    "Among",
    "AnyOf",
    "AnyTime",
    "At",
    "Bucket",
    "ChangedOutput",
    "Changes",
    "Climb",
    "Clock",
    "Compare",
    "Condition",
    "ConditionPart",
    "Connection",
    "ConnectionItem",
    "CursorOutput",
    "EdgesItem",
    "EndOutput",
    "ExcerptOutput",
    "FieldOutput",
    "FieldPath",
    "Form",
    "Function",
    "GroupKey",
    "GroupOutput",
    "Having",
    "HistoryOutput",
    "Holds",
    "IdsOutput",
    "IsType",
    "KeyOutput",
    "LinkOutput",
    "Many",
    "Measure",
    "MeasureOutput",
    "Members",
    "Neighbourhood",
    "NodesItem",
    "Not",
    "Now",
    "ObjectOutput",
    "OnRecord",
    "One",
    "Operator",
    "Order",
    "Output",
    "Overlaps",
    "Page",
    "PageInfoItem",
    "Parameter",
    "Part",
    "RankOutput",
    "Related",
    "Request",
    "RootField",
    "Rows",
    "Search",
    "SelfOutput",
    "ShortestPath",
    "Source",
    "Step",
    "TextOutput",
    "TotalCountItem",
    "Value",
]
