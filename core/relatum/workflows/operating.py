"""How administrators see workflows and steer them, from any process, be it one that works or not."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeVar

from dbos import DBOSClient, PortableWorkflowError, StepInfo, WorkflowStatus
from sqlalchemy.exc import OperationalError, ProgrammingError

from relatum.access import Principal
from relatum.workflows.engine import OUT_OF_FORCE, WORKFLOWS, client, work_file
from relatum_schemas.errors import BadCursor, Conflict, DatabaseUnavailable, Forbidden, NotFound

T = TypeVar("T")

State = Literal["WAITING", "RUNNING", "DONE", "FAILED", "CANCELLED"]

STATES: Final[dict[State, tuple[str, ...]]] = {
    "WAITING": ("ENQUEUED", "DELAYED"),
    "RUNNING": ("PENDING",),
    "DONE": ("SUCCESS",),
    "FAILED": ("ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"),
    "CANCELLED": ("CANCELLED",),
}
"""What is said of workflows, by what is kept of them."""

_SAID: Final[dict[str, State]] = {kept: said for said, all_ in STATES.items() for kept in all_}
_SCHEDULED: Final = "sched-"


@dataclass(frozen=True, kw_only=True)
class StepState:
    """What is known of a step.

    Attributes:
        number: within its workflow, from 1.
        name: of the function; ``sleep`` for a pause.
        error: why it failed; None where it did not.
        started_at: when it was begun.
        ended_at: when it ended, or for a pause will end.
    """

    number: int
    name: str
    error: str | None
    started_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class WorkflowState:
    """What is known of a workflow.

    Attributes:
        id: its id.
        name: its full name, or a reaction's.
        state: whether it waits for its turn, runs (or sleeps), is done, failed, or was cancelled.
        error: why it failed; None where it did not.
        attempts: how often it was begun, or gone on with.
        started_at: when it was asked for.
        changed_at: when its state changed last.
        queue: in which it waits, or waited.
    """

    id: str
    name: str
    state: State
    error: str | None
    attempts: int
    started_at: datetime
    changed_at: datetime
    queue: str | None


@dataclass(frozen=True)
class WorkflowPage:
    """Some workflows, the newest first.

    Attributes:
        workflows: what there is of them.
        cursors: of each its own, after which a page may begin.
        more: whether there are more after them.
    """

    workflows: list[WorkflowState]
    cursors: list[str]
    more: bool


class Operator:
    """Sees and steers the workflows of an installation. Every method is for administrators only."""

    def __init__(self, url: str) -> None:
        """Bind the installation's database; it is reached when something is asked."""
        self._url = url
        self._client: DBOSClient | None = None

    async def workflows(
        self,
        by: Principal,
        *,
        state: State | None = None,
        name: str | None = None,
        first: int = 50,
        after: str | None = None,
    ) -> WorkflowPage:
        """Workflows and reactions, the newest first.

        Args:
            by: who asks.
            state: only those in this state.
            name: only those of this full name.
            first: how many at the most.
            after: the cursor of one, after which to begin.

        Raises:
            Forbidden: `by` is no administrator.
            BadCursor: ``after`` is none that was given.
        """
        _for_administrators(by)
        passed = _passed(after)
        prefixes = None if name is None else _prefixes([name])
        found = await self._ask(
            lambda client: client.list_workflows(
                status=None if state is None else list(STATES[state]),
                workflow_id_prefix=prefixes,
                limit=first + 1,
                offset=passed,
                sort_desc=True,
                load_input=False,
            ),
            list[WorkflowStatus](),
        )
        shown = [_state(each) for each in found[:first]]
        cursors = [str(passed + number) for number in range(1, len(shown) + 1)]
        return WorkflowPage(shown, cursors, more=len(found) > first)

    async def steps(self, by: Principal, workflow: str) -> list[StepState]:
        """The steps that a workflow has done so far, in order.

        Raises:
            Forbidden: `by` is no administrator.
        """
        _for_administrators(by)
        found = await self._ask(
            lambda client: client.list_workflow_steps(workflow), list[StepInfo]()
        )
        return [_step(each) for each in found]

    async def retry(self, by: Principal, workflow: str) -> WorkflowState:
        """Have a workflow that failed, or was cancelled, go on: with the step that failed, if one did.

        A reaction begins anew, and what follows for the same record waits for it again.

        Raises:
            Forbidden: `by` is no administrator.
            NotFound: there is no such workflow.
            Conflict: it neither failed nor was cancelled.
        """
        _for_administrators(by)
        return await self._steered(workflow, _retry)

    async def cancel(self, by: Principal, workflow: str) -> WorkflowState:
        """Have a workflow end before its next step.

        Raises:
            Forbidden: `by` is no administrator.
            NotFound: there is no such workflow.
            Conflict: it has ended.
        """
        _for_administrators(by)
        return await self._steered(workflow, _cancel)

    async def go_on(self, names: Iterable[str]) -> int:
        """Let go on what failed since its plugin was not in force, and return how much that is.

        Args:
            names: of the reactions and workflows in force now.
        """
        prefixes = _prefixes(names)

        def work(client: DBOSClient) -> int:
            found = client.list_workflows(
                status=list(STATES["FAILED"]), workflow_id_prefix=prefixes, load_input=False
            )
            stopped = [each for each in found if _was_out_of_force(each)]
            for each in stopped:
                _retry(client, each)
            return len(stopped)

        return await self._ask(work, 0) if prefixes else 0

    async def forget(self, by: Principal, plugin: str) -> int:
        """Forget all that a plugin has begun, ended or not, and return how much that was.

        Raises:
            Forbidden: `by` is no administrator.
        """
        _for_administrators(by)

        def work(client: DBOSClient) -> int:
            found = client.list_workflows(
                workflow_id_prefix=[f"{plugin}.", f"{_SCHEDULED}{plugin}."],
                load_input=False,
                load_output=False,
            )
            client.delete_workflows([each.workflow_id for each in found])
            return len(found)

        return await self._ask(work, 0)

    async def close(self) -> None:
        """Let go of the database."""
        if self._client is not None:
            closing, self._client = self._client, None
            await asyncio.to_thread(_close, closing)

    async def _steered(
        self, workflow: str, steer: Callable[[DBOSClient, WorkflowStatus], None]
    ) -> WorkflowState:
        def work(client: DBOSClient) -> WorkflowState | None:
            for found in client.list_workflows(workflow_ids=[workflow], load_input=False):
                steer(client, found)
                (after,) = client.list_workflows(workflow_ids=[workflow], load_input=False)
                return _state(after)
            return None

        steered = await self._ask(work, None)
        if steered is None:
            raise NotFound(f"There is no workflow {workflow!r}.")
        return steered

    async def _ask(self, work: Callable[[DBOSClient], T], nothing: T) -> T:
        """Do something with what is kept; ``nothing`` where nothing was ever kept."""
        if self._url.startswith("sqlite") and not work_file(self._url).exists():
            return nothing
        if self._client is None:
            self._client = await asyncio.to_thread(client, self._url)
        try:
            return await asyncio.to_thread(work, self._client)
        except ProgrammingError:
            return nothing
        except OperationalError as error:
            if "no such table" in str(error.orig):
                return nothing
            raise DatabaseUnavailable("What is kept of workflows cannot be reached.") from error


