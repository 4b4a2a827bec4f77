"""What other sites make a browser send writes nothing; what its own pages send does."""

import pytest

from tests.server.identity.browsing import Browser

TEXT = 'mutation { createDeal(input: {title: "Forged"}) { created } }'
COUNT = "{ deals { totalCount } }"


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "", "origin": "https://evil.example"},
    ],
)
async def test_another_site_writes_nothing(browser: Browser, headers: dict[str, str]) -> None:
    await browser.sign_in("cid@example.org")
    before = await browser.ask(COUNT)
    answer = await browser.ask(TEXT, **headers)
    assert answer["errors"][0]["extensions"]["code"] == "CROSS_SITE"
    assert await browser.ask(COUNT) == before
    assert (await browser.ask(TEXT))["data"] == {"createDeal": {"created": True}}


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 403),
    ],
)
async def test_what_a_form_can_send_is_no_mutation(
    browser: Browser, content_type: str, status: int
) -> None:
    await browser.sign_in("cid@example.org")
    before = await browser.ask(COUNT)
    answer = await browser.client.post(
        "/graphql", content=TEXT, headers={"content-type": content_type, **browser.own}
    )
    assert answer.status_code == status
    assert await browser.ask(COUNT) == before
