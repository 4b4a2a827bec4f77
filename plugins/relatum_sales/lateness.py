"""Opportunities that should have been won by now: marked when their day is over, so that lists can ask for them."""

from typing import Final

from relatum import READ, UPDATE, Context, Draft, Field, WorkflowContext, before, scheduled
from relatum_sales.pipelines import Opportunity

_AT_ONCE: Final = 200
"""Opportunities that one unit of work marks."""


@before(Opportunity, "created", "updated", fields={"close_on", "state"})
async def judge_lateness(ctx: Context, draft: Draft) -> None:
    """Whoever puts the day off, or decides it, is late no more."""
    day = draft.values["close_on"]
    draft.values["late"] = draft.values["state"] == "open" and day is not None and day < ctx.today


@scheduled("10 0 * * *", elevated={Opportunity: READ | UPDATE})
async def mark_late(ctx: WorkflowContext) -> None:
    """Mark the opportunities of which the day is over."""
    while await ctx.step(mark_some) >= _AT_ONCE:
        pass


async def mark_some(ctx: Context) -> int:
    """Mark some opportunities as late, and say how many."""
    over = (Field("close_on") < ctx.today) & (Field("late") == False)  # noqa: E712  # a condition
    async with ctx.unit(reason="late") as within:
        missed = within.db.select(Opportunity).where(over & (Field("state") == "open"))
        found = await missed.order("close_on").page(_AT_ONCE)
        for each in found.records:
            await within.db.update(each, late=True)
    return len(found.records)
