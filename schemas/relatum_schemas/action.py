"""Actions and reactions: the business functions of a plugin, free of transport."""

import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, get_type_hints
from uuid import UUID

from relatum_schemas.policy import Right


@dataclass(frozen=True)
class Action:
    """A typed business function. The first parameter is the context; the server offers the others as inputs.

    Attributes:
        function: what it does.
        subject: the type whose records it acts on.
        roles: that may call it, beside those that policies name.
        elevated: rights beyond its caller's, by the name of a type or trait.
    """

    function: Callable[..., Awaitable[Any]]
    subject: type | None
    roles: frozenset[str]
    elevated: Mapping[str, Right] = field(default_factory=dict, hash=False)

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    @property
    def description(self) -> str:
        """The function's docstring."""
        return inspect.getdoc(self.function) or ""

    @cached_property
    def inputs(self) -> Mapping[str, inspect.Parameter]:
        """Parameters after the context, by name, with their annotations resolved."""
        hints = get_type_hints(self.function, include_extras=True)
        _, *parameters = inspect.signature(self.function).parameters.values()
        return {
            each.name: each.replace(annotation=hints.get(each.name, Any)) for each in parameters
        }

    @property
    def subject_input(self) -> str | None:
        """The input that takes the record it acts on: the first of the subject's type."""
        return next(
            (name for name, each in self.inputs.items() if each.annotation is self.subject), None
        )

    async def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Run the function itself, as another action of the plugin would."""
        return await self.function(*arguments, **named)


def action(
    subject: type | None = None,
    *,
    rights: Collection[str] = (),
    elevated: Mapping[type | str, Right] | None = None,
) -> Callable[[Callable[..., Awaitable[Any]]], Action]:
    """Declare an async function as an action.

    Args:
        subject: the type whose records it acts on; None for an action of its own.
        rights: the roles that may call it. Policies may name it as well, with conditions on the record it acts on.
        elevated: rights that it needs beyond its caller's, by type: ``{Machine: READ | UPDATE}``. It has them in
            `ctx.elevated`; they are shown when the plugin is checked, and each call is noted in the access log.
    """
    given = {
        each if isinstance(each, str) else each.__name__: right
        for each, right in (elevated or {}).items()
    }
    return lambda function: Action(function, subject, frozenset(rights), given)


@dataclass(frozen=True)
class Change:
    """One line of the change log, as a reaction sees it."""

    position: int | None
    type: str
    record: UUID
    version: int
    operation: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Reaction:
    """A function that is told of changes after they are committed."""

    function: Callable[[Any, Change], Awaitable[None]]
    type: type
    operation: str


def on(
    type_: type, operation: str
) -> Callable[[Callable[[Any, Change], Awaitable[None]]], Reaction]:
    """Declare an async function that is told of each ``operation`` (``created``, ``updated``, ...) on a type."""
    return lambda function: Reaction(function, type_, operation)
