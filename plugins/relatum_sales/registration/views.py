"""What partners, and those who decide, are shown in the portal."""

from relatum import PORTAL, TIMELINE, Field, Group, Sublist, Ties, View
from relatum_commerce import Product, price_of
from relatum_sales.leads import Lead
from relatum_sales.registration.deals import DealRegistration
from relatum_sales.registration.deciding import (
    answer_registration,
    approve_registration,
    ask_registration,
    decline_registration,
    withdraw_registration,
)
from relatum_sales.registration.handing import accept_lead, decline_lead, offer_lead
from relatum_sales.registration.offers import LeadOffer
from relatum_sales.registration.recognizing import UNDECIDED
from relatum_sales.registration.registering import register_deal
from relatum_sales.registration.roles import CHANNEL_LEAD, RESELLER
from relatum_sales.roles import CHANNEL_MANAGER, SALES_MANAGER

_DEAL = Group("number title state amount close_on note", title="The deal")
_CUSTOMER = Group(
    "customer_name customer_address customer_website customer_email customer_phone contact_name",
    title="The customer",
)
_PRODUCTS = Sublist("products", columns="node", title="Products")
_PROTECTION = Sublist(
    "protects",
    columns="node valid_from valid_to",
    title="Protection",
    empty="It is not protected.",
)
_OPPORTUNITY = Sublist(
    "opportunity", columns="node node.state", title="Opportunity", empty="None was begun."
)

views = [
    View(
        "your_registrations",
        DealRegistration,
        place=PORTAL,
        title="Your registrations",
        help="The deals that your firm has registered, and what became of them.",
        empty="You have registered no deal yet.",
        columns="number title customer_name state verdict amount close_on submitted_at",
        order="-submitted_at",
        filters="state verdict close_on",
        actions=[register_deal, answer_registration, withdraw_registration],
        audience={RESELLER},
        detail=(
            _DEAL,
            Group("verdict again_from answer_by reason remark", title="What became of it"),
            Group("question answer", title="Our question"),
            _CUSTOMER,
            _PRODUCTS,
            _PROTECTION,
            _OPPORTUNITY,
            Group("entered_by decider", title="Who sees to it"),
            TIMELINE,
        ),
    ),
    View(
        "questions_for_you",
        DealRegistration,
        place=PORTAL,
        title="Questions for you",
        help="Registrations about which we have asked you something.",
        empty="There is no open question.",
        columns="number title question answer_by",
        where=Field("state") == "question",
        order="answer_by",
        actions=[answer_registration],
        audience={RESELLER},
        waiting=True,
        detail=(Group("number title question answer_by"), _DEAL, _CUSTOMER, _PRODUCTS),
    ),
    View(
        "leads_for_you",
        LeadOffer,
        place=PORTAL,
        title="Leads for you",
        help="Who may want to buy from you. Accept or decline in time: then another partner is asked.",
        empty="There is no lead for you now.",
        columns="number lead lead.interest offered_at answer_by",
        where=Field("state") == "offered",
        order="answer_by",
        actions=[accept_lead, decline_lead],
        audience={RESELLER},
        waiting=True,
        detail=(Group("number lead state offered_at answer_by"),),
    ),
    View(
        "leads_you_have",
        Lead,
        place=PORTAL,
        title="Leads that you have",
        help="Leads that your firm was offered or has accepted.",
        empty="You have no leads.",
        columns="company given_name family_name email phone interest",
        audience={RESELLER},
        where=Ties("offers").some(Field("state").one_of(["offered", "accepted"])),
        detail=(
            Group("company given_name family_name email phone website address language interest"),
            Sublist("interests", columns="node quantity", title="Products"),
        ),
    ),
    View(
        "goods_to_sell",
        Product,
        place=PORTAL,
        title="What you can sell",
        help="Our products; ask what one costs you.",
        columns="name number category quantity_per_unit",
        where=Field("discontinued") == False,  # noqa: E712  # a condition
        filters="category",
        actions=[price_of],
        audience={RESELLER},
    ),
    View(
        "registrations_to_decide",
        DealRegistration,
        place=PORTAL,
        title="To decide",
        help="Deals that partners have registered and nobody has decided on.",
        empty="All registrations are decided.",
        columns="number title reseller customer_name amount verdict state answer_by decider",
        where=Field("state").one_of(UNDECIDED),
        order="answer_by",
        filters="state verdict reseller decider",
        actions=[approve_registration, ask_registration, decline_registration],
        audience={CHANNEL_MANAGER, CHANNEL_LEAD},
        waiting=True,
        detail=(
            _DEAL,
            Group("verdict submitted_at answer_by escalated_at decider", title="How far it is"),
            Group("question answer", title="What was asked"),
            Group("reseller entered_by", title="The partner"),
            _CUSTOMER,
            Group("customer", title="Who it is"),
            _PRODUCTS,
            Sublist(
                "hindrances",
                columns="node certain",
                title="What stands against it",
                empty="Nothing was found.",
            ),
            TIMELINE,
        ),
    ),
    View(
        "all_registrations",
        DealRegistration,
        place=PORTAL,
        title="Registrations",
        help="All deals that partners have registered.",
        columns="number title reseller customer state verdict amount submitted_at",
        order="-submitted_at",
        filters="state verdict reason reseller customer",
        actions=[register_deal],
        audience={CHANNEL_MANAGER, CHANNEL_LEAD, SALES_MANAGER},
        detail=(
            _DEAL,
            Group("verdict reason remark submitted_at decider", title="What became of it"),
            Group("reseller entered_by", title="The partner"),
            _CUSTOMER,
            Group("customer", title="Who it is"),
            _PRODUCTS,
            _PROTECTION,
            _OPPORTUNITY,
            Sublist("hindrances", columns="node certain", title="What stands against it"),
            TIMELINE,
        ),
    ),
    View(
        "lead_offers",
        LeadOffer,
        place=PORTAL,
        title="Leads at partners",
        help="To whom leads were offered, and what became of that.",
        columns="number lead partner rank state offered_at answer_by reason",
        order="-offered_at",
        filters="state partner",
        audience={CHANNEL_MANAGER, SALES_MANAGER},
    ),
    View(
        "leads_to_offer",
        Lead,
        place=PORTAL,
        title="Leads to hand over",
        help="Leads that no partner has, and none is asked about.",
        columns="company given_name family_name interest state",
        where=Field("state").one_of(["new", "working", "qualified"])
        & ~Ties("offers").some(Field("state").one_of(["waiting", "offered", "accepted"])),
        actions=[offer_lead],
        audience={CHANNEL_MANAGER},
    ),
]
