"""Leads: taken down once, known again with reasons, given to somebody, and converted with all that was kept."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from relatum import Field, Problems, Refused
from relatum.access import Principal
from relatum.importing import run_import
from relatum.session import context_for
from relatum_activities import Activity, Interaction
from relatum_base import Organization, Person, WorksAt
from relatum_sales import (
    ConvertedInto,
    InterestedIn,
    InvolvedIn,
    Lead,
    MatchedTo,
    Opportunity,
    Wants,
    recognize,
)
from relatum_schemas.errors import Forbidden, RelatumError
from relatum_schemas.reactions import Change
from tests.core.workflows.conftest import at_work
from tests.plugins.sales.conftest import Market, eur

EVE = {
    "company": "Acme Ltd.",
    "website": "https://www.acme.example/",
    "given_name": "Eve",
    "family_name": "Poe",
    "email": "eve@acme.example",
    "interest": "Forty pots for our offices",
}


async def test_whoever_sells_takes_leads_down_and_looks_after_them(market: Market) -> None:
    lead = await market.act("rep", "take_lead", **EVE, interests=[market.pot.id], came_by="phone")
    assert (lead.state, lead.came_by) == ("new", "phone")
    assert [each.id for each in await market.db.select(lead.owner).all()] == [
        market.people["rep"].id
    ]
    assert await market.as_("rival").select(Lead).count() == 0
    assert await market.as_("lead").select(Lead).count() == 1
    with pytest.raises(RelatumError, match="Give a name"):
        await market.act("rep", "take_lead", email="who@example.org")
    with pytest.raises(RelatumError, match="Give a name"):
        await market.db.create(Lead(email="who@example.org"))


async def test_a_program_leaves_leads_and_reads_none(market: Market) -> None:
    source = market.installation.session_as(Principal(roles=frozenset({"lead_source"})))
    answer = await market.installation.ask(
        'mutation { takeLead(company: "Globex", cameBy: web) { result { id } } }',
        who=source.principal,
    )
    assert answer.get("data") == {"takeLead": {"result": None}}, answer
    made = await source.create(Lead(company="Initech"))
    assert made
    assert await source.select(Lead).count() == 0
    assert await market.db.select(Lead).count() == 2
    assert await market.as_("lead").select(Lead).count() == 2  # nobody's
    assert await market.as_("rep").select(Lead).count() == 0


async def test_a_lead_is_known_again_with_the_reasons(market: Market) -> None:
    lead = await market.act("rep", "take_lead", **EVE)
    (tie,) = await market.as_("rep").select(MatchedTo).all()
    assert (tie.target, tie.verdict) == (market.acme.id, "same")
    assert {each["fact"]: each["says"] for each in tie.reasons} == {
        "name": "same",
        "domain": "same",
    }
    await market.db.update(lead, company="Globex", website=None, email=None)
    await noticed(market, lead)
    assert await market.db.select(MatchedTo).count() == 0


async def test_what_is_imported_or_made_by_the_api_is_known_again_too(market: Market) -> None:
    lead = await market.db.create(Lead(company="ACME", website="https://acme.example"))
    assert await market.db.select(MatchedTo).count() == 0
    for _ in range(2):
        await noticed(market, lead)
    (tie,) = await market.db.select(MatchedTo).all()
    assert (tie.source, tie.target) == (lead.id, market.acme.id)


FAIR = """
system = "fair"
[[files]]
path = "fair.csv"
[[files.entities]]
type = "Lead"
key = "{badge}"
fields.company = "{firm}"
fields.family_name = "{last}"
fields.website = "{site}"
fields.came_by = "event"
"""


async def test_a_file_of_leads_is_imported_and_each_is_known_again(
    market: Market, tmp_path: Path
) -> None:
    (tmp_path / "fair.toml").write_text(FAIR)
    rows = "badge,firm,last,site\n7,ACME Ltd,Poe,https://acme.example\n8,Globex,,\n9,,,\n"
    (tmp_path / "fair.csv").write_text(rows)
    database = market.installation.database
    async with at_work(database, database.connections.url):
        report = await run_import(market.db, tmp_path / "fair.toml")
        async with asyncio.timeout(60):
            while not await market.db.select(MatchedTo).exists():  # noqa: ASYNC110  # nobody tells
                await asyncio.sleep(0.05)
    assert (report.outcomes["Lead"]["created"], report.rejected) == (2, 1), "nobody has no name"
    (tie,) = await market.db.select(MatchedTo).all()
    lead = await market.db.get(Lead, tie.source)
    assert (lead.company, lead.came_by, lead.state) == ("ACME Ltd", "event", "new")
    assert (tie.target, tie.verdict) == (market.acme.id, "same")
    again = await run_import(market.db, tmp_path / "fair.toml")
    assert again.outcomes["Lead"] == {"unchanged": 2}
    assert await market.db.select(Lead).count() == 2


async def noticed(market: Market, lead: Lead) -> None:
    """Do what is done after a lead was kept."""
    worker = context_for(market.db, plugin="sales", function="recognize")
    await recognize(worker, Change(None, "Lead", lead.id, 1, "created", ()))


async def test_who_leads_gives_leads_to_others(market: Market) -> None:
    lead = await market.db.create(Lead(company="Globex"))
    with pytest.raises(RelatumError):
        await market.act("rep", "assign_lead", lead=lead, to=market.people["rep"])
    await market.act("lead", "assign_lead", lead=lead, to=market.people["rep"])
    assert await market.as_("rep").select(Lead).count() == 1
    with pytest.raises(Refused, match="has it already"):
        await market.act("lead", "assign_lead", lead=lead, to=market.people["rep"])
    market.installation.clock.forward(days=2)
    await market.act("lead", "assign_lead", lead=lead, to=market.people["rival"])
    assert await market.as_("rep").select(Lead).count() == 0
    assert await market.as_("rival").select(Lead).count() == 1


async def test_its_state_says_how_far_it_is(market: Market) -> None:
    lead = await market.act("rep", "take_lead", company="Globex")
    assert (await market.act("rep", "work_lead", lead=lead)).state == "working"
    assert (await market.act("rep", "qualify_lead", lead=lead)).state == "qualified"
    unfit = await market.act("rep", "disqualify_lead", lead=lead, reason="no_budget")
    assert (unfit.state, unfit.unfit) == ("disqualified", "no_budget")
    with pytest.raises(Refused, match="found unfit"):
        await market.act("rep", "convert_lead", lead=lead)
    again = await market.act("rep", "work_lead", lead=lead)
    assert (again.state, again.unfit) == ("working", None)
    with pytest.raises(Forbidden):
        await market.as_("rep").update(again, converted_on=market.context.today)
    with pytest.raises(RelatumError):
        await market.as_("rep").update(again, state="converted")
    with pytest.raises(RelatumError):
        await market.as_("rep").update(again, state="disqualified")


async def test_what_is_known_is_not_made_twice(market: Market) -> None:
    lead = await market.act("rep", "take_lead", **EVE, interests=[market.pot.id])
    (interest,) = await market.db.select(InterestedIn).all()
    await market.db.correct(interest, quantity=40)
    said = {"about": [lead.id], "subject": "Asked for pots", "kind": "call"}
    await market.act("rep", "log_interaction", **said)
    made = await market.act("rep", "convert_lead", lead=lead, amount=eur("900.00"))
    assert sorted(made.new) == ["opportunity", "person"]
    assert made.organization.id == market.acme.id
    assert (made.lead.state, made.lead.converted_on) == ("converted", market.context.today)
    assert await market.db.select(Organization).count() == 2
    assert (made.opportunity.title, made.opportunity.amount) == (EVE["interest"], eur("900.00"))
    (job,) = await market.db.select(WorksAt).where(Field("source.id") == made.person.id).all()
    (wants,) = await market.db.select(Wants).all()
    (part,) = await market.db.select(InvolvedIn).all()
    assert (job.target, wants.target, wants.quantity, part.source) == (
        market.acme.id,
        market.pot.id,
        40,
        made.person.id,
    )
    for each in (made.person, made.organization, made.opportunity, lead):
        assert await subjects(market, each) == ["Asked for pots"]


async def subjects(market: Market, record: Any) -> list[str]:
    activities = await market.db.select(record.activities).all()
    assert all(isinstance(each, Interaction | Activity) for each in activities)
    return [each.subject for each in activities]


async def test_it_is_converted_once(market: Market) -> None:
    lead = await market.act("rep", "take_lead", **EVE)
    await market.act("rep", "convert_lead", lead=lead)
    with pytest.raises(Refused, match="converted or found unfit"):
        await market.act("rep", "convert_lead", lead=lead, title="Again")
    assert await market.db.select(ConvertedInto).count() == 3
    assert await market.db.select(Opportunity).count() == 1


async def test_whoever_is_chosen_counts_before_whoever_is_likely(market: Market) -> None:
    globex = await market.db.create(Organization(name="Globex"))
    eve = await market.db.create(Person(family_name="Poe"))
    lead = await market.act("rep", "take_lead", **EVE)
    made = await market.act(
        "rep", "convert_lead", lead=lead, organization=globex, person=eve, without_opportunity=True
    )
    assert (made.organization.id, made.person.id, made.opportunity) == (globex.id, eve.id, None)
    assert made.new == []


async def test_nobody_is_made_of_what_is_only_likely(market: Market) -> None:
    lead = await market.act("rep", "take_lead", company="Acme")
    (tie,) = await market.db.select(MatchedTo).all()
    assert tie.verdict == "likely"
    made = await market.act("rep", "convert_lead", lead=lead)
    assert made.organization.id != market.acme.id
    assert sorted(made.new) == ["opportunity", "organization"]


async def test_the_stage_asks_for_what_it_expects_of_converted_leads_too(market: Market) -> None:
    first = market.stages["contact"]
    await market.db.update(first, expects=["amount", "products", "contacts"])
    lead = await market.act("rep", "take_lead", company="Globex")
    with pytest.raises(Problems) as refused:
        await market.act("rep", "convert_lead", lead=lead)
    assert [each.path for each in refused.value.problems] == [("amount",), (), ()]
    assert (await market.db.get(Lead, lead.id)).state == "new"
    assert await market.db.select(Organization).where(Field("name") == "Globex").count() == 0
