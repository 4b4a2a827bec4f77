"""The reading face of a session: what a principal may see, asked in statements or record by record.

What it owes the access log is here too: that private values were read, that the engine itself came in.
"""

import sys
from asyncio import to_thread
from collections.abc import Callable, Coroutine, Mapping, Sequence, Set
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, TypeVar, cast
from uuid import UUID

import orjson

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.changes.accesses import note
from relatum.changes.places import position_of
from relatum.connections import Connection
from relatum.identity.presuming import Presumption
from relatum.reading import Bound, ReadPlan
from relatum.reading.binds import Moment
from relatum.reading.changelog import position_name
from relatum.reading.context import Private
from relatum.reading.direct import Direct
from relatum.reading.excerpts import put_in
from relatum.reading.private import MARK
from relatum.reading.private import opened as open_private
from relatum.session.choices import choices
from relatum.session.query import Query, at_end, itself
from relatum.session.reads import ReadLog, readings
from relatum.session.storage import Storage
from relatum.writing import Unit
from relatum.writing.storage import in_force
from relatum_schemas.entity import Declared, EndQuery
from relatum_schemas.errors import BadCursor, NotFound
from relatum_schemas.selection import (
    Among,
    Compare,
    Condition,
    FieldOutput,
    FieldPath,
    One,
    OnRecord,
    Operator,
    Parameter,
    Related,
    Request,
    RootField,
    Rows,
    Value,
)

R = TypeVar("R", bound=Declared)
_NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
LONG: Final = 100_000
"""Bytes of an answer from which on what goes over it is done beside the event loop."""


