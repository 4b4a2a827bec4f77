"""Who asks is presumed, and borne out by the statement that answers: what others change counts from the next request on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from relatum.access import SYSTEM
from relatum.connections import Repeat
from relatum.identity import Mistaken
from relatum.session import Database, Session
from tests.core.identity.office import OFFICE, PASSWORD, Office, opened_office

ADA = "ada@north.example"
NORTH = ["Deal of north"]
EVERYTHING = ["Deal of north", "Deal of south"]
ALL_DEALS = {"role": "partner_user", "types": ["Deal"], "rights": ["read"]}


@pytest.fixture
async def elsewhere(office: Office) -> AsyncIterator[Office]:
    """The office as another process has it open."""
    async with opened_office(office.url, office.clock) as other:
        yield other


async def _titles(session: Session) -> list[str]:
    return sorted(each.title for each in await session.select(OFFICE.Deal).all())


async def _answered(database: Database, secret: str) -> list[str] | None:
    """The deals that whoever has a secret is shown in the next request; None where it opens nothing."""
    presumption = database.identity.presume(secret)
    if presumption is not None:
        try:
            return await _titles(database.presuming(presumption))
        except Mistaken:
            pass
    signed_in = await database.identity.authenticate(secret)
    return None if signed_in is None else await _titles(database.as_(signed_in.principal))


async def _session(office: Office) -> str:
    return str((await office.identity.sign_in(ADA, PASSWORD)).secret)


async def _token(office: Office, **given: object) -> str:
    account = office.ids["ada's account"]
    made = await office.identity.add_token(
        SYSTEM, "night", account=account, firm=office.ids["north"], **given
    )
    return str(made.secret)


async def _of_app(office: Office) -> str:
    app = await office.identity.add_client(SYSTEM, "app", roles=["administrator"])
    return str((await office.identity.add_token(SYSTEM, "app", client=app.id)).secret)


async def _end_session(office: Office, secret: str) -> None:
    signed_in = await office.identity.authenticate(secret)
    await office.identity.end_session(signed_in.principal, signed_in.session)


async def _end_token(office: Office, secret: str) -> None:
    signed_in = await office.identity.authenticate(secret)
    await office.identity.end_token(SYSTEM, signed_in.token)


async def _end_app(office: Office, secret: str) -> None:
    (app,) = await office.identity.clients(SYSTEM)
    await office.identity.end_client(SYSTEM, app.id)


async def _disable(office: Office, secret: str) -> None:
    await office.identity.set_disabled(SYSTEM, office.ids["ada's account"], disabled=True)


async def _delete(office: Office, secret: str) -> None:
    await office.database.as_(SYSTEM).delete(office.ids["ada"])


async def _end(office: Office, relationship: Any) -> None:
    db = office.database.as_(SYSTEM)
    for tie in await db.select(relationship).all():
        await db.end(tie)


async def _lose_firm(office: Office, secret: str) -> None:
    await _end(office, OFFICE.WorksAt)


async def _lose_role(office: Office, secret: str) -> None:
    await _end(office, OFFICE.PartnerOf)


async def _open_more(office: Office, secret: str) -> None:
    await office.identity.keep_policy(SYSTEM, "all deals", ALL_DEALS)


async def _promote(office: Office, secret: str) -> None:
    await office.identity.hold(SYSTEM, office.ids["ada"], "administrator")


async def _merge(office: Office, secret: str) -> None:
    await office.make("lund", OFFICE.Person(family_name="Lund-Berg"))
    await office.relate(OFFICE.WorksAt, "lund", "south")
    await office.database.as_(SYSTEM).merge(office.ids["ada"], office.ids["lund"])
    # The session goes on for the north, where the merged person works, too; then no longer.
    db = office.database.as_(SYSTEM)
    for tie in await db.select(OFFICE.WorksAt).all():
        if tie.target == office.ids["north"]:
            await db.end(tie)


async def _merge_firms(office: Office, secret: str) -> None:
    await office.database.as_(SYSTEM).merge(office.ids["north"], office.ids["south"])


CHANGES = [
    (_session, _end_session, None),
    (_session, _disable, None),
    (_session, _delete, None),
    (_session, _lose_firm, []),
    (_session, _lose_role, []),
    (_session, _open_more, EVERYTHING),
    (_session, _promote, EVERYTHING),
    (_session, _merge, []),
    (_session, _merge_firms, EVERYTHING),
    (_token, _end_token, None),
    (_token, _merge_firms, EVERYTHING),
    (_of_app, _end_app, None),
]


@pytest.mark.parametrize(
    ("begin", "change", "seen"),
    CHANGES,
    ids=lambda given: given.__name__.strip("_") if callable(given) else "",
)
async def test_what_another_process_changes_counts_from_the_next_request_on(
    begin: Callable[[Office], Awaitable[str]],
    change: Callable[[Office, str], Awaitable[None]],
    seen: list[str] | None,
    office: Office,
    elsewhere: Office,
) -> None:
    secret = await begin(office)
    before = await _answered(elsewhere.database, secret)
    assert before == (EVERYTHING if begin is _of_app else NORTH)
    await elsewhere.identity.close()
    with elsewhere.database.connections.count_statements() as statements:
        assert await _answered(elsewhere.database, secret) == before
    assert len(statements) == 1
    await change(office, secret)
    assert await _answered(elsewhere.database, secret) == seen
    await elsewhere.identity.close()
    if seen is not None:
        with elsewhere.database.connections.count_statements() as statements:
            assert await _answered(elsewhere.database, secret) == seen
        assert len(statements) == 1


EVE = "eve@ours.example"


async def _eve(office: Office) -> None:
    """Somebody who acts for no firm, and to whom the administrators' role opens everything."""
    await office.make("eve", OFFICE.Person(family_name="Holm"))
    eve = office.ids["eve"]
    account = await office.identity.add_account(SYSTEM, EVE, record=eve, password=PASSWORD)
    office.ids["eve's account"] = account.id
    await office.identity.hold(SYSTEM, eve, "administrator")


