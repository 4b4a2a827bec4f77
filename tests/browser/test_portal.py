"""The portal as a partner meets it: on a phone and at a desk, by eye and by keyboard, in two languages."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from relatum.access import SYSTEM
from tests.browser.conftest import as_nobody, at_a_desk
from tests.browser.looking import Heard, barriers, fits, focus_walk
from tests.plugins.portal.fleet import FLEET, PASSWORD, Fleet
from tests.plugins.portal.fleet import fleet as opened
from tests.server.serving import application, served

LIST = "/x/portal/lists/fleet.machines"
pytestmark = as_nobody


@pytest.fixture
async def fleet(tmp_path: Path) -> AsyncIterator[Fleet]:
    """What there is to see."""
    async with opened(tmp_path, many=40) as made:
        yield made


@pytest.fixture
async def site(fleet: Fleet) -> AsyncIterator[str]:
    """The rental's server."""
    async with served(application(fleet.database, fleet.settings)) as client:
        yield str(client.base_url).rstrip("/")


async def sign_in(page: Page, who: str = "ann") -> None:
    """Fill in the form, and land."""
    await page.goto("/sign-in")
    await page.get_by_label("E-mail address").fill(f"{who}@example.org")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def is_well(page: Page) -> None:
    """Nothing sticks out, and nobody is shut out."""
    assert await fits(page)
    found = await barriers(page)
    assert not found, found


async def test_a_partner_lands_at_home_and_finds_what_is_to_be_done(page: Page) -> None:
    await sign_in(page)
    await expect(page.get_by_role("heading", name="Acme", level=1)).to_be_visible()
    await is_well(page)
    await page.get_by_role("link", name="Open tickets 2").click()
    await expect(page.get_by_role("heading", name="Open tickets", level=1)).to_be_visible()
    await is_well(page)


async def test_the_menu_leads_everywhere(page: Page, screen: dict[str, int]) -> None:
    await sign_in(page)
    if screen["width"] < 600:
        await page.get_by_text("Menu", exact=True).click()
        await is_well(page)
    await page.get_by_role("navigation").get_by_role("link", name="Our machines").click()
    await expect(page.get_by_role("heading", name="Our machines", level=1)).to_be_visible()


async def test_a_list_follows_what_is_typed(page: Page) -> None:
    await sign_in(page)
    await page.goto(LIST)
    rows = page.get_by_role("link", name="M-0")
    await expect(rows.first).to_be_visible()
    await is_well(page)
    await page.get_by_label("Search", exact=True).press_sequentially("A-1")
    await expect(page.get_by_role("link", name="A-1 plain", exact=True)).to_be_visible()
    await expect(rows).to_have_count(0)
    await expect(page).to_have_url(re.compile("q=A-1"))
    await page.go_back()
    await expect(rows.first).to_be_visible()


