"""The course of an opportunity: begun, moved from stage to stage, won or lost, and taken up again."""

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
    Money,
    Problems,
    Refused,
    Right,
    Session,
    action,
    date,
)
from relatum_base import Organization, Party, Person
from relatum_sales.holding import held
from relatum_sales.pipelines import (
    InStage,
    InvolvedIn,
    LostTo,
    Opportunity,
    OpportunityFor,
    OwnedBy,
    Pipeline,
    Reason,
    Stage,
    StageOf,
    Wants,
)
from relatum_sales.roles import SALES_MANAGER, SALES_REP, TEAM_LEAD, TERRITORY_MANAGER

MOVING: Final[dict[type | str, Right]] = {
    Opportunity: READ | UPDATE | RELATE,
    **dict.fromkeys((InStage, LostTo, Stage, Organization), READ | RELATE),
    **dict.fromkeys((StageOf, Pipeline, InvolvedIn, Wants), READ),
}
"""What the course of an opportunity touches, beyond what whoever sells may do by hand."""

BEGINNING: Final[dict[type | str, Right]] = {
    **MOVING,
    Opportunity: READ | CREATE | UPDATE | RELATE,
    **dict.fromkeys((OpportunityFor, OwnedBy, Party), READ | RELATE),
}
"""What beginning one touches."""

IS_OPEN: Final = Field("state") == "open"
"""That an opportunity is neither won nor lost."""

DECIDED: Final = Refused("not_open", message="It is decided: take it up again first.")
"""What is said of one that is."""

_SELLING: Final = {SALES_REP, TEAM_LEAD, TERRITORY_MANAGER, SALES_MANAGER}


@action(rights=_SELLING, elevated=BEGINNING)
async def begin_opportunity(
    ctx: Context,
    customer: Party,
    title: str,
    pipeline: Pipeline | None = None,
    amount: Money | None = None,
    close_on: date | None = None,
    owner: Person | None = None,
) -> Opportunity:
    """Begin an opportunity in the first stage of a pipeline.

    Args:
        ctx: of the call.
        customer: with whom.
        title: what it is called.
        pipeline: on which way; on the first of them, unless said otherwise.
        amount: what it may come to.
        close_on: when it is hoped to be won.
        owner: who answers for it; the caller, unless said otherwise.
    """
    first = await begin_in(ctx.elevated, pipeline, amount=amount, close_on=close_on)
    mine = await ctx.elevated.select(Person).where(Field("id") == ctx.principal.id).all()
    return await begun(
        ctx,
        Opportunity(title=title, amount=amount, close_on=close_on, probability=first.probability),
        first,
        customer,
        owner or next(iter(mine), None),
    )


async def begin_in(db: Session, pipeline: Pipeline | None, **known: object) -> Stage:
    """The stage in which an opportunity begins.

    Args:
        db: may read pipelines and stages.
        pipeline: on which way; None for the first of them.
        known: of what a stage may expect, all that the opportunity will have.

    Raises:
        Refused: ``no_stage``, or ``expected`` (`Problems` for several).
    """
    first = await _first_stage(db, pipeline)
    _insist(await lacking(db, first, None, **known))
    return first


async def begun(
    ctx: Context, opportunity: Opportunity, stage: Stage, customer: Party, owner: Person | None
) -> Opportunity:
    """Keep a new opportunity: its customer, its stage from now on, who answers for it from today on."""
    made = await ctx.elevated.create(opportunity, customer=customer)
    await ctx.elevated.relate(InStage, made, stage, valid_from=ctx.now)
    if owner is not None:
        await ctx.elevated.relate(OwnedBy, made, owner, valid_from=ctx.today)
    return made


@action(Opportunity, elevated=MOVING, when=IS_OPEN, otherwise=DECIDED)
async def move_stage(
    ctx: Context,
    opportunity: Opportunity,
    stage: Stage,
    amount: Money | None = None,
    close_on: date | None = None,
    next_step: str | None = None,
) -> Opportunity:
    """Move an opportunity to another stage of its pipeline, forward or back.

    Args:
        ctx: of the call.
        opportunity: which.
        stage: to which.
        amount: what it may come to, if that is known better now.
        close_on: when it is hoped to be won, if that is known better now.
        next_step: what is done next.
    """
    db = ctx.elevated
    its = (Field("source.id") == opportunity.id) & held(ctx.now)
    present = await db.select(InStage).where(its).first()
    if present is not None:
        if present.target == stage.id:
            raise Refused("there_already", path="stage", message="It is in this stage already.")
        if not await _same_pipeline(db, present.target, stage.id):
            raise Refused(
                "other_pipeline", path="stage", message="This stage is one of another pipeline."
            )
    known = {
        "amount": amount or opportunity.amount,
        "close_on": close_on or opportunity.close_on,
        "next_step": next_step or opportunity.next_step,
    }
    _insist(await lacking(db, stage, opportunity, **known))
    if present is not None:
        await db.end(present, at=ctx.now)
    await db.relate(InStage, opportunity, stage, valid_from=ctx.now)
    return await db.update(opportunity, probability=stage.probability, **known)


