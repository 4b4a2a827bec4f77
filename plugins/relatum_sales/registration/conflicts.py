"""What stands against a registration, and how much of that its partner is told.

What is looked for is the same whatever is found, in as many statements, so neither words nor time tell a partner more than
the verdict: not whose deal it is, not with which firm of the customer's group, not what it is worth or when it ends.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from relatum import READ, Field, Right, Session, date
from relatum_base import Organization
from relatum_base.matching.describing import Description
from relatum_sales.pipelines import Opportunity, OpportunityFor, Wants
from relatum_sales.registration.deals import (
    Protects,
    RegisteredBy,
    RegisteredFor,
    RegisteredProduct,
    Verdict,
    Yields,
)
from relatum_sales.registration.goods import GOODS, Wider, about_the_same, wider_goods
from relatum_sales.registration.recognizing import (
    RECOGNIZING,
    UNDECIDED,
    alike,
    group_of,
    known_customers,
)

JUDGING: Final[dict[type | str, Right]] = {
    **GOODS,
    **RECOGNIZING,
    **dict.fromkeys((RegisteredBy, RegisteredFor, RegisteredProduct, Protects), READ),
    **dict.fromkeys((Opportunity, OpportunityFor, Wants, Yields), READ),
}
"""What looking for conflicts takes."""


@dataclass(frozen=True)
class Deal:
    """What is to be registered or approved.

    Attributes:
        reseller: the partner firm.
        customer: as described.
        goods: ids of products and categories.
        since: the first day of the protection asked for.
        until: the first day after it.
        firm: the customer's record, where it is known.
        registration: its own id, where it is registered already.
    """

    reseller: UUID
    customer: Description
    goods: Collection[UUID]
    since: date
    until: date
    firm: Organization | None = None
    registration: UUID | None = None


@dataclass(frozen=True)
class Hindrance:
    """Something that stands against a deal.

    Attributes:
        record: a registration, or an opportunity of our own.
        what: what it would be told as, were it certain.
        certain: whether both are surely with the same customer, or customers of one group.
        until: the day from which it stands against the deal no longer; None where that is not known.
    """

    record: UUID
    what: Verdict
    certain: bool
    until: date | None = None


@dataclass(frozen=True)
class Judgement:
    """What the look for conflicts came to.

    Attributes:
        verdict: as the partner is told.
        again_from: from which day on it may be registered again, as far as the partner may know.
        customer: who it surely is, if somebody is known.
        likely: the ids of those who it may be.
        hindrances: all that stands against it: not for the partner.
    """

    verdict: Verdict
    again_from: date | None
    customer: Organization | None
    likely: Set[UUID]
    hindrances: Sequence[Hindrance]


@dataclass
class _Near:
    """What there is with the customer, or somebody who may be the customer.

    Attributes:
        certain: the firms of the customer's group.
        resellers: by registration, the partner firm.
        goods: by registration or opportunity, what it is about.
        pending: undecided registrations, each with whether it surely is with the same customer.
        protections: ties that protect a deal in the time asked for.
        direct: opportunities of our own, each with the customer.
    """

    certain: Set[UUID]
    resellers: Mapping[UUID, UUID]
    goods: Mapping[UUID, Set[UUID]]
    pending: Mapping[UUID, bool]
    protections: Sequence[Protects]
    direct: Mapping[UUID, UUID]
    wider: Wider = field(default_factory=dict)


_GRAVEST: Final[tuple[Verdict, ...]] = ("protected", "direct", "pending", "own_firm")
"""Which of several counts. One's own firm comes last: else the day that it is told would be no good."""


async def judge(db: Session, deal: Deal) -> Judgement:
    """Look for what stands against a deal.

    Args:
        db: may read what `JUDGING` names.
        deal: which.
    """
    same, maybe = await known_customers(db, deal.customer)
    if deal.firm is not None:
        same = [deal.firm, *(each for each in same if each.id != deal.firm.id)]
    certain = await group_of(db, {each.id for each in same})
    likely = await group_of(db, {each.id for each in maybe}) - certain
    near = await _near(db, deal, certain, likely)
    found = sorted(_hindrances(deal, near), key=lambda each: str(each.record))
    verdict = _verdict(deal, found)
    return Judgement(
        verdict,
        _again_from(found) if verdict == "own_firm" else None,
        same[0] if same else None,
        {each.id for each in maybe},
        found,
    )


