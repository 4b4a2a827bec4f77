"""Deals and leads between a partner and us: each in its own browser, and each sees what the other did."""

from dataclasses import dataclass

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.conftest import DESK, PHONE, Visit
from tests.browser.looking import Heard
from tests.browser.walking import (
    PORTAL,
    ask_to,
    do,
    do_at_once,
    fact,
    find,
    is_well,
    open_list,
    open_row,
    row,
    send,
)


@dataclass(frozen=True)
class Prospect:
    """A firm that would buy, and is nobody's yet."""

    name: str
    website: str
    town: str


ASKED_ABOUT = pytest.mark.parametrize(
    ("screen", "scripts", "prospect"),
    [
        (PHONE, True, Prospect("Kornblume Mensa", "https://kornblume.example/", "Gmunden")),
        (DESK, True, Prospect("Viertelvorzwölf Bar", "https://viertel.example/", "Bregenz")),
        pytest.param(
            PHONE,
            False,
            Prospect("Zirbenwirt Almhütte", "https://zirbenwirt.example/", "Lienz"),
            marks=pytest.mark.thorough,
        ),
    ],
    ids=["phone", "desk", "phone-without-script"],
)
DECLINED = pytest.mark.parametrize(
    ("screen", "prospect"),
    [
        (PHONE, Prospect("Quellgut Senioren", "https://quellgut.example/", "Ischl")),
        (DESK, Prospect("Uferlos Campingplatz", "https://uferlos.example/", "Rust")),
    ],
    ids=["phone", "desk"],
)


async def register(page: Page, prospect: Prospect) -> None:
    """Fill in the form, and send it."""
    await page.get_by_role("combobox", name="Products").select_option("Chang")
    await page.get_by_label("Customer name").fill(prospect.name)
    await page.get_by_label("Locality").fill(prospect.town)
    await page.get_by_label("Country").select_option("Austria")
    await page.get_by_label("Website").fill(prospect.website)
    await page.get_by_role("textbox", name="Amount").fill("1,250.50")
    await page.get_by_label("Currency").select_option("US Dollar")
    await page.get_by_label("Close on").fill("2030-03-01")
    await send(page, "Register deal")


async def begin(page: Page, prospect: Prospect) -> None:
    """Register a deal from the list of one's own."""
    await open_list(page, "sales.your_registrations", "Your registrations")
    await ask_to(page, "Register deal")
    await register(page, prospect)


@ASKED_ABOUT
async def test_a_deal_is_registered_asked_about_answered_and_approved(
    visit: Visit, heard: Heard, screen: ViewportSize, scripts: bool, prospect: Prospect
) -> None:
    partner, manager = (
        await visit("reseller", scripts=scripts),
        await visit("staff", scripts=scripts),
    )

    async def both_well() -> None:
        for each in (partner, manager):
            await is_well(each)

    await open_list(partner, "sales.your_registrations", "Your registrations")
    await ask_to(partner, "Register deal")
    if scripts:
        await is_well(partner)
    await partner.get_by_role("combobox", name="Products").select_option("Chang")
    await send(partner, "Register deal")
    await expect(partner.get_by_role("alert")).to_contain_text("Say which firm would buy.")
    await partner.get_by_role("alert").get_by_role("link", name="Customer name").click()
    await expect(partner.get_by_label("Customer name")).to_be_focused()
    await expect(partner.get_by_label("Customer name")).to_have_accessible_description(
        "The firm that would buy. Say which firm would buy."
    )
    assert "422" in heard.complaints.pop()
    if scripts:
        await is_well(partner)
    await register(partner, prospect)
    await expect(partner.get_by_text("Nothing stands against it.")).to_be_visible()
    if scripts:
        await is_well(partner)

    await open_list(manager, "sales.registrations_to_decide", "To decide")
    await open_row(manager, prospect.name)
    await ask_to(manager, "Ask registration")
    await manager.get_by_label("Question").fill("For how many guests?")
    if scripts:
        await both_well()
    await do(manager, "Ask registration")

    await open_list(partner, "sales.questions_for_you", "Questions for you")
    await open_row(partner, prospect.name)
    await ask_to(partner, "Answer registration")
    await expect(partner.get_by_role("main")).to_contain_text(prospect.name)
    await partner.get_by_label("Answer", exact=True).fill("For eighty.")
    await do(partner, "Answer registration")

    await open_list(manager, "sales.registrations_to_decide", "To decide")
    await open_row(manager, prospect.name)
    await expect(fact(manager, "Answer")).to_have_text("For eighty.")
    if scripts:
        await is_well(manager)
    await ask_to(manager, "Approve registration")
    await manager.get_by_label("Months").fill("0")
    await send(manager, "Approve registration")
    await expect(manager.get_by_role("alert")).to_contain_text("for a month at least")
    assert "422" in heard.complaints.pop()
    await manager.get_by_label("Months").fill("6")
    await manager.get_by_label("Remark").fill("Good luck!")
    await do(manager, "Approve registration")

    await open_list(partner, "sales.your_registrations", "Your registrations")
    await expect(row(partner, prospect.name)).to_contain_text("Approved")
    await open_row(partner, prospect.name)
    await expect(fact(partner, "Remark")).to_have_text("Good luck!")
    protected = partner.get_by_role("region", name="Protection")
    await expect(protected.get_by_role("rowheader", name=prospect.name)).to_be_visible()
    if scripts:
        await both_well()

    await begin(partner, prospect)
    await expect(partner.get_by_text("Your firm has registered this deal already.")).to_be_visible()


