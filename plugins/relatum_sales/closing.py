"""What becomes of quotes: sent, accepted or declined, ordered, or past the last day on which they hold."""

import asyncio
from typing import Final

from relatum import (
    READ,
    RELATE,
    UPDATE,
    Context,
    Field,
    Language,
    LongText,
    Refused,
    Right,
    Template,
    Ties,
    WorkflowContext,
    action,
    scheduled,
)
from relatum_base import Organization, Person
from relatum_commerce import ORDERING, Order, PricedLine, Product, keep_order
from relatum_sales.granting import GRANTING, owners_of
from relatum_sales.moving import MOVING, won
from relatum_sales.offering import gathered, set_as_pdf, titled
from relatum_sales.pipelines import Opportunity, OpportunityFor, OwnedBy, Reason
from relatum_sales.quotes import Declined, OrderedAs, Quote, QuoteFor, QuoteLine, SentTo
from relatum_sales.quoting import customer_of, lines_of

_AT_ONCE: Final = 200
"""Quotes that one unit of work lets expire."""

SENDING: Final[dict[type | str, Right]] = {
    **GRANTING,
    Quote: READ | UPDATE | RELATE,
    SentTo: READ | RELATE,
    Person: READ | RELATE,
    **dict.fromkeys((QuoteLine, Product, OpportunityFor, Organization), READ),
}
"""What sending a quote touches."""

ANSWERED: Final[dict[type | str, Right]] = {
    **ORDERING,
    **MOVING,
    **GRANTING,
    Organization: READ | RELATE,
    Person: READ | RELATE,
    Quote: READ | UPDATE | RELATE,
    OrderedAs: READ | RELATE,
    **dict.fromkeys((QuoteLine, OpportunityFor), READ),
}
"""What ordering a quote touches."""

_WAS_SENT: Final = Field("state") == "sent"
_NOT_SENT: Final = Refused("not_sent", message="Only what was sent can be answered.")

quote_sent = Template(
    "Our quote {{ record.number }}",
    "Dear {{ person.name }},\n\nthere is a quote for you: {{ record.number }}. "
    "It holds until {{ record.valid_until }}.\n\n{{ record.text or '' }}\n",
    attach="document",
)
quote_accepted = Template(
    "Accepted: quote {{ record.label }}",
    "Dear {{ person.name }},\n\nthe customer has accepted the quote {{ record.label }}.\n"
    "{{ record.remark or '' }}\n",
)
quote_declined = Template(
    "Declined: quote {{ record.label }}",
    "Dear {{ person.name }},\n\nthe customer has declined the quote {{ record.label }}.\n"
    "{{ record.remark or '' }}\n",
)
quote_expired = Template(
    "Expired: quote {{ record.label }}",
    "Dear {{ person.name }},\n\nnobody has answered the quote {{ record.label }} while it held.\n",
)


@action(
    Quote,
    apart=True,
    elevated=SENDING,
    when=Field("state") == "approved",
    otherwise=Refused("not_approved", message="Only an approved quote is sent."),
)
async def send_quote(
    ctx: Context, quote: Quote, to: list[Person] | None = None, language: Language | None = None
) -> Quote:
    """Send a quote: it is made as a PDF, and those who receive it are told and may answer it.

    Args:
        ctx: of the call.
        quote: that is approved.
        to: who receives it.
        language: of the document; the first receiver's or the customer's, unless it is said.
    """
    if quote.valid_until < ctx.today:
        raise Refused("expired", path="quote", message="It holds no more: draft another edition.")
    receivers = to or []
    imprint, recipient = ctx.settings.imprint, next(iter(receivers), None)
    offered = await gathered(ctx.elevated, quote, recipient, imprint=imprint, made=ctx.now)
    readers = [each for each in (recipient, offered.customer) if each is not None]
    titles = ctx.titles(language or await ctx.language_of(*readers))
    content = await asyncio.to_thread(set_as_pdf, offered, titles)
    kept = await ctx.keep_file(
        f"{titled(quote, titles).replace('/', '-')}.pdf", "application/pdf", content
    )
    async with ctx.unit(reason="send_quote") as within:
        sent = await within.elevated.update(
            quote, state="sent", document=kept, sent_on=ctx.today, remark=None
        )
        for each in receivers:
            await within.elevated.relate(SentTo, quote, each)
        if receivers:
            await within.notify(receivers, template="quote_sent", record=quote)
    return sent


