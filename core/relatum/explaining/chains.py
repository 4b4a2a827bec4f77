"""Why a condition holds: the ties by which it does, looked up from the record on.

It is known to hold, so of each part one tie that leads on is enough; of a climb, the shortest way.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from relatum.explaining.questions import Questions
from relatum.explaining.spots import Spot
from relatum.explaining.values import Step
from relatum_schemas.selection import (
    All,
    AnyOf,
    Climb,
    Compare,
    Condition,
    FieldPath,
    OnRecord,
    Operator,
    Related,
)

EVERY: Final = 100_000
"""More ties than a climb meets at one hop."""


@dataclass(frozen=True)
class Trail:
    """A spot, and the steps that led there."""

    spot: Spot
    steps: tuple[Step, ...] = ()


async def chain(condition: Condition, spot: Spot, questions: Questions) -> tuple[Step, ...]:
    """Return the ties by which a condition holds on a record; none where it asks for none.

    Args:
        condition: that holds there.
        spot: the record, or a tie reached over an end.
        questions: to the database.
    """
    match condition:
        case All(of=of):
            parts = [await chain(each, spot, questions) for each in of]
            return tuple(dict.fromkeys(step for part in parts for step in part))
        case AnyOf(of=of):
            return await chain(await _holding(of, spot, questions), spot, questions)
        case OnRecord(across=across, condition=inner):
            far = await across_tie(Trail(spot), across, questions)
            if far is None or inner is None:
                return () if far is None else far.steps
            return far.steps + await chain(inner, far.spot, questions)
        case Related(quantifier="some"):
            return await _by_tie(condition, spot, questions)
        case Climb():
            return await _by_climb(condition, spot, questions)
        case Compare():
            unfolded = by_steps(condition)
            return () if unfolded is None else await chain(unfolded, spot, questions)
    return ()


async def _holding(of: tuple[Condition, ...], spot: Spot, questions: Questions) -> Condition:
    """The first of several conditions that holds."""
    judged = (await questions.hold([spot], of)).get(spot.id, ())
    return next((each for each, holds in zip(of, judged, strict=False) if holds), All())


async def _by_tie(condition: Related, spot: Spot, questions: Questions) -> tuple[Step, ...]:
    ties = await questions.ties([spot], condition.end, condition.holds, condition.condition, most=1)
    for tie in ties:
        steps = (step_over(spot, tie),)
        if condition.condition is None:
            return steps
        return steps + await chain(condition.condition, tie, questions)
    return ()


async def _by_climb(condition: Climb, spot: Spot, questions: Questions) -> tuple[Step, ...]:
    met = {spot.id}
    level = [Trail(spot)]
    while level:
        judged = await questions.hold([each.spot for each in level], [condition.condition])
        for trail in level:
            if judged.get(trail.spot.id, (False,))[0]:
                return trail.steps + await chain(condition.condition, trail.spot, questions)
        level = await onward(condition, level, met, questions, most=EVERY)
    return ()


async def onward(
    condition: Climb, level: list[Trail], met: set[UUID], questions: Questions, *, most: int
) -> list[Trail]:
    """Return the records one hop further up, not met before; they are met now."""
    by_id = {each.spot.id: each for each in level}
    found: list[Trail] = []
    for end in condition.ends:
        spots = [each.spot for each in level]
        for tie in await questions.ties(spots, end, condition.holds, most=most):
            assert tie.near is not None and tie.far is not None and tie.far.id is not None
            if tie.far.id not in met:
                met.add(tie.far.id)
                below = by_id[tie.near]
                steps = (*below.steps, step_over(below.spot, tie))
                found.append(Trail(Spot(tie.far), steps))
    return found


async def across_tie(trail: Trail, across: str, questions: Questions) -> Trail | None:
    """Return the record at an end of a tie, with a step to it unless the step over the tie has led there already."""
    tie = trail.spot
    if across == "node":
        return None if tie.far is None else Trail(Spot(tie.far), trail.steps)
    sides = await questions.sides(tie)
    named = (await questions.named([sides[across]])).get(sides[across])
    if named is None:
        return None
    step = Step(
        start=tie.record,
        end=across,
        relationship=tie.type,
        tie=tie.id,
        valid_from=tie.valid_from,
        valid_to=tie.valid_to,
        record=named,
    )
    return Trail(Spot(named), (*trail.steps, step))


def step_over(spot: Spot, tie: Spot) -> Step:
    """Return the step from a record over a tie."""
    assert tie.via is not None and tie.far is not None
    return Step(
        start=spot.record,
        end=tie.via.end,
        relationship=tie.type,
        tie=tie.id,
        valid_from=tie.valid_from,
        valid_to=tie.valid_to,
        record=tie.far,
    )


def by_steps(condition: Compare) -> Condition | None:
    """Return a comparison at the end of a path as the same condition on ties; None where it follows none."""
    missing = condition.operator is Operator.IS_NULL and condition.value is not False
    if not condition.path.steps or missing:
        return None
    step, *others = condition.path.steps
    path = FieldPath(steps=tuple(others), field=condition.path.field, part=condition.path.part)
    rest = condition.model_copy(update={"path": path})
    if step.end is None:
        return OnRecord(across=step.across or "node", condition=rest)
    return Related(end=step.end, condition=rest if step.edge else OnRecord(condition=rest))
