"""An administrator sees what somebody else sees, and changes nothing, by whatever way."""

from typing import Any

import pytest
from sqlalchemy import select

from relatum.access import SYSTEM, Principal
from relatum.catalogue.policies import ADMINISTRATOR
from relatum.connections import prepare
from relatum.identity import SignedIn
from relatum.session import Session
from relatum_schemas.errors import Forbidden, NotFound, RelatumError
from relatum_schemas.selection import Compare, Condition, FieldPath, Operator
from tests.server.identity.browsing import Browser
from tests.server.identity.people import OFFICE, PASSWORD, People

BOSS = Principal(roles=frozenset({ADMINISTRATOR}))


async def signed_in(people: People, email: str) -> tuple[str, SignedIn]:
    session = await people.database.identity.sign_in(email, PASSWORD)
    return session.secret, session.signed_in


async def looking(people: People) -> tuple[str, SignedIn]:
    """The session of an administrator who looks as Ann at Acme."""
    secret, itself = await signed_in(people, "cid@example.org")
    await people.database.identity.look_as(itself, people.ann, firm=people.acme)
    seen = await people.database.identity.authenticate(secret)
    assert seen is not None
    return secret, seen


async def lines(people: People, kind: str) -> list[dict[str, Any]]:
    """What the access log has of a kind."""
    log = people.database.tables.access_log
    found = select(log.c.actor, log.c.record_id, log.c.details).where(log.c.kind == kind)
    async with people.database.connections.reading() as connection:
        rows = await connection.rows(prepare(found, people.database.connections.dialect), {})
    return [dict(zip(("actor", "record", "details"), each, strict=True)) for each in rows]


async def test_it_has_the_persons_rights_and_names_both(people: People) -> None:
    secret, seen = await looking(people)
    assert seen.principal.id == people.ann
    assert seen.principal.firm == people.acme
    assert seen.principal.roles == {"partner"}
    assert seen.principal.looking is not None
    assert seen.name == "Ann Berg"
    assert seen.account is None
    db = people.database.as_(seen.principal)
    assert {each.title for each in await db.select(OFFICE.Deal).all()} == {"Tea", "Rum"}
    assert all(each.margin is None for each in await db.select(OFFICE.Deal).all())

    itself = await people.database.identity.end_looking(seen)
    assert itself.id == seen.principal.looking
    again = await people.database.identity.authenticate(secret)
    assert again is not None
    assert again.principal.unrestricted
    assert again.principal.looking is None
    (began,) = await lines(people, "looked_as")
    (ended,) = await lines(people, "looking_ended")
    assert str(itself.id) in str(ended["details"])
    assert began["details"] != ended["details"]


async def test_nothing_is_written_in_python(people: People) -> None:
    _, seen = await looking(people)
    db = people.database.as_(seen.principal)
    deal = await db.select(OFFICE.Deal).first()
    assert deal is not None

    async def once(session: Session) -> bytes:
        raise AssertionError("It was begun.")

    for writing in (
        lambda: db.update(deal, title="Changed"),
        lambda: db.create(OFFICE.Deal(title="New"), seller=people.acme),
        lambda: db.delete(deal),
        lambda: db.once("key", b"digest", once),
        lambda: db.repeatable(once),
    ):
        with pytest.raises(Forbidden, match="only look"):
            await writing()
    with pytest.raises(Forbidden, match="only look"):
        async with db.unit():
            raise AssertionError("It was begun.")
    system = people.database.as_(SYSTEM)
    assert {each.title for each in await system.select(OFFICE.Deal).all()} == {"Tea", "Rum", "Gin"}


async def test_nothing_of_identity_is_done(people: People) -> None:
    identity = people.database.identity
    _, itself = await signed_in(people, "cid@example.org")
    await identity.look_as(itself, people.bob, firm=people.acme)
    account = await identity.account_of(BOSS, "bob@example.org")
    assert account is not None
    by = Principal(
        id=people.bob,
        firm=people.acme,
        roles=frozenset({"partner_admin"}),
        looking=itself.principal.id,
    )
    person = {"given_name": "Eva", "family_name": "Low"}
    attempts = (
        lambda: identity.invite(by, "eva@example.org", person=person, roles=["clerk"]),
        lambda: identity.remove_user(by, people.ann),
        lambda: identity.set_password(by, account.id, "nine quiet otters"),
        lambda: identity.add_token(by, "mine", account=account.id),
        lambda: identity.end_all(by, account.id),
        lambda: identity.keep_policy(
            by, "all", {"role": "partner", "types": ["Deal"], "rights": ["read"]}
        ),
        lambda: identity.hold(by, people.bob, "clerk"),
    )
    for attempt in attempts:
        with pytest.raises(RelatumError):
            await attempt()
    assert await identity.sign_in("bob@example.org", PASSWORD)


