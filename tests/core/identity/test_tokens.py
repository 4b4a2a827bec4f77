"""Client apps and tokens: scoped, bound to a purpose, expiring, ended."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from relatum.access import SYSTEM
from relatum.connections import prepare
from relatum_schemas.errors import BadValue, Conflict, Forbidden, NotFound, RelatumError, Required
from tests.core.identity.office import PASSWORD, Office

ADA = "ada@north.example"


async def test_a_person_makes_a_token_of_its_own_with_a_part_of_its_roles(office: Office) -> None:
    await office.identity.hold(SYSTEM, office.ids["ada"], "clerk")
    me = (await office.identity.sign_in(ADA, PASSWORD)).signed_in
    made = await office.identity.add_token(
        me.principal, "script", account=me.account, roles=["clerk", "partner_admin"],
        firm=office.ids["north"],
    )  # fmt: skip
    signed_in = await office.identity.authenticate(made.secret)
    assert signed_in.principal.roles == {"clerk"}
    assert signed_in.principal.firm == office.ids["north"]
    assert (signed_in.session, signed_in.token) == (None, made.token.id)
    with pytest.raises(Forbidden):
        await office.identity.add_token(signed_in.principal, "more", account=me.account)
    with pytest.raises(Forbidden):
        await office.identity.switch_firm(signed_in, None)
    (listed,) = await office.identity.tokens(me.principal, account=me.account)
    assert listed.name == "script"
    await office.identity.end_token(me.principal, made.token.id)
    assert await office.identity.authenticate(made.secret) is None


async def test_a_client_app_has_the_roles_it_was_given(office: Office) -> None:
    client = await office.identity.add_client(SYSTEM, "portal", roles=["clerk", "partner_user"])
    whole = await office.identity.add_token(SYSTEM, "all", client=client.id)
    part = await office.identity.add_token(SYSTEM, "part", client=client.id, roles=["clerk"])
    signed_in = await office.identity.authenticate(whole.secret)
    assert (signed_in.client, signed_in.name, signed_in.account) == ("portal", "portal", None)
    assert signed_in.principal.roles == {"clerk", "partner_user"}
    assert signed_in.principal.client == "portal"
    assert (await office.identity.authenticate(part.secret)).principal.roles == {"clerk"}
    await office.identity.close()
    with office.database.connections.count_statements() as statements:
        await office.identity.authenticate(part.secret)
    assert len(statements) == 1
    with pytest.raises(Conflict):
        await office.identity.add_client(SYSTEM, "portal")
    await office.identity.end_client(SYSTEM, client.id)
    assert await office.identity.authenticate(whole.secret) is None
    with pytest.raises(NotFound):
        await office.identity.end_client(SYSTEM, client.id)


async def test_a_token_is_for_its_purpose_and_its_time(office: Office) -> None:
    account = office.ids["ada's account"]
    for code in ("care", "marketing"):
        policy = {"role": "clerk", "types": ["Deal"], "rights": ["read"], "purposes": [code]}
        await office.identity.keep_policy(SYSTEM, code, policy)
    made = await office.identity.add_token(
        SYSTEM, "care", account=account, purpose="care", lasts=timedelta(hours=1)
    )
    assert (await office.identity.authenticate(made.secret)).principal.purpose == "care"
    assert (
        await office.identity.authenticate(made.secret, purpose="care")
    ).principal.purpose == "care"
    with pytest.raises(Forbidden):
        await office.identity.authenticate(made.secret, purpose="marketing")
    await office.identity.close()
    (listed,) = await office.identity.tokens(SYSTEM, account=account)
    assert listed.used_at == office.clock()
    office.clock.forward(hours=1)
    assert await office.identity.authenticate(made.secret) is None
    free = await office.identity.add_token(SYSTEM, "free", account=account)
    assert (await office.identity.authenticate(free.secret)).principal.purpose == "operate"
    asked = await office.identity.authenticate(free.secret, purpose="marketing")
    assert asked.principal.purpose == "marketing"
    with pytest.raises(BadValue):
        await office.identity.authenticate(free.secret, purpose="gossip")
    await office.identity.end_policy(SYSTEM, "marketing")
    with pytest.raises(BadValue):
        await office.identity.authenticate(free.secret, purpose="marketing")


async def test_a_token_follows_the_tie_of_its_firm(office: Office) -> None:
    made = await office.identity.add_token(
        SYSTEM, "south", account=office.ids["ada's account"], firm=office.ids["south"]
    )
    assert (await office.identity.authenticate(made.secret)).principal.firm is None


BAD = [
    ({}, Required),
    ({"account": "ada's account", "client": "ours"}, Required),
    ({"account": "ada"}, NotFound),
    ({"client": "ours"}, NotFound),
]


@pytest.mark.parametrize(("given", "refusal"), BAD)
async def test_what_would_be_no_token_is_refused(
    given: dict[str, str], refusal: type[RelatumError], office: Office
) -> None:
    ids = {name: office.ids[which] for name, which in given.items()}
    with pytest.raises(refusal):
        await office.identity.add_token(SYSTEM, "bad", **ids)


async def test_scope_and_time_have_bounds(office: Office) -> None:
    account = office.ids["ada's account"]
    for wrong in (
        {"lasts": timedelta(days=400)},
        {"lasts": timedelta()},
        {"roles": ["no role"]},
        {"purpose": "gossip"},
    ):
        with pytest.raises(BadValue):
            await office.identity.add_token(SYSTEM, "bad", account=account, **wrong)


async def test_only_hashes_are_stored(office: Office) -> None:
    made = await office.identity.add_token(SYSTEM, "x", account=office.ids["ada's account"])
    session = await office.identity.sign_in(ADA, PASSWORD)
    async with office.database.connections.reading() as connection:
        for name in ("token", "session", "account", "ticket", "access_log", "throttle"):
            statement = select(getattr(office.database.tables, name))
            shown = str(await connection.rows(prepare(statement, connection.dialect), {}))
            assert made.secret not in shown
            assert session.secret not in shown
            assert PASSWORD not in shown
