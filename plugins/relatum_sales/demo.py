"""What shows the plugin among the example data: who sells, a pipeline, and what is hoped for with the customers."""

from collections.abc import Sequence
from typing import Final, Literal

from relatum import Context, Decimal, Field, Money, Tie, Ties, hookimpl, timedelta
from relatum_base import Organization, Person
from relatum_commerce import PriceList, Product
from relatum_sales.leads import Lead
from relatum_sales.moving import begun
from relatum_sales.organizing import MemberOfTeam, SalesTeam
from relatum_sales.pipelines import Fact, Opportunity, Pipeline, Stage, Wants
from relatum_sales.quoting import QuotedLine, draft_quote
from relatum_sales.recognizing import recognized
from relatum_sales.registration.demo import show_registrations

_STAGES: Final[Sequence[tuple[str, int, list[Fact]]]] = (
    ("First talk", 10, []),
    ("Need is clear", 30, ["amount", "close_on"]),
    ("Offer", 60, ["amount", "close_on", "products"]),
    ("Last questions", 80, ["amount", "close_on", "products"]),
)
_HOPES: Final = (
    ("Range for the winter", 3_800, 20, 2),
    ("Autumn tasting menu", 1_250, 35, 1),
    ("Standing order for the year", 18_400, 60, 3),
    ("Delicatessen counter", 6_700, 14, 2),
    ("New branch at the harbour", 9_900, 75, 0),
    ("Gift hampers", 2_450, -6, 1),
    ("Hotel breakfast", 4_300, 45, 0),
    ("Wine and cheese evening", 980, 28, 1),
)
_SELLERS: Final = 5


@hookimpl
async def demo_data(ctx: Context) -> None:
    """A team of those who work for the firm as which we sell, a pipeline, opportunities, leads, a quote, registrations."""
    db = ctx.db
    stages = await _pipeline(ctx)
    ours = Field("sells") == True  # noqa: E712  # a condition
    firm = await db.select(Organization).where(ours).first()
    if firm is None:
        return
    sellers = await db.select(Person).where(Ties("employers").some(ours)).order("id").all()
    bought = Ties("orders").some() & Ties("suppliers").some(ours)
    page = await db.select(Organization).where(bought).order("name").page(len(_HOPES))
    sold = db.select(Product).where(
        Ties("prices").some() & (Field("discontinued") == False)  # noqa: E712  # a condition
    )
    products = (await sold.order("name").page(len(_HOPES) * 2)).records
    prices = await db.select(PriceList).order("name").first()
    if not sellers or not page.records or prices is None:
        return
    await _team(ctx, sellers[:_SELLERS])
    made = [
        await _hope(ctx, index, customer, stages, sellers[:_SELLERS], products, prices.currency)
        for index, customer in enumerate(page.records)
    ]
    if products:
        lines = [QuotedLine(product=each, quantity=12) for each in products[:3]]
        await draft_quote(ctx, opportunity=made[0], lines=lines, currency=prices.currency)
    await _leads(ctx, page.records[0], sellers[0])
    partner = await db.select(Organization).where(Ties("partner_of").some(ours)).first()
    if partner is not None:
        met = next(each for each in page.records if each.id != partner.id)
        await show_registrations(ctx, partner, met)


async def _pipeline(ctx: Context) -> list[Stage]:
    pipeline = await ctx.db.create(Pipeline(name="New business"))
    return [
        await ctx.db.create(
            Stage(name=name, rank=rank, probability=probability, expects=expects or None),
            pipeline=pipeline,
        )
        for rank, (name, probability, expects) in enumerate(_STAGES, 1)
    ]


async def _team(ctx: Context, sellers: Sequence[Person]) -> None:
    """A team, led by whom most report to."""
    team = await ctx.db.create(SalesTeam(name="Sales"))
    reports = [await ctx.db.select(each.reports).count() for each in sellers]
    leader = sellers[reports.index(max(reports))]
    for each in sellers:
        role: Literal["member", "lead"] = "lead" if each.id == leader.id else "member"
        await ctx.db.relate(MemberOfTeam, each, team, role=role)


async def _hope(
    ctx: Context,
    index: int,
    customer: Organization,
    stages: Sequence[Stage],
    sellers: Sequence[Person],
    products: Sequence[Product],
    currency: str,
) -> Opportunity:
    title, amount, days, rank = _HOPES[index]
    stage = stages[rank]
    opportunity = await begun(
        ctx,
        Opportunity(
            title=f"{customer.name}: {title}",
            amount=Money(amount=Decimal(amount), currency=currency),
            close_on=ctx.today + timedelta(days=days),
            probability=stage.probability,
        ),
        stage,
        customer,
        sellers[index % len(sellers)],
    )
    for product in products[2 * index : 2 * index + 2]:
        await ctx.db.relate(Wants, opportunity, product, quantity=10 * (index + 1))
    return opportunity


async def _leads(ctx: Context, known: Organization, seller: Person) -> None:
    """One of a firm that is known, one of nobody's, one that somebody works on."""
    leads = (
        Lead(
            company=known.name,
            given_name="Ines",
            family_name="Duarte",
            phone=known.phone,
            address=known.address,
            interest="A price list for larger amounts",
            came_by="phone",
        ),
        Lead(
            company="Café Aurora",
            family_name="Lind",
            email="lind@aurora.example",
            interest="Tea and confections for a café that opens in spring",
            came_by="web",
        ),
        Lead(company="Harbour Hotel", family_name="Okafor", came_by="event"),
    )
    for index, lead in enumerate(leads):
        owner = Tie(seller, valid_from=ctx.today)
        made = await ctx.db.create(lead, owner=owner if index != 1 else [])
        await recognized(ctx.db, made)
