"""What documents look like that customers are sent: a letter on A4 with a table of lines and the imprint at its foot.

The fonts are kept in the package and embedded, cut down to the letters that occur. Setting a document works on what was
read before alone, so that it may run beside the event loop.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Final

from babel.numbers import format_decimal
from fpdf import FPDF
from fpdf.enums import Align, TableBordersLayout, XPos, YPos
from fpdf.fonts import FontFace

from relatum import Decimal, Money, PostalAddress, Titles
from relatum_base import Organization
from relatum_commerce.rounding import rounded
from relatum_commerce.wording import written, written_share

_FONT: Final = "DejaVu"
_FONTS: Final = files("relatum_commerce") / "fonts"
_GREY: Final = (96, 104, 112)
_LINE: Final = (208, 213, 219)
_MARGIN: Final = 22.0


@dataclass(frozen=True)
class PaperLine:
    """A line of a document.

    Attributes:
        name: of what is sold.
        details: beneath it; empty for none.
        quantity: how many units.
        unit_price: for one, before the discount.
        discount: a share.
    """

    name: str
    details: str
    quantity: int
    unit_price: Money
    discount: Decimal

    @property
    def net(self) -> Money:
        """What it comes to, to the cent."""
        return net_of(self.quantity, self.unit_price, self.discount)


def net_of(quantity: int, unit_price: Money, discount: Decimal) -> Money:
    """What so many units come to, to the cent."""
    amount = quantity * unit_price.amount * (1 - discount)
    return rounded(Money(amount=amount, currency=unit_price.currency))


def total_of(nets: Iterable[Money], currency: str) -> Money:
    """What lines come to; each is rounded by itself, as it is shown."""
    return Money(amount=sum((each.amount for each in nets), Decimal()), currency=currency)


class Paper(FPDF):
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

    def letterhead(self, seller: Organization | None) -> None:
        """Whose letter it is."""
        if seller is not None:
            self.say(seller.name, size=15, bold=True)
            self.say(" · ".join(address_lines(seller.address)), size=8.5, grey=True)
        self.ln(14)

    def recipient(self, lines: Sequence[str]) -> None:
        """To whom it goes: name, and where."""
        self.say("\n".join(lines), size=10.5)
        self.ln(12)

    def facts(self, pairs: Iterable[tuple[str, str | None]]) -> None:
        """What there is to know, by name; what has no value is left out."""
        for name, value in pairs:
            if value:
                self.set_font(_FONT, size=9.5)
                self.set_text_color(*_GREY)
                self.cell(38, 5.2, name)
                self.set_text_color(0)
                self.multi_cell(0, 5.2, value, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    def lines_table(self, lines: Sequence[PaperLine], total: Money, titles: Titles) -> None:
        """A table of what is sold at which price, and what it comes to."""
        headings = (
            titles.gettext("Product"),
            titles.gettext("Quantity"),
            titles.gettext("Price"),
            titles.gettext("Discount"),
            titles.gettext("Amount"),
        )
        self.set_font(_FONT, size=9.5)
        with self.table(
            col_widths=(46, 13, 18, 14, 20),
            text_align=(Align.L, Align.R, Align.R, Align.R, Align.R),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(emphasis="B", fill_color=(242, 244, 246)),
            line_height=5.2,
            padding=1.3,
        ) as table:
            table.row(headings)
            for line in lines:
                table.row(_row(line, titles))
            bold = FontFace(emphasis="B")
            row = table.row()
            row.cell(titles.gettext("Total without tax"), colspan=4, style=bold, align=Align.L)
            row.cell(written(total, titles), style=bold)
        self.ln(6)


def _row(line: PaperLine, titles: Titles) -> tuple[str, ...]:
    return (
        f"{line.name}\n{line.details}" if line.details else line.name,
        format_decimal(line.quantity, locale=titles.locale),
        written(line.unit_price, titles),
        written_share(line.discount, titles) if line.discount else "",
        written(line.net, titles),
    )


def address_lines(address: PostalAddress | None, titles: Titles | None = None) -> list[str]:
    """The lines of an address; the country in words where a language is given, else by its code."""
    if address is None:
        return []
    place = " ".join(each for each in (address.postal_code, address.locality) if each)
    country = address.country
    if country and titles:
        country = str(titles.locale.territories.get(country, country))
    return [each for each in (address.street, place, address.region, country) if each]
