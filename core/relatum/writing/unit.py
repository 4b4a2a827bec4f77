"""One unit of work: one transaction, one recorded instant, all or nothing.

Each `Unit.apply` is divided into runs of commands of a kind; each run goes the same way: lock and load, do it in
memory, check the whole, write the whole. What takes several runs to become right (the least number of ties) is checked
when the unit ends.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Protocol, TypeVar
from uuid import UUID

from relatum.access import Principal
from relatum.catalogue import Catalogue
from relatum.changes.accesses import note
from relatum.clock import Clock
from relatum.connections.interface import Connection, Connections
from relatum.connections.repeat import repeat
from relatum.sealing import Keyring
from relatum.tables import Tables
from relatum.writing import acts, deletion, erasing, merging, restoring
from relatum.writing.claims import claims_after, claims_at_all, claims_before
from relatum.writing.commands import Command, Create, Delete, Merge, Outcome, Remove, Restore
from relatum.writing.drafts import Batch
from relatum.writing.erasing import Erased
from relatum.writing.ledger import Author, Ledger
from relatum.writing.limits import Missing, Owed, missing_ties, owed_by, settle, too_few
from relatum.writing.loading import Loader
from relatum.writing.overflows import note_overflows
from relatum.writing.plan import Plan, plan_for
from relatum.writing.recording import record
from relatum.writing.rights import Claim, Rights, raise_refusals
from relatum_schemas.action import Action
from relatum_schemas.errors import BadReference, Forbidden, Problems, RelatumError
from relatum_schemas.policy import Right

T = TypeVar("T")


class Storage(Protocol):
    """What a unit of work writes to: a database in use."""

    @property
    def connections(self) -> Connections:
        """Its connections."""
        ...

    @property
    def catalogue(self) -> Catalogue:
        """The types in force."""
        ...

    @property
    def tables(self) -> Tables:
        """Their tables."""
        ...

    @property
    def clock(self) -> Clock:
        """The present."""
        ...

    @property
    def keys(self) -> Keyring | None:
        """To encrypt with; None where the installation has no key."""
        ...


@dataclass
class _Fate:
    """What a unit of work shares with those that lend it rights."""

    rights: list[Rights]
    failure: BaseException | None = None


class Unit:
    """A unit of work under way. Get it from `open_unit` or `run_unit`.

    Attributes:
        connection: in the unit's transaction; what is read on it sees what the unit has written.
        principal: who works.
    """

    def __init__(
        self,
        connection: Connection,
        plan: Plan,
        principal: Principal,
        author: Author,
        clock: Clock,
        keys: Keyring | None,
    ) -> None:
        self.connection = connection
        self.principal = principal
        self._loader = Loader(connection, plan)
        self._rights = Rights(connection, plan, principal, clock())
        self._ledger = Ledger(connection, plan, author, clock)
        self._now = clock()
        self._keys = keys
        self._owed: set[Owed] = set()
        self._fate = _Fate([self._rights])

    @property
    def id(self) -> UUID:
        """The unit's id in the change log."""
        return self._ledger.id

    @property
    def recorded_at(self) -> datetime | None:
        """The instant at which it records; None while nothing is written."""
        return self._ledger.instant

    @property
    def trusted(self) -> bool:
        """Whether read-only fields may be written: by the engine, and by actions with rights of their own."""
        return self.principal.system or bool(self.principal.elevated)

    @property
    def hidden_conflicts(self) -> int:
        """How often it was told no more than that something is in conflict with what may not be seen."""
        return sum(each.hidden_conflicts for each in self._fate.rights)

    def lent(self, elevated: frozenset[tuple[str, Right]]) -> "Unit":
        """The same unit of work with more rights: what is done on either stands or falls with the other."""
        other = copy(self)
        other.principal = replace(self.principal, elevated=elevated)
        other._rights = Rights(self.connection, self._loader.plan, other.principal, self._now)
        self._fate.rights.append(other._rights)
        return other

    async def may_call(self, action: Action, record: UUID | None, type_name: str | None) -> bool:
        """Whether the principal may call an action, on a record where it acts on one."""
        return await self._rights.may_call(action, record, type_name)

    async def apply(self, commands: Sequence[Command]) -> list[Outcome]:
        """Do several things, set by set, in their order.

        Raises:
            RelatumError: one command cannot be done; its `path` begins with the command's index, then names the field.
            Problems: several cannot; each problem has such a path. Nothing of the commands is done.
        """
        if self._fate.failure is not None:
            raise self._fate.failure
        owed: set[Owed] = set()
        claims: list[Claim] = []
        outcomes: list[Outcome] = []
        try:
            self._rights.refuse_impossible(
                claims_at_all(self._loader.plan.forms, list(enumerate(commands)))
            )
            for first, run in _runs(commands):
                outcomes += await self._apply_run(first, run, owed, claims)
            raise_refusals(await self._rights.judge(claims))
        except BaseException as error:
            self._fate.failure = error
            raise
        self._owed |= owed
        return outcomes

    async def try_apply(self, commands: Sequence[Command]) -> list[Outcome | RelatumError]:
        """Do those of several things that can be done; the others are told by their error, in the same order."""
        results: dict[int, Outcome | RelatumError] = {}
        left = list(range(len(commands)))
        while left:
            try:
                outcomes = await self._apply_undoably([commands[at] for at in left])
            except RelatumError as error:
                blamed = _blamed(error, len(left))
                if not blamed and len(left) > 1:
                    return await self._try_halves(commands)
                results |= {left[at]: problem for at, problem in (blamed or {0: error}).items()}
                left = [at for at in left if at not in results]
            else:
                results |= dict(zip(left, outcomes, strict=True))
                break
        return [results[at] for at in range(len(commands))]

    async def _try_halves(self, commands: Sequence[Command]) -> list[Outcome | RelatumError]:
        middle = len(commands) // 2
        return [*await self.try_apply(commands[:middle]), *await self.try_apply(commands[middle:])]

    async def _apply_undoably(self, commands: Sequence[Command]) -> list[Outcome]:
        mark = self._ledger.marked()
        try:
            async with self.connection.savepoint():
                return await self.apply(commands)
        except RelatumError:
            self._fate.failure = None
            self._ledger.go_back(mark)
            raise

    async def _apply_run(
        self, first: int, run: Sequence[Command], owed: set[Owed], claims: list[Claim]
    ) -> list[Outcome]:
        batch = Batch(self._loader.plan, now=self._now, trusted=self.trusted, keys=self._keys)
        outcomes = await _prepare_run(self._loader, batch, self._rights, first, run)
        if any(True for _ in batch.touched()):
            instant = await self._ledger.recorded_instant(batch)
            await record(self.connection, batch, instant)
            await self._ledger.append(batch)
            owed.update(owed_by(batch))
            settle(batch, owed)
        if not self._rights.unrestricted:
            claims += claims_after(batch, list(enumerate(run, start=first)), outcomes)
        return outcomes

    async def erase(self, record: UUID) -> Erased:
        """Erase what was ever kept of a record: for good, and as the rules of its ties let it be deleted.

        Raises:
            Forbidden: the principal is no administrator.
            NotFound: there is no such record, or it became another one.
            BadReference: it is a tie.
            Restricted: it has to be kept as long as it has certain ties.
        """
        if not self.principal.unrestricted:
            raise Forbidden("Only administrators erase records.", path="id")
        found = await erasing.find(self._loader, record)
        if self._loader.plan.forms[found.type].is_tie:
            raise BadReference("The record is a tie.", path="id", hint="Erase one of its records.")
        if not found.deleted:
            await self.apply([Delete(record)])
        batch = Batch(self._loader.plan, now=self._now, trusted=True)
        erased = await erasing.take_away(self._loader, batch, found, self.id)
        instant = await self._ledger.recorded_instant(batch)
        await self._ledger.append(batch)
        await note(
            self.connection,
            self.principal,
            "erased",
            at=instant,
            type_name=found.type,
            record=record,
            details=erased.counts,
        )
        return erased

    async def missing(self) -> list[Missing]:
        """The records that this unit leaves with fewer ties than their types demand."""
        return await missing_ties(self._loader, self._owed, self._now)

    async def finish(self, *, allow_missing: bool) -> None:
        """Judge what only the end of the unit can tell.

        Args:
            allow_missing: whether records may be left with fewer ties than they must have.

        Raises:
            LimitBroken: a record has fewer ties than it must (`Problems` for several).
        """
        if self._fate.failure is not None:
            raise self._fate.failure
        missing = [] if allow_missing else await self.missing()
        if len(missing) == 1:
            raise too_few(missing[0])
        if missing:
            raise Problems("Ties are missing.", [too_few(each) for each in missing])
        await self._ledger.close()


