"""What becomes of a registration: approved, declined, asked about, answered, withdrawn, lapsed; and who may."""

import asyncio
import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from typing import Any
from uuid import UUID

import pytest

from relatum import Change, Field, Refused
from relatum_base import Organization, PartnerOf
from relatum_sales import (
    DealRegistration,
    OpportunityFor,
    OwnedBy,
    Protects,
    RegisteredFor,
    Wants,
)
from relatum_sales.registration.clocks import (
    drop_unanswered,
    escalate_registrations,
    lapse_with_protection,
)
from relatum_sales.registration.months import months_later
from relatum_schemas.errors import Forbidden, NotFound, Problems
from tests.plugins.sales.registration.conftest import Channel

NEW = {"customer_name": "Brandneu Maschinen GmbH", "website": "https://brandneu.example"}


async def again(channel: Channel, registration: Any) -> DealRegistration:
    found: DealRegistration = await channel.db.get(DealRegistration, registration.id)
    return found


async def test_an_approval_protects_the_deal_and_begins_an_opportunity(channel: Channel) -> None:
    registered = await channel.register(goods="teapots", **NEW)
    assert (registered.code, registered.registration.state) == ("clear", "submitted")
    ask = {"registration": registered.registration, "months": 3}
    done = await channel.act("manager", "approve_registration", **ask)
    assert (done.state, done.answer_by) == ("approved", None)
    (firm,) = await channel.db.select(done.customer).all()
    assert (firm.name, firm.website) == (NEW["customer_name"], f"{NEW['website']}/")
    (tie,) = await channel.db.select(Protects).all()
    today = channel.context.today
    assert (tie.target, tie.valid_from, tie.valid_to) == (firm.id, today, months_later(today, 3))
    (opportunity,) = await channel.db.select(done.opportunity).all()
    (customer,) = await channel.db.select(OpportunityFor).all()
    assert (customer.source, customer.target) == (opportunity.id, firm.id)
    assert [each.target for each in await channel.db.select(Wants).all()] == [
        channel.goods["teapots"].id
    ]
    (owner,) = await channel.db.select(OwnedBy).all()
    assert owner.target == channel.people["manager"].id


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"months": 0}, "months"),
        ({"until": "2000-01-01"}, "past"),
        ({"months": 2, "until": "2999-01-01"}, "both"),
    ],
)
async def test_a_protection_is_for_a_time_to_come(
    channel: Channel, inputs: dict[str, Any], reason: str
) -> None:
    registered = await channel.register()
    with pytest.raises(Refused) as refused:
        await channel.act(
            "manager", "approve_registration", registration=registered.registration, **inputs
        )
    assert refused.value.reason == reason


async def test_a_known_customer_is_not_made_twice(channel: Channel) -> None:
    before = await channel.db.select(Organization).count()
    done = await channel.approved()
    assert await channel.db.select(Organization).count() == before
    assert [each.id for each in await channel.db.select(done.customer).all()] == [
        channel.firms["acme"].id
    ]


async def test_of_two_vague_ones_one_is_approved(channel: Channel) -> None:
    vague: dict[str, Any] = {"customer_name": "Acme Anvils", "website": None}
    first = await channel.register("ann", **vague)
    second = await channel.register("eve", **vague)
    assert (first.code, second.code) == ("unclear", "unclear")
    chosen = {"customer": channel.firms["acme"]}
    await channel.act("manager", "approve_registration", registration=first.registration, **chosen)
    chosen = {"customer": channel.firms["sister"]}
    with pytest.raises(Refused) as refused:
        await channel.act(
            "manager", "approve_registration", registration=second.registration, **chosen
        )
    assert refused.value.reason == "protected"
    assert await channel.db.select(Protects).count() == 1


