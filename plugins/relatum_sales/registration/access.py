"""Who may see and do what with registrations and handed leads.

People of a partner firm see what their own firm has registered, whoever of them it was; of a customer's record only once
the deal is approved; of the opportunity that came of it how it stands. What stands against a registration is shown to
nobody but those who decide.
"""

from typing import Final

from relatum import (
    ALL,
    BOTH_ENDS,
    HISTORY,
    IS_ME,
    IS_MY_FIRM,
    ME,
    MY_FIRM,
    READ,
    RELATE,
    Field,
    OnRecord,
    Path,
    Policy,
    Ties,
    only,
)
from relatum_base import (
    ContactPoint,
    Organization,
    PartnerOf,
    PartOf,
    Person,
    ReachedAt,
    ReportsTo,
    Supplies,
    WorksAt,
)
from relatum_commerce import (
    AgreedPrices,
    Category,
    CategoryWithin,
    InCategory,
    PricedIn,
    PriceList,
    Product,
)
from relatum_sales.leads import InterestedIn, Lead, LeadOwnedBy, MatchedTo
from relatum_sales.pipelines import (
    InStage,
    Opportunity,
    OpportunityFor,
    OwnedBy,
    Pipeline,
    Stage,
    StageOf,
    Wants,
)
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
from relatum_sales.registration.offers import LeadOffer, OfferedTo, OfferOf
from relatum_sales.registration.recognizing import UNDECIDED
from relatum_sales.registration.roles import CHANNEL_LEAD, RESELLER
from relatum_sales.roles import CHANNEL_MANAGER, SALES_MANAGER, SALES_REP

_MINE: Final = Path("reseller").to(MY_FIRM)
_WAS_APPROVED: Final = Field("state").one_of(["approved", "lapsed"])
_ONE_OF_MINE: Final = OnRecord(across="source", condition=_MINE & _WAS_APPROVED)
_MY_OFFER: Final = Field("state").one_of(["offered", "accepted"]) & Path("partner").to(MY_FIRM)
# What others see of shared types is named field by field: what other plugins add to these is not theirs to see.
_FIRM: Final = only("name", "address", "website")
_CONTACT: Final = only("honorific_prefix", "given_name", "family_name", "email", "phone")
_COLLEAGUE: Final = only(*_CONTACT.names, "preferred_name", "language")
_OWN_FIRM: Final = only(
    *_FIRM.names, "legal_name", "registration_number", "tax_number", "email", "phone", "language"
)
_GOODS: Final = only(
    "name", "number", "description", "quantity_per_unit", "units_in_stock", "discontinued"
)
_PRICES: Final = only("name", "currency", "audience", "level")
_REGISTERED: Final = only(
    "number", "title", "customer_name", "customer_address", "customer_website", "customer_email", "customer_phone",
    "contact_name", "amount", "close_on", "note", "state", "state_since", "verdict", "again_from", "submitted_at",
    "answer_by", "question", "answer", "reason", "remark",
)  # fmt: skip
_OFFERED: Final = only(
    "number",
    "state",
    "state_since",
    "days",
    "offered_at",
    "answer_by",
    "answered_at",
    "reason",
    "remark",
)

