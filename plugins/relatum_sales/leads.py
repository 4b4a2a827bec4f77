"""Who may become a customer: leads, whom they may be, what they want, and what becomes of them.

A lead is kept as it came, by whatever way. Whom it may be among the people and firms that are known is said by ties with
their reasons (`recognizing`), so that nobody enters the same firm twice; what it became is said by ties as well.
"""

from typing import Annotated, Final, Literal

from relatum import (
    Email,
    Ends,
    Entity,
    Expected,
    Field,
    Help,
    Indexed,
    Json,
    Label,
    Language,
    Limit,
    LongText,
    Phone,
    PostalAddress,
    ReadOnly,
    Refused,
    Relationship,
    Searchable,
    State,
    Transitions,
    Url,
    date,
)
from relatum_base import Organization, Party, Person
from relatum_commerce import Category, Product
from relatum_sales.pipelines import Opportunity

LeadSource = Literal[
    "web", "mail", "phone", "event", "referral", "partner", "campaign", "import", "other"
]
"""By which way somebody came to us."""

Unfit = Literal["no_need", "no_budget", "no_answer", "rival", "duplicate", "spam", "other"]
"""Why nothing comes of a lead."""

IS_LIVE: Final = Field("state").one_of(["new", "working", "qualified"])
"""That a lead is neither converted nor found unfit."""

OVER: Final = Refused("over", message="It is converted or found unfit.")
"""What is said of one that is."""


class Lead(Entity, plural="leads"):
    """Somebody who may want to buy, as they came to us."""

    company: Annotated[str | None, Label, Searchable, Indexed] = None
    given_name: Annotated[str | None, Label, Searchable] = None
    family_name: Annotated[str | None, Label, Searchable, Indexed] = None
    email: Annotated[Email | None, Searchable, Indexed] = None
    phone: Annotated[Phone | None, Help("With the country code, such as +49 30 123456.")] = None
    website: Url | None = None
    address: PostalAddress | None = None
    language: Annotated[Language | None, Help("The language to write in.")] = None
    interest: Annotated[LongText | None, Searchable, Help("What they want, in their words.")] = None
    came_by: Annotated[LeadSource, Indexed, Help("By which way they came to us.")] = "other"
    state: Annotated[
        State,
        Indexed,
        Transitions(
            new=["working", "qualified", "disqualified", "converted"],
            working=["qualified", "disqualified", "converted"],
            qualified=["working", "disqualified", "converted"],
            disqualified=["working"],
            converted=[],
            expects={"disqualified": ["unfit"], "converted": ["converted_on"]},
            begin=["new"],
        ),
    ] = "new"
    unfit: Annotated[
        Unfit | None,
        Expected(when=Field("state") == "disqualified"),
        Help("Why nothing comes of it."),
    ] = None
    unfit_note: LongText | None = None
    converted_on: date | None = None


class LeadOwnedBy(Relationship[Lead, Person], plural="lead_owners", valid="day"):
    """A person looks after a lead; one at a time."""

    ends = Ends("owner", "owned_leads", limit=Limit(target=1))


class InterestedIn(Relationship[Lead, Product | Category], plural="lead_interests"):
    """What a lead is interested in."""

    ends = Ends("interests", "interested_leads", on_delete="restrict")
    quantity: int | None = None


class MatchedTo(Relationship[Lead, Party], plural="lead_matches"):
    """A lead may be somebody who is known, for stated reasons."""

    ends = Ends("matches", "matched_leads")
    verdict: Annotated[Literal["same", "likely"], Indexed, ReadOnly]
    points: Annotated[int, ReadOnly, Help("Of all facts that were compared.")]
    reasons: Annotated[Json, ReadOnly, Help("Fact by fact: what was given, found, and says.")]


class ConvertedInto(
    Relationship[Lead, Person | Organization | Opportunity], plural="lead_conversions"
):
    """What became of a lead: somebody who is known, and an opportunity."""

    ends = Ends("converted_into", "converted_leads")
