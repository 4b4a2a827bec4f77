"""Works scores out: a statement for each rule, however many records there are, and one for what changed."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from relatum import Condition, Field, Phrase, Refused, Saving, Session, Tied
from relatum_sales.scoring.models import (
    Score,
    ScoreOf,
    ScoringModel,
    ScoringRule,
)

Reasons = list[dict[str, object]]

_CONDITION: Final[TypeAdapter[Condition]] = TypeAdapter(Condition)


def condition_of(rule: ScoringRule) -> Condition:
    """What must be true of a record so that the rule counts.

    Raises:
        Refused: ``condition``; it is none.
    """
    try:
        return _CONDITION.validate_python(rule.condition)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise Refused(
            "condition",
            path="condition",
            message=Phrase(
                "This is no condition: {place}: {reason}.",
                place=".".join(map(str, wrong["loc"])),
                reason=wrong["msg"],
            ),
        ) from error


async def rules_of(db: Session, model: ScoringModel) -> list[ScoringRule]:
    """The rules of a model, in the order of their titles."""
    return await db.select(ScoringRule).where(Field("model.id") == model.id).order("title").all()


async def counted(db: Session, model: ScoringModel, ids: Sequence[UUID]) -> Mapping[UUID, Reasons]:
    """Why each record is as promising as it is: title and points of the rules that count; a statement for each rule.

    Args:
        db: may read the rules and whatever their conditions ask for.
        model: by which.
        ids: of the records.

    Raises:
        UnknownType: the model scores no type of the catalogue.
    """
    scored = db.catalogue.classes[db.catalogue.record_type(model.scored_type).name]
    reasons: dict[UUID, Reasons] = {each: [] for each in ids}
    for rule in await rules_of(db, model):
        meant = Field("id").one_of([*ids]) & condition_of(rule)
        for record in await db.select(scored).where(meant).all():
            reasons[record.id].append({"rule": rule.title, "points": rule.points})
    return reasons


async def rescored(db: Session, model: ScoringModel, ids: Sequence[UUID]) -> int:
    """Work out the scores of records anew, keep those that changed, and say how many did.

    Args:
        db: may do what `SCORING` says.
        model: by which.
        ids: of the records.
    """
    known = await _known(db, model, ids)
    reasons = await counted(db, model, ids)
    savings = [
        saving
        for record, counting in reasons.items()
        if (saving := _saving(model, record, counting, known.get(record))) is not None
    ]
    if savings:
        await db.save(savings)
    return len(savings)


def _saving(
    model: ScoringModel, record: UUID, reasons: Reasons, known: Score | None
) -> Saving | None:
    """What to keep of a score; nothing if it is as it was."""
    value = sum(int(str(each["points"])) for each in reasons)
    said: dict[str, object] = {"value": value, "edition": model.edition, "reasons": reasons}
    if known is None:
        values = {"model": model.name, **said}
        return Saving("Score", values, {"scored": (Tied(record),)})
    if (known.value, known.edition, known.reasons) == tuple(said.values()):
        return None
    return Saving("Score", said, id=known.id)


async def _known(db: Session, model: ScoringModel, ids: Sequence[UUID]) -> Mapping[UUID, Score]:
    """The scores that records have by the model's name, whatever its edition."""
    ties = await db.select(ScoreOf).where(Field("target.id").one_of([*ids])).all()
    by_score = {tie.source: tie.target for tie in ties}
    named = Field("id").one_of([*by_score]) & (Field("model") == model.name)
    return {by_score[each.id]: each for each in await db.select(Score).where(named).all()}
