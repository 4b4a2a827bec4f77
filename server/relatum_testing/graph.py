"""A graph of records, made from a catalogue: some of each type, tied as the limits of their ties admit.

Nothing in it is left to chance: of one catalogue and size there is one graph, but for the ids. Each record stands at
each of its ends if there is room, and where ties hold for a time some are of the past.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final
from uuid import UUID

from relatum.access import SYSTEM
from relatum.catalogue import Catalogue, RelationshipType
from relatum.catalogue.model import Side
from relatum.identifiers import new_id
from relatum.session import Database, choices, keep_choices
from relatum.writing import Command, Create, Relate
from relatum_schemas.kinds import Choice, Choices
from relatum_testing.values import CODES, values_of

Overrides = Mapping[str, Mapping[str, object]]
"""By the name of a type, values that its records have instead of those that are made up."""

_SINCE: Final = date(2020, 1, 1)
_FORMERLY: Final = (date(2010, 1, 1), date(2012, 1, 1))
_ROUNDS: Final = 5


@dataclass(frozen=True)
class Tied:
    """A tie of the graph, and whether it holds now."""

    id: UUID
    type: str
    source: UUID
    target: UUID
    now: bool


@dataclass(frozen=True)
class Graph:
    """What there is.

    Attributes:
        entities: ids by the name of the type.
        ties: in the order in which they were made.
    """

    entities: Mapping[str, Sequence[UUID]]
    ties: Sequence[Tied]

    def ids(self, type_name: str) -> list[UUID]:
        """The ids of the records of a type, entities or ties."""
        if type_name in self.entities:
            return list(self.entities[type_name])
        return [each.id for each in self.ties if each.type == type_name]


EMPTY: Final = Graph({}, ())
"""Where nothing is."""


async def populate(
    database: Database, size: int, overrides: Overrides | None = None, *, beside: Graph = EMPTY
) -> Graph:
    """Fill a database.

    Args:
        database: with the tables of its catalogue.
        size: how many records are made of each entity type, more where limits ask for them.
        overrides: values by type that rules of a plugin ask for.
        beside: what is there already; nothing is tied to it.

    Returns:
        All that is there.

    Raises:
        RelatumError: a plugin refuses what was made up; give the values that it wants.
    """
    session = database.as_(SYSTEM)
    for name in sorted(_lists(database.catalogue)):
        if not await choices(database.storage, name):
            await keep_choices(session, name, {code: code.capitalize() for code in CODES})
    plan = _Plan(database.catalogue, overrides or {}, beside)
    plan.make(size)
    await session.apply(plan.commands)
    entities = {name: [*beside.ids(name), *made] for name, made in plan.entities.items()}
    return Graph(entities, [*beside.ties, *plan.ties])


def _lists(catalogue: Catalogue) -> Iterator[str]:
    for record_type in catalogue:
        for each in record_type.fields.values():
            kind = each.kind.of if isinstance(each.kind, Choices) else each.kind
            if isinstance(kind, Choice) and kind.list is not None:
                yield kind.list


@dataclass
class _Room:
    """How many ties of one type there are, and which."""

    at_source: Counter[UUID] = field(default_factory=Counter)
    at_target: Counter[UUID] = field(default_factory=Counter)
    pairs: set[frozenset[UUID]] = field(default_factory=set)


class _Plan:
    """The commands that make a graph."""

    def __init__(self, catalogue: Catalogue, overrides: Overrides, beside: Graph) -> None:
        self.entities: dict[str, list[UUID]] = {name: [] for name in catalogue.entities}
        self.ties: list[Tied] = []
        self.commands: list[Command] = []
        self._catalogue = catalogue
        self._overrides = overrides
        self._numbers = Counter({name: len(beside.ids(name)) for name in catalogue.types})
        self._rooms = {name: _Room() for name in catalogue.relationships}
        self._ages: dict[UUID, int] = {}

    def make(self, size: int) -> None:
        """Make all of it: records, the ties that they need, the ties that there is room for."""
        for name in self.entities:
            for _ in range(size):
                self._create(name)
        relationships = list(_in_order(self._catalogue))
        for _ in range(_ROUNDS):
            if not sum([self._fill_up(each) for each in relationships]):
                break
        for each in relationships:
            self._spread(each)
            self._remember(each, size)

    def _create(self, type_name: str) -> UUID:
        made = new_id()
        self.entities[type_name].append(made)
        self._ages[made] = len(self._ages)
        self.commands.append(Create(type_name, self._values(type_name), made))
        return made

    def _values(self, type_name: str) -> dict[str, object]:
        number = self._numbers[type_name]
        self._numbers[type_name] += 1
        fields = self._catalogue.types[type_name].fields
        return {**values_of(fields, type_name, number), **self._overrides.get(type_name, {})}

    def _pool(self, side: Side) -> list[UUID]:
        """The records that may stand on a side, types taking turns."""
        of_types = [
            self.entities[name]
            if name in self.entities
            else [each.id for each in self.ties if each.type == name]
            for name in side.types
        ]
        longest = max(map(len, of_types), default=0)
        return [each[at] for at in range(longest) for each in of_types if at < len(each)]

    def _fill_up(self, relationship: RelationshipType) -> int:
        """Give every record the ties that it must have, and say how many were missing."""
        room, before = self._rooms[relationship.name], len(self.ties)
        for source in self._pool(relationship.source):
            while room.at_source[source] < relationship.source.minimum:
                self._tie(relationship, source, self._partner(relationship, source, here="source"))
        for target in self._pool(relationship.target):
            while room.at_target[target] < relationship.target.minimum:
                self._tie(relationship, self._partner(relationship, target, here="target"), target)
        return len(self.ties) - before

    def _partner(self, relationship: RelationshipType, record: UUID, *, here: str) -> UUID:
        """A record to tie one with: the one with the fewest ties, or a new one."""
        room = self._rooms[relationship.name]
        side = relationship.target if here == "source" else relationship.source
        counts = room.at_target if here == "source" else room.at_source
        for each in sorted(self._pool(side), key=lambda each: counts[each]):
            pair = (record, each) if here == "source" else (each, record)
            if self._fits(relationship, *pair):
                return each
        entities = [name for name in side.types if name in self.entities]
        return self._create(entities[0] if entities else side.types[0])

    def _spread(self, relationship: RelationshipType) -> None:
        """Tie each record with one, where there is room."""
        sources, targets = self._pool(relationship.source), self._pool(relationship.target)
        if not sources or not targets:
            return
        for at in range(max(len(sources), len(targets))):
            source = sources[at % len(sources)]
            for step in range(len(targets)):
                target = targets[(at + step) % len(targets)]
                if self._fits(relationship, source, target):
                    self._tie(relationship, source, target)
                    break

    def _remember(self, relationship: RelationshipType, size: int) -> None:
        """Make some ties that held in the past."""
        if relationship.validity is None:
            return
        sources, targets = self._pool(relationship.source), self._pool(relationship.target)
        taken: set[UUID] = set()
        for at, source in enumerate(sources[:size]):
            target = targets[(at + 1) % len(targets)] if targets else source
            if {source, target} & taken or not self._may_meet(relationship, source, target):
                continue
            taken |= {source, target}
            self._tie(relationship, source, target, now=False)

    def _fits(self, relationship: RelationshipType, source: UUID, target: UUID) -> bool:
        """Whether there is room for a tie that holds now."""
        room = self._rooms[relationship.name]
        at_source, at_target = room.at_source[source], room.at_target[target]
        most_at_source, most_at_target = relationship.source.maximum, relationship.target.maximum
        if relationship.symmetric:
            at_source += room.at_target[source]
            at_target += room.at_source[target]
        return (
            self._may_meet(relationship, source, target)
            and frozenset({source, target}) not in room.pairs
            and (most_at_source is None or at_source < most_at_source)
            and (most_at_target is None or at_target < most_at_target)
        )

    def _may_meet(self, relationship: RelationshipType, source: UUID, target: UUID) -> bool:
        """Whether the two could ever be tied: in a hierarchy, younger records come below older ones."""
        below = self._ages.get(source, 0) > self._ages.get(target, 0)
        return source != target and (below or not relationship.acyclic)

    def _tie(
        self, relationship: RelationshipType, source: UUID, target: UUID, *, now: bool = True
    ) -> None:
        room, made = self._rooms[relationship.name], new_id()
        if now:
            room.at_source[source] += 1
            room.at_target[target] += 1
            room.pairs.add(frozenset({source, target}))
        values = self._values(relationship.name)
        begun, ended = _period(relationship, now=now)
        self.ties.append(Tied(made, relationship.name, source, target, now))
        self.commands.append(Relate(relationship.name, source, target, values, begun, ended, made))


def _period(
    relationship: RelationshipType, *, now: bool
) -> tuple[date | datetime | None, date | datetime | None]:
    days = (_SINCE, None) if now else _FORMERLY
    if relationship.validity is None:
        return None, None
    if relationship.validity == "day":
        return days
    begun, ended = (each and datetime(each.year, each.month, each.day, tzinfo=UTC) for each in days)
    return begun, ended


def _in_order(catalogue: Catalogue) -> Iterator[RelationshipType]:
    """The relationship types, those whose ties may be ends of others before these."""
    ties, done = catalogue.relationships, set[str]()

    def before(name: str) -> Iterator[RelationshipType]:
        if name in done:
            return
        done.add(name)
        for side in (ties[name].source, ties[name].target):
            for each in side.types:
                if each in ties:
                    yield from before(each)
        yield ties[name]

    for name in ties:
        yield from before(name)
