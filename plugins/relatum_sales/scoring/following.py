"""Scores leads and opportunities anew when they change, or what hangs on them does."""

from typing import Final

from relatum import Change, Context, Field, Relationship, on
from relatum_sales.leads import InterestedIn, Lead, LeadOwnedBy, MatchedTo
from relatum_sales.pipelines import (
    InStage,
    InvolvedIn,
    LostTo,
    Opportunity,
    OpportunityFor,
    Wants,
)
from relatum_sales.scoring.acts import SCORING, score_records

_MADE: Final = ("related", "ended", "changed", "corrected", "began", "lapsed")
_OF_LEADS: Final = (InterestedIn, LeadOwnedBy, MatchedTo)
_OF_OPPORTUNITIES: Final = (InStage, LostTo, OpportunityFor, Wants)


@on([Lead, Opportunity], "created", "updated", "restored", elevated=SCORING)
async def score_changed(ctx: Context, change: Change) -> None:
    """Score a lead or an opportunity that changed."""
    await score_records(ctx, change.type, [change.record])


@on([*_OF_LEADS, *_OF_OPPORTUNITIES, InvolvedIn], *_MADE, elevated=SCORING)
async def score_tied(ctx: Context, change: Change) -> None:
    """Score a lead or an opportunity of which a tie changed."""
    declared = ctx.db.catalogue.classes[change.type]
    tie = await ctx.db.select(declared).where(Field("id") == change.record).first()
    if not isinstance(tie, Relationship):
        return
    whose = tie.target if isinstance(tie, InvolvedIn) else tie.source
    await score_records(ctx, "Lead" if isinstance(tie, _OF_LEADS) else "Opportunity", [whose])
