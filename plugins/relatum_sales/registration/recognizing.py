"""Whom a partner describes: customers who are known, with all firms of their groups, and other registrations alike."""

from collections.abc import Collection, Sequence
from functools import reduce
from operator import or_
from typing import Final
from uuid import UUID

from relatum import READ, Context, Draft, Field, Right, Session, Ties, before
from relatum_base import Organization, PartOf
from relatum_base.matching import ORGANIZATIONS, describing, find_organizations, judged
from relatum_base.matching.describing import Description
from relatum_base.matching.keys import keys_of_organization
from relatum_sales.registration.deals import DealRegistration

RECOGNIZING: Final[dict[type | str, Right]] = dict.fromkeys(
    (Organization, PartOf, DealRegistration), READ
)
"""What recognizing customers takes."""

UNDECIDED: Final = ("submitted", "question")
"""States in which a registration waits for somebody."""


def described(registration: DealRegistration) -> Description:
    """The customer of a registration as the partner describes it."""
    return describing.organization(
        name=registration.customer_name,
        website=registration.customer_website,
        email=registration.customer_email,
        phone=registration.customer_phone,
        address=registration.customer_address,
    )


@before(DealRegistration, "created", "updated", "restored")
async def keep_keys_of_registrations(ctx: Context, draft: Draft) -> None:
    """Keep the keys by which registrations with the same customer are found."""
    for name, key in keys_of_organization(described(draft.record)).items():
        if draft.values.get(name) != key:
            draft.values[name] = key


async def known_customers(
    db: Session, description: Description
) -> tuple[Sequence[Organization], Sequence[Organization]]:
    """The firms that a description is surely of, the likeliest first, and those of which it may be."""
    found = await find_organizations(db, description)
    same = [each.record for each in found if each.verdict.is_ == "same"]
    return same, [each.record for each in found if each.verdict.is_ == "likely"]


async def group_of(db: Session, firms: Collection[UUID]) -> set[UUID]:
    """Firms with all that are part of what they are part of, now: parents, subsidiaries, sisters; in one statement."""
    of_these = Ties("parts").climb(Field("id").one_of(firms))
    found = await db.select(Organization).where(Ties("part_of").climb(of_these)).all()
    return {each.id for each in found}


async def alike(
    db: Session, description: Description, *, but: UUID | None = None
) -> tuple[set[UUID], set[UUID]]:
    """Undecided registrations with the customer described: those surely so, and those likely so; in one statement."""
    known = [
        Field(name) == key
        for name, key in keys_of_organization(description).items()
        if key is not None
    ]
    if not known:
        return set(), set()
    undecided = Field("state").one_of(UNDECIDED) & reduce(or_, known)
    same, likely = set[UUID](), set[UUID]()
    for each in await db.select(DealRegistration).where(undecided).all():
        verdict = judged(ORGANIZATIONS, description, described(each)).is_
        if each.id != but and verdict != "other":
            (same if verdict == "same" else likely).add(each.id)
    return same, likely
