"""A firm that sells in two teams and a tree of territories: who answers for what, and what there is to sell."""

from dataclasses import dataclass
from typing import Any

import pytest

from relatum import Decimal, Money, Tie
from relatum.access import Principal
from relatum.session import context_for, run_action
from relatum_base import Organization, Person
from relatum_commerce import PricedIn, PriceList, Product
from relatum_sales import (
    ManagedBy,
    MemberOfTeam,
    Opportunity,
    Pipeline,
    SalesTeam,
    Stage,
    Territory,
)
from relatum_testing import Installation


@pytest.fixture
def plugin_name() -> str:
    return "sales"


def eur(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


@dataclass(frozen=True)
class Market:
    """What there is, and who asks."""

    installation: Installation
    us: Organization
    acme: Organization
    tea: Product
    pot: Product
    prices: PriceList
    people: dict[str, Person]
    stages: dict[str, Stage]
    north: SalesTeam

    @property
    def db(self) -> Any:
        return self.installation.system

    @property
    def context(self) -> Any:
        """As an action of the plugin has it that may do everything."""
        return context_for(self.db, plugin="sales", function="tests")

    def who(self, name: str) -> Principal:
        """One of the people with the role that has the same name."""
        return Principal(self.people[name].id, self.us.id, frozenset({ROLES[name], "colleague"}))

    def as_(self, name: str) -> Any:
        return self.installation.session_as(self.who(name))

    async def act(self, who: str, action: str, **inputs: Any) -> Any:
        """Have one of the people do something; records are given as they are."""
        given = {name: getattr(each, "id", each) for name, each in inputs.items()}
        return await run_action(self.as_(who), action, given)

    async def opportunity(self, who: str = "rep", **more: Any) -> Opportunity:
        inputs = {"customer": self.acme, "title": "Teapots", **more}
        begun: Opportunity = await self.act(who, "begin_opportunity", **inputs)
        return begun


ROLES = {
    "rep": "sales_rep",
    "rival": "sales_rep",
    "lead": "team_lead",
    "south": "team_lead",
    "territory": "territory_manager",
    "elsewhere": "territory_manager",
    "manager": "sales_manager",
}


@pytest.fixture
async def market(empty: Installation) -> Market:
    db = empty.system
    us = await db.update(await db.create(Organization(name="Teapots & Sons")), sells=True)
    acme = await db.create(Organization(name="Acme", website="https://acme.example"), suppliers=us)
    people = {
        name: await db.create(
            Person(given_name=name.title(), family_name="Seller"), employers=Tie(us)
        )
        for name in ROLES
    }
    north = await db.create(SalesTeam(name="North"))
    south = await db.create(SalesTeam(name="South"))
    for name, team, role in (
        ("rep", north, "member"),
        ("lead", north, "lead"),
        ("rival", south, "member"),
        ("south", south, "lead"),
    ):
        await db.relate(MemberOfTeam, people[name], team, role=role)
    world = await db.create(Territory(name="World"))
    europe = await db.create(Territory(name="Europe"), parent=world)
    austria = await db.create(Territory(name="Austria"), parent=europe, accounts=acme)
    asia = await db.create(Territory(name="Asia"), parent=world)
    assert austria
    await db.relate(ManagedBy, europe, people["territory"])
    await db.relate(ManagedBy, asia, people["elsewhere"])
    tea, pot = [await db.create(Product(name=name, number=name[0])) for name in ("Tea", "Pot")]
    prices = await db.create(PriceList(name="Everybody", currency="EUR"))
    for product, amount in ((tea, "4.00"), (pot, "25.00")):
        await db.relate(PricedIn, product, prices, price=eur(amount))
    return Market(
        installation=empty,
        us=us,
        acme=acme,
        tea=tea,
        pot=pot,
        prices=prices,
        people=people,
        stages=await _stages(db),
        north=north,
    )


async def _stages(db: Any) -> dict[str, Stage]:
    pipeline = await db.create(Pipeline(name="A. New business"))
    other = await db.create(Pipeline(name="B. Renewals"))
    stages = {}
    for rank, (name, probability, expects, of) in enumerate(
        (
            ("contact", 10, None, pipeline),
            ("need", 30, ["amount", "close_on", "products"], pipeline),
            ("offer", 60, ["amount", "contacts"], pipeline),
            ("renewal", 80, None, other),
        ),
        1,
    ):
        stages[name] = await db.create(
            Stage(name=name, rank=rank, probability=probability, expects=expects), pipeline=of
        )
    return stages
