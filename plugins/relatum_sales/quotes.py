"""What is offered, at which price, until when: quotes, whose lines are ties to products, in versions.

What was sent stays as it was: another offer is another version, which supersedes the one before. Lines are made by actions
alone, so that prices come from price lists and nobody grants more than may be granted.
"""

from typing import Annotated, Literal

from relatum import (
    Computed,
    Currency,
    Decimal,
    Ends,
    Entity,
    FileReference,
    Help,
    Indexed,
    Label,
    Limit,
    LongText,
    Money,
    ReadOnly,
    Relationship,
    Scale,
    Searchable,
    State,
    Transitions,
    Unique,
    date,
)
from relatum_base import Person
from relatum_commerce import Order, Product
from relatum_sales.pipelines import Opportunity

Declined = Literal["price", "product", "timing", "rival", "no_need", "other"]
"""Why a customer does not take an offer."""


class Quote(Entity, plural="quotes"):
    """An offer to a customer, from a draft to its answer."""

    number: Annotated[str, Label, Unique, Searchable, ReadOnly]
    edition: Annotated[int, ReadOnly, Help("Counted up with each that follows another.")] = 1
    state: Annotated[
        State,
        Indexed,
        ReadOnly,
        Transitions(
            draft=["submitted", "superseded"],
            submitted=["approved", "draft", "superseded"],
            approved=["sent", "expired", "superseded"],
            sent=["accepted", "declined", "expired", "superseded"],
            accepted=[],
            declined=[],
            expired=["superseded"],
            superseded=[],
            expects={"sent": ["document", "sent_on"], "accepted": ["answered_on"]},
            begin=["draft"],
        ),
    ] = "draft"
    currency: Annotated[Currency, Indexed, ReadOnly, Help("Of all its prices.")]
    total: Annotated[Money | None, ReadOnly, Help("What all lines come to, without tax.")] = None
    discount: Annotated[
        Decimal, Scale(2), ReadOnly, Help("On each line, unless more is agreed on. Such as 0.05.")
    ] = Decimal(0)
    granted: Annotated[
        Decimal,
        Scale(4),
        ReadOnly,
        Help("The largest share that a line is below what lists and agreements say."),
    ] = Decimal(0)
    valid_until: Annotated[date, Indexed, ReadOnly, Help("The last day on which it holds.")]
    text: Annotated[LongText | None, Help("What the customer reads above the lines.")] = None
    sent_on: Annotated[date | None, Indexed] = None
    answered_on: date | None = None
    declined_for: Annotated[Declined | None, ReadOnly, Help("Why it was not taken.")] = None
    remark: Annotated[LongText | None, ReadOnly, Help("What was said about it last.")] = None
    document: Annotated[FileReference | None, Help("The quote as it was sent.")] = None


class QuoteLine(Relationship[Quote, Product], plural="quote_lines"):
    """So many units of a product at a price, less a discount. A product stands in a quote once."""

    ends = Ends("lines", "quote_lines", on_delete={"source": "cascade", "target": "restrict"})
    quantity: int
    unit_price: Annotated[Money, Help("For one unit, before the discount.")]
    discount: Annotated[Decimal, Scale(2), Help("Such as 0.05 for five per cent.")] = Decimal(0)
    listed: Annotated[Money, ReadOnly, Help("What the price list says, in the quote's currency.")]
    agreed: Annotated[
        Decimal, Scale(2), ReadOnly, Help("The discount that was agreed on with the customer.")
    ] = Decimal(0)
    price_list: Annotated[str | None, ReadOnly, Help("The list that the price is in.")] = None
    net = Computed("quantity * unit_price * (1 - discount)", help="What the line comes to.")


class QuoteFor(Relationship[Quote, Opportunity], plural="quote_opportunities"):
    """A quote is made for an opportunity."""

    ends = Ends("opportunity", "quotes", limit=Limit(target=(1, 1)), on_delete="restrict")


class Supersedes(Relationship[Quote, Quote], plural="quote_editions", acyclic=True):
    """A quote takes another one's place."""

    ends = Ends("supersedes", "superseded_by", limit=Limit(source=1, target=1))


class SentTo(Relationship[Quote, Person], plural="quote_recipients"):
    """A quote was sent to a person, who may answer it."""

    ends = Ends("recipients", "received_quotes")


class OrderedAs(Relationship[Quote, Order], plural="quote_orders"):
    """A quote was accepted, and its lines ordered."""

    ends = Ends("order", "quote", limit=Limit(source=1, target=1))
