"""What a batch of commands works on: records in memory, as they are stored and as they will be.

A batch loads the records that its commands name, applies the commands in order, is checked as a whole, and is written
as a whole. Every act on a record leaves a *step*: its state after the act, which becomes a version and a change line.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from relatum.sealing import Keyring
from relatum.writing.commands import ExternalKey, Operation, Outcome
from relatum.writing.forms import Content, Form
from relatum.writing.periods import ALWAYS, Period
from relatum.writing.plan import Plan
from relatum_schemas.errors import (
    Conflict,
    NotFound,
    PathStep,
    Problems,
    RelatumError,
    StaleVersion,
)
from relatum_schemas.phrase import Phrase


@dataclass(slots=True)
class State:
    """One version of a record. Never altered: acts make new ones.

    Attributes:
        version: counts from 1.
        content: values in the order of the form's fields.
        source: of a tie, the record at one end.
        target: of a tie, the record at the other end.
        period: in which a tie holds.
        recorded_from: when the version was recorded; None while it is not.
    """

    version: int
    content: Content
    source: UUID | None = None
    target: UUID | None = None
    period: Period = ALWAYS
    recorded_from: datetime | None = None

    def ends(self) -> tuple[UUID, UUID]:
        """Source and target of a tie."""
        assert self.source is not None
        assert self.target is not None
        return self.source, self.target

    def after(self, **differences: object) -> "State":
        """The next version, which differs so."""
        return replace(self, version=self.version + 1, recorded_from=None, **differences)  # type: ignore[arg-type]  # names are fields


@dataclass(slots=True)
class Step:
    """One act on a record: what was done, which fields it touched, and the state after it."""

    operation: Operation
    fields: tuple[str, ...]
    state: State
    alive: bool = True
    """Whether the record is there after the act; an act that ends it leaves its last state."""


@dataclass(slots=True)
class Draft:
    """A record in a batch.

    Attributes:
        id: the record's.
        form: of its type.
        command: index of the command that touched it last, for the paths of errors.
        stored: its state in the database; None when it is new, or deleted and about to be restored.
        state: its state after the steps so far; None when it is gone.
        steps: the acts on it, in order.
        revived: whether it was deleted before, and is brought back.
        merged_into: what it became, or is becoming.
        ended_at: of a revived record, when its last version was closed.
    """

    id: UUID
    form: Form
    command: int
    stored: State | None = None
    state: State | None = None
    steps: list[Step] = field(default_factory=list)
    revived: bool = False
    merged_into: UUID | None = None
    ended_at: datetime | None = None

    def step(self, operation: Operation, fields: tuple[str, ...], state: State) -> None:
        """Take the record into a new state."""
        self.state = state
        self.steps.append(Step(operation, fields, state))

    def amend(self, fields: tuple[str, ...], content: Content) -> None:
        """Let the last act have left another content, so that it touched these fields."""
        last = self.steps[-1]
        self.state = replace(last.state, content=content)
        self.steps[-1] = Step(last.operation, fields, self.state)

    def forget_idle(self) -> None:
        """Forget the last act if it leaves all as it was."""
        last = self.steps[-1]
        if last.operation in ("updated", "corrected") and not last.fields:
            self.steps.pop()
            self.state = self.steps[-1].state if self.steps else self.stored

    def leave(self, operation: Operation) -> None:
        """Take the record away."""
        assert self.state is not None
        self.steps.append(Step(operation, (), self.state, alive=False))
        self.state = None

    def outcome(self, operation: Operation, consequences: Iterable["Draft"] = ()) -> Outcome:
        """What is told of the record, and what followed for others."""
        version = self.steps[-1].state.version if self.steps else self.last.version
        told = tuple(each.outcome(each.steps[-1].operation) for each in consequences)
        return Outcome(self.id, self.form.name, version, operation, told)

    @property
    def last(self) -> State:
        """The state that it has, or had last."""
        state = self.state or (self.steps[-1].state if self.steps else self.stored)
        assert state is not None
        return state

    @property
    def superseded(self) -> datetime | None:
        """The latest instant at which something of the record is on record."""
        return self.ended_at if self.stored is None else self.stored.recorded_from

    @property
    def is_new(self) -> bool:
        """Whether the record was made in this batch."""
        return self.stored is None and not self.revived


@dataclass(frozen=True, slots=True)
class Resting:
    """A problem that rests on records which are there, given with their types, and on these fields of them."""

    error: RelatumError
    records: Mapping[UUID, str]
    fields: tuple[str, ...] = ()


class Batch:
    """The records that a run of commands works on, and the problems found with it.

    Args:
        plan: of the catalogue.
        now: the present, for acts that say no date.
        trusted: whether read-only fields may be given, and records begin in any state.
        keys: to encrypt with.
        roles: by which it is judged who may take records from state to state; None where whoever writes may.

    Attributes:
        forbidden: by command, why the principal may not do it.
        resting: problems that rest on records which are there; who may not see these is told less.
        veiled: by command, the deleted record that it brings back, if only policies can say of a record that is there
            whether it may be seen; that it cannot be brought back is told as if it were none.
    """

    def __init__(
        self,
        plan: Plan,
        *,
        now: datetime,
        trusted: bool,
        keys: Keyring | None = None,
        roles: frozenset[str] | None = None,
    ) -> None:
        self.plan = plan
        self.roles = roles
        self.now = now
        self.trusted = trusted
        self.keys = keys
        self.drafts: dict[UUID, Draft] = {}
        self.problems: list[RelatumError] = []
        self.forbidden: dict[int, RelatumError] = {}
        self.resting: list[Resting] = []
        self.veiled: dict[int, UUID] = {}
        self.external_keys: list[tuple[Draft, ExternalKey]] = []

    def add(self, draft: Draft) -> Draft:
        """Take a record in."""
        self.drafts[draft.id] = draft
        return draft

    def add_new(
        self, draft: Draft, operation: Operation, external_keys: Iterable[ExternalKey]
    ) -> Draft | None:
        """Take a new record in; None when its id is taken."""
        if draft.id in self.drafts:
            self.problem(Conflict("The id is given twice.", path="id"), draft.command)
            return None
        state = draft.last
        names = tuple(
            field.name
            for field, value in zip(draft.form.fields, state.content, strict=True)
            if value is not None
        )
        draft.steps.append(Step(operation, names, state))
        self.attach(draft, external_keys)
        return self.add(draft)

    def attach(self, draft: Draft, external_keys: Iterable[ExternalKey]) -> None:
        """Let a record be known by external keys."""
        self.external_keys += [(draft, key) for key in external_keys]

    @property
    def writes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.external_keys) or any(draft.steps for draft in self.drafts.values())

    def living(
        self,
        at: int,
        record_id: UUID,
        type_name: str | None = None,
        *,
        if_version: int | None = None,
    ) -> Draft | None:
        """The record that a command names, of the type and at the version that it expects; else a problem is noted."""
        draft = self.drafts.get(record_id)
        if draft is not None and type_name not in (None, draft.form.name):
            draft = None
        if draft is None or draft.state is None:
            into = draft.merged_into if draft is not None else None
            self.problem(not_found(record_id, into), at)
            return None
        if at in self.forbidden:
            self.problem(self.forbidden.pop(at), at)
            return None
        if if_version is not None and if_version != draft.state.version:
            self.problem(_stale(draft.state.version, if_version), at)
            return None
        return draft

    def problems_at(self, at: int, problems: Iterable[RelatumError]) -> None:
        """Note problems of a command."""
        for problem in problems:
            self.problem(problem, at)

    def touched(self) -> Iterator[Draft]:
        """The records that something was done to."""
        return (draft for draft in self.drafts.values() if draft.steps)

    def ties(self) -> Mapping[Form, list[Draft]]:
        """The ties that something was done to, by their form."""
        found: dict[Form, list[Draft]] = {}
        for draft in self.drafts.values():
            if draft.form.is_tie and draft.steps:
                found.setdefault(draft.form, []).append(draft)
        return found

    def problem(self, error: RelatumError, *prefix: str | int) -> None:
        """Note a problem; the prefix leads to the command."""
        self.problems.append(error.at(*prefix))

    def problem_resting_on(
        self,
        records: Iterable[UUID],
        error: RelatumError,
        draft: Draft,
        fields: Iterable[str] = (),
    ) -> None:
        """Note a problem of a record (or with one) that rests on others of its type which are there."""
        placed = error.at(draft.command)
        self.problems.append(placed)
        types = dict.fromkeys(records, draft.form.name)
        self.resting.append(Resting(placed, types, tuple(fields)))

    def raise_problems(self) -> None:
        """Refuse the batch if anything is wrong with it.

        Raises:
            RelatumError: the one problem found, or `Problems` with all of them.
        """
        problems = self._told() if self.veiled else self.problems
        if len(problems) == 1:
            raise problems[0]
        if problems:
            raise Problems(f"The commands have {len(problems)} problems.", problems)

    def _told(self) -> list[RelatumError]:
        """The problems, with no more than one that tells nothing about each record that is veiled."""
        told: list[RelatumError] = []
        silent: set[PathStep] = set()
        for problem in self.problems:
            at = next(iter(problem.path), None)
            if not isinstance(at, int) or at not in self.veiled:
                told.append(problem)
            elif at not in silent:
                silent.add(at)
                told.append(not_found(self.veiled[at]).at(at))
        return told


def not_found(record_id: UUID, merged_into: UUID | None = None) -> NotFound:
    """Say that there is no such record, or none that the principal may see."""
    if merged_into is None:
        return NotFound("There is no such record.", path="id", details={"id": str(record_id)})
    return NotFound(
        "The record was merged into another.",
        path="id",
        hint=f"Name {merged_into} instead.",
        details={"id": str(record_id), "merged_into": str(merged_into)},
    )


def _stale(present: int, expected: int) -> StaleVersion:
    return StaleVersion(
        Phrase(
            "The record is at version {present}, not at {expected}.",
            present=present,
            expected=expected,
        ),
        path="if_version",
        hint=Phrase("Read it again, then decide whether the change still holds."),
        details={"version": present},
    )
