"""Who may follow changes, judged at every delivery: what is taken away is told of no more."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

import pytest
from httpx2 import AsyncClient

from relatum.access import SYSTEM
from relatum.connections import DialectName
from relatum.session import Session, open_database
from tests.databases import CloneTemplate
from tests.server.graphql.websocket.conftest import live, now
from tests.server.graphql.websocket.talking import Talk, talk
from tests.server.identity.people import CATALOGUE, OFFICE, PASSWORD, People, make_tables, take_in

DEALS = """subscription($since: String) {
  dealsChanges(since: $since) { operation recordId record { ... on Deal { title } } fields reason }
}"""
MARGINS = "subscription { dealsChanges(filter: {margin: {gt: 1}}) { operation } }"


@dataclass
class Office:
    """The served office, and Ann's token while she acts for Acme."""

    people: People
    client: AsyncClient
    token: str
    token_id: UUID

    @property
    def db(self) -> Session:
        """As the engine itself."""
        return self.people.database.as_(SYSTEM)

    @asynccontextmanager
    async def following(self, query: str = DEALS) -> AsyncIterator[Talk]:
        """Ann's socket, on which she follows what is new."""
        async with talk(self.client, headers={}, token=self.token) as socket:
            since = await now(self.people.database)
            await socket.ask("1", query, variables={"since": since})
            yield socket


@pytest.fixture
async def office(clone_template: CloneTemplate, dialect: DialectName) -> AsyncIterator[Office]:
    url = await clone_template(dialect, f"office:{CATALOGUE.fingerprint}", make_tables)
    async with open_database(url, CATALOGUE) as database:
        people = await take_in(database)
        account = await database.identity.account_of(SYSTEM, "ann@example.org")
        assert account is not None
        made = await database.identity.add_token(
            SYSTEM, "app", account=account.id, firm=people.acme
        )
        async with live(database) as client:
            yield Office(people, client, made.secret, made.token.id)


async def told(socket: Talk) -> dict[str, object]:
    heard = await socket.hear()
    assert heard["type"] == "next", heard
    found: dict[str, object] = heard["payload"]["data"]["dealsChanges"]
    return found


async def test_only_what_may_be_seen_is_told_and_how_it_came_about_to_nobody_without_a_right(
    office: Office,
) -> None:
    people, db = office.people, office.db
    async with office.following() as socket:
        await db.create(OFFICE.Deal(title="Hidden"), seller=people.beta)
        tea = await db.create(OFFICE.Deal(title="Tea", margin=9), seller=people.acme)
        assert await told(socket) == {
            "operation": "CREATED",
            "recordId": str(tea.id),
            "record": {"title": "Tea"},
            "fields": ["title"],
            "reason": None,
        }


async def test_a_field_that_may_not_be_read_chooses_nothing(office: Office) -> None:
    async with office.following(MARGINS) as socket:
        heard = await socket.hear()
        assert heard["type"] == "error"
        assert heard["payload"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


async def test_a_record_that_may_be_seen_no_longer_is_told_to_have_left(office: Office) -> None:
    people, db = office.people, office.db
    deal = await db.create(OFFICE.Deal(title="Wine"))
    tie = await db.relate(OFFICE.SoldBy, deal, people.acme)
    async with office.following() as socket:
        await db.update(deal, title="Old wine")
        assert (await told(socket))["operation"] == "UPDATED"
        await db.remove(tie)
        assert await told(socket) == {
            "operation": "LEFT_SCOPE", "recordId": str(deal.id), "record": None, "fields": None, "reason": None,
        }  # fmt: skip


async def test_a_revoked_token_is_told_nothing_more(office: Office) -> None:
    async with office.following() as socket:
        await office.db.create(OFFICE.Deal(title="Seen"), seller=office.people.acme)
        assert (await told(socket))["operation"] == "CREATED"
        await office.people.database.identity.end_token(SYSTEM, office.token_id)
        await office.db.create(OFFICE.Deal(title="Unseen"), seller=office.people.acme)
        heard: list[dict[str, object]] = []
        code, reason = await socket.end(heard)
        assert (code, heard) == (4403, [])
        assert reason == "The token or session is wrong, has expired or was ended."


async def test_a_role_that_is_lost_ends_what_it_opened(office: Office) -> None:
    people, db = office.people, office.db
    ties = await db.select(OFFICE.WorksAt).all()
    async with office.following() as socket:
        await db.create(OFFICE.Deal(title="Seen"), seller=people.acme)
        assert (await told(socket))["operation"] == "CREATED"
        for tie in ties:
            await db.remove(tie)
        await db.create(OFFICE.Deal(title="Unseen"), seller=people.acme)
        heard = await socket.hear()
        assert heard["type"] == "error"
        assert "Unseen" not in str(heard)


async def test_a_role_that_is_lost_is_noticed_before_anything_else_happens(office: Office) -> None:
    ties = await office.db.select(OFFICE.WorksAt).all()
    async with office.following() as socket:
        await office.db.create(OFFICE.Deal(title="Seen"), seller=office.people.acme)
        assert (await told(socket))["operation"] == "CREATED"
        for tie in ties:
            await office.db.remove(tie)
        assert (await socket.hear())["type"] in ("next", "error")


async def test_a_session_follows_from_pages_of_this_server_only(office: Office) -> None:
    identity = office.people.database.identity
    session = await identity.sign_in("ann@example.org", PASSWORD, firm=office.people.acme)
    origin = f"http://127.0.0.1:{office.client.base_url.port}"
    cookie = f"relatum-{office.client.base_url.port}={session.secret}"
    for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
        async with talk(office.client, headers={"cookie": cookie, **headers}) as socket:
            await socket.say("connection_init")
            code, reason = await socket.end()
            assert code == 4403
            assert "page" in reason
    async with talk(office.client, headers={"cookie": cookie, "origin": origin}) as socket:
        await socket.begin()
        await socket.ask("1", "{ viewer { email } }")
        assert (await socket.hear())["payload"]["data"]["viewer"] == {"email": "ann@example.org"}
        assert (await socket.hear())["type"] == "complete"
        await socket.ask("1", DEALS, variables={"since": await now(office.people.database)})
        assert session.signed_in.account is not None
        await identity.end_all(SYSTEM, session.signed_in.account)
        await office.db.create(OFFICE.Deal(title="Unseen"), seller=office.people.acme)
        heard: list[dict[str, object]] = []
        assert ((await socket.end(heard))[0], heard) == (4403, [])
