"""The example data shows what there is."""

from relatum_commerce import Order
from relatum_sales import Lead, MatchedTo, Opportunity, Quote, Stage, demo_data
from tests.plugins.sales.conftest import Market


async def test_there_is_something_to_look_at(market: Market) -> None:
    await market.db.create(Order(number="1", currency="EUR"), customer=market.acme)
    before = await market.db.select(Stage).count()
    await demo_data(market.context)
    assert await market.db.select(Stage).count() == before + 4
    (opportunity,) = await market.db.select(Opportunity).all()
    assert opportunity.title.startswith("Acme: ")
    assert await market.db.exists(opportunity.stage)
    assert await market.db.exists(opportunity.owner)
    assert await market.db.select(Quote).count() == 1
    assert await market.db.select(Lead).count() == 3
    assert await market.db.select(MatchedTo).count() == 1
