"""How amounts are rounded: half to even, at a stated number of digits."""

from decimal import ROUND_HALF_EVEN
from typing import Final

from relatum import Decimal, Money

CENT: Final = Decimal("0.01")
"""To what prices are rounded: the scale in which they are kept."""


def rounded(amount: Money) -> Money:
    """The amount to the cent, half-even."""
    return Money(
        amount=amount.amount.quantize(CENT, rounding=ROUND_HALF_EVEN), currency=amount.currency
    )
