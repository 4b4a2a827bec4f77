"""What becomes of a registration: approved with its protection, declined, asked about, answered, withdrawn."""

from collections.abc import Sequence
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
    Session,
    action,
    date,
    timedelta,
)
from relatum_base import Organization, Person
from relatum_commerce import Category, Product
from relatum_sales.moving import BEGINNING, begin_in, begun
from relatum_sales.pipelines import Opportunity, Wants
from relatum_sales.registration.conflicts import JUDGING, Deal, judge
from relatum_sales.registration.deals import (
    DealRegistration,
    DecidedBy,
    Declined,
    EnteredBy,
    Protects,
    RegisteredBy,
    RegisteredFor,
    RegisteredProduct,
    Yields,
)
from relatum_sales.registration.months import months_later
from relatum_sales.registration.recognizing import UNDECIDED, described
from relatum_sales.registration.registering import ONE_AT_A_TIME
from relatum_sales.roles import CHANNEL_MANAGER

DECIDING: Final[dict[type | str, Right]] = {
    DealRegistration: READ | UPDATE | RELATE,
    Person: READ | RELATE,
    **dict.fromkeys((EnteredBy, DecidedBy), READ | RELATE),
}
"""What deciding touches, whatever is decided."""

APPROVING: Final[dict[type | str, Right]] = {
    **JUDGING,
    **BEGINNING,
    **DECIDING,
    Organization: READ | CREATE | RELATE,
    **dict.fromkeys((RegisteredFor, Protects, Yields, Wants, Product, Category), READ | RELATE),
    RegisteredBy: READ,
}
"""What approving touches."""

_IS_UNDECIDED: Final = Field("state").one_of(UNDECIDED)
_DECIDED: Final = Refused("decided", message="It is decided already.")


@action(DealRegistration, elevated=APPROVING, when=_IS_UNDECIDED, otherwise=_DECIDED)
async def approve_registration(
    ctx: Context,
    registration: DealRegistration,
    months: int | None = None,
    until: date | None = None,
    customer: Organization | None = None,
    remark: LongText | None = None,
) -> DealRegistration:
    """Approve a registration: the deal is protected from today on, and an opportunity is begun.

    Args:
        ctx: of the call.
        registration: which.
        months: for how long it is protected; as long as is usual here, unless it is said.
        until: the day from which it is protected no longer, instead of a number of months.
        customer: who the customer is, where nobody is recognized, or somebody else.
        remark: what the partner is told.
    """
    end = _end(ctx, months, until)
    await ctx.alone(ONE_AT_A_TIME)
    done = await approved(ctx, registration, end, customer, remark)
    await _tell_partner(ctx, done, "registration_approved")
    return done


@action(DealRegistration, elevated=DECIDING, when=_IS_UNDECIDED, otherwise=_DECIDED)
async def decline_registration(
    ctx: Context, registration: DealRegistration, reason: Declined, remark: LongText | None = None
) -> DealRegistration:
    """Decline a registration.

    Args:
        ctx: of the call.
        registration: which.
        reason: why.
        remark: what the partner is told. Say nothing of other partners.
    """
    done = await _decided(ctx, registration, state="declined", reason=reason, remark=remark)
    await _tell_partner(ctx, done, "registration_declined")
    return done


@action(
    DealRegistration,
    elevated=DECIDING,
    when=Field("state") == "submitted",
    otherwise=Refused("asked", message="It is decided, or the partner was asked already."),
)
async def ask_registration(
    ctx: Context, registration: DealRegistration, question: LongText
) -> DealRegistration:
    """Ask the partner something before it is decided. Unless it is answered in time, the registration lapses.

    Args:
        ctx: of the call.
        registration: which.
        question: what there is to know.
    """
    done = await _waiting(ctx, registration, state="question", question=question, answer=None)
    await _tell_partner(ctx, done, "registration_asked")
    return done


@action(
    DealRegistration,
    elevated=DECIDING,
    when=Field("state") == "question",
    otherwise=Refused("not_asked", message="There is no open question."),
)
async def answer_registration(
    ctx: Context, registration: DealRegistration, answer: LongText
) -> DealRegistration:
    """Answer what you were asked about a registration.

    Args:
        ctx: of the call.
        registration: which.
        answer: what there is to say.
    """
    done = await _waiting(ctx, registration, state="submitted", answer=answer)
    await tell_deciders(ctx, done, "registration_answered")
    return done


@action(
    DealRegistration,
    elevated={**DECIDING, Protects: READ | RELATE, Organization: READ | RELATE},
    when=Field("state").one_of([*UNDECIDED, "approved"]),
    otherwise=Refused("over", message="It is over already."),
)
async def withdraw_registration(
    ctx: Context, registration: DealRegistration, remark: LongText | None = None
) -> DealRegistration:
    """Withdraw a registration: what is protected by it is protected no longer.

    Args:
        ctx: of the call.
        registration: which.
        remark: why.
    """
    held = Field("source.id") == registration.id
    for tie in await ctx.elevated.select(Protects).where(held).all():
        if tie.valid_from is not None and tie.valid_from >= ctx.today:
            await ctx.elevated.remove(tie)
        elif tie.valid_to is None or tie.valid_to > ctx.today:
            await ctx.elevated.end(tie, at=ctx.today)
    said = {"remark": remark} if remark else {}
    done = await ctx.elevated.update(registration, state="withdrawn", answer_by=None, **said)
    await tell_deciders(ctx, done, "registration_withdrawn")
    return done


