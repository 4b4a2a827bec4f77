"""What is hoped for, and how far it has come.

Pipelines and their stages are data. That an opportunity is in a stage is a dated tie, so the time in it and the way
through the stages can be asked for like anything else.
"""

from typing import Annotated, Literal

from relatum import (
    Computed,
    Ends,
    Entity,
    Expected,
    Field,
    Help,
    Indexed,
    Label,
    Limit,
    LongText,
    Money,
    ReadOnly,
    Relationship,
    Searchable,
    State,
    Transitions,
    date,
)
from relatum_base import Organization, Party, Person
from relatum_commerce import Category, Product

Fact = Literal["amount", "close_on", "next_step", "products", "competitors", "contacts"]
"""What a stage may ask an opportunity to have."""


Reason = Literal["price", "product", "service", "relationship", "timing", "budget", "other"]
"""What decides a sale."""


class Pipeline(Entity, plural="pipelines"):
    """A way of selling: new business, renewals, tenders."""

    name: Annotated[str, Label, Searchable, Indexed]


class Stage(Entity, plural="stages"):
    """How far an opportunity has come."""

    name: Annotated[str, Label, Searchable, Indexed]
    rank: Annotated[int, Indexed, Help("Its place in the pipeline, from 1.")]
    probability: Annotated[int, Help("Of winning, in per cent, unless somebody says otherwise.")]
    expects: Annotated[list[Fact] | None, Help("What an opportunity must have to enter it.")] = None
    days: Annotated[int | None, Help("How long it should stay in it at most.")] = None


class StageOf(Relationship[Stage, Pipeline], plural="pipeline_stages"):
    """A stage is one of a pipeline's."""

    ends = Ends("pipeline", "stages", limit=Limit(target=(1, 1)), on_delete="cascade")


class Opportunity(Entity, plural="opportunities"):
    """A sale that may come about."""

    title: Annotated[str, Label, Searchable, Indexed]
    amount: Annotated[Money | None, Help("What it may come to.")] = None
    close_on: Annotated[date | None, Indexed, Help("When it is hoped to be won.")] = None
    state: Annotated[
        State,
        Indexed,
        Transitions(
            open=["won", "lost"],
            won=["open"],
            lost=["open"],
            expects={"won": ["amount", "reason"], "lost": ["reason"]},
            begin=["open"],
        ),
    ] = "open"
    probability: Annotated[int, ReadOnly, Help("Of winning, in per cent: what its stage says.")] = 0
    reason: Annotated[
        Reason | None,
        Expected(when=Field("state") != "open"),
        Help("Why it was won or lost."),
    ] = None
    reason_note: LongText | None = None
    late: Annotated[bool, ReadOnly, Indexed, Help("The day on which it was to be won is over.")] = (
        False
    )
    next_step: Annotated[str | None, Help("What is done next.")] = None
    note: LongText | None = None
    weighted = Computed(
        "round(amount * probability / 100, 2)", help="The amount by its probability."
    )


class InStage(Relationship[Opportunity, Stage], plural="stage_times", valid="instant"):
    """An opportunity is in one stage at a time; the ties of the past tell how it came there."""

    ends = Ends("stage", "opportunities", limit=Limit(target=1), on_delete="restrict")


class OpportunityFor(Relationship[Opportunity, Party], plural="opportunity_customers"):
    """An opportunity is one with a firm, or with a private customer."""

    ends = Ends("customer", "opportunities", limit=Limit(target=(1, 1)), on_delete="restrict")


class OwnedBy(Relationship[Opportunity, Person], plural="opportunity_owners", valid="day"):
    """A person answers for an opportunity; one at a time."""

    ends = Ends("owner", "owned_opportunities", limit=Limit(target=1))


class Wants(Relationship[Opportunity, Product | Category], plural="opportunity_products"):
    """What would be bought."""

    ends = Ends("products", "opportunities", on_delete="restrict")
    quantity: int | None = None


class LostTo(Relationship[Opportunity, Organization], plural="opportunity_rivals"):
    """A rival bids for the same, or has won it."""

    ends = Ends("competitors", "rivalled_opportunities")
    won: Annotated[bool, Help("Whether they have won it.")] = False


class InvolvedIn(Relationship[Person, Opportunity], plural="opportunity_contacts"):
    """A person has a part in whether an opportunity is won."""

    ends = Ends("involved_in", "contacts")
    part: Annotated[Literal["decides", "advises", "uses", "pays", "opposes"] | None, Indexed] = None
