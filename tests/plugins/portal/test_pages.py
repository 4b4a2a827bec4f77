"""What the portal shows, keeps and does, over HTTP and without any script."""

import re
from datetime import date
from urllib.parse import quote

import pytest

from relatum.access import SYSTEM
from relatum.identifiers import new_id
from relatum.session.feed import PAGE
from relatum.writing import Create, Relate
from relatum_portal.keeping import Bookmark
from tests.plugins.portal.fleet import FLEET, Fleet
from tests.server.identity.browsing import Browser, value

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
    assert "What changes from now on is told here." in first.text
    assert "hx-get" not in first.text
    db = fleet.database.as_(SYSTEM)
    assert await db.select(Bookmark).count() == 0  # who looks writes nothing
    begun = await ann.send("/x/portal/news/read", cursor=value(first, "cursor"))
    assert "Nothing since you last looked." in begun.text
    poll = re.search(r'hx-get="([^"]+)"', begun.text)
    assert poll
    asking = poll[1].replace("&amp;", "&")
    assert (await ann.open(asking)).status_code == 204
    machine = await db.get(FLEET.Machine, fleet.machines["A-1"])
    await db.update(machine, state="down")
    other = await db.get(FLEET.Machine, fleet.machines["B-1"])
    await db.update(other, state="down")
    news = await ann.open(asking)
    assert news.status_code == 200
    assert "A-1 plain" in news.text
    assert "B-1" not in news.text
    read = await ann.send("/x/portal/news/read", cursor=value(news, "cursor"))
    assert "Nothing since you last looked." in read.text
    assert await db.select(Bookmark).count() == 1


