"""How quotes come about: drafted at the prices that hold for the customer, and followed by another edition."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING
from typing import Final

from pydantic import BaseModel
from pydantic import Field as Described

from relatum import (
    CREATE,
    READ,
    RELATE,
    UPDATE,
    Condition,
    Context,
    Currency,
    Decimal,
    Field,
    LongText,
    Money,
    Refused,
    Right,
    Session,
    Ties,
    action,
    date,
    timedelta,
)
from relatum import Tie as NewTie
from relatum_base import Organization
from relatum_commerce import PRICING, Price, Product, prices_for
from relatum_commerce.numbering import drawn
from relatum_commerce.paper import net_of, total_of
from relatum_sales.moving import DECIDED, IS_OPEN
from relatum_sales.pipelines import Opportunity, OpportunityFor, Wants
from relatum_sales.quotes import Quote, QuoteFor, QuoteLine, Supersedes
from relatum_sales.settings import SalesSettings

QUOTING: Final[dict[type | str, Right]] = {
    **PRICING,
    Quote: READ | CREATE | UPDATE | RELATE,
    **dict.fromkeys((QuoteLine, QuoteFor, Supersedes), READ | RELATE),
    **dict.fromkeys((Opportunity, Product), READ | RELATE),
    **dict.fromkeys((OpportunityFor, Wants, Organization), READ),
}
"""What making a quote touches."""

_SHARE: Final = Decimal("0.0001")


class QuotedLine(BaseModel):
    """So many units of a product, at the customer's price unless another one is said."""

    product: Product = Described(title="Product")
    quantity: int = Described(default=1, title="Quantity", description="How many units.")
    unit_price: Money | None = Described(
        default=None,
        title="Unit price",
        description="For one unit before the discount, if it is not the list's.",
    )
    discount: Decimal | None = Described(
        default=None, title="Discount", description="Such as 0.05, if it is not the quote's."
    )


@dataclass(frozen=True)
class QuoteTerms:
    """A line of a quote to be, with what lists and agreements say."""

    product: Product
    quantity: int
    unit_price: Money
    discount: Decimal
    listed: Money
    agreed: Decimal
    price_list: str | None

    @property
    def net(self) -> Money:
        """What it comes to, to the cent."""
        return net_of(self.quantity, self.unit_price, self.discount)

    @property
    def granted(self) -> Decimal:
        """The share by which it is below what lists and agreements say; upwards at four digits."""
        usual = self.listed.amount * (1 - self.agreed)
        if not usual:
            return Decimal(0)
        share = 1 - self.unit_price.amount * (1 - self.discount) / usual
        return max(Decimal(0), share.quantize(_SHARE, rounding=ROUND_CEILING))

    @property
    def tie(self) -> NewTie:
        """The line, to be tied to its product."""
        return NewTie(
            self.product,
            quantity=self.quantity,
            unit_price=self.unit_price,
            discount=self.discount,
            listed=self.listed,
            agreed=self.agreed,
            price_list=self.price_list,
        )


@action(Opportunity, elevated=QUOTING, when=IS_OPEN, otherwise=DECIDED)
async def draft_quote(
    ctx: Context,
    opportunity: Opportunity,
    lines: list[QuotedLine] | None = None,
    discount: Decimal | None = None,
    currency: Currency | None = None,
    valid_until: date | None = None,
    text: LongText | None = None,
) -> Quote:
    """Draft a quote at the prices that hold for the customer today.

    Args:
        ctx: of the call.
        opportunity: for which.
        lines: what is offered, each product once; what the opportunity wants, unless it is said.
        discount: on each line that says none and of which no more is agreed on; such as 0.05.
        currency: of the quote; the customer's unless it is said.
        valid_until: the last day on which it holds.
        text: what the customer reads above the lines.
    """
    db, share = ctx.elevated, discount or Decimal(0)
    customer = await customer_of(db, opportunity)
    wanted = lines if lines is not None else await _wanted(db, opportunity)
    terms = await _priced(db, customer, wanted, share, day=ctx.today, currency=currency)
    quote = _quote(
        ctx,
        terms,
        number=drawn("A", ctx.today),
        discount=share,
        valid_until=_until(ctx, valid_until),
        text=text,
    )
    return await db.create(quote, opportunity=opportunity, lines=[each.tie for each in terms])


@action(
    Quote,
    elevated=QUOTING,
    when=~Field("state").one_of(["accepted", "superseded"]),
    otherwise=Refused("settled", message="It is accepted, or another edition took its place."),
)
async def revise_quote(
    ctx: Context,
    quote: Quote,
    lines: list[QuotedLine] | None = None,
    discount: Decimal | None = None,
    valid_until: date | None = None,
    text: LongText | None = None,
) -> Quote:
    """Draft another edition of a quote, which takes its place.

    Args:
        ctx: of the call.
        quote: which.
        lines: what is offered instead, at the prices of today; the same lines at the same prices, unless it is said.
        discount: on each line that says none and of which no more is agreed on; that of before, unless it is said.
        valid_until: the last day on which it holds.
        text: what the customer reads above the lines; that of before, unless it is said.
    """
    db = ctx.elevated
    share = quote.discount if discount is None else discount
    opportunity = await db.select(Opportunity).where(_quoted(quote)).first()
    if opportunity is None:
        raise Refused("no_opportunity", path="quote", message="It is for no opportunity.")
    if lines is None:
        terms = await _as_before(db, quote, discount)
    else:
        customer = await customer_of(db, opportunity)
        terms = await _priced(db, customer, lines, share, day=ctx.today, currency=quote.currency)
    following = _quote(
        ctx,
        terms,
        number=f"{quote.number.partition('/')[0]}/{quote.edition + 1}",
        edition=quote.edition + 1,
        discount=share,
        valid_until=_until(ctx, valid_until),
        text=quote.text if text is None else text,
    )
    if quote.state != "declined":
        await db.update(quote, state="superseded")
    made = await db.create(following, opportunity=opportunity, lines=[each.tie for each in terms])
    await db.relate(Supersedes, made, quote)
    return made


