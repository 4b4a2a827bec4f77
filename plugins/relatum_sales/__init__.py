"""How business is won: leads, opportunities in pipelines, quotes, territories, and deals that partners register.

`organizing` has who sells where (teams, territories), `pipelines` what is hoped for and how far it has come, `moving` the
course of it; `roles` says whom rights are about, `access` what these
are; `scoring` tells which records are promising.
"""

from relatum import Plugin
from relatum_sales.access import policies
from relatum_sales.closing import (
    accept_quote,
    decline_quote,
    expire_quotes,
    order_quote,
    quote_answered,
    quote_expired,
    quote_sent,
    send_quote,
)
from relatum_sales.converting import Conversion, convert_lead
from relatum_sales.granting import (
    approve_quote,
    quote_approved,
    quote_rejected,
    quote_submitted,
    reject_quote,
    submit_quote,
)
from relatum_sales.leads import ConvertedInto, InterestedIn, Lead, LeadOwnedBy, MatchedTo
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
from relatum_sales.quotes import (
    OrderedAs,
    Quote,
    QuoteFor,
    QuoteLine,
    SentTo,
    Supersedes,
)
from relatum_sales.quoting import QuotedLine, draft_quote, revise_quote
from relatum_sales.recognizing import recognize
from relatum_sales.roles import roles
from relatum_sales.scoring import RuleOf, Score, ScoreOf, ScoringModel, ScoringRule
from relatum_sales.scoring.acts import follow_model_up, put_model_in_force, score_all
from relatum_sales.settings import SalesSettings
from relatum_sales.taking import (
    assign_lead,
    disqualify_lead,
    lead_came,
    lead_given,
    name_leads,
    qualify_lead,
    take_lead,
    work_lead,
)

__all__ = [
    "Conversion",
    "ConvertedInto",
    "InStage",
    "InTerritory",
    "InterestedIn",
    "InvolvedIn",
    "Lead",
    "LeadOwnedBy",
    "LostTo",
    "ManagedBy",
    "MatchedTo",
    "MemberOfTeam",
    "Opportunity",
    "OpportunityFor",
    "OrderedAs",
    "OwnedBy",
    "Pipeline",
    "Quote",
    "QuoteFor",
    "QuoteLine",
    "QuotedLine",
    "RuleOf",
    "SalesSettings",
    "SalesTeam",
    "Score",
    "ScoreOf",
    "ScoringModel",
    "ScoringRule",
    "SentTo",
    "Stage",
    "StageOf",
    "Supersedes",
    "Territory",
    "TerritoryWithin",
    "Wants",
    "accept_quote",
    "approve_quote",
    "assign_lead",
    "begin_opportunity",
    "convert_lead",
    "decline_quote",
    "disqualify_lead",
    "draft_quote",
    "expire_quotes",
    "follow_model_up",
    "lead_came",
    "lead_given",
    "lose_opportunity",
    "move_stage",
    "name_leads",
    "order_quote",
    "plugin",
    "policies",
    "put_model_in_force",
    "qualify_lead",
    "quote_answered",
    "quote_approved",
    "quote_expired",
    "quote_rejected",
    "quote_sent",
    "quote_submitted",
    "recognize",
    "reject_quote",
    "reopen_opportunity",
    "revise_quote",
    "roles",
    "score_all",
    "send_quote",
    "submit_quote",
    "take_lead",
    "win_opportunity",
    "work_lead",
]

plugin = Plugin(
    "sales",
    version="1.0.0",
    engine=">=0.1,<1",
    requires=["base", "activities", "commerce"],
    settings=SalesSettings,
    title="Sales",
)
