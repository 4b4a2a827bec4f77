"""Invitations: who may invite whom with what, and what accepting one makes."""

from typing import Any

import pytest

from relatum.access import SYSTEM, Principal
from relatum_schemas.errors import (
    Conflict,
    Forbidden,
    NotFound,
    RelatumError,
    Required,
    SpentLink,
)
from tests.core.identity.office import OFFICE, PASSWORD, Office

BEA = {"given_name": "Bea", "family_name": "Holm"}


@pytest.fixture
async def admin(office: Office) -> Any:
    """Ada, who manages the users of North."""
    await office.identity.hold(SYSTEM, office.ids["ada"], "partner_admin", firm=office.ids["north"])
    session = await office.identity.sign_in("ada@north.example", PASSWORD)
    return session.signed_in.principal


async def test_a_firm_takes_in_somebody_new(office: Office, admin: Principal) -> None:
    north = office.ids["north"]
    invited = await office.identity.invite(admin, "bea@north.example", person=BEA, roles=["clerk"])
    assert invited.secret is None
    letter = await office.last_letter()
    assert (letter.to, letter.firm, letter.sender) == ("bea@north.example", "North", "Ada Lund")
    (waiting,) = await office.identity.invitations(admin)
    assert (waiting.email, waiting.firm, waiting.roles) == ("bea@north.example", north, {"clerk"})
    session = await office.identity.redeem(letter.secret, password="a whole new one")
    principal = session.signed_in.principal
    assert (session.signed_in.name, principal.firm) == ("Bea Holm", north)
    assert principal.roles == {"clerk", "partner_user"}
    assert await office.identity.invitations(admin) == ()
    await office.identity.sign_in("bea@north.example", "a whole new one")
    (made,) = [
        tie for tie in await office.database.as_(SYSTEM).select(OFFICE.WorksAt).all()
        if tie.source == principal.id
    ]  # fmt: skip
    assert made.valid_from == office.clock().date()


async def test_who_has_an_account_is_taken_in_as_that_person(office: Office) -> None:
    invited = await office.identity.invite(
        SYSTEM, "Ada@North.example", person=BEA, firm=office.ids["south"], roles=["clerk"]
    )
    session = await office.identity.redeem(invited.secret, password="not put into force")
    assert session.signed_in.principal.id == office.ids["ada"]
    assert session.signed_in.principal.firm == office.ids["south"]
    assert [firm.label for firm in session.signed_in.firms] == ["North", "South"]
    switched = await office.identity.switch_firm(session.signed_in, office.ids["north"])
    assert "clerk" not in switched.principal.roles
    await office.identity.sign_in("ada@north.example", PASSWORD)


async def test_administrators_invite_by_a_record_and_learn_the_secret(office: Office) -> None:
    await office.make("carl", OFFICE.Person(family_name="Carl"))
    invited = await office.identity.invite(
        SYSTEM, "carl@ours.example", record=office.ids["carl"], roles=["administrator"]
    )
    session = await office.identity.redeem(invited.secret)
    assert session.signed_in.principal.id == office.ids["carl"]
    assert session.signed_in.principal.unrestricted
    with pytest.raises(Conflict):
        await office.identity.invite(SYSTEM, "ada@north.example", record=office.ids["carl"])


async def test_a_manager_reaches_no_further_than_its_firm(office: Office, admin: Principal) -> None:
    ids = office.ids
    for name, firms in (("free", []), ("both", ["north", "south"]), ("own", ["north"])):
        await office.make(name, OFFICE.Person(family_name=name))
        for firm in firms:
            await office.relate(OFFICE.WorksAt, name, firm)
    invite = office.identity.invite
    for given in (
        {"person": BEA, "firm": ids["south"]},
        {"person": BEA, "roles": ["partner_admin"]},
        {"person": BEA, "roles": ["administrator"]},
        {"record": ids["ada"]},
        {"record": ids["free"]},
        {"record": ids["both"]},
        {"record": ids["south"]},
    ):
        with pytest.raises(Forbidden):
            await invite(admin, "x@north.example", **given)
    await invite(admin, "own@north.example", record=ids["own"])
    outsider = Principal(id=ids["ada"], firm=ids["north"], roles=frozenset({"clerk"}))
    for refused in (
        invite(outsider, "x@north.example", person=BEA),
        office.identity.invitations(outsider),
        office.identity.remove_user(outsider, ids["own"]),
    ):
        with pytest.raises(Forbidden):
            await refused
    (waiting,) = await office.identity.invitations(admin)
    with pytest.raises(NotFound):
        await office.identity.withdraw(outsider, waiting.id)


