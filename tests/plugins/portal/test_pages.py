"""What the portal shows, keeps and does, over HTTP and without any script."""

import re
from urllib.parse import quote

from relatum.access import SYSTEM
from tests.plugins.portal.fleet import FLEET, Fleet
from tests.server.identity.browsing import Browser

LIST = "/x/portal/lists/fleet.machines"


async def test_who_is_no_staff_lands_in_the_portal(browser: Browser) -> None:
    home = await browser.send("/sign-in", email="ann@example.org", password="seven green boats")
    assert home.url.path == "/x/portal/"
    assert "Waiting for you" in home.text
    assert re.search(r'class="figure">2<', home.text)
    assert "Acme" in home.text
    start = await browser.open("/")
    assert 'href="/x/portal/"' in start.text
    await browser.send("/sign-out")
    staff = await browser.send("/sign-in", email="cid@example.org", password="seven green boats")
    assert staff.url.path == "/"


async def test_nobody_is_sent_to_sign_in_and_back(browser: Browser) -> None:
    page = await browser.open(f"{LIST}?q=A-1")
    assert page.url.path == "/sign-in"
    assert page.url.params["next"] == f"{LIST}?q=A-1"


async def test_a_list_is_searched_filtered_sorted_and_turned(ann: Browser) -> None:
    first = await ann.open(LIST)
    assert first.status_code == 200
    assert first.text.count('<th scope="row"') == 25
    next_page = re.search(r'href="(\?[^"]+)" rel="next"', first.text)
    assert next_page
    second = await ann.open(LIST + next_page[1].replace("&amp;", "&"))
    assert second.text.count('<th scope="row"') == 17
    assert 'rel="prev"' in second.text
    found = await ann.open(f"{LIST}?q=A-1")
    assert "A-1 plain" in found.text
    assert "A-2" not in found.text
    due = await ann.open(f"{LIST}?state=due&sort=-serial&count=yes")
    assert due.text.index("A-2 plain") < due.text.index("A-1 plain")
    assert "2 in all" in due.text
    nothing = await ann.open(f"{LIST}?q=nowhere")
    assert "Nothing found" in nothing.text
    wrong = await ann.open(f"{LIST}?hours-from=many")
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text


async def test_a_list_is_kept_under_a_name_and_forgotten(ann: Browser, fleet: Fleet) -> None:
    kept = await ann.send(f"{LIST}/save", name="Due <soon>", query="state=due")
    assert "Due &lt;soon&gt;" in kept.text
    assert kept.url.query == b"state=due"
    assert "Due &lt;soon&gt;" in (await ann.open("/x/portal/")).text
    remove = re.search(r'action="(/x/portal/saved/[^"]+)"', kept.text)
    assert remove
    await ann.send("/sign-out")
    await ann.sign_in("ben@example.org")
    assert "Due &lt;soon" not in (await ann.open(LIST)).text
    assert (await ann.send(remove[1])).status_code == 404
    await ann.send("/sign-out")
    await ann.sign_in("ann@example.org")
    assert "The list is deleted." in (await ann.send(remove[1])).text


async def test_a_list_is_a_file(ann: Browser) -> None:
    file = await ann.open("/x/portal/files/fleet.machines.csv?state=due")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in file.headers["content-disposition"]
    lines = file.text.splitlines()
    assert len(lines) == 3
    assert (await ann.open("/x/portal/files/fleet.machines.csv?hours-from=x")).status_code == 422


async def test_a_record_is_shown_with_ties_files_and_what_happened(
    ann: Browser, fleet: Fleet
) -> None:
    page = await ann.open(f"{LIST}/{fleet.machines['A-1']}")
    assert "Oil A-1 plain" in page.text
    assert "Price" not in page.text
    file = re.search(r'href="(/files/[^"]+)"', page.text)
    assert file
    assert (await ann.open(file[1])).text == "plain"
    assert f"/x/portal/do/report?machine={fleet.machines['A-1']}" in page.text.replace(
        "back=%2Flists%2Ffleet.machines%2F" + str(fleet.machines["A-1"]) + "&amp;", ""
    )
    assert ">History<" in page.text
    led = await ann.open(f"/x/portal/records/{fleet.tickets['A-1']}")
    assert led.url.path == f"/x/portal/lists/fleet.open_tickets/{fleet.tickets['A-1']}"


async def test_all_ties_of_a_record_are_shown_page_by_page(ann: Browser, fleet: Fleet) -> None:
    db = fleet.database.as_(SYSTEM)
    for number in range(60):
        ticket = FLEET.Ticket(title=f"Wheel {number:02}")
        await db.create(ticket, machine=fleet.machines["A-1"])
    at = f"{LIST}/{fleet.machines['A-1']}"
    page = await ann.open(at)
    assert "These are 10 of 61." in page.text
    assert f'href="{at}/tickets"' in page.text
    first = await ann.open(f"{at}/tickets")
    assert first.text.count('<th scope="row"') == 50
    turned = re.search(r'href="(\?after=[^"]+)" rel="next"', first.text)
    assert turned
    second = await ann.open(f"{at}/tickets{turned[1].replace('&amp;', '&')}")
    assert second.text.count('<th scope="row"') == 11


