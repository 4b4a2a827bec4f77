"""What is agreed on with those who order, and what it costs them: price lists, agreements, exchange rates.

A price is a dated tie from a product to a price list, from a quantity on. Which lists are for whom is said by the list
and by ties: for everybody, for partners of a level, or for those with whom it was agreed on.
"""

from dataclasses import dataclass
from typing import Literal

from relatum import (
    Annotated,
    Currency,
    Decimal,
    Ends,
    Entity,
    Expected,
    Extension,
    Field,
    Help,
    Indexed,
    Label,
    Money,
    ReadOnly,
    Relationship,
    Scale,
    Searchable,
    Session,
    date,
)
from relatum_base import Organization
from relatum_commerce.goods import Product


class CommercialTerms(Extension[Organization]):
    """What trading with an organization takes."""

    sells: Annotated[
        bool, ReadOnly, Indexed, Help("We sell as this organization: its customers are ours.")
    ] = False
    order_currency: Annotated[Currency | None, Help("In which its orders are priced.")] = None
    payment_days: Annotated[int | None, Help("Within how many days it pays.")] = None
    credit_limit: Annotated[
        Money | None, Help("What its open orders may come to; without it, anything.")
    ] = None


@dataclass(frozen=True)
class Terms:
    """The terms of an organization, as its record has them."""

    sells: bool
    order_currency: str | None
    payment_days: int | None
    credit_limit: Money | None


async def terms_of(db: Session, organization: Organization) -> Terms:
    """What trading with an organization takes, as whoever asks may know it; one who has it in hand may know less."""
    found = vars(await db.get(Organization, organization.id))
    return Terms(
        sells=bool(found.get("sells")),
        order_currency=found.get("order_currency"),
        payment_days=found.get("payment_days"),
        credit_limit=found.get("credit_limit"),
    )


class PriceList(Entity, plural="price_lists"):
    """Prices of products in one currency, for everybody, for partners of a level, or for those who agreed on it."""

    name: Annotated[str, Label, Searchable, Indexed]
    currency: Annotated[Currency, Indexed]
    audience: Annotated[Literal["everybody", "partners", "agreement"], Indexed] = "everybody"
    level: Annotated[
        str | None,
        Indexed,
        Expected(when=Field("audience") == "partners"),
        Help("The level of partners whom it is for, as partnerships say it."),
    ] = None


class PricedIn(
    Relationship[Product, PriceList], plural="list_prices", valid="day", overlap="allow"
):
    """A product has a price in a list, from a quantity on, for a time."""

    ends = Ends("prices", "prices")
    price: Annotated[Money, Help("For one unit, in the currency of the list.")]
    min_quantity: Annotated[int, Help("From so many units on.")] = 1


class AgreedPrices(Relationship[Organization, PriceList], plural="price_agreements", valid="day"):
    """A customer and we agreed on the prices of a list, less a discount, for a time."""

    ends = Ends("agreed_prices", "agreed_with", on_delete="restrict")
    discount: Annotated[Decimal, Scale(2), Help("Such as 0.05 for five per cent.")] = Decimal(0)


class ExchangeRate(Entity, plural="exchange_rates", unique=[("base", "quote", "day")]):
    """What one unit of a currency costs in another one, from a day on until the next rate."""

    base: Annotated[Currency, Indexed]
    quote: Annotated[Currency, Indexed]
    day: Annotated[date, Indexed]
    rate: Annotated[Decimal, Scale(8), Help("So much of the quote currency is one of the base.")]
    published_by: Annotated[str | None, Label, Help("Such as the European Central Bank.")] = None
