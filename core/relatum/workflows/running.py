"""What DBOS runs: one function for reactions, one for workflows, one for schedules. They never change.

They look up what the plugin in force has declared under a name, and do it with the rights of the plugin. So a workflow
that was begun under one version of a plugin goes on under the next.
"""

import asyncio
import inspect
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final, get_type_hints
from uuid import UUID

from dbos import DBOS, PortableWorkflowError
from pydantic import TypeAdapter

from relatum.access import Principal
from relatum.catalogue import Catalogue, ReactionRule, WorkflowRule
from relatum.plugins.containing import contained
from relatum.plugins.health import PluginHealth
from relatum.session.context import Context, context_for
from relatum.session.database import Database
from relatum.session.inputs import read_inputs
from relatum.session.session import Session
from relatum.session.starting import NOTIFY, ids_of, wire
from relatum.workflows.context import StepFunction, WorkflowContext
from relatum.workflows.engine import OUT_OF_FORCE
from relatum_schemas.errors import PluginError, Refused, RelatumError, StepFailed
from relatum_schemas.policy import Right
from relatum_schemas.reactions import Change
from relatum_schemas.selection import Compare, FieldPath, Operator
from relatum_schemas.workflow import Retry, Step

log: Final = logging.getLogger("relatum.workflows")

LOOKING_SECONDS: Final = 1.0
"""How long what is in force is taken to be so without a look."""

_MOMENT: Final = 0.05
_ONE_TICK: Final = timedelta(microseconds=1)
_GONE: Final = frozenset({"deleted", "removed", "erased", "merged"})
"""After these there is no record to look at, so one looks at what was before."""


Notify = Callable[[WorkflowContext, Mapping[str, Any]], Any]


class Running:
    """The work that this process has under way."""

    def __init__(self, database: Database, notify: Notify) -> None:
        """Bind the database.

        Args:
            database: in use.
            notify: the engine's own workflow that tells people of something.
        """
        self._database = database
        self._notify = notify
        self._looked = float("-inf")
        self._awake: set[asyncio.Task[Any]] = set()
        self._asleep: set[asyncio.Task[Any]] = set()

    async def finish(self, seconds: float) -> None:
        """Wait so long for what does not sleep, then leave all as it is."""
        deadline = time.monotonic() + seconds
        while self._awake and time.monotonic() < deadline:
            # Looked at again and again, since those that fall asleep end no more.
            await asyncio.wait(self._awake, timeout=_MOMENT)
        left = self._awake | self._asleep
        for each in left:
            each.cancel()
        if left:
            await asyncio.wait(left, timeout=seconds)

    # --- what DBOS runs

    async def react(self, name: str, told: dict[str, Any]) -> None:
        """Tell a reaction of a change, as often as it takes."""
        change, at = _change(told)
        with self._under_way():
            rule = await self._reaction(name)
            for attempt in count(1):
                context = self._context(rule.plugin, name, rule.reaction.elevated, _workflow_id())
                try:
                    if await self._concerned(rule, change, at):
                        await contained(rule.reaction(context, change))
                except Exception as error:
                    await self._pause(rule, change, attempt, error)
                else:
                    self._health.recovered(rule.plugin, f"reaction {rule.reaction.name}")
                    return

    async def run(self, name: str, inputs: dict[str, Any]) -> Any:
        """Run a workflow, from its beginning or from where it stood."""
        with self._under_way():
            if name == NOTIFY:
                return await self._notify(self._workflow_context("relatum", name, {}), inputs)
            return await self._run(await self._workflow(name), inputs)

    async def tick(self, due: datetime, name: str) -> Any:
        """Run a workflow that is due."""
        del due
        with self._under_way():
            return await self._run(await self._workflow(name), {})

    @property
    def _health(self) -> PluginHealth:
        return self._database.storage.surroundings.health

    async def _catalogue(self) -> Catalogue:
        """What is in force, or was a moment ago: what runs by itself sees no request that would tell."""
        now = time.monotonic()
        if now - self._looked > LOOKING_SECONDS:
            self._looked = now
            await self._database.renewed()
        return self._database.catalogue

    # --- reactions

    async def _reaction(self, name: str) -> ReactionRule:
        catalogue = await self._catalogue()
        rule = next((each for each in catalogue.reactions if each.name == name), None)
        if rule is None:
            raise _not_in_force(name)
        return rule

    async def _concerned(self, rule: ReactionRule, change: Change, at: datetime) -> bool:
        """Whether the record fulfils the reaction's condition, as the change left it."""
        condition = rule.when.get(change.type)
        if condition is None:
            return True
        session = self._session(rule.plugin, {change.type: Right.READ | Right.HISTORY})
        declared = self._database.catalogue.classes[change.type]
        it = Compare(path=FieldPath(field="id"), operator=Operator.EQ, value=str(change.record))
        moment = at - _ONE_TICK if change.operation in _GONE else at
        query = session.select(declared).where(it).where(condition).at(recorded=moment, valid=None)
        return await query.exists()

    async def _pause(
        self, rule: ReactionRule, change: Change, attempt: int, error: Exception
    ) -> None:
        """Sleep until the next attempt; or say that it failed."""
        retry = rule.reaction.retry
        where = f"{rule.name} on {change.type} {change.record}, position {change.position}"
        if attempt >= retry.attempts or isinstance(error, Refused):
            log.error("%s failed for good.", where)
            self._health.failed(rule.plugin, f"reaction {rule.reaction.name}", error)
            raise _told(error) from error
        pause = retry.pause(attempt)
        log.warning("%s failed: %s; it is tried again in %s.", where, error, pause)
        await self._sleep(pause)

    # --- workflows

    async def _workflow(self, name: str) -> WorkflowRule:
        rule = (await self._catalogue()).workflows.get(name)
        if rule is None:
            raise _not_in_force(name)
        return rule

    async def _run(self, rule: WorkflowRule, inputs: Mapping[str, object]) -> Any:
        workflow, where = rule.workflow, f"workflow {rule.workflow.name}"
        context = self._workflow_context(rule.plugin, rule.name, workflow.elevated)
        try:
            given = await read_inputs(context.db, workflow.call, inputs)
            answer = wire(await contained(workflow(context, **given)))
        except Exception as error:
            log.error("The workflow %s failed.", context.key)
            self._health.failed(rule.plugin, where, error)
            raise _told(error) from error
        self._health.recovered(rule.plugin, where)
        return answer

    async def _sleep(self, duration: timedelta) -> None:
        with self._sleeping():
            await DBOS.sleep_async(duration.total_seconds())

    # --- contexts

    def _session(self, plugin: str, elevated: Mapping[str, Right]) -> Session:
        principal = Principal(client=plugin, elevated=frozenset(elevated.items()))
        return self._database.as_(principal)

    def _context(self, plugin: str, name: str, elevated: Mapping[str, Right], key: str) -> Context:
        session = self._session(plugin, elevated)
        function = name.partition(".")[2]
        return context_for(session, plugin=plugin, function=function, key=key, ids=ids_of(key))

    def _workflow_context(
        self, plugin: str, name: str, elevated: Mapping[str, Right]
    ) -> WorkflowContext:
        key = _workflow_id()
        plain = self._context(plugin, name, elevated, key)

        def in_step(step_key: str) -> Context:
            return self._context(plugin, name, elevated, step_key)

        return WorkflowContext(
            **{each: getattr(plain, each) for each in plain.__dataclass_fields__},
            progress=_Progress(in_step, self._sleep),
        )

    # --- what is under way

    @contextmanager
    def _under_way(self) -> Iterator[None]:
        task = asyncio.current_task()
        assert task is not None
        self._awake.add(task)
        task.add_done_callback(self._forget)
        yield

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._awake.discard(task)
        self._asleep.discard(task)

    @contextmanager
    def _sleeping(self) -> Iterator[None]:
        task = asyncio.current_task()
        assert task is not None
        self._awake.discard(task)
        self._asleep.add(task)
        try:
            yield
        finally:
            self._asleep.discard(task)
            self._awake.add(task)


