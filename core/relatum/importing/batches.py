"""Writes the wishes of some thousand rows in one unit of work: finds what is there, creates, updates, ties.

A row is written whole or not at all. When rows cannot be written, the unit is undone and done again without them, so
that nothing of a refused row stays and the others are not held up.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from relatum.access import Principal
from relatum.connections import repeat
from relatum.identifiers import new_id
from relatum.importing.lookup import Found, Lookup, Place, place_of
from relatum.importing.rows import Row
from relatum.importing.wishes import EntityWish, Key, TieWish, Wish
from relatum.writing import (
    UNCHANGED,
    Command,
    Correct,
    Create,
    Outcome,
    Relate,
    Storage,
    Unit,
    Update,
    open_unit,
)
from relatum_schemas.errors import BadReference, NotFound, RelatumError


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A row and what it asks for."""

    row: Row
    wishes: Sequence[Wish]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a row cannot be written, and which of its wishes is to blame."""

    asked: Asked
    wish: Wish
    error: RelatumError


@dataclass
class Written:
    """What came of a batch.

    Attributes:
        outcomes: per type how many records were created, updated, found unchanged.
        failures: rows that were not written.
        waiting: ties whose ends have not come yet, with their rows.
    """

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    waiting: list[tuple[Asked, TieWish]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Planned:
    """A command, and for whom it is; ``version`` is the record's before."""

    asked: Asked
    wish: Wish
    command: Command
    version: int | None = None


class _Undone(Exception):
    """Undoes the unit of work, since rows in it cannot be written."""

    def __init__(self, failures: list[Failure]) -> None:
        super().__init__()
        self.failures = failures


class Writer:
    """Writes batches of rows.

    Args:
        storage: the database.
        principal: who imports.
        origin: what the change log says the changes come from.
    """

    def __init__(self, storage: Storage, principal: Principal, origin: str) -> None:
        self._storage = storage
        self._principal = principal
        self._origin = origin
        self._lookup = Lookup(storage.tables, storage.connections.dialect)

    async def write(self, rows: Sequence[Asked], *, last: bool) -> Written:
        """Write rows, all that can be.

        Args:
            rows: with their wishes; no two say different things of the same record.
            last: whether no more rows come: a tie whose end is missing fails instead of waiting.
        """
        left, failures = list(rows), []
        while left:
            try:
                written = await repeat(partial(self._attempt, left, last=last))
            except _Undone as undone:
                failures += undone.failures
                failed = {id(failure.asked) for failure in undone.failures}
                left = [asked for asked in left if id(asked) not in failed]
            else:
                written.failures = failures
                return written
        return Written(failures=failures)

    async def _attempt(self, rows: Sequence[Asked], *, last: bool) -> Written:
        written = Written()
        unit_of_work = open_unit(
            self._storage, self._principal, origin=self._origin, allow_missing=True
        )
        async with unit_of_work as unit:
            planned = await self._plan(unit, rows, written, last=last)
            outcomes = await unit.try_apply([each.command for each in planned])
            _raise_failures(
                Failure(each.asked, each.wish, outcome)
                for each, outcome in zip(planned, outcomes, strict=True)
                if isinstance(outcome, RelatumError)
            )
            for each, outcome in zip(planned, outcomes, strict=True):
                if isinstance(outcome, Outcome):
                    counts = written.outcomes.setdefault(outcome.type, Counter())
                    counts[_said(each, outcome)] += 1
        return written

    async def _plan(
        self, unit: Unit, rows: Sequence[Asked], written: Written, *, last: bool
    ) -> list[_Planned]:
        """The commands that the rows come to, entities before ties."""
        found = await self._lookup.records(unit.connection, _keys(rows))
        _raise_failures(_deleted(rows, found))
        planned: list[_Planned] = []
        new: dict[Key, UUID] = {}
        for asked in rows:
            for wish in asked.wishes:
                if isinstance(wish, EntityWish):
                    planned += _entity(asked, wish, found, new)
        ties, missing = _with_ends(rows, found, new)
        if last:
            _raise_failures(
                Failure(asked, wish, _nowhere(wish, key)) for asked, wish, key in missing
            )
        else:
            written.waiting = [(asked, wish) for asked, wish, _ in missing]
        places = await self._places(unit, ties, set(new.values()))
        for asked, wish, source, target in ties:
            known = (
                found.get(wish.key)
                if wish.key
                else places.get((wish.plan.type, *place_of(wish, source, target)))
            )
            planned.append(_tie(asked, wish, known, source, target))
        return planned

    async def _places(
        self, unit: Unit, ties: Iterable[tuple[Asked, TieWish, UUID, UUID]], new: set[UUID]
    ) -> dict[Place, Found]:
        """The ties that are there at the places where ties without a key are wished for."""
        wanted: defaultdict[str, list[tuple[TieWish, UUID, UUID]]] = defaultdict(list)
        for _, wish, source, target in ties:
            if wish.key is None and source not in new and target not in new:
                wanted[wish.plan.type].append((wish, source, target))
        places: dict[Place, Found] = {}
        for type_name, wishes in wanted.items():
            relationship = wishes[0][0].plan.relationship
            found = await self._lookup.ties(unit.connection, relationship, wishes)
            places |= {(type_name, *place): tie for place, tie in found.items()}
        return places


