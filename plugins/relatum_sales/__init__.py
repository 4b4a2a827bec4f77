"""How business is won: leads, opportunities in pipelines, quotes, territories, and deals that partners register.

`organizing` has who sells where (teams, territories), `pipelines` what is hoped for and how far it has come; `roles` says
whom rights are about.
"""

from relatum import Plugin
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
    LostTo,
    Opportunity,
    OpportunityFor,
    OwnedBy,
    Pipeline,
    Stage,
    StageOf,
    Wants,
)
from relatum_sales.roles import roles

__all__ = [
    "InStage",
    "InTerritory",
    "LostTo",
    "ManagedBy",
    "MemberOfTeam",
    "Opportunity",
    "OpportunityFor",
    "OwnedBy",
    "Pipeline",
    "SalesTeam",
    "Stage",
    "StageOf",
    "Territory",
    "TerritoryWithin",
    "Wants",
    "plugin",
    "roles",
]

plugin = Plugin(
    "sales", version="1.0.0", engine=">=0.1,<1", requires=["base", "activities", "commerce"]
)
