"""What is done to confirm an order: the confirmation is made and kept with it, and the customer's people are sent it."""

import asyncio

from pydantic import BaseModel
from pydantic import Field as Described

from relatum import READ, UPDATE, Context, Field, Language, Refused, Template, action
from relatum_base import Organization, Person, Supplies, WorksAt
from relatum_commerce.confirmation import gathered, set_as_pdf, titled
from relatum_commerce.goods import Product
from relatum_commerce.orders import Order, OrderLine, PlacedBy


class CommerceSettings(BaseModel):
    """What an installation says to the plugin."""

    imprint: str = Described(
        default="", description="What stands at the foot of documents: register, bank, tax number."
    )


order_confirmed = Template(
    "Confirmed: order {{ record.number }}",
    "Dear {{ person.name }},\n\nyour order {{ record.number }} is confirmed. "
    "You find the confirmation with it.\n",
    attach="confirmation",
)


@action(
    Order,
    apart=True,
    elevated={
        Order: READ | UPDATE,
        OrderLine: READ,
        Organization: READ,
        Person: READ,
        PlacedBy: READ,
        Product: READ,
        Supplies: READ,
        WorksAt: READ,
    },
    when=Field("state") == "placed",
    otherwise=Refused("not_placed", message="Only a placed order is confirmed."),
)
async def confirm_order(ctx: Context, order: Order, language: Language | None = None) -> Order:
    """Confirm an order: its confirmation is made as a PDF, which the customer finds with the order and is sent.

    Args:
        ctx: of the call.
        order: which.
        language: of the confirmation; the customer's, unless it is said.
    """
    confirmed = await gathered(ctx.elevated, order, imprint=ctx.settings.imprint, made=ctx.now)
    if not confirmed.lines:
        raise Refused("empty", path="order", message="Nothing is ordered.")
    titles = ctx.titles(language or await ctx.language_of(confirmed.customer))
    content = await asyncio.to_thread(set_as_pdf, confirmed, titles)
    kept = await ctx.keep_file(f"{titled(order, titles)}.pdf", "application/pdf", content)
    async with ctx.unit(reason="confirm_order") as within:
        done = await within.elevated.update(order, state="confirmed", confirmation=kept)
        people = await within.elevated.select(confirmed.customer.employees).all()
        await within.notify(people, template="order_confirmed", record=done)
    return done
