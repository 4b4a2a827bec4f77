"""Ways in, and who opens them: a link by mail, another provider's account, an invitation by somebody of one's own firm."""

import re
from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Page, expect

from relatum.session import open_database
from relatum_server.app import AppSettings, create_app
from relatum_server.identity.mail import Mailer
from relatum_server.identity.mail import mail_server as read_url
from tests.browser.conftest import Visit, as_nobody
from tests.browser.looking import Heard
from tests.browser.walking import is_well, send
from tests.server.identity.mailbox import Mailbox, mail_server
from tests.server.identity.people import CATALOGUE, PASSWORD, make_tables, take_in
from tests.server.identity.provider import SmallProvider, small_provider
from tests.server.serving import served

LINK: Final = re.compile(r"https://office\.example(/\S+)")


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """The letters that the office sends."""
    async with mail_server() as made:
        yield made


@pytest.fixture
async def provider() -> AsyncIterator[SmallProvider]:
    """Where Ann has an account, too."""
    async with small_provider() as made:
        yield made


@pytest.fixture
async def site(tmp_path: Path, mailbox: Mailbox, provider: SmallProvider) -> AsyncIterator[str]:
    """An office's server."""
    url = f"sqlite:///{tmp_path}/office.db"
    await make_tables(url)
    mailer = Mailer(read_url(mailbox.url), "Office <office@firm.example>", "https://office.example")
    settings = AppSettings(mail=True, providers={"small": provider.settings})
    async with open_database(url, CATALOGUE, mailer=mailer) as database:
        await take_in(database)
        async with served(create_app(nullcontext(database), settings=settings)) as client:
            yield str(client.base_url).rstrip("/")


async def linked(mailbox: Mailbox) -> str:
    """Where the link leads that is in the next letter."""
    found = LINK.search((await mailbox.one()).get_content())
    assert found
    return found[1]


async def choose_firm(page: Page) -> None:
    """Say for which firm one acts: Ann may act for two."""
    await expect(page.get_by_role("heading", name="Whom do you act for?")).to_be_visible()
    await is_well(page)
    await page.get_by_label("Acme").check()
    await send(page, "Go on")


@as_nobody
async def test_a_link_by_mail_signs_in(page: Page, mailbox: Mailbox) -> None:
    await page.goto("/sign-in?next=/account")
    await page.get_by_text("No password at hand?").click()
    await is_well(page)
    await page.locator("#link-email").fill("ann@example.org")
    await send(page, "Link to sign in")
    await expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    await is_well(page)
    await page.goto(await linked(mailbox))
    await is_well(page)
    await send(page, "Sign in")
    await choose_firm(page)
    await expect(page.get_by_text("Ann Berg for Acme")).to_be_visible()


@as_nobody
async def test_an_account_elsewhere_signs_in(
    page: Page, heard: Heard, provider: SmallProvider
) -> None:
    await page.goto("/sign-in?next=/account")
    await page.get_by_role("link", name="Small").click()
    await choose_firm(page)
    await expect(page.get_by_role("heading", name="Ann Berg", level=1)).to_be_visible()
    there = [each for each in heard.requests if each.startswith(f"{provider.address}/authorize")]
    assert len(there) == 1
    heard.requests.remove(there[0])
    await page.get_by_label("Act for").select_option("Beta")
    await send(page, "Switch")
    await expect(page.get_by_text("Ann Berg for Beta")).to_be_visible()
    await is_well(page)
    await send(page, "Sign out everywhere")
    await page.goto("/account")
    await expect(page.get_by_role("heading", name="Sign in", level=1)).to_be_visible()


@as_nobody
async def test_a_firms_manager_invites_somebody_and_lets_nobody_in_any_more(
    visit: Visit, page: Page, mailbox: Mailbox
) -> None:
    await page.goto("/sign-in?next=/account")
    await page.get_by_label("E-mail address").first.fill("bob@example.org")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await send(page, "Sign in")
    await page.get_by_text("Invite somebody").click()
    await page.get_by_label("Given name").fill("Eva")
    await page.get_by_label("Family name").fill("Low")
    await page.get_by_label("E-mail address").fill("eva@example.org")
    await is_well(page)
    await send(page, "Send the invitation")
    await expect(page.get_by_role("status")).to_contain_text("on its way")
    await is_well(page)

    invited = await visit(None)
    await invited.goto(await linked(mailbox))
    await invited.get_by_label("New password").fill("nine yellow kites")
    await send(invited, "Choose it and sign in")
    await expect(invited.get_by_role("link", name="Eva Low for Acme")).to_be_visible()

    await page.goto("/account")
    await send(page, "Remove Eva Low")
    await expect(page.get_by_role("status")).to_contain_text("no longer act for this firm")
    await expect(page.get_by_role("button", name="Remove Eva Low")).to_have_count(0)
    await invited.goto("/account")
    await expect(invited.get_by_text("for Acme")).to_have_count(0)
