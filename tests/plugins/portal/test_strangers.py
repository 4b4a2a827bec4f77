"""What Ann of Acme tries on what is Beta's, by every address, field, filter, sort, file and form: nothing."""

from collections.abc import Iterator
from itertools import product

from relatum.access import SYSTEM
from tests.plugins.portal.fleet import FLEET, SECRET, Fleet
from tests.server.identity.browsing import Browser, value

LIST = "/x/portal/lists/fleet.machines"
TICKETS = "/x/portal/lists/fleet.open_tickets"
CSV = "/x/portal/files/fleet.machines.csv"
HIDDEN = ("price", "price-from", "price-currency", "label", "id", "tickets.title", "stands_at.name")
"""What a partner may not know of, or what is no column."""


def addresses(fleet: Fleet) -> Iterator[str]:
    """Every page of a record of Beta's, also under the wrong view."""
    machine, ticket = fleet.machines["B-1"], fleet.tickets["B-1"]
    for record, view in product((machine, ticket, fleet.beta), (LIST, TICKETS)):
        yield f"{view}/{record}"
        yield f"{view}/{record}/tickets"
    for record, page in product((machine, ticket, fleet.beta), ("records", "change", "why")):
        yield f"/x/portal/{page}/{record}"
    yield f"/files/{machine}/manual"


def lists(fleet: Fleet) -> Iterator[str]:
    """Every way to ask a list for what is Beta's, or to guess at it."""
    yield f"?q={SECRET}"
    yield "?q=B-1"
    yield f"?serial={SECRET}"
    yield f"?stands_at={fleet.beta}"
    yield f"?id={fleet.machines['B-1']}"
    yield "?state=due&size=1000"
    yield "?count=yes&size=1000"
    for field in HIDDEN:
        yield f"?{field}=1"
        yield f"?sort={field}"
        yield f"?sort=-{field}"


async def test_no_page_is_theirs(ann: Browser, fleet: Fleet) -> None:
    for address in addresses(fleet):
        page = await ann.open(address)
        assert page.status_code in (403, 404), address
        assert SECRET not in page.text, address


async def test_no_list_tells_of_them(ann: Browser, fleet: Fleet) -> None:
    for asked, at in product(lists(fleet), (LIST, TICKETS, CSV)):
        page = await ann.open(at + asked)
        assert page.status_code in (200, 422), at + asked
        # What was asked stands in the page, and nothing more of it.
        told = page.text.replace(f'value="{SECRET}"', "").replace(
            asked[1:].replace("&", "&amp;"), ""
        )
        assert SECRET not in told, at + asked
        assert "B-1" not in told.replace('value="B-1"', ""), at + asked


async def test_a_count_counts_only_what_is_open(ann: Browser) -> None:
    assert "42 in all" in (await ann.open(f"{LIST}?count=yes")).text
    assert "0 in all" in (await ann.open(f"{LIST}?count=yes&q=B-1")).text or (
        "Nothing found" in (await ann.open(f"{LIST}?count=yes&q=B-1")).text
    )


async def test_no_form_takes_or_offers_them(ann: Browser, fleet: Fleet) -> None:
    machine = fleet.machines["B-1"]
    for address in (
        f"/x/portal/do/report?machine={machine}",
        f"/x/portal/do/quote?machine={machine}",
        "/x/portal/do/report",
    ):
        assert SECRET not in (await ann.open(address)).text, address
        found = await ann.send(address, **{"find:machine": SECRET, "find": "machine"})
        assert SECRET not in found.text.replace(f'value="{SECRET}"', "")
    for address, form in (
        ("/x/portal/do/report", {"machine": machine, "title": "Not mine"}),
        ("/x/portal/do/quote", {"machine": machine, "days": "3"}),
        (f"/x/portal/change/{machine}", {"note": "Not mine", "version": "1"}),
        ("/x/portal/new/fleet.machines", {"serial": "Mine", "stands_at": fleet.beta}),
        (
            f"/x/portal/change/{fleet.machines['A-1']}",
            {"price": "1", "serial": "Mine", "version": "1"},
        ),
    ):
        sent = await ann.send(address, **form)
        assert SECRET not in sent.text, address
    db = fleet.database.as_(SYSTEM)
    kept = await db.get(FLEET.Machine, machine)
    assert kept.note == SECRET
    assert {each.title for each in await db.select(FLEET.Ticket).all()} == {
        "Oil A-1 plain",
        "Oil A-2 plain",
        f"Oil B-1 {SECRET}",
    }
    mine = await db.get(FLEET.Machine, fleet.machines["A-1"])
    assert (mine.serial, mine.price) == ("A-1 plain", None)


async def test_a_page_of_theirs_is_no_page_of_mine(browser: Browser, fleet: Fleet) -> None:
    """A cursor says where a page begins, and opens nothing."""
    await browser.sign_in("cid@example.org")
    whole = await browser.open(f"{LIST}?size=1&sort=-serial")
    after = whole.text.partition('" rel="next"')[0].rpartition('href="?')[2].replace("&amp;", "&")
    await browser.send("/sign-out")
    await browser.sign_in("ben@example.org")
    page = await browser.open(f"{LIST}?{after}")
    assert "A-1" not in page.text
    assert "M-0" not in page.text


async def test_what_changed_at_theirs_is_not_told(ann: Browser, fleet: Fleet) -> None:
    first = await ann.open("/x/portal/")
    await ann.send("/x/portal/news/read", cursor=value(first, "cursor"))
    db = fleet.database.as_(SYSTEM)
    theirs = await db.get(FLEET.Machine, fleet.machines["B-1"])
    await db.update(theirs, state="down")
    await db.create(FLEET.Ticket(title=f"New {SECRET}"), machine=theirs.id)
    home = await ann.open("/x/portal/")
    assert SECRET not in home.text
    assert "Nothing since you last looked." in home.text


async def test_what_the_others_see_is_theirs_alone(browser: Browser, fleet: Fleet) -> None:
    await browser.sign_in("ben@example.org")
    page = await browser.open(f"{LIST}?count=yes")
    assert f"B-1 {SECRET}" in page.text
    assert "1 in all" in page.text
    for address in (fleet.machines["A-1"], fleet.tickets["A-1"], fleet.acme):
        assert (await browser.open(f"/x/portal/records/{address}")).status_code == 404
