"""GraphiQL as people meet it: an example is chosen and run, and its figures are on the screen."""

import json
import re
from typing import Any
from urllib.parse import quote

from playwright.async_api import Page, expect

from relatum.changes.cursors import BEGINNING
from tests.browser.conftest import as_supplier, at_a_desk
from tests.browser.looking import Heard, barriers, fits, focus_walk


async def answer(page: Page) -> Any:
    """The answer whole, also what has to be scrolled to."""
    text = "() => document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()"
    return json.loads(await page.evaluate(text))


async def test_an_example_is_chosen_and_run(page: Page, heard: Heard, northwind: str) -> None:
    await page.goto("/graphql")
    menu = page.locator(".examples").get_by_role("list")
    await page.get_by_text("Examples", exact=True).click()
    await menu.get_by_role("link", name="Counts").click()
    await expect(menu).to_be_hidden()

    await page.get_by_role("button", name="Execute query").click()
    shown = page.get_by_label("Result Window")
    await expect(shown).to_contain_text(re.compile(r"\b8[3-9]\d\b"))
    await expect(shown.get_by_text(re.compile(r"^21[5-9]\d$"))).to_be_in_viewport(ratio=1)
    await expect(page.get_by_text("orderLines", exact=True)).to_be_in_viewport(ratio=1)
    assert await fits(page)
    counts = {key: each["totalCount"] for key, each in (await answer(page))["data"].items()}
    assert (counts["customers"], counts["employees"], counts["categories"]) == (91, 9, 8)

    asked = [each.rpartition("/")[2] for each in heard.requests if f"{northwind}/assets/" in each]
    assert "graphiql.min.js" in asked
    # The editors scroll with the text field that they hold, which axe does not know.
    assert await barriers(page, but=["scrollable-region-focusable"]) == ""


@at_a_desk
async def test_an_example_is_chosen_and_run_by_keyboard(page: Page) -> None:
    await page.goto("/graphql")
    query = page.get_by_role("textbox", name="Query", exact=True)
    await expect(query).to_be_attached()
    assert await focus_walk(page, 2) == ["Relatum", "Examples"]
    await page.keyboard.press("Enter")
    (first,) = await focus_walk(page, 1)
    assert first == "Counts: what the files came to"
    await page.keyboard.press("Enter")
    await query.press("Control+Enter")
    await expect(page.get_by_label("Result Window")).to_contain_text(re.compile(r"\b8[3-9]\d\b"))


@at_a_desk
async def test_an_example_finds_its_record_by_words(page: Page) -> None:
    await page.goto("/graphql#neighbourhood")
    await page.get_by_role("button", name="Execute query").click()
    await expect(page.get_by_label("Result Window")).to_contain_text("Northwind Traders")
    assert "errors" not in await answer(page)


@at_a_desk
async def test_what_changes_is_followed(page: Page) -> None:
    follow = f'subscription {{ categoriesChanges(since: "{BEGINNING}") {{ operation type }} }}'
    await page.goto(f"/graphql?query={quote(follow)}")
    await page.get_by_role("button", name="Execute query").click()
    await expect(page.get_by_label("Result Window")).to_contain_text("CREATED")
    assert (await answer(page))["data"]["categoriesChanges"]["type"] == "Category"
    await page.get_by_role("button", name="Stop query").click()


@at_a_desk
async def test_the_schema_can_be_read_beside_the_query(page: Page) -> None:
    await page.goto("/graphql")
    await page.get_by_role("button", name="Show Documentation Explorer").click()
    await page.get_by_role("link", name="Query", exact=True).click()
    await expect(page.get_by_text("orderLinesAggregate", exact=True)).to_be_visible()


@at_a_desk
@as_supplier
async def test_it_opens_on_what_its_asker_can_run_also_after_another(page: Page) -> None:
    await page.goto("/graphql")
    shown = page.get_by_label("Result Window")
    await page.get_by_role("button", name="Execute query").click()
    await expect(shown).to_contain_text("Chai")
    products = (await answer(page))["data"]["products"]["nodes"]
    assert [each["name"] for each in products] == ["Aniseed Syrup", "Chai", "Chang"]

    await page.get_by_text("Ask as").click()
    await page.get_by_role("button", name="Reseller").click()
    await expect(page.get_by_text("Roland Mendel for Ernst Handel")).to_be_visible()
    await page.get_by_role("button", name="Execute query").click()
    await expect(shown).to_contain_text("11072")
    assert (await answer(page))["data"]["orders"]["totalCount"] == 30
    await page.get_by_text("Examples", exact=True).click()
    examples = page.locator(".examples").get_by_role("link")
    assert "Counts: what the files came to" not in await examples.all_inner_texts()
