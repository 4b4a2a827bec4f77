"""Hands a lead from partner to partner until one accepts it.

The list of partners is kept as offers that wait. Each offer that is made has a clock of its own, a durable workflow; what
it finds when it rings is judged anew, so that an answer and the clock cannot both count.
"""

from typing import Final

from relatum import (
    CREATE,
    READ,
    RELATE,
    UPDATE,
    UUID,
    Context,
    Field,
    LongText,
    Refused,
    Right,
    Ties,
    WorkflowContext,
    action,
    timedelta,
    workflow,
)
from relatum_base import Organization, PartnerOf, Person, WorksAt
from relatum_commerce.numbering import drawn
from relatum_sales.leads import IS_LIVE, OVER, Lead, LeadOwnedBy
from relatum_sales.registration.offers import LeadOffer, NotTaken, OfferedTo, OfferOf
from relatum_sales.roles import CHANNEL_MANAGER, SALES_MANAGER

HANDING: Final[dict[type | str, Right]] = {
    Lead: READ | UPDATE | RELATE,
    LeadOffer: READ | CREATE | UPDATE | RELATE,
    **dict.fromkeys((OfferOf, OfferedTo, Organization), READ | RELATE),
    **dict.fromkeys((PartnerOf, WorksAt, Person, LeadOwnedBy), READ),
}
"""What handing leads over touches."""

OPEN: Final = ("waiting", "offered")
"""States in which an offer is on the list still."""


@action(Lead, elevated=HANDING, when=IS_LIVE, otherwise=OVER)
async def offer_lead(
    ctx: Context, lead: Lead, partners: list[Organization], days: int | None = None
) -> LeadOffer:
    """Offer a lead to partners, one after the other: the next one when the one before declines or does not answer.

    Args:
        ctx: of the call.
        lead: which.
        partners: in which order.
        days: how many each has to answer; as many as is usual here, unless it is said.
    """
    await ctx.alone(f"handing over {lead.id}")
    if await ctx.elevated.exists(lead.offers.where(Field("state").one_of([*OPEN, "accepted"]))):
        raise Refused("offered", path="lead", message="It is offered to partners already.")
    if days is not None and days < 1:
        raise Refused("days", path="days", message="A partner has a day at least.")
    await _judge_partners(ctx, partners)
    for rank, partner in enumerate(partners, 1):
        await ctx.elevated.create(
            LeadOffer(
                number=drawn("L", ctx.today),
                rank=rank,
                days=days or ctx.settings.registrations.offer_days,
            ),
            lead=lead,
            partner=partner,
        )
    first = await offer_next(ctx, lead)
    assert first is not None
    return first


@action(LeadOffer, elevated=HANDING)
async def accept_lead(ctx: Context, offer: LeadOffer) -> LeadOffer:
    """Take a lead that you were offered.

    Args:
        ctx: of the call.
        offer: which.
    """
    lead = await _still_offered(ctx, offer)
    for each in await ctx.elevated.select(lead.offers).where(Field("state") == "waiting").all():
        await ctx.elevated.update(each, state="revoked")
    if lead.state == "new":
        await ctx.elevated.update(lead, state="working")
    taken = await ctx.elevated.update(offer, state="accepted", answered_at=ctx.now)
    await _tell_owner(ctx, lead, "lead_taken")
    return taken


@action(LeadOffer, elevated=HANDING)
async def decline_lead(
    ctx: Context, offer: LeadOffer, reason: NotTaken, remark: LongText | None = None
) -> None:
    """Do not take a lead that you were offered: somebody else may.

    Args:
        ctx: of the call.
        offer: which.
        reason: why.
        remark: what else there is to say.
    """
    lead = await _still_offered(ctx, offer)
    await ctx.elevated.update(
        offer, state="declined", reason=reason, remark=remark, answered_at=ctx.now
    )
    await offer_next(ctx, lead)


