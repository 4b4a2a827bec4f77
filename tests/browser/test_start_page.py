"""The start page as people meet it: on a phone and at a desk, by eye and by keyboard."""

from playwright.async_api import Page, expect

from tests.browser.conftest import as_nobody, at_a_desk
from tests.browser.looking import Heard, barriers, fits, focus_walk


async def test_it_says_what_is_here_without_scrolling_sideways(page: Page) -> None:
    await page.goto("/")
    assert await fits(page)
    headings = await page.get_by_role("heading").all_inner_texts()
    first = ["Relatum", "Look at it as somebody else", "Go in", "Ask", "Ready to run"]
    assert headings[:5] == first
    assert {"Base", "Commerce", "Northwind"} <= {*headings[5:]}
    product = page.get_by_role("row").filter(
        has=page.get_by_role("link", name="Product", exact=True)
    )
    await expect(product.get_by_text("Something that can be ordered.")).to_be_visible()
    await expect(product.get_by_text("77", exact=True)).to_be_visible()
    assert await barriers(page) == ""


@at_a_desk
async def test_every_link_is_reached_by_keyboard_in_the_order_of_reading(page: Page) -> None:
    await page.goto("/")
    ways = page.locator("a, button")
    texts = await ways.all_inner_texts()
    assert len(texts) > 40
    assert await focus_walk(page, len(texts)) == texts


@at_a_desk
async def test_a_type_leads_to_its_first_records(page: Page) -> None:
    await page.goto("/")
    await page.get_by_role("link", name="Category", exact=True).press("Enter")
    await page.get_by_role("button", name="Execute query").click()
    await expect(page.get_by_label("Result Window")).to_contain_text("Dairy Products")


@at_a_desk
async def test_it_leads_to_the_schema_and_to_health(page: Page) -> None:
    for link, shown in (
        ("The schema", "type OrderLine implements"),
        ("is the process alive", "alive"),
        ("is the database ready", '{"ready":true}'),
    ):
        await page.goto("/")
        await page.get_by_role("link", name=link).click()
        await expect(page.locator("body")).to_contain_text(shown)


@as_nobody
async def test_nobody_in_particular_is_asked_to_sign_in(page: Page) -> None:
    await page.goto("/")
    await expect(page.get_by_role("link", name="Sign in to run them")).to_be_visible()
    await expect(page.get_by_role("table")).to_have_count(0)
    assert await barriers(page) == ""


@at_a_desk
async def test_what_a_page_must_not_do_is_noticed(page: Page, heard: Heard, northwind: str) -> None:
    await page.goto("/")
    image = "<img src='http://elsewhere.example/image.png'>"
    async with page.expect_console_message():
        await page.evaluate("image => document.body.insertAdjacentHTML('beforeend', image)", image)
    assert "Content Security Policy" in heard.complaints.pop()

    heard.requests.clear()
    await page.goto("about:blank")
    async with page.expect_console_message():
        await page.set_content(image, wait_until="commit")
    assert heard.asked_elsewhere(northwind) == ["http://elsewhere.example/image.png"]
    heard.requests.clear()
    assert "ERR_NAME_NOT_RESOLVED" in heard.complaints.pop()
    assert "<img" in await barriers(page)
