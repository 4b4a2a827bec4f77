"""One unit of work: one transaction, one recorded instant, all or nothing.

Each `Unit.apply` is divided into runs of commands of a kind; each run goes the same way: lock and load, do it in
memory, check the whole, write the whole. What takes several runs to become right (the least number of ties) is checked
when the unit ends.
"""

from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from relatum.access import Principal
from relatum.changes.accesses import note
from relatum.connections.interface import Connection
from relatum.connections.repeat import Repeat
from relatum.writing import erasing
from relatum.writing.claims import claims_after, claims_at_all
from relatum.writing.commands import Command, Delete, Outcome
from relatum.writing.drafts import Batch
from relatum.writing.erasing import Erased
from relatum.writing.keys import find_known, lost_keys
from relatum.writing.ledger import Author, Ledger
from relatum.writing.limits import Missing, Owed, missing_ties, owed_by, raise_too_few, settle
from relatum.writing.loading import Loader
from relatum.writing.plan import Plan
from relatum.writing.reacting import react
from relatum.writing.recording import write
from relatum.writing.rights import Claim, Rights, raise_refusals
from relatum.writing.runs import divided, prepare_run
from relatum.writing.saving import Saving
from relatum.writing.states_over_time import states_over_time
from relatum.writing.storage import Storage
from relatum.writing.trees import Tell, Tree, grown, retold
from relatum.writing.ways_on import open_transitions
from relatum_schemas.action import Action
from relatum_schemas.errors import (
    Conflict,
    Forbidden,
    Path,
    Problems,
    RelatumError,
    by_position,
)
from relatum_schemas.policy import Right


@dataclass
class _Shared:
    """What a unit of work shares with those that lend it rights.

    Attributes:
        rights: of all of them.
        failure: what made the unit fail, so that nothing of it is kept even when that is swallowed.
        owed: the records that must have ties when the unit ends, each with where it was named, if that is known.
    """

    rights: list[Rights]
    failure: BaseException | None = None
    owed: dict[Owed, Path] = field(default_factory=dict)