@action(Quote, elevated={**GRANTING, Quote: READ | UPDATE}, when=_WAS_SENT, otherwise=_NOT_SENT)
async def accept_quote(ctx: Context, quote: Quote, note: LongText | None = None) -> Quote:
    """Say that the customer takes an offer.

    Args:
        ctx: of the call.
        quote: that was sent, and holds.
        note: what the customer says to it.
    """
    if quote.valid_until < ctx.today:
        raise Refused("expired", path="quote", message="It held until its last day only.")
    accepted = await ctx.elevated.update(
        quote, state="accepted", answered_on=ctx.today, remark=note
    )
    await _tell_owners(ctx, accepted, "quote_accepted")
    return accepted


@action(Quote, elevated={**GRANTING, Quote: READ | UPDATE}, when=_WAS_SENT, otherwise=_NOT_SENT)
async def decline_quote(
    ctx: Context, quote: Quote, reason: Declined = "other", note: LongText | None = None
) -> Quote:
    """Say that the customer does not take an offer, and why.

    Args:
        ctx: of the call.
        quote: that was sent.
        reason: why.
        note: what the customer says to it.
    """
    declined = await ctx.elevated.update(
        quote, state="declined", answered_on=ctx.today, declined_for=reason, remark=note
    )
    await _tell_owners(ctx, declined, "quote_declined")
    return declined


@action(
    Quote,
    elevated=ANSWERED,
    when=(Field("state") == "accepted") & ~Ties("order").some(),
    otherwise=Refused(
        "not_accepted", message="Only what the customer has accepted is ordered, and once."
    ),
)
async def order_quote(
    ctx: Context,
    quote: Quote,
    reference: str | None = None,
    win: Reason | None = None,
) -> Order:
    """Order what was offered, at the prices of the offer; a quote is ordered once.

    Args:
        ctx: of the call.
        quote: that was accepted.
        reference: what the customer calls the order.
        win: what decided it; the opportunity is won then.
    """
    db = ctx.elevated
    its = Ties("quotes").some(Field("id") == quote.id)
    (opportunity,) = await db.select(Opportunity).where(its).all()
    customer = await customer_of(db, opportunity)
    lines = [
        PricedLine(product, line.quantity, line.unit_price, line.discount, line.price_list)
        for line, product in await lines_of(db, quote)
    ]
    order = await keep_order(
        ctx, customer, lines, customer_reference=reference, ship_address=customer.address
    )
    await db.relate(OrderedAs, quote, order)
    if win is not None and opportunity.state == "open":
        await won(db, opportunity, win, day=ctx.today, amount=quote.total)
    return order


@scheduled("20 0 * * *", elevated={**GRANTING, OwnedBy: READ, QuoteFor: READ})
async def expire_quotes(ctx: WorkflowContext) -> None:
    """Let quotes expire of which the last day is over, and tell who answers for them."""
    while await ctx.step(expire_some) >= _AT_ONCE:
        pass


async def expire_some(ctx: Context) -> int:
    """Let some quotes expire, and say how many."""
    over = Field("state").one_of(["approved", "sent"]) & (Field("valid_until") < ctx.today)
    async with ctx.unit(reason="expired") as within:
        found = await within.db.select(Quote).where(over).order("valid_until").page(_AT_ONCE)
        for each in found.records:
            await within.db.update(each, state="expired")
            owners = await owners_of(within.db, each)
            if owners:
                await within.notify(owners, template="quote_expired", record=each)
    return len(found.records)


async def _tell_owners(ctx: Context, quote: Quote, template: str) -> None:
    """Tell who answers for a quote that it was answered, unless it is the caller."""
    owners = [each for each in await owners_of(ctx.elevated, quote) if each != ctx.principal.id]
    if owners:
        await ctx.notify(owners, template=template, record=quote)
