"""Signing in and out with a browser, and what a cookie is good for."""

import re
from contextlib import nullcontext

import pytest
from httpx2 import AsyncClient

from relatum.access import SYSTEM
from relatum_server.app import AppSettings, create_app
from relatum_server.identity.demo import DemoSignIn
from tests.server.identity.browsing import HTML, Browser, value
from tests.server.identity.mailbox import Mailbox
from tests.server.identity.people import PASSWORD, People
from tests.server.identity.provider import small_provider
from tests.server.serving import served

DEALS = "{ deals { nodes { title } } viewer { label email firm { label } roles } }"
ME = "{ viewer { label email firm { label } roles } }"


async def test_who_signs_in_asks_with_the_rights_of_the_firm_chosen(browser: Browser) -> None:
    before = await browser.ask(ME)
    assert before["data"]["viewer"] == {"label": None, "email": None, "firm": None, "roles": []}

    page = await browser.sign_in("ann@example.org")
    assert page.url.path == "/account/firm"
    assert re.findall(r'type="radio".*?>(\w+)</label>', page.text) == ["Acme", "Beta"]
    page = await browser.send("/account/firm", firm=value(page, "firm"), next=value(page, "next"))
    assert page.url.path == "/account"
    assert "Ann Berg" in page.text

    answer = (await browser.ask(DEALS))["data"]
    assert answer["deals"]["nodes"] == [{"title": "Tea"}, {"title": "Rum"}]
    assert answer["viewer"] == {
        "label": "Ann Berg",
        "email": "ann@example.org",
        "firm": {"label": "Acme"},
        "roles": ["partner"],
    }


async def test_the_firm_can_be_switched_and_only_to_ones_own(
    browser: Browser, people: People
) -> None:
    await browser.sign_in("ann@example.org")
    page = await browser.send("/account/firm", firm=str(people.beta))
    assert "You act for another firm now." in page.text
    titles = (await browser.ask(DEALS))["data"]["deals"]["nodes"]
    assert [each["title"] for each in titles] == ["Gin"]

    await browser.send("/sign-out")
    await browser.sign_in("bob@example.org")
    page = await browser.send("/account/firm", firm=str(people.beta))
    assert page.status_code == 403
    assert (await browser.ask(DEALS))["data"]["viewer"]["firm"] == {"label": "Acme"}


async def test_a_refusal_does_not_say_why(browser: Browser) -> None:
    wrong = await browser.sign_in("bob@example.org", "another password")
    unknown = await browser.sign_in("nobody@example.org", "another password")
    assert wrong.status_code == unknown.status_code == 403
    told = [re.findall(r'role="alert".*?</p>', each.text) for each in (wrong, unknown)]
    assert told[0] == told[1] != []
    assert 'value="bob@example.org"' in wrong.text
    assert not browser.signed_in


async def test_too_many_attempts_are_told_when_to_try_again(browser: Browser) -> None:
    for _ in range(50):
        page = await browser.sign_in("bob@example.org", "another password")
        if page.status_code == 429:
            break
    assert page.status_code == 429
    assert int(page.headers["retry-after"]) > 0
    assert (await browser.sign_in("bob@example.org")).status_code in (403, 429)


