"""A partner registers a deal, and is told at once whether something stands against it."""

from collections.abc import Sequence
from typing import Final

from pydantic import BaseModel
from pydantic import Field as Described

from relatum import (
    CREATE,
    READ,
    RELATE,
    Context,
    Email,
    Field,
    LongText,
    Money,
    Phone,
    PostalAddress,
    Refused,
    Right,
    Session,
    Tie,
    Ties,
    Url,
    action,
    date,
    timedelta,
)
from relatum_base import Organization, PartnerOf, Person
from relatum_base.matching import describing
from relatum_commerce import Category, Product
from relatum_commerce.numbering import drawn
from relatum_sales.pipelines import Opportunity
from relatum_sales.registration.conflicts import JUDGING, Deal, Judgement, judge
from relatum_sales.registration.deals import (
    DealRegistration,
    DecidedBy,
    EnteredBy,
    HinderedBy,
    PartnerManagedBy,
    RegisteredBy,
    RegisteredFor,
    RegisteredProduct,
    Verdict,
)
from relatum_sales.registration.months import months_later
from relatum_sales.registration.recognizing import described
from relatum_sales.registration.roles import RESELLER
from relatum_sales.roles import CHANNEL_MANAGER

ONE_AT_A_TIME: Final = "registrations"
"""What is judged and kept with nobody in between: of two that register the same at once, one comes second."""

REGISTERING: Final[dict[type | str, Right]] = {
    **JUDGING,
    DealRegistration: READ | CREATE | RELATE,
    **dict.fromkeys((Organization, Person, Product, Category, Opportunity), READ | RELATE),
    **dict.fromkeys((RegisteredBy, EnteredBy, RegisteredFor, RegisteredProduct), READ | RELATE),
    **dict.fromkeys((DecidedBy, HinderedBy), READ | RELATE),
    **dict.fromkeys((PartnerManagedBy, PartnerOf), READ),
}
"""What registering a deal touches."""

SAID: Final[dict[Verdict, str]] = {
    "clear": "Nothing stands against it. We answer soon.",
    "unclear": "We have to look into this one. We answer soon.",
    "own_firm": "Your firm has registered this deal already.",
    "protected": "A deal like this one is protected.",
    "pending": "A deal like this one was registered before.",
    "direct": "We work with this customer ourselves.",
}


class RegistrationVerdict(BaseModel):
    """What became of a registration at once."""

    code: Verdict = Described(description="Whether something stands against it.")
    message: str = Described(description="The same in words.")
    again_from: date | None = Described(
        default=None, description="The day from which it may be registered again."
    )
    registration: DealRegistration | None = Described(
        default=None, description="As it is kept: declined, or waiting for a decision."
    )


@action(rights={RESELLER, CHANNEL_MANAGER}, elevated=REGISTERING)
async def register_deal(
    ctx: Context,
    products: list[Product | Category],
    customer_name: str | None = None,
    address: PostalAddress | None = None,
    website: Url | None = None,
    email: Email | None = None,
    phone: Phone | None = None,
    contact_name: str | None = None,
    customer: Organization | None = None,
    title: str | None = None,
    amount: Money | None = None,
    close_on: date | None = None,
    note: LongText | None = None,
    reseller: Organization | None = None,
) -> RegistrationVerdict:
    """Register a deal, so that nobody else is granted it.

    Args:
        ctx: of the call.
        products: what you hope to sell, products or whole categories.
        customer_name: the firm that would buy.
        address: where it is.
        website: where it is found.
        email: an address of mail of the firm.
        phone: a number of the firm, with the country code.
        contact_name: whom you speak with there.
        customer: the firm, if you find it here; then nothing else has to be said of it.
        title: what you call the deal.
        amount: what it may come to.
        close_on: when you hope to win it.
        note: what else there is to say.
        reseller: for whom it is registered, by a channel manager; your own firm otherwise.
    """
    name = " ".join((customer_name or (customer.name if customer else "") or "").split())
    _judge_given(ctx, name, products, close_on)
    firm = await _partner(ctx, reseller)
    await ctx.alone(ONE_AT_A_TIME)
    await _judge_patience(ctx, firm)
    registration = DealRegistration(
        number=drawn("D", ctx.today),
        title=title or f"{name}: {', '.join(each.name for each in products)}"[:200],
        customer_name=name,
        customer_address=address,
        customer_website=website,
        customer_email=email,
        customer_phone=phone,
        contact_name=contact_name,
        amount=amount,
        close_on=close_on,
        note=note,
    )
    judgement, kept = await registered(ctx, registration, firm, products, customer)
    if kept.state == "submitted":
        await _tell_decider(ctx, kept)
    return _told(judgement, kept)


def _told(judgement: Judgement, kept: DealRegistration) -> RegistrationVerdict:
    return RegistrationVerdict(
        code=judgement.verdict,
        message=SAID[judgement.verdict],
        again_from=judgement.again_from,
        registration=kept,
    )