@workflow(elevated=HANDING)
async def await_answer(ctx: WorkflowContext, offer: str) -> None:
    """Give a partner its time to answer the offer of a lead, then offer the lead to the next one.

    Args:
        ctx: of the workflow.
        offer: the offer's id: whoever declines may not see the next one, and so could not hand it over.
    """
    left = await ctx.step(seconds_left, UUID(offer))
    await ctx.sleep(timedelta(seconds=left))
    await ctx.step(pass_on, UUID(offer))


async def seconds_left(ctx: Context, offer: UUID) -> float:
    """How long a partner may still answer."""
    found = await ctx.db.get(LeadOffer, offer)
    return max(0.0, (found.answer_by - ctx.now).total_seconds()) if found.answer_by else 0.0


async def pass_on(ctx: Context, offer: UUID) -> None:
    """Offer a lead to the next partner, if this one has not answered in time."""
    async with ctx.unit(reason="no answer") as within:
        (lead,) = (
            await within.db.select(Lead).where(Ties("offers").some(Field("id") == offer)).all()
        )
        await within.alone(f"handing over {lead.id}")
        found = await within.db.get(LeadOffer, offer)
        if found.state == "offered" and found.answer_by and found.answer_by <= ctx.now:
            await within.db.update(found, state="passed")
            await offer_next(within, lead)


async def offer_next(ctx: Context, lead: Lead) -> LeadOffer | None:
    """Make the next offer on the list of a lead; None where there is no other, of which its owner is told.

    Args:
        ctx: with the rights of `HANDING` in ``ctx.elevated``.
        lead: which.
    """
    db = ctx.elevated
    waiting = db.select(lead.offers).where(Field("state") == "waiting")
    following = await waiting.order("rank").first()
    if following is None:
        await _tell_owner(ctx, lead, "lead_left")
        return None
    by = ctx.now + timedelta(days=following.days)
    made: LeadOffer = await db.update(following, state="offered", offered_at=ctx.now, answer_by=by)
    (partner,) = await db.select(made.partner).all()
    people = await db.select(partner.employees).all()
    await ctx.notify(people, template="lead_offered", record=made)
    await ctx.start(await_answer, offer=str(made.id))
    return made


async def _judge_partners(ctx: Context, partners: list[Organization]) -> None:
    """Refuse a list that has no partner, one twice, or a firm that is none.

    Raises:
        Refused: ``nobody``, ``twice``, ``no_partner``.
    """
    if not partners:
        raise Refused("nobody", path="partners", message="Say to whom it is offered.")
    ids = [each.id for each in partners]
    ours = Ties("partner_of").some(Field("sells") == True)  # noqa: E712  # a condition
    found = await ctx.elevated.select(Organization).where(Field("id").one_of(ids) & ours).all()
    known = {each.id for each in found}
    for index, each in enumerate(ids):
        if each in ids[:index]:
            raise Refused("twice", path=("partners", index), message="It is on the list already.")
        if each not in known:
            raise Refused(
                "no_partner", path=("partners", index), message="This firm is no partner of ours."
            )


async def _still_offered(ctx: Context, offer: LeadOffer) -> Lead:
    """The lead of an offer that may be answered, with nobody else answering for it meanwhile.

    Raises:
        Refused: ``over``: the time is over, or it was answered.
    """
    (lead,) = (
        await ctx.elevated.select(Lead).where(Ties("offers").some(Field("id") == offer.id)).all()
    )
    await ctx.alone(f"handing over {lead.id}")
    now = await ctx.elevated.get(LeadOffer, offer.id)
    if now.state != "offered" or (now.answer_by is not None and now.answer_by <= ctx.now):
        raise Refused("over", path="offer", message="This offer does not hold any more.")
    return lead


async def _tell_owner(ctx: Context, lead: Lead, template: str) -> None:
    """Tell who looks after a lead what became of its offers; sales and channel managers, where that is nobody."""
    owners = await ctx.elevated.select(lead.owner).all()
    if owners:
        await ctx.notify(owners, template=template, record=lead)
    else:
        for role in (CHANNEL_MANAGER, SALES_MANAGER):
            await ctx.notify(role=role, template=template, record=lead)
