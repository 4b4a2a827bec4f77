"""The database as one principal sees it: the pleasant, typed face for the authors of plugins.

::

    db = database.as_(principal)
    machine = await db.create(Machine(serial="A1"), installed_at=Tie(plant, site="Hall 3"))
    due = await db.select(Machine).where(Machine.state == "due").order("serial").all()
    await db.update(machine, state="due")

Every call outside `Session.unit` is a unit of work of its own; within ``async with db.unit() as unit`` all calls on
``unit`` are one, committed when the block ends. How it reads is in `relatum.session.reader`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import TypeVar, cast
from uuid import UUID

from relatum.access import Principal
from relatum.changes.cursors import cursor_of_unit
from relatum.changes.places import cursor_now
from relatum.connections import Repeat
from relatum.identifiers import new_id
from relatum.session.hidden import few_hidden, note_hidden, refuse_waiting
from relatum.session.once import once
from relatum.session.reader import Reader
from relatum.session.reads import ReadLog
from relatum.session.records import identity, ids_by_type
from relatum.session.storage import Storage
from relatum.session.ties import Moment, creating, tie_of
from relatum.writing import (
    UNCHANGED,
    Change,
    Command,
    Correct,
    Delete,
    End,
    Erased,
    Merge,
    Outcome,
    Relate,
    Remove,
    Restore,
    Saving,
    Unchanged,
    Unit,
    Update,
    open_snapshot,
    open_unit,
    run_unit,
)
from relatum_schemas.action import Action
from relatum_schemas.entity import Declared
from relatum_schemas.errors import DatabaseLocked, Path
from relatum_schemas.policy import Right
from relatum_schemas.relationship import Relationship

R = TypeVar("R", bound=Declared)
T = TypeVar("T")


class Session(Reader):
    """Reads and writes as one principal. Get it from `Database.as_`."""

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
                with few_hidden(unit):
                    yield await within(unit)
        except Repeat as lost:
            raise DatabaseLocked(
                "Another unit of work changed the same records and went first.",
                hint="Nothing was written. Try again.",
            ) from lost

    @asynccontextmanager
    async def _watched(self) -> AsyncIterator[Callable[[Unit], Awaitable["Session"]]]:
        """Around units of work: what has to be known of them whether they end well or not.

        Before anything is done in a unit, the database says in its transaction that the principal is who asks.
        """
        presumption = self._presumption
        refuse_waiting(self.storage, self.principal)
        await self._announce()
        reads, units = ReadLog(self.storage, self.principal), list[Unit]()

        async def within(unit: Unit) -> Session:
            if presumption is not None:
                await presumption.certify(unit.connection)
                self._presumption = None
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
            cast(Storage, unit.storage),
            principal,
            origin=self._origin,
            reason=self._reason,
            unit=unit,
            reads=reads,
        )

    async def repeatable(
        self, work: Callable[["Session"], Awaitable[T]], *, reason: str | None = None
    ) -> T:
        """Run ``work`` in a unit of its own, and again from its start when the database found a deadlock."""
        if self._unit is not None:
            return await work(self)
        async with self._watched() as within:

            async def watched(unit: Unit) -> T:
                with few_hidden(unit):
                    return await work(await within(unit))

            return await run_unit(
                watched,
                self.storage,
                self.principal,
                origin=self._origin,
                reason=reason or self._reason,
            )

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["Session"]:
        """One state of the database: all that is read on the session given sees it, and nothing can be written.

        Within a unit of work it is that unit, which sees itself.
        """
        if self._unit is not None:
            yield self
            return
        await self._announce()
        async with open_snapshot(self.storage, self.principal) as unit:
            if self._presumption is not None:
                await self._presumption.certify(unit.connection)
                self._presumption = None
            yield self._within(unit, self.principal, ReadLog(self.storage, self.principal))

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator["Session"]:
        """Within a unit of work, a part that may fail alone: when it raises, what it did is undone and the unit goes on.

        The ties that its records must have are judged when it ends. Outside of a unit it is one.

        Raises:
            LimitBroken: a record of the part has fewer ties than it must have (`Problems` for several).
        """
        if self._unit is None:
            async with self.unit() as unit:
                yield unit
            return
        noted = self._reads.noted
        try:
            async with self._unit.attempt():
                yield self
        except BaseException:
            if not self._unit.failed:
                await self._reads.part_was_undone(noted, self._unit.connection)
            raise

    async def once(
        self,
        key: str,
        digest: bytes,
        work: Callable[["Session"], Awaitable[bytes]],
        *,
        reason: str | None = None,
    ) -> bytes:
        """Do work in a unit of its own, once for a key: whoever asks again within a day is given the first answer.

        Args:
            key: that the caller has drawn for this request; the same keys of other principals are others.
            digest: of all that the request says, by which another one under the same key is found out.
            work: what to do, given the session of the unit; called anew when the database found a deadlock.
            reason: why, for the change log.

        Raises:
            KeyReused: the key came with another request, or the principal had other roles or another purpose then, or its
                answer was taken away by an erasure.
            BadValue: the key is empty or too long.
            TooLarge: the answer is too large to be kept; nothing is done.
        """

        async def within(session: "Session") -> bytes:
            assert session._unit is not None
            connection = session._unit.connection
            doing, reads = partial(work, session), session._reads
            return await once(self.storage, self.principal, connection, key, digest, doing, reads)

        return await self.repeatable(within, reason=reason)

    async def apply(self, commands: Sequence[Command], *, place: Path = ()) -> list[Outcome]:
        """Do several things in one unit of work, set by set (see `relatum.writing`).

        Args:
            commands: what to do.
            place: where they stand in what the caller was given: the beginning of the path of every problem.
        """
        if self._unit is not None:
            return await self._unit.apply(commands, place=place)
        return await self.repeatable(lambda session: session.apply(commands, place=place))

    async def save(self, savings: Sequence[Saving], *, place: Path = ()) -> list[Outcome]:
        """Save records with their ties, at any depth, in one unit of work: all of them or none.

        Args:
            savings: what to create, to change, or to create unless it is there.
            place: where they stand in what the caller was given: the beginning of the path of every problem.

        Returns:
            What was done to each, in their order; what was done along with it are its consequences.

        Raises:
            RelatumError: something cannot be done; its path goes on with the index of the saving, then the field, or the
                end, the index of the tie there, and its property or ``"node"`` and a field of the record.
            Problems: several things cannot be done; each of its problems has such a path.
        """
        if self._unit is not None:
            return await self._unit.save(savings, place=place)
        return await self.repeatable(lambda session: session.save(savings, place=place))

    async def change_cursor(self) -> str:
        """The cursor from which on changes are told that came after what the unit of work under way has done so far."""
        if self._unit is None:
            async with self.storage.connections.writing() as connection:
                return await cursor_now(connection)
        if self._unit.recorded_at is not None:
            return cursor_of_unit(self._unit.id)
        return await cursor_now(self._unit.connection)

    def lent(self, elevated: frozenset[tuple[str, Right]]) -> "Session":
        """The session with more rights, by type or trait, in the same unit of work: for functions that declare them."""
        if self._unit is None:
            principal = replace(self.principal, elevated=elevated)
            return Session(self.storage, principal, origin=self._origin, reason=self._reason)
        unit = self._unit.lent(elevated)
        return self._within(unit, unit.principal, self._reads)

    async def alone(self, name: str) -> None:
        """Within a unit of work: let only this one be in what goes by a name, until it has ended (see `Context.alone`)."""
        assert self._unit is not None
        await self._unit.alone(name)

    async def callable_on(
        self, actions: Sequence[Action], records: Iterable[Declared], *, ever: bool = False
    ) -> dict[str, set[UUID]]:
        """On which records the principal may call each action, as all is in the unit under way; ``ever``: in any state."""
        assert self._unit is not None
        found: dict[str, set[UUID]] = {each.name: set() for each in actions}
        for type_name, ids in ids_by_type(records).items():
            there = await self._unit.callable_on(actions, ids, type_name, ever=ever)
            for name, callable_on in there.items():
                found[name] |= callable_on
        return found

    async def open_to(self, right: Right, record: Declared) -> bool:
        """Whether the principal has a right on a record, as all is in the unit of work under way."""
        assert self._unit is not None
        return await self._unit.open_to(right, identity(record), type(record).__name__)

    async def create(self, record: R, **ends: object) -> R:
        """Store a new record with its ties.

        Args:
            record: an entity, or a relationship with ``source`` and ``target``.
            ends: per end the record, the `Tie`, or a list of them.

        Returns:
            The record with its id and version.
        """
        if isinstance(record, Relationship):
            (outcome,) = await self.apply([tie_of(self.catalogue, record)])
            return record.model_copy(update={"id": outcome.id, "version": outcome.version})
        record_id = record.id or new_id()
        commands = creating(self.catalogue, record, record_id, ends)
        outcome, *_ = await self.apply(commands)
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
