"""An administrator sees the portal as a partner does, is told why each thing is there, and can change nothing."""

from playwright.async_api import Page, expect

from tests.browser.conftest import as_nobody
from tests.browser.walking import PORTAL, is_well, open_list, row, send


@as_nobody
async def test_an_administrator_looks_as_a_supplier(page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("button", name="Staff").click()
    await expect(page.get_by_text("Andrew Fuller for Northwind Traders")).to_be_visible()
    await page.goto(f"/account/as?next={PORTAL}/")
    await page.get_by_label("Name or e-mail address").fill("Cooper")
    await send(page, "Search")
    await is_well(page)
    await page.get_by_role("button", name="Charlotte Cooper").click()
    banner = page.get_by_role("complementary", name="Whose pages you see")
    await expect(banner).to_contain_text("You see this as Charlotte Cooper for Exotic Liquids.")
    await expect(page.get_by_role("heading", name="Exotic Liquids", level=1)).to_be_visible()
    await is_well(page, dark=True)

    await open_list(page, "commerce.supplied_products", "Our products")
    await expect(page.get_by_role("button", name="Save")).to_have_count(0)
    await is_well(page)
    await row(page, "Chai").get_by_role("link", name="Why? Chai").click()
    await expect(page.get_by_role("heading", name="Why is this shown?")).to_be_visible()
    await expect(page.get_by_role("main")).to_contain_text("Exotic Liquids")
    await is_well(page)

    await page.goto("/account")
    await expect(banner).to_be_visible()
    await is_well(page)
    await send(page, "End it")
    await expect(banner).to_have_count(0)
    await expect(page.get_by_text("Andrew Fuller for Northwind Traders")).to_be_visible()