async def test_a_question_is_answered_and_the_deal_declined(channel: Channel) -> None:
    mine = (await channel.register()).registration
    asked = await channel.act(
        "manager", "ask_registration", registration=mine, question="Who decides there?"
    )
    assert (asked.state, asked.question) == ("question", "Who decides there?")
    with pytest.raises(Forbidden):
        await channel.act("manager", "answer_registration", registration=mine, answer="Me")
    answered = await channel.act("bob", "answer_registration", registration=mine, answer="Ada")
    assert (answered.state, answered.answer) == ("submitted", "Ada")
    with pytest.raises((Forbidden, Refused)):
        await channel.act("ann", "answer_registration", registration=mine, answer="Once more")
    why = {"reason": "no_project", "remark": "There is no budget for it."}
    gone = await channel.act("manager", "decline_registration", registration=mine, **why)
    assert (gone.state, gone.reason) == ("declined", "no_project")
    with pytest.raises(Refused, match="decided already"):
        await channel.act("manager", "approve_registration", registration=mine)
    with pytest.raises((Forbidden, Refused)):
        await channel.act("ann", "withdraw_registration", registration=mine)


async def test_nobody_else_sees_or_answers_it(channel: Channel) -> None:
    mine = (await channel.register()).registration
    for action in ("withdraw_registration", "approve_registration"):
        with pytest.raises((NotFound, Forbidden, Problems)):
            await channel.act("eve", action, registration=mine)
    assert await channel.as_("eve").select(DealRegistration).count() == 0
    assert await channel.as_("bob").select(DealRegistration).count() == 1


async def test_the_customer_is_shown_once_the_deal_is_approved(channel: Channel) -> None:
    firm = channel.firms["acme"]
    mine = (await channel.register()).registration
    partner = channel.as_("ann")
    assert await partner.select(RegisteredFor).count() == 0
    assert not await partner.select(Organization).where(Field("id") == firm.id).exists()
    await channel.act("manager", "approve_registration", registration=mine)
    (seen,) = await partner.select(Organization).where(Field("id") == firm.id).all()
    assert (seen.name, seen.phone, seen.note) == ("Acme Anvils", None, None)
    assert [each.target for each in await partner.select(Protects).all()] == [firm.id]
    (opportunity,) = await partner.select((await again(channel, mine)).opportunity).all()
    assert (opportunity.state, opportunity.amount, opportunity.probability) == ("open", None, None)


async def test_a_protection_that_is_over_lapses_the_registration(channel: Channel) -> None:
    mine = await channel.approved(months=1)
    (tie,) = await channel.db.select(Protects).all()
    await lapsing(channel, tie.id)
    assert (await again(channel, mine)).state == "approved", "its time has not come"
    channel.clock.forward(days=32)
    await lapsing(channel, tie.id)
    assert (await again(channel, mine)).state == "lapsed"


async def lapsing(channel: Channel, tie: UUID) -> None:
    """What the log of changes tells when the tie's time is over."""
    change = Change(None, "Protects", tie, 1, "lapsed", ())
    await lapse_with_protection.function(channel.context, change)


async def test_a_deal_that_is_won_does_not_lapse(channel: Channel) -> None:
    mine = await channel.approved(months=1)
    (opportunity,) = await channel.db.select(mine.opportunity).all()
    amount = {"amount": "1.00", "currency": "EUR"}
    await channel.db.update(opportunity, state="won", reason="price", amount=amount)
    (tie,) = await channel.db.select(Protects).all()
    channel.clock.forward(days=40)
    await lapsing(channel, tie.id)
    assert (await again(channel, mine)).state == "approved"


async def test_what_nobody_decides_on_is_told_on_once(channel: Channel) -> None:
    mine = (await channel.register()).registration
    assert await escalate_registrations(channel.context) == 0
    channel.clock.forward(days=3.1)
    assert [await escalate_registrations(channel.context) for _ in range(2)] == [1, 0]
    assert (await again(channel, mine)).escalated_at is not None
    head = channel.as_("head")
    assert [each.id for each in await head.select(DealRegistration).all()] == [mine.id]
    done = await channel.act("head", "approve_registration", registration=mine)
    assert done.state == "approved"


