"""The database as one principal sees it: the pleasant, typed face for the authors of plugins.

::

    db = database.as_(principal)
    machine = await db.create(Machine(serial="A1"), installed_at=Tie(plant, site="Hall 3"))
    due = await db.select(Machine).where(Machine.state == "due").order("serial").all()
    await db.update(machine, state="due")

Every call outside `Session.unit` is a unit of work of its own; within ``async with db.unit() as unit`` all calls on
``unit`` are one, committed when the block ends.
"""

import sys
from asyncio import to_thread
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence, Set
from contextlib import asynccontextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar, cast
from uuid import UUID

import orjson

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.changes.accesses import note
from relatum.connections import Connection, Repeat
from relatum.identifiers import new_id
from relatum.reading import Bound
from relatum.reading.private import MARK
from relatum.reading.private import opened as open_private
from relatum.session.hidden import note_hidden, refuse_waiting
from relatum.session.query import Query
from relatum.session.reads import ReadLog, readings
from relatum.session.records import as_list, identity, values_of
from relatum.session.storage import Storage
from relatum.writing import (
    UNCHANGED,
    Change,
    Command,
    Correct,
    Create,
    Delete,
    End,
    Erased,
    Merge,
    Outcome,
    Relate,
    Remove,
    Restore,
    Unchanged,
    Unit,
    Update,
    open_unit,
    run_unit,
)
from relatum_schemas.action import Action
from relatum_schemas.entity import Declared, EndQuery
from relatum_schemas.errors import DatabaseLocked, NotFound, Required
from relatum_schemas.policy import Right
from relatum_schemas.relationship import Relationship
from relatum_schemas.selection import (
    Compare,
    FieldOutput,
    FieldPath,
    One,
    OnRecord,
    Operator,
    Related,
    Request,
    RootField,
    Rows,
)

R = TypeVar("R", bound=Declared)
T = TypeVar("T")
_LONG: Final = 100_000
"""Bytes of an answer from which on its private values are opened beside the event loop."""

Moment = date | datetime


class Tie:
    """A tie to make along with a record: the record at its other end, properties, validity."""

    def __init__(
        self,
        to: Declared | UUID,
        *,
        valid_from: Moment | None = None,
        valid_to: Moment | None = None,
        **properties: object,
    ) -> None:
        """Name the other record and the tie's properties."""
        self.to = identity(to)
        self.valid_from = valid_from
        self.valid_to = valid_to
        self.properties = properties


