"""Finds out whom a lead may be: those who are known already, each with the reasons, as ties.

However a lead comes in, by an action, the form, the API or an import, a reaction looks once it is kept, and again
when what it says of itself is another thing.
"""

from collections.abc import Sequence
from typing import Any, Final

from relatum import READ, RELATE, Change, Context, Field, Right, Session, on
from relatum_base import Organization, Party, Person
from relatum_base.matching import Verdict, describing, find_organizations, find_people
from relatum_sales.leads import Lead, MatchedTo

RECOGNIZING: Final[dict[type | str, Right]] = {
    Lead: READ | RELATE,
    **dict.fromkeys((Organization, Person, Party), READ | RELATE),
    MatchedTo: READ | RELATE,
}
"""What finding out whom a lead may be takes."""

_MOST: Final = 5
"""People, and firms, that are named at most: with more of them, none is."""

_FACTS: Final = {
    "company", "given_name", "family_name", "email", "phone", "website", "address",
}  # fmt: skip


@on(Lead, "created", "updated", fields=_FACTS, elevated=RECOGNIZING)
async def recognize(ctx: Context, change: Change) -> None:
    """Say whom a lead may be, as far as that is known now."""
    async with ctx.unit(reason="recognizing") as within:
        lead = await within.db.select(Lead).where(Field("id") == change.record).first()
        if lead is not None and lead.state != "converted":
            await recognized(within.db, lead)


async def recognized(db: Session, lead: Lead) -> Sequence[MatchedTo]:
    """Keep whom a lead may be, and give these ties, the likeliest first.

    Args:
        db: may do what `RECOGNIZING` says.
        lead: which.
    """
    found = await _likely(db, lead)
    known = {each.target: each for each in await _kept(db, lead)}
    for gone in known.keys() - found.keys():
        await db.remove(known[gone])
    for party, said in found.items():
        tie = known.get(party)
        if tie is None:
            await db.relate(MatchedTo, lead, party, **said)
        elif (tie.verdict, tie.points) != (said["verdict"], said["points"]):
            await db.correct(tie, **said)
    return sorted(await _kept(db, lead), key=lambda each: -each.points)


async def _kept(db: Session, lead: Lead) -> list[MatchedTo]:
    return await db.select(MatchedTo).where(Field("source.id") == lead.id).all()


async def _likely(db: Session, lead: Lead) -> dict[Any, dict[str, Any]]:
    """What is said of each party that the lead may be."""
    firms = await find_organizations(db, described_firm(lead)) if lead.company else []
    people = await find_people(db, described_person(lead)) if lead.family_name else []
    return {
        each.record.id: _said(each.verdict) for found in (people, firms) for each in found[:_MOST]
    }


def described_person(lead: Lead) -> describing.Description:
    """The person that a lead says it is."""
    return describing.person(
        given_name=lead.given_name,
        family_name=lead.family_name,
        email=lead.email,
        phone=lead.phone,
        address=lead.address,
    )


def described_firm(lead: Lead) -> describing.Description:
    """The firm that a lead says it is of."""
    return describing.organization(
        name=lead.company,
        website=lead.website,
        email=lead.email,
        phone=lead.phone,
        address=lead.address,
    )


def _said(verdict: Verdict) -> dict[str, Any]:
    reasons = [vars(each) for each in verdict.reasons]
    return {"verdict": verdict.is_, "points": verdict.points, "reasons": reasons}
