"""A lead goes from partner to partner, each with its time, until one accepts it."""

import asyncio
from typing import Any

import pytest

from relatum import Refused
from relatum.workflows.operating import operating
from relatum_sales import Lead, LeadOffer
from relatum_sales.registration.handing import pass_on, seconds_left
from relatum_schemas.errors import Forbidden, NotFound, Problems
from tests.core.workflows.conftest import at_work, ended
from tests.plugins.sales.registration.conftest import Channel


async def offered(channel: Channel, **more: Any) -> LeadOffer:
    lead = await channel.db.create(
        Lead(company="Curious Ltd", family_name="Wonder", interest="Pots", unfit_note="Ours")
    )
    partners = [channel.partners["one"], channel.partners["two"]]
    made: LeadOffer = await channel.act(
        "manager", "offer_lead", lead=lead, partners=partners, **more
    )
    return made


async def states(channel: Channel) -> list[str]:
    return [each.state for each in await channel.db.select(LeadOffer).order("rank").all()]


async def test_the_first_may_accept_it(channel: Channel) -> None:
    offer = await offered(channel)
    assert await states(channel) == ["offered", "waiting"]
    (seen,) = await channel.as_("ann").select(Lead).all()
    assert (seen.company, seen.interest, seen.unfit_note) == ("Curious Ltd", "Pots", None)
    assert await channel.as_("eve").select(Lead).count() == 0
    assert await channel.as_("eve").select(LeadOffer).count() == 0
    taken = await channel.act("ann", "accept_lead", offer=offer)
    assert taken.state == "accepted"
    assert await states(channel) == ["accepted", "revoked"]
    assert (await channel.db.get(Lead, seen.id)).state == "working"
    channel.clock.forward(days=9)
    await pass_on(channel.context, offer.id)
    assert await states(channel) == ["accepted", "revoked"]


async def test_who_declines_sees_it_no_longer(channel: Channel) -> None:
    offer = await offered(channel)
    await channel.act("ann", "decline_lead", offer=offer, reason="no_capacity")
    assert await states(channel) == ["declined", "offered"]
    assert await channel.as_("ann").select(Lead).count() == 0
    (now,) = await channel.as_("eve").select(LeadOffer).all()
    with pytest.raises((Forbidden, Refused, Problems)):
        await channel.act("ann", "accept_lead", offer=offer)
    await channel.act("eve", "decline_lead", offer=now, reason="region")
    assert await states(channel) == ["declined", "declined"]
    again = await channel.act(
        "manager",
        "offer_lead",
        lead=(await channel.db.select(Lead).all())[0],
        partners=[channel.partners["one"]],
    )
    assert again.state == "offered"


async def test_who_does_not_answer_is_passed(channel: Channel) -> None:
    offer = await offered(channel, days=1)
    assert 86_000 < await seconds_left(channel.context, offer.id) <= 86_400
    await pass_on(channel.context, offer.id)
    assert await states(channel) == ["offered", "waiting"], "there is time left"
    channel.clock.forward(days=1)
    with pytest.raises(Refused, match="not hold any more"):
        await channel.act("ann", "accept_lead", offer=offer)
    for _ in range(2):
        await pass_on(channel.context, offer.id)
    assert await states(channel) == ["passed", "offered"]
    (now,) = await channel.as_("eve").select(LeadOffer).all()
    assert round((now.answer_by - channel.clock()).total_seconds() / 86_400) == 1


async def test_the_clock_of_an_offer_rings_by_itself(channel: Channel) -> None:
    await offered(channel, days=1)
    channel.clock.forward(days=1, seconds=-1)
    assert await states(channel) == ["offered", "waiting"]
    database = channel.installation.database
    url = database.connections.url
    async with at_work(database, url), operating(url) as operator:
        await ended(operator, "sales.await_answer", "DONE")
        assert await states(channel) == ["passed", "offered"]
    (now,) = await channel.as_("eve").select(LeadOffer).all()
    assert now.answer_by > channel.clock(), "the next one has its own time"


async def test_an_answer_and_the_clock_do_not_both_count(channel: Channel) -> None:
    offer = await offered(channel)
    await asyncio.gather(
        channel.act("ann", "accept_lead", offer=offer),
        channel.act("bob", "decline_lead", offer=offer, reason="other"),
        return_exceptions=True,
    )
    assert await states(channel) in (["accepted", "revoked"], ["declined", "offered"])


@pytest.mark.parametrize(
    ("names", "reason"), [([], "nobody"), (["one", "one"], "twice"), (["us"], "no_partner")]
)
async def test_it_is_offered_to_partners(channel: Channel, names: list[str], reason: str) -> None:
    lead = await channel.db.create(Lead(company="Curious Ltd"))
    firms = {**channel.partners, "us": channel.us}
    with pytest.raises(Refused) as refused:
        await channel.act("manager", "offer_lead", lead=lead, partners=[firms[n] for n in names])
    assert refused.value.reason == reason


async def test_it_is_offered_once(channel: Channel) -> None:
    await offered(channel)
    (lead,) = await channel.db.select(Lead).all()
    with pytest.raises(Refused, match="already"):
        await channel.act("manager", "offer_lead", lead=lead, partners=[channel.partners["two"]])
    with pytest.raises((NotFound, Forbidden, Problems)):
        await channel.act("eve", "offer_lead", lead=lead, partners=[channel.partners["two"]])
