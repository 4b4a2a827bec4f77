"""Makes of a lead what comes of it: somebody who is known, a firm, an opportunity, with all that was kept with the lead."""

from collections.abc import Sequence
from typing import Final, TypeVar

from pydantic import BaseModel
from pydantic import Field as Described

from relatum import (
    CREATE,
    READ,
    RELATE,
    UPDATE,
    Context,
    Field,
    Money,
    Refused,
    Right,
    Session,
    action,
    date,
)
from relatum_activities import About, Activity
from relatum_base import Organization, Person, WorksAt
from relatum_commerce import Category, Product
from relatum_sales.holding import held
from relatum_sales.leads import (
    IS_LIVE,
    OVER,
    ConvertedInto,
    InterestedIn,
    Lead,
    LeadOwnedBy,
    MatchedTo,
)
from relatum_sales.moving import BEGINNING, begin_in, begun
from relatum_sales.pipelines import InvolvedIn, Opportunity, Pipeline, Wants
from relatum_sales.recognizing import RECOGNIZING, recognized

P = TypeVar("P", Person, Organization, Opportunity)

CONVERTING: Final[dict[type | str, Right]] = {
    **RECOGNIZING,
    **BEGINNING,
    Lead: READ | UPDATE | RELATE,
    **dict.fromkeys((Organization, Person), READ | CREATE | RELATE),
    **dict.fromkeys((InvolvedIn, Wants, WorksAt, ConvertedInto, About, Activity), READ | RELATE),
    **dict.fromkeys((Product, Category), READ | RELATE),
    **dict.fromkeys((InterestedIn, LeadOwnedBy), READ),
}
"""What converting a lead touches."""


class Conversion(BaseModel):
    """What became of a lead."""

    lead: Lead | None
    person: Person | None = Described(default=None, description="Whom the lead is.")
    organization: Organization | None = Described(default=None, description="Of which firm.")
    opportunity: Opportunity | None = Described(default=None, description="What is hoped for.")
    new: list[str] = Described(
        default=[], description="Which of these were made; the others were known before."
    )


@action(Lead, elevated=CONVERTING, when=IS_LIVE, otherwise=OVER)
async def convert_lead(
    ctx: Context,
    lead: Lead,
    person: Person | None = None,
    organization: Organization | None = None,
    title: str | None = None,
    pipeline: Pipeline | None = None,
    amount: Money | None = None,
    close_on: date | None = None,
    without_opportunity: bool = False,
) -> Conversion:
    """Make a person, a firm and an opportunity of a lead; those who are known already are not made twice.

    Whoever is chosen counts, then whoever the lead certainly is; only where there is nobody, somebody new is made.
    What was said and is to be done about the lead stands on the timelines of what came of it, too.

    Args:
        ctx: of the call.
        lead: which.
        person: whom it is, if that is known.
        organization: of which firm, if that is known.
        title: what the opportunity is called; what the lead is interested in, unless it is said.
        pipeline: on which way it begins; on the first of them, unless it is said.
        amount: what it may come to.
        close_on: when it is hoped to be won.
        without_opportunity: whether there is no opportunity yet.
    """
    who, firm, made = await _parties(ctx, lead, person, organization)
    opportunity = None
    if not without_opportunity:
        made.append("opportunity")
        opportunity = await _opportunity(
            ctx, lead, who, firm, title, pipeline, amount=amount, close_on=close_on
        )
    became = [each for each in (who, firm, opportunity) if each is not None]
    for each in became:
        await ctx.elevated.relate(ConvertedInto, lead, each)
    await _carry_timeline_on(ctx.elevated, lead, became)
    done = await ctx.elevated.update(lead, state="converted", converted_on=ctx.today)
    return Conversion(lead=done, person=who, organization=firm, opportunity=opportunity, new=made)


