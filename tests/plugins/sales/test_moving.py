"""The course of an opportunity: which stages ask for what, how long it was in which, and how it ended."""

from datetime import timedelta

import pytest

from relatum import Field, Problems, Refused
from relatum_base import Organization, Person
from relatum_sales import InStage, InvolvedIn, LostTo, MemberOfTeam, Opportunity, Wants
from relatum_sales.lateness import mark_some
from relatum_schemas.errors import Forbidden
from tests.plugins.sales.conftest import Market, eur


def told(error: Problems | Refused) -> list[tuple[object, object]]:
    found = error.problems if isinstance(error, Problems) else (error,)
    return [(each.details.get("reason"), each.path) for each in found]


async def test_it_begins_in_the_first_stage_with_who_calls(market: Market) -> None:
    begun = await market.opportunity()
    assert (begun.state, begun.probability) == ("open", 10)
    (stage,) = await market.db.select(begun.stage).all()
    (owner,) = await market.db.select(begun.owner).all()
    assert (stage.name, owner.id) == ("contact", market.people["rep"].id)


async def test_a_stage_tells_all_that_it_asks_for_at_once(market: Market) -> None:
    begun = await market.opportunity()
    with pytest.raises(Problems) as refused:
        await market.act("rep", "move_stage", opportunity=begun, stage=market.stages["need"])
    assert told(refused.value) == [
        ("expected", ("amount",)),
        ("expected", ("close_on",)),
        ("expected", ()),  # an end is no input of the action
    ]
    await market.db.relate(Wants, begun, market.tea)
    known = {"amount": eur("500.00"), "close_on": market.context.today + timedelta(days=30)}
    moved = await market.act(
        "rep", "move_stage", opportunity=begun, stage=market.stages["need"], **known
    )
    assert (moved.probability, moved.amount, moved.weighted) == (30, eur("500.00"), eur("150.00"))
    with pytest.raises(Refused) as one:
        await market.act("rep", "move_stage", opportunity=begun, stage=market.stages["offer"])
    assert told(one.value) == [("expected", ())]
    assert "who decides" in one.value.message
    eve = await market.db.create(Person(family_name="Buyer"))
    await market.db.relate(InvolvedIn, eve, begun, part="decides")
    await market.act("rep", "move_stage", opportunity=begun, stage=market.stages["offer"])


async def test_it_stays_in_its_pipeline(market: Market) -> None:
    begun = await market.opportunity()
    for stage, reason in (("renewal", "other_pipeline"), ("contact", "there_already")):
        with pytest.raises(Refused) as refused:
            await market.act("rep", "move_stage", opportunity=begun, stage=market.stages[stage])
        assert told(refused.value) == [(reason, ("stage",))]


async def test_the_ties_tell_how_long_it_was_in_which_stage(market: Market) -> None:
    known = {"amount": eur("500.00"), "close_on": market.context.today}
    begun = await market.opportunity(**known)
    await market.db.relate(Wants, begun, market.tea)
    market.installation.clock.forward(days=3)
    await market.act("rep", "move_stage", opportunity=begun, stage=market.stages["need"])
    market.installation.clock.forward(days=2)
    await market.act("rep", "move_stage", opportunity=begun, stage=market.stages["contact"])
    times = await market.db.select(InStage).order("valid_from").all()
    names = {each.id: name for name, each in market.stages.items()}
    assert [names[each.target] for each in times] == ["contact", "need", "contact"]
    days = [each.valid_to and (each.valid_to - each.valid_from).days for each in times]
    assert days == [3, 2, None]
    assert [each.name for each in await market.db.select(begun.stage).all()] == ["contact"]


async def test_it_is_late_after_its_day_until_that_is_put_off(market: Market) -> None:
    begun = await market.opportunity(close_on=market.context.today)
    assert await mark_some(market.context) == 0
    market.installation.clock.forward(days=1)
    assert [await mark_some(market.context) for _ in range(2)] == [1, 0]
    late = await market.as_("rep").get(Opportunity, begun.id)
    assert late.late
    day = market.context.today + timedelta(days=7)
    await market.as_("rep").update(late, close_on=day)
    assert not (await market.db.get(Opportunity, begun.id)).late