async def _eves_session(office: Office) -> str:
    return str((await office.identity.sign_in(EVE, PASSWORD)).secret)


async def _eves_token(office: Office) -> str:
    account = office.ids["eve's account"]
    return str((await office.identity.add_token(SYSTEM, "night", account=account)).secret)


async def _disable_eve(office: Office) -> None:
    await office.identity.set_disabled(SYSTEM, office.ids["eve's account"], disabled=True)


async def _delete_eve(office: Office) -> None:
    await office.database.as_(SYSTEM).delete(office.ids["eve"])


async def _merge_eve(office: Office) -> None:
    await office.make("holm", OFFICE.Person(family_name="Holm-Lund"))
    await office.database.as_(SYSTEM).merge(office.ids["eve"], office.ids["holm"])


async def _merge_into_eve(office: Office) -> None:
    """Eve becomes who holds no role herself, and may act for a firm."""
    await office.identity.let_go(SYSTEM, office.ids["eve"], "administrator")
    await office.database.as_(SYSTEM).merge(office.ids["ada"], office.ids["eve"])


async def _dismiss(office: Office) -> None:
    await office.identity.let_go(SYSTEM, office.ids["eve"], "administrator")


async def _confine(office: Office) -> None:
    eve, north = office.ids["eve"], office.ids["north"]
    await office.identity.hold(SYSTEM, eve, "administrator", firm=north)
    await office.identity.let_go(SYSTEM, eve, "administrator")


async def _rename(office: Office) -> None:
    db = office.database.as_(SYSTEM)
    await db.update(await db.get(OFFICE.Person, office.ids["eve"]), family_name="Berg")


@pytest.mark.parametrize("begin", [_eves_session, _eves_token])
@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (_disable_eve, None),
        (_delete_eve, None),
        (_merge_eve, EVERYTHING),
        (_merge_into_eve, []),
        (_dismiss, []),
        (_confine, []),
        (_rename, EVERYTHING),
    ],
)
async def test_what_led_nowhere_is_not_followed_until_it_leads_somewhere(
    begin: Callable[[Office], Awaitable[str]],
    change: Callable[[Office], Awaitable[None]],
    seen: list[str] | None,
    office: Office,
    elsewhere: Office,
) -> None:
    await _eve(office)
    secret = await begin(office)
    assert await _answered(elsewhere.database, secret) == EVERYTHING
    await elsewhere.identity.close()
    presumption = elsewhere.identity.presume(secret)
    assert presumption is not None and presumption.testimony.brief
    with elsewhere.database.connections.count_statements() as statements:
        assert await _answered(elsewhere.database, secret) == EVERYTHING
    assert len(statements) == 1
    await change(office)
    with pytest.raises(Mistaken):
        await _titles(elsewhere.database.presuming(presumption))
    assert await _answered(elsewhere.database, secret) == seen
    await elsewhere.identity.close()
    if seen is not None:
        with elsewhere.database.connections.count_statements() as statements:
            assert await _answered(elsewhere.database, secret) == seen
        assert len(statements) == 1


