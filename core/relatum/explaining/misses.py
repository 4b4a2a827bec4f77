"""Why a condition does not hold: how far its path gets from a record, and which link is missing there.

A path may fan out; of each hop a few ties are followed, and the way that gets furthest is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from relatum.explaining.chains import Trail, across_tie, by_steps, onward, step_over
from relatum.explaining.phrases import Phrases
from relatum.explaining.questions import Questions
from relatum.explaining.spots import Spot
from relatum.explaining.values import Step
from relatum_schemas.selection import (
    All,
    AnyOf,
    AnyTime,
    Climb,
    Compare,
    Condition,
    FieldPath,
    IsType,
    Not,
    Now,
    OnRecord,
    Parameter,
    Related,
)

FOLLOWED: Final = 20
"""How many ties are followed at each hop."""

CLIMBED: Final = 50
"""How many records a climb that finds nothing looks at."""


@dataclass(frozen=True)
class Missing:
    """What is missing: in sentences, and the steps that lead up to it."""

    steps: tuple[Step, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Search:
    """Looks for what is missing.

    Attributes:
        questions: to the database.
        phrases: for what conditions ask.
    """

    questions: Questions
    phrases: Phrases

    async def missing(self, condition: Condition, trails: Sequence[Trail]) -> Missing:
        """Return what is missing where a condition holds on none of some records."""
        match condition:
            case All(of=of):
                return await self._of_all(of, trails)
            case AnyOf(of=of):
                return furthest([await self.missing(each, trails) for each in of], trails)
            case Not(condition=inner):
                return self._said(trails, f"{_names(trails)}: {self.phrases.clause(inner)}")
            case OnRecord(across=across, condition=inner):
                return await self._on_record(across, inner, trails)
            case Related(quantifier="some"):
                return await self._over_ties(condition, trails)
            case Climb():
                return await self._up(condition, trails)
            case Compare():
                return await self._compared(condition, trails)
            case IsType(types=types):
                return self._said(trails, f"{_names(trails)} is no {' or '.join(types)}")
            case Related():
                said = f"it is not so that {self.phrases.clause(condition)}"
                return self._said(trails, f"of {_names(trails)}, {said}")

    async def _of_all(self, of: Sequence[Condition], trails: Sequence[Trail]) -> Missing:
        """What is missing on those records that fulfil most."""
        judged = await self.questions.hold([each.spot for each in trails], of)
        failing = {
            each.spot.id: [
                part
                for part, holds in zip(of, judged.get(each.spot.id, ()), strict=False)
                if not holds
            ]
            for each in trails
        }
        fewest = min(len(parts) for parts in failing.values())
        nearest = [each for each in trails if len(failing[each.spot.id]) == fewest]
        parts = failing[nearest[0].spot.id]
        alike = [each for each in nearest if failing[each.spot.id] == parts]
        found = [await self.missing(part, alike) for part in parts]
        sentences = dict.fromkeys(said for each in found for said in each.sentences)
        return Missing(furthest(found, trails).steps, tuple(sentences))

    async def _compared(self, condition: Compare, trails: Sequence[Trail]) -> Missing:
        unfolded = by_steps(condition)
        if unfolded is not None:
            return await self.missing(unfolded, trails)
        if _of_principal(condition):
            return self._said(trails, f"{_names(trails)} is not {self._principal(condition)}")
        said = f"it is not so that {self.phrases.clause(condition)}"
        return self._said(trails, f"of {_names(trails)}, {said}")

    async def _on_record(
        self, across: str, inner: Condition | None, trails: Sequence[Trail]
    ) -> Missing:
        arrived = [await across_tie(each, across, self.questions) for each in trails]
        there = [each for each in arrived if each is not None]
        if not there or inner is None:
            return self._said(trails, f"{_names(trails)} leads to no record that was there")
        return await self.missing(inner, there)

    async def _over_ties(self, condition: Related, trails: Sequence[Trail]) -> Missing:
        by_id = {each.spot.id: each for each in trails}
        spots = [each.spot for each in trails]
        inner = condition.condition
        sought = None if inner is None else _sought(inner)
        # Of ties to the principal it can be told what else they lack.
        arriving = None if sought is None else OnRecord(condition=sought)
        ties = await self.questions.ties(
            spots, condition.end, condition.holds, arriving, most=FOLLOWED
        )
        if ties and inner is not None:
            return await self.missing(inner, [_over(by_id, tie) for tie in ties])
        led = "" if sought is None else f" leads to {self._principal(sought)}"
        said = f"no tie at {condition.end!r} from {_names(trails)}{led or ' holds'}"
        lapsed = await self._lapsed(condition, spots)
        return self._said(trails, said + ("" if lapsed is None else f"; {lapsed}"))

    async def _lapsed(self, condition: Related, spots: Sequence[Spot]) -> str | None:
        """A tie that would do, and does not hold now."""
        if not isinstance(condition.holds, Now | None):
            return None
        ties = await self.questions.ties(
            spots, condition.end, AnyTime(), condition.condition, most=FOLLOWED
        )
        if not ties:
            return None
        last = max(ties, key=lambda tie: str(tie.valid_to or ""))
        since = "" if last.valid_from is None else f" from {last.valid_from}"
        until = "" if last.valid_to is None else f" until {last.valid_to}"
        return f"one to {last.far} holds{since}{until}"

    async def _up(self, condition: Climb, trails: Sequence[Trail]) -> Missing:
        met = {each.spot.id for each in trails}
        every, level = list(trails), list(trails)
        while level and len(every) < CLIMBED:
            level = await onward(condition, level, met, self.questions, most=FOLLOWED)
            every += level
        return await self.missing(condition.condition, every)

    def _principal(self, condition: Compare) -> str:
        return self.phrases.value(condition.value)

    def _said(self, trails: Sequence[Trail], sentence: str) -> Missing:
        return Missing(trails[0].steps, (sentence[0].upper() + sentence[1:] + ".",))


def furthest(found: Sequence[Missing], trails: Sequence[Trail]) -> Missing:
    """Return what was found at the end of the longest way."""
    if not found:
        return Missing(trails[0].steps, ("Nothing would do.",))
    return max(found, key=lambda each: len(each.steps))


def _over(by_id: dict[UUID, Trail], tie: Spot) -> Trail:
    assert tie.near is not None
    below = by_id[tie.near]
    return Trail(tie, (*below.steps, step_over(below.spot, tie)))


def _of_principal(condition: Condition | None) -> bool:
    return (
        isinstance(condition, Compare)
        and condition.path == FieldPath(field="id")
        and isinstance(condition.value, Parameter)
    )


def _sought(condition: Condition) -> Compare | None:
    """The principal, where a tie has to lead straight to it."""
    match condition:
        case OnRecord(across="node", condition=Compare() as inner) if _of_principal(inner):
            return inner
        case All(of=of):
            return next((sought for each in of if (sought := _sought(each))), None)
    return None


def _names(trails: Sequence[Trail]) -> str:
    first, *others = trails
    return f"{first.spot.record} and {len(others)} more" if others else str(first.spot.record)
