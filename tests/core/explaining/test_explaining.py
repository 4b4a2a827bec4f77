"""Yes by which rule and which ties, no for want of what; who may ask, and what he is told."""

from datetime import timedelta
from uuid import UUID

import pytest

from relatum.access import SYSTEM, Principal
from relatum.explaining import Explanation, explain_access
from relatum_schemas.errors import BadValue, Forbidden, NotFound, UnknownField
from relatum_schemas.policy import CREATE, DELETE, HISTORY, READ, RELATE, UPDATE, Right
from tests.core.explaining.agency import AGENCY, Agency


async def explained(
    agency: Agency, who: str, record: str, what: Right | str = READ, **asked: object
) -> Explanation:
    """What an administrator is told of a person, acting for its firm."""
    firms = {"Ann": "Acme", "Bob": "Bolt"}
    given = {"firm": agency[firms[who]] if who in firms else None, **asked}
    session = agency.database.as_(SYSTEM)
    return await explain_access(session, agency[who], agency[record], what, **given)  # type: ignore[arg-type]  # given by name


def way(explanation: Explanation) -> list[str]:
    return [f"{each.start.label} {each.end} {each.record.label}" for each in explanation.chain]


async def test_a_yes_names_the_rule_and_its_ties(agency: Agency) -> None:
    found = await explained(agency, "Ann", "Valves")
    assert str(found) == "Person Ann, acting for Firm Acme, may read Deal Valves."
    assert found.rule is not None
    assert (found.rule.role, found.rule.plugin, found.rule.source) == (
        "partner_user",
        "agency",
        None,
    )
    assert (
        found.rule.words == "read: deals whose region.covered_by leads to Firm Acme; fields title"
    )
    assert way(found) == ["Valves region North", "North covered_by Acme"]
    assert found.chain[1].tie == agency["Acme-North"]
    assert found.roles == {"partner_user"}


async def test_a_climb_is_told_by_its_shortest_way(agency: Agency) -> None:
    found = await explained(agency, "Bob", "Leaf")
    assert way(found) == ["Leaf parent Middle", "Middle parent Root", "Root viewers Bob"]


async def test_a_no_names_the_nearest_rules_and_the_missing_link(agency: Agency) -> None:
    found = await explained(agency, "Ann", "Pipes")
    assert not found.allowed and found.rule is None
    assert [(each.rule.role, each.held) for each in found.nearest] == [
        ("partner_user", True),
        ("partner_user", True),
        ("seller", False),
        ("trusted", False),
    ]
    nearest = found.nearest[0]
    assert [each.record.label for each in nearest.chain] == ["South"]
    assert nearest.missing == ("No tie at 'covered_by' from Region South leads to Firm Acme.",)


async def test_a_role_that_is_not_held_is_explained_by_its_rule(agency: Agency) -> None:
    found = await explained(agency, "Bob", "Valves")
    nearest = found.nearest[0]
    assert (nearest.rule.role, nearest.held) == ("partner_user", False)
    assert "any Person whose employers.partner_of leads to a record" in nearest.missing[0]
    assert nearest.missing[1] == "No tie at 'partner_of' from Firm Bolt holds."


async def test_a_tie_that_held_once_is_told(agency: Agency) -> None:
    db = agency.database.as_(SYSTEM)
    until = agency.clock().date()
    await db.end(agency["Pumps-Acme"], at=until)
    found = await explained(agency, "Ann", "Pumps")
    said = [said for each in found.nearest for said in each.missing]
    assert (
        f"No tie at 'registered_by' from Deal Pumps leads to Firm Acme; one to Firm Acme holds until {until}."
        in said
    )


async def test_of_a_tie_to_the_principal_it_is_told_what_it_lacks(agency: Agency) -> None:
    found = await explained(agency, "Bob", "Leaf", DELETE)
    (nearest,) = (each for each in found.nearest if each.held)
    assert [each.record.label for each in nearest.chain] == ["Middle", "Root", "Bob"]
    assert nearest.missing[0].endswith("it is not so that level is owner.")


