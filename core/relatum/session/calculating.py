"""Computes the fields of an answer that functions of plugins give: once per field and place, for all records there.

The functions read what the answer's reader may read, and in `Context.elevated` what they declare beyond that; they write
nothing. One that fails leaves its field empty, and is told beside the answer (`Collected`).
"""

from asyncio import to_thread
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from contextvars import ContextVar
from dataclasses import replace
from enum import Enum
from functools import partial
from typing import Any, Final, TypeVar
from uuid import UUID

from relatum.catalogue.resolved import ComputingRule
from relatum.catalogue.states import ALLOWED, OVER_TIME
from relatum.connections import Outdated, Repeat
from relatum.reading.calculated import (
    MARK,
    Asked,
    Place,
    asked,
    filled,
    first_places,
    written,
)
from relatum.reading.context import Calculation
from relatum.reading.plan import Bound
from relatum.session.context import context_for
from relatum.session.reader import LONG, Reader
from relatum.session.session import Session
from relatum.writing import open_snapshot
from relatum_schemas.errors import Path, PluginFailed, RelatumError
from relatum_schemas.kinds import Kind

T = TypeVar("T")

_faults: Final[ContextVar[list[RelatumError] | None]] = ContextVar("faults", default=None)


class Collected:
    """Gathers what goes wrong with computed fields in a block, each with the path of its first place in the answer.

    A class, as `Placed` is: every request passes here, a generator costs three times as much.
    """

    __slots__ = ("_token",)

    def __enter__(self) -> list[RelatumError]:
        """Begin; the list grows."""
        found: list[RelatumError] = []
        self._token = _faults.set(found)
        return found

    def __exit__(self, *_: object) -> None:
        """Gather no more."""
        _faults.reset(self._token)


class Placed:
    """Says of what goes wrong in a block where it is in a larger answer.

    Args:
        place: gives that, by its path in the answer that is read.
    """

    __slots__ = ("_before", "_gathered", "_place")

    def __init__(self, place: Callable[[Path], Path]) -> None:
        self._place = place

    def __enter__(self) -> None:
        """Begin with what has gone wrong by now."""
        self._gathered = _faults.get()
        self._before = len(self._gathered) if self._gathered else 0

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        """Put what has come since in its place; forget it where there is no answer."""
        if not self._gathered:
            return
        if failure is not None:
            del self._gathered[self._before :]
        for error in self._gathered[self._before :]:
            error.path = self._place(error.path)


async def calculated(reader: Reader, answer: bytes, bound: Bound) -> bytes:
    """An answer with the values of its computed fields.

    Args:
        reader: as whom it was read.
        answer: of the statement.
        bound: the statement.
    """
    assert bound.private is not None
    mark = str(bound.values[MARK])
    wanted = await _beside(len(answer), partial(asked, answer, mark))
    if not wanted:
        return answer
    values: dict[Place, Mapping[UUID, bytes]] = {}
    faults: dict[int, RelatumError] = {}
    async with _reading(reader) as session:
        for number, name, places in _calls(session, wanted, bound.private.calculated):
            calculation = bound.private.calculated[number]
            if name in (ALLOWED, OVER_TIME):
                values |= await _of_states(session, name, wanted, places, calculation)
                continue
            rule = session.catalogue.computing[name]
            ids = [each for place in places for each in wanted[place]]
            kind = session.catalogue.field(places[0].type, calculation.field).kind
            try:
                found = await _computed(session, rule, ids, kind, calculation)
            except RelatumError as error:
                faults[number] = error
            else:
                values |= dict.fromkeys(places, found)
    gathered = _faults.get()
    if faults and gathered is not None:
        paths = first_places(answer, mark)
        for number, fault in faults.items():
            fault.path = paths[number]
            gathered.append(fault)
    return await _beside(len(answer), partial(filled, answer, mark, values))


async def _beside(size: int, work: Callable[[], T]) -> T:
    """Do what goes over an answer: beside the event loop, where it is a long one."""
    return work() if size < LONG else await to_thread(work)


@asynccontextmanager
async def _reading(reader: Reader) -> AsyncIterator[Session]:
    """The reader's session where nothing can be written: in the unit of work under way, or in a snapshot."""
    principal = replace(reader.principal, elevated=frozenset())
    if reader.under_way is not None:
        yield Session(reader.storage, principal, unit=reader.under_way.reading())
        return
    async with open_snapshot(reader.storage, principal) as unit:
        yield Session(reader.storage, principal, unit=unit)


def _calls(
    session: Session, wanted: Asked, calculations: Sequence[Calculation]
) -> list[tuple[int, str, list[Place]]]:
    """The calls to make: number of the field in the request, the function, and the places that it fills."""
    calls: dict[tuple[int, str], list[Place]] = {}
    for place in sorted(wanted):
        field = session.catalogue.field(place.type, calculations[place.number].field)
        assert field.by is not None
        calls.setdefault((place.number, field.by), []).append(place)
    return [(number, name, places) for (number, name), places in calls.items()]


async def _of_states(
    session: Session,
    name: str,
    wanted: Asked,
    places: Sequence[Place],
    calculation: Calculation,
) -> dict[Place, dict[UUID, bytes]]:
    """What the engine itself tells of the states of records, by place."""
    unit = session.under_way
    assert unit is not None
    told = unit.open_transitions if name == ALLOWED else unit.state_history
    found: dict[Place, dict[UUID, bytes]] = {}
    for place in places:
        listed = await told(place.type, list(wanted[place]))
        found[place] = {each: written(calculation, items) for each, items in listed.items()}
    return found


async def _computed(
    session: Session,
    rule: ComputingRule,
    ids: Sequence[UUID],
    kind: Kind,
    calculation: Calculation,
) -> dict[UUID, bytes]:
    """The values of one call, as JSON.

    Raises:
        RelatumError: the function refuses.
        PluginFailed: it raises what it should not, or gives what is not of the field's kind.
    """
    name, elevated = rule.computed.name, rule.computed.elevated
    context = context_for(session, plugin=rule.plugin, function=name, elevated=elevated)
    try:
        with session.storage.surroundings.health.watching(rule.plugin, f"computed field {name}"):
            given = await rule.computed(context, ids)
            return {each: written(calculation, _wire(kind, given.get(each))) for each in set(ids)}
    except (RelatumError, Repeat, Outdated):
        raise
    except Exception as error:
        raise PluginFailed(
            f"The plugin {rule.plugin!r} failed in {name!r}.",
            hint="Tell who runs this installation: its log says why.",
            details={"plugin": rule.plugin, "field": name},
        ) from error


def _wire(kind: Kind, value: Any) -> Any:
    """A value that a function gave, in wire form.

    Raises:
        TypeError: it is not of the kind.
    """
    if value is None:
        return None
    try:
        return kind.wire(kind.parse(value.value if isinstance(value, Enum) else value))
    except RelatumError as error:
        raise TypeError(f"What was given is not what was declared: {error}") from error