async def test_a_list_is_filtered_sorted_turned_and_kept(
    page: Page, screen: dict[str, int]
) -> None:
    await sign_in(page)
    await page.goto(LIST)
    await page.get_by_role("link", name="Next page").click()
    await expect(page.get_by_role("link", name="Previous page")).to_be_visible()
    await page.get_by_text("Filter", exact=True).click()
    await page.get_by_label("State", exact=True).select_option(label="Due")
    await expect(page.get_by_role("link", name="A-2 plain", exact=True)).to_be_visible()
    if screen["width"] < 600:
        await page.get_by_label("Sorted by").select_option("-serial")
    else:
        serial = page.get_by_role("columnheader", name="Serial")
        for order in ("ascending", "descending"):
            await serial.get_by_role("link").click()
            await expect(serial).to_have_attribute("aria-sort", order)
    await expect(page.get_by_role("rowheader").first).to_contain_text("A-2")
    await page.get_by_text("Save this list").click()
    await page.get_by_label("Under the name").fill("Due soon")
    await is_well(page)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("status").first).to_contain_text("The list is saved.")
    await page.goto("/x/portal/")
    await page.get_by_role("link", name="Due soon").click()
    await expect(page.get_by_role("link", name="A-2 plain", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Delete the list Due soon").click()
    await expect(page.get_by_role("status").first).to_contain_text("deleted")


async def test_what_is_not_found_says_so(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"{LIST}?q=nowhere")
    await expect(page.get_by_text("Nothing found")).to_be_visible()
    await is_well(page)


async def test_a_list_is_taken_away_as_a_file(page: Page) -> None:
    await sign_in(page)
    await page.goto(LIST)
    async with page.expect_download() as taken:
        await page.get_by_role("link", name="Download as CSV").click()
    assert (await taken.value).suggested_filename == "fleet-machines.csv"


async def test_something_is_reported_and_stands_there(
    page: Page, heard: Heard, fleet: Fleet
) -> None:
    await sign_in(page)
    await page.goto(f"{LIST}/{fleet.machines['A-1']}")
    await expect(page.get_by_role("heading", name="A-1 plain")).to_be_visible()
    await is_well(page)
    await page.get_by_role("link", name="Report", exact=True).click()
    await expect(page.get_by_role("button", name="Report", exact=True)).to_be_visible()
    await is_well(page)
    await page.get_by_label("Title", exact=True).fill("refused")
    await page.get_by_role("button", name="Report", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("Not like this.")
    await expect(page.get_by_label("Title", exact=True)).to_have_value("refused")
    await is_well(page)
    assert "422" in heard.complaints.pop()
    await page.get_by_label("Title", exact=True).fill("It leaks")
    await page.get_by_role("button", name="Report", exact=True).click()
    await expect(page.get_by_role("status").first).to_contain_text("Done: Report")
    await expect(page.get_by_text("It leaks").first).to_be_visible()
    await is_well(page)


async def test_what_changes_arrives_by_itself(page: Page, fleet: Fleet) -> None:
    await sign_in(page)
    await expect(page.get_by_text("Nothing since you last looked.")).to_be_visible()
    db = fleet.database.as_(SYSTEM)
    machine = await db.get(FLEET.Machine, fleet.machines["A-1"])
    await db.update(machine, state="down")
    await expect(page.locator("#news").get_by_role("link", name="A-1 plain")).to_be_visible()
    await is_well(page)
    await page.get_by_role("button", name="Mark as read").click()
    await expect(page.get_by_text("Nothing since you last looked.")).to_be_visible()


@at_a_desk
async def test_all_of_a_list_is_reached_by_keyboard(page: Page) -> None:
    await sign_in(page)
    await page.goto(f"{LIST}?q=A-1")
    ways = await page.locator(
        "a:visible, button:visible, summary:visible, input:visible, select:visible"
    ).count()
    # What is in the closed filter is not walked to.
    assert len(await focus_walk(page, ways)) == ways


@at_a_desk
async def test_a_form_is_sent_by_keyboard_alone(page: Page, fleet: Fleet) -> None:
    await sign_in(page)
    await page.goto(f"/x/portal/do/report?machine={fleet.machines['A-1']}")
    await page.get_by_label("Title", exact=True).focus()
    await page.keyboard.type("By keyboard")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("Done: Report")


async def test_it_works_without_any_script(page: Page, fleet: Fleet, site: str) -> None:
    browser = page.context.browser
    assert browser is not None
    context = await browser.new_context(
        base_url=site, java_script_enabled=False, viewport=page.viewport_size
    )
    plain = await context.new_page()
    await sign_in(plain)
    await plain.goto(LIST)
    await plain.get_by_label("Search", exact=True).fill("A-1")
    await plain.get_by_role("button", name="Show", exact=True).first.click()
    await plain.get_by_role("link", name="A-1 plain", exact=True).click()
    await plain.get_by_role("link", name="Report", exact=True).click()
    await plain.get_by_label("Title", exact=True).fill("Without script")
    await plain.get_by_role("button", name="Report", exact=True).click()
    await expect(plain.get_by_text("Without script").first).to_be_visible()
    await context.close()


async def test_it_speaks_german(page: Page, fleet: Fleet) -> None:
    await sign_in(page)
    await page.get_by_role("button", name="Deutsch").click()
    await expect(page.get_by_text("Wartet auf Sie")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await is_well(page)
    await page.goto(f"{LIST}/{fleet.machines['A-1']}")
    await is_well(page)
    await page.goto("/account")
    await is_well(page)


async def test_an_administrator_looks_as_a_partner_and_is_told_why(
    page: Page, fleet: Fleet
) -> None:
    await sign_in(page, "cid")
    await page.goto("/account/as")
    await is_well(page)
    await page.get_by_role("button", name="Ann Berg for Acme").click()
    await expect(page.get_by_text("You see this as Ann Berg for Acme.")).to_be_visible()
    await is_well(page)
    await page.goto(f"{LIST}/{fleet.machines['A-1']}")
    await expect(page.get_by_role("link", name="Report", exact=True)).to_have_count(0)
    await page.get_by_role("link", name="Why is this shown?").click()
    await expect(page.get_by_text("Organization Acme").first).to_be_visible()
    await is_well(page)
    await page.get_by_role("button", name="End it").click()
    await expect(page.get_by_text("You see this as")).to_have_count(0)


async def test_what_is_not_there_says_so(page: Page, heard: Heard) -> None:
    await sign_in(page)
    await page.goto("/x/portal/lists/fleet.nothing")
    await expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    await is_well(page)
    assert "404" in heard.complaints.pop()
