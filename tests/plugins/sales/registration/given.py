"""What the suite gives the actions about registrations and handed leads."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from uuid import uuid4

from relatum import timedelta
from relatum_base import Organization
from relatum_commerce import Product
from relatum_sales import DealRegistration, Lead, LeadOffer, Pipeline, Stage
from relatum_testing import Installation

Given = Callable[[Installation], Awaitable[Mapping[str, Any]]]


async def partner(installation: Installation) -> Organization:
    db = installation.system
    us = await db.update(await db.create(Organization(name="Sample firm of ours")), sells=True)
    return await db.create(Organization(name="Sample partner"), partner_of=us)


async def to_register(installation: Installation) -> Mapping[str, Any]:
    """A customer whom nobody knows, and as many products as there are records."""
    products = [
        await installation.system.create(Product(name="Sample"))
        for _ in installation.graph.ids("Product")
    ]
    return {
        "products": [str(each.id) for each in products],
        "customer_name": "Unheard-of",
        "website": "https://unheard-of.example",
        "customer": None,
        "reseller": str((await partner(installation)).id),
        "close_on": None,
    }


def registration_as(state: str, **more: Any) -> Given:
    async def given(installation: Installation) -> Mapping[str, Any]:
        db = installation.system
        pipeline = await db.create(Pipeline(name="A sample"))
        await db.create(Stage(name="Sample", rank=1, probability=10), pipeline=pipeline)
        made = await db.create(
            DealRegistration(
                number=uuid4().hex,
                title="Sample",
                customer_name="Unheard-of",
                customer_website="https://unheard-of.example",
            ),
            reseller=await partner(installation),
            products=await db.create(Product(name="Sample")),
        )
        if state != "submitted":
            await db.update(made, state=state, question="Who?")
        return {"registration": str(made.id), **more}

    return given


async def to_offer(installation: Installation) -> Mapping[str, Any]:
    lead = await installation.system.create(Lead(company="Sample"))
    partners = [str((await partner(installation)).id) for _ in range(2)]
    return {"lead": str(lead.id), "partners": partners, "days": None}


def offer(**more: Any) -> Given:
    async def given(installation: Installation) -> Mapping[str, Any]:
        lead = await installation.system.create(Lead(company="Sample"))
        made = await installation.system.create(
            LeadOffer(number=uuid4().hex), lead=lead, partner=await partner(installation)
        )
        until = installation.clock() + timedelta(days=2)
        await installation.system.update(made, state="offered", answer_by=until)
        return {"offer": str(made.id), **more}

    return given


INPUTS: Final[Mapping[str, Given]] = {
    "accept_lead": offer(),
    "answer_registration": registration_as("question", answer="Sample"),
    "approve_registration": registration_as("submitted", months=2, until=None, customer=None),
    "ask_registration": registration_as("submitted", question="Sample?"),
    "decline_lead": offer(reason="other"),
    "decline_registration": registration_as("submitted", reason="other"),
    "offer_lead": to_offer,
    "register_deal": to_register,
    "withdraw_registration": registration_as("submitted"),
}
