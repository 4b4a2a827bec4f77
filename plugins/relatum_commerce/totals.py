"""What orders come to: the sum of their lines, each to the cent, as the confirmation has it."""

from collections.abc import Mapping, Sequence

from relatum import UUID, Context, Field, Money, computed
from relatum_commerce.orders import Order, OrderLine
from relatum_commerce.paper import net_of


@computed(Order)
async def total(ctx: Context, ids: Sequence[UUID]) -> Mapping[UUID, Money]:
    """What its lines come to, as far as they may be seen, without freight and tax."""
    found: dict[UUID, Money] = {}
    for line in await ctx.db.select(OrderLine).where(Field("source.id").one_of(ids)).all():
        net = net_of(line.quantity, line.unit_price, line.discount)
        known = found.get(line.source)
        amount = net.amount + known.amount if known else net.amount
        found[line.source] = Money(amount=amount, currency=net.currency)
    return found
