"""Steps of people on the portal's pages: they find a list, open what is in it, fill in a form, and see what came of it."""

from typing import Final

from playwright.async_api import Locator, Page, expect

from tests.browser.looking import barriers, fits

PORTAL: Final = "/x/portal"


async def is_well(page: Page, *, dark: bool = False) -> None:
    """Nothing sticks out, and nobody is shut out.

    Args:
        page: as it is shown now.
        dark: whether it is looked at in dark colours, too.
    """
    assert await fits(page)
    found = await barriers(page, schemes=("light", "dark") if dark else ("light",))
    assert not found, found


async def open_list(page: Page, view: str, title: str) -> None:
    """Go to a list, which says what it is."""
    await page.goto(f"{PORTAL}/lists/{view}")
    await expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


async def open_row(page: Page, text: str) -> None:
    """Open the one row of a list in which something stands."""
    await row(page, text).get_by_role("rowheader").get_by_role("link").click()
    await expect(page.get_by_role("navigation", name="You are here")).to_be_visible()


def row(page: Page, text: str) -> Locator:
    """The row of a list in which something stands."""
    return page.get_by_role("row").filter(has_text=text)


async def ask_to(page: Page, title: str) -> None:
    """Ask for the form by which something is done."""
    await page.get_by_role("main").get_by_role("link", name=title, exact=True).click()
    await expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()


async def find(page: Page, field: str, name: str) -> None:
    """Choose a record that is not among the first that are offered."""
    await page.get_by_label(f"Find: {field}").fill(name)
    choice = page.get_by_role("combobox", name=field, exact=True)
    await expect(choice.get_by_role("option").nth(1)).to_have_text(name)
    await choice.select_option(name)


async def send(page: Page, title: str) -> None:
    """Send a form, and see the page that answers."""
    async with page.expect_navigation():
        await page.get_by_role("button", name=title, exact=True).click()


async def do(page: Page, title: str) -> None:
    """Send a form, and be told that it is done."""
    await send(page, title)
    await expect(page.get_by_role("status").first).to_contain_text(f"Done: {title}")


async def do_at_once(page: Page, title: str) -> None:
    """Do something for which nothing has to be filled in."""
    await ask_to(page, title)
    await do(page, title)


def fact(page: Page, name: str) -> Locator:
    """What stands under a name among the facts of a record."""
    named = page.get_by_role("term").get_by_text(name, exact=True)
    return page.locator("dl > div").filter(has=named).get_by_role("definition")
