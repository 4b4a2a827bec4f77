"""What products cost a customer, and how that came about.

Which lists are for the customer is asked once, and all prices of all products in one statement, so that an order of fifty
lines costs as many statements as one of one line. The narrowest offer that prices a product counts: what was agreed on
with the customer, then what is for partners of its level, then what is for everybody. Of several lists of one kind those in
the currency asked come first, then the lowest price; within a list the tier with the most units that are reached.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel
from pydantic import Field as Described

from relatum import (
    READ,
    UUID,
    Annotated,
    Condition,
    Context,
    Currency,
    Decimal,
    Field,
    Language,
    Money,
    Refused,
    Right,
    Scale,
    Session,
    action,
    date,
)
from relatum_base import Organization, PartnerOf
from relatum_commerce.goods import Product
from relatum_commerce.rates import Rate, rates_into
from relatum_commerce.terms import (
    AgreedPrices,
    ExchangeRate,
    PricedIn,
    PriceList,
    terms_of,
)
from relatum_commerce.wording import steps_of

PRICING: Final[Mapping[type | str, Right]] = {
    AgreedPrices: READ,
    ExchangeRate: READ,
    Organization: READ,
    PartnerOf: READ,
    PriceList: READ,
    PricedIn: READ,
    Product: READ,
}
"""What has to be read to price something: for ``elevated=`` of actions that do."""

Basis = Literal["agreement", "partners", "everybody"]


class Price(BaseModel):
    """What a product costs a customer, and how that came about."""

    product: Product | None
    quantity: int = Described(description="Units asked for.")
    unit_price: Money = Described(description="For one unit, before the discount.")
    discount: Annotated[Decimal, Scale(2)] = Described(description="Agreed on with the customer.")
    net: Annotated[Money, Scale(4)] = Described(description="What all units come to.")
    basis: Basis = Described(description="For whom the price is.")
    price_list: str = Described(description="The list that the price is in.")
    min_quantity: int = Described(description="From how many units on it is so.")
    listed: Money = Described(description="The price for one unit as the list has it.")
    level: str | None = Described(default=None, description="The level of partners it is for.")
    agreed_since: date | None = Described(default=None, description="Since when it is agreed on.")
    rate: Annotated[Decimal | None, Scale(8)] = Described(
        default=None, description="So much of the rate's quote currency is one of its base."
    )
    rate_base: Currency | None = None
    rate_quote: Currency | None = None
    rate_day: date | None = Described(default=None, description="The day of the rate.")
    explanation: list[str] = Described(default=[], description="The same, step by step.")


@dataclass(frozen=True)
class _Offer:
    """A price list that is for the customer, and why."""

    prices: PriceList
    basis: Basis
    discount: Decimal
    since: date | None

    @property
    def rank(self) -> int:
        """The narrowest first."""
        return ("agreement", "partners", "everybody").index(self.basis)


@dataclass(frozen=True)
class _Found:
    """A price in a list, as it may be a customer's."""

    offer: _Offer
    tie: PricedIn

    def in_currency(self, rates: Mapping[str, Rate]) -> Money:
        """The price for one unit in the currency of the rates."""
        rate = rates.get(self.tie.price.currency)
        return rate.of(self.tie.price) if rate else self.tie.price


async def prices_for(
    db: Session,
    customer: Organization,
    wanted: Sequence[tuple[Product, int]],
    *,
    day: date,
    currency: str | None = None,
) -> list[Price]:
    """What products cost a customer.

    Args:
        db: may read what `PRICING` names.
        customer: who orders.
        wanted: products, each with how many units.
        day: on which it is ordered.
        currency: of the prices; None for the customer's, else that of the list that suits it best.

    Returns:
        A price for each, in their order.

    Raises:
        Refused: ``no_price`` at ``("lines", index, "product")``, or ``no_rate``.
    """
    offers = await _offers(db, customer, day)
    ties = await _listed(db, offers, wanted, day)
    asked = currency or await _usual_currency(db, customer, offers, ties)
    chosen = [
        _narrowest(index, ties.get(product.id, ()), offers, quantity, asked)
        for index, (product, quantity) in enumerate(wanted)
    ]
    others = {each.tie.price.currency for found in chosen for each in found}
    rates = await rates_into(db, asked, others, day=day)
    return [
        _price(min(found, key=_lowest(rates)), product, quantity, rates)
        for found, (product, quantity) in zip(chosen, wanted, strict=True)
    ]


@action(Organization, reading=True, elevated=PRICING)
async def price_of(
    ctx: Context,
    customer: Organization,
    product: Product,
    quantity: int = 1,
    day: date | None = None,
    currency: Currency | None = None,
    language: Language = "en",
) -> Price:
    """Say what a product costs a customer, and how the price comes about.

    Args:
        ctx: of the call.
        customer: who would order.
        product: what.
        quantity: how many units.
        day: on which it would be ordered; today unless it is said, and for customers always.
        currency: of the price; the customer's unless it is said.
        language: of the explanation.
    """
    if quantity < 1:
        raise Refused("quantity", path="quantity", message="At least one unit has to be ordered.")
    on = day or ctx.today
    if on != ctx.today and ctx.principal.firm == customer.id:
        raise Refused("day", path="day", message="Customers are told the prices of today.")
    wanted = [(product, quantity)]
    try:
        (price,) = await prices_for(ctx.elevated, customer, wanted, day=on, currency=currency)
    except Refused as refused:
        refused.path = ("product",) if refused.path else ("currency",)
        raise
    return price.model_copy(update={"explanation": steps_of(price, ctx.titles(language))})


