"""From a row to what it asks for: entities and ties, by key, before anybody has looked whether they are there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from relatum.catalogue import RelationshipType
from relatum.importing.plans import EntityPlan, FieldPlan, FilePlan, KeyPlan, TargetPlan, TiePlan
from relatum.importing.rows import Row
from relatum.importing.templates import Cells, Read
from relatum_schemas.errors import BadValue, RelatumError, Required
from relatum_schemas.kinds import Day, Instant

Key = tuple[str, str, str]
"""Type, system and key: what finds a record."""


@dataclass(frozen=True, slots=True)
class EntityWish:
    """An entity as a row describes it."""

    target: int
    key: Key
    values: Mapping[str, object]

    @property
    def identity(self) -> tuple[object, ...]:
        """What tells two rows of one target apart."""
        return self.key

    @property
    def content(self) -> tuple[object, ...]:
        """All that the row says."""
        return tuple(self.values.items())


@dataclass(frozen=True, slots=True)
class TieWish:
    """A tie as a row describes it. ``valid_from`` and ``valid_to`` count only where the mapping speaks of them."""

    target: int
    plan: TiePlan
    key: Key | None
    source: Key
    target_key: Key
    values: Mapping[str, object]
    valid_from: date | None
    valid_to: date | None

    @property
    def identity(self) -> tuple[object, ...]:
        """What tells two rows of one target apart, and by which the tie is found again."""
        if self.key is not None:
            return self.key
        if self.plan.valid_from is not None:
            return (self.source, self.target_key, self.valid_from)
        match single_side(self.plan.relationship):
            case "source":
                return (self.source,)
            case "target":
                return (self.target_key,)
        return (self.source, self.target_key)

    @property
    def content(self) -> tuple[object, ...]:
        """All that the row says."""
        period = (self.valid_from, self.valid_to)
        return (self.source, self.target_key, *period, *self.values.items())


Wish = EntityWish | TieWish


def single_side(relationship: RelationshipType) -> str | None:
    """The side whose record has at most one such tie at a time, if there is one."""
    for name, side in (("source", relationship.source), ("target", relationship.target)):
        if side.maximum == 1 and side.per is None and not relationship.symmetric:
            return name
    return None


class RowReader:
    """Reads the wishes out of the rows of one file.

    Args:
        plan: of the file.
        columns: of the file, now that it is open.
    """

    def __init__(self, plan: FilePlan, columns: Sequence[str]) -> None:
        positions = {name: at for at, name in reversed(list(enumerate(columns)))}
        self._entities = [
            _EntityReader(number, each, positions) for number, each in enumerate(plan.entities)
        ]
        first = len(plan.entities)
        self._ties = [
            _TieReader(first + number, each, positions) for number, each in enumerate(plan.ties)
        ]

    def read(self, row: Row) -> list[Wish]:
        """What a row asks for.

        Raises:
            RelatumError: a value is not as the mapping says; its message names the columns.
        """
        wishes: list[Wish] = []
        for reader in self._entities:
            entity = reader.read(row.cells)
            if entity is not None:
                wishes.append(entity)
        for tie_reader in self._ties:
            tie = tie_reader.read(row.cells)
            if tie is not None:
                wishes.append(tie)
        return wishes

    def read_tie(self, row: Row, target: int) -> list[Wish]:
        """What a row asks for by one of its ties alone."""
        tie = self._ties[target - len(self._entities)].read(row.cells)
        return [] if tie is None else [tie]

    def explain(self, wish: Wish, error: RelatumError) -> str:
        """An error of the writing room in the words of the file: the columns in front."""
        plan: TargetPlan = (
            wish.plan if isinstance(wish, TieWish) else self._entities[wish.target].plan
        )
        return _explained(error, _columns(plan, error))


class _KeyReader:
    def __init__(self, plan: KeyPlan, positions: Mapping[str, int]) -> None:
        self._plan = plan
        self._read = plan.bind(positions)

    def read(self, cells: Cells) -> Key | None:
        key = self._read(cells)
        return None if key is None else (self._plan.type, self._plan.system, str(key))


class _TargetReader:
    def __init__(self, plan: TargetPlan, positions: Mapping[str, int]) -> None:
        self._fields = [(each, each.bind(positions)) for each in plan.fields]
        self.applies = plan.when(positions)

    def values(self, cells: Cells) -> dict[str, object]:
        return {each.name: _told(each, read, cells) for each, read in self._fields}


class _EntityReader(_TargetReader):
    def __init__(self, number: int, plan: EntityPlan, positions: Mapping[str, int]) -> None:
        super().__init__(plan, positions)
        self.plan = plan
        self._number = number
        self._key = _KeyReader(plan.key, positions)

    def read(self, cells: Cells) -> EntityWish | None:
        if not self.applies(cells):
            return None
        key = self._key.read(cells)
        if key is None:
            raise Required(f"{self.plan.key.shown}: the key of the {self.plan.type} is empty.")
        return EntityWish(self._number, key, self.values(cells))


class _TieReader(_TargetReader):
    def __init__(self, number: int, plan: TiePlan, positions: Mapping[str, int]) -> None:
        super().__init__(plan, positions)
        self.plan = plan
        self._number = number
        self._source = _KeyReader(plan.source, positions)
        self._target = _KeyReader(plan.target, positions)
        self._key = _KeyReader(plan.key, positions) if plan.key else None
        self._period = [_bound(each, plan, positions) for each in (plan.valid_from, plan.valid_to)]

    def read(self, cells: Cells) -> TieWish | None:
        if not self.applies(cells):
            return None
        source, target = self._source.read(cells), self._target.read(cells)
        if source is None or target is None:
            return None
        key = self._key.read(cells) if self._key else None
        if self._key and key is None:
            raise Required(
                f"{self.plan.key.shown if self.plan.key else ''}: the key of the tie is empty."
            )
        start, end = (read(cells) for read in self._period)
        return TieWish(self._number, self.plan, key, source, target, self.values(cells), start, end)


def _bound(
    plan: FieldPlan | None, tie: TiePlan, positions: Mapping[str, int]
) -> Callable[[Cells], date | None]:
    if plan is None:
        return lambda cells: None
    kind = Day() if tie.relationship.validity == "day" else Instant()
    read = plan.bind(positions)

    def bound(cells: Cells) -> date | None:
        value = _told(plan, read, cells)
        try:
            return None if value is None else kind.parse(value)
        except BadValue as error:
            raise _with_columns(error, plan.shown) from error

    return bound


def _told(plan: FieldPlan, read: Read, cells: Cells) -> object:
    try:
        return read(cells)
    except BadValue as error:
        raise _with_columns(error, plan.shown) from error


def _with_columns(error: RelatumError, columns: str) -> RelatumError:
    error.message = f"{columns}: {error.message}" if columns else error.message
    return error


def _columns(plan: TargetPlan, error: RelatumError) -> str:
    """The columns that an error is about: its path begins with the command's number, then names the field."""
    name = error.path[1] if len(error.path) > 1 else None
    if isinstance(plan, TiePlan):
        ends = {"source": plan.source.shown, "target": plan.target.shown}
        bounds = {each.name: each.shown for each in (plan.valid_from, plan.valid_to) if each}
        if name in ends or name in bounds:
            return {**ends, **bounds}[str(name)]
    return next((each.shown for each in plan.fields if each.name == name), "")


def _explained(error: RelatumError, columns: str) -> str:
    return f"{columns}: {error}" if columns else str(error)