class Session:
    """Reads and writes as one principal. Get it from `Database.as_`."""

    def __init__(
        self,
        storage: Storage,
        principal: Principal,
        *,
        origin: str | None = None,
        reason: str | None = None,
        unit: Unit | None = None,
        reads: ReadLog | None = None,
    ) -> None:
        """Bind storage and principal; ``unit`` is the unit of work under way, if any, ``reads`` its log of readings."""
        self.storage = storage
        self.principal = principal
        self._origin = origin
        self._reason = reason
        self._unit = unit
        self._reads = reads or ReadLog(storage, principal)
        self._announced = unit is not None or not principal.system

    @property
    def catalogue(self) -> Catalogue:
        """The types in force."""
        return self.storage.catalogue

    # --- reading

    async def read(self, request: Request, parameters: Mapping[str, object] | None = None) -> bytes:
        """Answer a request in one statement.

        Args:
            request: what to read (`relatum_schemas.selection`).
            parameters: values of its parameters, in wire form.

        Returns:
            One JSON object with a member per root field, as the database built it.
        """
        await self._announce()
        plan, now = self.storage.plans.get(request, self.principal), self.storage.clock()
        if plan.weighed:
            plan = plan.sized(await self._large(plan.weighed, now))
        keys = self.storage.keys
        bound = plan.bind(parameters or {}, now=now, principal=self.principal, keys=keys)
        async with self._connection() as connection:
            answer = cast(bytes, await connection.value(bound.prepared, bound.values))
        return answer if bound.private is None else await self._opened(answer, bound, request)

    async def _opened(self, answer: bytes, bound: Bound, request: Request) -> bytes:
        """An answer with its private values, when it is written down that they were read."""
        assert bound.private is not None
        opening = partial(
            open_private,
            answer,
            cast(str, bound.values.get(MARK, "")),
            bound.private.shown,
            catalogue=self.catalogue,
            keys=self.storage.keys,
        )
        opened = opening() if len(answer) < _LONG else await to_thread(opening)
        if not self.principal.system:
            read = list(readings(bound.private, opened, request))
            await self._reads.note(read, None if self._unit is None else self._unit.connection)
        return opened.answer

    async def _large(self, types: Set[str], now: datetime) -> Set[str]:
        """Of which types the principal sees much; counted when that is not known."""
        sizes = self.storage.plans.sizes
        known = sizes.known(self.principal, types, now=now)
        if known is not None:
            return known
        async with self._connection() as connection:
            return await sizes.count(self.principal, types, now=now, connection=connection)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        """The connection of the unit of work under way, or one that is lent."""
        if self._unit is not None:
            yield self._unit.connection
            return
        async with self.storage.connections.reading() as connection:
            yield connection

    def select(self, what: type[R] | EndQuery) -> Query[R]:
        """A query of a type, a trait, or the records at an end of a record (``machine.visits``)."""
        if isinstance(what, EndQuery):
            return self._at_end(what)
        return Query(self, what.__name__)

    def _at_end(self, query: EndQuery) -> Query[Any]:
        """The far records of an end, as a query of their type: those tied back to the record."""
        holder = type(query.record).__name__
        end = self.catalogue.end(holder, query.end)
        far = end.other or end.others[0]
        back = next(
            name
            for name, each in self.catalogue.ends(end.others[0]).items()
            if each.relationship == end.relationship
            and (each.side != end.side or each.side == "either")
        )
        itself = Compare(
            path=FieldPath(field="id"), operator=Operator.EQ, value=str(identity(query.record))
        )
        tied: Query[Any] = Query(self, far, Related(end=back, condition=OnRecord(condition=itself)))
        return tied if query.condition is None else tied.where(query.condition)

    async def exists(self, query: "Query[Any] | EndQuery") -> bool:
        """Whether a query finds anything."""
        return await (self._at_end(query) if isinstance(query, EndQuery) else query).exists()

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
        itself = Compare(
            path=FieldPath(field="id"), operator=Operator.EQ, value=str(identity(record))
        )
        rows = Rows(type=type_name, filter=itself)
        shown = One(outputs=(FieldOutput(key="missing", field="missing"),))
        root = RootField(key="record", source=rows, form=shown)
        found = orjson.loads(await self.read(Request(fields=(root,))))["record"]
        if found is None:
            raise NotFound(f"There is no {type_name} {record.id}.", path="id")
        return tuple(found["missing"] or ())

    # --- writing

    @asynccontextmanager
    async def unit(self, *, reason: str | None = None) -> AsyncIterator["Session"]:
        """One unit of work: everything done on the session given is committed together, or not at all.

        The block cannot be run again by itself; work that may meet a deadlock is better given to `repeatable`.

        Raises:
            DatabaseLocked: the database undid the unit in favour of another one.
        """
        if self._unit is not None:
            yield self
            return
        try:
            async with (
                self._watched() as within,
                open_unit(
                    self.storage, self.principal, origin=self._origin, reason=reason or self._reason
                ) as unit,
            ):
                yield within(unit)
        except Repeat as lost:
            raise DatabaseLocked(
                "Another unit of work changed the same records and went first.",
                hint="Nothing was written. Try again.",
            ) from lost

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[Callable[[Unit], "Session"]]:
        """Around units of work: what has to be known of them whether they end well or not."""
        refuse_waiting(self.storage, self.principal)
        await self._announce()
        reads, units = ReadLog(self.storage, self.principal), list[Unit]()

        def within(unit: Unit) -> Session:
            units.append(unit)
            return self._within(unit, self.principal, reads)

        try:
            yield within
        except BaseException:
            await reads.unit_was_undone()
            raise
        finally:
            if times := sum(each.hidden_conflicts for each in units):
                await note_hidden(self.storage, self.principal, times)

    def _within(self, unit: Unit, principal: Principal, reads: ReadLog) -> "Session":
        return Session(
            self.storage,
            principal,
            origin=self._origin,
            reason=self._reason,
            unit=unit,
            reads=reads,
        )

    def lent(self, elevated: frozenset[tuple[str, Right]]) -> "Session":
        """The session in the same unit of work with more rights, by type or trait: for actions that declare them."""
        assert self._unit is not None
        unit = self._unit.lent(elevated)
        return self._within(unit, unit.principal, self._reads)

    async def may_call(self, action: Action, record: Declared) -> bool:
        """Whether the principal may call an action on a record, as both are in the unit of work under way."""
        assert self._unit is not None
        return await self._unit.may_call(action, identity(record), type(record).__name__)

    async def note(self, kind: str, **details: object) -> None:
        """Append a line to the access log: in the unit of work under way, or at once."""
        if self._unit is not None:
            await self._note(self._unit.connection, kind, details)
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

    async def repeatable(
        self, work: Callable[["Session"], Awaitable[T]], *, reason: str | None = None
    ) -> T:
        """Run ``work`` in a unit of its own, and again from its start when the database found a deadlock."""
        if self._unit is not None:
            return await work(self)
        async with self._watched() as within:
            return await run_unit(
                lambda unit: work(within(unit)),
                self.storage,
                self.principal,
                origin=self._origin,
                reason=reason or self._reason,
            )

    async def apply(self, commands: Sequence[Command]) -> list[Outcome]:
        """Do several things in one unit of work, set by set (see `relatum.writing`)."""
        if self._unit is not None:
            return await self._unit.apply(commands)
        return await self.repeatable(lambda session: session.apply(commands))

    async def create(self, record: R, **ends: object) -> R:
        """Store a new record with its ties.

        Args:
            record: an entity, or a relationship with ``source`` and ``target``.
            ends: per end the record, the `Tie`, or a list of them.

        Returns:
            The record with its id and version.
        """
        if isinstance(record, Relationship):
            return cast(R, await self._relate(record))
        record_id = record.id or new_id()
        type_name = type(record).__name__
        commands: list[Command] = [Create(type_name, values_of(self.catalogue, record), record_id)]
        for end, given in ends.items():
            commands += [self._tie(type_name, record_id, end, each) for each in as_list(given)]
        outcome, *_ = await self.apply(commands)
        return record.model_copy(update={"id": outcome.id, "version": outcome.version})

    def _tie(self, type_name: str, record_id: UUID, end_name: str, given: object) -> Relate:
        tie = given if isinstance(given, Tie) else Tie(cast(Declared | UUID, given))
        end = self.catalogue.end(type_name, end_name)
        source, target = (tie.to, record_id) if end.side == "target" else (record_id, tie.to)
        return Relate(
            end.relationship, source, target, tie.properties, tie.valid_from, tie.valid_to
        )

    async def _relate(self, record: Relationship[Any, Any]) -> Relationship[Any, Any]:
        for name in ("source", "target"):
            if name not in record.model_fields_set:
                raise Required(f"A {type(record).__name__} needs its {name}.", path=name)
        values = values_of(self.catalogue, record)
        command = Relate(
            type(record).__name__,
            record.source,
            record.target,
            values,
            record.valid_from,
            record.valid_to,
            record.id,
        )
        (outcome,) = await self.apply([command])
        return record.model_copy(update={"id": outcome.id, "version": outcome.version})

    async def relate(
        self,
        declared: type[R],
        source: Declared | UUID,
        target: Declared | UUID,
        *,
        valid_from: Moment | None = None,
        valid_to: Moment | None = None,
        **properties: object,
    ) -> R:
        """Tie two records, and return the tie."""
        command = Relate(
            declared.__name__,
            identity(source),
            identity(target),
            properties,
            valid_from,
            valid_to,
            new_id(),
        )
        (outcome,) = await self.apply([command])
        return await self.get(declared, outcome.id)

    async def update(self, record: R, **values: object) -> R:
        """Change fields of a record, unless somebody else has changed it since it was read (`StaleVersion`)."""
        (outcome,) = await self.apply([Update(identity(record), values, record.version)])
        return record.model_copy(update={**values, "version": outcome.version})

    async def delete(self, record: Declared | UUID) -> None:
        """Delete an entity; its ties follow the rules of their types."""
        version = record.version if isinstance(record, Declared) else None
        await self.apply([Delete(identity(record), version)])

    async def restore(self, record: Declared | UUID) -> None:
        """Bring a deleted record back, with all that its deletion took along."""
        await self.apply([Restore(identity(record))])

    async def erase(self, record: Declared | UUID, *, reason: str | None = None) -> Erased:
        """Erase all that was ever kept of an entity, for good; a tombstone and the change log's chain remain.

        It is deleted first, as the rules of its ties say. Its ties are erased with it.

        Args:
            record: what to erase, be it deleted already.
            reason: why, for the change log.

        Raises:
            Forbidden: the principal is no administrator.
            NotFound, BadReference, Restricted: it cannot be erased.
        """
        if self._unit is not None:
            return await self._unit.erase(identity(record))

        async def work(session: "Session") -> Erased:
            return await session.erase(record)

        return await self.repeatable(work, reason=reason)

    async def merge(self, record: Declared | UUID, into: Declared | UUID) -> None:
        """Make two records of one type one; ``into`` stays."""
        await self.apply([Merge(identity(record), identity(into))])

    async def end(self, tie: Declared | UUID, at: Moment | None = None) -> None:
        """Let a tie hold no longer from ``at`` (default: now) on."""
        await self.apply([End(identity(tie), at)])

    async def change(self, tie: R, at: Moment, **properties: object) -> R:
        """Let a tie hold until ``at``, and from then on a successor with other properties; return the successor."""
        (outcome,) = await self.apply([Change(identity(tie), at, properties, tie.version)])
        return await self.get(type(tie), outcome.id)

    async def correct(
        self,
        tie: R,
        *,
        valid_from: Moment | Unchanged | None = UNCHANGED,
        valid_to: Moment | Unchanged | None = UNCHANGED,
        **properties: object,
    ) -> R:
        """Say how a tie always was."""
        command = Correct(
            identity(tie),
            properties,
            valid_from=valid_from,
            valid_to=valid_to,
            if_version=tie.version,
        )
        await self.apply([command])
        return await self.get(type(tie), identity(tie))

    async def remove(self, tie: Declared | UUID) -> None:
        """Say that a tie never was."""
        version = tie.version if isinstance(tie, Declared) else None
        await self.apply([Remove(identity(tie), version)])
