"""The quote as customers read it: gathered from the records, set as a PDF in the customer's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from relatum import Field, Session, Ties, Titles, datetime
from relatum_base import Organization, Person
from relatum_commerce import Product
from relatum_commerce.paper import Paper, PaperLine, address_lines
from relatum_commerce.wording import written_day
from relatum_sales.pipelines import Opportunity
from relatum_sales.quotes import Quote, QuoteLine
from relatum_sales.quoting import customer_of, lines_of


@dataclass(frozen=True)
class Offered:
    """What a quote tells.

    Attributes:
        quote: that is sent.
        customer: whom it is for.
        recipient: who reads it, if that is known.
        seller: whose offer it is; None where no firm is known as which we sell.
        lines: with their products, in the order in which they are read.
        imprint: what stands at the foot of each page.
        made: when it is made.
    """

    quote: Quote
    customer: Organization
    recipient: Person | None
    seller: Organization | None
    lines: Sequence[tuple[QuoteLine, Product]]
    imprint: str
    made: datetime


async def gathered(
    db: Session, quote: Quote, recipient: Person | None, *, imprint: str, made: datetime
) -> Offered:
    """Read what a quote tells.

    Args:
        db: may read the quote, its lines, their products, the customer and who sells.
        quote: which.
        recipient: who reads it.
        imprint: what stands at the foot of each page.
        made: when it is made.

    Raises:
        Refused: ``no_firm``.
    """
    its = Ties("quotes").some(Field("id") == quote.id)
    (opportunity,) = await db.select(Opportunity).where(its).all()
    customer = await customer_of(db, opportunity)
    sells = Field("sells") == True  # noqa: E712  # a condition
    ours = await db.select(Organization).where(sells).order("name").all()
    supplies = Ties("customers").some(Field("id") == customer.id) & sells
    seller = await db.select(Organization).where(supplies).order("name").first()
    return Offered(
        quote=quote,
        customer=customer,
        recipient=recipient,
        seller=seller or next(iter(ours), None),
        lines=await lines_of(db, quote),
        imprint=imprint,
        made=made,
    )


def titled(quote: Quote, titles: Titles) -> str:
    """What a quote is called, in a language."""
    return titles.gettext("Quote {number}").format(number=quote.number)


def set_as_pdf(offered: Offered, titles: Titles) -> bytes:
    """The quote as a PDF, in a language.

    Args:
        offered: what it tells.
        titles: words and forms of the language.
    """
    quote, paper = offered.quote, Paper(offered.imprint)
    paper.set_lang(titles.language)
    paper.set_title(titled(quote, titles))
    paper.set_creation_date(offered.made)
    paper.add_page()
    paper.letterhead(offered.seller)
    paper.recipient(_recipient(offered, titles))
    paper.say(titled(quote, titles), size=15, bold=True)
    paper.ln(2)
    paper.facts(
        [
            (titles.gettext("Day"), written_day(offered.made.date(), titles)),
            (titles.gettext("Holds until"), written_day(quote.valid_until, titles)),
        ]
    )
    paper.ln(5)
    paper.say(quote.text or titles.gettext("Thank you for your interest. We offer to you:"))
    paper.ln(3)
    lines = [_line(line, product) for line, product in offered.lines]
    assert quote.total is not None
    paper.lines_table(lines, quote.total, titles)
    said = titles.gettext("We hold to this offer until {day}.")
    paper.say(said.format(day=written_day(quote.valid_until, titles)))
    return bytes(paper.output())


def _line(line: QuoteLine, product: Product) -> PaperLine:
    details = " · ".join(each for each in (product.number, product.quantity_per_unit) if each)
    return PaperLine(product.name, details, line.quantity, line.unit_price, line.discount)


def _recipient(offered: Offered, titles: Titles) -> list[str]:
    lines = [offered.customer.name]
    if offered.recipient is not None:
        lines.append(
            " ".join(
                each
                for each in (offered.recipient.given_name, offered.recipient.family_name)
                if each
            )
        )
    return [*lines, *address_lines(offered.customer.address, titles)]