@pytest.mark.thorough
@DECLINED
async def test_a_partner_sees_by_itself_that_its_deal_is_declined(
    visit: Visit, screen: ViewportSize, prospect: Prospect
) -> None:
    partner, manager = await visit("reseller"), await visit("staff")
    await partner.goto(f"{PORTAL}/")
    await expect(partner.locator("#news[hx-get]")).to_be_visible()
    await begin(partner, prospect)
    await partner.get_by_role("link", name="Continue").click()
    await expect(row(partner, prospect.name)).to_contain_text("Submitted")
    await partner.goto(f"{PORTAL}/")
    await expect(partner.get_by_role("heading", name="Ernst Handel", level=1)).to_be_visible()

    await open_list(manager, "sales.registrations_to_decide", "To decide")
    await open_row(manager, prospect.name)
    await ask_to(manager, "Decline registration")
    await manager.get_by_label("Reason").select_option(index=1)
    await manager.get_by_label("Remark").fill("We do not deliver there.")
    await do(manager, "Decline registration")

    news = partner.locator("#news").get_by_role("link", name=prospect.name).first
    await expect(news).to_be_visible()
    await is_well(partner, dark=True)
    await news.click()
    await expect(fact(partner, "Remark")).to_have_text("We do not deliver there.")


@pytest.mark.parametrize(
    ("screen", "firm", "takes"),
    [(PHONE, "Wattwurm Bootsverleih", True), (DESK, "Nachtfalter Kino", False)],
    ids=["phone-accepted", "desk-declined"],
)
async def test_a_lead_comes_by_the_form_and_is_handed_over(
    visit: Visit, heard: Heard, screen: ViewportSize, firm: str, takes: bool
) -> None:
    visitor = await visit(None)
    await visitor.goto("/x/sales/lead")
    await is_well(visitor, dark=True)
    await visitor.get_by_label("Company").fill(firm)
    await send(visitor, "Send")
    await expect(visitor.get_by_role("alert")).to_contain_text("Tell us how we can reach you")
    await expect(visitor.get_by_label("Company")).to_have_value(firm)
    assert "422" in heard.complaints.pop()
    await is_well(visitor)
    await visitor.get_by_label("Phone").fill("+43 1 515 14 20")
    await visitor.get_by_label("Interest").fill("Forty meals a day")
    await send(visitor, "Send")
    await expect(visitor.get_by_role("heading", name="Thank you")).to_be_visible()
    await is_well(visitor)

    manager, partner = await visit("staff"), await visit("reseller")
    await open_list(manager, "sales.leads_to_offer", "Leads to hand over")
    await is_well(manager)
    await open_row(manager, firm)
    await is_well(manager)
    await ask_to(manager, "Offer lead")
    await find(manager, "Partners", "Ernst Handel")
    await is_well(manager)
    await do(manager, "Offer lead")

    await open_list(partner, "sales.leads_for_you", "Leads for you")
    await is_well(partner)
    await open_row(partner, firm)
    if takes:
        await do_at_once(partner, "Accept lead")
        await open_list(partner, "sales.leads_you_have", "Leads that you have")
        await open_row(partner, firm)
        await expect(fact(partner, "Interest")).to_have_text("Forty meals a day")
    else:
        await ask_to(partner, "Decline lead")
        await partner.get_by_label("Reason").select_option(index=1)
        await do(partner, "Decline lead")
        await open_list(partner, "sales.leads_for_you", "Leads for you")
        await expect(row(partner, firm)).to_have_count(0)
    await is_well(partner)
