"""What somebody asks for becomes an opportunity, a quote, and an order; each step is a form."""

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.looking import Heard
from tests.browser.walking import (
    ask_to,
    do,
    do_at_once,
    fact,
    find,
    is_well,
    open_list,
    open_row,
    row,
    send,
)

SOLD = pytest.mark.parametrize(
    ("screen", "title"),
    [(PHONE, "Chai for the canteen"), (DESK, "Cocktails on the roof")],
    ids=["phone", "desk"],
)


async def begin(page: Page, title: str) -> None:
    """Begin an opportunity with a customer who is found by its name, and bring it on."""
    await open_list(page, "sales.opportunities", "Opportunities")
    await is_well(page)
    await ask_to(page, "Begin opportunity")
    await find(page, "Customer", "Vaffeljernet")
    await page.get_by_label("Title").fill(title)
    await is_well(page)
    await do(page, "Begin opportunity")
    await ask_to(page, "Move stage")
    await page.get_by_label("Stage").select_option("Need is clear")
    await send(page, "Move stage")
    await expect(page.get_by_role("alert")).to_contain_text("The stage asks for an amount.")


@SOLD
async def test_an_opportunity_becomes_a_quote_and_an_order(
    page: Page, heard: Heard, screen: ViewportSize, title: str
) -> None:
    await begin(page, title)
    assert "422" in heard.complaints.pop()
    await is_well(page)
    await page.get_by_role("textbox", name="Amount").fill("380")
    await page.get_by_label("Currency").select_option("US Dollar")
    await page.get_by_label("Close on").fill("2030-04-01")
    await do(page, "Move stage")
    await expect(fact(page, "Weighted")).to_have_text("$114.00")
    await is_well(page, dark=True)
    opportunity = page.url

    await ask_to(page, "Draft quote")
    await page.get_by_role("button", name="Add another").click()
    await page.get_by_role("combobox", name="Product").select_option("Chai")
    await page.get_by_label("Quantity").fill("20")
    await page.get_by_role("textbox", name="Discount").last.fill("0.10")
    await is_well(page)
    await do(page, "Draft quote")

    await page.goto(opportunity)
    quotes = page.get_by_role("region", name="Quotes")
    await expect(quotes.get_by_role("row").last).to_contain_text("$324.00")
    await open_list(page, "sales.quotes", "Quotes")
    await open_row(page, title)
    await do_at_once(page, "Submit quote")
    await expect(fact(page, "State")).to_have_text("Approved")
    await do_at_once(page, "Send quote")
    await expect(page.get_by_role("main").get_by_role("link", name=".pdf")).to_be_visible()
    await is_well(page)
    await do_at_once(page, "Accept quote")
    await ask_to(page, "Order quote")
    await page.get_by_label("Reference").fill(title)
    await page.get_by_label("Win").select_option(index=1)
    await do(page, "Order quote")

    await open_list(page, "commerce.orders_to_confirm", "Orders to confirm")
    await expect(row(page, "Vaffeljernet").filter(has_text="$324.00").first).to_be_visible()
    await page.goto(opportunity)
    await expect(fact(page, "State")).to_have_text("Won")


@pytest.mark.parametrize("screen", [PHONE, DESK], ids=["phone", "desk"])
async def test_a_lead_is_converted(page: Page, screen: ViewportSize) -> None:
    firm = f"Ponton Sauna {screen['width']}"
    await open_list(page, "sales.leads", "Leads")
    await is_well(page)
    await ask_to(page, "Take lead")
    await page.get_by_label("Company").fill(firm)
    await page.get_by_label("Interest").fill("Syrup")
    await is_well(page)
    await do(page, "Take lead")
    await open_list(page, "sales.leads", "Leads")
    await open_row(page, firm)
    await is_well(page)
    await ask_to(page, "Convert lead")
    await send(page, "Convert lead")
    await is_well(page)
    await page.get_by_role("link", name="Continue").click()
    became = page.get_by_role("region", name="What became of it")
    await expect(became.get_by_role("rowheader", name=firm)).to_be_visible()
    await expect(fact(page, "State")).to_have_text("Converted")


@pytest.mark.parametrize("screen", [DESK], ids=["desk"])
async def test_what_was_said_stands_on_the_timeline(page: Page, screen: ViewportSize) -> None:
    await page.goto("/x/portal/do/log_interaction")
    await find(page, "About", "Blauer See Delikatessen")
    await page.get_by_label("Subject").fill("They like it strong")
    await page.get_by_label("Kind").select_option("Call")
    await is_well(page)
    await do(page, "Log interaction")
    await expect(page.get_by_role("heading", name="They like it strong", level=1)).to_be_visible()
    await is_well(page)
