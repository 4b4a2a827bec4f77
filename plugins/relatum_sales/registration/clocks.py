"""What time does with registrations: told on when nobody answers, lapsed when their protection is over."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from relatum import READ, UPDATE, Change, Context, Field, Right, WorkflowContext, on, scheduled
from relatum_base import Person, ReportsTo
from relatum_sales.pipelines import Opportunity
from relatum_sales.registration.deals import (
    DealRegistration,
    DecidedBy,
    EnteredBy,
    Protects,
    Yields,
)
from relatum_sales.registration.deciding import tell_deciders
from relatum_sales.roles import CHANNEL_MANAGER

WATCHING: Final[dict[type | str, Right]] = {
    DealRegistration: READ | UPDATE,
    **dict.fromkeys((DecidedBy, EnteredBy, ReportsTo, Person), READ),
    **dict.fromkeys((Protects, Opportunity, Yields), READ),
}
"""What looking at the clock takes."""

_AT_ONCE: Final = 200
"""Registrations that one unit of work sees to."""


@scheduled("*/10 * * * *", elevated=WATCHING)
async def watch_registrations(ctx: WorkflowContext) -> None:
    """Tell registrations on that nobody has decided on in time, and let those lapse whose partner was asked in vain."""
    while await ctx.step(escalate_registrations) >= _AT_ONCE:
        pass
    while await ctx.step(drop_unanswered) >= _AT_ONCE:
        pass


async def escalate_registrations(ctx: Context) -> int:
    """Tell the line managers of those who have not decided in time, and say of how many registrations."""
    async with ctx.unit(reason="overdue") as within:
        db = within.db
        late = (Field("answer_by") <= ctx.now) & Field("escalated_at").is_null()
        waiting = (Field("state") == "submitted") & late
        found = await db.select(DealRegistration).where(waiting).order("answer_by").page(_AT_ONCE)
        superiors = await _superiors(within, [each.id for each in found.records])
        for each in found.records:
            await db.update(each, escalated_at=ctx.now)
            told = superiors.get(each.id, ())
            role = None if told else CHANNEL_MANAGER
            await within.notify([*told], role=role, template="registration_overdue", record=each)
    return len(found.records)


async def drop_unanswered(ctx: Context) -> int:
    """Let registrations lapse whose partner did not answer a question in time, and say how many."""
    async with ctx.unit(reason="unanswered") as within:
        asked = (Field("state") == "question") & (Field("answer_by") <= ctx.now)
        found = await within.db.select(DealRegistration).where(asked).page(_AT_ONCE)
        for each in found.records:
            await _lapse(within, each)
    return len(found.records)


@on(Protects, "lapsed", elevated=WATCHING)
async def lapse_with_protection(ctx: Context, change: Change) -> None:
    """A registration lapses with its protection, unless the deal is won."""
    async with ctx.unit(reason="protection is over") as within:
        tie = await within.db.select(Protects).where(Field("id") == change.record).first()
        if tie is None or tie.valid_to is None or tie.valid_to > ctx.today:
            return
        approved = (Field("id") == tie.source) & (Field("state") == "approved")
        registration = await within.db.select(DealRegistration).where(approved).first()
        if registration is None:
            return
        opportunity = await within.db.select(registration.opportunity).first()
        if opportunity is None or opportunity.state != "won":
            await _lapse(within, registration)


async def _lapse(ctx: Context, registration: DealRegistration) -> None:
    done = await ctx.db.update(registration, state="lapsed", answer_by=None)
    people = await ctx.db.select(registration.entered_by).all()
    await ctx.notify(people, template="registration_lapsed", record=done)
    await tell_deciders(ctx, done, "registration_lapsed")


async def _superiors(
    ctx: Context, registrations: Collection[UUID]
) -> Mapping[UUID, Collection[UUID]]:
    """By registration, the line manager of whoever is to decide on it."""
    deciding = ctx.db.select(DecidedBy).where(Field("source.id").one_of(registrations))
    deciders = {each.source: each.target for each in await deciding.all()}
    lines = Field("source.id").one_of({*deciders.values()})
    now = (Field("valid_from").is_null() | (Field("valid_from") <= ctx.today)) & (
        Field("valid_to").is_null() | (Field("valid_to") > ctx.today)
    )
    above = {
        each.source: each.target for each in await ctx.db.select(ReportsTo).where(lines & now).all()
    }
    return {each: [above[who]] for each, who in deciders.items() if who in above}
