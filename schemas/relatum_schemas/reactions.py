"""Reactions: what functions of a plugin do when records change, before the change is committed or after.

`before` is told inside the unit of work, when all is judged except what it may still alter, and nothing is written: it
may set values, or refuse. `on` is told of what is committed: durably, once per line of the change log.
"""

import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, get_origin, get_type_hints
from uuid import UUID

from relatum_schemas.functions import PluginFunction, named_rights, type_name
from relatum_schemas.policy import Right
from relatum_schemas.selection import Condition
from relatum_schemas.workflow import Retry

Subject = type | str
"""A type of records, a trait, or `Record`, by class or by name."""

BEFORE_OPERATIONS: Final = frozenset(
    {
        "created", "updated", "deleted", "restored", "merged",
        "related", "ended", "changed", "corrected", "removed",
    }
)  # fmt: skip
"""What a reaction before commit can be told of."""

OPERATIONS: Final = BEFORE_OPERATIONS | {"erased", "began", "lapsed"}
"""What a reaction after commit can be told of: all that a line of the change log may say."""


@dataclass(frozen=True, kw_only=True)
class Trigger:
    """What a reaction is told of.

    Attributes:
        subjects: names of types, of traits, or ``"Record"`` for every type.
        operations: what was done to a record of them.
        fields: told only when one of these differs; None for any change.
        when: told only of records that fulfil it, a condition on their own fields, as the change leaves them.
    """

    subjects: tuple[str, ...]
    operations: frozenset[str]
    fields: frozenset[str] | None = None
    when: Condition | None = field(default=None, hash=False)

    def concerns(self, operation: str, changed: Collection[str]) -> bool:
        """Whether it is told of an operation that changed these fields, as far as that alone can say."""
        return operation in self.operations and (
            self.fields is None or not self.fields.isdisjoint(changed)
        )


@dataclass(frozen=True)
class Change:
    """One line of the change log, as a reaction sees it.

    Attributes:
        position: of the line in the change log.
        type: of the record.
        record: its id.
        version: the version that the change made, or ended.
        operation: what was done.
        fields: that differ.
    """

    position: int | None
    type: str
    record: UUID
    version: int
    operation: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Reaction(PluginFunction):
    """A function that is told of changes after they are committed.

    Attributes:
        function: what it does, with the context and a change.
        trigger: what it is told of.
        elevated: the rights that it has, by the name of a type or trait.
        retry: how often it is tried where it fails.
    """

    function: Callable[[Any, Change], Awaitable[None]]
    trigger: Trigger
    elevated: Mapping[str, Right] = field(default_factory=dict, hash=False)
    retry: Retry = field(default_factory=Retry)

    async def __call__(self, context: Any, change: Change) -> None:
        """Run the function itself."""
        await self.function(context, change)


@dataclass(frozen=True)
class BeforeReaction(PluginFunction):
    """A function that is told of changes before anything of them is written.

    Attributes:
        function: what it does, with the context and a draft, or all drafts of a batch.
        trigger: what it is told of.
        elevated: rights beyond the caller's with which it may read, by the name of a type or trait.
    """

    function: Callable[..., Awaitable[None]]
    trigger: Trigger
    elevated: Mapping[str, Right] = field(default_factory=dict, hash=False)

    @cached_property
    def takes_several(self) -> bool:
        """Whether it is given all drafts of a batch at once: its second parameter is annotated ``Sequence[Draft]``."""
        _, drafts, *_ = inspect.signature(self.function).parameters
        annotation = get_type_hints(self.function).get(drafts)
        return get_origin(annotation) in (Sequence, list, tuple)

    async def __call__(self, context: Any, drafts: Any) -> None:
        """Run the function itself."""
        await self.function(context, drafts)


def before(
    subject: Subject | Sequence[Subject],
    *operations: str,
    fields: Collection[str] | None = None,
    when: Condition | None = None,
    elevated: Mapping[Subject, Right] | None = None,
) -> Callable[[Callable[..., Awaitable[None]]], BeforeReaction]:
    """Declare an async function that is told of changes before they are written: it may set values, or refuse.

    It is given a context and a ``Draft``, or a ``Sequence[Draft]`` with all of a batch, so that what it has to look up
    costs one question. It reads through the context, and writes nothing but the values of its drafts.

    Args:
        subject: the type, relationship type or trait, or `Record`, or several of them.
        operations: what is done to a record: ``"created"``, ``"updated"``, ``"related"``, ``"ended"``, ...
        fields: tell it only when one of these differs.
        when: tell it only of records that fulfil this condition on their own fields, as the change would leave them.
        elevated: rights beyond its caller's with which it may read, by type: ``{Machine: READ}``. It has them in
            `ctx.elevated`.
    """
    trigger = _trigger(subject, operations, fields, when)
    return lambda function: BeforeReaction(function, trigger, named_rights(elevated))


def on(
    subject: Subject | Sequence[Subject],
    *operations: str,
    fields: Collection[str] | None = None,
    when: Condition | None = None,
    elevated: Mapping[Subject, Right] | None = None,
    retry: Retry | None = None,
) -> Callable[[Callable[[Any, Change], Awaitable[None]]], Reaction]:
    """Declare an async function that is told of changes after they are committed.

    It is told of each change once, of those of one record one after the other. Where it fails it is tried again; what
    then follows for the same record waits.

    Args:
        subject: the type, relationship type or trait, or `Record`, or several of them.
        operations: what was done to a record: ``"created"``, ``"updated"``, ``"related"``, ``"ended"``, ...
        fields: tell it only when one of these differs.
        when: tell it only of records that fulfil this condition on their own fields.
        elevated: the rights that it needs, by type: ``{Machine: READ | UPDATE}``. It has no others.
        retry: how often it is tried where it fails, and after which pauses.
    """
    trigger = _trigger(subject, operations, fields, when)
    return lambda function: Reaction(function, trigger, named_rights(elevated), retry or Retry())


def _trigger(
    subject: Subject | Sequence[Subject],
    operations: Sequence[str],
    fields: Collection[str] | None,
    when: Condition | None,
) -> Trigger:
    several = (subject,) if isinstance(subject, type | str) else subject
    return Trigger(
        subjects=tuple(type_name(each) for each in several),
        operations=frozenset(operations),
        fields=None if fields is None else frozenset(fields),
        when=when,
    )
