"""Workflows: functions of a plugin that end what they have begun, whatever happens to the process that runs them.

A workflow does its work in steps. What a step has done is kept, so that a workflow which was cut short goes on after the
last step that was kept; only the step that was under way is done again, with the key it had before.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar

from relatum_schemas.action import Action
from relatum_schemas.functions import PluginFunction, named_rights
from relatum_schemas.policy import Right

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Retry:
    """How often something that fails is tried, and after which pauses.

    Attributes:
        attempts: at the most, the first one included.
        first: the pause after the first attempt.
        factor: by which each pause is longer than the one before.
        longest: that a pause may be.
    """

    attempts: int = 6
    first: timedelta = timedelta(seconds=1)
    factor: float = 3.0
    longest: timedelta = timedelta(hours=1)

    def pause(self, attempt: int) -> timedelta:
        """The pause after an attempt, counted from 1."""
        return min(self.first * self.factor ** (attempt - 1), self.longest)


@dataclass(frozen=True)
class Queue:
    """What lets only so many workflows run at once, over all processes of the installation.

    Attributes:
        name: of the queue, within its plugin.
        at_once: how many may run at the same time; None for any number. One that sleeps is running.
        each: how many may begin within a period: ``(30, timedelta(minutes=1))``; None for any number.
    """

    name: str
    at_once: int | None = None
    each: tuple[int, timedelta] | None = None


@dataclass(frozen=True)
class Step(Generic[T]):
    """A part of a workflow with its own way of being tried again."""

    function: Callable[..., Awaitable[T]]
    retry: Retry

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    async def __call__(self, *arguments: Any, **named: Any) -> T:
        """Run the function itself."""
        return await self.function(*arguments, **named)


@dataclass(frozen=True)
class Workflow(PluginFunction):
    """A function that goes on where it stood.

    Attributes:
        function: what it does. Its first parameter is the context; the others are what it is started with.
        elevated: the rights that it has, by the name of a type or trait.
        queue: that it waits in; None where any number may run at once.
        cron: when it is started by itself; None where it is not.
    """

    function: Callable[..., Awaitable[Any]]
    elevated: Mapping[str, Right] = field(default_factory=dict, hash=False)
    queue: Queue | None = None
    cron: str | None = None

    @cached_property
    def call(self) -> Action:
        """What it takes and gives, as of an action."""
        return Action(self.function, None, frozenset(), self.elevated)

    async def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Run the function itself, as another workflow of the plugin would."""
        return await self.function(*arguments, **named)


@dataclass(frozen=True)
class Template:
    """A message that `ctx.notify` sends, in Jinja's language.

    It is given ``record``, of which it shows only what its receiver may read, and ``person``, the receiver.

    Attributes:
        subject: one line.
        text: the message itself.
        attach: the name of the record's field whose file goes along, if its receiver may read that.
    """

    subject: str
    text: str
    attach: str | None = None


def workflow(
    *, elevated: Mapping[type | str, Right] | None = None, queue: Queue | None = None
) -> Callable[[Callable[..., Awaitable[Any]]], Workflow]:
    """Declare an async function as a workflow.

    Args:
        elevated: the rights that it needs, by type: ``{Machine: READ | UPDATE}``. It has no others, whoever starts it.
        queue: that it waits in, where not any number may run at once.
    """
    return lambda function: Workflow(function, named_rights(elevated), queue)


def step(*, retry: Retry) -> Callable[[Callable[..., Awaitable[T]]], Step[T]]:
    """Declare how an async function is tried again where a workflow does it as a step."""
    return lambda function: Step(function, retry)


def scheduled(
    cron: str,
    *,
    elevated: Mapping[type | str, Right] | None = None,
    queue: Queue | None = None,
) -> Callable[[Callable[..., Awaitable[Any]]], Workflow]:
    """Declare an async function as a workflow that starts by itself, once per tick over all processes.

    Args:
        cron: minute, hour, day of the month, month and day of the week, in the installation's zone: ``"0 6 * * mon"``.
        elevated: the rights that it needs, by type.
        queue: that it waits in, where not any number may run at once.
    """
    return lambda function: Workflow(function, named_rights(elevated), queue, cron)
