"""What people see that no policy opens to them, found by asking in every way and judging each record by itself.

The engine puts policies into the statements by which it reads. Here each record is judged alone, by the policies one after
the other, as `relatum.explaining` does; whatever a question shows beyond that has leaked.
"""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import orjson

from relatum.access import Principal
from relatum.catalogue import RecordType
from relatum_schemas.policy import AGGREGATE, HISTORY, READ
from relatum_schemas.selection import (
    AcrossOutput,
    Aggregate,
    Changes,
    Connection,
    EdgesItem,
    EndOutput,
    FieldOutput,
    Function,
    HistoryOutput,
    Many,
    Measure,
    MeasureOutput,
    NodesItem,
    Output,
    Page,
    Request,
    RootField,
    Rows,
    Search,
    SelfOutput,
    TotalCountItem,
)
from relatum_testing.installation import Installation
from relatum_testing.judging import Judge, named, types_of
from relatum_testing.values import WORD

_ID: Final = FieldOutput(key="id", field="id")
_MANY: Final = Page(first=500)
_RECORD: Final = AcrossOutput(key="record", across="record", outputs=(_ID,))
_NODES: Final = Connection(
    items=(EdgesItem(key="edges", outputs=(SelfOutput(key="node", outputs=(_ID,)),)),)
)
_EVERYTHING: Final = Request(
    fields=(
        RootField(key="records", source=Rows(type="Record"), form=Many(outputs=(_ID,))),
        RootField(key="found", source=Search(text=WORD), form=_NODES, page=_MANY),
        RootField(key="changes", source=Changes(), form=Many(outputs=(_RECORD,)), page=_MANY),
    )
)
"""Whatever type it is of."""


@dataclass
class Sight:
    """What somebody was shown.

    Attributes:
        records: ids, by the way on which they were found.
        past: ids of records whose history was shown.
        counted: how many records there are of a type, as counts say, by the way.
        values: by type, id and field, whether there was a value.
    """

    records: defaultdict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))
    past: set[UUID] = field(default_factory=set)
    counted: dict[tuple[str, str], int] = field(default_factory=dict)
    values: dict[tuple[str, UUID, str], object] = field(default_factory=dict)


async def leaks(installation: Installation, who: Principal) -> list[str]:
    """What somebody sees and may not, or may see and does not; a line each.

    Args:
        installation: with a graph.
        who: asks.
    """
    judge = Judge(installation, who)
    sight = await _seen(installation, who)
    types = types_of(installation)
    found: list[str] = []
    readable = {each for each in types if await judge.may(READ, each)}
    for way, ids in sight.records.items():
        found += [f"{way} shows {named(types, each)}" for each in sorted(ids - readable)]
    for name in installation.catalogue.types:
        own = {each for each in readable if types[each] == name}
        hidden = own - sight.records[f"The list of {name}"]
        found += [f"The list of {name} hides {named(types, each)}" for each in sorted(hidden)]
    found += [
        f"Its history shows {named(types, each)}"
        for each in sorted(sight.past)
        if not await judge.may(HISTORY, each)
    ]
    found += [line async for line in _miscounted(sight, judge, types)]
    found += [
        f"The list of {name} shows the value of {field_name} of {named(types, each)}"
        for (name, each, field_name) in sorted(sight.values)
        if each in readable and not await judge.may_read(field_name, name, each)
    ]
    return found


async def _miscounted(sight: Sight, judge: Judge, types: Mapping[UUID, str]) -> AsyncIterator[str]:
    for (way, name), count in sorted(sight.counted.items()):
        right = READ if way == "total" else AGGREGATE
        own = [each for each, of in types.items() if of == name]
        allowed = [each for each in own if await judge.may(right, each)]
        if count > len(allowed):
            yield f"The {way} of {name} counts {count} records, of which {len(allowed)} are open"


async def _seen(installation: Installation, who: Principal) -> Sight:
    """All that somebody finds by asking for all there is."""
    sight, session = Sight(), installation.database.as_(who)
    open_to = {
        name
        for rule in installation.catalogue.policies
        for name in rule.types
        if rule.role in who.roles
    }
    for record_type in installation.catalogue:
        name = record_type.name
        roots = _asking(record_type) if name in open_to else (_list(record_type),)
        found = orjson.loads(await session.read(Request(fields=roots)))
        _look(sight, record_type, found)
    found = orjson.loads(await session.read(_EVERYTHING))
    sight.records["The list of all records"] |= set(_ids(found["records"]))
    sight.records["The search"] |= set(_ids(found["found"]))
    sight.records["The log of changes"] |= set(_ids(found["changes"]))
    return sight


def _look(sight: Sight, record_type: RecordType, found: Mapping[str, Any]) -> None:
    """Add what was shown of a type."""
    name = record_type.name
    for row in found["list"]["nodes"]:
        record = UUID(row["id"])
        sight.records[f"The list of {name}"].add(record)
        for field_name in record_type.fields:
            if row.get(f"field {field_name}") is not None:
                sight.values[name, record, field_name] = row[f"field {field_name}"]
        for end in record_type.ends:
            sight.records[f"The end {end} of {name}"] |= set(_ids(row.get(f"end {end}")))
        if row.get("history"):
            sight.past.add(record)
    sight.counted["total", name] = found["list"]["total"]
    sight.counted["aggregate", name] = sum(each["count"] for each in found.get("count", ()))


def _asking(record_type: RecordType) -> tuple[RootField, ...]:
    """All ways of asking for records of a type."""
    count = MeasureOutput(key="count", measure=Measure(function=Function.COUNT))
    form = Aggregate(outputs=(count,))
    version = FieldOutput(key="version", field="version")
    history = HistoryOutput(key="history", form=Many(outputs=(version,)))
    return (
        _list(record_type, *map(_end, record_type.ends), history),
        RootField(key="count", source=Rows(type=record_type.name), form=form),
    )


def _list(record_type: RecordType, *more: Output) -> RootField:
    fields = [
        FieldOutput(key=f"field {name}", field=name)
        for name, each in record_type.fields.items()
        if each.by is None
    ]
    nodes = NodesItem(key="nodes", outputs=(_ID, *fields, *more))
    form = Connection(items=(nodes, TotalCountItem(key="total")))
    return RootField(key="list", source=Rows(type=record_type.name), form=form, page=_MANY)


def _end(end: str) -> EndOutput:
    across = AcrossOutput(key="node", across="node", outputs=(_ID,))
    edges = Connection(items=(EdgesItem(key="edges", outputs=(_ID, across)),))
    return EndOutput(key=f"end {end}", end=end, form=edges)


def _ids(shown: object) -> Iterator[UUID]:
    """Every id in an answer, however deep."""
    match shown:
        case dict():
            for key, each in shown.items():
                if key == "id" and each is not None:
                    yield UUID(str(each))
                else:
                    yield from _ids(each)
        case list():
            for each in shown:
                yield from _ids(each)
