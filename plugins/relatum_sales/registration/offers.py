"""Leads that are handed to partners: each offer is a record of its own, with its day and what became of it."""

from typing import Annotated, Literal

from relatum import (
    Ends,
    Entity,
    Expected,
    Field,
    Help,
    Indexed,
    Label,
    Limit,
    LongText,
    ReadOnly,
    Relationship,
    State,
    Transitions,
    Unique,
    datetime,
)
from relatum_base import Organization
from relatum_sales.leads import Lead

NotTaken = Literal["no_capacity", "region", "product", "known", "other"]
"""Why a partner does not take a lead."""


class LeadOffer(Entity, plural="lead_offers"):
    """A partner may take a lead, until a time; then the next one on the list may."""

    number: Annotated[str, Label, Unique, ReadOnly]
    rank: Annotated[int, ReadOnly, Indexed, Help("The partner's place on the list, from 1.")] = 1
    state: Annotated[
        State,
        Indexed,
        ReadOnly,
        Transitions(
            waiting=["offered", "revoked"],
            offered=["accepted", "declined", "passed", "revoked"],
            accepted=[],
            declined=[],
            passed=[],
            revoked=[],
            expects={"declined": ["reason"]},
            begin=["waiting"],
        ),
    ] = "waiting"
    days: Annotated[int, ReadOnly, Help("How many days there are to answer it.")] = 2
    offered_at: Annotated[datetime | None, Indexed, ReadOnly] = None
    answer_by: Annotated[datetime | None, Indexed, ReadOnly] = None
    answered_at: Annotated[datetime | None, ReadOnly] = None
    reason: Annotated[
        NotTaken | None,
        Expected(when=Field("state") == "declined"),
        Help("Why the partner does not take it."),
    ] = None
    remark: Annotated[LongText | None, ReadOnly] = None


class OfferOf(Relationship[LeadOffer, Lead], plural="offered_leads"):
    """An offer is of a lead."""

    ends = Ends("lead", "offers", limit=Limit(target=(1, 1)), on_delete="cascade")


class OfferedTo(Relationship[LeadOffer, Organization], plural="lead_offer_partners"):
    """A lead is offered to a partner firm."""

    ends = Ends("partner", "lead_offers", limit=Limit(target=(1, 1)), on_delete="restrict")
