"""What stands against a registration: a table of cases, and what the partner learns of it."""

import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from relatum import Field
from relatum_base import PartOf
from relatum_sales import DealRegistration, HinderedBy, Opportunity, Protects, RegistrationVerdict
from relatum_sales.registration.clocks import drop_unanswered
from relatum_sales.registration.months import months_later
from tests.plugins.sales.registration.conftest import Channel

Before = Callable[[Channel], Awaitable[object]]


def protected(firm: str = "acme", goods: str = "pot", who: str = "eve", **more: Any) -> Before:
    async def before(channel: Channel) -> object:
        return await channel.approved(who, firm, goods, **more)

    return before


def pending(firm: str = "acme", goods: str = "pot", who: str = "eve") -> Before:
    async def before(channel: Channel) -> object:
        return await channel.register(who, firm, goods)

    return before


def own_people(firm: str = "acme", goods: str | None = "pot", state: str = "open") -> Before:
    async def before(channel: Channel) -> object:
        wanted = {"products": channel.goods[goods]} if goods else {}
        made = Opportunity(title="Ours")
        opportunity = await channel.db.create(made, customer=channel.firms[firm], **wanted)
        if state != "open":
            await channel.db.update(opportunity, state=state, reason="price")
        return opportunity

    return before


def period(start: int, end: int) -> Before:
    """A protection of another partner, from and to so many days from now."""

    async def before(channel: Channel) -> object:
        done = await channel.approved("eve")
        held = Field("source.id") == done.id
        (tie,) = await channel.db.select(Protects).where(held).all()
        today = channel.context.today
        await channel.db.correct(
            tie, valid_from=today + timedelta(days=start), valid_to=today + timedelta(days=end)
        )
        return done

    return before


async def withdrawn(channel: Channel) -> None:
    told = await channel.register("eve")
    await channel.act("eve", "withdraw_registration", registration=told.registration)


async def withdrawn_after_approval(channel: Channel) -> None:
    done = await channel.approved("eve")
    await channel.act("eve", "withdraw_registration", registration=done)


async def declined(channel: Channel) -> None:
    told = await channel.register("eve")
    inputs = {"registration": told.registration, "reason": "no_project"}
    await channel.act("manager", "decline_registration", **inputs)


async def asked(channel: Channel) -> None:
    told = await channel.register("eve")
    inputs = {"registration": told.registration, "question": "Who decides there?"}
    await channel.act("manager", "ask_registration", **inputs)


async def asked_in_vain(channel: Channel) -> None:
    await asked(channel)
    channel.clock.forward(days=4)
    await drop_unanswered(channel.context)


async def lapsed(channel: Channel) -> None:
    await channel.approved("eve", months=1)
    channel.clock.forward(days=40)


async def on_its_last_day(channel: Channel) -> None:
    today = channel.context.today
    await channel.approved("eve", until=today + timedelta(days=5))
    channel.clock.forward(days=4)


async def on_the_day_after(channel: Channel) -> None:
    today = channel.context.today
    await channel.approved("eve", until=today + timedelta(days=5))
    channel.clock.forward(days=5)


async def merged(channel: Channel) -> None:
    """The protected firm is found to be the one that is registered."""
    await channel.approved("eve", "stranger")
    await channel.db.merge(channel.firms["stranger"], channel.firms["acme"])


async def merged_into_a_sister(channel: Channel) -> None:
    await channel.approved("eve", "stranger")
    await channel.db.merge(channel.firms["stranger"], channel.firms["sister"])


async def joined_since(channel: Channel) -> None:
    """The protected firm is bought by the group later."""
    await channel.approved("eve", "stranger")
    await channel.db.relate(PartOf, channel.firms["stranger"], channel.firms["sister"])


async def joins_tomorrow(channel: Channel) -> None:
    await channel.approved("eve", "stranger")
    tomorrow = channel.context.today + timedelta(days=1)
    parts = channel.firms["stranger"], channel.firms["sister"]
    await channel.db.relate(PartOf, *parts, valid_from=tomorrow)


async def unknown_pending(channel: Channel) -> None:
    """Somebody else has registered a firm that nobody knows yet, spelt otherwise."""
    await channel.act(
        "eve",
        "register_deal",
        products=[channel.goods["pot"]],
        customer_name="Brandneu Maschinen GmbH",
        website="https://www.brandneu.example/de",
    )


async def nothing(channel: Channel) -> None:
    pass


