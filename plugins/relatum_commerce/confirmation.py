"""The order confirmation: gathered from the records, set as a PDF in the customer's language.

`gathered` reads, in as many statements for fifty lines as for one; `set_as_pdf` works on what was read alone, so that it
may run beside the event loop.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from babel.numbers import format_decimal

from relatum import Field, Money, Refused, Session, Ties, Titles, datetime
from relatum_base import Organization
from relatum_commerce.goods import Product
from relatum_commerce.orders import Order, OrderLine
from relatum_commerce.paper import Paper, PaperLine, address_lines, total_of
from relatum_commerce.terms import terms_of
from relatum_commerce.wording import written, written_day


@dataclass(frozen=True)
class Confirmed:
    """What an order confirmation tells.

    Attributes:
        order: that is confirmed.
        customer: who placed it.
        seller: whom it was placed with; None where nobody supplies the customer.
        lines: with their products, in the order in which they are read.
        payment_days: within how many days the customer pays.
        imprint: what stands at the foot of each page.
        made: when it is made.
    """

    order: Order
    customer: Organization
    seller: Organization | None
    lines: Sequence[tuple[OrderLine, Product]]
    payment_days: int | None
    imprint: str
    made: datetime

    @property
    def paper_lines(self) -> list[PaperLine]:
        """The lines as the document has them."""
        return [_line(line, product) for line, product in self.lines]

    @property
    def total(self) -> Money:
        """What all lines come to, each to the cent."""
        return total_of((each.net for each in self.paper_lines), self.order.currency)


async def gathered(db: Session, order: Order, *, imprint: str, made: datetime) -> Confirmed:
    """Read what a confirmation tells.

    Args:
        db: may read the order, its lines, their products, the customer and who sells.
        order: which.
        imprint: what stands at the foot of each page.
        made: when it is made.

    Raises:
        Refused: ``no_customer``.
    """
    customer = (
        await db.select(Organization).where(Ties("orders").some(Field("id") == order.id)).first()
    )
    if customer is None:
        raise Refused("no_customer", path="order", message="Nobody has placed this order.")
    sells = Field("sells") == True  # noqa: E712  # a condition
    lines = await db.select(OrderLine).where(Field("source.id") == order.id).all()
    named = Field("id").one_of({each.target for each in lines})
    products = {each.id: each for each in await db.select(Product).where(named).all()}
    seller = Ties("customers").some(Field("id") == customer.id) & sells
    pairs = [(each, products[each.target]) for each in lines]
    return Confirmed(
        order=order,
        customer=customer,
        seller=await db.select(Organization).where(seller).order("name").first(),
        lines=sorted(pairs, key=lambda each: each[1].name),
        payment_days=(await terms_of(db, customer)).payment_days,
        imprint=imprint,
        made=made,
    )


def titled(order: Order, titles: Titles) -> str:
    """What the confirmation of an order is called, in a language."""
    return titles.gettext("Order confirmation {number}").format(number=order.number)


def set_as_pdf(confirmed: Confirmed, titles: Titles) -> bytes:
    """The confirmation as a PDF, in a language.

    Args:
        confirmed: what it tells.
        titles: words and forms of the language.
    """
    page = Paper(confirmed.imprint)
    page.set_lang(titles.language)
    page.set_title(titled(confirmed.order, titles))
    page.set_creation_date(confirmed.made)
    page.add_page()
    page.letterhead(confirmed.seller)
    customer = confirmed.customer
    page.recipient([customer.name, *address_lines(customer.address, titles)])
    _heading(page, confirmed, titles)
    page.lines_table(confirmed.paper_lines, confirmed.total, titles)
    _terms(page, confirmed, titles)
    return bytes(page.output())


def _line(line: OrderLine, product: Product) -> PaperLine:
    details = " · ".join(each for each in (product.number, product.quantity_per_unit) if each)
    return PaperLine(product.name, details, line.quantity, line.unit_price, line.discount)


def _heading(page: Paper, confirmed: Confirmed, titles: Titles) -> None:
    order = confirmed.order
    page.say(titled(order, titles), size=15, bold=True)
    page.ln(2)
    to = [order.ship_name, *address_lines(order.ship_address, titles)]
    page.facts(
        [
            (titles.gettext("Ordered on"), written_day(order.ordered, titles)),
            (titles.gettext("Your reference"), order.customer_reference),
            (titles.gettext("Wanted by"), written_day(order.required, titles)),
            (titles.gettext("Delivered to"), ", ".join(each for each in to if each)),
        ]
    )
    page.ln(5)
    page.say(titles.gettext("Thank you for your order. We deliver to you as follows:"))
    page.ln(3)


def _terms(page: Paper, confirmed: Confirmed, titles: Titles) -> None:
    order, days = confirmed.order, confirmed.payment_days
    if order.freight is not None and order.freight.amount:
        said = titles.gettext("Freight comes to {amount}.")
        page.say(said.format(amount=written(order.freight, titles)))
    if days is not None:
        said = titles.gettext("Please pay within {days} days of the invoice.")
        page.say(said.format(days=format_decimal(days, locale=titles.locale)))
    if order.note:
        page.ln(2)
        page.say(order.note)