async def test_what_is_excluded_is_told(agency: Agency) -> None:
    await agency.database.identity.hold(SYSTEM, agency["Ann"], "trusted")
    db = agency.database.as_(SYSTEM)
    await db.update(await db.get(AGENCY.Deal, agency["Pumps"]), state="won")
    found = await explained(agency, "Ann", "Pumps", firm=None)
    (nearest,) = (each for each in found.nearest if each.rule.role == "trusted")
    assert nearest.rule.words.endswith(
        "state is won and registered_by.employees does not lead to Person Ann"
    )
    assert nearest.missing == ("Deal Pumps: registered_by.employees leads to Person Ann.",)
    assert (await explained(agency, "Bob", "Pumps", firm=None)).allowed is False


async def test_a_tie_open_by_its_ends_rests_on_both(agency: Agency) -> None:
    found = await explained(agency, "Ann", "Pumps-Acme")
    assert [str(each.record) for each in found.rests_on] == ["Deal Pumps", "Firm Acme"]
    assert way(found.rests_on[0]) == ["Pumps registered_by Acme"]
    refused = await explained(agency, "Ann", "Pumps-Acme", firm=None)
    (nearest,) = (each for each in refused.nearest if each.held)
    assert nearest.missing == ("It takes to read Deal Pumps, too.",)


async def test_what_is_changed_must_be_read(agency: Agency) -> None:
    found = await explained(agency, "Ann", "Pumps", UPDATE)
    assert [str(each.asked) for each in found.rests_on] == ["read"]
    catalogue_rule = {"role": "changer", "types": ["Deal"], "rights": ["update"]}
    await agency.database.identity.keep_policy(SYSTEM, "changers", catalogue_rule)
    await agency.database.identity.hold(SYSTEM, agency["Bob"], "changer")
    refused = await explained(agency, "Bob", "Pipes", UPDATE)
    assert not refused.allowed
    assert refused.rule is not None and refused.rule.plugin is None and refused.rule.source
    assert refused.closed == "A rule allows it, but it takes to read Deal Pipes, too."


async def test_fields_purposes_and_sensitive_classes(agency: Agency) -> None:
    assert (await explained(agency, "Ann", "Pumps", field="state")).allowed
    margin = await explained(agency, "Ann", "Pumps", field="margin")
    assert "It does not open 'margin'." in margin.nearest[0].missing
    sale = await explained(agency, "Cid", "Pumps", UPDATE)
    (missed,) = (each for each in sale.nearest if each.held)
    assert missed.missing == ("It counts for the purpose sales only, not for operate.",)
    assert (await explained(agency, "Cid", "Pumps", UPDATE, purpose="sales")).allowed
    health = await explained(agency, "Cid", "Pumps", field="health")
    assert health.closed == "The purpose operate does not open 'health': health data."
    administrator = await explain_access(
        agency.database.as_(SYSTEM), agency.administrator, agency["Pumps"], READ, field="health"
    )
    assert not administrator.allowed


async def test_actions_and_wrong_questions(agency: Agency) -> None:
    called = await explained(agency, "Cid", "Pumps", "close_deal")
    assert called.rule is not None
    assert called.rule.words == "close_deal: all records that may be read"
    assert not (await explained(agency, "Ann", "Pumps", "close_deal")).allowed
    with pytest.raises(BadValue):
        await explained(agency, "Cid", "Acme", "close_deal")
    with pytest.raises(NotFound):
        await explained(agency, "Cid", "Pumps", "open_deal")
    with pytest.raises(UnknownField):
        await explained(agency, "Cid", "Pumps", field="colour")
    with pytest.raises(BadValue):
        await explained(agency, "Cid", "Pumps", CREATE | RELATE)