CASES: dict[str, list[tuple[str, Before, str, str, str]]] = {
    # what there was before; whom and what Ann registers; what she is told
    "the customer's group": [
        ("nothing", nothing, "acme", "pot", "clear"),
        ("same firm", protected("acme"), "acme", "pot", "protected"),
        ("parent", protected("top"), "acme", "pot", "protected"),
        ("subsidiary", protected("sub"), "acme", "pot", "protected"),
        ("subsidiary of a subsidiary", protected("grandchild"), "acme", "pot", "protected"),
        ("parent of a parent", protected("top"), "grandchild", "pot", "protected"),
        ("sister", protected("sister"), "acme", "pot", "protected"),
        ("aunt", protected("sister"), "grandchild", "pot", "protected"),
        ("another firm", protected("stranger"), "acme", "pot", "clear"),
        ("ended tie", protected("former"), "acme", "pot", "clear"),
        ("ended tie, the other way", protected("acme"), "former", "pot", "clear"),
        ("bought since", joined_since, "acme", "pot", "protected"),
        ("bought tomorrow", joins_tomorrow, "acme", "pot", "clear"),
    ],
    "goods": [
        ("its category", protected(goods="teapots"), "acme", "pot", "protected"),
        ("a wider category", protected(goods="kitchen"), "acme", "pot", "protected"),
        ("a product of the category", protected(goods="pot"), "acme", "teapots", "protected"),
        ("a product of a wider category", protected(goods="pot"), "acme", "kitchen", "protected"),
        ("a category in a category", protected(goods="teapots"), "acme", "kitchen", "protected"),
        ("another product of the category", protected(goods="other_pot"), "acme", "pot", "clear"),
        ("another category", protected(goods="cups"), "acme", "pot", "clear"),
        ("categories side by side", protected(goods="cups"), "acme", "teapots", "clear"),
        ("another product with a sister", protected("sister", "saw"), "acme", "pot", "clear"),
    ],
    # Ann asks for six months from today on
    "periods": [
        ("overlapping, begun before", period(-30, 1), "acme", "pot", "protected"),
        ("overlapping, begins later", period(30, 60), "acme", "pot", "protected"),
        ("overlapping, all of it", period(-30, 3650), "acme", "pot", "protected"),
        ("touching, ends today", period(-30, 0), "acme", "pot", "clear"),
        ("disjoint, ended before", period(-30, -10), "acme", "pot", "clear"),
        ("disjoint, begins after", period(300, 400), "acme", "pot", "clear"),
        ("the last day", on_its_last_day, "acme", "pot", "protected"),
        ("the day after", on_the_day_after, "acme", "pot", "clear"),
        ("protection lapsed", lapsed, "acme", "pot", "clear"),
    ],
    "whose, and how far": [
        ("own colleague, approved", protected(who="bob"), "acme", "pot", "own_firm"),
        ("own colleague, with a sister", protected("sister", who="bob"), "acme", "pot", "own_firm"),
        ("own colleague, pending", pending(who="bob"), "acme", "pot", "own_firm"),
        ("pending", pending(), "acme", "pot", "pending"),
        ("pending with the parent", pending("top"), "acme", "pot", "pending"),
        ("pending, a firm nobody knows", unknown_pending, "new", "pot", "pending"),
        ("asked", asked, "acme", "pot", "pending"),
        ("asked in vain", asked_in_vain, "acme", "pot", "clear"),
        ("withdrawn", withdrawn, "acme", "pot", "clear"),
        ("withdrawn after approval", withdrawn_after_approval, "acme", "pot", "clear"),
        ("declined", declined, "acme", "pot", "clear"),
        ("merged firm", merged, "acme", "pot", "protected"),
        ("merged into a sister", merged_into_a_sister, "acme", "pot", "protected"),
    ],
    "our own people": [
        ("ours", own_people(), "acme", "pot", "direct"),
        ("ours with a sister", own_people("sister"), "acme", "pot", "direct"),
        ("ours, about anything", own_people(goods=None), "acme", "pot", "direct"),
        ("ours, about something else", own_people(goods="saw"), "acme", "pot", "clear"),
        ("ours, lost", own_people(state="lost"), "acme", "pot", "clear"),
    ],
}

AS_NEW = {"customer_name": "Brand-Neu Maschinen", "website": "http://brandneu.example"}


@pytest.mark.parametrize("section", list(CASES))
async def test_what_a_partner_is_told(channel: Channel, section: str) -> None:
    """Each case in a world of its own: firms, goods and partners that no other has."""
    told = {}
    for number, (name, before, firm, goods, _) in enumerate(CASES[section]):
        world = await channel.another(f"{section}{number}")
        await before(world)
        more = AS_NEW if firm == "new" else {}
        answer = await world.register("ann", "acme" if firm == "new" else firm, goods, **more)
        told[name] = answer.code
        await judge_kept(world, answer)
    assert told == {name: expected for name, _, _, _, expected in CASES[section]}


