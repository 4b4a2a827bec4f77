"""What is done with activities. Each acts for whoever calls; duties are the caller's own unless another is named."""

from typing import Final, Literal

from relatum import (
    READ,
    RELATE,
    Context,
    Field,
    LongText,
    Record,
    Refused,
    action,
    datetime,
)
from relatum_activities.access import COLLEAGUE
from relatum_activities.timeline import AssignedTo, Interaction, Resubmission, Task
from relatum_base import Person

_IS_UNSETTLED: Final = Field("state").one_of(["waiting", "escalated"])
_SETTLED: Final = Refused("settled", message="It is settled.")


@action(rights={COLLEAGUE}, elevated={Record: READ | RELATE})
async def log_interaction(
    ctx: Context,
    about: list[Record],
    subject: str,
    kind: Literal["call", "meeting", "letter", "mail", "note"] = "note",
    at: datetime | None = None,
    participants: list[Person] | None = None,
    direction: Literal["inbound", "outbound"] | None = None,
    minutes: int | None = None,
    note: LongText | None = None,
    shared: bool = False,
) -> Interaction:
    """Note what was said or written.

    Args:
        ctx: of the call.
        about: the records on whose timelines it stands.
        subject: in a few words.
        kind: what it was.
        at: when it took place; now, unless said otherwise.
        participants: who took part beside the caller.
        direction: who began.
        minutes: how long it lasted.
        note: what there is to know of it.
        shared: whether the partners whom it is about may read it.
    """
    _some(about)
    people = {each.id: each for each in (*(participants or ()), *await _caller(ctx))}
    return await ctx.elevated.create(
        Interaction(
            subject=subject,
            kind=kind,
            at=at or ctx.now,
            direction=direction,
            minutes=minutes,
            note=note,
            shared=shared,
        ),
        about=about,
        participants=[*people.values()],
    )


@action(rights={COLLEAGUE}, elevated={Record: READ | RELATE})
async def resubmit(
    ctx: Context,
    about: list[Record],
    at: datetime,
    reason: str,
    to: Person | None = None,
    patience: int = 3,
) -> Resubmission:
    """Have records laid before somebody again at a later time.

    Args:
        ctx: of the call.
        about: the records.
        at: when.
        reason: what for.
        to: before whom; before the caller, unless said otherwise.
        patience: days after which it goes to the line manager of that person.
    """
    _some(about)
    if at <= ctx.now:
        raise Refused("past", path="at", message="This time is over: choose one that is to come.")
    return await ctx.elevated.create(
        Resubmission(subject=reason, at=at, patience=patience),
        about=about,
        assignee=to or await _caller(ctx),
    )


@action(Resubmission, rights={COLLEAGUE}, when=_IS_UNSETTLED, otherwise=_SETTLED)
async def postpone(
    ctx: Context, resubmission: Resubmission, at: datetime, note: LongText | None = None
) -> Resubmission:
    """Have it laid before its assignee at another time.

    Args:
        ctx: of the call.
        resubmission: which.
        at: when instead.
        note: why.
    """
    if at <= ctx.now:
        raise Refused("past", path="at", message="This time is over: choose one that is to come.")
    return await ctx.db.update(resubmission, at=at, state="waiting", note=note or resubmission.note)


@action(Resubmission, rights={COLLEAGUE}, when=_IS_UNSETTLED, otherwise=_SETTLED)
async def settle(
    ctx: Context, resubmission: Resubmission, note: LongText | None = None
) -> Resubmission:
    """Say that what it was laid before somebody for is settled.

    Args:
        ctx: of the call.
        resubmission: which.
        note: what came of it.
    """
    return await ctx.db.update(resubmission, state="settled", note=note or resubmission.note)


@action(
    Task,
    rights={COLLEAGUE},
    when=Field("state") == "open",
    otherwise=Refused("closed", message="It is done or dropped."),
)
async def close_task(
    ctx: Context,
    task: Task,
    outcome: LongText | None = None,
    state: Literal["done", "dropped"] = "done",
) -> Task:
    """Say that a task is done, or dropped and why.

    Args:
        ctx: of the call.
        task: which.
        outcome: what came of it; needed for what is dropped.
        state: whether it is done or dropped.
    """
    return await ctx.db.update(task, state=state, outcome=outcome or task.outcome)


@action(rights={COLLEAGUE}, elevated={Record: READ | RELATE})
async def delegate(ctx: Context, duty: Task | Resubmission, to: Person) -> Task | Resubmission:
    """Hand a task or resubmission to somebody else, who is told.

    Args:
        ctx: of the call.
        duty: which.
        to: who sees to it from now on.
    """
    held = await ctx.db.select(AssignedTo).where(Field("source.id") == duty.id).all()
    if any(tie.target == to.id for tie in held):
        raise Refused("there_already", path="to", message="This person has it already.")
    for tie in held:
        await ctx.elevated.end(tie, at=ctx.now)
    await ctx.elevated.relate(AssignedTo, duty, to, valid_from=ctx.now)
    await ctx.notify(to, template="delegated", record=duty)
    return duty


def _some(about: list[Record]) -> None:
    if not about:
        raise Refused("about_nothing", path="about", message="Say what it is about.")


async def _caller(ctx: Context) -> list[Person]:
    """The caller's record, unless it is a program."""
    return await ctx.db.select(Person).where(Field("id") == ctx.principal.id).all()