async def _prepare_run(
    loader: Loader, batch: Batch, rights: Rights, first: int, run: Sequence[Command]
) -> list[Outcome]:
    """Load, do in memory, and check a run of commands of one kind."""
    numbered = list(enumerate(run, start=first))
    match run[0]:
        case Delete() | Remove():
            outcomes = await deletion.delete(loader, batch, rights, numbered)
        case Restore():
            outcomes = await restoring.restore(loader, batch, rights, numbered)
        case Merge():
            outcomes = await merging.merge(loader, batch, rights, numbered)
        case _:
            plain = [each for each in run if isinstance(each, acts.Act)]
            await acts.load(loader, batch, plain)
            await rights.judge_named(batch, lambda: claims_before(batch, numbered))
            outcomes = acts.perform(batch, plain, first)
    if isinstance(run[0], Merge | Restore):
        note_overflows(batch)
    await acts.check(loader, batch, rights)
    return outcomes


def _runs(commands: Sequence[Command]) -> Iterator[tuple[int, Sequence[Command]]]:
    """Runs of neighbouring commands that can be done together, each with the index of its first."""
    first = 0
    for kind, group in groupby(commands, key=_kind_of_run):
        run = list(group)
        for part in _apart(run) if kind is Merge else (run,):
            yield first, part
            first += len(part)