async def customer_of(db: Session, opportunity: Opportunity) -> Organization:
    """The firm with which an opportunity is one.

    Raises:
        Refused: ``no_firm``: it is one with somebody who is no firm.
    """
    its = Ties("opportunities").some(Field("id") == opportunity.id)
    found = await db.select(Organization).where(its).first()
    if found is None:
        raise Refused(
            "no_firm", path="opportunity", message="Quotes are made for firms: this is with none."
        )
    return found


async def lines_of(db: Session, quote: Quote) -> list[tuple[QuoteLine, Product]]:
    """The lines of a quote with their products, by the names of these."""
    lines = await db.select(QuoteLine).where(Field("source.id") == quote.id).all()
    named = Field("id").one_of({each.target for each in lines})
    products = {each.id: each for each in await db.select(Product).where(named).all()}
    return sorted(((each, products[each.target]) for each in lines), key=lambda pair: pair[1].name)


def _quoted(quote: Quote) -> Condition:
    return Ties("quotes").some(Field("id") == quote.id)


def _quote(ctx: Context, terms: Sequence[QuoteTerms], **fields: object) -> Quote:
    currency = terms[0].unit_price.currency
    return Quote(
        currency=currency,
        total=total_of((each.net for each in terms), currency),
        granted=max(each.granted for each in terms),
        **fields,
    )


def _until(ctx: Context, said: date | None) -> date:
    settings: SalesSettings = ctx.settings
    if said is not None and said < ctx.today:
        raise Refused("past", path="valid_until", message="This day is over.")
    return said or ctx.today + timedelta(days=settings.quote_days)


async def _wanted(db: Session, opportunity: Opportunity) -> list[QuotedLine]:
    """What an opportunity wants, as far as that are products."""
    ties = await db.select(Wants).where(Field("source.id") == opportunity.id).all()
    named = Field("id").one_of({each.target for each in ties})
    products = {each.id: each for each in await db.select(Product).where(named).all()}
    return [
        QuotedLine(product=products[each.target], quantity=each.quantity or 1)
        for each in ties
        if each.target in products
    ]


async def _priced(
    db: Session,
    customer: Organization,
    lines: Sequence[QuotedLine],
    share: Decimal,
    *,
    day: date,
    currency: str | None,
) -> list[QuoteTerms]:
    """Lines at the prices that hold for a customer."""
    _judge(lines, share)
    wanted = [(each.product, each.quantity) for each in lines]
    prices = await prices_for(db, customer, wanted, day=day, currency=currency)
    return [
        _terms(index, line, price, share)
        for index, (line, price) in enumerate(zip(lines, prices, strict=True))
    ]


def _terms(index: int, line: QuotedLine, price: Price, share: Decimal) -> QuoteTerms:
    unit_price = line.unit_price or price.unit_price
    if unit_price.currency != price.unit_price.currency or unit_price.amount < 0:
        raise Refused(
            "currency",
            path=("lines", index, "unit_price"),
            message="A price is in the currency of the quote, and not below nothing.",
        )
    discount = max(price.discount, share) if line.discount is None else line.discount
    return QuoteTerms(
        product=line.product,
        quantity=line.quantity,
        unit_price=unit_price,
        discount=discount,
        listed=price.unit_price,
        agreed=price.discount,
        price_list=price.price_list,
    )


async def _as_before(db: Session, quote: Quote, share: Decimal | None) -> list[QuoteTerms]:
    """The lines that a quote has; with another discount where one is said."""
    _judge_share(share or Decimal(0), ("discount",))
    kept = [
        QuoteTerms(
            product=product,
            quantity=line.quantity,
            unit_price=line.unit_price,
            discount=line.discount,
            listed=line.listed,
            agreed=line.agreed,
            price_list=line.price_list,
        )
        for line, product in await lines_of(db, quote)
    ]
    if share is None:
        return kept
    return [replace(each, discount=max(share, each.agreed)) for each in kept]


def _judge(lines: Sequence[QuotedLine], share: Decimal) -> None:
    """Refuse what nobody can offer, at its place."""
    if not lines:
        raise Refused("empty", path="lines", message="Nothing is offered.")
    _judge_share(share, ("discount",))
    seen = set()
    for index, each in enumerate(lines):
        if each.quantity < 1:
            raise Refused(
                "quantity",
                path=("lines", index, "quantity"),
                message="At least one unit has to be offered.",
            )
        _judge_share(each.discount or Decimal(0), ("lines", index, "discount"))
        if each.product.id in seen:
            raise Refused(
                "twice",
                path=("lines", index, "product"),
                message="This product is offered above already.",
            )
        seen.add(each.product.id)


def _judge_share(share: Decimal, path: tuple[str | int, ...]) -> None:
    if not 0 <= share <= 1:
        raise Refused("discount", path=path, message="A discount is between 0 and 1, such as 0.05.")
