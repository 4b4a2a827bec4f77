"""Signing in by password: what it gives, what it refuses, and how often it may be tried."""

import asyncio
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, update

from relatum.access import SYSTEM, Principal
from relatum.connections import prepare
from relatum.identity import passwords
from relatum_schemas.errors import (
    BadValue,
    Conflict,
    Forbidden,
    NotFound,
    RelatumError,
    SignInRefused,
    TooManyAttempts,
)
from tests.core.identity.office import OFFICE, PASSWORD, Office

ADA = "ada@north.example"


async def test_who_signs_in_acts_for_its_one_firm_with_its_roles(office: Office) -> None:
    session = await office.identity.sign_in(
        "ADA@north.example ", PASSWORD, agent="Test", address="::1"
    )
    signed_in = await office.identity.authenticate(session.secret)
    assert signed_in == session.signed_in
    principal = signed_in.principal
    assert (principal.id, principal.firm) == (office.ids["ada"], office.ids["north"])
    assert principal.roles == {"partner_user"}
    assert (signed_in.name, signed_in.email) == ("Ada Lund", ADA)
    assert [firm.label for firm in signed_in.firms] == ["North"]
    deals = await office.database.as_(principal).select(OFFICE.Deal).all()
    assert [deal.title for deal in deals] == ["Deal of north"]


async def test_every_refusal_is_the_same(office: Office) -> None:
    for each in ("bob", "carl", "dora"):
        await office.make(each, OFFICE.Person(family_name=each))
    add = office.identity.add_account
    disabled = await add(SYSTEM, "bob@north.example", record=office.ids["bob"], password=PASSWORD)
    await office.identity.set_disabled(SYSTEM, disabled.id, disabled=True)
    await add(SYSTEM, "carl@north.example", record=office.ids["carl"])
    await add(SYSTEM, "dora@north.example", record=office.ids["dora"], password=PASSWORD)
    await office.database.as_(SYSTEM).delete(office.ids["dora"])
    tried = [
        (ADA, "another password"), ("nobody@north.example", PASSWORD), ("no address", PASSWORD),
        ("bob@north.example", PASSWORD), ("carl@north.example", PASSWORD),
        ("carl@north.example", ""), ("dora@north.example", PASSWORD), (ADA, "\ud800" * 5),
    ]  # fmt: skip
    told = set()
    for email, password in tried:
        with pytest.raises(SignInRefused) as refused:
            await office.identity.sign_in(email, password)
        told.add(str(refused.value))
    assert len(told) == 1


async def test_an_unknown_account_costs_one_comparison_like_a_known_one(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str | None] = []
    fits = passwords._fits

    def counted(password: bytes, stored: str | None) -> bool:
        compared.append(stored)
        return fits(password, stored)

    monkeypatch.setattr(passwords, "_fits", counted)
    written = []
    for email in (ADA, "nobody@north.example"):
        with (
            office.database.connections.count_statements() as statements,
            pytest.raises(SignInRefused),
        ):
            await office.identity.sign_in(email, "not the right one")
        written.append([each for each in statements if "DELETE" not in each])
    assert [stored is None for stored in compared] == [False, True]
    assert written[0] == written[1]


async def test_failures_close_an_account_for_a_while_that_grows(office: Office) -> None:
    for _ in range(5):
        with pytest.raises(SignInRefused):
            await office.identity.sign_in(ADA, "wrong password")
    with pytest.raises(SignInRefused):
        await office.identity.sign_in(ADA, PASSWORD)
    (account,) = await office.identity.accounts(SYSTEM)
    assert account.locked_until == office.clock() + timedelta(minutes=1)
    office.clock.forward(seconds=61)
    with pytest.raises(SignInRefused):
        await office.identity.sign_in(ADA, "wrong password")
    (account,) = await office.identity.accounts(SYSTEM)
    assert account.locked_until == office.clock() + timedelta(minutes=2)
    office.clock.forward(seconds=121)
    await office.identity.sign_in(ADA, PASSWORD)
    with pytest.raises(SignInRefused):
        await office.identity.sign_in(ADA, "wrong password")
    await office.identity.sign_in(ADA, PASSWORD)


async def test_failures_at_once_are_all_counted(office: Office) -> None:
    tried = [office.identity.sign_in(ADA, "wrong password") for _ in range(4)]
    told = await asyncio.gather(*tried, return_exceptions=True)
    assert {type(each) for each in told} == {SignInRefused}
    table = office.database.tables.account
    async with office.database.connections.reading() as connection:
        statement = prepare(select(table.c.failures), connection.dialect)
        ((failures,),) = await connection.rows(statement, {})
    assert failures == 4


async def test_an_address_may_be_tried_ten_times_whether_it_has_an_account_or_not(
    office: Office,
) -> None:
    for email in (ADA, "nobody@north.example"):
        tried = [office.identity.sign_in(email, "wrong password") for _ in range(14)]
        told = await asyncio.gather(*tried, return_exceptions=True)
        kinds = [type(each) for each in told]
        assert (kinds.count(SignInRefused), kinds.count(TooManyAttempts)) == (10, 4)
        (waiting, *_) = [each for each in told if isinstance(each, TooManyAttempts)]
        assert 0 < waiting.retry_after <= 15 * 60
    office.clock.forward(minutes=61)
    await office.identity.sign_in(ADA, PASSWORD)