class Reader:
    """Reads as one principal, in the unit of work under way if there is one."""

    def __init__(
        self,
        storage: Storage,
        principal: Principal,
        *,
        origin: str | None = None,
        reason: str | None = None,
        unit: Unit | None = None,
        reads: ReadLog | None = None,
        presumption: Presumption | None = None,
    ) -> None:
        """Bind storage and principal.

        Args:
            storage: the database.
            principal: who asks.
            origin: what changes come from.
            reason: why.
            unit: the unit of work under way, if any.
            reads: its log of readings.
            presumption: by which the principal is only presumed to ask; None where it is certain.
        """
        self.storage = storage
        self.principal = principal
        self._origin = origin
        self._reason = reason
        self._unit = unit
        self._read_log = reads
        self._announced = unit is not None or not principal.system
        self._presumption = presumption

    @property
    def _reads(self) -> ReadLog:
        """The log of readings, begun when there is something to be written into it."""
        if self._read_log is None:
            self._read_log = ReadLog(self.storage, self.principal)
        return self._read_log

    @property
    def under_way(self) -> Unit | None:
        """The unit of work under way, if any."""
        return self._unit

    @property
    def catalogue(self) -> Catalogue:
        """The types in force."""
        return self.storage.catalogue

    def read(
        self,
        request: Request | Callable[[], Request],
        parameters: Mapping[str, object] | None = None,
    ) -> Coroutine[Any, Any, bytes]:
        """Answer a request in one statement.

        Args:
            request: what to read (`relatum_schemas.selection`), or what makes it for the types in force.
            parameters: values of its parameters, in wire form.

        Returns:
            One JSON object with a member per root field, as the database built it.
        """
        if self._unit is not None or self.storage.renewed is None:
            return self._read(request, parameters)

        async def reading(storage: Storage) -> bytes:
            self.storage = storage
            return await self._read(request, parameters)

        return in_force(self.storage, reading)

    async def _read(
        self, asked: Request | Callable[[], Request], parameters: Mapping[str, object] | None
    ) -> bytes:
        request = asked if isinstance(asked, Request) else asked()
        if not self._announced:
            await self._announce()
        beside = None if self._presumption is None else self._presumption.testimony
        plan, now = self.storage.plans.get(request, self.principal, beside), self.storage.clock()
        if plan.weighed:
            plan = plan.sized(await self._large(plan.weighed, now))
        keys, given = self.storage.keys, parameters or {}
        if plan.cursors:
            given = {**given, **await self._positions(plan.cursors, given)}
        bound = plan.bind(given, now=now, principal=self.principal, keys=keys, beside=beside)
        answer = await self._run(bound, now)
        if bound.private is not None:
            answer = await self.opened(answer, bound, request)
        return put_in(answer, bound.excerpts, bound.values) if bound.excerpts else answer

    async def _positions(
        self, cursors: Mapping[str, Value], given: Mapping[str, object]
    ) -> dict[str, int]:
        """The positions of cursors of changes, by the names of the parameters that take them."""
        positions: dict[str, int] = {}
        for name, cursor in cursors.items():
            meant = given.get(name) if isinstance(cursor, Parameter) else cursor
            if meant is not None:
                try:
                    found = await position_of(self.storage.connections, meant)
                except BadCursor as error:
                    error.at(name)
                    raise
                positions[position_name(name)] = found
        return positions

    async def _run(self, bound: Bound, now: datetime) -> bytes:
        """The answer of a statement, if the principal is who asks."""
        presumption, values = self._presumption, bound.values
        if presumption is not None:
            values = {**values, **presumption.values(now)}
        if self._unit is not None:
            ((answer, *told),) = await self._unit.connection.rows(bound.prepared, values)
        else:
            arguments = bound.prepared.arguments(values)
            ((answer, *told),) = await self.storage.connections.rows(bound.prepared, arguments)
        if presumption is not None:
            presumption.judge(told)
            self._presumption = None
        return cast(bytes, answer)

    def directly(
        self, plan: ReadPlan, parameters: Mapping[str, object]
    ) -> Coroutine[Any, Any, bytes] | None:
        """Answer by a plan that is at hand; None where `read` has more to do for it than to run one statement.

        Args:
            plan: of the storage's plans, for the principal.
            parameters: values of the request's parameters, in wire form.
        """
        beside = None if self._presumption is None else self._presumption.testimony
        direct = plan.direct(parameters, beside)
        alone = self._announced and self._unit is None and self.storage.renewed is None
        return None if direct is None or not alone else self._directly(direct, parameters)

    async def _directly(self, direct: Direct, parameters: Mapping[str, object]) -> bytes:
        presumption, now = self._presumption, self.storage.clock()
        run = Moment(parameters, now, self.principal, self.storage.keys)
        beside = _NOTHING if presumption is None else presumption.values(now)
        arguments = direct.arguments(run, beside)
        ((answer, *told),) = await self.storage.connections.rows(direct.prepared, arguments)
        if presumption is not None:
            presumption.judge(told)
            self._presumption = None
        return cast(bytes, answer)

    async def certify(self) -> None:
        """Let the database say that the principal is who asks; nothing where that is certain.

        Raises:
            Mistaken: it is not, or not any more.
        """
        if self._presumption is not None:
            await self._presumption.certify()
            self._presumption = None

    async def opened(self, answer: bytes, bound: Bound, request: Request) -> bytes:
        """An answer with its private values, when it is written down that they were read, and with computed ones."""
        assert bound.private is not None
        if bound.private.used or bound.private.shown:
            answer = await self._unsealed(answer, bound.private, bound, request)
        if bound.private.calculated:
            # It stands on sessions, and they stand on this.
            from relatum.session.calculating import calculated

            answer = await calculated(self, answer, bound)
        return answer

    async def _unsealed(
        self, answer: bytes, private: Private, bound: Bound, request: Request
    ) -> bytes:
        opening = partial(
            open_private,
            answer,
            cast(str, bound.values.get(MARK, "")),
            private.shown,
            catalogue=self.catalogue,
            keys=self.storage.keys,
        )
        opened = opening() if len(answer) < LONG else await to_thread(opening)
        if not self.principal.system:
            read = list(readings(private, opened, request))
            await self._reads.note(read, self._noting)
        return opened.answer

    async def _large(self, types: Set[str], now: datetime) -> Set[str]:
        """Of which types the principal sees much; counted when that is not known."""
        sizes = self.storage.plans.sizes
        known = sizes.known(self.principal, types, now=now)
        if known is not None:
            return known
        async with self._connection() as connection:
            return await sizes.count(self.principal, types, now=now, connection=connection)

    async def sees_much(self, types: Set[str]) -> bool:
        """Whether the principal sees much of one of these concrete types, so that not all of it is sorted or counted."""
        return bool(await self._large(types, self.storage.clock()))

    async def fewest(
        self,
        type_name: str,
        conditions: Sequence[Condition],
        given: Sequence[str],
        parameters: Mapping[str, object],
    ) -> Among | None:
        """By which of some conditions and words the fewest rows of a concrete type are found; None where none finds few.

        Args:
            type_name: of the rows.
            conditions: all of which they fulfil.
            given: the names of parameters, each one word that they have.
            parameters: of the conditions and words, in wire form.
        """
        weights = self.storage.plans.weights
        of_words = [Among(most=weights.few + 1, word=Parameter(parameter=each)) for each in given]
        parts = [*weights.parts(type_name, conditions), *of_words]
        async with self._connection() as connection:
            now = self.storage.clock()
            return await weights.fewest(
                type_name, parts, parameters, self.principal, now=now, connection=connection
            )

    @property
    def looked_through(self) -> int:
        """How many rows are looked through for a page at most, where somebody sees much."""
        return self.storage.plans.weights.few

    def _connection(self) -> AbstractAsyncContextManager[Connection]:
        """The connection of the unit of work under way, or one that is lent."""
        if self._unit is not None:
            return nullcontext(self._unit.connection)
        return self.storage.connections.reading()

    @property
    def _noting(self) -> Connection | None:
        """The connection on which the access log is written with what is done; None where it is written at once."""
        return self._unit.connection if self._unit is not None and self._unit.notes else None

    def select(self, what: type[R] | EndQuery) -> Query[R]:
        """A query of a type, a trait, or the records at an end of a record (``machine.visits``).

        Raises:
            BadSelection: the end leads to records of several types that no trait joins.
        """
        if isinstance(what, EndQuery):
            return at_end(self, what)
        return Query(self, what.__name__)

    async def exists(self, query: "Query[Any] | EndQuery") -> bool:
        """Whether a query finds anything."""
        if isinstance(query, EndQuery):
            meant = None if query.condition is None else OnRecord(condition=query.condition)
            tied = Related(end=query.end, condition=meant)
            query = Query(self, type(query.record).__name__, itself(query.record) & tied)
        return await query.exists()

    async def get(self, declared: type[R], record_id: UUID) -> R:
        """The record of that type and id.

        Raises:
            NotFound: there is none that this principal may see.
        """
        same = Compare(path=FieldPath(field="id"), operator=Operator.EQ, value=str(record_id))
        found = await self.select(declared).where(same).first()
        if found is None:
            raise NotFound(f"There is no {declared.__name__} {record_id}.", path="id")
        return found

    async def missing(self, record: Declared) -> tuple[str, ...]:
        """The names of the expected fields and required ends that a record still lacks, sorted.

        Raises:
            NotFound: there is none that this principal may see.
        """
        type_name = type(record).__name__
        rows = Rows(type=type_name, filter=itself(record))
        shown = One(outputs=(FieldOutput(key="missing", field="missing"),))
        root = RootField(key="record", source=rows, form=shown)
        found = orjson.loads(await self.read(Request(fields=(root,))))["record"]
        if found is None:
            raise NotFound(f"There is no {type_name} {record.id}.", path="id")
        return tuple(found["missing"] or ())

    async def choices(self, list_name: str) -> dict[str, str]:
        """The codes in use of a choice list that is kept as data, with their titles, in its order."""
        return await choices(self.storage, list_name)

    async def note(self, kind: str, **details: object) -> None:
        """Append a line to the access log: in the unit of work under way, or at once."""
        await self.certify()
        if self._noting is not None:
            await self._note(self._noting, kind, details)
            return
        async with self.storage.connections.writing() as connection:
            await self._note(connection, kind, details)

    async def _note(self, connection: Connection, kind: str, details: dict[str, object]) -> None:
        now = self.storage.clock()
        await note(connection, self.principal, kind, at=now, details=details)

    async def _announce(self) -> None:
        """Note that the engine itself comes in here, once, before it reads or writes anything."""
        if self._announced:
            return
        self._announced = True
        used = {"origin": self._origin, "reason": self._reason, "program": Path(sys.argv[0]).name}
        await self.note("system_used", **used)