async def judge_kept(channel: Channel, told: RegistrationVerdict) -> None:
    """What is kept says what was told, and for those who decide what stands against it."""
    assert told.registration is not None
    kept = await channel.db.get(DealRegistration, told.registration.id)
    waits = told.code == "clear"
    assert (kept.verdict, kept.state) == (told.code, "submitted" if waits else "declined")
    assert kept.reason == (None if waits else "conflict")
    hindrances = channel.db.select(HinderedBy).where(Field("source.id") == kept.id)
    assert await hindrances.exists() == (not waits)


async def test_one_own_firms_deal_is_told_with_its_day(channel: Channel) -> None:
    await channel.approved("bob", months=2)
    told = await channel.register("ann")
    assert (told.code, told.again_from) == ("own_firm", months_later(channel.context.today, 2))


async def test_of_others_deals_no_day_is_told(channel: Channel) -> None:
    await channel.approved("bob", months=2)
    await channel.approved("eve", "sister", "saw")
    told = await channel.act(
        "ann",
        "register_deal",
        products=[channel.goods["pot"], channel.goods["saw"]],
        customer_name="Acme Anvils",
        website="https://acme.example",
    )
    assert (told.code, told.again_from) == ("protected", None)


@pytest.mark.parametrize(
    ("name", "website"),
    [
        pytest.param("Acme Anvils", None, id="a name alone"),
        pytest.param("Acme Anvils", "https://anvils.example", id="a like name"),
        pytest.param("Nobody Knows", None, id="nobody's name"),
    ],
)
async def test_what_is_vague_is_looked_into(
    channel: Channel, name: str, website: str | None
) -> None:
    await channel.approved("eve")
    told = await channel.register("ann", customer_name=name, website=website)
    assert told.code == "unclear"
    assert told.registration.state == "submitted"


async def test_what_must_not_be_told_apart_is_told_alike(channel: Channel) -> None:
    """The same words in as many statements, whoever it is of the group, and whatever is known of the deal."""
    await channel.approved("eve", "sister", "teapots")
    answers, statements = set(), set()
    connections = channel.installation.database.connections
    for firm in ("acme", "top", "sister", "sub", "grandchild"):
        for goods in ("pot", "teapots", "kitchen"):
            await channel.db.select(DealRegistration).count()
            with connections.count_statements() as counted:
                told = await channel.register("ann", firm, goods)
            said = told.model_dump(mode="json", exclude={"registration"})
            answers.add(json.dumps(said, sort_keys=True))
            statements.add(len(counted))
    assert [json.loads(each)["code"] for each in answers] == ["protected"]
    assert len(statements) == 1, statements


async def test_a_rivals_data_are_nowhere_in_sight(channel: Channel) -> None:
    """Whatever Ann asks for: nothing of Eve's deal, firm, opportunity, or of the customer."""
    await channel.approved("eve", "sister", "teapots")
    await channel.register("ann", "acme", "pot")
    asked = """{ dealRegistrations { nodes { title state verdict againFrom
        reseller { name } customer { name } protects { name } opportunity { title }
        decider { familyName } products { totalCount } } }
      organizations { nodes { name website } } opportunities { nodes { title } }
      protections { nodes { validFrom validTo } } }"""
    answer = await channel.installation.ask(asked, who=channel.who("ann"))
    shown = json.dumps(answer)
    for hidden in ("Zenith", "Two", "Eve", 'Acme Anvils"', "Quarry"):
        assert hidden not in shown.replace("Acme Anvils: Pot", ""), answer
    (mine,) = answer["data"]["dealRegistrations"]["nodes"]
    assert (mine["state"], mine["verdict"], mine["againFrom"]) == ("declined", "protected", None)
    assert answer["data"]["protections"]["nodes"] == []
    for more in (
        "{ dealRegistrations { nodes { hindrances { totalCount } } } }",
        "{ dealRegistrations { nodes { escalatedAt } } }",
        "{ registrationHindrances { totalCount } }",
    ):
        assert "data" not in await channel.installation.ask(more, who=channel.who("ann"))


async def test_who_tries_too_often_has_to_wait(channel: Channel) -> None:
    await channel.approved("eve")
    channel.context.settings.registrations.conflicts_a_day = 3
    try:
        for _ in range(3):
            assert (await channel.register("ann")).code == "protected"
        with pytest.raises(Exception, match="met others today"):
            await channel.register("bob")
        channel.clock.forward(days=1.1)
        for number in range(3):
            like = {"customer_name": "Acme Anvils", "website": f"https://anvils{number}.example"}
            told = await channel.register("ann", **like)
            assert told.code == "unclear"
            await channel.act("ann", "withdraw_registration", registration=told.registration)
        with pytest.raises(Exception, match="met others today"):
            await channel.register("bob")
        channel.clock.forward(days=1.1)
        assert (await channel.register("bob")).code == "protected"
    finally:
        channel.context.settings.registrations.conflicts_a_day = 20
