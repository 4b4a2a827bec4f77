"""What is done with orders: placed at the prices that hold, cancelled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel
from pydantic import Field as Described

from relatum import (
    CREATE,
    READ,
    RELATE,
    UPDATE,
    Context,
    Currency,
    Decimal,
    Field,
    LongText,
    Money,
    PostalAddress,
    Refused,
    Right,
    Session,
    Tie,
    action,
    date,
)
from relatum_base import Organization, Person
from relatum_commerce.goods import Product
from relatum_commerce.numbering import drawn
from relatum_commerce.orders import Order, OrderLine, PlacedBy, TakenBy
from relatum_commerce.pricing import PRICING, Price, prices_for
from relatum_commerce.rates import rates_into
from relatum_commerce.terms import terms_of

ORDERING: Final[Mapping[type | str, Right]] = {
    **PRICING,
    Order: READ | CREATE | RELATE,
    OrderLine: READ | RELATE,
    Organization: READ | RELATE,
    Person: READ | RELATE,
    PlacedBy: READ | RELATE,
    Product: READ | RELATE,
    TakenBy: READ | RELATE,
}
"""What placing an order takes: for ``elevated=`` of actions that do."""

_OWING: Final = ("placed", "confirmed")


class LineWanted(BaseModel):
    """So many units of a product."""

    product: Product = Described(title="Product")
    quantity: int = Described(default=1, title="Quantity", description="How many units.")


@dataclass(frozen=True)
class PricedLine:
    """A line of an order to be, at a price that is settled."""

    product: Product
    quantity: int
    unit_price: Money
    discount: Decimal
    price_list: str | None = None


@action(Organization, elevated=ORDERING)
async def place_order(
    ctx: Context,
    customer: Organization,
    lines: list[LineWanted],
    required: date | None = None,
    reference: str | None = None,
    currency: Currency | None = None,
    ship_name: str | None = None,
    ship_address: PostalAddress | None = None,
    note: LongText | None = None,
) -> Order:
    """Order products at the prices that hold for the customer today.

    Args:
        ctx: of the call.
        customer: who orders.
        lines: what is ordered, each product once.
        required: by which day the goods should be there.
        reference: what the customer calls the order.
        currency: of the order; the customer's unless it is said.
        ship_name: who receives the goods, if not the customer.
        ship_address: where the goods go, if not to the customer's address.
        note: what else there is to say.
    """
    _judge_lines(lines)
    today = ctx.today
    if required is not None and required < today:
        raise Refused("past", path="required", message="This day is over.")
    wanted = [(each.product, each.quantity) for each in lines]
    prices = await prices_for(ctx.elevated, customer, wanted, day=today, currency=currency)
    return await keep_order(
        ctx,
        customer,
        [_line(each, price) for each, price in zip(lines, prices, strict=True)],
        required=required,
        customer_reference=reference,
        ship_name=ship_name,
        ship_address=ship_address or customer.address,
        note=note,
    )


@action(
    Order,
    elevated={Order: READ | UPDATE},
    when=Field("state").one_of(["draft", "placed", "confirmed"]),
    otherwise=Refused("over", message="It is on its way, or cancelled."),
)
async def cancel_order(ctx: Context, order: Order, reason: str) -> Order:
    """Cancel an order that is not on its way yet.

    Args:
        ctx: of the call.
        order: which.
        reason: why.
    """
    return await ctx.elevated.update(order, state="cancelled", cancellation_reason=reason)


async def keep_order(
    ctx: Context, customer: Organization, lines: Sequence[PricedLine], **fields: object
) -> Order:
    """Place an order at prices that are settled, such as those of a quote.

    Args:
        ctx: of an action with the rights of `ORDERING`, in ``ctx.elevated``.
        customer: who orders.
        lines: at least one, all in one currency.
        fields: of the order.

    Returns:
        The order, placed today. Who places it for the customer has taken it.

    Raises:
        Refused: ``credit``: open orders would come to more than the customer's limit; ``discontinued``.
    """
    currency, today = lines[0].unit_price.currency, ctx.today
    await _judge_credit(ctx.elevated, customer, _total(lines), today)
    placed = Order(
        number=drawn("B", today), state="placed", currency=currency, ordered=today, **fields
    )
    return await ctx.elevated.create(
        placed,
        customer=customer,
        lines=[_tie(each) for each in lines],
        employee=await _taker(ctx, customer),
    )


def _judge_lines(lines: Sequence[LineWanted]) -> None:
    """Refuse what nobody can deliver, at its place."""
    if not lines:
        raise Refused("empty", path="lines", message="Nothing is ordered.")
    seen = set()
    for index, each in enumerate(lines):
        path = ("lines", index, "product")
        if each.quantity < 1:
            raise Refused(
                "quantity",
                path=("lines", index, "quantity"),
                message="At least one unit has to be ordered.",
            )
        if each.product.discontinued:
            raise Refused(
                "discontinued", path=path, message="This product cannot be ordered any more."
            )
        if each.product.id in seen:
            raise Refused("twice", path=path, message="This product is ordered above already.")
        seen.add(each.product.id)


def _line(wanted: LineWanted, price: Price) -> PricedLine:
    return PricedLine(
        wanted.product, wanted.quantity, price.unit_price, price.discount, price.price_list
    )


def _tie(line: PricedLine) -> Tie:
    return Tie(
        line.product,
        quantity=line.quantity,
        unit_price=line.unit_price,
        discount=line.discount,
        price_list=line.price_list,
    )


def _total(lines: Sequence[PricedLine]) -> Money:
    nets = (each.quantity * each.unit_price.amount * (1 - each.discount) for each in lines)
    return Money(amount=sum(nets, Decimal()), currency=lines[0].unit_price.currency)


async def _judge_credit(db: Session, customer: Organization, total: Money, day: date) -> None:
    """Refuse an order by which the customer's open ones would come to more than its limit."""
    limit = (await terms_of(db, customer)).credit_limit
    if limit is None:
        return
    # Whichever plugin orders: two orders at one instant are within the limit together.
    await db.alone(f"commerce.credit of {customer.id}")
    owing = (Field("source.customer.id") == customer.id) & Field("source.state").one_of(_OWING)
    groups = await db.select(OrderLine).where(owing).sums("net")
    open_sums = [total, *(each["net"] for each in groups if each["net"] is not None)]
    rates = await rates_into(db, limit.currency, {each.currency for each in open_sums}, day=day)
    in_limits = (
        rates[each.currency].of(each) if each.currency in rates else each for each in open_sums
    )
    if sum((each.amount for each in in_limits), Decimal()) > limit.amount:
        raise Refused(
            "credit",
            path="lines",
            message="With this order, open orders come to more than the limit agreed on.",
        )


async def _taker(ctx: Context, customer: Organization) -> list[Person]:
    """Whoever places the order, if it is not the customer itself."""
    who = ctx.principal.id
    if who is None or ctx.principal.firm == customer.id:
        return []
    return await ctx.elevated.select(Person).where(Field("id") == who).all()
