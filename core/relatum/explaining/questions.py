"""What is asked of the database while something is explained: a few small statements, each prepared once and by index.

All of them are unguarded (`statements` has them): they ask what policies ask. Who is told what comes of it is decided
in `explaining`.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import ClauseElement

from relatum.access import UNGUARDED, Principal
from relatum.catalogue.model import Catalogue
from relatum.connections import Connection
from relatum.connections.prepared import Prepared, prepare
from relatum.explaining import statements
from relatum.explaining.asking import Storage
from relatum.explaining.spots import Spot
from relatum.explaining.values import Named
from relatum.reading.binds import Binds, Moment
from relatum.reading.compiling import beginning
from relatum.reading.context import Context
from relatum.reading.cursors import outline
from relatum.reading.plans import Plans
from relatum.reading.standing import Standing, StandingPlan, standing_of_rows, standing_plan
from relatum_schemas.selection import Clock, Condition, Holds, Parameter

KEPT: Final = 500
"""How many statements are kept; the one not used for longest goes first."""

_AT: Final = "at"

Kept = tuple[Prepared, Binds]
_statements: Final[WeakKeyDictionary[Plans, OrderedDict[Hashable, Any]]] = WeakKeyDictionary()


class Questions:
    """The questions about one principal at one moment.

    Attributes:
        storage: of the database asked.
        principal: for whom conditions are judged.
    """

    def __init__(
        self,
        storage: Storage,
        connection: Connection,
        principal: Principal,
        *,
        now: datetime,
        at: datetime | None,
    ) -> None:
        """Bind a connection; ``at`` is the recorded time at which all is judged, None for now."""
        self.storage = storage
        self.principal = principal
        self._connection = connection
        self._at = at
        self._moment = Moment(
            {} if at is None else {_AT: at.isoformat()}, now, principal, storage.keys
        )

    def of(self, principal: Principal) -> "Questions":
        """The questions about another principal at the same moment."""
        return Questions(
            self.storage, self._connection, principal, now=self._moment.now, at=self._at
        )

    async def named(self, ids: Iterable[UUID]) -> dict[UUID, Named]:
        """The records of these ids, as far as they are there, and their types in force."""
        asked = list(dict.fromkeys(ids))
        if not asked:
            return {}
        rows = await self._rows(("named",), statements.registered, asked)
        types = self.storage.catalogue.types
        found = {
            record: Named(record, type_name, label)
            for record, type_name, label in rows
            if type_name in types
        }
        if self._at is None:
            return found
        then: dict[UUID, Named] = {}
        for type_name, of_type in _grouped(found.values(), lambda each: each.type).items():
            build = partial(statements.labelled, type_name)
            rows = await self._rows(("then", type_name), build, [each.id for each in of_type])
            then |= {record: Named(record, type_name, label) for record, label in rows}
        return then

    async def stood_for(self, ids: Iterable[UUID]) -> dict[UUID, Named]:
        """The records that some ids stand for, as far as there are any: now also what a record was merged into."""
        asked = set(ids)
        found = await self.named(asked)
        if self._at is not None or asked <= found.keys():
            return found
        rows = await self._rows(("became",), statements.became, list(asked - found.keys()))
        became = await self.named(into for _, into in rows)
        return found | {old: became[into] for old, into in rows if into in became}

    async def hold(
        self, spots: Sequence[Spot], conditions: Sequence[Condition]
    ) -> dict[UUID, tuple[bool, ...]]:
        """Whether each of some conditions holds, by record; nothing of records that are not there."""
        found: dict[UUID, tuple[bool, ...]] = {}
        asked = tuple(conditions)
        for (type_name, via), alike in _grouped(spots, lambda each: (each.type, each.via)).items():
            build = partial(statements.holding, type_name, via, asked)
            key = ("hold", type_name, via, _key_of(asked))
            rows = await self._rows(key, build, [each.id for each in alike])
            found |= {record: tuple(map(bool, judged)) for record, *judged in rows}
        return found

    async def ties(
        self,
        spots: Sequence[Spot],
        end_name: str,
        holds: Holds | None,
        condition: Condition | None = None,
        *,
        most: int,
    ) -> list[Spot]:
        """Ties of some records at an end that hold, and fulfil a condition, at most so many for each type of record."""
        found: list[Spot] = []
        for type_name, alike in _grouped(spots, lambda each: each.type).items():
            end = self.storage.catalogue.types[type_name].ends.get(end_name)
            if end is None:
                continue
            build = partial(statements.tied, end, holds, condition, most)
            key = ("ties", type_name, end_name, _key_of((holds, condition)), most)
            rows = await self._rows(key, build, [each.id for each in alike])
            found += [statements.tie_of_row(end, type_name, *row) for row in rows]
        if self._at is None:
            return found
        then = await self.named(each.far.id for each in found if each.far and each.far.id)
        return [replace(each, far=then.get(each.far_id, each.far)) for each in found]

    async def sides(self, tie: Spot) -> dict[str, UUID]:
        """The records at the ends of a tie."""
        if tie.via is not None and tie.near is not None and tie.far is not None:
            ends = (tie.near, tie.far_id) if tie.via.side == "source" else (tie.far_id, tie.near)
        else:
            build = partial(statements.sides_of, tie.type)
            rows = await self._rows(("sides", tie.type), build, [tie.id])
            ends = rows[0]
        return {"source": ends[0], "target": ends[1]}

    async def standing(self, record: UUID, firm: UUID | None) -> Standing:
        """What a record is entitled to while it acts for a firm, under the rules of now."""
        plan: StandingPlan = self._kept(("standing",), self._standing_plan)
        return await self._standing(plan, record, firm)

    async def past_standing(
        self, record: UUID, firm: UUID | None, catalogue: Catalogue, at: datetime
    ) -> Standing:
        """What a record was entitled to at a recorded time, under the rules of a catalogue."""
        storage = self.storage
        plan = standing_plan(
            catalogue=catalogue,
            tables=storage.tables,
            dialect=storage.connections.dialect,
            at=at,
        )
        return await self._standing(plan, record, firm)

    async def _standing(self, plan: StandingPlan, record: UUID, firm: UUID | None) -> Standing:
        bound = plan.bind(record, firm, now=self._moment.now)
        return standing_of_rows(await self._connection.rows(bound.prepared, bound.values))

    def _standing_plan(self) -> StandingPlan:
        storage = self.storage
        return standing_plan(
            catalogue=storage.catalogue,
            tables=storage.tables,
            dialect=storage.connections.dialect,
        )

    async def ask(
        self,
        key: Hashable,
        build: Callable[[Context], ClauseElement],
        parameters: Mapping[str, object],
    ) -> list[Any]:
        """The rows of a statement with parameters of its own; with a key it is kept."""
        make = partial(self._made, build)
        prepared, binds = make() if key is None else self._kept(key, make)
        given = {**self._moment.parameters, **parameters}
        values = binds.arguments(replace(self._moment, parameters=given))
        return await self._connection.rows(prepared, values)

    async def _rows(
        self, key: Hashable, build: Callable[[Context], ClauseElement], ids: Sequence[object]
    ) -> list[Any]:
        prepared, binds = self._kept((key, self._at is not None), partial(self._made, build))
        values = {**binds.arguments(self._moment), statements.IDS: list(ids)}
        return await self._connection.rows(prepared, values)

    def _made(self, build: Callable[[Context], ClauseElement]) -> Kept:
        context = self.context()
        return prepare(build(context), self.storage.connections.dialect), context.binds

    def _kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        kept = _statements.setdefault(self.storage.plans, OrderedDict())
        if key in kept:
            kept.move_to_end(key)
        else:
            while len(kept) >= KEPT:
                kept.popitem(last=False)
            kept[key] = make()
        return kept[key]

    def context(self) -> Context:
        """The context in which policies' conditions are compiled: unguarded, of each row, at the time asked about."""
        storage = self.storage
        context = beginning(
            catalogue=storage.catalogue,
            tables=storage.tables,
            access=UNGUARDED,
            dialect=storage.connections.dialect,
            outlines={} if self._at is None else {_AT: outline("") or ()},
        )
        at = None if self._at is None else Parameter(parameter=_AT)
        return replace(
            context,
            clock=Clock(valid_at=at, recorded_at=at),
            judging=frozenset({""}),  # a policy's path may go on from records of several types
            way="row_first",
        )


def _grouped(each_of: Iterable[Any], key: Callable[[Any], Any]) -> Mapping[Any, list[Any]]:
    groups: defaultdict[Any, list[Any]] = defaultdict(list)
    for each in each_of:
        groups[key(each)].append(each)
    return groups


def _key_of(parts: tuple[object, ...]) -> Hashable:
    """A key of parts of the selection language: their text, since 1 and true are equal and not the same."""
    return repr(parts)
