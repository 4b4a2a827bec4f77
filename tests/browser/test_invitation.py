"""From the link in a mail to one's own account."""

from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from relatum.access import Principal
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.session import open_database
from relatum_server.app import AppSettings, create_app
from tests.browser.conftest import as_nobody
from tests.browser.looking import Heard, barriers, fits
from tests.server.identity.people import CATALOGUE, People, make_tables, take_in
from tests.server.serving import served

PASSWORD = "nine yellow kites"


@pytest.fixture
async def people(tmp_path: Path) -> AsyncIterator[People]:
    """Who may sign in."""
    url = f"sqlite:///{tmp_path}/office.db"
    await make_tables(url)
    async with open_database(url, CATALOGUE) as database:
        yield await take_in(database)


@pytest.fixture
async def site(people: People) -> AsyncIterator[str]:
    """An office's server."""
    async with served(create_app(nullcontext(people.database), settings=AppSettings())) as client:
        yield str(client.base_url).rstrip("/")


@as_nobody
async def test_who_is_invited_chooses_a_password_and_is_signed_in(
    page: Page, people: People, heard: Heard
) -> None:
    invited = await people.database.identity.invite(
        Principal(roles=frozenset({ADMINISTRATOR})),
        "eva@example.org",
        person={"given_name": "Eva", "family_name": "Low"},
        roles=["clerk"],
        firm=people.acme,
    )
    await page.goto(f"/invitation/{invited.secret}")
    await expect(page.get_by_text("you sign in for Acme as eva@example.org")).to_be_visible()
    assert await fits(page)
    assert await barriers(page) == ""

    await page.get_by_label("New password").fill("aaaaaaaaaaaa")
    await page.get_by_role("button", name="Choose it and sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("too easy")
    assert "422" in heard.complaints.pop()
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_role("button", name="Choose it and sign in").click()
    await page.get_by_role("link", name="Eva Low").click()
    await expect(page.get_by_role("definition").filter(has_text="Acme")).to_be_visible()

    for form in ("Make a token", "Change your password"):
        await page.get_by_text(form).click()
    await page.get_by_label("Present password").fill("not this one")
    await page.get_by_label("New password").fill(PASSWORD)
    await page.get_by_role("button", name="Change it").click()
    await expect(page.get_by_role("alert")).to_be_in_viewport()
    assert "403" in heard.complaints.pop()
    assert await fits(page)
    assert await barriers(page) == ""