async def test_it_is_won_for_an_amount_and_a_reason_and_then_decided(market: Market) -> None:
    begun = await market.opportunity()
    with pytest.raises(Refused) as refused:
        await market.act("rep", "win_opportunity", opportunity=begun, reason="price")
    assert told(refused.value) == [("amount", ("amount",))]
    won = await market.act(
        "rep", "win_opportunity", opportunity=begun, reason="price", amount=eur("480.00")
    )
    assert (won.state, won.probability, won.amount) == ("won", 100, eur("480.00"))
    assert won.close_on == market.context.today
    for action, more in (
        ("move_stage", {"stage": market.stages["need"]}),
        ("win_opportunity", {"reason": "price"}),
        ("lose_opportunity", {"reason": "price"}),
    ):
        with pytest.raises(Refused) as decided:
            await market.act("rep", action, opportunity=begun, **more)
        assert told(decided.value) == [("not_open", ("opportunity",))]


async def test_who_won_instead_is_a_tie_and_it_can_be_taken_up_again(market: Market) -> None:
    rival = await market.db.create(Organization(name="Rival"))
    begun = await market.opportunity()
    await market.db.relate(LostTo, begun, rival)
    lost = await market.act(
        "rep", "lose_opportunity", opportunity=begun, reason="price", competitor=rival
    )
    assert (lost.state, lost.reason, lost.probability) == ("lost", "price", 0)
    (bid,) = await market.db.select(LostTo).all()
    assert bid.won
    again = await market.act("rep", "reopen_opportunity", opportunity=begun)
    assert (again.state, again.reason, again.probability) == ("open", None, 10)
    with pytest.raises(Refused, match="open"):
        await market.act("rep", "reopen_opportunity", opportunity=begun)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("rep", {"Own"}),
        ("rival", {"Theirs"}),
        ("lead", {"Own"}),
        ("south", {"Theirs"}),
        ("territory", {"Own"}),
        ("elsewhere", set()),
        ("manager", {"Own", "Theirs"}),
    ],
)
async def test_each_sees_what_they_answer_for(market: Market, who: str, sees: set[str]) -> None:
    elsewhere = await market.db.create(Organization(name="Elsewhere"))
    await market.opportunity(title="Own")
    await market.opportunity("rival", title="Theirs", customer=elsewhere)
    db = market.as_(who)
    assert {each.title for each in await db.select(Opportunity).all()} == sees
    assert await db.select(InStage).count() == len(sees)


async def test_who_has_left_the_team_sees_nothing(market: Market) -> None:
    await market.opportunity()
    identity, rep = market.installation.database.identity, market.people["rep"]
    before = [each for each in await identity.capacities(rep.id) if "sales_rep" in each.roles]
    assert await market.installation.session_as(before[0]).select(Opportunity).count() == 1
    (membership,) = await market.db.select(MemberOfTeam).where(Field("source.id") == rep.id).all()
    await market.db.remove(membership)
    after = await identity.capacities(rep.id)
    assert not any("sales_rep" in each.roles for each in after)
    for each in after:
        assert await market.installation.session_as(each).select(Opportunity).count() == 0


@pytest.mark.parametrize("who", ["rep", "lead", "territory", "manager"])
async def test_who_sells_does_not_settle_the_terms(market: Market, who: str) -> None:
    session = market.as_(who)
    acme = await session.update(await session.get(Organization, market.acme.id), phone="+431234567")
    for terms in ({"credit_limit": eur("99999")}, {"payment_days": 90}, {"order_currency": "USD"}):
        with pytest.raises(Forbidden):
            await session.update(acme, **terms)
    assert await session.create(Organization(name="Globex"))
