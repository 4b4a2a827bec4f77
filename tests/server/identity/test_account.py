"""The account's page: what a person sees of itself, takes back, and may do for its firm."""

import re

from relatum.access import SYSTEM
from tests.server.identity.browsing import Browser, secret, value
from tests.server.identity.mailbox import Mailbox
from tests.server.identity.people import PASSWORD, People

ME = "{ viewer { label roles firm { label } } }"


async def asked_with(browser: Browser, token: str) -> int:
    """The status of a question that brings a token along."""
    headers = {"authorization": f"Bearer {token}"}
    browser.client.cookies.clear()
    answer = await browser.client.post("/graphql", json={"query": ME}, headers=headers)
    return answer.status_code


async def test_nobody_in_particular_has_no_account(browser: Browser) -> None:
    assert (await browser.open("/account")).url.path == "/sign-in"
    for path in ("/account/tokens", "/account/password", "/account/users/invite"):
        assert (await browser.send(path, name="x")).url.path == "/sign-in"


async def test_a_token_is_shown_once_and_revoked(browser: Browser) -> None:
    await browser.sign_in("bob@example.org")
    page = await browser.send("/account/tokens", name="Night <job>", days="30", role="partner")
    token = secret(page)
    assert page.headers["cache-control"] == "no-store"
    page = await browser.open("/account")
    assert token not in page.text
    assert "Night &lt;job&gt;" in page.text
    assert "as partner only" in page.text

    answer = await browser.client.post(
        "/graphql", json={"query": ME}, headers={"authorization": f"Bearer {token}"}
    )
    assert answer.json()["data"]["viewer"] == {
        "label": "Bob Ohm", "roles": ["partner"], "firm": {"label": "Acme"},
    }  # fmt: skip
    page = await browser.send("/account/tokens/end", token=value(page, "token"))
    assert "The token is revoked." in page.text
    assert await asked_with(browser, token) == 401


async def test_a_token_holds_for_one_of_the_times_offered(browser: Browser) -> None:
    await browser.sign_in("bob@example.org")
    page = await browser.send("/account/tokens", name="x", days="100000")
    assert page.status_code == 422
    assert "rlt_t_" not in page.text


async def test_a_token_opens_no_account(browser: Browser) -> None:
    await browser.sign_in("bob@example.org")
    token = secret(await browser.send("/account/tokens", name="x", days="7"))
    browser.client.cookies.clear()
    browser.client.headers["authorization"] = f"Bearer {token}"
    assert (await browser.open("/account")).url.path == "/sign-in"
    page = await browser.send("/account/tokens", name="another", days="7")
    assert page.url.path == "/sign-in"


async def test_sessions_are_listed_and_ended(browser: Browser, people: People) -> None:
    other = await people.database.identity.sign_in(
        "bob@example.org", PASSWORD, agent="Mozilla/5.0 (X11; Linux) Firefox/140.0"
    )
    await browser.sign_in("bob@example.org")
    page = await browser.open("/account")
    assert "Firefox on Linux" in page.text
    ids = re.findall(r'name="session" value="([^"]+)"', page.text)
    assert len(ids) == 2
    await browser.send("/account/sessions/end", session=str(other.signed_in.session))
    assert await people.database.identity.authenticate(other.secret) is None
    assert (await browser.send("/account/sessions/end-all")).url.path == "/sign-in"
    assert not browser.signed_in


async def test_anothers_session_or_token_is_none(browser: Browser, people: People) -> None:
    identity = people.database.identity
    anns = await identity.sign_in("ann@example.org", PASSWORD)
    await browser.sign_in("bob@example.org")
    page = await browser.send("/account/sessions/end", session=str(anns.signed_in.session))
    assert page.status_code == 404
    token = await identity.add_token(SYSTEM, "anns", account=anns.signed_in.account)
    assert (await browser.send("/account/tokens/end", token=str(token.token.id))).status_code == 404
    assert (await browser.send("/account/tokens/end", token="x")).status_code == 422
    assert await identity.authenticate(token.secret) is not None


