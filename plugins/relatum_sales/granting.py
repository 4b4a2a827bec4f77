"""Who may grant how much: a quote within one's limit is approved at once, another one by whoever may grant as much."""

from typing import Final

from relatum import (
    READ,
    UPDATE,
    UUID,
    Context,
    Decimal,
    Field,
    LongText,
    Refused,
    Right,
    Session,
    Template,
    Ties,
    action,
)
from relatum_base import Person
from relatum_sales.organizing import MemberOfTeam, SalesTeam
from relatum_sales.pipelines import Opportunity, OwnedBy
from relatum_sales.quotes import Quote, QuoteFor
from relatum_sales.roles import SALES_MANAGER, TEAM_LEAD
from relatum_sales.settings import SalesSettings

GRANTING: Final[dict[type | str, Right]] = {
    Quote: READ | UPDATE,
    **dict.fromkeys((QuoteFor, Opportunity, OwnedBy, Person, SalesTeam, MemberOfTeam), READ),
}
"""What approving a quote touches."""

_IS_SUBMITTED: Final = Field("state") == "submitted"

quote_submitted = Template(
    "To approve: quote {{ record.label }}",
    "Dear {{ person.name }},\n\nplease look at the quote {{ record.label }}: "
    "it grants more than its author may grant.\n",
)
quote_approved = Template(
    "Approved: quote {{ record.label }}",
    "Dear {{ person.name }},\n\nthe quote {{ record.label }} is approved and can be sent.\n",
)
quote_rejected = Template(
    "Not approved: quote {{ record.label }}",
    "Dear {{ person.name }},\n\nthe quote {{ record.label }} is not approved. "
    "{{ record.remark or '' }}\n",
)


@action(
    Quote,
    elevated=GRANTING,
    when=Field("state") == "draft",
    otherwise=Refused("not_draft", message="Only a draft is submitted."),
)
async def submit_quote(ctx: Context, quote: Quote, note: LongText | None = None) -> Quote:
    """Have a quote approved: at once if it grants no more than one may, else by somebody who may.

    Args:
        ctx: of the call.
        quote: a draft.
        note: what there is to know of it.
    """
    submitted = await ctx.elevated.update(quote, state="submitted", remark=note)
    if quote.granted <= limit_of(ctx):
        return await ctx.elevated.update(submitted, state="approved")
    leads = await _leads(ctx.elevated, quote) if _limit(ctx, TEAM_LEAD) >= quote.granted else []
    await ctx.notify(
        leads, role=None if leads else SALES_MANAGER, template="quote_submitted", record=submitted
    )
    return submitted


@action(
    Quote,
    elevated=GRANTING,
    when=_IS_SUBMITTED,
    otherwise=Refused("not_submitted", message="Only what is submitted can be approved."),
)
async def approve_quote(ctx: Context, quote: Quote) -> Quote:
    """Approve a quote, so that it can be sent.

    Args:
        ctx: of the call.
        quote: that was submitted.
    """
    if quote.granted > limit_of(ctx):
        raise Refused(
            "beyond_limit",
            path="quote",
            message="It grants more than you may grant: somebody else has to approve it.",
        )
    approved = await ctx.elevated.update(quote, state="approved")
    await ctx.notify(await owners_of(ctx.elevated, quote), template="quote_approved", record=quote)
    return approved


@action(
    Quote,
    elevated=GRANTING,
    when=_IS_SUBMITTED,
    otherwise=Refused("not_submitted", message="Only what is submitted can be given back."),
)
async def reject_quote(ctx: Context, quote: Quote, reason: LongText) -> Quote:
    """Give a quote back to whoever made it, with the reason.

    Args:
        ctx: of the call.
        quote: that was submitted.
        reason: what should be otherwise.
    """
    rejected = await ctx.elevated.update(quote, state="draft", remark=reason)
    await ctx.notify(await owners_of(ctx.elevated, quote), template="quote_rejected", record=quote)
    return rejected


def limit_of(ctx: Context) -> Decimal:
    """The largest share that the caller may grant."""
    if ctx.principal.unrestricted:
        return Decimal(1)
    return max((_limit(ctx, each) for each in ctx.principal.roles), default=Decimal(0))


async def owners_of(db: Session, quote: Quote) -> list[UUID]:
    """Who answers for the opportunity of a quote."""
    its = Ties("quotes").some(Field("id") == quote.id)
    opportunity = await db.select(Opportunity).where(its).first()
    if opportunity is None:
        return []
    return [each.id for each in await db.select(opportunity.owner).all()]


async def _leads(db: Session, quote: Quote) -> list[Person]:
    """Who leads a team of those who answer for the quote."""
    owners = Field("id").one_of(await owners_of(db, quote))
    leads = Ties("sales_teams").some(Ties("members").some(owners), tie=Field("role") == "lead")
    return await db.select(Person).where(leads).all()


def _limit(ctx: Context, role: str) -> Decimal:
    settings: SalesSettings = ctx.settings
    return settings.discount_limits.get(role, Decimal(0))