async def test_the_past_is_judged_as_it_was_known_and_held(agency: Agency) -> None:
    then = agency.clock()
    agency.clock.forward(days=3)
    db = agency.database.as_(SYSTEM)
    await db.remove(agency["Pumps-Acme"])
    await agency.database.identity.keep_policy(
        SYSTEM, "late", {"role": "partner_user", "types": ["Folder"], "rights": ["read"]}
    )
    assert not (await explained(agency, "Ann", "Pumps")).allowed
    past = await explained(agency, "Ann", "Pumps", at=then + timedelta(days=1))
    assert past.allowed and way(past) == ["Pumps registered_by Acme"]
    assert str(past).startswith(
        "Person Ann, acting for Firm Acme, at 2026-03-03T09:00:00+00:00 could read"
    )
    assert (await explained(agency, "Ann", "Leaf")).allowed
    assert not (await explained(agency, "Ann", "Leaf", at=then + timedelta(days=1))).allowed
    with pytest.raises(NotFound):
        await explained(agency, "Ann", "Pumps", at=then - timedelta(days=400))


async def test_a_merged_record_stands_for_what_it_became(agency: Agency) -> None:
    db = agency.database.as_(SYSTEM)
    other = await db.create(AGENCY.Folder(name="Other"))
    await db.merge(other, agency["Leaf"])
    found = await explain_access(db, agency["Bob"], other.id, READ)
    assert found.allowed and found.record.label == "Leaf"


# --- who may ask


def ann(agency: Agency) -> Principal:
    return Principal(agency["Ann"], agency["Acme"], frozenset({"partner_user"}))


async def test_everybody_may_ask_about_himself_what_he_may_read(agency: Agency) -> None:
    session = agency.database.as_(ann(agency))
    with pytest.raises(Forbidden):
        await explain_access(session, agency["Bob"], agency["Pumps"], READ)
    hidden = agency["Pipes"]
    with pytest.raises(NotFound) as refused:
        await explain_access(session, agency["Ann"], hidden, READ)
    with pytest.raises(NotFound) as unknown:
        await explain_access(session, agency["Ann"], UUID(int=7), READ)
    assert str(refused.value).replace(str(hidden), str(UUID(int=7))) == str(unknown.value)


async def test_he_is_told_no_more_than_he_may_see(agency: Agency) -> None:
    session = agency.database.as_(ann(agency))
    found = await explain_access(session, agency["Ann"], agency["Valves"], READ)
    assert found.rule is not None
    assert (
        found.rule.words == "read: deals whose something holds that you may not see; fields title"
    )
    assert [(each.tie, str(each.record)) for each in found.chain] == [
        (None, "a record that you may not see"),
        (None, "Firm Acme"),
    ]
    own = await explain_access(session, agency["Ann"], agency["Pumps"], READ)
    assert own.chain[0].tie == agency["Pumps-Acme"]
    assert own.rule is not None and "registered_by leads to the firm you act for" in own.rule.words
    refused = await explain_access(session, agency["Ann"], agency["Valves"], UPDATE)
    assert [(each.chain, each.missing) for each in refused.nearest] == [((), ())]
    assert {each.rule.role for each in refused.nearest} == {"partner_user"}


async def test_the_past_takes_the_right_to_its_history(agency: Agency) -> None:
    then = agency.clock()
    agency.clock.forward(days=1)
    session = agency.database.as_(ann(agency))
    with pytest.raises(NotFound):
        await explain_access(session, agency["Ann"], agency["Pumps"], READ, at=then)
    cid = agency.database.as_(Principal(agency["Cid"], None, frozenset({"seller"})))
    past = await explain_access(cid, agency["Cid"], agency["Pumps"], HISTORY, at=then)
    assert past.allowed


async def test_few_statements_by_the_length_of_the_rule(agency: Agency) -> None:
    with agency.database.connections.count_statements() as statements:
        await explained(agency, "Ann", "Valves")
    selects = [each for each in statements if each.lstrip().upper().startswith(("SELECT", "WITH"))]
    assert len(selects) <= 5