async def _offers(db: Session, customer: Organization, day: date) -> Mapping[UUID, _Offer]:
    """The lists that are for a customer on a day, by their ids; each on its narrowest ground."""
    of_customer = (Field("source.id") == customer.id) & _held(day)
    agreed = await db.select(AgreedPrices).where(of_customer).all()
    ranked = of_customer & Field("level").is_set() & (Field("target.sells") == True)  # noqa: E712  # a condition
    partner = await db.select(PartnerOf).where(ranked).all()
    agreements = {each.target: each for each in agreed}
    levels = {each.level for each in partner}
    meant = (
        (Field("audience") == "everybody")
        | Field("id").one_of(agreements)
        | (Field("audience") == "partners") & Field("level").one_of(levels)
    )
    lists = await db.select(PriceList).where(meant).order("name").all()
    return {each.id: _offer(each, agreements.get(each.id)) for each in lists}


def _held(day: date) -> Condition:
    """That a tie holds on a day."""
    begun = Field("valid_from").is_null() | (Field("valid_from") <= day)
    return begun & (Field("valid_to").is_null() | (Field("valid_to") > day))


def _offer(prices: PriceList, agreed: AgreedPrices | None) -> _Offer:
    if agreed is not None:
        return _Offer(prices, "agreement", agreed.discount, agreed.valid_from)
    basis: Basis = "partners" if prices.audience == "partners" else "everybody"
    return _Offer(prices, basis, Decimal(0), None)


async def _listed(
    db: Session, offers: Iterable[UUID], wanted: Sequence[tuple[Product, int]], day: date
) -> Mapping[UUID, Sequence[PricedIn]]:
    """The prices of products in lists on a day, by product."""
    if not wanted or not offers:
        return {}
    most = max(quantity for _, quantity in wanted)
    products = {product.id for product, _ in wanted}
    meant = (
        Field("source.id").one_of(products)
        & Field("target.id").one_of(offers)
        & (Field("min_quantity") <= most)
    )
    found: dict[UUID, list[PricedIn]] = {}
    for each in await db.select(PricedIn).where(meant & _held(day)).all():
        found.setdefault(each.source, []).append(each)
    return found


async def _usual_currency(
    db: Session,
    customer: Organization,
    offers: Mapping[UUID, _Offer],
    ties: Mapping[UUID, Sequence[PricedIn]],
) -> str:
    """The customer's currency, else that of the list that suits it best; any where there is none."""
    terms = await terms_of(db, customer)
    if terms.order_currency:
        return terms.order_currency
    priced = Counter(each for found in ties.values() for each in {tie.target for tie in found})
    best = min(
        (offers[each] for each in priced),
        key=lambda each: (each.rank, -priced[each.prices.id], each.prices.name),
        default=None,
    )
    return best.prices.currency if best else "EUR"


def _narrowest(
    index: int,
    ties: Iterable[PricedIn],
    offers: Mapping[UUID, _Offer],
    quantity: int,
    currency: str,
) -> list[_Found]:
    """The prices of a product that come first: one per list, of the narrowest ground, in the currency if there are any.

    Raises:
        Refused: there is none.
    """
    tiers: dict[UUID, PricedIn] = {}
    for tie in ties:
        known = tiers.get(tie.target)
        if tie.min_quantity <= quantity and (known is None or _before(tie, known)):
            tiers[tie.target] = tie
    found = [_Found(offers[each.target], each) for each in tiers.values()]
    if not found:
        raise Refused(
            "no_price",
            path=("lines", index, "product"),
            message="No price list has a price of this product for this customer and quantity.",
        )
    rank = min(each.offer.rank for each in found)
    narrowest = [each for each in found if each.offer.rank == rank]
    return [each for each in narrowest if each.tie.price.currency == currency] or narrowest


def _before(tie: PricedIn, other: PricedIn) -> bool:
    """Whether a tier of a list counts before another: it takes more units, or costs less."""
    return (-tie.min_quantity, tie.price.amount) < (-other.min_quantity, other.price.amount)


def _lowest(rates: Mapping[str, Rate]) -> Callable[[_Found], tuple[Decimal, str]]:
    def after_discount(found: _Found) -> tuple[Decimal, str]:
        amount = found.in_currency(rates).amount * (1 - found.offer.discount)
        return amount, found.offer.prices.name

    return after_discount


def _price(found: _Found, product: Product, quantity: int, rates: Mapping[str, Rate]) -> Price:
    offer, unit_price = found.offer, found.in_currency(rates)
    rate = rates.get(found.tie.price.currency)
    amount = quantity * unit_price.amount * (1 - offer.discount)
    return Price(
        product=product,
        quantity=quantity,
        unit_price=unit_price,
        discount=offer.discount,
        net=Money(amount=amount, currency=unit_price.currency),
        basis=offer.basis,
        price_list=offer.prices.name,
        min_quantity=found.tie.min_quantity,
        listed=found.tie.price,
        level=offer.prices.level if offer.basis == "partners" else None,
        agreed_since=offer.since,
        rate=rate.published if rate else None,
        rate_base=rate.base if rate else None,
        rate_quote=rate.quote if rate else None,
        rate_day=rate.day if rate else None,
    )