class Unit:
    """A unit of work under way. Get it from `open_unit` or `run_unit`.

    Attributes:
        storage: that it writes to, under the edition that it holds.
        connection: in the unit's transaction; what is read on it sees what the unit has written.
        principal: who works.
        writes: whether anything can be written; not in a snapshot.
        notes: whether the access log is written in its transaction; not in a snapshot.
    """

    def __init__(
        self,
        storage: Storage,
        connection: Connection,
        plan: Plan,
        principal: Principal,
        author: Author,
    ) -> None:
        clock = storage.clock
        self.storage = storage
        self.connection = connection
        self.principal = principal
        self.writes = True
        self.notes = True
        self._loader = Loader(connection, plan)
        self._rights = Rights(connection, plan, principal, clock())
        self._ledger = Ledger(connection, plan, author, clock)
        self._now = clock()
        self._keys = storage.keys
        self._shared = _Shared([self._rights])

    @property
    def id(self) -> UUID:
        """The unit's id in the change log."""
        return self._ledger.id

    @property
    def recorded_at(self) -> datetime | None:
        """The instant at which it records; None while nothing is written."""
        return self._ledger.instant

    @property
    def failed(self) -> bool:
        """Whether something failed for which nothing of the unit will be kept."""
        return self._shared.failure is not None

    @property
    def trusted(self) -> bool:
        """Whether read-only fields may be written: by the engine, and by actions with rights of their own."""
        return self.principal.system or bool(self.principal.elevated)

    @property
    def _roles(self) -> frozenset[str] | None:
        """The roles by which transitions are judged; none where all there are may be made."""
        free = self.trusted or self.principal.unrestricted
        return None if free else self.principal.roles

    @property
    def hidden_conflicts(self) -> int:
        """How often it was told no more than that something is in conflict with what may not be seen."""
        return sum(each.hidden_conflicts for each in self._shared.rights)

    def lent(self, elevated: frozenset[tuple[str, Right]]) -> "Unit":
        """The same unit of work with more rights: what is done on either stands or falls with the other."""
        other = copy(self)
        other.principal = replace(self.principal, elevated=elevated)
        other._rights = Rights(self.connection, self._loader.plan, other.principal, self._now)
        self._shared.rights.append(other._rights)
        return other

    def reading(self) -> "Unit":
        """The same unit of work with no more rights than its principal's own, in which nothing can be written."""
        other = self.lent(frozenset())
        other.writes = False
        return other

    async def alone(self, name: str) -> None:
        """Wait until no other unit of work is in what goes by this name, and let none in until this one has ended."""
        await self._loader.be_alone(name)

    async def callable_on(
        self, actions: Sequence[Action], records: Collection[UUID], type_name: str, *, ever: bool
    ) -> dict[str, set[UUID]]:
        """On which records of a concrete type the principal may call each action (see `Rights.callable_on`)."""
        return await self._rights.callable_on(actions, records, type_name, ever=ever)

    async def open_to(self, right: Right, record: UUID, type_name: str) -> bool:
        """Whether the principal has a right on a record of a concrete type."""
        return await self._rights.open_to(right, record, type_name)

    async def open_transitions(
        self, type_name: str, ids: Sequence[UUID]
    ) -> dict[UUID, list[dict[str, Any]]]:
        """To which states the principal may take records of a concrete type (see `relatum.writing.ways_on`)."""
        form = self._loader.plan.forms[type_name]
        return await open_transitions(self._loader, self._rights, form, ids, self._roles)

    async def state_history(
        self, type_name: str, ids: Sequence[UUID]
    ) -> dict[UUID, list[dict[str, Any]]]:
        """In which states records of a concrete type were (see `relatum.writing.states_over_time`)."""
        form = self._loader.plan.forms[type_name]
        return await states_over_time(self._loader, self._rights, form, ids, self._now)

    async def apply(self, commands: Sequence[Command], *, place: Path = ()) -> list[Outcome]:
        """Do several things, set by set, in their order.

        Args:
            commands: what to do.
            place: where the commands stand in what the caller was given: the beginning of every path.

        Raises:
            RelatumError: one command cannot be done; its `path` goes on with the command's index, then names the field.
            Problems: several cannot; each problem has such a path. Nothing of the commands is done.
        """
        return await self._apply(commands, (lambda path: (*place, *path)) if place else None)

    async def _apply(self, commands: Sequence[Command], tell: Tell | None) -> list[Outcome]:
        owed: dict[Owed, int] = {}
        claims: list[Claim] = []
        outcomes: list[Outcome] = []
        with self._failing(tell):
            self._rights.refuse_impossible(
                claims_at_all(self._loader.plan.forms, list(enumerate(commands)))
            )
            for first, run in divided(commands):
                outcomes += await self._apply_run(first, run, owed, claims)
            raise_refusals(await self._rights.judge(claims))
        for each, at in owed.items():
            if tell is not None or each not in self._shared.owed:
                self._shared.owed[each] = () if tell is None else tell((at,))
        return outcomes

    async def save(self, savings: Sequence[Saving], *, place: Path = ()) -> list[Outcome]:
        """Save records with their ties: all of them or none.

        Args:
            savings: what to save.
            place: where they stand in what the caller was given: the beginning of every path.

        Returns:
            What was done to each, and (`consequences`) to the records and ties saved along with it.

        Raises:
            RelatumError: one thing cannot be done; its `path` goes on with the index of the saving, then leads through
                ends, the index of a tie there, and ``"node"`` to the field.
            Problems: several cannot; each problem has such a path. Nothing is saved.
            Repeat: another unit of work saved a record of the same key and went first.
        """
        with self._failing():
            tree = grown(self._loader.plan, savings, place)
            if not tree.problems:
                await find_known(self._loader, self._rights, tree)
            tree.raise_problems(self._loader.plan, self._rights, trusted=self.trusted)
        commands = tree.commands()
        try:
            outcomes = await self._apply(commands, tree.tell)
        except RelatumError as error:
            await self._repeat_lost(tree, error)
            raise
        return tree.outcomes(outcomes)

    async def _repeat_lost(self, tree: Tree, error: RelatumError) -> None:
        """Do the unit again when its failure is that another one wrote the same unique values meanwhile."""
        problems = error.problems if isinstance(error, Problems) else (error,)
        conflicts = [each for each in problems if isinstance(each, Conflict)]
        if not conflicts:
            return
        by_database = any(each.path == tree.place for each in conflicts)
        if by_database or await lost_keys(self._loader, tree):
            self._shared.failure = lost = Repeat("Another unit saved the same record first.")
            raise lost from error

    async def try_apply(self, commands: Sequence[Command]) -> list[Outcome | RelatumError]:
        """Do those of several things that can be done; the others are told by their error, in the same order."""
        results: dict[int, Outcome | RelatumError] = {}
        left = list(range(len(commands)))
        while left:
            try:
                outcomes = await self._apply_undoably([commands[at] for at in left])
            except RelatumError as error:
                blamed = by_position(error, len(left))
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
        async with self._undoably():
            return await self.apply(commands)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Undo what the block does when it raises, and let the unit go on.

        The ties that its records must have are judged when it ends, not when the unit does.

        Raises:
            LimitBroken: a record of the block has fewer ties than it must have (`Problems` for several).
        """
        self._raise_failure()
        before, self._shared.owed = self._shared.owed, {}
        try:
            async with self._undoably():
                yield
                self._raise_failure()
                await self._judge_missing()
        finally:
            self._shared.owed = before

    @asynccontextmanager
    async def _undoably(self) -> AsyncIterator[None]:
        """A block of which nothing is left when it raises. One that the database undid has to be repeated as a whole."""
        mark = self._ledger.marked()
        raised: BaseException | None = None
        try:
            async with self.connection.savepoint():
                try:
                    yield
                except BaseException as error:
                    raised = error
                    raise
        except BaseException as error:
            undone = error is raised and not isinstance(error, Repeat)
            self._shared.failure = None if undone else error
            self._ledger.go_back(mark)
            raise

    @contextmanager
    def _failing(self, tell: Tell | None = None) -> Iterator[None]:
        """A block that fails the unit when it raises; ``tell`` says where its problems stand."""
        self._raise_failure()
        try:
            yield
        except BaseException as error:
            if isinstance(error, RelatumError) and tell is not None:
                retold(error, tell)
            self._shared.failure = error
            raise

    def _raise_failure(self) -> None:
        if not self.writes:
            raise Forbidden(
                "Nothing can be written here: this only reads.",
                hint="Declare the action without reading=True; before commit, set values of the draft.",
            )
        if self._shared.failure is not None:
            raise self._shared.failure

    async def _apply_run(
        self, first: int, run: Sequence[Command], owed: dict[Owed, int], claims: list[Claim]
    ) -> list[Outcome]:
        batch = Batch(
            self._loader.plan,
            now=self._now,
            trusted=self.trusted,
            keys=self._keys,
            roles=self._roles,
        )
        react = self._react if self.storage.catalogue.before else None
        outcomes = await prepare_run(self._loader, batch, self._rights, first, run, react)
        if batch.writes:
            await write(self.connection, batch, self._ledger)
            owed.update(owed_by(batch))
            settle(batch, owed)
        if not self._rights.unrestricted:
            self._rights.remember(batch)
            claims += claims_after(batch, list(enumerate(run, start=first)), outcomes)
        return outcomes

    async def _react(self, batch: Batch) -> None:
        await react(batch, self.storage.catalogue.before, partial(self.storage.lend, self))

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
        self._raise_failure()
        found = await erasing.find(self._loader, record)
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
        return await missing_ties(self._loader, self._shared.owed, self._now)

    async def finish(self, *, allow_missing: bool) -> None:
        """Judge what only the end of the unit can tell.

        Args:
            allow_missing: whether records may be left with fewer ties than they must have.

        Raises:
            LimitBroken: a record has fewer ties than it must (`Problems` for several).
        """
        self._raise_failure()
        if not allow_missing:
            await self._judge_missing()
        await self._ledger.close()

    async def _judge_missing(self) -> None:
        raise_too_few(await self.missing() if self._shared.owed else [])
