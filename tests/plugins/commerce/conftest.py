"""A firm that sells, a customer, a supplier, goods with prices."""

from dataclasses import dataclass
from typing import Any

import pytest

from relatum import Decimal, Money, Tie
from relatum.access import Principal
from relatum.session import context_for
from relatum_base import Organization, Person
from relatum_commerce import PricedIn, PriceList, Product
from relatum_testing import Installation


@pytest.fixture
def plugin_name() -> str:
    return "commerce"


def eur(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


@dataclass(frozen=True)
class Trade:
    """What there is, and who asks."""

    installation: Installation
    us: Organization
    customer: Organization
    supplier: Organization
    tea: Product
    pot: Product
    prices: PriceList
    buyer: Principal
    seller: Principal
    maker: Principal

    @property
    def db(self) -> Any:
        return self.installation.system

    @property
    def context(self) -> Any:
        """As an action of the plugin has it that may do everything."""
        return context_for(self.db, plugin="commerce", function="tests")

    def as_(self, who: Principal) -> Any:
        return self.installation.session_as(who)


@pytest.fixture
async def trade(empty: Installation) -> Trade:
    db = empty.system
    us = await db.create(Organization(name="Teapots & Sons"))
    us = await db.update(us, sells=True)
    customer = await db.create(Organization(name="Käse König"), suppliers=us)
    supplier = await db.create(Organization(name="Clay Works"))
    tea = await db.create(Product(name="Tea", number="T1"), supplier=us)
    pot = await db.create(Product(name="Pot", number="P1"), supplier=supplier)
    prices = await db.create(PriceList(name="Everybody", currency="EUR"))
    for product, amount in ((tea, "4.00"), (pot, "25.00")):
        await db.relate(PricedIn, product, prices, price=eur(amount))
    people = {}
    for name, firm in (("Buyer", customer), ("Seller", us), ("Maker", supplier)):
        people[name] = await db.create(Person(family_name=name), employers=Tie(firm))
    return Trade(
        installation=empty,
        us=us,
        customer=customer,
        supplier=supplier,
        tea=tea,
        pot=pot,
        prices=prices,
        buyer=Principal(people["Buyer"].id, customer.id, frozenset({"customer"})),
        seller=Principal(people["Seller"].id, us.id, frozenset({"order_desk"})),
        maker=Principal(people["Maker"].id, supplier.id, frozenset({"supplier"})),
    )
