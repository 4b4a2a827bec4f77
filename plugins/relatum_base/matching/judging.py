"""Adds up what all facts say of two descriptions, and keeps the reasons."""

from dataclasses import dataclass
from typing import Final, Literal

from relatum_base.matching.comparing import CLOSE
from relatum_base.matching.describing import Description
from relatum_base.matching.rules import Rule, RuleSet

_VERY_CLOSE: Final = 0.92
_SHARES: Final = {_VERY_CLOSE: 0.8, CLOSE: 0.5}
"""Which share of the points a value has that is this much alike."""


@dataclass(frozen=True)
class FieldVerdict:
    """What one fact says.

    Attributes:
        fact: its name.
        given: as it was described.
        found: as the record has it.
        says: whether it is the same, nearly so, or something else; `swapped` when it stands in another fact's place.
        points: for it, or against it.
    """

    fact: str
    given: str
    found: str
    says: Literal["same", "close", "different", "swapped"]
    points: int


@dataclass(frozen=True)
class Verdict:
    """What all facts say together.

    Attributes:
        is_: whether it is the same party, likely so, or another one.
        points: of all facts.
        reasons: fact by fact, in the order of the rules; what one of the two does not say is not there.
    """

    is_: Literal["same", "likely", "other"]
    points: int
    reasons: tuple[FieldVerdict, ...]


def judged(rules: RuleSet, given: Description, found: Description) -> Verdict:
    """Whether two descriptions are of one and the same party."""
    reasons = tuple(
        _verdict(each, given[each.fact], found[each.fact])
        for each in rules.rules
        if each.fact in given and each.fact in found
    )
    reasons = _as_swapped(rules, given, found, reasons)
    points = sum(each.points for each in reasons)
    if points < rules.likely:
        return Verdict("other", points, reasons)
    speaking = {each.fact for each in reasons if each.points > 0}
    certain = points >= rules.same and (not rules.needs or rules.needs & speaking)
    return Verdict("same" if certain else "likely", points, reasons)


def _verdict(rule: Rule, given: str, found: str) -> FieldVerdict:
    alike = rule.likeness(given, found)
    if alike == 1:
        return FieldVerdict(rule.fact, given, found, "same", rule.agrees)
    for least, share in _SHARES.items():
        if alike >= least:
            return FieldVerdict(rule.fact, given, found, "close", round(rule.agrees * share))
    return FieldVerdict(rule.fact, given, found, "different", rule.differs)


def _as_swapped(
    rules: RuleSet,
    given: Description,
    found: Description,
    reasons: tuple[FieldVerdict, ...],
) -> tuple[FieldVerdict, ...]:
    """The reasons where two facts that stand in each other's place count as such."""
    if rules.swapped is None:
        return reasons
    one, other, points = rules.swapped
    crossed = (given.get(one), given.get(other)) == (found.get(other), found.get(one))
    if not crossed or one not in given or other not in given or given[one] == given[other]:
        return reasons
    kept = tuple(each for each in reasons if each.fact not in (one, other))
    swapped = (
        FieldVerdict(each, given[each], found[each], "swapped", points // 2)
        for each in (one, other)
    )
    return (*swapped, *kept)