async def test_what_is_told_may_come_after_much_that_is_not(ann: Browser, fleet: Fleet) -> None:
    first = await ann.open("/x/portal/")
    begun = await ann.send("/x/portal/news/read", cursor=value(first, "cursor"))
    poll = re.search(r'hx-get="([^"]+)"', begun.text)
    assert poll
    db = fleet.database.as_(SYSTEM)
    kept = [new_id() for _ in range(PAGE // 2)]  # each with its tie
    lists = [Create("SavedList", {"name": "Own", "view": "none"}, id=each) for each in kept]
    await db.apply([*lists, *(Relate("SavedBy", each, fleet.ann) for each in kept)])
    await db.update(await db.get(FLEET.Machine, fleet.machines["A-1"]), state="down")
    news = await ann.open(poll[1].replace("&amp;", "&"))
    assert news.status_code == 200
    assert "A-1 plain" in news.text


async def test_a_script_asks_no_more_where_there_is_too_much_to_be_read(
    ann: Browser, fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await ann.open("/x/portal/")
    begun = await ann.send("/x/portal/news/read", cursor=value(first, "cursor"))
    assert "hx-get" in begun.text
    db = fleet.database.as_(SYSTEM)
    machine = await db.get(FLEET.Machine, fleet.machines["A-1"])
    for state in ("down", "ok", "due"):
        machine = await db.update(machine, state=state)
    # Two of those that are looked at are of the bookmark itself, and are not shown.
    for looked_at, shown in ((1, 0), (4, 2)):
        monkeypatch.setattr("relatum_portal.home._LOOKED_AT", looked_at)
        much = await ann.open("/x/portal/")
        assert much.text.count("A-1 plain") == shown
        assert "There is more than this." in much.text
        assert "hx-get" not in much.text
    rest = await ann.send("/x/portal/news/read", cursor=value(much, "cursor"))
    assert rest.text.count("A-1 plain") == 1
    assert "There is more than this." not in rest.text
    assert "hx-get" in rest.text


async def test_a_script_begins_what_is_told(ann: Browser) -> None:
    first = await ann.open("/x/portal/")
    part = await ann.client.post(
        "/x/portal/news/read",
        data={"cursor": value(first, "cursor")},
        headers={"hx-request": "true", "sec-fetch-site": "same-origin"},
    )
    assert part.text.startswith("<section")
    assert "Nothing since you last looked." in part.text


async def test_the_same_form_sent_twice_is_one_act(ann: Browser, fleet: Fleet) -> None:
    at = f"/x/portal/do/report?machine={fleet.machines['A-1']}"
    form = await ann.open(at)
    key, machine = value(form, "form:key"), str(fleet.machines["A-1"])
    refused = await ann.send(at, **{"machine": machine, "title": "", "form:key": key})
    assert value(refused, "form:key") == key
    sent = {"machine": machine, "title": "It rattles", "form:key": key}
    first, again = await ann.send(at, **sent), await ann.send(at, **sent)
    assert first.url.path.startswith("/x/portal/lists/fleet.open_tickets/")
    assert again.url.path == first.url.path
    assert "Done: Report" in again.text
    db = fleet.database.as_(SYSTEM)
    tickets = db.select(FLEET.Ticket).where(FLEET.Ticket.title == "It rattles")
    assert await tickets.count() == 1
    changed = await ann.send(at, **{**sent, "wanted": "2030-01-01"})
    assert changed.status_code == 422
    assert "sent before" in changed.text
    drawn = value(changed, "form:key")
    assert drawn != key
    await ann.send(at, **{**sent, "wanted": "2030-01-01", "form:key": drawn})
    assert await tickets.count() == 2


async def test_a_long_list_in_a_form_is_bounded(ann: Browser, fleet: Fleet) -> None:
    at = f"/x/portal/do/report?machine={fleet.machines['A-1']}"
    many = [str(number) for number in range(900)]
    page = await ann.send(at, **{"slot.hours": many, "add": "slot.hours"})
    assert "A form takes 100 of these at most." in page.text
    assert page.text.count('name="slot.hours.') == 100
    assert len(page.content) < 200_000


async def test_a_record_is_deleted_and_brought_back(ann: Browser, fleet: Fleet) -> None:
    ticket = fleet.tickets["A-1"]
    page = await ann.open(f"/x/portal/records/{ticket}")
    assert f"/x/portal/delete/{ticket}?" in page.text
    at = f"/x/portal/delete/{ticket}?back=/lists/fleet.open_tickets"
    asked = await ann.open(at)
    assert "Delete: Oil A-1 plain" in asked.text
    assert 'href="/x/portal/lists/fleet.open_tickets"' in asked.text
    for _ in range(2):
        deleted = await ann.send(at)
        assert deleted.url.path == f"/x/portal/deleted/{ticket}"
        assert f'action="/x/portal/restore/{ticket}"' in deleted.text
    assert "It is not there any more." in deleted.text
    assert (await ann.open(f"/x/portal/records/{ticket}")).status_code == 404
    for _ in range(2):
        back = await ann.send(f"/x/portal/restore/{ticket}")
        assert back.url.path == f"/x/portal/lists/fleet.open_tickets/{ticket}"
    assert "A-1 plain" in back.text  # its tie to the machine, too
    machine = fleet.machines["A-1"]
    assert "/x/portal/delete/" not in (await ann.open(f"{LIST}/{machine}")).text
    assert (await ann.open(f"/x/portal/delete/{machine}")).status_code == 403
    assert (await ann.send(f"/x/portal/delete/{machine}")).status_code == 403
    others = fleet.tickets["B-1"]
    assert (await ann.open(f"/x/portal/delete/{others}")).status_code == 404
    await ann.send(f"/x/portal/delete/{others}")
    assert (await ann.send(f"/x/portal/restore/{others}")).status_code == 404
    assert await fleet.database.as_(SYSTEM).get(FLEET.Ticket, others)


async def test_what_may_not_be_restored_is_not_offered_to_be(ann: Browser, fleet: Fleet) -> None:
    db = fleet.database.as_(SYSTEM)
    note = await db.create(FLEET.Note(text="Oily"), about=fleet.machines["A-1"])
    deleted = await ann.send(f"/x/portal/delete/{note.id}")
    assert "It is deleted." in deleted.text
    assert "/restore/" not in deleted.text
    assert (await ann.send(f"/x/portal/restore/{note.id}")).status_code == 403
    assert await db.select(FLEET.Note).count() == 0


async def test_ties_are_made_changed_and_ended(ann: Browser, fleet: Fleet) -> None:
    machine = fleet.machines["A-1"]
    record = f"{LIST}/{machine}"
    at = f"/x/portal/relate/{machine}/looked_after_by?back=/lists/fleet.machines/{machine}"
    assert "/relate/" in (await ann.open(record)).text
    form = await ann.open(at)
    assert "A-1 plain: Looked after by" in form.text
    assert "Ann Berg" in form.text
    assert "Ben" not in form.text
    wrong = await ann.send(at, node="", valid_from="tomorrow")
    assert 'id="i-node-wrong"' in wrong.text
    assert 'id="i-valid_from-wrong"' in (await ann.send(at, node=fleet.ann, valid_from="x")).text
    made = await ann.send(at, node=fleet.ann, valid_from="2024-01-01", part="first")
    assert made.url.path == record
    change = re.search(r'href="(/x/portal/ties/[^"?]+/change\?[^"]+)"', made.text)
    end = re.search(r'href="(/x/portal/ties/[^"?]+/end\?[^"]+)"', made.text)
    assert change
    assert end
    changing = await ann.open(change[1])
    version = value(changing, "version")
    given = {"part": "second", "form:at": "2024-05-01", "version": version}
    changed = await ann.send(change[1], **given)
    assert changed.url.path == record
    assert "Second" in changed.text
    end = re.search(r'href="(/x/portal/ties/[^"?]+/end\?[^"]+)"', changed.text)
    assert end
    ending = await ann.open(end[1])
    assert "End it" in ending.text
    assert "A-1 plain · Ann Berg" in ending.text
    version = value(ending, "version")
    early = await ann.send(end[1], **{"form:at": "2020-01-01", "version": version})
    assert early.status_code == 422
    ended = await ann.send(end[1], **{"form:at": "2024-07-01", "version": version})
    assert "It is ended." in ended.text
    assert "Second" not in ended.text
    ties = await fleet.database.as_(SYSTEM).select(FLEET.LooksAfter).order("valid_from").all()
    assert [(each.part, each.valid_from, each.valid_to) for each in ties] == [
        ("first", date(2024, 1, 1), date(2024, 5, 1)),
        ("second", date(2024, 5, 1), date(2024, 7, 1)),
    ]


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
