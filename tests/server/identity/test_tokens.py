"""Programs and their tokens; what a request is for; what is told about who asks."""

from datetime import timedelta

import pytest

from relatum.access import SYSTEM
from tests.server.identity.browsing import Browser
from tests.server.identity.people import People

MAY = """{
  viewer {
    label client purpose roles actions
    may(types: ["Deal", "Firm", "Nothing"]) { type read create update delete relate fields editable }
  }
}"""


@pytest.mark.parametrize(
    "authorization",
    ["Bearer rlt_t_guessed", "Bearer rlt_s_guessed", "Bearer", "Basic YTpi", "rlt_t_x", ""],
)
async def test_a_wrong_token_is_refused_and_not_taken_for_nobody(
    browser: Browser, authorization: str
) -> None:
    headers = {"authorization": authorization}
    answer = await browser.client.post("/graphql", json={"query": MAY}, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_an_app_asks_within_its_roles_until_its_token_ends(
    browser: Browser, people: People
) -> None:
    identity = people.database.identity
    app = await identity.add_client(SYSTEM, "warehouse", roles=["clerk"])
    token = await identity.add_token(SYSTEM, "night", client=app.id, lasts=timedelta(days=1))
    headers = {"authorization": f"Bearer {token.secret}"}
    answer = await browser.client.post("/graphql", json={"query": MAY}, headers=headers)
    assert answer.json()["data"]["viewer"] == {
        "label": "warehouse",
        "client": "warehouse",
        "purpose": "operate",
        "roles": ["clerk"],
        "actions": [],
        "may": [],
    }
    await identity.end_token(SYSTEM, token.token.id)
    answer = await browser.client.post("/graphql", json={"query": MAY}, headers=headers)
    assert answer.status_code == 401


async def test_the_viewer_is_told_what_it_may_do(browser: Browser) -> None:
    await browser.sign_in("bob@example.org")
    viewer = (await browser.ask(MAY))["data"]["viewer"]
    (deal,) = viewer["may"]
    assert deal == {
        "type": "Deal",
        "read": True,
        "create": False,
        "update": True,
        "delete": False,
        "relate": False,
        "fields": deal["fields"],
        "editable": ["title"],
    }
    assert "title" in deal["fields"]
    assert "margin" not in deal["fields"]


async def test_a_purpose_that_nobody_declared_is_refused(browser: Browser, people: People) -> None:
    await browser.sign_in("bob@example.org")
    answer = await browser.ask(MAY, **{"relatum-purpose": "operate"})
    assert answer["data"]["viewer"]["purpose"] == "operate"
    for purpose in ("curiosity", "system"):
        answer = await browser.ask(MAY, **{"relatum-purpose": purpose})
        assert answer["errors"][0]["extensions"]["code"] == "BAD_VALUE", purpose
    browser.client.cookies.clear()
    answer = await browser.ask(MAY, **{"relatum-purpose": "curiosity"})
    assert answer["errors"][0]["extensions"]["code"] == "BAD_VALUE"