async def test_an_action_is_a_form_whose_mistakes_stand_at_their_fields(
    ann: Browser, fleet: Fleet
) -> None:
    machine = fleet.machines["A-1"]
    back = f"/lists/fleet.machines/{machine}"
    at = f"/x/portal/do/report?machine={machine}&back={quote(back)}"
    form = await ann.open(at)
    assert "Report that something is wrong." in form.text
    empty = await ann.send(at, machine=machine, title="", wanted="tomorrow")
    assert empty.status_code == 422
    assert 'id="i-title-wrong"' in empty.text
    assert 'id="i-wanted-wrong"' in empty.text
    assert empty.text.count('aria-invalid="true"') == 2
    refused = await ann.send(at, machine=machine, title="refused")
    assert "Not like this." in refused.text
    done = await ann.send(at, machine=machine, title="It leaks", wanted="2030-05-04")
    assert done.url.path == f"/x/portal{back}"
    assert "Done: Report" in done.text
    assert "It leaks" in done.text
    assert "Done: Report" not in (await ann.open(f"/x/portal{back}")).text


async def test_what_an_action_tells_is_shown(ann: Browser, fleet: Fleet) -> None:
    told = await ann.send("/x/portal/do/quote", machine=fleet.machines["A-1"], days="3")
    assert "€300.00" in told.text
    assert "2030" in told.text


async def test_a_record_is_changed_where_that_is_open(ann: Browser, fleet: Fleet) -> None:
    at = f"/x/portal/change/{fleet.machines['A-1']}"
    form = await ann.open(at)
    assert 'name="note"' in form.text
    assert 'name="serial"' not in form.text
    version = re.search(r'name="version" value="(\d+)"', form.text)
    assert version
    changed = await ann.send(at, note="Mind the gap", version=version[1])
    assert "Mind the gap" in (await ann.open(changed.url.path)).text
    stale = await ann.send(at, note="Again", version=version[1])
    assert stale.status_code == 422


async def test_what_changed_is_told_until_it_is_read(ann: Browser, fleet: Fleet) -> None:
    first = await ann.open("/x/portal/")
    assert "Nothing since you last looked." in first.text
    poll = re.search(r'hx-get="([^"]+)"', first.text)
    assert poll
    asking = poll[1].replace("&amp;", "&")
    assert (await ann.open(asking)).status_code == 204
    db = fleet.database.as_(SYSTEM)
    machine = await db.get(FLEET.Machine, fleet.machines["A-1"])
    await db.update(machine, state="down")
    other = await db.get(FLEET.Machine, fleet.machines["B-1"])
    await db.update(other, state="down")
    news = await ann.open(asking)
    assert news.status_code == 200
    assert "A-1 plain" in news.text
    assert "B-1" not in news.text
    cursor = re.search(r'name="cursor" value="([^"]+)"', news.text)
    assert cursor
    assert (
        "Nothing since you last looked."
        in (await ann.send("/x/portal/news/read", cursor=cursor[1])).text
    )


async def test_pages_speak_german_to_who_wants_it(ann: Browser) -> None:
    german = await ann.send("/account/language", language="de", next=LIST)
    assert german.url.path == LIST
    assert '<html lang="de">' in german.text
    assert "Nächste Seite" in german.text
    assert "Abmelden" in german.text
    assert (await ann.send("/account/language", language="xx", next="/")).status_code == 422
    browser = Browser(ann.client)
    plain = await browser.client.get("/sign-in", headers={"accept-language": "en"})
    assert "Angemeldet" not in plain.text or "lang" in plain.text


async def test_there_are_pages_for_what_is_not_there(ann: Browser) -> None:
    for path in (
        "/x/portal/nowhere",
        "/x/portal/lists/fleet.nothing",
        f"{LIST}/no-id",
        "/x/portal/do/nothing",
    ):
        page = await ann.open(path)
        assert page.status_code == 404, path
        assert "There is nothing here" in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
    assert (await ann.send("/x/portal/saved/no-id/remove")).status_code == 404


async def test_a_form_of_another_site_is_refused(ann: Browser, fleet: Fleet) -> None:
    answer = await ann.client.post(
        "/x/portal/do/report",
        data={"machine": str(fleet.machines["A-1"]), "title": "Forged"},
        headers={"origin": "https://elsewhere.example", "accept": "text/html"},
    )
    assert answer.status_code == 403
    assert "<html" in answer.text


async def test_an_administrator_is_told_why(browser: Browser, fleet: Fleet) -> None:
    await browser.sign_in("cid@example.org")
    machine = fleet.machines["A-1"]
    assert "administrator" in (await browser.open(f"/x/portal/why/{machine}")).text
    await browser.send("/account/as", record=fleet.ann, firm=fleet.acme, next="/x/portal/")
    seen = await browser.open(f"{LIST}/{machine}")
    assert "You see this as Ann Berg for Acme" in seen.text
    assert "/x/portal/do/" not in seen.text
    why = await browser.open(f"/x/portal/why/{machine}")
    assert "stands_at" in why.text
    assert "Organization Acme" in why.text
    refused = await browser.send("/x/portal/do/report", machine=machine, title="No")
    assert refused.status_code == 403
    assert "only look" in refused.text
    kept = await browser.send(f"{LIST}/save", name="No", query="state=due")
    assert kept.status_code == 403
    await browser.send("/account/as/end")
    await browser.send("/sign-out")
    await browser.sign_in("ann@example.org")
    assert (await browser.open(f"/x/portal/why/{machine}")).status_code == 403
