"""The views of commerce: whom each is for, and that each lists and shows what it should."""

from typing import Any

import pytest

from relatum import PORTAL
from relatum.session import context_for
from relatum_testing import Installation
from tests.plugins.commerce.conftest import Trade
from tests.plugins.commerce.given import VALUES
from tests.plugins.commerce.test_orders import placed, sent

OURS = {
    "all_orders", "customers", "open_complaints", "orders_to_confirm", "orders_to_ship", "products",
    "shipments_under_way",
}  # fmt: skip


def context(trade: Trade, who: Any) -> Any:
    return context_for(trade.as_(who), plugin="commerce", function="tests")


async def test_each_is_offered_the_views_that_are_for_him(trade: Trade) -> None:
    for who, names in (
        (trade.buyer, {"orders", "shipments", "complaints", "range"}),
        (trade.maker, {"supplied_products"}),
        (trade.seller, OURS),
    ):
        shown = context(trade, who).views(PORTAL, language="de")
        of_commerce = {each.name: each for each in shown if each.plugin == "commerce"}
        assert {name.removeprefix("commerce.") for name in of_commerce} == names
        english = {each.name: each for each in context(trade, who).views(PORTAL)}
        for name, each in of_commerce.items():
            assert each.title != english[name].title, name


async def test_a_customer_finds_its_orders_and_what_they_come_to(trade: Trade) -> None:
    await sent(trade)
    await placed(trade)
    view = context(trade, trade.buyer).view("commerce.orders", language="de")
    listing = await view.list("sort=-ordered")
    assert [str(each.cells[4].text) for each in listing.rows] == ["2", "2"]
    assert {each.cells[5].text for each in listing.rows} == {"37,00\xa0€"}
    detail = await view.detail(next(row.id for row in listing.rows))
    offered = {each.name for each in detail.actions}
    assert offered <= {"complain", "cancel_order", "place_order"}
    assert "complain" in offered


async def test_a_supplier_finds_how_many_units_are_ordered(trade: Trade) -> None:
    await placed(trade)
    view = context(trade, trade.maker).view("commerce.supplied_products")
    [row] = (await view.list("")).rows
    assert (row.label, row.cells[-1].text) == ("Pot", "1")


async def test_what_waits_for_the_order_desk_is_counted(trade: Trade) -> None:
    await placed(trade)
    assert await context(trade, trade.seller).waiting(PORTAL) == {
        "commerce.orders_to_confirm": 1,
        "commerce.orders_to_ship": 0,
        "commerce.open_complaints": 0,
    }
    assert await context(trade, trade.buyer).waiting(PORTAL) == {}


class TestAmongManyRecords:
    plugin = "commerce"
    values = VALUES

    @pytest.mark.parametrize("role", ["supplier", "customer", "order_desk", "product_manager"])
    async def test_every_view_lists_and_shows(self, installation: Installation, role: str) -> None:
        asking = context_for(installation.session_as(role), plugin="commerce", function="tests")
        for view in asking.views(PORTAL):
            listing = await view.list("")
            assert listing.problems == {}, view.name
            for row in listing.rows:
                assert (await view.detail(row.id)).id == row.id
