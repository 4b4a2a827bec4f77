"""Who of those who sell may see and do what.

Parties and goods are open to all who sell. Opportunities, and what hangs on them, are open by what one answers for: the
own, those of the team that one leads, those of customers in territories that one is in charge of, or all. What changes
an opportunity's course is done by actions, so that nobody skips what a stage asks for.
"""

from typing import Final

from relatum import (
    AGGREGATE,
    BOTH_ENDS,
    CREATE,
    HISTORY,
    IS_ME,
    ME,
    READ,
    RELATE,
    UPDATE,
    Field,
    Path,
    Policy,
    Ties,
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
from relatum_commerce import Category, InCategory, PricedIn, PriceList, Product
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
from relatum_sales.roles import SALES_MANAGER, SALES_REP, TEAM_LEAD, TERRITORY_MANAGER

_OWN = Path("owner").to(ME)
_OF_MY_TEAM = Ties("owner").some(
    Ties("sales_teams").some(Ties("members").some(IS_ME, tie=Field("role") == "lead"))
)
_IN_MY_TERRITORY = Path("customer.territory.parent*.managers").to(ME)

_COURSE: Final = ["move_stage", "win_opportunity", "lose_opportunity", "reopen_opportunity"]
"""Actions that take an opportunity along its way."""

_SELLING = (SALES_REP, TEAM_LEAD, TERRITORY_MANAGER, SALES_MANAGER)
_TIES = [InStage, OpportunityFor, OwnedBy, InvolvedIn, Wants, LostTo]

policies = [
    *(
        policy
        for role in _SELLING
        for policy in (
            Policy(role, [Organization, Person], READ | CREATE | UPDATE | RELATE),
            Policy(role, ContactPoint, READ | CREATE | UPDATE | RELATE),
            Policy(role, [ReachedAt, LocatedIn], READ | RELATE, through=BOTH_ENDS),
            Policy(role, [WorksAt, PartOf, PartnerOf, ReportsTo], READ, through=BOTH_ENDS),
            Policy(role, [Product, Category, PriceList, Region], READ | RELATE),
            Policy(role, [InCategory, PricedIn], READ, through=BOTH_ENDS),
            Policy(role, [SalesTeam, Territory, Pipeline, Stage], READ | RELATE),
            Policy(role, [MemberOfTeam, TerritoryWithin, InTerritory, ManagedBy, StageOf], READ),
            Policy(role, _TIES, READ, through=BOTH_ENDS),
            Policy(role, [InvolvedIn, Wants, LostTo], RELATE),
        )
    ),
    Policy(SALES_REP, Opportunity, READ | UPDATE | RELATE | HISTORY, where=_OWN, actions=_COURSE),
    Policy(
        TEAM_LEAD, Opportunity, READ | UPDATE | RELATE | HISTORY, where=_OF_MY_TEAM, actions=_COURSE
    ),
    Policy(
        TERRITORY_MANAGER,
        Opportunity,
        READ | UPDATE | RELATE | HISTORY,
        where=_IN_MY_TERRITORY,
        actions=_COURSE,
    ),
    Policy(
        SALES_MANAGER, Opportunity, READ | UPDATE | RELATE | HISTORY | AGGREGATE, actions=_COURSE
    ),
    Policy(SALES_MANAGER, [Pipeline, Stage, SalesTeam, Territory], CREATE | UPDATE),
    *(
        Policy(SALES_MANAGER, each, RELATE)
        for each in (StageOf, InTerritory, TerritoryWithin, ManagedBy, MemberOfTeam, OwnedBy)
    ),
]
