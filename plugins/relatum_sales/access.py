"""Who of those who sell may see and do what.

Parties and goods are open to all who sell. Opportunities, and what hangs on them, are open by what one answers for: the
own, those of the team that one leads, those of customers in territories that one is in charge of, or all. What changes
an opportunity's course is done by actions, so that nobody skips what a stage asks for.
"""

from collections.abc import Sequence
from typing import Final

from relatum import (
    AGGREGATE,
    ALL,
    BOTH_ENDS,
    CREATE,
    DELETE,
    HISTORY,
    IS_ME,
    ME,
    READ,
    RELATE,
    UPDATE,
    Condition,
    Field,
    Path,
    Policy,
    Right,
    Ties,
    only,
)
from relatum_base import (
    ContactPoint,
    LocatedIn,
    Organization,
    PartnerOf,
    PartOf,
    Person,
    ReachedAt,
    Region,
    ReportsTo,
    WorksAt,
)
from relatum_commerce import (
    Category,
    InCategory,
    Order,
    OrderLine,
    PlacedBy,
    PricedIn,
    PriceList,
    Product,
)
from relatum_sales.leads import ConvertedInto, InterestedIn, Lead, LeadOwnedBy, MatchedTo
from relatum_sales.organizing import (
    InTerritory,
    ManagedBy,
    MemberOfTeam,
    SalesTeam,
    Territory,
    TerritoryWithin,
)
from relatum_sales.pipelines import (
    InStage,
    InvolvedIn,
    LostTo,
    Opportunity,
    OpportunityFor,
    OwnedBy,
    Pipeline,
    Stage,
    StageOf,
    Wants,
)
from relatum_sales.quotes import OrderedAs, Quote, QuoteFor, QuoteLine, SentTo, Supersedes
from relatum_sales.registration.access import policies as of_registrations
from relatum_sales.roles import (
    LEAD_SOURCE,
    QUOTE_RECIPIENT,
    SALES_MANAGER,
    SALES_REP,
    TEAM_LEAD,
    TERRITORY_MANAGER,
)
from relatum_sales.scoring.models import RuleOf, Score, ScoreOf, ScoringModel, ScoringRule

_OWN = Path("owner").to(ME)
_OF_MY_TEAM = Ties("owner").some(
    Ties("sales_teams").some(Ties("members").some(IS_ME, tie=Field("role") == "lead"))
)
_IN_MY_TERRITORY = Path("customer.territory.parent*.managers").to(ME)
_MATCHED_IN_MY_TERRITORY = Path("matches.territory.parent*.managers").to(ME)
_NOBODYS = ~Ties("owner").some()

_COURSE: Final = [
    "move_stage", "win_opportunity", "lose_opportunity", "reopen_opportunity", "draft_quote",
]  # fmt: skip
"""Actions that take an opportunity along its way."""

_WORKING: Final = ["work_lead", "qualify_lead", "disqualify_lead", "convert_lead"]
"""Actions that take a lead along its way."""

_QUOTING: Final = [
    "revise_quote", "submit_quote", "send_quote", "accept_quote", "decline_quote", "order_quote",
]  # fmt: skip
"""Actions that take a quote along its way."""

_APPROVING: Final = ["approve_quote", "reject_quote"]

_TERMS: Final = {"order_currency", "payment_days", "credit_limit"}
"""Of a firm, what those who sell to it do not settle."""

_SELLING = (SALES_REP, TEAM_LEAD, TERRITORY_MANAGER, SALES_MANAGER)
_TIES = [InStage, OpportunityFor, OwnedBy, InvolvedIn, Wants, LostTo]
_LEAD_TIES = [LeadOwnedBy, InterestedIn, MatchedTo, ConvertedInto]
_QUOTE_TIES = [QuoteFor, QuoteLine, Supersedes, SentTo, OrderedAs, OrderLine, PlacedBy]

_EVERYBODY_WHO_SELLS = [
    policy
    for role in _SELLING
    for policy in (
        Policy(role, [Organization, Person], READ | RELATE),
        Policy(role, Person, CREATE | UPDATE),
        Policy(role, Organization, CREATE | UPDATE, fields=ALL - _TERMS),
        Policy(role, ContactPoint, READ | CREATE | UPDATE | RELATE),
        Policy(role, [ReachedAt, LocatedIn], READ | RELATE, through=BOTH_ENDS),
        Policy(role, [WorksAt, PartOf, PartnerOf, ReportsTo], READ, through=BOTH_ENDS),
        Policy(role, [Product, Category, PriceList, Region], READ | RELATE),
        Policy(role, [InCategory, PricedIn], READ, through=BOTH_ENDS),
        Policy(role, [SalesTeam, Territory, Pipeline, Stage], READ | RELATE),
        Policy(role, [MemberOfTeam, TerritoryWithin, InTerritory, ManagedBy, StageOf], READ),
        Policy(role, [*_TIES, *_LEAD_TIES, *_QUOTE_TIES], READ, through=BOTH_ENDS),
        Policy(role, [InvolvedIn, Wants, LostTo, InterestedIn], RELATE),
        Policy(role, [ScoringModel, ScoringRule], READ),
        Policy(role, [ScoreOf, RuleOf], READ, through=BOTH_ENDS),
    )
]


