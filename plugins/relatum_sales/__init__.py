"""How business is won: leads, opportunities in pipelines, quotes, territories, and deals that partners register.

What there is: `organizing` (teams, territories), `pipelines` (what is hoped for, how far it has come), `leads`, `quotes`.
What is done with leads: `taking`, `recognizing` (whom they may be), `converting`; `web_form` is the way in for everybody.
With opportunities: `moving`, and `lateness` when their day is over. With quotes: `quoting` (drafted at the customer's
prices), `granting` (who may grant how much), `offering` (the document), `closing` (sent, answered, ordered, expired).
`scoring` tells which records are promising; `registration` has the deals that partners register, and leads that are handed
to them. `roles` says whom rights are about, `access` what these are, `settings` what an installation says; `views` are what
people are shown. `holding` says which ties hold, `demo` makes what shows all this.
"""

from relatum import Plugin
from relatum_sales.access import policies
from relatum_sales.closing import (
    accept_quote,
    decline_quote,
    expire_quotes,
    order_quote,
    quote_accepted,
    quote_declined,
    quote_expired,
    quote_sent,
    send_quote,
)
from relatum_sales.converting import Conversion, convert_lead
from relatum_sales.demo import demo_data
from relatum_sales.granting import (
    approve_quote,
    quote_approved,
    quote_rejected,
    quote_submitted,
    reject_quote,
    submit_quote,
)
from relatum_sales.lateness import judge_lateness, mark_late
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
from relatum_sales.registration.clocks import lapse_with_protection, watch_registrations
from relatum_sales.registration.deals import (
    DealRegistration,
    DecidedBy,
    EnteredBy,
    HinderedBy,
    PartnerManagedBy,
    Protects,
    RegisteredBy,
    RegisteredFor,
    RegisteredProduct,
    Yields,
)
from relatum_sales.registration.deciding import (
    answer_registration,
    approve_registration,
    ask_registration,
    decline_registration,
    withdraw_registration,
)
from relatum_sales.registration.handing import accept_lead, await_answer, decline_lead, offer_lead
from relatum_sales.registration.messages import (
    lead_left,
    lead_offered,
    lead_taken,
    registration_answered,
    registration_approved,
    registration_asked,
    registration_declined,
    registration_lapsed,
    registration_overdue,
    registration_submitted,
    registration_withdrawn,
)
from relatum_sales.registration.offers import LeadOffer, OfferedTo, OfferOf
from relatum_sales.registration.recognizing import keep_keys_of_registrations
from relatum_sales.registration.registering import RegistrationVerdict, register_deal
from relatum_sales.roles import roles
from relatum_sales.scoring import RuleOf, Score, ScoreOf, ScoringModel, ScoringRule
from relatum_sales.scoring.acts import follow_model_up, put_model_in_force, score_all
from relatum_sales.scoring.following import score_changed, score_tied
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
from relatum_sales.views import views
from relatum_sales.web_form import routes

__all__ = [
    "Conversion",
    "ConvertedInto",
    "DealRegistration",
    "DecidedBy",
    "EnteredBy",
    "HinderedBy",
    "InStage",
    "InTerritory",
    "InterestedIn",
    "InvolvedIn",
    "Lead",
    "LeadOffer",
    "LeadOwnedBy",
    "LostTo",
    "ManagedBy",
    "MatchedTo",
    "MemberOfTeam",
    "OfferOf",
    "OfferedTo",
    "Opportunity",
    "OpportunityFor",
    "OrderedAs",
    "OwnedBy",
    "PartnerManagedBy",
    "Pipeline",
    "Protects",
    "Quote",
    "QuoteFor",
    "QuoteLine",
    "QuotedLine",
    "RegisteredBy",
    "RegisteredFor",
    "RegisteredProduct",
    "RegistrationVerdict",
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
    "Yields",
    "accept_lead",
    "accept_quote",
    "answer_registration",
    "approve_quote",
    "approve_registration",
    "ask_registration",
    "assign_lead",
    "await_answer",
    "begin_opportunity",
    "convert_lead",
    "decline_lead",
    "decline_quote",
    "decline_registration",
    "demo_data",
    "disqualify_lead",
    "draft_quote",
    "expire_quotes",
    "follow_model_up",
    "judge_lateness",
    "keep_keys_of_registrations",
    "lapse_with_protection",
    "lead_came",
    "lead_given",
    "lead_left",
    "lead_offered",
    "lead_taken",
    "lose_opportunity",
    "mark_late",
    "move_stage",
    "name_leads",
    "offer_lead",
    "order_quote",
    "plugin",
    "policies",
    "put_model_in_force",
    "qualify_lead",
    "quote_accepted",
    "quote_approved",
    "quote_declined",
    "quote_expired",
    "quote_rejected",
    "quote_sent",
    "quote_submitted",
    "recognize",
    "register_deal",
    "registration_answered",
    "registration_approved",
    "registration_asked",
    "registration_declined",
    "registration_lapsed",
    "registration_overdue",
    "registration_submitted",
    "registration_withdrawn",
    "reject_quote",
    "reopen_opportunity",
    "revise_quote",
    "roles",
    "routes",
    "score_all",
    "score_changed",
    "score_tied",
    "send_quote",
    "submit_quote",
    "take_lead",
    "views",
    "watch_registrations",
    "win_opportunity",
    "withdraw_registration",
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