def _raise_failures(failures: Iterable[Failure]) -> None:
    listed = list(failures)
    if listed:
        raise _Undone(listed)


def _keys(rows: Iterable[Asked]) -> set[Key]:
    keys: set[Key] = set()
    for asked in rows:
        for wish in asked.wishes:
            if isinstance(wish, EntityWish):
                keys.add(wish.key)
            else:
                keys |= {wish.source, wish.target_key}
                if wish.key:
                    keys.add(wish.key)
    return keys


def _deleted(rows: Iterable[Asked], found: dict[Key, Found]) -> Iterable[Failure]:
    """Rows about records that somebody deleted: an import does not bring them back."""
    gone = {key for key, each in found.items() if each.version is None}
    if not gone:
        return
    for asked in rows:
        for wish in asked.wishes:
            keys = (
                (wish.key,)
                if isinstance(wish, EntityWish)
                else (wish.key, wish.source, wish.target_key)
            )
            for key in keys:
                if key in gone:
                    yield Failure(asked, wish, _was_deleted(key))
                    break


def _was_deleted(key: Key) -> NotFound:
    return NotFound(
        f"The {key[0]} with the key {key[2]!r} was deleted here.",
        hint="Restore it, or leave the row out.",
    )


def _nowhere(wish: TieWish, key: Key) -> BadReference:
    side = "source" if key == wish.source else "target"
    return BadReference(
        f"There is no {key[0]} with the key {key[2]!r}, neither in these files nor in the database.",
        path=(0, side),
    )


def _entity(
    asked: Asked, wish: EntityWish, found: dict[Key, Found], new: dict[Key, UUID]
) -> Iterable[_Planned]:
    known = found.get(wish.key)
    if known is not None:
        yield _Planned(asked, wish, Update(known.id, wish.values), known.version)
    elif wish.key in new:
        yield _Planned(asked, wish, Update(new[wish.key], wish.values))
    else:
        type_name, system, key = wish.key
        new[wish.key] = new_id()
        yield _Planned(asked, wish, Create(type_name, wish.values, new[wish.key], ((system, key),)))


def _with_ends(
    rows: Iterable[Asked], found: dict[Key, Found], new: dict[Key, UUID]
) -> tuple[list[tuple[Asked, TieWish, UUID, UUID]], list[tuple[Asked, TieWish, Key]]]:
    """The ties whose ends are there, with their ids; and those that lack one, with its key."""
    ids = {key: each.id for key, each in found.items()} | new
    ties: list[tuple[Asked, TieWish, UUID, UUID]] = []
    missing: list[tuple[Asked, TieWish, Key]] = []
    for asked in rows:
        for wish in asked.wishes:
            if isinstance(wish, TieWish):
                absent = next(
                    (key for key in (wish.source, wish.target_key) if key not in ids), None
                )
                if absent is None:
                    ties.append((asked, wish, ids[wish.source], ids[wish.target_key]))
                else:
                    missing.append((asked, wish, absent))
    return ties, missing


def _tie(asked: Asked, wish: TieWish, known: Found | None, source: UUID, target: UUID) -> _Planned:
    if known is None:
        keys = ((wish.key[1], wish.key[2]),) if wish.key else ()
        command: Command = Relate(
            wish.plan.type,
            source,
            target,
            wish.values,
            wish.valid_from,
            wish.valid_to,
            external_keys=keys,
        )
        return _Planned(asked, wish, command)
    command = Correct(
        known.id,
        wish.values,
        valid_from=wish.valid_from if wish.plan.valid_from else UNCHANGED,
        valid_to=wish.valid_to if wish.plan.valid_to else UNCHANGED,
        source=source,
        target=target,
    )
    return _Planned(asked, wish, command, known.version)


def _said(planned: _Planned, outcome: Outcome) -> str:
    if isinstance(planned.command, Create | Relate):
        return "created"
    return "unchanged" if outcome.version == planned.version else "updated"
