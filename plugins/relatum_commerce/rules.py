"""What is refused whoever writes it: orders whose amounts do not go together, lines that nobody can deliver.

What comes from other systems as it was (imports by the engine itself) may be of goods that are no longer sold, in orders
that are long delivered; amounts have to go together all the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from relatum import READ, UUID, Context, Draft, Field, before
from relatum_commerce.goods import Product
from relatum_commerce.orders import Order, OrderLine
from relatum_commerce.terms import AgreedPrices, ExchangeRate, PricedIn, PriceList

OPEN: Final = frozenset({"draft", "placed"})
"""The states in which an order's lines may still be others."""

_WRITTEN: Final = ("created", "updated", "related", "corrected", "changed")


@before([Order, OrderLine], *_WRITTEN, elevated={Order: READ, Product: READ, OrderLine: READ})
async def keep_orders_whole(ctx: Context, drafts: Sequence[Draft]) -> None:
    """An order has one currency, and its lines are of units that there are at a price that is one."""
    orders = [each for each in drafts if each.type == "Order"]
    lines = [each for each in drafts if each.type == "OrderLine"]
    for draft in lines:
        if draft.values["quantity"] < 1:
            draft.refuse("quantity", "At least one unit has to be ordered.", path="quantity")
        _judge_share(draft)
    stored = await _stored_orders(ctx, lines)
    currencies: dict[UUID | None, str] = {each.id: each.currency for each in stored.values()}
    currencies |= {each.id: each.values["currency"] for each in orders}
    for draft in orders:
        _judge_currency(draft, "freight", currencies)
    for draft in lines:
        _judge_currency(draft, "unit_price", currencies)
    await _keep_currency(ctx, orders)
    if not ctx.principal.system:
        _keep_settled(lines, stored)
        await _refuse_discontinued(ctx, lines)


@before(OrderLine, "removed", elevated={Order: READ})
async def keep_settled_lines(ctx: Context, drafts: Sequence[Draft]) -> None:
    """No line goes once the order is confirmed."""
    if not ctx.principal.system:
        _keep_settled(drafts, await _stored_orders(ctx, drafts))


@before([PriceList, PricedIn], *_WRITTEN, elevated={PriceList: READ, PricedIn: READ})
async def keep_lists_whole(ctx: Context, drafts: Sequence[Draft]) -> None:
    """The prices of a list are in its currency."""
    lists = [each for each in drafts if each.type == "PriceList"]
    prices = [each for each in drafts if each.type == "PricedIn"]
    named = {each.target for each in prices}
    found = (
        await ctx.elevated.select(PriceList).where(Field("id").one_of(named)).all() if named else []
    )
    currencies: dict[UUID | None, str] = {each.id: each.currency for each in found}
    currencies |= {each.id: each.values["currency"] for each in lists}
    for draft in prices:
        if draft.values["price"].currency != currencies.get(draft.target):
            draft.refuse("currency", "A price is in the currency of its list.", path="price")
        if draft.values["min_quantity"] < 1 or draft.values["price"].amount < 0:
            draft.refuse(
                "price", "A price is for at least one unit, and not below nothing.", path="price"
            )
    changed = [each.id for each in lists if each.before and "currency" in each.changed]
    if changed and await ctx.elevated.exists(
        ctx.elevated.select(PricedIn).where(Field("target.id").one_of(changed))
    ):
        _refuse_currency(each for each in lists if each.id in changed)


@before([AgreedPrices, ExchangeRate], *_WRITTEN)
async def keep_terms_sensible(ctx: Context, draft: Draft) -> None:
    """A discount is a share, and a rate is of two currencies."""
    if draft.type == "AgreedPrices":
        _judge_share(draft)
    elif draft.values["base"] == draft.values["quote"] or draft.values["rate"] <= 0:
        draft.refuse("rate", "A rate is more than nothing, and of two currencies.", path="rate")


@before(Product, "created", "updated", fields={"units_in_stock"})
async def note_when_counted(ctx: Context, draft: Draft) -> None:
    """Whoever says how many units there are says it now, unless he says when."""
    if "stock_as_of" not in draft.changed or draft.values["stock_as_of"] is None:
        draft.values["stock_as_of"] = ctx.now


def _judge_share(draft: Draft) -> None:
    if not 0 <= draft.values["discount"] <= 1:
        draft.refuse("discount", "A discount is between 0 and 1, such as 0.05.", path="discount")


def _judge_currency(draft: Draft, field: str, currencies: Mapping[UUID | None, str]) -> None:
    amount = draft.values[field]
    order = draft.id if draft.type == "Order" else draft.source
    if amount is not None and order in currencies and amount.currency != currencies[order]:
        draft.refuse("currency", "All amounts of an order are in its currency.", path=field)


async def _stored_orders(ctx: Context, lines: Iterable[Draft]) -> Mapping[UUID, Order]:
    named = {each.source for each in lines}
    if not named:
        return {}
    found = await ctx.elevated.select(Order).where(Field("id").one_of(named)).all()
    return {each.id: each for each in found}


async def _keep_currency(ctx: Context, orders: Iterable[Draft]) -> None:
    changed = [each for each in orders if each.before and "currency" in each.changed]
    ids = [each.id for each in changed]
    lines = ctx.elevated.select(OrderLine).where(Field("source.id").one_of(ids))
    if ids and await ctx.elevated.exists(lines):
        _refuse_currency(changed)


def _refuse_currency(drafts: Iterable[Draft]) -> None:
    for draft in drafts:
        draft.refuse("currency", "It has prices in its currency already.", path="currency")


def _keep_settled(lines: Iterable[Draft], stored: Mapping[UUID, Order]) -> None:
    for draft in lines:
        order = stored.get(draft.source) if draft.source else None
        if order is not None and order.state not in OPEN:
            draft.refuse(
                "settled", "The order is confirmed or cancelled: its lines stay as they are."
            )


async def _refuse_discontinued(ctx: Context, lines: Iterable[Draft]) -> None:
    added = [each for each in lines if each.operation == "related"]
    if not added:
        return
    named = Field("id").one_of({each.target for each in added})
    gone = await ctx.elevated.select(Product).where(named & (Field("discontinued") == True)).all()  # noqa: E712  # a condition
    ids = {each.id for each in gone}
    for draft in added:
        if draft.target in ids:
            draft.refuse("discontinued", "This product cannot be ordered any more.", path="target")