async def test_attempts_are_counted_by_network_address_and_success_is_not(office: Office) -> None:
    for _ in range(70):
        await office.identity.sign_in(ADA, PASSWORD, address="198.51.100.7")
    for number in range(60):
        with pytest.raises(SignInRefused):
            await office.identity.sign_in(f"p{number}@x.example", "wrong", address="198.51.100.7")
    with pytest.raises(TooManyAttempts):
        await office.identity.sign_in(ADA, PASSWORD, address="198.51.100.7")
    await office.identity.sign_in(ADA, PASSWORD, address="198.51.100.8")


async def test_who_has_a_whole_network_is_counted_as_one(office: Office) -> None:
    for number in range(60):
        with pytest.raises(SignInRefused):
            await office.identity.sign_in(
                f"p{number}@x.example", "wrong", address=f"2001:db8:1:2::{number:x}"
            )
    with pytest.raises(TooManyAttempts):
        await office.identity.sign_in(ADA, PASSWORD, address="2001:db8:1:2:ffff::1")
    await office.identity.sign_in(ADA, PASSWORD, address="2001:db8:1:3::1")


async def test_a_firm_is_chosen_and_switched(office: Office) -> None:
    with pytest.raises(Forbidden):
        await office.identity.sign_in(ADA, PASSWORD, firm=office.ids["south"])
    await office.relate(OFFICE.WorksAt, "ada", "south")
    undecided = await office.identity.sign_in(ADA, PASSWORD)
    assert undecided.signed_in.principal.firm is None
    assert [firm.label for firm in undecided.signed_in.firms] == ["North", "South"]
    session = await office.identity.sign_in(ADA, PASSWORD, firm=office.ids["south"])
    assert session.signed_in.principal.firm == office.ids["south"]
    switched = await office.identity.switch_firm(session.signed_in, office.ids["north"])
    assert switched.principal.firm == office.ids["north"]
    assert await office.identity.authenticate(session.secret) == switched
    with pytest.raises(Forbidden):
        await office.identity.switch_firm(session.signed_in, office.ids["ours"])


async def test_another_authority_may_vouch_for_an_address(office: Office) -> None:
    session = await office.identity.sign_in_vouched(ADA, by="idp.example")
    assert session.signed_in.principal.id == office.ids["ada"]
    with pytest.raises(SignInRefused):
        await office.identity.sign_in_vouched("nobody@north.example", by="idp.example")


async def test_an_address_that_came_to_somebody_else_opens_nothing(office: Office) -> None:
    vouched = office.identity.sign_in_vouched
    ada = office.ids["ada"]
    with pytest.raises(SignInRefused):
        await vouched(None, by="idp.example", subject="1")
    for email in (ADA, None, "ada.lund@elsewhere.example"):
        session = await vouched(email, by="idp.example", subject="1")
        assert session.signed_in.principal.id == ada
    with pytest.raises(SignInRefused):
        await vouched(ADA, by="idp.example", subject="2")
    assert (await vouched(ADA, by="other.example", subject="2")).signed_in.principal.id == ada


BAD_PASSWORDS = [
    "short",
    "aaaaaaaaaaaaaaaa",
    "ada@north.example",
    "ada@north.example1",
    "x" * 2_000,
]


@pytest.mark.parametrize("password", BAD_PASSWORDS)
async def test_a_password_that_others_would_guess_is_refused(password: str, office: Office) -> None:
    with pytest.raises(BadValue) as refused:
        await office.identity.set_password(SYSTEM, office.ids["ada's account"], password)
    assert refused.value.path == ("password",)


async def test_a_new_password_ends_the_other_sessions(office: Office) -> None:
    here = await office.identity.sign_in(ADA, PASSWORD)
    there = await office.identity.sign_in(ADA, PASSWORD)
    account = office.ids["ada's account"]
    with pytest.raises(Forbidden):
        await office.identity.set_password(
            Principal(id=office.ids["ours"]), account, "three red hens"
        )
    await office.identity.set_password(here.signed_in.principal, account, "three red hens")
    assert await office.identity.authenticate(here.secret)
    assert await office.identity.authenticate(there.secret) is None
    with pytest.raises(SignInRefused):
        await office.identity.sign_in(ADA, PASSWORD)
    await office.identity.sign_in(ADA, "three red hens")


async def test_a_password_hashed_with_less_effort_is_hashed_anew(office: Office) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    table = office.database.tables.account
    async with office.database.connections.writing() as connection:
        put = prepare(update(table).values(password=cheap), connection.dialect)
        await connection.execute(put, {})
    await office.identity.sign_in(ADA, PASSWORD)
    async with office.database.connections.reading() as connection:
        get = prepare(select(table.c.password), connection.dialect)
        ((stored,),) = await connection.rows(get, {})
    assert isinstance(stored, str)
    assert not passwords.is_outdated(stored)
    await office.identity.sign_in(ADA, PASSWORD)


async def test_accounts_are_of_living_records_and_addresses_are_of_one_account(
    office: Office,
) -> None:
    with pytest.raises(Conflict):
        await office.identity.add_account(SYSTEM, "Ada@North.example", record=office.ids["ours"])
    gone = await office.make("gone", OFFICE.Person(family_name="Gone"))
    await office.database.as_(SYSTEM).delete(gone)
    with pytest.raises(RelatumError):
        await office.identity.add_account(SYSTEM, "gone@north.example", record=gone)
    with pytest.raises(BadValue):
        await office.identity.add_account(SYSTEM, "no address", record=office.ids["ada"])
    with pytest.raises(Forbidden):
        await office.identity.accounts(Principal(id=office.ids["ada"]))
    with pytest.raises(NotFound):
        await office.identity.set_disabled(SYSTEM, office.ids["ada"], disabled=True)
