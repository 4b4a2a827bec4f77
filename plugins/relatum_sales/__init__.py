"""How business is won: leads, opportunities in pipelines, quotes, territories, and deals that partners register.

`organizing` has who sells where (teams, territories), `pipelines` what is hoped for and how far it has come, `moving` the
course of it; `roles` says whom rights are about, `access` what these
are; `scoring` tells which records are promising.
"""

from relatum import Plugin
from relatum_sales.access import policies
from relatum_sales.moving import (
    begin_opportunity,
    lose_opportunity,
    move_stage,
    reopen_opportunity,
    win_opportunity,
)
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
from relatum_sales.roles import roles
from relatum_sales.scoring import RuleOf, Score, ScoreOf, ScoringModel, ScoringRule
from relatum_sales.scoring.acts import follow_model_up, put_model_in_force, score_all

__all__ = [
    "InStage",
    "InTerritory",
    "InvolvedIn",
    "LostTo",
    "ManagedBy",
    "MemberOfTeam",
    "Opportunity",
    "OpportunityFor",
    "OwnedBy",
    "Pipeline",
    "RuleOf",
    "SalesTeam",
    "Score",
    "ScoreOf",
    "ScoringModel",
    "ScoringRule",
    "Stage",
    "StageOf",
    "Territory",
    "TerritoryWithin",
    "Wants",
    "begin_opportunity",
    "follow_model_up",
    "lose_opportunity",
    "move_stage",
    "plugin",
    "policies",
    "put_model_in_force",
    "reopen_opportunity",
    "roles",
    "score_all",
    "win_opportunity",
]

plugin = Plugin(
    "sales", version="1.0.0", engine=">=0.1,<1", requires=["base", "activities", "commerce"]
)
