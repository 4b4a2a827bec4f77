"""An administrator is shown what an app wants, in plain words, and lets it in."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import as_reseller
from tests.browser.looking import Heard, barriers, fits

MANIFEST = """
name = "greeter-{number}"
title = "Greeter"
publisher = "Greeter Ltd"
webhook = "https://greeter.example/hooks"

[[scopes]]
types = ["Person"]
rights = ["read", "update"]
fields = {{only = ["given_name"]}}

[[events]]
type = "Person"
operations = ["created"]
"""


@pytest.fixture
def manifest(screen: dict[str, int]) -> str:
    """Of an app that no other test lets in."""
    return MANIFEST.format(number=screen["width"])


async def test_an_app_is_let_in_with_eyes_open(page: Page, heard: Heard, manifest: str) -> None:
    await page.goto("/apps/install")
    await page.get_by_label("Manifest").fill("name = ")
    await page.get_by_role("button", name="Show what it wants").click()
    await expect(page.get_by_role("alert")).to_contain_text("neither JSON nor TOML")
    heard.complaints.clear()
    await page.get_by_label("Manifest").fill(manifest)
    assert await fits(page) and await barriers(page) == ""
    await page.get_by_role("button", name="Show what it wants").click()
    await expect(page.get_by_role("heading", name="Let Greeter in?")).to_be_visible()
    await expect(page.get_by_text("See and change all people: only given_name.")).to_be_visible()
    await expect(page.get_by_text("When people are created.")).to_be_visible()
    await expect(page.get_by_text("https://greeter.example/hooks")).to_be_visible()
    assert await fits(page) and await barriers(page) == ""
    await page.get_by_role("button", name="Let it in").click()
    await expect(page.locator("code").nth(0)).to_contain_text("rlt_t_")
    await expect(page.locator("code").nth(1)).to_contain_text("whsec_")
    assert await fits(page) and await barriers(page) == ""
    await page.get_by_role("link", name="All apps").click()
    await expect(page.get_by_role("button", name="Take it out").first).to_be_visible()
    assert await fits(page) and await barriers(page) == ""
    await page.get_by_role("button", name="Take it out").first.click()
    await expect(page.get_by_role("status")).to_contain_text("The app is out")


@as_reseller
async def test_only_administrators_let_apps_in(page: Page, heard: Heard) -> None:
    await page.goto("/apps")
    await expect(page.get_by_role("alert")).to_contain_text("Only administrators")
    assert "403" in heard.complaints.pop()
