"""Links that are sent by mail: used once, in time, and never telling whether there is an account."""

import asyncio

import pytest

from relatum.access import SYSTEM
from relatum_schemas.errors import (
    BadSetting,
    BadValue,
    Forbidden,
    Required,
    SignInRefused,
    SpentLink,
    TooManyAttempts,
)
from tests.core.identity.office import CATALOGUE, PASSWORD, Office
from tests.core.identity.office import opened_office as opened

ADA = "ada@north.example"


async def test_a_link_signs_in_once(office: Office) -> None:
    await office.identity.send_link(ADA, use="sign_in")
    letter = await office.last_letter()
    assert (letter.to, letter.use) == (ADA, "sign_in")
    ticket = await office.identity.ticket(letter.secret)
    assert (ticket.use, ticket.email) == ("sign_in", ADA)
    session = await office.identity.redeem(letter.secret)
    assert session.signed_in.principal.id == office.ids["ada"]
    assert session.signed_in.principal.firm == office.ids["north"]
    assert await office.identity.authenticate(session.secret) == session.signed_in
    assert await office.identity.ticket(letter.secret) is None
    with pytest.raises(SpentLink):
        await office.identity.redeem(letter.secret)


async def test_an_administrator_hands_over_a_link(office: Office) -> None:
    account = office.ids["ada's account"]
    made = await office.identity.make_link(SYSTEM, account, use="reset")
    session = await office.identity.redeem(made.secret, password="three red hens")
    assert session.signed_in.account == account
    with pytest.raises(Forbidden):
        await office.identity.make_link(session.signed_in.principal, account, use="reset")


async def test_a_link_used_twice_at_once_gives_one_session(office: Office) -> None:
    await office.identity.send_link(ADA, use="sign_in")
    letter = await office.last_letter()
    async with opened(office.url, office.clock) as other:
        told = await asyncio.gather(
            *(each.identity.redeem(letter.secret) for each in (office, other, office, other)),
            return_exceptions=True,
        )
    assert sorted(type(each).__name__ for each in told) == ["NewSession"] + ["SpentLink"] * 3
    account = office.ids["ada's account"]
    assert len(await office.identity.sessions(SYSTEM, account)) == 1


async def test_nobody_is_told_whether_there_is_an_account(office: Office) -> None:
    assert await office.identity.send_link("nobody@north.example", use="sign_in") is None
    await office.identity.close()
    assert office.postbox.letters == []
    with pytest.raises(BadValue):
        await office.identity.send_link("no address", use="sign_in")
    for email, sent in ((ADA, 5), ("nobody@north.example", 4)):
        for _ in range(sent):
            await office.identity.send_link(email, use="reset")
        with pytest.raises(TooManyAttempts):
            await office.identity.send_link(email, use="reset")


async def test_a_new_password_ends_sessions_and_opens_a_closed_account(office: Office) -> None:
    before = await office.identity.sign_in(ADA, PASSWORD)
    for _ in range(6):
        with pytest.raises(SignInRefused):
            await office.identity.sign_in(ADA, "wrong password")
    await office.identity.send_link(ADA, use="reset")
    letter = await office.last_letter()
    for password, refusal in ((None, Required), ("short", BadValue)):
        with pytest.raises(refusal):
            await office.identity.redeem(letter.secret, password=password)
    after = await office.identity.redeem(letter.secret, password="three red hens")
    assert await office.identity.authenticate(before.secret) is None
    assert await office.identity.authenticate(after.secret)
    office.clock.forward(minutes=16)
    await office.identity.sign_in(ADA, "three red hens")


@pytest.mark.parametrize(("use", "minutes"), [("sign_in", 15), ("reset", 60)])
async def test_links_expire(use: str, minutes: int, office: Office) -> None:
    await office.identity.send_link(ADA, use=use)
    letter = await office.last_letter()
    office.clock.forward(minutes=minutes, seconds=-1)
    assert await office.identity.ticket(letter.secret)
    office.clock.forward(seconds=1)
    assert await office.identity.ticket(letter.secret) is None
    with pytest.raises(SpentLink):
        await office.identity.redeem(letter.secret, password="three red hens")


async def test_a_disabled_account_gets_no_link_and_uses_none(office: Office) -> None:
    await office.identity.send_link(ADA, use="sign_in")
    letter = await office.last_letter()
    await office.identity.set_disabled(SYSTEM, office.ids["ada's account"], disabled=True)
    with pytest.raises(SpentLink):
        await office.identity.redeem(letter.secret)
    await office.identity.send_link(ADA, use="sign_in")
    await office.identity.close()
    assert len(office.postbox.letters) == 1


async def test_without_a_mailer_no_link_is_promised(office: Office) -> None:
    from relatum.session import open_database

    async with open_database(office.url, CATALOGUE) as database:
        with pytest.raises(BadSetting):
            await database.identity.send_link(ADA, use="sign_in")