_RESELLER = [
    Policy(RESELLER, Organization, READ, where=IS_MY_FIRM, fields=_OWN_FIRM),
    Policy(
        RESELLER,
        Organization,
        READ,
        where=Ties("partners").some(IS_MY_FIRM)
        | Ties("registered_deals").some(_MINE & _WAS_APPROVED),
        fields=_FIRM,
    ),
    Policy(RESELLER, Organization, where=IS_MY_FIRM, actions=["price_of"]),
    Policy(
        RESELLER,
        Person,
        READ,
        through="employers",
        to=MY_FIRM,
        fields=_COLLEAGUE,
    ),
    Policy(
        RESELLER,
        Person,
        READ,
        where=Path("registrations_to_decide.reseller").to(MY_FIRM)
        | Path("managed_partners").to(MY_FIRM),
        fields=_CONTACT,
    ),
    Policy(RESELLER, [WorksAt, PartnerOf, InCategory, CategoryWithin], READ, through=BOTH_ENDS),
    Policy(RESELLER, Product, READ, fields=_GOODS),
    Policy(RESELLER, Category, READ, fields=only("name", "description")),
    Policy(RESELLER, PriceList, READ, where=Field("audience") == "everybody", fields=_PRICES),
    Policy(RESELLER, PriceList, READ, through="agreed_with", to=MY_FIRM, fields=_PRICES),
    Policy(RESELLER, [PricedIn, AgreedPrices], READ, through=BOTH_ENDS),
    Policy(RESELLER, DealRegistration, READ, where=_MINE, fields=_REGISTERED),
    Policy(
        RESELLER,
        DealRegistration,
        where=_MINE & (Field("state") == "question"),
        actions=["answer_registration"],
    ),
    Policy(
        RESELLER,
        DealRegistration,
        where=_MINE & Field("state").one_of([*UNDECIDED, "approved"]),
        actions=["withdraw_registration"],
    ),
    Policy(
        RESELLER,
        [RegisteredBy, EnteredBy, RegisteredProduct, DecidedBy, PartnerManagedBy, Yields],
        READ,
        through=BOTH_ENDS,
    ),
    Policy(RESELLER, [RegisteredFor, Protects], READ, where=_ONE_OF_MINE),
    Policy(
        RESELLER,
        Opportunity,
        READ,
        through="registration.reseller",
        to=MY_FIRM,
        fields=only("title", "state", "state_since", "close_on"),
    ),
    Policy(
        RESELLER,
        LeadOffer,
        READ,
        where=Path("partner").to(MY_FIRM) & (Field("state") != "waiting"),
        fields=_OFFERED,
    ),
    Policy(
        RESELLER,
        LeadOffer,
        where=Path("partner").to(MY_FIRM) & (Field("state") == "offered"),
        actions=["accept_lead", "decline_lead"],
    ),
    Policy(
        RESELLER,
        Lead,
        READ,
        where=Ties("offers").some(_MY_OFFER),
        fields=only(
            "company", "given_name", "family_name", "email", "phone", "website", "address",
            "language", "interest",
        ),
    ),
    Policy(RESELLER, [OfferOf, OfferedTo, InterestedIn], READ, through=BOTH_ENDS),
]  # fmt: skip

_REGISTRATION_TIES: Final = [
    RegisteredBy, EnteredBy, RegisteredFor, RegisteredProduct, Protects, Yields, DecidedBy,
    HinderedBy, PartnerManagedBy,
]  # fmt: skip
_DECIDING: Final = ["approve_registration", "decline_registration", "ask_registration"]
_AROUND: Final = [
    Organization, ContactPoint, Product, Category, PriceList, Pipeline, Stage, Opportunity, Lead, LeadOffer,
]  # fmt: skip
_AROUND_TIES: Final = [
    PartnerOf, PartOf, WorksAt, ReportsTo, Supplies, ReachedAt, InCategory, CategoryWithin, PricedIn,
    OpportunityFor, OwnedBy, InStage, StageOf, Wants, LeadOwnedBy, InterestedIn, MatchedTo,
    OfferOf, OfferedTo,
]  # fmt: skip

_CHANNEL = [
    *(
        policy
        for role in (CHANNEL_MANAGER, CHANNEL_LEAD)
        for policy in (
            Policy(role, _AROUND, READ),
            Policy(role, Person, READ, fields=ALL - {"birth_date", "nationality"}),
            Policy(role, [*_AROUND_TIES, *_REGISTRATION_TIES], READ, through=BOTH_ENDS),
        )
    ),
    Policy(CHANNEL_MANAGER, DealRegistration, READ | RELATE | HISTORY, actions=_DECIDING),
    Policy(CHANNEL_MANAGER, Organization, actions=["price_of"]),
    Policy(CHANNEL_MANAGER, [Organization, Person], RELATE),
    Policy(CHANNEL_MANAGER, [DecidedBy, PartnerManagedBy], RELATE),
    Policy(CHANNEL_MANAGER, Lead, actions=["offer_lead"]),
    Policy(
        CHANNEL_LEAD,
        DealRegistration,
        READ | HISTORY,
        where=Ties("decider").some(IS_ME | Path("manager").to(ME)),
        actions=_DECIDING,
    ),
]

_OTHERS_WHO_SELL = [
    Policy(SALES_MANAGER, [DealRegistration, LeadOffer], READ),
    Policy(SALES_MANAGER, Lead, actions=["offer_lead"]),
    Policy(SALES_REP, DealRegistration, READ, through="opportunity.owner"),
    Policy(SALES_REP, LeadOffer, READ, through="lead.owner"),
    *(
        Policy(
            role,
            [RegisteredBy, RegisteredFor, RegisteredProduct, Protects, Yields, OfferOf, OfferedTo],
            READ,
            through=BOTH_ENDS,
        )
        for role in (SALES_MANAGER, SALES_REP)
    ),
]

policies = [*_RESELLER, *_CHANNEL, *_OTHERS_WHO_SELL]
