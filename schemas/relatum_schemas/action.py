"""Actions and reactions: the business functions of a plugin, free of transport."""

import inspect
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints
from uuid import UUID


@dataclass(frozen=True)
class Action:
    """A typed business function. The first parameter is the context; the server offers the others as inputs."""

    function: Callable[..., Awaitable[Any]]
    subject: type | None
    roles: frozenset[str]
    elevated: frozenset[str] = frozenset()

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

    async def __call__(self, *arguments: Any, **named: Any) -> Any:
        """Run the function itself, as another action of the plugin would."""
        return await self.function(*arguments, **named)


def action(
    subject: type | None = None, *, rights: Collection[str] = (), elevated: Collection[str] = ()
) -> Callable[[Callable[..., Awaitable[Any]]], Action]:
    """Declare an async function as an action.

    Args:
        subject: the type whose records it acts on; None for an action of its own.
        rights: the roles that may call it.
        elevated: rights that it needs beyond its caller's; shown when the plugin is installed.
    """
    return lambda function: Action(function, subject, frozenset(rights), frozenset(elevated))


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
