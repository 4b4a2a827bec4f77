"""Asking whom a description may be of: for people, who fill in a form, and for programs.

Looked up is among all; told is of those whom the caller may read, with reasons from what the caller may read of them.
"""

from typing import Final, Literal, TypedDict

from pydantic import BaseModel
from pydantic import Field as Info

from relatum import (
    READ,
    Context,
    Email,
    Field,
    Phone,
    PostalAddress,
    Url,
    action,
    date,
)
from relatum_base.matching import describing
from relatum_base.matching.finding import find_organizations, find_people
from relatum_base.matching.judging import Verdict, judged
from relatum_base.matching.rules import ORGANIZATIONS, PEOPLE
from relatum_base.parties import Organization, Person

_MOST: Final = 20


class MatchReason(BaseModel):
    """What one fact says of two descriptions."""

    fact: str = Info(description="The name of the fact.")
    given: str = Info(description="As it was described, in the form in which it is compared.")
    found: str = Info(description="As the record has it, in this form.")
    says: Literal["same", "close", "different", "swapped"]
    points: int = Info(description="For its being the same party, or against it.")


class PersonMatch(BaseModel):
    """Somebody of whom a description may be."""

    person: Person
    verdict: Literal["same", "likely", "other"]
    points: int
    reasons: list[MatchReason]


class OrganizationMatch(BaseModel):
    """An organization of which a description may be."""

    organization: Organization
    verdict: Literal["same", "likely", "other"]
    points: int
    reasons: list[MatchReason]


@action(reading=True, elevated={Person: READ})
async def match_people(
    ctx: Context,
    given_name: str | None = None,
    family_name: str | None = None,
    birth_date: date | None = None,
    email: Email | None = None,
    phone: Phone | None = None,
    address: PostalAddress | None = None,
) -> list[PersonMatch]:
    """Find the people of whom a description may be, the most likely first, with the reasons.

    Args:
        ctx: of the call.
        given_name: as it is spelt.
        family_name: as it is spelt.
        birth_date: if it is known.
        email: address of mail.
        phone: number.
        address: where the person lives or works.
    """
    described = describing.person(
        given_name=given_name,
        family_name=family_name,
        birth_date=birth_date,
        email=email,
        phone=phone,
        address=address,
    )
    ids = [each.record.id for each in await find_people(ctx.elevated, described)]
    seen = await ctx.db.select(Person).where(Field("id").one_of(ids)).all()
    matches = (
        PersonMatch(person=each, **_told(judged(PEOPLE, described, describing.of_person(each))))
        for each in seen
    )
    return sorted(matches, key=lambda each: -each.points)[:_MOST]


@action(reading=True, elevated={Organization: READ})
async def match_organizations(
    ctx: Context,
    name: str | None = None,
    website: Url | None = None,
    email: Email | None = None,
    phone: Phone | None = None,
    tax_number: str | None = None,
    registration_number: str | None = None,
    address: PostalAddress | None = None,
) -> list[OrganizationMatch]:
    """Find the organizations of which a description may be, the most likely first, with the reasons.

    Args:
        ctx: of the call.
        name: as it is spelt.
        website: its address.
        email: address of mail.
        phone: number.
        tax_number: for value added tax.
        registration_number: in the register of firms.
        address: where it is.
    """
    described = describing.organization(
        name=name,
        website=website,
        email=email,
        phone=phone,
        tax_number=tax_number,
        registration_number=registration_number,
        address=address,
    )
    ids = [each.record.id for each in await find_organizations(ctx.elevated, described)]
    seen = await ctx.db.select(Organization).where(Field("id").one_of(ids)).all()
    matches = (
        OrganizationMatch(
            organization=each,
            **_told(judged(ORGANIZATIONS, described, describing.of_organization(each))),
        )
        for each in seen
    )
    return sorted(matches, key=lambda each: -each.points)[:_MOST]


class _Told(TypedDict):
    verdict: Literal["same", "likely", "other"]
    points: int
    reasons: list[MatchReason]


def _told(verdict: Verdict) -> _Told:
    reasons = [MatchReason(**vars(each)) for each in verdict.reasons]
    return _Told(verdict=verdict.is_, points=verdict.points, reasons=reasons)
