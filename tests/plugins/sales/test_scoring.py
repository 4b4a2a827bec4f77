"""How promising a record is: rules kept as data, in editions, with the reasons beside each score."""

from typing import Any

import pytest

from relatum import Field, Problems, Refused, Saving
from relatum.access import Principal
from relatum.session import context_for
from relatum_sales import Lead, Score, ScoreOf, ScoringModel, ScoringRule, put_model_in_force
from relatum_sales.scoring import rescored
from relatum_sales.scoring.acts import score_page, score_records
from tests.plugins.sales.conftest import Market


def is_(field: str, value: object) -> dict[str, Any]:
    return {"kind": "compare", "path": {"field": field}, "operator": "eq", "value": value}


WEB = is_("came_by", "web")
NAMED = {"kind": "compare", "path": {"field": "company"}, "operator": "is_null", "value": False}


async def drafted(market: Market, *rules: tuple[str, object, int]) -> ScoringModel:
    model: ScoringModel = await market.db.create(ScoringModel(name="Fit", scored_type="Lead"))
    for title, condition, points in rules:
        rule = ScoringRule(title=title, condition=condition, points=points)
        await market.db.create(rule, model=model)
    return model


async def in_force(market: Market, model: ScoringModel) -> None:
    """Put it in force, and do what the workflow does that this starts."""
    await market.act("manager", "put_model_in_force", model=model)
    after: str | None = None
    while (after := await score_page(worker(market), model.id, after)) is not None:
        pass


def worker(market: Market) -> Any:
    return context_for(market.db, plugin="sales", function="score_all")


async def scores(market: Market) -> dict[str, tuple[int, int, list[str]]]:
    found = await market.db.select(Score).all()
    told = {}
    for each in found:
        (tie,) = await market.db.select(ScoreOf).where(Field("source.id") == each.id).all()
        lead = await market.db.get(Lead, tie.target)
        told[lead.company] = (each.value, each.edition, [why["rule"] for why in each.reasons])
    return told


async def test_points_are_added_up_and_the_reasons_kept(market: Market) -> None:
    await market.db.create(Lead(company="Acme", came_by="web"))
    await market.db.create(Lead(company="Globex", came_by="phone"))
    model = await drafted(market, ("By the form", WEB, 30), ("A firm", NAMED, 10))
    await in_force(market, model)
    assert await scores(market) == {
        "Acme": (40, 1, ["A firm", "By the form"]),
        "Globex": (10, 1, ["A firm"]),
    }
    assert await rescored(market.db, await market.db.get(ScoringModel, model.id), []) == 0


async def test_another_edition_follows_and_what_changes_is_scored_by_it(market: Market) -> None:
    acme = await market.db.create(Lead(company="Acme", came_by="web"))
    first = await drafted(market, ("By the form", WEB, 30))
    await in_force(market, first)
    second = await market.act("manager", "follow_model_up", model=first)
    (rule,) = await market.db.select(ScoringRule).where(Field("model.id") == second.id).all()
    await market.db.update(rule, points=-5)
    assert (await scores(market))["Acme"] == (30, 1, ["By the form"])
    await in_force(market, second)
    assert (await scores(market))["Acme"] == (-5, 2, ["By the form"])
    assert (await market.db.get(ScoringModel, first.id)).state == "retired"
    await market.db.update(acme, came_by="phone")
    await score_records(worker(market), "Lead", [acme.id])
    assert (await scores(market))["Acme"] == (0, 2, [])
    assert await market.db.select(Score).count() == 1


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ([], "no_rules"),
        ([("Odd", {"kind": "compare"}, 1)], "condition"),
        ([("Unknown", is_("colour", "red"), 1)], None),
    ],
)
async def test_a_model_that_cannot_score_is_not_put_in_force(
    market: Market, rules: list[tuple[str, object, int]], reason: str | None
) -> None:
    model = await drafted(market, *rules)
    with pytest.raises(Exception) as refused:  # noqa: PT011  # told apart below
        await market.act("manager", "put_model_in_force", model=model)
    if reason is not None:
        error = refused.value.problems[0] if isinstance(refused.value, Problems) else refused.value
        assert isinstance(error, Refused)
        assert error.reason == reason
    assert (await market.db.get(ScoringModel, model.id)).state == "draft"


async def test_a_page_of_records_costs_the_same_however_many_there_are(market: Market) -> None:
    model = await drafted(market, ("By the form", WEB, 30), ("A firm", NAMED, 10))
    await market.db.update(model, state="in_force")
    counted = []
    for many in (10, 490):
        leads = [Saving("Lead", {"company": f"Firm {many} {n}"}) for n in range(many)]
        await market.db.save(leads)
        counted.append(await statements(market, model))
    assert counted[1] <= counted[0] + 2
    assert await market.db.select(Score).count() == 500


async def statements(market: Market, model: ScoringModel) -> int:
    """How many it takes to score a page."""
    with market.installation.database.connections.count_statements() as seen:
        await score_page(worker(market), model.id, None)
    return len(seen)


async def test_scores_are_seen_by_whoever_answers_for_the_record(market: Market) -> None:
    await market.act("rep", "take_lead", company="Acme", came_by="web")
    await market.opportunity()
    model = await drafted(market, ("By the form", WEB, 30))
    await in_force(market, model)
    for who, many in (("rep", 1), ("lead", 1), ("rival", 0), ("south", 0), ("manager", 1)):
        assert await market.as_(who).select(Score).count() == many, who
    nobody = market.installation.session_as(Principal(roles=frozenset({"guest"})))
    assert await nobody.select(Score).count() == 0
    assert put_model_in_force.roles == {"sales_manager"}