async def _tell_decider(ctx: Context, kept: DealRegistration) -> None:
    """Tell who decides of a registration; all who may, where nobody in particular does."""
    decider = await ctx.elevated.select(kept.decider).all()
    role = None if decider else CHANNEL_MANAGER
    await ctx.notify(decider, role=role, template="registration_submitted", record=kept)


async def registered(
    ctx: Context,
    registration: DealRegistration,
    firm: Organization,
    products: Sequence[Product | Category],
    customer: Organization | None = None,
) -> tuple[Judgement, DealRegistration]:
    """Judge a registration and keep it, with what stands against it; nobody is told.

    Args:
        ctx: with the rights of `REGISTERING` in ``ctx.elevated``, alone in `ONE_AT_A_TIME`.
        registration: what is said of the deal.
        firm: the partner's.
        products: what it is about, products or whole categories.
        customer: the customer's record, if it is known.

    Raises:
        Refused: ``yourself``: the customer is the partner.
    """
    judgement = await judge(ctx.elevated, _deal(ctx, registration, firm, products, customer))
    if judgement.customer is not None and judgement.customer.id == firm.id:
        raise Refused(
            "yourself", path="customer_name", message="Your own firm is no customer of yours."
        )
    return judgement, await _kept(ctx, registration, firm, products, judgement)


def _judge_given(
    ctx: Context, name: str, products: list[Product | Category], close_on: date | None
) -> None:
    if not name:
        raise Refused("nameless", path="customer_name", message="Say which firm would buy.")
    if not products:
        raise Refused("nothing", path="products", message="Say what you hope to sell.")
    if close_on is not None and close_on < ctx.today:
        raise Refused("past", path="close_on", message="This day is over: choose one to come.")


async def _partner(ctx: Context, named: Organization | None) -> Organization:
    """The partner firm for which a deal is registered.

    Raises:
        Refused: ``no_partner``: it is none, or not the caller's.
    """
    own = ctx.principal.firm
    manages = CHANNEL_MANAGER in ctx.principal.roles or ctx.principal.unrestricted
    asked = named.id if named is not None else own
    ours = Ties("partner_of").some(Field("sells") == True)  # noqa: E712  # a condition
    found = None
    if asked is not None and (asked == own or manages):
        is_it = Field("id") == asked
        found = await ctx.elevated.select(Organization).where(is_it & ours).first()
    if found is None:
        raise Refused("no_partner", path="reseller", message="This firm is no partner of ours.")
    return found


async def _judge_patience(ctx: Context, firm: Organization) -> None:
    """Refuse who has met too many others today: it may be somebody who wants to know who is whose.

    Where others may have been met counts, too: that somebody has to look tells something as well.

    Raises:
        Refused: ``too_many``.
    """
    a_day_ago = ctx.now - timedelta(days=1)
    met = (
        (Field("reseller.id") == firm.id)
        & (Field("verdict") != "clear")
        & (Field("submitted_at") > a_day_ago)
    )
    most = ctx.settings.registrations.conflicts_a_day
    if await ctx.elevated.select(DealRegistration).where(met).count() >= most:
        raise Refused(
            "too_many",
            message="Too many of your registrations met others today. Speak with your channel manager.",
        )


def _deal(
    ctx: Context,
    registration: DealRegistration,
    firm: Organization,
    products: Sequence[Product | Category],
    customer: Organization | None,
) -> Deal:
    """What is looked for: by what is said, completed by what is known of the customer."""
    known = describing.of_organization(customer) if customer is not None else {}
    return Deal(
        reseller=firm.id,
        customer={**known, **described(registration)},
        goods={each.id for each in products},
        since=ctx.today,
        until=months_later(ctx.today, ctx.settings.registrations.protection_months),
        firm=customer,
    )


async def _kept(
    ctx: Context,
    registration: DealRegistration,
    firm: Organization,
    products: Sequence[Product | Category],
    judgement: Judgement,
) -> DealRegistration:
    """Keep a registration, with what stands against it."""
    waits = judgement.verdict in ("clear", "unclear")
    settled = registration.model_copy(
        update={
            "state": "submitted" if waits else "declined",
            "reason": None if waits else "conflict",
            "verdict": judgement.verdict,
            "again_from": judgement.again_from,
            "submitted_at": ctx.now,
            "answer_by": ctx.now + timedelta(days=ctx.settings.registrations.answer_days)
            if waits
            else None,
        }
    )
    return await ctx.elevated.create(
        settled,
        reseller=firm,
        products=[*products],
        entered_by=await _person(ctx),
        customer=[judgement.customer] if judgement.customer is not None else [],
        decider=await _decider(ctx.elevated, firm),
        hindrances=[Tie(each.record, certain=each.certain) for each in judgement.hindrances],
    )


async def _decider(db: Session, firm: Organization) -> list[Person]:
    """Who looks after the partner."""
    return (
        await db.select(Person).where(Ties("managed_partners").some(Field("id") == firm.id)).all()
    )


async def _person(ctx: Context) -> list[Person]:
    return await ctx.elevated.select(Person).where(Field("id") == ctx.principal.id).all()