class _Progress:
    """How far a workflow has come, as DBOS keeps it. See `relatum.workflows.context`."""

    def __init__(
        self, in_step: Callable[[str], Context], sleep: Callable[[timedelta], Any]
    ) -> None:
        self._in_step = in_step
        self.sleep = sleep

    async def step(
        self, function: StepFunction, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        """Do a step, unless it is done already."""
        plain, retry = (
            (function.function, function.retry)
            if isinstance(function, Step)
            else (function, Retry())
        )

        async def body() -> Any:
            key = f"{_workflow_id()}:{DBOS.step_id}"
            return await _tried(lambda: plain(self._in_step(key), *arguments, **named), key, retry)

        try:
            given = await DBOS.run_step_async({"name": plain.__name__}, body)
        except PortableWorkflowError as error:
            details = error.data if isinstance(error.data, dict) else {}
            raise StepFailed(error.message, details={"step": plain.__name__, **details}) from error
        return _as_annotated(plain, given)


async def _tried(work: Callable[[], Any], key: str, retry: Retry) -> Any:
    """What a step gives, as JSON; tried again where it fails."""
    for attempt in count(1):
        try:
            return wire(await contained(work()))
        except Exception as error:
            if attempt >= retry.attempts or isinstance(error, Refused):
                raise _told(error) from error
            pause = retry.pause(attempt)
            log.warning("The step %s failed: %s; it is tried again in %s.", key, error, pause)
        await asyncio.sleep(pause.total_seconds())
    raise AssertionError("counting ends")


def _as_annotated(function: Callable[..., Any], given: Any) -> Any:
    """What a step gave, of the type that its function says: the same whether it was kept or is new."""
    hints = get_type_hints(inspect.unwrap(function))
    return TypeAdapter(hints["return"]).validate_python(given) if "return" in hints else given


def _told(error: Exception) -> PortableWorkflowError:
    """An error as it is kept."""
    code = error.code if isinstance(error, RelatumError) else None
    kind = type(error).__name__
    return PortableWorkflowError(str(error) or kind, kind, code, {"error": kind, "code": code})


def _not_in_force(name: str) -> PortableWorkflowError:
    said = f"{name} is not in force; it goes on when its plugin is again."
    return PortableWorkflowError(said, PluginError.__name__, OUT_OF_FORCE)


def _workflow_id() -> str:
    known = DBOS.workflow_id
    assert known is not None
    return known


def _change(told: Mapping[str, Any]) -> tuple[Change, datetime]:
    """A change as it was told to DBOS, and when it was recorded."""
    change = Change(
        position=told["position"],
        type=told["type"],
        record=UUID(told["record"]),
        version=told["version"],
        operation=told["operation"],
        fields=tuple(told["fields"]),
    )
    return change, datetime.fromisoformat(told["recorded_at"])
