"""What is done with leads until they are converted: taken down, given to somebody, found fit or unfit."""

from collections.abc import Sequence
from typing import Final

from relatum import (
    CREATE,
    READ,
    RELATE,
    UPDATE,
    Context,
    Draft,
    Email,
    Field,
    Language,
    LongText,
    Phone,
    PostalAddress,
    Refused,
    Right,
    Template,
    Url,
    action,
    before,
)
from relatum_base import Person
from relatum_commerce import Category, Product
from relatum_sales.holding import held
from relatum_sales.leads import IS_LIVE, OVER, InterestedIn, Lead, LeadOwnedBy, LeadSource, Unfit
from relatum_sales.recognizing import RECOGNIZING, recognized
from relatum_sales.roles import (
    LEAD_SOURCE,
    SALES_MANAGER,
    SALES_REP,
    TEAM_LEAD,
    TERRITORY_MANAGER,
)

TAKING: Final[dict[type | str, Right]] = {
    **RECOGNIZING,
    Lead: READ | CREATE | UPDATE | RELATE,
    **dict.fromkeys((InterestedIn, LeadOwnedBy, Product, Category), READ | RELATE),
}
"""What taking a lead down touches."""

_SELLING: Final = {SALES_REP, TEAM_LEAD, TERRITORY_MANAGER, SALES_MANAGER}

lead_given = Template(
    "For you: {{ record.label }}",
    "Dear {{ person.name }},\n\nplease look after this lead: {{ record.label }}.\n"
    "{{ record.interest or '' }}\n",
)
lead_came = Template(
    "A new lead: {{ record.label }}",
    "Dear {{ person.name }},\n\nsomebody has written to us: {{ record.label }}.\n"
    "{{ record.interest or '' }}\n",
)


@before(Lead, "created", "updated")
async def name_leads(ctx: Context, drafts: Sequence[Draft]) -> None:
    """A lead has the name of somebody, or of a firm."""
    for draft in drafts:
        if not any((draft.values[each] or "").strip() for each in ("family_name", "company")):
            draft.refuse("nameless", "Give a name, or that of a firm.", path="family_name")


@action(rights={*_SELLING, LEAD_SOURCE}, elevated=TAKING)
async def take_lead(
    ctx: Context,
    company: str | None = None,
    given_name: str | None = None,
    family_name: str | None = None,
    email: Email | None = None,
    phone: Phone | None = None,
    website: Url | None = None,
    address: PostalAddress | None = None,
    language: Language | None = None,
    interest: LongText | None = None,
    interests: list[Product | Category] | None = None,
    came_by: LeadSource = "other",
    owner: Person | None = None,
) -> Lead:
    """Take down somebody who may want to buy; whom they may be is found out at once.

    Args:
        ctx: of the call.
        company: the name of the firm.
        given_name: of the person.
        family_name: of the person.
        email: address of mail.
        phone: number, with the country code.
        website: of the firm.
        address: where they are.
        language: to write in.
        interest: what they want, in their words.
        interests: products and categories that they want.
        came_by: by which way they came.
        owner: who looks after it; the caller, if the caller sells and names nobody else.
    """
    if not (company or "").strip() and not (family_name or "").strip():
        raise Refused("nameless", path="family_name", message="Give a name, or that of a firm.")
    lead = await ctx.elevated.create(
        Lead(
            company=company,
            given_name=given_name,
            family_name=family_name,
            email=email,
            phone=phone,
            website=website,
            address=address,
            language=language,
            interest=interest,
            came_by=came_by,
        ),
        interests=interests or [],
    )
    looks_after = owner or await _seller(ctx)
    if looks_after is not None:
        await ctx.elevated.relate(LeadOwnedBy, lead, looks_after, valid_from=ctx.today)
    if owner is not None and owner.id != ctx.principal.id:
        await ctx.notify(owner, template="lead_given", record=lead)
    await recognized(ctx.elevated, lead)
    return lead


@action(
    Lead,
    elevated=TAKING,
    when=Field("state") != "converted",
    otherwise=Refused("converted", message="It is converted already."),
)
async def assign_lead(ctx: Context, lead: Lead, to: Person) -> Lead:
    """Have somebody look after a lead, who is told.

    Args:
        ctx: of the call.
        lead: which.
        to: who looks after it from now on.
    """
    its = (Field("source.id") == lead.id) & held(ctx.today)
    owned = await ctx.elevated.select(LeadOwnedBy).where(its).all()
    if any(tie.target == to.id for tie in owned):
        raise Refused("there_already", path="to", message="This person has it already.")
    for tie in owned:
        if tie.valid_from == ctx.today:
            await ctx.elevated.remove(tie)
        else:
            await ctx.elevated.end(tie, at=ctx.today)
    await ctx.elevated.relate(LeadOwnedBy, lead, to, valid_from=ctx.today)
    await ctx.notify(to, template="lead_given", record=lead)
    return lead


@action(
    Lead,
    elevated={Lead: READ | UPDATE},
    when=Field("state").one_of(["new", "qualified", "disqualified"]),
    otherwise=Refused("working", message="Somebody works on it, or it is converted."),
)
async def work_lead(ctx: Context, lead: Lead) -> Lead:
    """Say that somebody works on a lead; one that was found unfit is taken up again.

    Args:
        ctx: of the call.
        lead: which.
    """
    return await ctx.elevated.update(lead, state="working", unfit=None, unfit_note=None)


@action(
    Lead,
    elevated={Lead: READ | UPDATE},
    when=Field("state").one_of(["new", "working"]),
    otherwise=Refused("judged", message="It is judged already."),
)
async def qualify_lead(ctx: Context, lead: Lead) -> Lead:
    """Say that a lead is worth the while: they want it, and can buy it.

    Args:
        ctx: of the call.
        lead: which.
    """
    return await ctx.elevated.update(lead, state="qualified")


@action(Lead, elevated={Lead: READ | UPDATE}, when=IS_LIVE, otherwise=OVER)
async def disqualify_lead(
    ctx: Context, lead: Lead, reason: Unfit, note: LongText | None = None
) -> Lead:
    """Say that nothing comes of a lead, and why.

    Args:
        ctx: of the call.
        lead: which.
        reason: why.
        note: what there is to know of it.
    """
    return await ctx.elevated.update(lead, state="disqualified", unfit=reason, unfit_note=note)


async def _seller(ctx: Context) -> Person | None:
    """The caller, if it is somebody who sells."""
    if not ctx.principal.roles & _SELLING:
        return None
    return await ctx.elevated.select(Person).where(Field("id") == ctx.principal.id).first()