@action(Opportunity, elevated=MOVING, when=IS_OPEN, otherwise=DECIDED)
async def win_opportunity(
    ctx: Context,
    opportunity: Opportunity,
    reason: Reason,
    amount: Money | None = None,
    note: LongText | None = None,
) -> Opportunity:
    """Say that an opportunity is won, and why.

    Args:
        ctx: of the call.
        opportunity: which.
        reason: what decided it.
        amount: what it came to, if that differs from what was hoped.
        note: what there is to learn from it.
    """
    return await won(ctx.elevated, opportunity, reason, day=ctx.today, amount=amount, note=note)


async def won(
    db: Session,
    opportunity: Opportunity,
    reason: Reason,
    *,
    day: date,
    amount: Money | None = None,
    note: LongText | None = None,
) -> Opportunity:
    """Keep that an opportunity is won.

    Args:
        db: may do what `MOVING` says.
        opportunity: which; it is open.
        reason: what decided it.
        day: on which.
        amount: what it came to, if that differs from what was hoped.
        note: what there is to learn from it.

    Raises:
        Refused: ``amount``: nobody has said what it came to.
    """
    if amount is None and opportunity.amount is None:
        raise Refused("amount", path="amount", message="Say what it came to.")
    return await db.update(
        opportunity,
        state="won",
        reason=reason,
        reason_note=note,
        amount=amount or opportunity.amount,
        probability=100,
        close_on=day,
    )


@action(Opportunity, elevated=MOVING, when=IS_OPEN, otherwise=DECIDED)
async def lose_opportunity(
    ctx: Context,
    opportunity: Opportunity,
    reason: Reason,
    competitor: Organization | None = None,
    note: LongText | None = None,
) -> Opportunity:
    """Say that an opportunity is lost, why, and to whom.

    Args:
        ctx: of the call.
        opportunity: which.
        reason: what decided it.
        competitor: who has won it.
        note: what there is to learn from it.
    """
    if competitor is not None:
        bids = (Field("source.id") == opportunity.id) & (Field("target.id") == competitor.id)
        bid = await ctx.elevated.select(LostTo).where(bids).first()
        if bid is None:
            await ctx.elevated.relate(LostTo, opportunity, competitor, won=True)
        else:
            await ctx.elevated.correct(bid, won=True)
    return await ctx.elevated.update(
        opportunity,
        state="lost",
        reason=reason,
        reason_note=note,
        probability=0,
        close_on=ctx.today,
    )


@action(
    Opportunity,
    elevated=MOVING,
    when=Field("state") != "open",
    otherwise=Refused("open", message="It is open."),
)
async def reopen_opportunity(ctx: Context, opportunity: Opportunity) -> Opportunity:
    """Take an opportunity up again that was won or lost.

    Args:
        ctx: of the call.
        opportunity: which.
    """
    stage = await ctx.elevated.select(opportunity.stage).first()
    return await ctx.elevated.update(
        opportunity,
        state="open",
        reason=None,
        reason_note=None,
        probability=stage.probability if stage else 0,
    )


async def lacking(
    db: Session, stage: Stage, opportunity: Opportunity | None = None, **known: object
) -> list[str]:
    """What a stage expects and an opportunity lacks: names of its fields and ends, in the order in which it expects them.

    Args:
        db: may read what hangs on the opportunity.
        stage: which.
        opportunity: which; None for one that is not there yet, which has no ties.
        known: the values of its fields.
    """
    missing: list[str] = []
    for fact in stage.expects or ():
        if fact in known or opportunity is None:
            there = known.get(fact) is not None
        else:
            there = await db.exists(getattr(opportunity, fact))
        if not there:
            missing.append(fact)
    return missing


def _insist(missing: list[str]) -> None:
    """Refuse what lacks a fact, telling all of them.

    Raises:
        Problems: several are lacking; each at its place.
        Refused: ``expected``.
    """
    refusals = [_asked(each) for each in missing]
    if len(refusals) > 1:
        raise Problems("The stage asks for more.", refusals)
    for each in refusals:
        raise each


def _asked(fact: str) -> Refused:
    """The refusal that says what a stage asks for."""
    said = Refused("expected", path=fact, message="The stage asks for what is done next.")
    match fact:
        case "amount":
            said = Refused("expected", path=fact, message="The stage asks for an amount.")
        case "close_on":
            said = Refused("expected", path=fact, message="The stage asks for a close date.")
        case "products":
            said = Refused("expected", path=fact, message="The stage asks for what they want.")
        case "competitors":
            said = Refused("expected", path=fact, message="The stage asks for the rivals.")
        case "contacts":
            said = Refused("expected", path=fact, message="The stage asks for who decides.")
    return said


async def _first_stage(db: Session, pipeline: Pipeline | None) -> Stage:
    stages = db.select(Stage)
    if pipeline is not None:
        stages = stages.where(Field("pipeline.id") == pipeline.id)
    first = await stages.order("pipeline.label", "rank").first()
    if first is None:
        raise Refused("no_stage", path="pipeline", message="There is no stage to begin in.")
    return first


async def _same_pipeline(db: Session, one: UUID, other: UUID) -> bool:
    ties = await db.select(StageOf).where(Field("source.id").one_of([one, other])).all()
    return len({tie.target for tie in ties}) == 1
