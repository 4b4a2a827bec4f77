"""What was taken away is gone with the next request, and what expires, expires."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from relatum.access import SYSTEM, Principal
from relatum.connections import prepare
from relatum.identity import throttling
from relatum.session import Database
from relatum_schemas.errors import BadValue, Forbidden, NotFound
from tests.core.identity.office import OFFICE, PASSWORD, Office

ADA = "ada@north.example"


async def _end_session(office: Office, secret: str) -> None:
    signed_in = await office.identity.authenticate(secret)
    await office.identity.end_session(signed_in.principal, signed_in.session)


async def _end_all(office: Office, secret: str) -> None:
    signed_in = await office.identity.authenticate(secret)
    await office.identity.end_all(signed_in.principal, signed_in.account)


async def _disable(office: Office, secret: str) -> None:
    await office.identity.set_disabled(SYSTEM, office.ids["ada's account"], disabled=True)


async def _delete(office: Office, secret: str) -> None:
    await office.database.as_(SYSTEM).delete(office.ids["ada"])


async def _idle(office: Office, secret: str) -> None:
    office.clock.forward(hours=11)
    assert await office.identity.authenticate(secret)
    await office.identity.close()
    office.clock.forward(hours=11)
    assert await office.identity.authenticate(secret)
    await office.identity.close()
    office.clock.forward(hours=12, seconds=1)


async def _expire(office: Office, secret: str) -> None:
    for _ in range(28):
        assert await office.identity.authenticate(secret)
        await office.identity.close()
        office.clock.forward(hours=11, minutes=59)
    office.clock.forward(minutes=30)


ENDS = [_end_session, _end_all, _disable, _delete, _idle, _expire]


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__.strip("_"))
async def test_a_session_that_ended_opens_nothing(
    end: Callable[[Office, str], Awaitable[None]], office: Office
) -> None:
    session = await office.identity.sign_in(ADA, PASSWORD)
    await end(office, session.secret)
    assert await office.identity.authenticate(session.secret) is None


@pytest.mark.parametrize(
    "secret", ["", "rlt_s_", "rlt_s_wrong", "rlt_x_1", "rlt_s_" + "a" * 9_999, "rlt_s_\ud800", "ä"]
)
async def test_what_is_no_secret_opens_nothing(secret: str, office: Office) -> None:
    assert await office.identity.authenticate(secret) is None


async def test_sessions_are_listed_and_ended_by_the_person_alone(office: Office) -> None:
    first = await office.identity.sign_in(ADA, PASSWORD, agent="Phone\0", address="192.0.2.1")
    office.clock.forward(minutes=5)
    second = await office.identity.sign_in(ADA, PASSWORD, agent="Desk")
    me, account = second.signed_in.principal, second.signed_in.account
    listed = await office.identity.sessions(me, account)
    assert [(each.agent, each.address) for each in listed] == [("Desk", ""), ("Phone", "192.0.2.1")]
    stranger = Principal(id=office.ids["ours"])
    for attempt in (
        office.identity.sessions(stranger, account),
        office.identity.end_session(stranger, first.signed_in.session),
        office.identity.end_all(stranger, account),
        office.identity.end_session(me, office.ids["ada"]),
    ):
        with pytest.raises(NotFound):
            await attempt
    await office.identity.end_all(me, account, but=second.signed_in.session)
    assert [each.agent for each in await office.identity.sessions(me, account)] == ["Desk"]


async def test_the_last_use_is_kept_to_the_minute(office: Office) -> None:
    session = await office.identity.sign_in(ADA, PASSWORD)
    me, account = session.signed_in.principal, session.signed_in.account
    began = office.clock()
    for seconds, used in ((30, 0), (40, 70)):
        office.clock.forward(seconds=seconds)
        await office.identity.authenticate(session.secret)
        await office.identity.close()
        (listed,) = await office.identity.sessions(me, account)
        assert listed.used_at == began + timedelta(seconds=used)


async def test_a_tie_that_ended_takes_firm_and_roles_away(office: Office) -> None:
    session = await office.identity.sign_in(ADA, PASSWORD)
    await office.identity.hold(SYSTEM, office.ids["ada"], "clerk", firm=office.ids["north"])
    signed_in = await office.identity.authenticate(session.secret)
    assert signed_in.principal.roles == {"partner_user", "clerk"}
    db = office.database.as_(SYSTEM)
    (tie,) = await db.select(OFFICE.WorksAt).all()
    await db.end(tie)
    signed_in = await office.identity.authenticate(session.secret)
    principal = signed_in.principal
    assert (principal.firm, principal.roles, signed_in.firms) == (None, frozenset(), ())
    assert await office.database.as_(principal).select(OFFICE.Deal).all() == []


async def test_a_role_by_a_rule_goes_with_the_tie_further_off(office: Office) -> None:
    session = await office.identity.sign_in(ADA, PASSWORD)
    db = office.database.as_(SYSTEM)
    for tie in await db.select(OFFICE.PartnerOf).all():
        await db.end(tie)
    signed_in = await office.identity.authenticate(session.secret)
    assert signed_in.principal.firm == office.ids["north"]
    assert signed_in.principal.roles == frozenset()


async def test_a_role_let_go_is_held_no_more(office: Office) -> None:
    ada, north = office.ids["ada"], office.ids["north"]
    session = await office.identity.sign_in(ADA, PASSWORD)
    for firm in (None, north, office.ids["south"]):
        await office.identity.hold(SYSTEM, ada, "clerk", firm=firm)
    await office.identity.hold(SYSTEM, ada, "clerk")
    assert len(await office.identity.holdings(record=ada)) == 3
    for firm in (None, north):
        assert "clerk" in (await office.identity.authenticate(session.secret)).principal.roles
        await office.identity.let_go(SYSTEM, ada, "clerk", firm=firm)
    assert "clerk" not in (await office.identity.authenticate(session.secret)).principal.roles
    with pytest.raises(NotFound):
        await office.identity.let_go(SYSTEM, ada, "clerk")
    with pytest.raises(BadValue, match="clerk"):
        await office.identity.hold(SYSTEM, ada, "clerck")
    with pytest.raises(Forbidden):
        await office.identity.hold(Principal(id=ada), ada, "administrator")


async def test_roles_are_known_as_they_were(office: Office) -> None:
    ada, north = office.ids["ada"], office.ids["north"]
    before = office.clock()
    office.clock.forward(days=1)
    await office.identity.hold(SYSTEM, ada, "clerk", firm=north)
    held = office.clock()
    office.clock.forward(days=1)
    db = office.database.as_(SYSTEM)
    (tie,) = await db.select(OFFICE.WorksAt).all()
    await db.end(tie)
    await office.identity.let_go(SYSTEM, ada, "clerk", firm=north)
    roles_of = office.identity.roles_of
    assert await roles_of(ada, north, at=before) == {"partner_user"}
    assert await roles_of(ada, north, at=held) == {"partner_user", "clerk"}
    assert await roles_of(ada, None, at=held) == {"partner_user"}
    assert await roles_of(ada, north) == frozenset()


async def test_a_merged_person_keeps_account_and_roles(office: Office) -> None:
    session = await office.identity.sign_in(ADA, PASSWORD)
    await office.identity.hold(SYSTEM, office.ids["ada"], "clerk")
    await office.make("lund", OFFICE.Person(given_name="Ada", family_name="Lund-Berg"))
    await office.database.as_(SYSTEM).merge(office.ids["ada"], office.ids["lund"])
    principal = (await office.identity.authenticate(session.secret)).principal
    assert (principal.id, principal.firm) == (office.ids["lund"], office.ids["north"])
    assert principal.roles == {"partner_user", "clerk"}
    me = await office.identity.sessions(principal, office.ids["ada's account"])
    assert len(me) == 1


async def test_authenticating_takes_two_statements(office: Office) -> None:
    session = await office.identity.sign_in(ADA, PASSWORD)
    await office.identity.authenticate(session.secret)
    with office.database.connections.count_statements() as statements:
        await office.identity.authenticate(session.secret)
    assert len([each for each in statements if "SELECT" in each]) == len(statements) == 2


async def test_requests_and_endings_at_once_leave_nothing_open(office: Office) -> None:
    sessions = [await office.identity.sign_in(ADA, PASSWORD) for _ in range(5)]

    async def end(database: Database, which: int) -> None:
        signed_in = sessions[which].signed_in
        await database.identity.end_session(signed_in.principal, signed_in.session)
        assert await database.identity.authenticate(sessions[which].secret) is None

    await asyncio.gather(*(end(office.database, which) for which in range(5) for _ in range(2)))


async def test_what_is_long_over_is_cleared_away(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.identity.sign_in(ADA, PASSWORD, address="192.0.2.1")
    await office.identity.send_link(ADA, use="sign_in")
    office.clock.forward(days=45)
    monkeypatch.setattr(throttling, "_SWEPT", 1)
    lasting = await office.identity.sign_in(ADA, PASSWORD)
    tables = office.database.tables
    async with office.database.connections.reading() as connection:
        for table, left in ((tables.session, 1), (tables.ticket, 0), (tables.throttle, 1)):
            statement = select(func.count()).select_from(table)
            assert await connection.value(prepare(statement, connection.dialect), {}) == left
    assert await office.identity.authenticate(lasting.secret)