async def test_the_password_is_changed_by_who_knows_it(browser: Browser, people: People) -> None:
    elsewhere = await people.database.identity.sign_in("bob@example.org", PASSWORD)
    await browser.sign_in("bob@example.org")
    page = await browser.send("/account/password", old="guessed it", new="nine yellow kites")
    assert page.status_code == 403
    assert "This is not your present password." in page.text
    page = await browser.send("/account/password", old=PASSWORD, new="short")
    assert page.status_code == 422
    page = await browser.send("/account/password", old=PASSWORD, new="nine yellow kites")
    assert "Your password is changed" in page.text
    assert await people.database.identity.authenticate(elsewhere.secret) is None
    assert (await browser.ask(ME))["data"]["viewer"]["label"] == "Bob Ohm"
    await browser.send("/sign-out")
    assert (await browser.sign_in("bob@example.org")).status_code == 403
    assert (await browser.sign_in("bob@example.org", "nine yellow kites")).status_code == 200


async def test_a_manager_invites_people_to_the_firm_and_removes_them(
    browser: Browser, mailbox: Mailbox
) -> None:
    await browser.sign_in("bob@example.org")
    page = await browser.open("/account")
    assert "People of Acme" in page.text
    assert "ann@example.org" in page.text
    new = {"person.given_name": "Eva", "person.family_name": "Low", "role": "clerk"}
    page = await browser.send("/account/users/invite", invited="eva@example.org", **new)
    assert "The invitation is on its way." in page.text
    assert value(page, "ticket")
    mail = await mailbox.one()
    assert (mail["To"], mail["Subject"]) == ("eva@example.org", "You are invited for Acme")
    assert "Bob Ohm invites you" in mail.get_content()
    assert "rlt_k_" not in page.text
    await browser.send("/sign-out")

    found = re.search(r"https://office\.example(/invitation/\S+)", mail.get_content())
    assert found
    page = await browser.open(found[1])
    assert "you sign in for Acme as eva@example.org" in page.text
    await browser.send(found[1], password="nine yellow kites")
    assert (await browser.ask(ME))["data"]["viewer"] == {
        "label": "Eva Low", "roles": ["clerk", "partner"], "firm": {"label": "Acme"},
    }  # fmt: skip
    assert "People of Acme" not in (await browser.open("/account")).text
    evas = dict(browser.client.cookies)

    await browser.send("/sign-out")
    await browser.sign_in("bob@example.org")
    page = await browser.open("/account")
    records = re.findall(r'name="record" value="([^"]+)".*?Remove.*?> ([\w ]+)<', page.text)
    (eva,) = [record for record, name in records if name == "Eva Low"]
    page = await browser.send("/account/users/remove", record=eva)
    assert "Eva Low" not in page.text
    browser.client.cookies.update(evas)


async def test_an_invitation_is_withdrawn(browser: Browser, mailbox: Mailbox) -> None:
    await browser.sign_in("bob@example.org")
    new = {"person.family_name": "Low", "role": "clerk"}
    page = await browser.send("/account/users/invite", invited="eva@example.org", **new)
    page = await browser.send("/account/users/withdraw", ticket=value(page, "ticket"))
    assert "eva@example.org" not in page.text
    mail = await mailbox.one()
    found = re.search(r"https://office\.example(/invitation/\S+)", mail.get_content())
    assert found
    assert (await browser.open(found[1])).status_code == 410


async def test_nobody_invites_beyond_what_was_given(browser: Browser, mailbox: Mailbox) -> None:
    new = {"invited": "eva@example.org", "person.family_name": "Low"}
    await browser.sign_in("ann@example.org")
    page = await browser.send("/account/users/invite", role="clerk", **new)
    assert page.status_code == 403
    await browser.send("/sign-out")
    await browser.sign_in("bob@example.org")
    page = await browser.send("/account/users/invite", role="administrator", **new)
    assert page.status_code == 403
    assert "Invite somebody" in page.text
    page = await browser.send("/account/users/invite", role="clerk", invited="eva@example.org")
    assert page.status_code == 422
    assert 'value="eva@example.org"' in page.text
    assert mailbox.mails.empty()