async def _near(db: Session, deal: Deal, certain: Set[UUID], likely: Set[UUID]) -> _Near:
    """What there is with firms that surely or likely are the customer's; in as many statements whatever it is."""
    firms = certain | likely
    ties = (
        await db.select(RegisteredFor)
        .where(Field("target.id").one_of(firms) & Field("source.state").one_of(UNDECIDED))
        .all()
    )
    pending = {each.source: each.target in certain for each in ties}
    surely, perhaps = await alike(db, deal.customer, but=deal.registration)
    pending = {**dict.fromkeys(perhaps, False), **pending, **dict.fromkeys(surely, True)}
    if deal.registration is not None:
        pending.pop(deal.registration, None)
    in_time = (Field("valid_to").is_null() | (Field("valid_to") > deal.since)) & (
        Field("valid_from").is_null() | (Field("valid_from") < deal.until)
    )
    protections = [
        each
        for each in await db.select(Protects)
        .where(Field("target.id").one_of(firms) & in_time)
        .all()
        if each.source != deal.registration
    ]
    direct = await _direct(db, firms)
    deals = {*pending, *(each.source for each in protections)}
    goods = await _goods(db, deals, direct)
    every = {*deal.goods, *(good for each in goods.values() for good in each)}
    return _Near(
        certain=certain,
        resellers=await _resellers(db, deals),
        goods=goods,
        pending=pending,
        protections=protections,
        direct=direct,
        wider=await wider_goods(db, every),
    )


async def _direct(db: Session, firms: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Open opportunities that came of no registration, each with its customer."""
    ours = Field("source.state") == "open"
    ties = await db.select(OpportunityFor).where(Field("target.id").one_of(firms) & ours).all()
    found = {each.source: each.target for each in ties}
    came = await db.select(Yields).where(Field("target.id").one_of(found)).all()
    return {each: found[each] for each in found.keys() - {tie.target for tie in came}}


async def _goods(
    db: Session, registrations: Iterable[UUID], opportunities: Iterable[UUID]
) -> Mapping[UUID, Set[UUID]]:
    """What each is about."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    named = db.select(RegisteredProduct).where(Field("source.id").one_of(registrations))
    wanted = db.select(Wants).where(Field("source.id").one_of(opportunities))
    for registered in await named.all():
        found[registered.source].add(registered.target)
    for want in await wanted.all():
        found[want.source].add(want.target)
    return found


async def _resellers(db: Session, registrations: Iterable[UUID]) -> Mapping[UUID, UUID]:
    ties = db.select(RegisteredBy).where(Field("source.id").one_of(registrations))
    return {each.source: each.target for each in await ties.all()}


def _hindrances(deal: Deal, near: _Near) -> Iterable[Hindrance]:
    """What is about the same, with somebody who is or may be the customer."""

    def the_same(record: UUID) -> bool:
        return about_the_same(deal.goods, near.goods.get(record, ()), near.wider)

    def whose(record: UUID, otherwise: Verdict) -> Verdict:
        return "own_firm" if near.resellers.get(record) == deal.reseller else otherwise

    for tie in near.protections:
        if the_same(tie.source):
            certain = tie.target in near.certain
            yield Hindrance(tie.source, whose(tie.source, "protected"), certain, tie.valid_to)
    for record, certain in near.pending.items():
        if the_same(record):
            yield Hindrance(record, whose(record, "pending"), certain)
    for record, customer in near.direct.items():
        if the_same(record):
            yield Hindrance(record, "direct", customer in near.certain)


def _verdict(deal: Deal, found: Sequence[Hindrance]) -> Verdict:
    certain = {each.what for each in found if each.certain}
    for each in _GRAVEST:
        if each in certain:
            return each
    # Whoever gives no more than a name is told the same, whether there is something with that name or not.
    vague = deal.firm is None and len(deal.customer) < 2
    return "unclear" if found or vague else "clear"


def _again_from(found: Sequence[Hindrance]) -> date | None:
    """The day from which nothing of one's own firm stands against it; None where that is not known."""
    days = [each.until for each in found if each.certain]
    known: list[Any] = [each for each in days if each is not None]
    return max(known) if known and len(known) == len(days) else None