@asynccontextmanager
async def operating(url: str) -> AsyncIterator[Operator]:
    """What sees and steers the workflows of an installation, while the block runs.

    Args:
        url: of its database.
    """
    operator = Operator(url)
    try:
        yield operator
    finally:
        await operator.close()


def _retry(client: DBOSClient, found: WorkflowStatus) -> None:
    if _SAID[found.status] not in ("FAILED", "CANCELLED"):
        raise Conflict(
            f"The workflow {found.workflow_id!r} neither failed nor was cancelled.",
            hint="Nothing has to be done again.",
        )
    client.rewind_workflow(
        found.workflow_id,
        start_step=_first_to_do(client, found),
        queue_name=found.queue_name or WORKFLOWS,
        queue_partition_key=found.queue_partition_key,
    )


def _prefixes(names: Iterable[str]) -> list[str]:
    """With what the ids of all begin that has one of these names."""
    return [each for name in names for each in (f"{name}:", f"{_SCHEDULED}{name}-")]


def _was_out_of_force(found: WorkflowStatus) -> bool:
    return isinstance(found.error, PortableWorkflowError) and found.error.code == OUT_OF_FORCE


def _first_to_do(client: DBOSClient, found: WorkflowStatus) -> int:
    """The step with which a workflow is to go on."""
    if found.name == "relatum.react":
        return 1
    steps = client.list_workflow_steps(found.workflow_id)
    failed = [each["function_id"] for each in steps if each["error"] is not None]
    done = [each["function_id"] for each in steps]
    return min(failed, default=max(done, default=0) + 1)


def _cancel(client: DBOSClient, found: WorkflowStatus) -> None:
    if _SAID[found.status] not in ("WAITING", "RUNNING"):
        raise Conflict(f"The workflow {found.workflow_id!r} has ended.")
    client.cancel_workflow(found.workflow_id)


def _close(closing: DBOSClient) -> None:
    engine = closing._sys_db.engine
    closing.destroy()
    engine.dispose()


def _for_administrators(by: Principal) -> None:
    if not by.unrestricted:
        raise Forbidden("Only administrators see and steer workflows.")


def _passed(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isdecimal():
        raise BadCursor("This is no cursor of workflows.", hint="Give it as it was.")
    return int(cursor)


def _state(found: WorkflowStatus) -> WorkflowState:
    started, changed = _moment(found.created_at), _moment(found.updated_at)
    assert started is not None and changed is not None
    state = _SAID[found.status]
    return WorkflowState(
        id=found.workflow_id,
        name=_name(found),
        state=state,
        error=_error(found, state),
        attempts=found.recovery_attempts or 0,
        started_at=started,
        changed_at=changed,
        queue=found.queue_name,
    )


def _name(found: WorkflowStatus) -> str:
    return found.schedule_name or found.workflow_id.partition(":")[0]


def _error(found: WorkflowStatus, state: State) -> str | None:
    if state != "FAILED":
        return None
    if found.error is None:
        return "It was begun too often: the process died each time."
    return str(found.error)


def _step(found: StepInfo) -> StepState:
    return StepState(
        number=found["function_id"],
        name=found["function_name"].removeprefix("DBOS."),
        error=None if found["error"] is None else str(found["error"]),
        started_at=_moment(found["started_at_epoch_ms"]),
        ended_at=_moment(found["completed_at_epoch_ms"]),
    )


def _moment(milliseconds: Any) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