def _on_opportunities(role: str, where: Condition | None, more: Right = READ) -> list[Policy]:
    """What a role may do with the opportunities that it answers for, with their quotes and orders."""
    quoted = None if where is None else Ties("opportunity").some(where)
    ordered = None if quoted is None else Ties("quote").some(quoted)
    return [
        Policy(
            role, Opportunity, READ | UPDATE | RELATE | HISTORY | more, where=where, actions=_COURSE
        ),
        Policy(role, Quote, READ | HISTORY | more, where=quoted, actions=_QUOTING),
        Policy(role, Quote, UPDATE, where=quoted, fields=only("text")),
        Policy(role, Order, READ, where=ordered),
        Policy(role, Score, READ, where=None if where is None else Ties("scored").some(where)),
    ]


def _on_leads(role: str, where: Condition | None, actions: Sequence[str]) -> list[Policy]:
    """What a role may do with the leads that it answers for."""
    return [
        Policy(role, Lead, READ | RELATE | HISTORY, where=where, actions=[*_WORKING, *actions]),
        Policy(role, Lead, UPDATE, where=where, fields=ALL - {"converted_on"}),
    ]


policies = [
    *of_registrations,
    *_EVERYBODY_WHO_SELLS,
    *_on_opportunities(SALES_REP, _OWN),
    *_on_opportunities(TEAM_LEAD, _OF_MY_TEAM),
    *_on_opportunities(TERRITORY_MANAGER, _IN_MY_TERRITORY),
    *_on_opportunities(SALES_MANAGER, None, AGGREGATE),
    Policy(TEAM_LEAD, Quote, where=Ties("opportunity").some(_OF_MY_TEAM), actions=_APPROVING),
    Policy(
        TERRITORY_MANAGER,
        Quote,
        where=Ties("opportunity").some(_IN_MY_TERRITORY),
        actions=_APPROVING,
    ),
    Policy(SALES_MANAGER, Quote, actions=_APPROVING),
    *_on_leads(SALES_REP, _OWN, []),
    *_on_leads(TEAM_LEAD, _OF_MY_TEAM | _NOBODYS, ["assign_lead"]),
    *_on_leads(TERRITORY_MANAGER, _MATCHED_IN_MY_TERRITORY, ["assign_lead"]),
    Policy(TERRITORY_MANAGER, Score, READ, where=Ties("scored").some(_MATCHED_IN_MY_TERRITORY)),
    *_on_leads(SALES_MANAGER, None, ["assign_lead"]),
    Policy(SALES_MANAGER, Lead, CREATE | DELETE | AGGREGATE),
    Policy(LEAD_SOURCE, Lead, CREATE),
    Policy(SALES_MANAGER, [Pipeline, Stage, SalesTeam, Territory], CREATE | UPDATE),
    Policy(SALES_MANAGER, [ScoringModel, ScoringRule], CREATE | UPDATE | RELATE),
    *(
        Policy(SALES_MANAGER, each, RELATE)
        for each in (
            StageOf, InTerritory, TerritoryWithin, ManagedBy, MemberOfTeam, OwnedBy, LeadOwnedBy, RuleOf,
        )
    ),
    Policy(
        QUOTE_RECIPIENT,
        Quote,
        READ,
        through="recipients",
        fields=only(
            "number", "edition", "state", "state_since", "currency", "total", "valid_until", "text", "sent_on",
            "answered_on", "document", "label",
        ),
        actions=["accept_quote", "decline_quote"],
    ),
    Policy(
        QUOTE_RECIPIENT,
        Product,
        READ,
        through="quote_lines.recipients",
        fields=only("name", "number", "quantity_per_unit"),
    ),
    Policy(
        QUOTE_RECIPIENT,
        QuoteLine,
        READ,
        through=BOTH_ENDS,
        fields=only("quantity", "unit_price", "discount", "net"),
    ),
]  # fmt: skip
