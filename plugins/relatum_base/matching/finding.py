"""Finds whom a description may be of: looks up by keys, compares, and says why."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar
from uuid import UUID

from relatum import Field, Session
from relatum_base.matching.describing import Description, of_organization, of_person
from relatum_base.matching.judging import Verdict, judged
from relatum_base.matching.keys import Keys, keys_of_organization, keys_of_person
from relatum_base.matching.rules import ORGANIZATIONS, PEOPLE, RuleSet
from relatum_base.parties import Organization, Person

P = TypeVar("P", Person, Organization)

_MOST: Final = 200
"""Records of one key that are compared. A key that more have says too little; the others find whom it would."""


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
        Those that are the same, or likely so. It takes at most seven statements, whatever there is.
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
        Those that are the same, or likely so. It takes at most seven statements, whatever there is.
    """
    return await _find(_ORGANIZATIONS, db, described, but)


async def _find(
    kind: _Kind[P], db: Session, described: Description, but: UUID | None
) -> list[Found[P]]:
    candidates: dict[UUID, P] = {}
    reached = {name: described.get(name) for name in ("email", "phone")}
    for name, key in {**kind.keys(described), **reached}.items():
        if key is not None:
            found = await db.select(kind.type).where(Field(name) == key).page(_MOST)
            candidates |= {each.id: each for each in found.records}
    judgements = (
        Found(each, judged(kind.rules, described, kind.describe(each)))
        for each in candidates.values()
        if each.id != but
    )
    close = [each for each in judgements if each.verdict.is_ != "other"]
    return sorted(close, key=lambda each: (-each.verdict.points, str(each.record.id)))
