"""Signing in as people meet it: in one click, by keyboard alone, and to see only what is theirs."""

import json
from pathlib import Path

from playwright.async_api import Page, expect

from tests.browser.conftest import as_nobody, as_reseller, at_a_desk
from tests.browser.looking import Heard, barriers, fits, focus_walk


@as_nobody
async def test_one_click_on_the_start_page_signs_in(page: Page) -> None:
    await page.goto("/")
    await expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Reseller").click()
    await expect(page.get_by_role("heading", name="Ernst Handel", level=1)).to_be_visible()
    assert await fits(page)
    await page.goto("/")
    await expect(page.get_by_text("Roland Mendel for Ernst Handel")).to_be_visible()
    order = page.get_by_role("row").filter(has=page.get_by_role("link", name="Order", exact=True))
    await expect(order.get_by_text("30", exact=True)).to_be_visible()
    assert await fits(page)


@at_a_desk
@as_nobody
async def test_somebody_signs_in_and_out_by_keyboard(page: Page, shared_directory: Path) -> None:
    file = shared_directory / "demo" / ".relatum" / "demo.json"
    supplier = json.loads(file.read_text())["supplier"]
    await page.goto("/sign-in?next=/account")
    await focus_walk(page, 4)
    await expect(page.get_by_label("E-mail address")).to_be_focused()
    await page.keyboard.type(supplier["email"])
    await focus_walk(page, 1)
    await page.keyboard.type(supplier["password"])
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Charlotte Cooper")).to_be_visible()
    await focus_walk(page, 4)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()


@as_nobody
async def test_a_wrong_password_is_told_at_the_form(page: Page, heard: Heard) -> None:
    await page.goto("/sign-in")
    await page.get_by_label("E-mail address").fill("nobody@northwind.example")
    await page.get_by_label("Password", exact=True).fill("a wrong password")
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("do not sign you in")
    await expect(page.get_by_label("E-mail address")).to_have_value("nobody@northwind.example")
    assert "403" in heard.complaints.pop()
    assert await fits(page)
    assert await barriers(page) == ""


@as_reseller
async def test_nobody_is_shut_out_of_the_account(page: Page) -> None:
    await page.goto("/account")
    for summary in await page.locator("summary").all():
        await summary.click()
    assert await fits(page)
    assert await barriers(page) == ""
