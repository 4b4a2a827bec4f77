"""What shows registrations among the example data: one that is approved, one that waits, one that met another deal."""

from collections.abc import Sequence
from typing import Final

from relatum import Context, Decimal, Field, Money, PostalAddress, Ties, timedelta
from relatum_base import Organization
from relatum_commerce import Category, Product
from relatum_commerce.numbering import drawn
from relatum_sales.registration.deals import DealRegistration, EnteredBy
from relatum_sales.registration.deciding import approved
from relatum_sales.registration.months import months_later
from relatum_sales.registration.registering import ONE_AT_A_TIME, registered

_NEW: Final = (
    ("Bergblick Hotels", "bergblick.example", "Breakfast for four houses", 12_400, True),
    ("Donau Catering", "donau-catering.example", "Cheese for the festival", 5_600, False),
)


async def show_registrations(ctx: Context, partner: Organization, met: Organization) -> None:
    """Have a partner register three deals.

    Args:
        ctx: of the example data.
        partner: which.
        met: a customer with whom our own people work.
    """
    categories = await ctx.db.select(Category).order("name").all()
    wanted = Ties("opportunities").some(Field("customer.id") == met.id)
    same = await ctx.db.select(Product).where(wanted).order("name").all()
    if not categories or not same:
        return
    for index, (name, site, title, amount, approve) in enumerate(_NEW):
        deal = _deal(ctx, name, title, amount).model_copy(
            update={
                "customer_website": f"https://{site}/",
                "customer_address": PostalAddress(locality="Linz", country="AT"),
            }
        )
        await _register(ctx, deal, partner, categories[index : index + 1], approve=approve)
    rival = _deal(ctx, met.name, "Everything for the counter", 2_200).model_copy(
        update={"customer_address": met.address, "customer_phone": met.phone}
    )
    await _register(ctx, rival, partner, same[:1], approve=False)


def _deal(ctx: Context, name: str, title: str, amount: int) -> DealRegistration:
    return DealRegistration(
        number=drawn("D", ctx.today),
        title=f"{name}: {title}",
        customer_name=name,
        amount=Money(amount=Decimal(amount), currency="USD"),
        close_on=ctx.today + timedelta(days=60),
    )


async def _register(
    ctx: Context,
    deal: DealRegistration,
    partner: Organization,
    goods: Sequence[Product | Category],
    *,
    approve: bool,
) -> None:
    async with ctx.unit(reason="example") as within:
        await within.alone(ONE_AT_A_TIME)
        _, kept = await registered(within, deal, partner, goods)
        person = await within.db.select(partner.employees).order("id").first()
        if person is not None:
            await within.db.relate(EnteredBy, kept, person)
        if approve:
            await approved(within, kept, months_later(ctx.today, 6))
