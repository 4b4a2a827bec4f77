"""The public form for leads: it takes them down, tells nobody anything, and is there only where that is said."""

from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from relatum_base import Person
from relatum_sales import Lead
from relatum_testing import Installation

AT = "/x/sales/lead"
FILLED = {
    "company": "Globex",
    "family_name": "Poe",
    "email": "eve@globex.example",
    "interest": "Forty pots",
    "phone": "",
    "subject": "",
}
SETTINGS: Any = {"sales": {"lead_form": {"open": True, "framed_by": ["https://www.example.org"]}}}


@pytest.fixture
def plugin_settings(request: pytest.FixtureRequest) -> Any:
    return getattr(request, "param", SETTINGS)


async def post(client: AsyncClient, filled: dict[str, str], **headers: str) -> Response:
    """Send the form as a browser does from its own page."""
    own = {"origin": str(client.base_url).rstrip("/"), **headers}
    return await client.post(AT, data=filled, headers=own)


async def test_it_takes_leads_down(empty: Installation) -> None:
    async with empty.served() as client:
        page = await client.get(AT, headers={"accept-language": "de"})
        assert page.status_code == 200
        assert page.headers["content-language"] == "de"
        assert 'autocomplete="family-name"' in page.text
        sent = await post(client, FILLED, **{"accept-language": "de"})
        assert (sent.status_code, sent.headers["location"]) == (303, f"{AT}/thanks")
        assert (await client.get(f"{AT}/thanks")).status_code == 200
        (lead,) = await empty.system.select(Lead).all()
        assert (lead.company, lead.family_name, lead.email, lead.came_by, lead.language) == (
            "Globex",
            "Poe",
            "eve@globex.example",
            "web",
            "de",
        )
        read = await client.post("/graphql", json={"query": "{ leads { nodes { id } } }"})
        assert "Poe" not in read.text
        assert str(lead.id) not in read.text


async def test_it_may_stand_on_pages_of_sites_that_are_named(empty: Installation) -> None:
    async with empty.served() as client:
        page = await client.get(AT)
        assert "frame-ancestors https://www.example.org" in page.headers["content-security-policy"]
        assert "x-frame-options" not in page.headers
        other = await client.post(AT, data=FILLED, headers={"origin": "https://evil.example"})
        assert other.status_code == 403
        assert await empty.system.select(Lead).count() == 0


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"family_name": "", "company": ""}, ["family_name"]),
        ({"email": ""}, ["email"]),
        ({"email": "nonsense"}, ["email"]),
        ({"phone": "nonsense"}, ["phone"]),
        ({"interest": "x" * 6000}, ["interest"]),
    ],
)
async def test_mistakes_are_told_at_the_field(
    empty: Installation, wrong: dict[str, str], fields: list[str]
) -> None:
    async with empty.served() as client:
        told = await post(client, {**FILLED, **wrong})
        assert told.status_code == 422
        assert [each for each in FILLED if f'id="{each}-wrong"' in told.text] == fields
        assert 'value="Globex"' in told.text or not {**FILLED, **wrong}["company"]
    assert await empty.system.select(Lead).count() == 0


async def test_programs_that_fill_in_everything_are_thanked(empty: Installation) -> None:
    async with empty.served() as client:
        sent = await post(client, {**FILLED, "subject": "Cheap watches"})
        assert (sent.status_code, sent.headers["location"]) == (303, f"{AT}/thanks")
    assert await empty.system.select(Lead).count() == 0


async def test_who_comes_too_often_waits(empty: Installation) -> None:
    async with empty.served() as client:
        answers = [(await client.get(AT)).status_code for _ in range(70)]
    assert 429 in answers


@pytest.mark.parametrize("plugin_settings", [{}], indirect=True)
async def test_it_is_not_there_unless_the_installation_says_so(empty: Installation) -> None:
    async with empty.served() as client:
        for answer in (await client.get(AT), await post(client, FILLED)):
            assert answer.status_code == 404
    assert await empty.system.select(Lead).count() == 0


async def test_somebody_named_looks_after_what_comes_by_it(
    empty: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await empty.system.create(Person(given_name="Ann", family_name="Lee"))
    settings: Any = empty.database.storage.surroundings.settings["sales"]
    form = settings.lead_form
    monkeypatch.setattr(form, "owner", ann.id)
    async with empty.served() as client:
        await post(client, FILLED)
    (lead,) = await empty.system.select(Lead).all()
    assert [each.id for each in await empty.system.select(lead.owner).all()] == [ann.id]
