"""Sales keeps what every plugin keeps."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, ClassVar, Final
from uuid import uuid4

from relatum import Decimal, Money, Tie
from relatum_base import Organization, Person
from relatum_commerce import PricedIn, PriceList, Product
from relatum_sales import (
    Lead,
    Opportunity,
    Pipeline,
    Quote,
    ScoringModel,
    ScoringRule,
    Stage,
)
from relatum_testing import ConformanceSuite, Installation
from tests.plugins.commerce.given import VALUES
from tests.plugins.sales.registration.given import INPUTS as OF_REGISTRATIONS

PRICE: Final = Money(amount=Decimal("9.50"), currency="EUR")
_SAID: Final = {"amount": "12.00", "currency": "EUR"}


def lead_as(state: str) -> Any:
    async def given(installation: Installation) -> Mapping[str, Any]:
        lead = await installation.system.create(Lead(company="Sample firm", state=state))
        return {"lead": str(lead.id)}

    return given


async def to_assign(installation: Installation) -> Mapping[str, Any]:
    lead = await installation.system.create(Lead(company="Sample firm"))
    who = await installation.system.create(Person(family_name="Sample"))
    return {"lead": str(lead.id), "to": str(who.id)}


async def to_take(installation: Installation) -> Mapping[str, Any]:
    return {"company": "Sample firm", "email": "sample@example.org"}


async def opportunity_as(installation: Installation, state: str) -> Opportunity:
    customer = await installation.system.create(Organization(name="Sample customer"))
    opportunity = Opportunity(title="Sample", state=state, amount=PRICE, reason="price")
    return await installation.system.create(opportunity, customer=customer)


def opportunity(state: str, **more: Any) -> Any:
    async def given(installation: Installation) -> Mapping[str, Any]:
        return {"opportunity": str((await opportunity_as(installation, state)).id), **more}

    return given


async def to_begin(installation: Installation) -> Mapping[str, Any]:
    pipeline = await installation.system.create(Pipeline(name="Sample"))
    await installation.system.create(
        Stage(name="Sample", rank=1, probability=10), pipeline=pipeline
    )
    customer = await installation.system.create(Organization(name="Sample customer"))
    return {"customer": str(customer.id), "title": "Sample", "pipeline": str(pipeline.id)}


async def to_move(installation: Installation) -> Mapping[str, Any]:
    pipeline = await installation.system.create(Pipeline(name="Sample"))
    stage = await installation.system.create(
        Stage(name="Sample", rank=1, probability=10), pipeline=pipeline
    )
    made = await opportunity_as(installation, "open")
    return {"opportunity": str(made.id), "stage": str(stage.id)}


async def products(installation: Installation) -> list[Product]:
    db = installation.system
    prices = await db.create(PriceList(name="Everybody", currency="EUR"))
    made = []
    for _ in installation.graph.ids("Product"):
        made.append(await db.create(Product(name="Sample goods")))
        await db.relate(PricedIn, made[-1], prices, price=PRICE)
    return made


async def to_draft(installation: Installation) -> Mapping[str, Any]:
    lines = [{"product": str(each.id)} for each in await products(installation)]
    made = await opportunity_as(installation, "open")
    return {"opportunity": str(made.id), "lines": lines, "currency": "EUR", "discount": "0.02"}


def quote_as(state: str, **more: Any) -> Any:
    async def given(installation: Installation) -> Mapping[str, Any]:
        day = date.today() + timedelta(days=20)  # any that is to come
        quote = Quote(number=uuid4().hex, state=state, currency="EUR", total=PRICE, valid_until=day)
        lines = [
            Tie(each, quantity=1, unit_price=PRICE, listed=PRICE)
            for each in await products(installation)
        ]
        made = await installation.system.create(
            quote, opportunity=await opportunity_as(installation, "open"), lines=lines
        )
        return {"quote": str(made.id), **more}

    return given


async def model(installation: Installation) -> Mapping[str, Any]:
    made = await installation.system.create(ScoringModel(name=uuid4().hex, scored_type="Lead"))
    condition = {"kind": "compare", "path": {"field": "company"}, "operator": "is_null"}
    rule = ScoringRule(title="Sample", condition={**condition, "value": False}, points=3)
    await installation.system.create(rule, model=made)
    return {"model": str(made.id)}


class TestSales(ConformanceSuite):
    plugin = "sales"
    values: ClassVar = {
        **VALUES,
        "Lead": {"state": "new", "company": "Sample firm"},
        "Quote": {"currency": "EUR", "total": _SAID},
        "QuoteLine": {"unit_price": _SAID, "listed": _SAID, "discount": "0.10"},
        "ScoringModel": {"scored_type": "Lead"},
    }
    inputs: ClassVar = {
        **OF_REGISTRATIONS,
        "accept_quote": quote_as("sent"),
        "approve_quote": quote_as("submitted"),
        "assign_lead": to_assign,
        "begin_opportunity": to_begin,
        "convert_lead": lead_as("new"),
        "decline_quote": quote_as("sent"),
        "disqualify_lead": lead_as("new"),
        "draft_quote": to_draft,
        "follow_model_up": model,
        "lose_opportunity": opportunity("open", reason="price", competitor=None),
        "move_stage": to_move,
        "order_quote": quote_as("accepted", win=None),
        "put_model_in_force": model,
        "qualify_lead": lead_as("new"),
        "reject_quote": quote_as("submitted"),
        "reopen_opportunity": opportunity("lost"),
        "revise_quote": quote_as("draft", lines=None, discount="0.02", valid_until=None),
        "send_quote": quote_as("approved", language="en"),
        "submit_quote": quote_as("draft"),
        "take_lead": to_take,
        "win_opportunity": opportunity("open", reason="price"),
        "work_lead": lead_as("new"),
    }
