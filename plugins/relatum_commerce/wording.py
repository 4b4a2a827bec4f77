"""What people are told in their language: how a price came about; amounts, days and shares as they write them."""

from typing import TYPE_CHECKING

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from relatum import Decimal, Money, Titles, date

if TYPE_CHECKING:
    from relatum_commerce.pricing import Price


def steps_of(price: "Price", titles: Titles) -> list[str]:
    """How a price came about, step by step."""
    steps = [_ground(price, titles), _tier(price, titles)]
    if price.rate is not None and price.rate_day is not None:
        said = titles.gettext("One {base} is {rate} {quote} since {day}: {price}.")
        steps.append(
            said.format(
                base=price.rate_base,
                rate=format_decimal(price.rate.normalize(), locale=titles.locale),
                quote=price.rate_quote,
                day=written_day(price.rate_day, titles),
                price=written(price.unit_price, titles),
            )
        )
    if price.discount:
        said = titles.gettext("Less {share}, as agreed on.")
        steps.append(said.format(share=written_share(price.discount, titles)))
    return steps


def _ground(price: "Price", titles: Titles) -> str:
    match price.basis:
        case "agreement" if price.agreed_since:
            said = titles.gettext("The prices of the list {list} are agreed on since {day}.")
            day = written_day(price.agreed_since, titles)
            return said.format(list=price.price_list, day=day)
        case "agreement":
            return titles.gettext("The prices of the list {list} are agreed on.").format(
                list=price.price_list
            )
        case "partners":
            said = titles.gettext("The list {list} is for partners of the level {level}.")
            return said.format(list=price.price_list, level=price.level)
    return titles.gettext("The list {list} is for everybody.").format(list=price.price_list)


def _tier(price: "Price", titles: Titles) -> str:
    amount = written(price.listed, titles)
    if price.min_quantity > 1:
        said = titles.gettext("From {quantity} units on, one costs {price}.")
        quantity = format_decimal(price.min_quantity, locale=titles.locale)
        return said.format(quantity=quantity, price=amount)
    return titles.gettext("One unit costs {price}.").format(price=amount)


def written(amount: Money, titles: Titles) -> str:
    """An amount of money as people of a language write it."""
    return format_currency(amount.amount, amount.currency, locale=titles.locale)


def written_day(day: date | None, titles: Titles) -> str:
    """A day as people of a language write it; nothing for none."""
    return format_date(day, "long", locale=titles.locale) if day else ""


def written_share(share: Decimal, titles: Titles) -> str:
    """A share of a whole as people of a language write it."""
    return format_percent(share, decimal_quantization=False, locale=titles.locale)
