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

from relatum.access import SYSTEM, Principal
from relatum.catalogue import RecordType
from relatum.explaining import explain_access
from relatum_schemas.policy import AGGREGATE, HISTORY, READ, Right
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
    judge = _Judge(installation, who)
    sight = await _seen(installation, who)
    types = _types(installation)
    found: list[str] = []
    readable = {each for each in types if await judge.may(READ, each)}
    for way, ids in sight.records.items():
        found += [f"{way} shows {_named(types, each)}" for each in sorted(ids - readable)]
    for name in installation.catalogue.types:
        own = {each for each in readable if types[each] == name}
        hidden = own - sight.records[f"The list of {name}"]
        found += [f"The list of {name} hides {_named(types, each)}" for each in sorted(hidden)]
    found += [
        f"Its history shows {_named(types, each)}"
        for each in sorted(sight.past)
        if not await judge.may(HISTORY, each)
    ]
    found += [line async for line in _miscounted(sight, judge, types)]
    found += [
        f"The list of {name} shows the value of {field_name} of {_named(types, each)}"
        for (name, each, field_name) in sorted(sight.values)
        if each in readable and not await judge.may_read(field_name, name, each)
    ]
    return found


def _types(installation: Installation) -> dict[UUID, str]:
    """The type of every record."""
    catalogue = installation.catalogue
    return {each: name for name in catalogue.types for each in installation.graph.ids(name)}


def _named(types: Mapping[UUID, str], record: UUID) -> str:
    return f"the {types.get(record, 'record')} {record}"


async def _miscounted(
    sight: Sight, judge: "_Judge", types: Mapping[UUID, str]
) -> AsyncIterator[str]:
    for (way, name), count in sorted(sight.counted.items()):
        right = READ if way == "total" else AGGREGATE
        own = [each for each, of in types.items() if of == name]
        allowed = [each for each in own if await judge.may(right, each)]
        if count > len(allowed):
            yield f"The {way} of {name} counts {count} records, of which {len(allowed)} are open"


class _Judge:
    """Judges each record by itself, and asks only where a policy might say something."""

    def __init__(self, installation: Installation, who: Principal) -> None:
        self._installation = installation
        self._who = who
        self._known: dict[tuple[Right, UUID, str | None], bool] = {}
        self._types = _types(installation)

    async def may(self, right: Right, record: UUID, field_name: str | None = None) -> bool:
        """Whether a right is given on a record, or on a field of it."""
        asked = (right, record, field_name)
        if asked not in self._known:
            self._known[asked] = await self._judged(*asked)
        return self._known[asked]

    async def _judged(self, right: Right, record: UUID, field_name: str | None) -> bool:
        if record not in self._types:
            return False
        if not self._who.unrestricted and not self._policies(right, self._types[record]):
            return False
        session = self._installation.database.as_(SYSTEM)
        found = await explain_access(session, self._who, record, right, field=field_name)
        return found.allowed

    async def may_read(self, field_name: str, type_name: str, record: UUID) -> bool:
        """Whether a field of a record may be read."""
        opens = [field_name in each for each in self._policies(READ, type_name)]
        if self._who.unrestricted or not any(opens):
            return self._who.unrestricted
        return all(opens) or await self.may(READ, record, field_name)

    def _policies(self, right: Right, type_name: str) -> list[Any]:
        """The fields that policies open by which somebody might have a right on records of a type."""
        wanted = right | READ if right is AGGREGATE else right
        return [
            rule.fields
            for rule in self._installation.catalogue.policies
            if rule.role in self._who.roles and type_name in rule.types and rule.rights & wanted
        ]


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
