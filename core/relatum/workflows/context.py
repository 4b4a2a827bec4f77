"""What a workflow is given: the context of an action, and the means to go on where it stood."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol, TypeVar

from relatum.session.context import Context
from relatum_schemas.workflow import Step

T = TypeVar("T")
StepFunction = Step[Any] | Callable[..., Awaitable[Any]]


class Progress(Protocol):
    """What keeps how far a workflow has come."""

    async def step(
        self, function: StepFunction, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        """Do a step, unless it is done already, and return what it gave."""
        ...

    async def sleep(self, duration: timedelta) -> None:
        """Sleep, or what is left of it."""
        ...


@dataclass(frozen=True)
class WorkflowContext(Context):
    """What a workflow is given.

    Beside what an action has: `db` and `elevated` are the same, the database with the rights that the workflow declares,
    and every call on it is a unit of work of its own. `key` is the workflow's id.

    What a workflow does between its steps is done again when it goes on after it was cut short, so it only decides there
    what to do next; all that has an effect, or that may come out differently another time, is done in steps.
    """

    progress: Progress = field(kw_only=True, repr=False)

    async def step(
        self, function: Step[T] | Callable[..., Awaitable[T]], *arguments: Any, **named: Any
    ) -> T:
        """Do something once: what it gives is kept, and given again when the workflow goes on after it was cut short.

        Args:
            function: what to do. It is given a `Context` with a `key` of its own, then the arguments. It is tried again
                where it fails, as its ``@step(retry=..)`` says, except where it raises `Refused`.
            arguments: what else it is given; values that JSON can hold, records by their ids.
            named: likewise, by name.

        Returns:
            What the function returns, of the type that its annotation says.

        Raises:
            StepFailed: all attempts failed, or it refused.
        """
        given: T = await self.progress.step(function, arguments, named)
        return given

    async def sleep(self, duration: timedelta) -> None:
        """Sleep, for days if need be; the time during which no process runs counts."""
        await self.progress.sleep(duration)