async def test_signing_out_ends_the_session_itself(browser: Browser) -> None:
    await browser.sign_in("bob@example.org")
    stolen = dict(browser.client.cookies)
    page = await browser.send("/sign-out")
    assert page.url.path == "/"
    assert not browser.signed_in
    browser.client.cookies.update(stolen)
    answer = await browser.ask(DEALS)
    assert answer["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
    assert (await browser.open("/account")).url.path == "/sign-in"


async def test_the_cookie_is_for_this_server_alone(browser: Browser) -> None:
    answer = await browser.client.post(
        "/sign-in", data={"email": "bob@example.org", "password": PASSWORD}, headers=browser.own
    )
    (line,) = answer.headers.get_list("set-cookie")
    name, *attributes = (each.strip().lower() for each in line.split(";"))
    assert name.startswith(f"relatum-{browser.client.base_url.port}=rlt_s_")
    assert {"httponly", "samesite=lax", "path=/"} <= set(attributes)
    assert answer.headers["cache-control"] == "no-store"


async def test_an_encrypted_address_has_a_cookie_that_nobody_else_can_set(people: People) -> None:
    settings = AppSettings(address="https://office.example")
    app = create_app(nullcontext(people.database), settings=settings)
    async with served(app) as client:
        answer = await client.post(
            "/sign-in",
            data={"email": "bob@example.org", "password": PASSWORD},
            headers={"origin": "https://office.example"},
        )
        (line,) = answer.headers.get_list("set-cookie")
        assert line.startswith("__Host-relatum=rlt_s_")
        assert "Secure" in line
        wrong = await client.post(
            "/sign-in",
            data={"email": "bob@example.org", "password": PASSWORD},
            headers={"origin": str(client.base_url).rstrip("/")},
        )
        assert wrong.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "same-origin", "origin": "https://elsewhere.example"},
    ],
    ids=str,
)
async def test_what_another_site_makes_a_browser_send_is_refused(
    browser: Browser, headers: dict[str, str]
) -> None:
    await browser.sign_in("bob@example.org")
    asked = await browser.client.post("/graphql", json={"query": ME}, headers=headers)
    assert asked.status_code == 403
    assert asked.json()["errors"][0]["extensions"]["code"] == "CROSS_SITE"
    for path in ("/sign-out", "/account/sessions/end-all", "/sign-in", "/account/tokens"):
        sent = await browser.client.post(path, data={"name": "x"}, headers=headers)
        assert sent.status_code == 403, path
    assert (await browser.ask(ME))["data"]["viewer"]["label"] == "Bob Ohm"


