"""Rules as data: in force from the next request on, in every process."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from relatum.access import SYSTEM, Principal
from relatum.connections import prepare
from relatum_schemas.errors import Forbidden, NotFound, RelatumError
from tests.core.identity.office import CATALOGUE, OFFICE, PASSWORD, Office, opened_office

ADA = "ada@north.example"
ALL_DEALS = {"role": "partner_user", "types": ["Deal"], "rights": ["read"]}


async def _seen(office: Office, secret: str) -> list[str]:
    signed_in = await office.identity.authenticate(secret)
    deals = await office.database.as_(signed_in.principal).select(OFFICE.Deal).order("title").all()
    return [deal.title for deal in deals]


async def test_a_policy_is_obeyed_by_the_next_request_of_another_process(office: Office) -> None:
    session = await office.identity.sign_in(ADA, PASSWORD)
    async with opened_office(office.url, office.clock) as other:
        assert await _seen(other, session.secret) == ["Deal of north"]
        await office.identity.keep_policy(SYSTEM, "all deals", ALL_DEALS)
        assert await _seen(other, session.secret) == ["Deal of north", "Deal of south"]
        assert await _seen(office, session.secret) == ["Deal of north", "Deal of south"]
        await other.identity.end_policy(SYSTEM, "all deals")
        assert await _seen(office, session.secret) == ["Deal of north"]
        assert await _seen(other, session.secret) == ["Deal of north"]


async def test_a_policy_of_its_name_takes_the_place_of_the_one_before(office: Office) -> None:
    session = await office.identity.sign_in(ADA, PASSWORD)
    await office.identity.keep_policy(SYSTEM, "all deals", ALL_DEALS)
    before = office.clock()
    office.clock.forward(days=1)
    titled = {"field": "title"}
    only_south = {"kind": "compare", "path": titled, "operator": "eq", "value": "Deal of south"}
    await office.identity.keep_policy(
        SYSTEM, "all deals", {**ALL_DEALS, "where": only_south, "fields": {"only": ["title"]}}
    )
    session = await office.identity.sign_in(ADA, PASSWORD)
    (rule,) = await office.identity.rules("policy")
    assert rule.definition["fields"] == {"only": ["title"]}
    assert len(await _seen(office, session.secret)) == 2
    then = await office.identity.catalogue_at(before)
    (kept,) = [each for each in then.policies if each.plugin is None]
    assert kept.where is None
    now = await office.identity.catalogue_at(office.clock())
    (kept,) = [each for each in now.policies if each.plugin is None]
    assert (kept.source, kept.where is None) == (rule.id, False)


async def test_a_role_kept_as_data_is_held_through_ties(office: Office) -> None:
    session = await office.identity.sign_in(ADA, PASSWORD)
    await office.identity.keep_role(
        SYSTEM,
        "employee",
        {"of": "Person", "where": {"kind": "related", "end": "employers", "quantifier": "some"}},
    )
    signed_in = await office.identity.authenticate(session.secret)
    assert signed_in.principal.roles == {"employee", "partner_user"}
    await office.identity.end_role(SYSTEM, "employee")
    signed_in = await office.identity.authenticate(session.secret)
    assert signed_in.principal.roles == {"partner_user"}


async def test_what_is_under_way_keeps_the_rules_it_began_with(office: Office) -> None:
    session = await office.identity.sign_in(ADA, PASSWORD)
    signed_in = await office.identity.authenticate(session.secret)
    under_way = office.database.as_(signed_in.principal)
    await office.identity.keep_policy(SYSTEM, "all deals", ALL_DEALS)
    assert await under_way.select(OFFICE.Deal).count() == 1
    assert await office.database.as_(signed_in.principal).select(OFFICE.Deal).count() == 2


async def test_rules_kept_at_once_all_count(office: Office) -> None:
    async with opened_office(office.url, office.clock) as other:
        await asyncio.gather(
            *(
                each.identity.keep_policy(SYSTEM, f"rule {number}", ALL_DEALS)
                for number in range(4)
                for each in (office, other)
            )
        )
        assert len(await other.identity.rules("policy")) == 4
        for each in (office, other):
            await each.identity.refresh()
            kept = [rule for rule in each.database.catalogue.policies if rule.plugin is None]
            assert len(kept) == 4


BAD: list[tuple[str, dict[str, Any]]] = [
    ("keep_policy", {"role": "x", "types": ["Nothing"], "rights": ["read"]}),
    ("keep_policy", {"role": "x", "types": ["Deal"], "rights": ["fly"]}),
    ("keep_policy", {"role": "x", "types": ["Deal"]}),
    ("keep_policy", {**ALL_DEALS, "through": "nowhere"}),
    ("keep_role", {"of": "Nothing"}),
    ("keep_role", {"invites": ["no such role"]}),
]


@pytest.mark.parametrize(("how", "data"), BAD)
async def test_a_rule_without_meaning_is_refused(
    how: str, data: dict[str, Any], office: Office
) -> None:
    with pytest.raises(RelatumError):
        await getattr(office.identity, how)(SYSTEM, "bad", data)
    assert await office.identity.rules() == ()
    assert office.database.catalogue is office.database.storage.catalogue
    await office.identity.refresh()
    assert office.database.catalogue.policies == CATALOGUE.policies


async def test_rules_are_kept_and_ended_by_administrators(office: Office) -> None:
    someone = Principal(id=office.ids["ada"], roles=frozenset({"partner_user"}))
    with pytest.raises(Forbidden):
        await office.identity.keep_policy(someone, "all deals", ALL_DEALS)
    with pytest.raises(Forbidden):
        await office.identity.end_policy(someone, "all deals")
    with pytest.raises(NotFound):
        await office.identity.end_policy(SYSTEM, "all deals")


async def test_a_rule_that_lost_its_meaning_grants_nothing_and_harms_no_other(
    office: Office,
) -> None:
    await office.identity.keep_policy(SYSTEM, "all deals", ALL_DEALS)
    await office.identity.keep_policy(SYSTEM, "lost", {**ALL_DEALS, "role": "clerk"})
    rule = office.database.tables.rule
    gone = {**ALL_DEALS, "types": ["Gone"]}
    statement = update(rule).where(rule.c.name == "lost").values(definition=gone)
    async with office.database.connections.writing() as connection:
        await connection.execute(prepare(statement, connection.dialect), {})
    async with opened_office(office.url, office.clock) as other:
        await other.identity.refresh()
        kept = [each.role for each in other.database.catalogue.policies if each.plugin is None]
        assert kept == ["partner_user"]
        (problem,) = await other.identity.rule_problems()
        assert problem.path[:2] == ("policy", "lost")


async def test_rules_may_speak_of_each_other_in_any_order(office: Office) -> None:
    keep = office.identity.keep_role
    await office.identity.keep_policy(SYSTEM, "z", {**ALL_DEALS, "role": "reader"})
    await keep(SYSTEM, "y", {"invites": ["reader"]})
    await keep(SYSTEM, "x", {"invites": ["y"]})
    await keep(SYSTEM, "y", {"invites": ["x", "reader"]})
    rule = office.database.tables.rule
    gone = update(rule).where(rule.c.name == "z").values(definition={"role": "reader"})
    async with office.database.connections.writing() as connection:
        await connection.execute(prepare(gone, connection.dialect), {})
    problems = await office.identity.rule_problems()
    assert {each.path[1] for each in problems} == {"x", "y", "z"}


ANOTHER = """
import asyncio
from relatum.access import SYSTEM
from tests.core.identity.office import StoppedClock, opened_office

async def main():
    async with opened_office({url!r}) as office:
        await office.identity.keep_policy(SYSTEM, "all deals", {data!r})

asyncio.run(main())
"""


async def test_a_policy_of_another_program_is_obeyed(office: Office) -> None:
    session = await office.identity.sign_in(ADA, PASSWORD)
    assert len(await _seen(office, session.secret)) == 1
    program = ANOTHER.format(url=_url_with_password(office), data=ALL_DEALS)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, env=environment)
    assert await process.wait() == 0
    assert len(await _seen(office, session.secret)) == 2


def _url_with_password(office: Office) -> str:
    return office.url
