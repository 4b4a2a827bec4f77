"""Requests of those who asked before: one statement each, and nothing, be it an error, for who may ask no longer."""

from datetime import timedelta
from uuid import UUID

import pytest

from relatum.access import SYSTEM
from tests.server.identity.browsing import Browser
from tests.server.identity.people import People

QUESTIONS = [
    "{ deals { nodes { id } } }",
    "{ viewer { label } }",
    "{ __schema { queryType { name } } }",
    "{ __typename }",
    "{ deals(first: -1) { nodes { id } } }",
    "{ nothing }",
    "{",
]


async def _token(people: People, *roles: str) -> tuple[str, UUID]:
    identity = people.database.identity
    app = await identity.add_client(SYSTEM, "warehouse", roles=roles)
    made = await identity.add_token(SYSTEM, "night", client=app.id, lasts=timedelta(days=1))
    return made.secret, app.id


async def test_who_asked_before_is_answered_in_one_statement(
    browser: Browser, people: People
) -> None:
    secret, _ = await _token(people, "administrator")
    headers = {"authorization": f"Bearer {secret}"}
    question = {"query": QUESTIONS[0]}
    first = await browser.client.post("/graphql", json=question, headers=headers)
    await people.database.identity.close()
    with people.database.connections.count_statements() as statements:
        for _ in range(3):
            answer = await browser.client.post("/graphql", json=question, headers=headers)
            assert answer.content == first.content
            assert answer.status_code == 200
    assert len(statements) == 3


async def test_a_browsers_session_is_answered_in_one_statement(
    browser: Browser, people: People
) -> None:
    await browser.sign_in("bob@example.org")
    first = await browser.ask(QUESTIONS[0])
    await people.database.identity.close()
    with people.database.connections.count_statements() as statements:
        assert await browser.ask(QUESTIONS[0]) == first
    assert len(statements) == 1


@pytest.mark.parametrize("question", QUESTIONS)
async def test_who_may_ask_no_longer_is_told_only_that(
    question: str, browser: Browser, people: People
) -> None:
    secret, app = await _token(people, "clerk")
    headers = {"authorization": f"Bearer {secret}"}
    before = await browser.client.post("/graphql", json={"query": question}, headers=headers)
    assert before.status_code != 401
    again = await browser.client.post("/graphql", json={"query": question}, headers=headers)
    assert (again.status_code, again.json()) == (before.status_code, before.json())
    await people.database.identity.end_client(SYSTEM, app)
    after = await browser.client.post("/graphql", json={"query": question}, headers=headers)
    assert after.status_code == 401
    assert after.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