async def test_what_is_wrong_with_a_person_is_told_to_who_invites(
    office: Office, admin: Principal
) -> None:
    for person in ({"given_name": "Bea"}, {**BEA, "size": 3}, {**BEA, "type": "Deal"}):
        with pytest.raises(RelatumError):
            await office.identity.invite(admin, "bea@north.example", person=person)
    with pytest.raises(Required):
        await office.identity.invite(admin, "bea@north.example")
    assert await office.identity.invitations(admin) == ()
    db = office.database.as_(SYSTEM)
    assert [each.family_name for each in await db.select(OFFICE.Person).all()] == ["Lund"]


async def test_an_invitation_is_withdrawn_and_expires(office: Office, admin: Principal) -> None:
    for withdrawn in (True, False):
        await office.identity.invite(admin, "bea@north.example", person=BEA)
        letter = await office.last_letter()
        if withdrawn:
            (waiting,) = await office.identity.invitations(admin)
            await office.identity.withdraw(admin, waiting.id)
        else:
            office.clock.forward(days=7)
        with pytest.raises(SpentLink):
            await office.identity.redeem(letter.secret)
        assert await office.identity.invitations(admin) == ()


async def test_a_removed_user_loses_firm_roles_sessions_and_tokens_there(
    office: Office, admin: Principal
) -> None:
    ids, identity = office.ids, office.identity
    await office.make("bea", OFFICE.Person(family_name="Bea"))
    for firm in ("north", "south"):
        await office.relate(OFFICE.WorksAt, "bea", firm)
        await identity.hold(SYSTEM, ids["bea"], "clerk", firm=ids[firm])
    account = await identity.add_account(
        SYSTEM, "bea@north.example", record=ids["bea"], password=PASSWORD
    )
    sessions, tokens = {}, {}
    for firm in ("north", "south"):
        sessions[firm] = await identity.sign_in("bea@north.example", PASSWORD, firm=ids[firm])
        tokens[firm] = await identity.add_token(SYSTEM, firm, account=account.id, firm=ids[firm])
    await identity.remove_user(admin, ids["bea"])
    assert await identity.authenticate(sessions["north"].secret) is None
    assert await identity.authenticate(tokens["north"].secret) is None
    left = await identity.authenticate(sessions["south"].secret)
    assert [firm.label for firm in left.firms] == ["South"]
    assert await identity.authenticate(tokens["south"].secret)
    assert await identity.roles_of(ids["bea"], ids["north"]) == {"partner_user"}
    with pytest.raises(NotFound):
        await identity.remove_user(admin, ids["bea"])
    await identity.hold(SYSTEM, ids["bea"], "partner_admin", firm=ids["north"])
    with pytest.raises(Forbidden):
        await identity.remove_user(admin, ids["bea"])


async def test_the_users_of_a_firm_are_those_who_may_act_for_it(
    office: Office, admin: Principal
) -> None:
    for name, firm in (("bea", "north"), ("carl", "south")):
        await office.make(name, OFFICE.Person(family_name=name))
        await office.relate(OFFICE.WorksAt, name, firm)
        await office.identity.add_account(SYSTEM, f"{name}@x.example", record=office.ids[name])
    users = await office.identity.users(admin)
    assert [each.email for each in users] == ["ada@north.example", "bea@x.example"]
    await office.identity.remove_user(admin, office.ids["bea"])
    assert [each.email for each in await office.identity.users(admin)] == ["ada@north.example"]
    with pytest.raises(Forbidden):
        await office.identity.users(admin, firm=office.ids["south"])
    (carl,) = await office.identity.users(SYSTEM, firm=office.ids["south"])
    assert carl.record == office.ids["carl"]


async def test_invitations_go_with_whoever_made_them(office: Office, admin: Principal) -> None:
    await office.identity.invite(admin, "bea@north.example", person=BEA)
    letter = await office.last_letter()
    await office.identity.remove_user(SYSTEM, admin.id, firm=office.ids["north"])
    with pytest.raises(SpentLink):
        await office.identity.redeem(letter.secret)


async def test_who_came_today_never_was_there(office: Office, admin: Principal) -> None:
    await office.identity.invite(admin, "bea@north.example", person=BEA)
    session = await office.identity.redeem((await office.last_letter()).secret)
    await office.identity.remove_user(admin, session.signed_in.principal.id)
    assert await office.identity.authenticate(session.secret) is None
    db = office.database.as_(SYSTEM)
    assert [tie.source for tie in await db.select(OFFICE.WorksAt).all()] == [office.ids["ada"]]
