"""What an amount comes to in another currency, on a day: exact, by the rate that was published last.

A rate says what one unit of its base costs in its quote currency, from its day on until the next one. It is read the
other way round where only the opposite was published; no third currency is gone through, for nobody published that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from relatum import Decimal, Field, Money, Refused, Session, date, timedelta
from relatum_commerce.rounding import rounded
from relatum_commerce.terms import ExchangeRate

HOLDS: Final = timedelta(days=92)
"""How long a rate holds when no other follows."""


@dataclass(frozen=True)
class Rate:
    """How amounts of one currency become amounts of another one.

    Attributes:
        published: as it was, so much of the quote currency for one of the base.
        base: the currency of which one unit is priced.
        quote: the currency of its price.
        day: from which on it holds.
    """

    published: Decimal
    base: str
    quote: str
    day: date

    def of(self, amount: Money) -> Money:
        """The amount in the other currency, half-even at two digits."""
        if amount.currency == self.base:
            return rounded(Money(amount=amount.amount * self.published, currency=self.quote))
        return rounded(Money(amount=amount.amount / self.published, currency=self.base))


async def rates_into(
    db: Session, currency: str, others: Iterable[str], *, day: date
) -> Mapping[str, Rate]:
    """The rates by which other currencies become this one, in one statement; none is read where there are no others.

    Args:
        db: may read exchange rates.
        currency: into which.
        others: from which.
        day: on which.

    Returns:
        By the other currency. Of two rates of one day the one published for this direction counts.

    Raises:
        Refused: ``no_rate``.
    """
    wanted = sorted({*others} - {currency})
    if not wanted:
        return {}
    direct = Field("base").one_of(wanted) & (Field("quote") == currency)
    inverse = Field("quote").one_of(wanted) & (Field("base") == currency)
    held = (Field("day") <= day) & (Field("day") > day - HOLDS)
    found: dict[str, Rate] = {}
    for each in await db.select(ExchangeRate).where(held & (direct | inverse)).order("day").all():
        other = each.quote if each.base == currency else each.base
        known = found.get(other)
        if known is None or known.day < each.day or each.quote == currency:
            found[other] = Rate(each.rate, each.base, each.quote, each.day)
    for other in wanted:
        if other not in found:
            refused = Refused(
                "no_rate", message="There is no exchange rate of these currencies for this day."
            )
            refused.details |= {"from": other, "into": currency, "day": str(day)}
            raise refused
    return found


async def exchanged(db: Session, amount: Money, currency: str, *, day: date) -> Money:
    """An amount in another currency, half-even at two digits.

    Args:
        db: may read exchange rates.
        amount: of money.
        currency: into which.
        day: on which.

    Raises:
        Refused: ``no_rate``.
    """
    rates = await rates_into(db, currency, [amount.currency], day=day)
    return rates[amount.currency].of(amount) if rates else amount