def _kind_of_run(command: Command) -> type:
    match command:
        case Delete() | Remove():
            return Delete
        case Restore() | Merge():
            return type(command)
    return Create


def _apart(merges: Sequence[Command]) -> Iterator[Sequence[Command]]:
    """Merges divided so that none is about a record that an earlier one of its part is about."""
    part: list[Command] = []
    named: set[UUID] = set()
    for merge in merges:
        assert isinstance(merge, Merge)
        if {merge.id, merge.into} & named:
            yield part
            part, named = [], set()
        part.append(merge)
        named |= {merge.id, merge.into}
    yield part


def _blamed(error: RelatumError, count: int) -> dict[int, RelatumError]:
    """Which commands an error is about, with their problems."""
    found: dict[int, RelatumError] = {}
    for problem in error.problems if isinstance(error, Problems) else (error,):
        step = problem.path[0] if problem.path else None
        if isinstance(step, int) and step < count:
            found.setdefault(step, problem)
    return found


@asynccontextmanager
async def open_unit(
    storage: Storage,
    principal: Principal,
    *,
    origin: str | None = None,
    reason: str | None = None,
    acted_for: UUID | None = None,
    allow_missing: bool = False,
) -> AsyncIterator[Unit]:
    """Open a unit of work: committed when the block ends, undone when it raises.

    Args:
        storage: the database.
        principal: who works; its rights hold.
        origin: what the changes come from (an import run, a connector); None for the client app that asks.
        reason: why.
        acted_for: the firm acted for, when it is not the principal's own.
        allow_missing: leave records incomplete that have fewer ties than they must, as imports do.

    Raises:
        LimitBroken: at the end, when a record has fewer ties than it must.
        Repeat: the database undid the transaction; `run_unit` does the whole unit again then.
    """
    plan = plan_for(storage.catalogue, storage.tables, storage.connections.dialect)
    author = Author(
        actor=principal.id,
        acted_for=acted_for or principal.firm,
        origin=origin or principal.client,
        purpose=principal.purpose,
        reason=reason,
    )
    async with storage.connections.writing() as connection:
        unit = Unit(connection, plan, principal, author, storage.clock, storage.keys)
        yield unit
        await unit.finish(allow_missing=allow_missing)


async def run_unit(
    work: Callable[[Unit], Awaitable[T]],
    storage: Storage,
    principal: Principal,
    *,
    origin: str | None = None,
    reason: str | None = None,
    acted_for: UUID | None = None,
) -> T:
    """Run a unit of work, and again from its start when the database undid it for another's sake.

    Args:
        work: what to do; called anew each time, so that nothing of an undone attempt may remain in it.
        storage: the database.
        principal: who works; its rights hold.
        origin: what the changes come from (an import run, a connector); None for the client app that asks.
        reason: why.
        acted_for: the firm acted for, when it is not the principal's own.

    Raises:
        DatabaseLocked: every attempt was undone.
    """

    async def attempt() -> T:
        unit_of_work = open_unit(
            storage, principal, origin=origin, reason=reason, acted_for=acted_for
        )
        async with unit_of_work as unit:
            return await work(unit)

    return await repeat(attempt)
