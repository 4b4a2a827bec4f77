"""``workflows``, and the mutations by which administrators steer them; what people do not want to be told of."""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, cast

import strawberry

from relatum.session.muting import MAIL, mute, muted, unmute
from relatum.workflows.working import operator_of
from relatum_schemas.errors import NotFound
from relatum_server.graphql.schema.pages import PageFacts
from relatum_server.graphql.schema.viewer import Info

if TYPE_CHECKING:
    from relatum.workflows.operating import Operator, WorkflowState
    from relatum.workflows.operating import State as Kept

LARGEST_PAGE = 500


@strawberry.enum(name="WorkflowRunState", description="How it stands with a workflow.")
class State(Enum):
    """How it stands."""

    WAITING = strawberry.enum_value("WAITING", description="It waits for its turn.")
    RUNNING = strawberry.enum_value("RUNNING", description="It is under way, or sleeps.")
    DONE = strawberry.enum_value("DONE", description="It has ended well.")
    FAILED = strawberry.enum_value(
        "FAILED", description="It failed as often as it is tried. It can be retried."
    )
    CANCELLED = strawberry.enum_value(
        "CANCELLED", description="An administrator ended it. It can be retried."
    )


@strawberry.type(name="WorkflowRunStep", description="What a workflow has done at a time.")
class Step:
    """A step."""

    number: int = strawberry.field(description="Within its workflow.")
    name: str = strawberry.field(description="Of the function; `sleep` for a pause.")
    error: str | None = strawberry.field(description="Why it failed.")
    started_at: datetime | None = strawberry.field(description="When it was begun.")
    ended_at: datetime | None = strawberry.field(
        description="When it ended; a pause: when it will end."
    )


async def _steps(root: strawberry.Parent["Workflow"], info: Info) -> list[Step]:
    operator = await operator_of(info.context.session.storage.connections)
    if operator is None:
        return []
    found = await operator.steps(info.context.principal, root.id)
    return [Step(**vars(each)) for each in found]


@strawberry.type(
    name="WorkflowRun", description="What a plugin has begun, and ends whatever happens."
)
class Workflow:
    """A workflow."""

    id: strawberry.ID = strawberry.field(description="Its id, which begins with its name.")
    name: str = strawberry.field(description="Of the workflow or reaction, after its plugin's.")
    state: State = strawberry.field(description="How it stands.")
    error: str | None = strawberry.field(description="Why it failed.")
    attempts: int = strawberry.field(description="How often it was begun, or gone on with.")
    started_at: datetime = strawberry.field(description="When it was asked for.")
    changed_at: datetime = strawberry.field(description="When its state changed last.")
    queue: str | None = strawberry.field(description="In which it waits, or waited.")

    steps: list[Step] = strawberry.field(
        resolver=_steps, description="What it has done so far, in order."
    )


@strawberry.type(name="WorkflowRunEdge", description="A workflow, and where it is in the list.")
class WorkflowEdge:
    """A workflow in a list."""

    cursor: str = strawberry.field(description="Names the place in the list.")
    node: Workflow = strawberry.field(description="The workflow.")


@strawberry.type(name="WorkflowRunConnection", description="A page of workflows, the newest first.")
class WorkflowConnection:
    """Some workflows."""

    edges: list[WorkflowEdge] = strawberry.field(description="The page, with cursors.")
    nodes: list[Workflow] = strawberry.field(description="The page, just the workflows.")
    page_info: PageFacts = strawberry.field(description="Where the page stands.")


async def workflows(
    info: Info,
    state: State | None = None,
    name: str | None = None,
    first: int = 50,
    after: str | None = None,
) -> WorkflowConnection | None:
    """What plugins have begun: workflows and reactions, the newest first. Only administrators may ask.

    Args:
        info: who asks.
        state: only those in this state.
        name: only those of this name, such as `maintenance.yearly_care`.
        first: how many at the most.
        after: the cursor after which to begin.
    """
    operator = await operator_of(info.context.session.storage.connections)
    if operator is None:
        return _page([], [], after, more=False)
    page = await operator.workflows(
        info.context.principal,
        state=None if state is None else cast("Kept", state.name),
        name=name,
        first=max(0, min(first, LARGEST_PAGE)),
        after=after,
    )
    shown = [_shown(each) for each in page.workflows]
    return _page(shown, page.cursors, after, more=page.more)


def _page(
    shown: list[Workflow], cursors: Sequence[str], after: str | None, *, more: bool
) -> WorkflowConnection:
    first, last = (cursors[0], cursors[-1]) if cursors else (None, None)
    return WorkflowConnection(
        edges=[WorkflowEdge(cursor=at, node=each) for at, each in zip(cursors, shown, strict=True)],
        nodes=shown,
        page_info=PageFacts(more, after is not None, first, last),
    )


async def retry_workflow(info: Info, id: strawberry.ID) -> Workflow | None:
    """Have a workflow that failed or was cancelled go on, with the step that failed.

    Args:
        info: who asks.
        id: of the workflow.
    """
    operator = await _operator(info, id)
    return _shown(await operator.retry(info.context.principal, id))


async def cancel_workflow(info: Info, id: strawberry.ID) -> Workflow | None:
    """Have a workflow end before its next step.

    Args:
        info: who asks.
        id: of the workflow.
    """
    operator = await _operator(info, id)
    return _shown(await operator.cancel(info.context.principal, id))


async def muted_messages(info: Info, channel: str = MAIL) -> list[str] | None:
    """The messages of plugins that the viewer does not want to be sent; `*` for all.

    Args:
        info: who asks.
        channel: by which not: `mail`, or a plugin that brings another.
    """
    return await muted(info.context.session, channel=channel)


async def mute_messages(info: Info, messages: list[str], channel: str = MAIL) -> list[str] | None:
    """Be sent some messages of plugins no more, and tell which ones that are by now.

    Args:
        info: who asks.
        messages: their names, such as `maintenance.visit_requested`; `*` for all.
        channel: by which not: `mail`, or a plugin that brings another.
    """
    await mute(info.context.session, messages, channel=channel)
    return await muted(info.context.session, channel=channel)


async def unmute_messages(info: Info, messages: list[str], channel: str = MAIL) -> list[str] | None:
    """Be sent some messages of plugins again, and tell which ones are still muted.

    Args:
        info: who asks.
        messages: their names, as they were muted.
        channel: by which: `mail`, or a plugin that brings another.
    """
    await unmute(info.context.session, messages, channel=channel)
    return await muted(info.context.session, channel=channel)


async def _operator(info: Info, id: str) -> "Operator":
    operator = await operator_of(info.context.session.storage.connections)
    if operator is None:
        raise NotFound(f"There is no workflow {id!r}.", path="id")
    return operator


def _shown(found: "WorkflowState") -> Workflow:
    given = {**vars(found), "id": strawberry.ID(found.id), "state": State[found.state]}
    return Workflow(**given)


@strawberry.type
class Steering:
    """The mutations of this module."""

    retry_workflow: Workflow | None = strawberry.mutation(resolver=retry_workflow)
    cancel_workflow: Workflow | None = strawberry.mutation(resolver=cancel_workflow)
    mute_messages: list[str] | None = strawberry.mutation(resolver=mute_messages)
    unmute_messages: list[str] | None = strawberry.mutation(resolver=unmute_messages)