async def _parties(
    ctx: Context, lead: Lead, person: Person | None, organization: Organization | None
) -> tuple[Person | None, Organization | None, list[str]]:
    """Whom a lead is of, and of which firm, tied to each other, and which of the two were made."""
    same = [each for each in await recognized(ctx.elevated, lead) if each.verdict == "same"]
    who = person or await _matched(ctx.elevated, same, Person)
    firm = organization or await _matched(ctx.elevated, same, Organization)
    made = [
        name
        for name, there, said in (
            ("person", who, lead.family_name),
            ("organization", firm, lead.company),
        )
        if there is None and said
    ]
    who = who or await _new_person(ctx.elevated, lead)
    firm = firm or await _new_organization(ctx.elevated, lead)
    if who is not None and firm is not None:
        await _employ(ctx, who, firm)
    return who, firm, made


async def _matched(db: Session, same: Sequence[MatchedTo], kind: type[P]) -> P | None:
    """Whom a lead certainly is: the one with the most points, if there are several."""
    ids = [each.target for each in same]
    found = {each.id: each for each in await db.select(kind).where(Field("id").one_of(ids)).all()}
    return next((found[each] for each in ids if each in found), None)


async def _new_person(db: Session, lead: Lead) -> Person | None:
    if not lead.family_name:
        return None
    reached = {} if lead.company else {"address": lead.address}
    return await db.create(
        Person(
            given_name=lead.given_name,
            family_name=lead.family_name,
            email=lead.email,
            phone=lead.phone,
            language=lead.language,
            **reached,
        )
    )


async def _new_organization(db: Session, lead: Lead) -> Organization | None:
    if not lead.company:
        return None
    reached = {} if lead.family_name else {"email": lead.email, "phone": lead.phone}
    return await db.create(
        Organization(
            name=lead.company,
            website=lead.website,
            address=lead.address,
            language=lead.language,
            **reached,
        )
    )


async def _employ(ctx: Context, who: Person, firm: Organization) -> None:
    """Say that somebody works at a firm, unless that is known."""
    there = (Field("source.id") == who.id) & (Field("target.id") == firm.id) & held(ctx.today)
    if not await ctx.elevated.exists(ctx.elevated.select(WorksAt).where(there)):
        await ctx.elevated.relate(WorksAt, who, firm, valid_from=ctx.today)


async def _opportunity(
    ctx: Context,
    lead: Lead,
    who: Person | None,
    firm: Organization | None,
    title: str | None,
    pipeline: Pipeline | None,
    **known: object,
) -> Opportunity:
    """An opportunity with the firm, or else the person, which wants what the lead is interested in."""
    db = ctx.elevated
    wanted = await db.select(InterestedIn).where(Field("source.id") == lead.id).all()
    customer = firm or who
    if customer is None:
        raise Refused("nobody", path="lead", message="It has neither a name nor a firm.")
    stage = await begin_in(
        db, pipeline, products=wanted or None, contacts=who if firm else None, **known
    )
    owner = await db.select(lead.owner).first()
    opportunity = await begun(
        ctx,
        Opportunity(
            title=title or _title(lead), probability=stage.probability, note=lead.interest, **known
        ),
        stage,
        customer,
        owner or await db.select(Person).where(Field("id") == ctx.principal.id).first(),
    )
    for each in wanted:
        await db.relate(Wants, opportunity, each.target, quantity=each.quantity)
    if who is not None and firm is not None:
        await db.relate(InvolvedIn, who, opportunity)
    return opportunity


def _title(lead: Lead) -> str:
    """What an opportunity is called that nobody has named: the first words of what is wanted, else who wants it."""
    words = " ".join((lead.interest or "").split())[:80].strip()
    return words or lead.company or " ".join(filter(None, (lead.given_name, lead.family_name)))


async def _carry_timeline_on(
    db: Session, lead: Lead, became: Sequence[Person | Organization | Opportunity]
) -> None:
    """Have what is about the lead be about what came of it, too."""
    said = await db.select(About).where(Field("target.id") == lead.id).all()
    known = Field("target.id").one_of([each.id for each in became])
    there = {
        (each.source, each.target)
        for each in await db.select(About)
        .where(known & Field("source.id").one_of([each.source for each in said]))
        .all()
    }
    for tie in said:
        for each in became:
            if (tie.source, each.id) not in there:
                await db.relate(About, tie.source, each)