async def test_an_unanswered_question_lapses(channel: Channel) -> None:
    mine = (await channel.register()).registration
    await channel.act("manager", "ask_registration", registration=mine, question="Who?")
    assert await drop_unanswered(channel.context) == 0
    channel.clock.forward(days=3.1)
    assert [await drop_unanswered(channel.context) for _ in range(2)] == [1, 0]
    assert (await again(channel, mine)).state == "lapsed"


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"customer_name": "  "}, "nameless"),
        ({"products": []}, "nothing"),
        ({"close_on": "2000-01-01"}, "past"),
        ({"customer_name": "Partner One", "website": "https://one.example"}, "yourself"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    channel: Channel, inputs: dict[str, Any], reason: str
) -> None:
    await channel.db.update(channel.partners["one"], website="https://one.example")
    with pytest.raises(Refused) as refused:
        await channel.register(**inputs)
    assert refused.value.reason == reason


async def test_nobody_registers_for_another_firm(channel: Channel) -> None:
    with pytest.raises((Refused, NotFound, Problems)):
        await channel.register("ann", reseller=channel.partners["two"])
    done = await channel.register("manager", reseller=channel.partners["two"])
    (firm,) = await channel.db.select(done.registration.reseller).all()
    assert firm.id == channel.partners["two"].id
    former = channel.partners["one"]
    (tie,) = await channel.db.select(PartnerOf).where(Field("source.id") == former.id).all()
    await channel.db.remove(tie)
    with pytest.raises(Refused, match="no partner"):
        await channel.register("ann")


async def test_of_twenty_at_the_same_instant_one_wins(channel: Channel) -> None:
    channel.context.settings.registrations.conflicts_a_day = 50
    firms = ("acme", "top", "sister", "sub")
    goods = ("pot", "teapots", "kitchen")
    sent = [channel.register(("ann", "eve")[n % 2], firms[n % 4], goods[n % 3]) for n in range(20)]
    try:
        codes = [each.code for each in await asyncio.gather(*sent)]
    finally:
        channel.context.settings.registrations.conflicts_a_day = 20
    assert codes.count("clear") == 1, codes
    assert {*codes} == {"clear", "pending", "own_firm"}
    waiting = channel.db.select(DealRegistration).where(Field("state") == "submitted")
    assert await waiting.count() == 1


@pytest.mark.thorough
async def test_of_several_processes_one_wins(channel: Channel) -> None:
    """Servers share nothing but the database."""
    url = channel.installation.database.connections.url
    told = await asyncio.gather(
        *(
            submitting(url, channel.who(who).id, channel.partners[firm].id, channel)
            for who, firm in (("ann", "one"), ("eve", "two"), ("bob", "one"))
        )
    )
    codes = [code for each in told for code in each]
    assert len(codes) == 12
    assert codes.count("clear") == 1, codes
    assert {*codes} <= {"clear", "pending", "own_firm"}


async def submitting(url: str, person: object, firm: object, channel: Channel) -> list[str]:
    """What another process is told that registers the same deal four times at once."""
    given = [url, person, firm, channel.goods["pot"].id]
    module = "tests.plugins.sales.registration.submitting"
    process = await create_subprocess_exec(
        sys.executable, "-m", module, *map(str, given), stdout=PIPE, stderr=PIPE
    )
    said, wrong = await process.communicate()
    assert process.returncode == 0, wrong.decode()
    return said.decode().split()


async def test_of_two_approvals_at_the_same_instant_one_holds(channel: Channel) -> None:
    vague: dict[str, Any] = {"customer_name": "Acme Anvils", "website": None}
    mine = [(await channel.register(who, **vague)).registration for who in ("ann", "eve")]
    chosen = {"customer": channel.firms["acme"]}
    done = await asyncio.gather(
        *(
            channel.act("manager", "approve_registration", registration=each, **chosen)
            for each in mine
        ),
        return_exceptions=True,
    )
    refused = [each for each in done if isinstance(each, Refused)]
    assert [each.reason for each in refused] == ["protected"]
    assert await channel.db.select(Protects).count() == 1
