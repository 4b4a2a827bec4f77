"""Who can: everybody of whom it can be explained that he may, by the same rules, page by page."""

from datetime import timedelta
from uuid import UUID

import pytest

from relatum.access import SYSTEM, Principal
from relatum.explaining import Holders, explain_access, who_can
from relatum_schemas.errors import BadValue, Forbidden, NotFound
from relatum_schemas.policy import DELETE, HISTORY, READ, UPDATE, Right
from tests.core.explaining.agency import Agency

RECORDS = ("Pumps", "Valves", "Pipes", "Leaf", "Acme", "Ann-Acme", "Valves-Bolt", "Pumps-Acme")


def told(holders: Holders, agency: Agency) -> dict[str, set[str | None]]:
    """The names of the holders, each with the firms for which it has to act."""
    return {
        str(each.record.label): {
            *(firm.label for firm in each.firms),
            *([None] if each.without_firm else []),
        }
        for each in holders.holders
    }


async def asked(agency: Agency, name: str, what: Right | str) -> dict[str, set[str | None]]:
    found = await who_can(agency.database.as_(agency.administrator), agency[name], what)
    return told(found, agency)


async def test_those_to_whom_a_path_leads(agency: Agency) -> None:
    assert await asked(agency, "Pumps", READ) == {"Ann": {"Acme"}, "Cid": {None}}
    assert await asked(agency, "Valves", READ) == {"Ann": {"Acme"}, "Cid": {None}}
    assert await asked(agency, "Pipes", READ) == {"Cid": {None}}
    assert await asked(agency, "Pumps", UPDATE) == {"Ann": {"Acme"}}
    assert await asked(agency, "Leaf", READ) == {"Bob": {None, "Bolt"}, "Cid": {None}}
    assert await asked(agency, "Leaf", DELETE) == {}
    assert await asked(agency, "Acme", READ) == {"Ann": {None, "Acme"}, "Cid": {None}}
    assert await asked(agency, "Pumps-Acme", READ) == {"Ann": {"Acme"}, "Cid": {None}}
    assert await asked(agency, "Pumps", "close_deal") == {"Cid": {None}}


@pytest.mark.parametrize("what", [READ, UPDATE, DELETE, HISTORY], ids=str)
async def test_it_is_everybody_of_whom_it_can_be_explained(agency: Agency, what: Right) -> None:
    await agency.database.identity.hold(SYSTEM, agency["Bob"], "administrator", firm=agency["Bolt"])
    await agency.database.identity.hold(SYSTEM, agency["Ann"], "trusted")
    firms: dict[str, list[str | None]] = {
        "Ann": ["Acme", None],
        "Bob": ["Bolt", None],
        "Cid": [None],
    }
    for name in RECORDS:
        expected: dict[str, set[str | None]] = {}
        for person, acted_for in firms.items():
            for firm in acted_for:
                explained = await explain_access(
                    agency.database.as_(SYSTEM),
                    agency[person],
                    agency[name],
                    what,
                    firm=None if firm is None else agency[firm],
                )
                if explained.allowed:
                    expected.setdefault(person, set()).add(firm)
        assert await asked(agency, name, what) == expected, name


async def test_pages_follow_one_another(agency: Agency) -> None:
    async def page(after: UUID | None) -> Holders:
        return await who_can(
            agency.database.as_(SYSTEM), agency["Acme"], READ, first=1, after=after
        )

    first = await page(None)
    second = await page(first.holders[0].record.id)
    assert [str(each.holders[0].record) for each in (first, second)] == ["Person Ann", "Person Cid"]
    assert (first.more, second.more) == (True, False)


async def test_among_the_records_of_a_type(agency: Agency) -> None:
    account = await agency.database.identity.account_of(SYSTEM, "ann@agency.example")
    assert account is not None
    await agency.database.identity.set_disabled(SYSTEM, account.id, disabled=True)
    assert await asked(agency, "Pumps", READ) == {"Cid": {None}}
    among = await who_can(agency.database.as_(SYSTEM), agency["Pumps"], READ, among="Person")
    assert told(among, agency) == {"Ann": {"Acme"}, "Cid": {None}}


async def test_the_past_is_judged_as_it_was_known(agency: Agency) -> None:
    then = agency.clock()
    agency.clock.forward(days=2)
    db = agency.database.as_(SYSTEM)
    await db.end(agency["Ann-Acme"], at=agency.clock().date() - timedelta(days=1))
    await agency.database.identity.let_go(SYSTEM, agency["Cid"], "seller")
    assert await asked(agency, "Pumps", READ) == {}
    past = await who_can(agency.database.as_(SYSTEM), agency["Pumps"], READ, at=then)
    assert told(past, agency) == {"Ann": {"Acme"}, "Cid": {None}}


async def test_only_administrators_ask(agency: Agency) -> None:
    cid = Principal(agency["Cid"], roles=frozenset({"seller"}))
    with pytest.raises(Forbidden):
        await who_can(agency.database.as_(cid), agency["Pumps"], READ)
    with pytest.raises(NotFound):
        await who_can(agency.database.as_(SYSTEM), UUID(int=1), READ)
    with pytest.raises(BadValue):
        await who_can(agency.database.as_(SYSTEM), agency["Pumps"], READ, first=0)
    closed = await who_can(agency.database.as_(SYSTEM), agency["Pumps"], READ, field="health")
    assert closed.holders == ()
