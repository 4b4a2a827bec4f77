"""The order confirmation: gathered from the records, set as a PDF in the customer's language.

`gathered` reads, in as many statements for fifty lines as for one; `set_as_pdf` works on what was read alone, so that it
may run beside the event loop. The fonts are kept in the package and embedded, cut down to the letters that occur.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Final

from babel.numbers import format_decimal
from fpdf import FPDF
from fpdf.enums import Align, TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from relatum import Decimal, Field, Money, PostalAddress, Refused, Session, Ties, Titles, datetime
from relatum_base import Organization
from relatum_commerce.goods import Product
from relatum_commerce.orders import Order, OrderLine
from relatum_commerce.rounding import rounded
from relatum_commerce.terms import terms_of
from relatum_commerce.wording import written, written_day, written_share

_FONT: Final = "DejaVu"
_FONTS: Final = files("relatum_commerce") / "fonts"
_GREY: Final = (96, 104, 112)
_LINE: Final = (208, 213, 219)
_MARGIN: Final = 22.0


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
    def total(self) -> Money:
        """What all lines come to, to the cent; each is rounded by itself, as it is shown."""
        return Money(
            amount=sum((net_of(line).amount for line, _ in self.lines), Decimal()),
            currency=self.order.currency,
        )


def net_of(line: OrderLine) -> Money:
    """What a line comes to, to the cent."""
    amount = line.quantity * line.unit_price.amount * (1 - line.discount)
    return rounded(Money(amount=amount, currency=line.unit_price.currency))


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
    page = _Page(confirmed.imprint)
    page.set_lang(titles.language)
    page.set_title(titled(confirmed.order, titles))
    page.set_creation_date(confirmed.made)
    page.add_page()
    _letterhead(page, confirmed)
    _recipient(page, confirmed, titles)
    _heading(page, confirmed, titles)
    _table(page, confirmed, titles)
    _terms(page, confirmed, titles)
    return bytes(page.output())


class _Page(FPDF):
    """A4 with the imprint and the page's number at its foot."""

    def __init__(self, imprint: str) -> None:
        super().__init__(format="A4")
        self.imprint = imprint
        self.set_margins(_MARGIN, 20, _MARGIN)
        self.set_auto_page_break(auto=True, margin=28)
        for style, name in (("", "DejaVuSansCondensed.ttf"), ("B", "DejaVuSansCondensed-Bold.ttf")):
            with as_file(_FONTS / name) as path:
                self.add_font(_FONT, style, path)
        self.set_font(_FONT, size=10)
        self.set_draw_color(*_LINE)

    def footer(self) -> None:
        """The imprint, and which page it is."""
        self.set_y(-22)
        self.set_font(_FONT, size=8)
        self.set_text_color(*_GREY)
        self.line(_MARGIN, self.get_y(), self.w - _MARGIN, self.get_y())
        self.ln(2)
        self.multi_cell(self.epw - 20, 4, self.imprint, align=Align.L)
        self.set_xy(self.w - _MARGIN - 20, -20)
        self.cell(20, 4, f"{self.page_no()} / {{nb}}", align=Align.R)
        self.set_text_color(0)

    def say(self, text: str, *, size: float = 10, bold: bool = False, grey: bool = False) -> None:
        """A line, or several, across the page."""
        self.set_font(_FONT, "B" if bold else "", size)
        self.set_text_color(*(_GREY if grey else (0, 0, 0)))
        self.multi_cell(0, size * 0.5, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_text_color(0)


def _letterhead(page: _Page, confirmed: Confirmed) -> None:
    if confirmed.seller is not None:
        page.say(confirmed.seller.name, size=15, bold=True)
        page.say(" · ".join(_address(confirmed.seller.address)), size=8.5, grey=True)
    page.ln(14)


def _recipient(page: _Page, confirmed: Confirmed, titles: Titles) -> None:
    customer = confirmed.customer
    page.say("\n".join([customer.name, *_address(customer.address, titles)]), size=10.5)
    page.ln(12)


def _heading(page: _Page, confirmed: Confirmed, titles: Titles) -> None:
    order = confirmed.order
    page.say(titled(order, titles), size=15, bold=True)
    page.ln(2)
    facts = [
        (titles.gettext("Ordered on"), order.ordered and written_day(order.ordered, titles)),
        (titles.gettext("Your reference"), order.customer_reference),
        (titles.gettext("Wanted by"), order.required and written_day(order.required, titles)),
        (titles.gettext("Delivered to"), _delivered_to(confirmed, titles)),
    ]
    for name, value in facts:
        if value:
            page.set_font(_FONT, size=9.5)
            page.set_text_color(*_GREY)
            page.cell(38, 5.2, name)
            page.set_text_color(0)
            page.multi_cell(0, 5.2, value, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
    page.ln(5)
    page.say(titles.gettext("Thank you for your order. We deliver to you as follows:"))
    page.ln(3)


def _delivered_to(confirmed: Confirmed, titles: Titles) -> str | None:
    order = confirmed.order
    parts = [order.ship_name, *_address(order.ship_address, titles)]
    return ", ".join(each for each in parts if each) or None


def _table(page: _Page, confirmed: Confirmed, titles: Titles) -> None:
    headings = (
        titles.gettext("Product"),
        titles.gettext("Quantity"),
        titles.gettext("Price"),
        titles.gettext("Discount"),
        titles.gettext("Amount"),
    )
    page.set_font(_FONT, size=9.5)
    with page.table(
        col_widths=(46, 13, 18, 14, 20),
        text_align=(Align.L, Align.R, Align.R, Align.R, Align.R),
        borders_layout=TableBordersLayout.HORIZONTAL_LINES,
        headings_style=FontFace(emphasis="B", fill_color=(242, 244, 246)),
        line_height=5.2,
        padding=1.3,
    ) as table:
        table.row(headings)
        for line, product in confirmed.lines:
            table.row(_row(line, product, titles))
        total = [titles.gettext("Total without tax"), written(confirmed.total, titles)]
        bold = FontFace(emphasis="B")
        row = table.row()
        row.cell(total[0], colspan=4, style=bold, align=Align.L)
        row.cell(total[1], style=bold)
    page.ln(6)


def _row(line: OrderLine, product: Product, titles: Titles) -> tuple[str, ...]:
    details = " · ".join(each for each in (product.number, product.quantity_per_unit) if each)
    return (
        f"{product.name}\n{details}" if details else product.name,
        format_decimal(line.quantity, locale=titles.locale),
        written(line.unit_price, titles),
        written_share(line.discount, titles) if line.discount else "",
        written(net_of(line), titles),
    )


def _terms(page: _Page, confirmed: Confirmed, titles: Titles) -> None:
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


def _address(address: PostalAddress | None, titles: Titles | None = None) -> list[str]:
    """The lines of an address; the country in words where a language is given, else by its code."""
    if address is None:
        return []
    place = " ".join(each for each in (address.postal_code, address.locality) if each)
    country = address.country
    if country and titles:
        country = str(titles.locale.territories.get(country, country))
    return [each for each in (address.street, place, address.region, country) if each]
