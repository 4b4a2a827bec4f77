"""A partner's registration of a deal, whose customer is as the partner describes it until somebody approves it.

What is settled by an approval is said by ties: who the customer is, for how long the deal is protected, which opportunity
came of it. So a firm that is merged with another, or becomes part of one, takes its protections along.
"""

from typing import Annotated, Literal

from relatum import (
    Big,
    Email,
    Ends,
    Entity,
    Expected,
    Field,
    Help,
    Indexed,
    Internal,
    Label,
    Limit,
    LongText,
    Money,
    Phone,
    PostalAddress,
    ReadOnly,
    Relationship,
    Searchable,
    State,
    Transitions,
    Unique,
    Url,
    date,
    datetime,
)
from relatum_base import Organization, Person
from relatum_commerce import Category, Product
from relatum_sales.pipelines import Opportunity

Verdict = Literal["clear", "unclear", "own_firm", "protected", "pending", "direct"]
"""What the look for conflicts came to, as far as the partner is told.

``clear``: nothing stands against it. ``unclear``: somebody has to look whether something does. ``own_firm``: the
partner's own firm has registered it. ``protected``: somebody else's deal is protected. ``pending``: somebody else's
registration came first. ``direct``: our own people work on it.
"""

Declined = Literal["conflict", "known_customer", "no_project", "too_little", "terms", "other"]
"""Why a registration is declined."""


class DealRegistration(Entity, plural="deal_registrations"):
    """A partner says that it hopes to sell something to somebody, and asks for protection."""

    number: Annotated[str, Unique, Searchable, ReadOnly]
    title: Annotated[str, Label, Searchable, Indexed]
    customer_name: Annotated[str, Searchable, Help("The customer's firm, as the partner calls it.")]
    customer_address: PostalAddress | None = None
    customer_website: Url | None = None
    customer_email: Email | None = None
    customer_phone: Annotated[Phone | None, Help("With the country code.")] = None
    contact_name: Annotated[str | None, Help("Whom the partner speaks with there.")] = None
    amount: Annotated[Money | None, Help("What the deal may come to.")] = None
    close_on: Annotated[date | None, Indexed, Help("When it is hoped to be won.")] = None
    note: Annotated[LongText | None, Help("What else there is to say.")] = None
    state: Annotated[
        State,
        Indexed,
        ReadOnly,
        Transitions(
            submitted=["question", "approved", "declined", "withdrawn"],
            question=["submitted", "approved", "declined", "withdrawn", "lapsed"],
            approved=["lapsed", "withdrawn"],
            declined=[],
            withdrawn=[],
            lapsed=[],
            expects={"question": ["question"], "declined": ["reason"]},
            begin=["submitted", "declined"],
        ),
    ] = "submitted"
    verdict: Annotated[Verdict, Indexed, ReadOnly, Help("What the look for conflicts came to.")] = (
        "clear"
    )
    again_from: Annotated[
        date | None, ReadOnly, Help("The day from which it may be registered again.")
    ] = None
    submitted_at: Annotated[datetime | None, Indexed, ReadOnly] = None
    answer_by: Annotated[
        datetime | None, Indexed, ReadOnly, Help("When whoever has to answer should have done so.")
    ] = None
    escalated_at: Annotated[
        datetime | None, ReadOnly, Help("When it was told on because nobody had answered.")
    ] = None
    question: Annotated[LongText | None, Expected(when=Field("state") == "question")] = None
    answer: Annotated[LongText | None, ReadOnly, Help("What the partner answered.")] = None
    reason: Annotated[
        Declined | None,
        Expected(when=Field("state") == "declined"),
        Help("Why it was declined."),
    ] = None
    remark: Annotated[LongText | None, ReadOnly, Help("What was said with the decision.")] = None
    match_names: Annotated[int | None, Big, Internal, Indexed] = None
    match_place: Annotated[int | None, Big, Internal, Indexed] = None
    match_street: Annotated[int | None, Big, Internal, Indexed] = None
    match_domain: Annotated[int | None, Big, Internal, Indexed] = None
    match_number: Annotated[int | None, Big, Internal, Indexed] = None


class RegisteredBy(Relationship[DealRegistration, Organization], plural="registration_resellers"):
    """A partner firm has registered a deal."""

    ends = Ends("reseller", "registrations", limit=Limit(target=(1, 1)), on_delete="restrict")


class EnteredBy(Relationship[DealRegistration, Person], plural="registration_people"):
    """A person has registered a deal for the partner, and is told what becomes of it."""

    ends = Ends("entered_by", "entered_registrations", limit=Limit(target=1))


class RegisteredFor(Relationship[DealRegistration, Organization], plural="registration_customers"):
    """A deal is with a customer who is known."""

    ends = Ends("customer", "registered_deals", limit=Limit(target=1), on_delete="restrict")


class RegisteredProduct(
    Relationship[DealRegistration, Product | Category], plural="registration_products"
):
    """What a partner hopes to sell."""

    ends = Ends("products", "deal_registrations", on_delete="restrict")


class Protects(Relationship[DealRegistration, Organization], plural="protections", valid="day"):
    """A deal with a customer is protected for a time, as far as its products and categories go.

    While it is, no other partner registers one that is about the same with the customer's firm, or with another of its
    group. The day on which it ends is the first one without protection.
    """

    ends = Ends("protects", "protected_by", limit=Limit(target=1), on_delete="restrict")


class Yields(Relationship[DealRegistration, Opportunity], plural="registration_opportunities"):
    """An opportunity was begun when a registration was approved."""

    ends = Ends("opportunity", "registration", limit=Limit(source=1, target=1))


class DecidedBy(Relationship[DealRegistration, Person], plural="registration_deciders"):
    """A channel manager has to decide on a registration."""

    ends = Ends("decider", "registrations_to_decide", limit=Limit(target=1))


class HinderedBy(
    Relationship[DealRegistration, DealRegistration | Opportunity], plural="registration_hindrances"
):
    """Something stands against a registration. Partners are never shown what."""

    ends = Ends("hindrances", "hinders")
    certain: Annotated[bool, Help("Whether both are surely with the same customer.")] = True


class PartnerManagedBy(Relationship[Organization, Person], plural="partner_managers", valid="day"):
    """A channel manager looks after a partner firm; one at a time."""

    ends = Ends("partner_manager", "managed_partners", limit=Limit(target=1))
