"""Shows plugins what is about to be written: their reactions before commit set values of it, or refuse it.

A reaction is the plugin's own code. What it sets is validated by the kinds of the fields, and judged with all else that the
batch leaves behind, but no policy is asked whether the caller may write it.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from relatum.catalogue.instances import instance
from relatum.catalogue.resolved import BeforeRule
from relatum.connections.repeat import Outdated, Repeat
from relatum.sealing import Sealed
from relatum.writing import drafts
from relatum.writing.commands import Operation
from relatum.writing.drafts import Batch, State
from relatum.writing.expectations import is_fulfilled
from relatum.writing.forms import END_NAMES, PERIOD_COLUMNS
from relatum.writing.values import amended_content
from relatum_schemas.errors import Path, PathStep, PluginFailed, Problems, Refused, RelatumError

Lend = Callable[[BeforeRule], AbstractAsyncContextManager[object]]
"""Surrounds a reaction in the unit of work under way: gives its context."""

_ON_ENDS = frozenset({*END_NAMES, *PERIOD_COLUMNS})
_MADE_OF_COMMANDS = frozenset({"created", "updated", "related", "changed", "corrected", "ended"})
_AT = frozenset({"ended", "changed"})


class Draft:
    """A record as it would be written, as a reaction before commit sees it.

    Attributes:
        operation: what is being done to it: ``"created"``, ``"updated"``, ``"deleted"``, ...
    """

    def __init__(self, batch: Batch, draft: drafts.Draft, operation: Operation) -> None:
        self.operation = operation
        self._batch = batch
        self._draft = draft
        self._values = Values(self)

    @property
    def id(self) -> UUID:
        """The record's."""
        return self._draft.id

    @property
    def type(self) -> str:
        """The name of the record's type."""
        return self._draft.form.name

    @property
    def values(self) -> "Values":
        """The values of its fields by name, as they would be written; set them to alter what is written.

        What is encrypted is there only when it is given anew.
        """
        return self._values

    @property
    def before(self) -> Mapping[str, object] | None:
        """The values of its fields by name as they are stored; None for a new record."""
        stored = self._draft.stored
        return None if stored is None else dict(self._shown(stored))

    @property
    def changed(self) -> tuple[str, ...]:
        """The names of the fields whose values differ from what is stored; of a tie also its ends and bounds."""
        return changed(self._draft)

    @property
    def record(self) -> Any:
        """The record as it would be written, an instance of its class."""
        state = self._draft.last
        values: dict[str, Any] = {
            **dict(self._shown(state)), "id": self.id, "version": state.version,
        }  # fmt: skip
        if self._draft.form.is_tie:
            values |= dict(zip(END_NAMES, state.ends(), strict=True))
            values |= dict(zip(PERIOD_COLUMNS, state.period, strict=True))
        return instance(self._batch.plan.catalogue.classes[self.type], values)

    @property
    def source(self) -> UUID | None:
        """Of a tie, the record at one end."""
        return self._draft.last.source

    @property
    def target(self) -> UUID | None:
        """Of a tie, the record at the other end."""
        return self._draft.last.target

    @property
    def valid_from(self) -> date | None:
        """Of a tie, when it begins to hold: a day or an instant, as its type has it."""
        return self._draft.last.period.start

    @property
    def valid_to(self) -> date | None:
        """Of a tie, when it no longer holds."""
        return self._draft.last.period.end

    def refuse(self, reason: str, message: str, *, path: Path | str = ()) -> None:
        """Refuse what is being done to the record, and let the reaction go on to its other drafts.

        Args:
            reason: the plugin's own stable code.
            message: for the person who asked for it.
            path: the field or end that it is about, if it is about one.
        """
        self._note(Refused(reason, path=path, message=message))

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note errors of the family that the block raises as problems of what is being done to the record."""
        try:
            yield
        except RelatumError as error:
            self._note(error)

    def _note(self, error: RelatumError) -> None:
        """Note problems by the place in what the caller gave."""
        for each in error.problems if isinstance(error, Problems) else (error,):
            each.path = self._place(each.path)
            self._batch.problem(each, self._draft.command)

    def set(self, name: str, value: object) -> None:
        """Set a value to be written.

        Raises:
            RelatumError: it is not right for the field, or the type has no such field; the path names it.
            TypeError: the record is being taken away.
        """
        draft = self._draft
        if draft.state is None:
            raise TypeError(f"Nothing can be set of a {self.type} that is {self.operation}.")
        step = draft.steps[-1]
        prior = draft.steps[-2].state if len(draft.steps) > 1 else draft.stored
        content, changed, problems = amended_content(
            self._batch,
            draft.form,
            None if prior is None else prior.content,
            step.state,
            name,
            value,
        )
        if problems:
            raise problems[0]
        beside = tuple(each for each in step.fields if each not in draft.form.positions)
        draft.amend((*changed, *beside), content)

    def _shown(self, state: State) -> Iterator[tuple[str, object]]:
        for name, value in self._draft.form.values(state.content).items():
            if not isinstance(value, Sealed):
                yield name, value

    def _place(self, path: Path) -> tuple[PathStep, ...]:
        """Where something that is wrong with the record stands in the command that the caller gave."""
        if self.operation not in _MADE_OF_COMMANDS:
            return ("id",)
        form = self._draft.form
        first = path[0] if path else None
        named = first in form.positions or first in form.type.ends or first in _ON_ENDS
        if not named:
            return ()
        return tuple(path) if self.operation not in _AT or first != "valid_to" else ("at",)


class Values(MutableMapping[str, Any]):
    """The values of a draft by field name. Whatever is set is validated at once."""

    def __init__(self, draft: Draft) -> None:
        self._of = draft

    def __getitem__(self, name: str) -> Any:
        return self._now()[name]

    def __setitem__(self, name: str, value: object) -> None:
        self._of.set(name, value)

    def __delitem__(self, name: str) -> None:
        self._of.set(name, None)

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())

    def _now(self) -> dict[str, object]:
        return dict(self._of._shown(self._of._draft.last))


def changed(draft: drafts.Draft) -> tuple[str, ...]:
    """What the acts on a record changed, by name."""
    return tuple(dict.fromkeys(name for step in draft.steps for name in step.fields))


async def react(batch: Batch, rules: Sequence[BeforeRule], lend: Lend) -> None:
    """Let the reactions of plugins see a batch before it is checked and written, one after the other.

    Args:
        batch: all that was done in memory.
        rules: the reactions, in the order in which they are told.
        lend: surrounds each, and gives it its context.

    Raises:
        RelatumError: a reaction refuses, or sets what is not right (`Problems` for several).
        PluginFailed: a reaction raises what it should not.
    """
    for rule in rules:
        shown = list(_concerned(batch, rule))
        if shown:
            await _tell(rule, shown, lend)
            batch.raise_problems()
    for draft in list(batch.touched()):
        draft.forget_idle()


def _concerned(batch: Batch, rule: BeforeRule) -> Iterator[Draft]:
    trigger = rule.reaction.trigger
    for draft in batch.touched():
        form = draft.form
        if form.name not in rule.types:
            continue
        differing = changed(draft)
        operation = next(
            (each.operation for each in draft.steps if trigger.concerns(each.operation, differing)),
            None,
        )
        if operation is None:
            continue
        when = rule.when.get(form.name)
        if when is None or is_fulfilled(form.type, when, form.values(draft.last.content)):
            yield Draft(batch, draft, operation)


async def _tell(rule: BeforeRule, shown: Sequence[Draft], lend: Lend) -> None:
    """Run a reaction; what it raises beside errors of the family is the plugin's own fault, and told as no more."""
    try:
        async with lend(rule) as context:
            if rule.reaction.takes_several:
                await _tell_several(rule, context, shown)
            else:
                for each in shown:
                    with each.noting():
                        await rule.reaction(context, each)
    except (RelatumError, Repeat, Outdated):
        raise
    except Exception as error:
        raise PluginFailed(
            f"The plugin {rule.plugin!r} failed in {rule.reaction.name!r}; nothing was written.",
            hint="Tell who runs this installation: its log says why.",
            details={"plugin": rule.plugin, "reaction": rule.reaction.name},
        ) from error


async def _tell_several(rule: BeforeRule, context: object, shown: Sequence[Draft]) -> None:
    if len(shown) == 1:
        with shown[0].noting():
            await rule.reaction(context, shown)
        return
    try:
        await rule.reaction(context, shown)
    except RelatumError as error:
        error.path = ()  # which of them it is about, only `Draft.refuse` can say
        raise
