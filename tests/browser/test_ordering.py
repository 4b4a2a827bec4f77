"""An order from the customer's form to its complaint: who orders, and we who confirm, send and answer."""

import re
from asyncio import to_thread
from pathlib import Path

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.conftest import DESK, PHONE, Visit, as_supplier
from tests.browser.looking import Heard
from tests.browser.walking import (
    PORTAL,
    ask_to,
    do,
    fact,
    is_well,
    open_list,
    open_row,
    row,
    send,
)

ORDERED = pytest.mark.parametrize(
    ("screen", "scripts", "reference"),
    [
        (PHONE, True, "Pfingsten"),
        (DESK, True, "Sonnwend"),
        pytest.param(PHONE, False, "Erntedank", marks=pytest.mark.thorough),
    ],
    ids=["phone", "desk", "phone-without-script"],
)


async def place(customer: Page, heard: Heard, reference: str, *, looked_at: bool) -> None:
    """Order two products; the first try has a mistake."""
    await open_list(customer, "commerce.orders", "Our orders")
    await ask_to(customer, "Place order")
    await customer.get_by_role("combobox", name="Product").select_option("Chang")
    await customer.get_by_label("Quantity").fill("0")
    await customer.get_by_label("Reference").fill(reference)
    await send(customer, "Place order")
    await expect(customer.get_by_role("alert")).to_contain_text("At least one unit")
    await expect(customer.get_by_label("Quantity")).to_have_attribute("aria-invalid", "true")
    assert "422" in heard.complaints.pop()
    if looked_at:
        await is_well(customer)
    await customer.get_by_label("Quantity").fill("3")
    await customer.get_by_role("button", name="Add another").click()
    await customer.get_by_role("combobox", name="Product").nth(1).select_option("Chai")
    await customer.get_by_label("Quantity").nth(1).fill("2")
    await do(customer, "Place order")


async def received(page: Page, link: str) -> bytes:
    """The content of a file that is taken away."""
    async with page.expect_download() as taken:
        await page.get_by_role("main").get_by_role("link", name=link).click()
    path = await (await taken.value).path()
    return await to_thread(path.read_bytes)


@ORDERED
async def test_an_order_is_placed_confirmed_sent_followed_and_complained_of(
    visit: Visit,
    heard: Heard,
    screen: ViewportSize,
    scripts: bool,
    reference: str,
    tmp_path: Path,
) -> None:
    customer, desk = await visit("customer", scripts=scripts), await visit("staff", scripts=scripts)
    await place(customer, heard, reference, looked_at=scripts)
    number = await customer.get_by_role("heading", level=1).inner_text()
    await expect(fact(customer, "State")).to_have_text("Placed")
    await expect(fact(customer, "Customer reference")).to_have_text(reference)
    order = customer.url

    await open_list(desk, "commerce.orders_to_confirm", "Orders to confirm")
    await open_row(desk, number)
    await ask_to(desk, "Confirm order")
    await do(desk, "Confirm order")
    await customer.goto(order)
    await expect(fact(customer, "State")).to_have_text("Confirmed")
    assert (await received(customer, ".pdf")).startswith(b"%PDF-")

    await open_list(desk, "commerce.orders_to_ship", "Orders to send")
    await open_row(desk, number)
    await ask_to(desk, "Ship order")
    await desk.get_by_label("Tracking number").fill(f"T-{reference}")
    await do(desk, "Ship order")
    await open_list(desk, "commerce.shipments_under_way", "Shipments")
    await open_row(desk, f"T-{reference}")
    await ask_to(desk, "Note tracking")
    await desk.get_by_label("Kind").select_option("Out for delivery")
    await desk.get_by_label("Place").fill("Cunewalde")
    await do(desk, "Note tracking")

    await open_list(customer, "commerce.shipments", "Our shipments")
    await open_row(customer, f"T-{reference}")
    way = customer.get_by_role("region", name="On its way")
    await expect(way.get_by_role("row").filter(has_text="Cunewalde")).to_be_visible()
    if scripts:
        await is_well(customer)

    await customer.goto(order)
    if scripts:
        await is_well(customer, dark=True)
    picture = tmp_path / "broken.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    await ask_to(customer, "Complain")
    await customer.get_by_label("Subject").fill(f"Broken for {reference}")
    await customer.get_by_label("Kind").select_option("Damaged")
    await customer.get_by_label("Picture").set_input_files(picture)
    if scripts:
        await is_well(customer)
    await do(customer, "Complain")

    await open_list(desk, "commerce.open_complaints", "Open complaints")
    await open_row(desk, f"Broken for {reference}")
    await ask_to(desk, "Answer complaint")
    await desk.get_by_label("Verdict").select_option("Accepted")
    await desk.get_by_role("textbox", name="Answer").fill("We send it again.")
    await do(desk, "Answer complaint")
    await open_list(customer, "commerce.complaints", "Our complaints")
    await expect(row(customer, f"Broken for {reference}")).to_contain_text("Accepted")
    await open_row(customer, f"Broken for {reference}")
    await expect(fact(customer, "Answer")).to_have_text("We send it again.")
    assert await received(customer, "broken.png") == picture.read_bytes()
    if scripts:
        await is_well(customer)


@as_supplier
async def test_a_supplier_sees_its_products_and_their_lines(page: Page) -> None:
    await page.goto(f"{PORTAL}/")
    await expect(page.get_by_role("heading", name="Exotic Liquids", level=1)).to_be_visible()
    await is_well(page)
    await open_list(page, "commerce.supplied_products", "Our products")
    await expect(page.get_by_role("rowheader")).to_have_text(["Aniseed Syrup", "Chai", "Chang"])
    await is_well(page, dark=True)
    await open_row(page, "Aniseed Syrup")
    lines = page.get_by_role("region", name="Lines of orders")
    await expect(lines).to_contain_text("These are 10 of 12.")
    await is_well(page)
    await lines.get_by_role("link", name="Show all 12").click()
    await expect(page.get_by_role("heading", name="Lines of orders", level=1)).to_be_visible()
    await expect(page.get_by_role("rowheader")).to_have_count(12)
    await is_well(page)


@as_supplier
async def test_a_supplier_takes_its_list_away(page: Page) -> None:
    await open_list(page, "commerce.supplied_products", "Our products")
    taken = (await received(page, "Download as CSV")).decode("utf-8-sig")
    assert [re.split("[,;]", each)[0] for each in taken.splitlines()[1:]] == [
        "Aniseed Syrup",
        "Chai",
        "Chang",
    ]
