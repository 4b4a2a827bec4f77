"""What happens when the time of a duty comes: its assignee is told, and after a while the assignee's line manager.

Who is told is noted with the duty in the same unit of work, so each is told once for each time that it is set to.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Final, TypeVar
from uuid import UUID

from relatum import (
    READ,
    UPDATE,
    Context,
    Draft,
    Field,
    Template,
    WorkflowContext,
    before,
    scheduled,
    timedelta,
)
from relatum_activities.timeline import About, AssignedTo, Resubmission, Task
from relatum_base import Person, ReportsTo

D = TypeVar("D", Task, Resubmission)

_AT_ONCE: Final = 200
"""Duties of a type that one unit of work sees to."""

due = Template(
    "{{ record.subject }}",
    "Dear {{ person.name }},\n\nthis is due: {{ record.subject }}.\n",
)
overdue = Template(
    "Not looked after: {{ record.subject }}",
    "Dear {{ person.name }},\n\nnobody has looked after this in time: {{ record.subject }}.\n",
)
delegated = Template(
    "For you: {{ record.subject }}",
    "Dear {{ person.name }},\n\nplease see to this: {{ record.subject }}.\n",
)


@before([Task, Resubmission], "created", "updated", fields={"at"})
async def tell_anew(ctx: Context, draft: Draft) -> None:
    """Who was told of one time has not been told of another."""
    draft.values["told"] = None


@before(Resubmission, "created", "updated", fields={"at", "patience"})
async def count_from_its_time(ctx: Context, draft: Draft) -> None:
    """Patience counts from the time at which it is laid before somebody."""
    if draft.values["patience"] < 0:
        draft.refuse("negative", "Patience is a number of days: 0 or more.", path="patience")
    draft.values["escalates"] = draft.values["at"] + timedelta(days=draft.values["patience"])


@scheduled(
    "*/5 * * * *",
    elevated={
        Task: READ | UPDATE,
        Resubmission: READ | UPDATE,
        About: READ,
        AssignedTo: READ,
        ReportsTo: READ,
        Person: READ,
    },
)
async def remind(ctx: WorkflowContext) -> None:
    """Tell people of what is due, and their line managers of what was not looked after in time."""
    while await ctx.step(tell_assignees) >= _AT_ONCE:
        pass
    while await ctx.step(escalate) >= _AT_ONCE:
        pass


async def tell_assignees(ctx: Context) -> int:
    """Tell those before whom something is laid now, and say of how many duties."""
    async with ctx.unit(reason="due") as within:
        duties: list[Task | Resubmission] = [
            *await _now_due(within, Task, "open"),
            *await _now_due(within, Resubmission, "waiting"),
        ]
        assignees = await _assignees(within, duties)
        for duty in duties:
            await within.db.update(duty, told=ctx.now)
            if person := assignees.get(duty.id):
                await within.notify(person, template="due", record=duty)
    return len(duties)


async def escalate(ctx: Context) -> int:
    """Tell line managers of what was not looked after in time, and say of how many resubmissions."""
    async with ctx.unit(reason="overdue") as within:
        late = (Field("state") == "waiting") & (Field("escalates") <= ctx.now)
        found = await within.db.select(Resubmission).where(late).order("escalates").page(_AT_ONCE)
        assignees = await _assignees(within, found.records)
        managers = await _managers(within, {*assignees.values()})
        for each in found.records:
            await within.db.update(each, state="escalated")
            if manager := managers.get(assignees.get(each.id)):
                await within.notify(manager, template="overdue", record=each)
    return len(found.records)


async def _now_due(ctx: Context, duty: type[D], state: str) -> Sequence[D]:
    untold = (Field("state") == state) & Field("told").is_null() & (Field("at") <= ctx.now)
    return (await ctx.db.select(duty).where(untold).order("at").page(_AT_ONCE)).records


async def _assignees(ctx: Context, duties: Sequence[Task | Resubmission]) -> Mapping[UUID, UUID]:
    """Who is to see to each duty."""
    held = Field("source.id").one_of([each.id for each in duties])
    return {tie.source: tie.target for tie in await ctx.db.select(AssignedTo).where(held).all()}


async def _managers(ctx: Context, people: Collection[UUID]) -> Mapping[UUID | None, UUID]:
    """The line manager of each, where there is one."""
    lines = ctx.db.select(ReportsTo).where(Field("source.id").one_of([*people]))
    return {tie.source: tie.target for tie in await lines.all()}
