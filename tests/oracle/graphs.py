"""Random small graphs: a few units of work, each writing a few records, within the rules of their types."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from hypothesis import strategies as st

from relatum.catalogue.model import Catalogue, RecordType, RelationshipType, Side
from relatum.writing.forms import Form
from relatum.writing.overflows import computes
from relatum_schemas.kinds import Day, Instant
from tests.oracle.graph import Graph, Version
from tests.oracle.pools import DAYS, INSTANTS, RECORDED, parsed

Draw = Callable[[st.SearchStrategy[Any]], Any]


def _computes(declared: RecordType, record: Version) -> bool:
    form = Form(declared)
    return all(computes(form, field, record.values) for field in form.computed)


@dataclass
class Writer:
    """Writes a graph; what the rules do not admit, it leaves out.

    ``computable`` is False for graphs as they may be where a field was declared as computed after records were stored.
    """

    catalogue: Catalogue
    computable: bool = True
    graph: Graph = field(default_factory=Graph)
    current: dict[UUID, Version] = field(default_factory=dict)
    count: int = 0

    def create(
        self,
        type_name: str,
        at: datetime,
        values: Mapping[str, object],
        ends: tuple[UUID, UUID] | None = None,
    ) -> UUID | None:
        """Write a new record."""
        source, target = ends or (None, None)
        record = Version(
            id=uuid5(NAMESPACE_OID, str(self.count)),
            type=type_name,
            version=1,
            recorded_from=at,
            values=values,
            source=source,
            target=target,
        )
        if not self._admits(record):
            return None
        self.count += 1
        self.current[record.id] = record
        self.graph.versions.append(record)
        return record.id

    def update(self, identity: UUID, at: datetime, values: Mapping[str, object]) -> None:
        """Write a new version of a record."""
        before = self.current[identity]
        after = replace(
            before,
            version=before.version + 1,
            recorded_from=at,
            values={**before.values, **values},
        )
        if before.recorded_from == at or not self._admits(after):
            return
        self._close(before, at)
        self.current[identity] = after
        self.graph.versions.append(after)

    def delete(self, identity: UUID, at: datetime) -> None:
        """End a record, and the ties that it stands in."""
        ending = [identity]
        for each in ending:
            ending += [
                tie.id
                for tie in self.current.values()
                if each in (tie.source, tie.target) and tie.id not in ending
            ]
        if any(self.current[each].recorded_from == at for each in ending):
            return
        for each in ending:
            self._close(self.current.pop(each), at)

    def merge(self, identity: UUID, into: UUID, at: datetime) -> None:
        """End a record that stands in no tie; it is the other one from now on."""
        tied = any(identity in (tie.source, tie.target) for tie in self.current.values())
        if tied or identity == into or self.current[identity].recorded_from == at:
            return
        self._close(self.current.pop(identity), at)
        self.graph.merged[identity] = into

    def _close(self, version: Version, at: datetime) -> None:
        index = self.graph.versions.index(version)
        self.graph.versions[index] = replace(version, recorded_to=at)

    def _admits(self, record: Version) -> bool:
        declared = self.catalogue.record_type(record.type)
        if self.computable and not _computes(declared, record):
            return False
        return self._unique(record, declared) and (
            not isinstance(declared, RelationshipType) or self._ties(record, declared)
        )

    def _others(self, record: Version) -> list[Version]:
        return [
            each
            for each in self.current.values()
            if each.type == record.type and each.id != record.id
        ]

    def _unique(self, record: Version, declared: RecordType) -> bool:
        return all(
            any(record.values.get(name) is None for name in names)
            or all(
                any(each.values.get(name) != record.values.get(name) for name in names)
                for each in self._others(record)
            )
            for names in declared.unique
        )

    def _ties(self, tie: Version, declared: RelationshipType) -> bool:
        assert tie.source is not None and tie.target is not None
        starts, ends = _period(tie)
        if starts is not None and ends is not None and ends <= starts:
            return False
        if declared.symmetric and tie.source >= tie.target:
            return False
        if declared.acyclic and tie.source in self._reachable(tie.target, tie):
            return False
        rivals = [each for each in self._others(tie) if _overlap(each, tie)]
        pair = (tie.source, tie.target)
        if declared.overlap == "refuse" and any(
            (each.source, each.target) == pair for each in rivals
        ):
            return False
        if declared.symmetric:
            return declared.source.maximum is None or not any(
                {each.source, each.target} & set(pair) for each in rivals
            )
        return _within(declared.source, [each.source for each in rivals], tie.source) and _within(
            declared.target, [each.target for each in rivals], tie.target
        )

    def _reachable(self, start: UUID, tie: Version) -> set[UUID | None]:
        reached: set[UUID | None] = {start}
        for _ in self.current:
            reached |= {each.target for each in self._others(tie) if each.source in reached}
        return reached


def _within(side: Side, rivals: list[UUID | None], holder: UUID) -> bool:
    return side.maximum is None or holder not in rivals


def _period(tie: Version) -> tuple[Any, Any]:
    return tie.values.get("valid_from"), tie.values.get("valid_to")


def _overlap(one: Version, two: Version) -> bool:
    starts, ends = _period(one)
    begins, stops = _period(two)
    return (starts is None or stops is None or starts < stops) and (
        begins is None or ends is None or begins < ends
    )


@st.composite
def graphs(draw: Draw, catalogue: Catalogue, *, most: int = 24) -> Graph:
    """A graph of up to about ``most`` records written in each of three units of work."""
    writer = Writer(catalogue)
    for name, declared in catalogue.entities.items():
        for _ in range(draw(st.integers(0, 3))):
            writer.create(name, RECORDED[0], draw(values(declared)))
    for at in RECORDED:
        for _ in range(draw(st.integers(0, most))):
            _write(draw, writer, at)
    return writer.graph


def _write(draw: Draw, writer: Writer, at: datetime) -> None:
    act = draw(st.sampled_from((*["relate"] * 8, "create", "update", "update", "delete", "merge")))
    ids = sorted(writer.current)
    if act == "create" or len(ids) < 2:
        name = draw(st.sampled_from(sorted(writer.catalogue.entities)))
        writer.create(name, at, draw(values(writer.catalogue.record_type(name))))
        return
    if act == "relate":
        _relate(draw, writer, at)
        return
    record = draw(st.sampled_from(ids))
    declared = writer.catalogue.record_type(writer.current[record].type)
    match act:
        case "update":
            drawn = draw(values(declared))
            changed = draw(st.sets(st.sampled_from(sorted(drawn)))) if drawn else set()
            writer.update(record, at, {name: drawn[name] for name in changed})
        case "delete":
            writer.delete(record, at)
        case _:
            same = [each for each in ids if writer.current[each].type == declared.name]
            writer.merge(record, draw(st.sampled_from(same)), at)


def _relate(draw: Draw, writer: Writer, at: datetime) -> None:
    """Tie two records by a type that admits them."""
    types = {each: writer.current[each].type for each in sorted(writer.current)}
    present = set(types.values())
    possible = [
        each
        for each in writer.catalogue.relationships.values()
        if present & set(each.source.types) and present & set(each.target.types)
    ]
    if not possible:
        return
    relationship = draw(st.sampled_from(possible))
    source, target = (
        draw(st.sampled_from([each for each, name in types.items() if name in side.types]))
        for side in (relationship.source, relationship.target)
    )
    if relationship.symmetric and target < source:
        source, target = target, source
    writer.create(relationship.name, at, draw(values(relationship)), (source, target))


@st.composite
def values(draw: Draw, declared: RecordType) -> dict[str, object]:
    """Values of the stored fields of a type, and the validity of a tie."""
    drawn: dict[str, object] = {}
    for each in declared.stored_fields:
        missing = [] if each.required else [None]
        drawn[each.name] = draw(st.sampled_from([*missing, *parsed(each.kind)]))
    if isinstance(declared, RelationshipType) and declared.validity:
        kind, moments = (Day(), DAYS) if declared.validity == "day" else (Instant(), INSTANTS)
        for name in ("valid_from", "valid_to"):
            drawn[name] = draw(st.sampled_from([None, *(kind.parse(each) for each in moments)]))
    return drawn