async def approved(
    ctx: Context,
    registration: DealRegistration,
    until: date,
    customer: Organization | None = None,
    remark: str | None = None,
) -> DealRegistration:
    """Approve a registration: its customer, its protection from today on, its opportunity; nobody is told.

    Args:
        ctx: with the rights of `APPROVING` in ``ctx.elevated``, alone in `ONE_AT_A_TIME`.
        registration: which.
        until: the day from which it is protected no longer.
        customer: who the customer is, if somebody has said it.
        remark: what the partner may read.

    Raises:
        Refused: ``protected``: another one is in this time.
    """
    db = ctx.elevated
    named = db.select(RegisteredProduct).where(Field("source.id") == registration.id)
    products = [each.target for each in await named.all()]
    firm = await _customer(ctx, registration, products, until, customer)
    await db.relate(Protects, registration, firm, valid_from=ctx.today, valid_to=until)
    opportunity = await _opportunity(ctx, registration, firm, products)
    await db.relate(Yields, registration, opportunity)
    return await _decided(ctx, registration, state="approved", remark=remark)


async def tell_deciders(ctx: Context, registration: DealRegistration, template: str) -> None:
    """Tell who is to decide on a registration; all channel managers, where that is nobody."""
    deciders = await ctx.elevated.select(registration.decider).all()
    role = None if deciders else CHANNEL_MANAGER
    await ctx.notify(deciders, role=role, template=template, record=registration)


async def _tell_partner(ctx: Context, registration: DealRegistration, template: str) -> None:
    people = await ctx.elevated.select(registration.entered_by).all()
    await ctx.notify(people, template=template, record=registration)


def _end(ctx: Context, months: int | None, until: date | None) -> date:
    """The day on which the protection ends."""
    if months is not None and until is not None:
        raise Refused("both", path="until", message="Give a number of months, or a day.")
    if months is not None and months < 1:
        raise Refused("months", path="months", message="It is protected for a month at least.")
    if until is not None and until <= ctx.today:
        raise Refused("past", path="until", message="This day is over: choose one to come.")
    usual = ctx.settings.registrations.protection_months
    return until or months_later(ctx.today, months or usual)


async def _customer(
    ctx: Context,
    registration: DealRegistration,
    products: Sequence[UUID],
    end: date,
    chosen: Organization | None,
) -> Organization:
    """The customer, made where nobody is known; with nothing of another's protected that is about the same.

    Raises:
        Refused: ``protected``.
    """
    db = ctx.elevated
    before = await db.select(registration.customer).first()
    (reseller,) = await db.select(registration.reseller).all()
    deal = Deal(
        reseller=reseller.id,
        customer=described(registration),
        goods=products,
        since=ctx.today,
        until=end,
        firm=chosen or before,
        registration=registration.id,
    )
    judgement = await judge(db, deal)
    held = [each for each in judgement.hindrances if each.certain and each.until is not None]
    if held:
        raise Refused(
            "protected",
            path="registration",
            message="Another registration of the same is protected in this time.",
        )
    firm = deal.firm or judgement.customer or await _new_customer(db, registration)
    if before is None or before.id != firm.id:
        for tie in (
            await db.select(RegisteredFor).where(Field("source.id") == registration.id).all()
        ):
            await db.remove(tie)
        await db.relate(RegisteredFor, registration, firm)
    return firm


async def _new_customer(db: Session, registration: DealRegistration) -> Organization:
    return await db.create(
        Organization(
            name=registration.customer_name,
            website=registration.customer_website,
            email=registration.customer_email,
            phone=registration.customer_phone,
            address=registration.customer_address,
        )
    )


async def _opportunity(
    ctx: Context,
    registration: DealRegistration,
    firm: Organization,
    products: Sequence[UUID],
) -> Opportunity:
    """The opportunity that is begun, answered for by whoever is to decide on the registration."""
    known = {"amount": registration.amount, "close_on": registration.close_on}
    stage = await begin_in(ctx.elevated, None, products=products, **known)
    owner = await ctx.elevated.select(registration.decider).first()
    opportunity = await begun(
        ctx,
        Opportunity(
            title=registration.title, probability=stage.probability, note=registration.note, **known
        ),
        stage,
        firm,
        owner or await _caller(ctx),
    )
    for each in products:
        await ctx.elevated.relate(Wants, opportunity, each)
    return opportunity


async def _decided(
    ctx: Context, registration: DealRegistration, **values: object
) -> DealRegistration:
    """Keep a decision, and who has made it."""
    caller = await _caller(ctx)
    if caller is not None and not await ctx.elevated.exists(registration.decider):
        await ctx.elevated.relate(DecidedBy, registration, caller)
    return await ctx.elevated.update(registration, answer_by=None, **values)


async def _waiting(
    ctx: Context, registration: DealRegistration, **values: object
) -> DealRegistration:
    """Have the other side answer in time."""
    by = ctx.now + timedelta(days=ctx.settings.registrations.answer_days)
    return await ctx.elevated.update(registration, answer_by=by, escalated_at=None, **values)


async def _caller(ctx: Context) -> Person | None:
    return await ctx.elevated.select(Person).where(Field("id") == ctx.principal.id).first()