async def test_what_expires_does_so_in_the_statement_that_answers(office: Office) -> None:
    account = office.ids["ada's account"]
    made = await office.identity.add_token(
        SYSTEM, "short", account=account, firm=office.ids["north"], lasts=timedelta(seconds=50)
    )
    assert await _answered(office.database, made.secret) == NORTH
    await office.identity.close()
    office.clock.forward(seconds=40)
    assert office.identity.presume(made.secret) is not None
    assert await _answered(office.database, made.secret) == NORTH
    office.clock.forward(seconds=15)
    assert office.identity.presume(made.secret) is not None
    assert await _answered(office.database, made.secret) is None


async def test_ties_that_lapse_at_midnight_open_nothing_from_then_on(office: Office) -> None:
    (tie,) = await office.database.as_(SYSTEM).select(OFFICE.WorksAt).all()
    tomorrow = office.clock().date() + timedelta(days=1)
    await office.database.as_(SYSTEM).end(tie, at=tomorrow)
    office.clock.forward(hours=14, minutes=59, seconds=40)
    secret = await _session(office)
    assert await _answered(office.database, secret) == NORTH
    await office.identity.close()
    office.clock.forward(seconds=30)
    assert office.identity.presume(secret) is not None
    assert await _answered(office.database, secret) == []


async def test_the_last_use_is_noted_although_who_asks_is_presumed(office: Office) -> None:
    secret = await _session(office)
    signed_in = await office.identity.authenticate(secret)
    for _ in range(4):
        office.clock.forward(seconds=25)
        assert await _answered(office.database, secret) == NORTH
        await office.identity.close()
    listed = await office.identity.sessions(signed_in.principal, signed_in.account)
    assert office.clock() - min(each.used_at for each in listed) <= timedelta(minutes=1)


async def test_nothing_is_written_for_who_is_wrongly_presumed_to_ask(
    office: Office, elsewhere: Office
) -> None:
    secret = await _of_app(office)
    assert await _answered(elsewhere.database, secret) == EVERYTHING
    await elsewhere.identity.close()
    presumption = elsewhere.identity.presume(secret)
    await _end_app(office, secret)
    db = elsewhere.database.presuming(presumption)
    for attempt in (
        db.create(OFFICE.Deal(title="Sold to nobody")),
        db.note("looked"),
        db.certify(),
        _titles(db),
    ):
        with pytest.raises(Mistaken):
            await attempt
    with pytest.raises(Mistaken):
        async with db.unit():
            raise AssertionError("the unit of work began")
    with pytest.raises(Mistaken):
        async with db.snapshot():
            raise AssertionError("the snapshot was used")
    assert await _titles(office.database.as_(SYSTEM)) == EVERYTHING


async def test_a_unit_of_work_begins_when_it_is_certain_who_asks(office: Office) -> None:
    secret = await _of_app(office)
    await office.identity.authenticate(secret)
    await office.identity.close()
    db = office.database.presuming(office.identity.presume(secret))
    with office.database.connections.count_statements() as statements:
        await db.certify()
        await db.certify()
    assert len(statements) == 1
    await db.create(OFFICE.Deal(title="One more"))
    assert await _titles(db) == sorted([*EVERYTHING, "One more"])


async def test_a_unit_of_work_that_is_repeated_is_borne_out_again(
    office: Office, elsewhere: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = await _of_app(office)
    await office.identity.authenticate(secret)
    await office.identity.close()
    db = office.database.presuming(office.identity.presume(secret))
    attempts: list[Session] = []

    async def work(unit: Session) -> None:
        attempts.append(unit)
        await unit.create(OFFICE.Deal(title="Sold to nobody"))
        raise Repeat

    async def meanwhile(seconds: float) -> None:
        monkeypatch.undo()
        await _end_app(elsewhere, secret)

    monkeypatch.setattr(asyncio, "sleep", meanwhile)
    with pytest.raises(Mistaken):
        await db.repeatable(work)
    assert len(attempts) == 1
    assert await _titles(office.database.as_(SYSTEM)) == EVERYTHING


async def test_who_asks_is_presumed_no_more_where_the_secret_opens_nothing_any_more(
    office: Office, elsewhere: Office
) -> None:
    secret = await _of_app(office)
    assert await _answered(office.database, secret) == EVERYTHING
    await office.identity.close()
    await _end_app(elsewhere, secret)
    assert office.identity.presume(secret) is not None
    assert await _answered(office.database, secret) is None
    assert office.identity.presume(secret) is None