async def test_a_page_of_another_site_is_never_gone_to(browser: Browser) -> None:
    for elsewhere in ("https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "x\n"):
        answer = await browser.client.post(
            "/sign-in",
            data={"email": "bob@example.org", "password": PASSWORD, "next": elsewhere},
            headers=browser.own,
        )
        assert answer.headers["location"] == "/"


async def test_a_link_signs_in_once_and_looking_uses_nothing_up(
    browser: Browser, mailbox: Mailbox
) -> None:
    known = await browser.send("/sign-in/link", email="bob@example.org", use="sign_in")
    unknown = await browser.send("/sign-in/link", email="nobody@example.org", use="sign_in")
    assert known.text == unknown.text
    mail = await mailbox.one()
    assert mail["To"] == "bob@example.org"
    link = _link(mail.get_content())
    for _ in range(2):
        assert "bob@example.org" in (await browser.open(link)).text
        assert not browser.signed_in
    page = await browser.send(link)
    assert page.url.path == "/account"
    await browser.send("/sign-out")
    assert (await browser.send(link)).status_code == 410
    assert mailbox.mails.empty()


async def test_a_new_password_is_set_by_a_link(browser: Browser, mailbox: Mailbox) -> None:
    await browser.send("/sign-in/link", email="bob@example.org", use="reset")
    link = _link((await mailbox.one()).get_content())
    assert link.startswith("/reset/")
    page = await browser.send(link, password="short")
    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert (await browser.send(link, password="nine yellow kites")).url.path == "/"
    await browser.send("/sign-out")
    assert (await browser.sign_in("bob@example.org")).status_code == 403
    assert (await browser.sign_in("bob@example.org", "nine yellow kites")).url.path == "/account"


async def test_a_link_is_for_its_own_page(browser: Browser, mailbox: Mailbox) -> None:
    await browser.send("/sign-in/link", email="bob@example.org", use="sign_in")
    ticket = _link((await mailbox.one()).get_content()).rpartition("/")[2]
    assert (await browser.open(f"/reset/{ticket}")).status_code == 410
    assert (await browser.send(f"/invitation/{ticket}", password=PASSWORD)).status_code == 410
    assert (await browser.open("/sign-in/rlt_k_guessed")).status_code == 410


async def test_without_a_mail_server_links_are_refused_clearly(people: People) -> None:
    async with served(create_app(nullcontext(people.database))) as client:
        browser = Browser(client)
        assert "Links by mail are not set up here" in (await browser.open("/sign-in")).text
        page = await browser.send("/sign-in/link", email="bob@example.org", use="sign_in")
    assert page.status_code == 503
    assert "No mail server is set up here" in page.text


async def test_an_account_elsewhere_opens_the_account_with_its_address(people: People) -> None:
    async with small_provider() as provider:
        provider.email = "bob@example.org"
        settings = AppSettings(providers={"small": provider.settings})
        app = create_app(nullcontext(people.database), settings=settings)
        async with served(app) as client:
            browser = Browser(client)
            assert "/sign-in/with/small" in (await browser.open("/sign-in")).text
            page = await browser.open("/sign-in/with/small?next=/account")
            assert page.url.path == "/account"
            assert "Bob Ohm" in page.text
            assert not any("away" in name for name in client.cookies)
            await browser.send("/sign-out")

            # Whom the provider has named before, it need not name by address again.
            provider.email, provider.verified = "robert@elsewhere.example", False
            assert "Bob Ohm" in (await browser.open("/sign-in/with/small?next=/account")).text
            await browser.send("/sign-out")

            provider.claims = {"sub": "person-2"}
            assert (await browser.open("/sign-in/with/small")).status_code == 403
            provider.email, provider.verified = "ann@example.org", False
            assert (await browser.open("/sign-in/with/small")).status_code == 403
            assert not browser.signed_in
            assert (await browser.open("/sign-in/with/other")).status_code == 404
    accounts = await people.database.identity.accounts(SYSTEM)
    assert len(accounts) == 3


async def test_another_browsers_way_back_signs_nobody_in(people: People) -> None:
    async with small_provider() as provider:
        provider.email = "bob@example.org"
        settings = AppSettings(providers={"small": provider.settings})
        app = create_app(nullcontext(people.database), settings=settings)
        async with served(app) as client, AsyncClient() as attacker:
            there = await client.get("/sign-in/with/small")
            back = (await attacker.get(there.headers["location"])).headers["location"]
            client.cookies.clear()
            answer = await client.get(back, headers=HTML)
            assert answer.status_code == 502
            assert not Browser(client).signed_in


async def test_the_demo_signs_in_by_one_click(people: People) -> None:
    demo = {"staff": DemoSignIn("cid@example.org", PASSWORD, "rlt_t_unused")}
    app = create_app(nullcontext(people.database), settings=AppSettings(demo=demo, graphiql="open"))
    async with served(app) as client:
        browser = Browser(client)
        for path in ("/", "/graphql", "/sign-in"):
            page = await browser.open(path)
            assert 'name="who" value="staff"' in page.text, path
            assert PASSWORD not in page.text
        page = await browser.send("/sign-in/demo", who="staff", next="/graphql")
        assert page.url.path == "/graphql"
        assert "Cid Ray" in page.text
        assert len((await browser.ask(DEALS))["data"]["deals"]["nodes"]) == 3
        assert (await browser.send("/sign-in/demo", who="nobody")).status_code == 404


async def test_outside_the_demo_there_are_no_such_sign_ins(browser: Browser) -> None:
    assert "/sign-in/demo" not in (await browser.open("/")).text
    assert (await browser.send("/sign-in/demo", who="staff")).status_code == 404


async def test_graphiql_is_for_who_is_signed_in(browser: Browser) -> None:
    assert (await browser.open("/graphql")).url.path == "/sign-in"
    assert "/graphql?query=" not in (await browser.open("/")).text
    await browser.sign_in("bob@example.org")
    page = await browser.open("/graphql")
    assert page.url.path == "/graphql"
    assert "Bob Ohm" in page.text


def _link(text: str) -> str:
    found = re.search(r"https://office\.example(/\S+)", text)
    assert found
    return found[1]
