"""What people say of themselves and are told of, in which language; and that one browser has one session."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from relatum.access import SYSTEM, Principal
from relatum.session.muting import muted
from relatum_base import Person
from tests.plugins.portal.fleet import Fleet
from tests.server.identity.browsing import Browser, value
from tests.server.serving import application, served


@pytest.fixture
async def with_mail(fleet: Fleet) -> AsyncIterator[Browser]:
    """A browser at a server that sends mail."""
    settings = replace(fleet.settings, mail=True)
    async with served(application(fleet.database, settings)) as client:
        yield Browser(client)


async def _ann(fleet: Fleet) -> Person:
    return await fleet.database.as_(SYSTEM).get(Person, fleet.ann)


async def test_a_person_changes_its_name_and_telephone(ann: Browser, fleet: Fleet) -> None:
    page = await ann.open("/account")
    assert 'name="given_name"' in page.text
    assert 'type="tel"' in page.text
    assert 'name="note"' not in page.text
    assert page.text.index('name="family_name"') < page.text.index('name="phone"')
    kept = {"version": value(page, "version"), "form:key": value(page, "form:key")}
    wrong = await ann.send("/account/details", **kept, given_name="Anna", family_name="", phone="x")
    assert wrong.status_code == 422
    assert 'id="details-phone-wrong"' in wrong.text
    assert 'value="Anna"' in wrong.text
    given = {"given_name": "Anna", "family_name": "Berg", "phone": "+49 30 123456"}
    for _ in range(2):  # sent twice, done once
        done = await ann.send("/account/details", **kept, **given, note="not mine to say")
        assert done.url.params["done"] == "details"
    assert "Your details are saved." in done.text
    person = await _ann(fleet)
    assert (person.given_name, person.phone, person.note) == ("Anna", "+4930123456", None)


async def test_the_language_is_kept_with_the_person(browser: Browser, fleet: Fleet) -> None:
    before = await browser.open("/sign-in")
    assert '<html lang="en">' in before.text
    await browser.sign_in("ann@example.org")
    chosen = await browser.send("/account/language", language="de", next="/account?done=language")
    assert '<html lang="de">' in chosen.text
    assert 'role="status"' in chosen.text
    account = await fleet.database.identity.account_of(SYSTEM, "ann@example.org")
    assert account is not None
    assert account.language == "de"
    browser.client.cookies.clear()  # another browser
    assert '<html lang="en">' in (await browser.open("/sign-in")).text
    await browser.sign_in("ann@example.org")
    for path in ("/account", "/x/portal/"):
        assert '<html lang="de">' in (await browser.open(path)).text, path
    await browser.send("/sign-out")
    await browser.send("/account/language", language="en", next="/")
    await browser.sign_in(
        "ann@example.org"
    )  # what she has chosen counts, not what the browser says
    assert '<html lang="de">' in (await browser.open("/account")).text
    await browser.send("/sign-out")
    await browser.sign_in("ben@example.org")
    assert '<html lang="en">' in (await browser.open("/account")).text


async def test_an_administrator_who_looks_is_spoken_to_as_itself(
    browser: Browser, fleet: Fleet
) -> None:
    await browser.sign_in("ann@example.org")
    await browser.send("/account/language", language="de", next="/")
    await browser.send("/sign-out")
    browser.client.cookies.clear()
    await browser.sign_in("cid@example.org")
    await browser.send("/account/as", record=fleet.ann, firm=fleet.acme, next="/x/portal/")
    seen = await browser.open("/x/portal/")
    assert '<html lang="en">' in seen.text
    assert "/account/language" not in seen.text
    assert (await browser.send("/account/language", language="en", next="/")).status_code == 403
    assert "/account/details" not in (await browser.open("/account")).text
    refused = await browser.send("/account/details", given_name="No", family_name="No")
    assert refused.status_code == 403
    assert (await _ann(fleet)).given_name == "Ann"


async def test_a_person_says_what_it_is_told_of(with_mail: Browser, fleet: Fleet) -> None:
    await with_mail.sign_in("ann@example.org")
    page = await with_mail.open("/account")
    assert 'value="mail.fleet" checked' in page.text
    quiet = await with_mail.send("/account/told")
    assert "checked" not in quiet.text.split('value="mail.fleet"')[1][:10]
    session = fleet.database.as_(Principal(id=fleet.ann))
    assert await muted(session) == ["fleet.ticket_done", "fleet.ticket_made"]
    told = await with_mail.send("/account/told", told="mail.fleet")
    assert 'value="mail.fleet" checked' in told.text
    assert await muted(session) == []


async def test_where_no_mail_is_sent_nothing_is_asked_about_it(ann: Browser) -> None:
    assert "/account/told" not in (await ann.open("/account")).text


async def test_who_signs_in_anew_ends_the_session_before(browser: Browser, fleet: Fleet) -> None:
    identity = fleet.database.identity
    accounts = {}
    for name in ("ann", "ben"):
        account = await identity.account_of(SYSTEM, f"{name}@example.org")
        assert account is not None
        accounts[name] = account.id
    await browser.sign_in("ann@example.org")
    before = browser.client.cookies.jar
    secret = next(each.value for each in before if each.name.startswith("relatum-"))
    await browser.sign_in("ann@example.org")
    assert len(await identity.sessions(SYSTEM, accounts["ann"])) == 1
    await browser.sign_in("ben@example.org")
    assert len(await identity.sessions(SYSTEM, accounts["ann"])) == 0
    assert len(await identity.sessions(SYSTEM, accounts["ben"])) == 1
    assert secret is not None
    assert await identity.authenticate(secret) is None
