"""Finds whom a description may be of: looks up by keys, compares, and says why.

Looking up reads indexes alone. Compared are then those records that share most keys with the description, where a key
counts the more the fewer have it (as the inverse document frequency in searching texts).
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import log
from typing import Final, Generic, TypeVar
from uuid import UUID

from relatum import Field, Session
from relatum_base.matching.describing import Description, of_organization, of_person
from relatum_base.matching.judging import Verdict, judged
from relatum_base.matching.keys import Keys, keys_of_organization, keys_of_person
from relatum_base.matching.rules import ORGANIZATIONS, PEOPLE, RuleSet
from relatum_base.parties import Organization, Person

P = TypeVar("P", Person, Organization)

_HELD: Final = 500
"""Records of one key that are looked at. A key that more have says too little; the others find whom it would."""

_COMPARED: Final = 100
"""Records that are compared."""


@dataclass(frozen=True)
class Found(Generic[P]):
    """A party that a description may be of, with the verdict and its reasons."""

    record: P
    verdict: Verdict


@dataclass(frozen=True)
class _Kind(Generic[P]):
    """How parties of a type are looked up, described and judged."""

    type: type[P]
    keys: Callable[[Description], Keys]
    describe: Callable[[P], Description]
    rules: RuleSet


_PEOPLE: Final = _Kind(Person, keys_of_person, of_person, PEOPLE)
_ORGANIZATIONS: Final = _Kind(Organization, keys_of_organization, of_organization, ORGANIZATIONS)


async def find_people(
    db: Session, described: Description, *, but: UUID | None = None
) -> list[Found[Person]]:
    """The people of whom somebody described may be one, the most likely first.

    Args:
        db: may read people with all fields: what it may not read is not compared.
        described: by `relatum_base.matching.describing.person`.
        but: a record that is left out: the one described.

    Returns:
        Those that are the same, or likely so. It takes at most eight statements, whatever there is.
    """
    return await _find(_PEOPLE, db, described, but)


async def find_organizations(
    db: Session, described: Description, *, but: UUID | None = None
) -> list[Found[Organization]]:
    """The organizations of which one described may be one, the most likely first.

    Args:
        db: may read organizations with all fields: what it may not read is not compared.
        described: by `relatum_base.matching.describing.organization`.
        but: a record that is left out: the one described.

    Returns:
        Those that are the same, or likely so. It takes at most eight statements, whatever there is.
    """
    return await _find(_ORGANIZATIONS, db, described, but)


async def _find(
    kind: _Kind[P], db: Session, described: Description, but: UUID | None
) -> list[Found[P]]:
    promising = [each for each in await _promising(kind, db, described) if each != but]
    candidates = await db.select(kind.type).where(Field("id").one_of(promising)).all()
    judgements = (
        Found(each, judged(kind.rules, described, kind.describe(each))) for each in candidates
    )
    close = [each for each in judgements if each.verdict.is_ != "other"]
    return sorted(close, key=lambda each: (-each.verdict.points, str(each.record.id)))


async def _promising(kind: _Kind[P], db: Session, described: Description) -> Sequence[UUID]:
    """The records that share keys with a description: those first that share most, and what few others have."""
    reached = {name: described.get(name) for name in ("email", "phone")}
    shared: defaultdict[UUID, float] = defaultdict(float)
    for name, key in {**kind.keys(described), **reached}.items():
        if key is not None:
            held = await db.select(kind.type).where(Field(name) == key).ids(_HELD)
            for each in held:
                shared[each] += log(2 * _HELD / len(held))
    return nlargest(_COMPARED, shared, key=shared.__getitem__)