async def test_who_may_look_as_whom(people: People) -> None:
    identity = people.database.identity
    _, ann = await signed_in(people, "ann@example.org")
    with pytest.raises(Forbidden):
        await identity.look_as(ann, people.bob)
    secret, cid = await signed_in(people, "cid@example.org")
    assert cid.principal.id is not None
    with pytest.raises(Forbidden, match="everything"):
        await identity.look_as(cid, cid.principal.id)
    with pytest.raises(NotFound):
        await identity.look_as(cid, people.acme)
    with pytest.raises(Forbidden, match="firm"):
        await identity.look_as(cid, people.bob, firm=people.beta)
    await identity.look_as(cid, people.ann, firm=people.acme)
    seen = await identity.authenticate(secret)
    assert seen is not None
    with pytest.raises(Forbidden):
        await identity.look_as(seen, people.bob)
    with pytest.raises(Forbidden):
        await identity.authenticate(secret, purpose="audit")


async def test_it_ends_with_the_right_of_the_administrator(people: People) -> None:
    secret, seen = await looking(people)
    administrator = seen.principal.looking
    assert administrator is not None
    await people.database.identity.let_go(SYSTEM, administrator, ADMINISTRATOR)
    after = await people.database.identity.authenticate(secret)
    assert after is not None
    assert after.principal.id == administrator
    assert not after.principal.unrestricted
    assert after.principal.looking is None


async def test_nothing_is_written_over_http(people: People, browser: Browser) -> None:
    """By no page, and by no mutation."""
    await browser.sign_in("cid@example.org")
    chosen = await browser.open("/account/as?q=ann")
    assert "ann@example.org" in chosen.text
    assert "bob@example.org" not in chosen.text
    await browser.send("/account/as", record=people.ann, firm=people.acme)
    page = await browser.open("/account")
    assert "You see this as" in page.text
    assert "Ann Berg" in page.text

    tea = await people.database.as_(SYSTEM).select(OFFICE.Deal).where(title_is("Tea")).first()
    assert tea is not None
    for text in (
        'mutation { createDeal(input: {title: "New"}) { record { id } } }',
        f'mutation {{ updateDeal(id: "{tea.id}", patch: {{title: "New"}}) {{ record {{ id }} }} }}',
        f'mutation {{ deleteDeal(id: "{tea.id}") {{ record {{ id }} }} }}',
    ):
        answer = await browser.ask(text)
        assert "errors" in answer, answer
        assert not any((answer.get("data") or {}).values())
    read = await browser.ask("{ deals { nodes { title } } }")
    assert {each["title"] for each in read["data"]["deals"]["nodes"]} == {"Tea", "Rum"}
    audited = await browser.ask("{ deals { nodes { title } } }", **{"relatum-purpose": "audit"})
    assert "errors" in audited

    for path, form in (
        ("/account/firm", {"firm": people.beta}),
        ("/account/password", {"old": PASSWORD, "new": "nine quiet otters"}),
        ("/account/tokens", {"name": "mine", "days": "7"}),
        ("/account/sessions/end-all", {}),
        ("/account/users/invite", {"invited": "eva@example.org"}),
        ("/account/users/remove", {"record": people.ann}),
        ("/account/as", {"record": people.bob}),
    ):
        refused = await browser.send(path, **form)
        assert refused.status_code == 403, path
        assert "only look" in refused.text
    await browser.send("/account/as/end")
    assert "Cid Ray" in (await browser.open("/account")).text
    system = people.database.as_(SYSTEM)
    assert {each.title for each in await system.select(OFFICE.Deal).all()} == {"Tea", "Rum", "Gin"}


async def test_signing_out_ends_the_administrators_session(
    people: People, browser: Browser
) -> None:
    await browser.sign_in("cid@example.org")
    await browser.send("/account/as", record=people.bob)
    await browser.send("/sign-out")
    assert "E-mail address" in (await browser.open("/account")).text
    administrator = await people.database.identity.account_of(BOSS, "cid@example.org")
    assert administrator is not None
    assert await people.database.identity.sessions(BOSS, administrator.id) == ()


def title_is(text: str) -> Condition:
    """Deals of a title."""
    return Compare(path=FieldPath(field="title"), operator=Operator.EQ, value=text)
