"""Putting models in force, following them up, and scoring all records anew when another one counts."""

from typing import Final
from uuid import UUID

from relatum import (
    CREATE,
    READ,
    RELATE,
    UPDATE,
    Context,
    Field,
    Problems,
    Record,
    Refused,
    Right,
    WorkflowContext,
    action,
    workflow,
)
from relatum_sales.roles import SALES_MANAGER
from relatum_sales.scoring.judging import condition_of, counted, rescored, rules_of
from relatum_sales.scoring.models import RuleOf, Score, ScoreOf, ScoringModel, ScoringRule

SCORING: Final[dict[type | str, Right]] = {
    ScoringModel: READ,
    ScoringRule: READ,
    RuleOf: READ,
    Record: READ | RELATE,
    Score: READ | CREATE | UPDATE | RELATE,
    ScoreOf: READ | RELATE,
}
"""What working scores out takes: rules may ask for anything."""

_AT_ONCE: Final = 500


@action(
    ScoringModel,
    rights={SALES_MANAGER},
    elevated={**SCORING, ScoringModel: READ | UPDATE},
    when=Field("state") == "draft",
    otherwise=Refused("no_draft", message="Only a draft can be put in force."),
)
async def put_model_in_force(ctx: Context, model: ScoringModel) -> ScoringModel:
    """Let a model score from now on, in place of the one of its name that did; all records are scored anew.

    Args:
        ctx: of the call.
        model: a draft.
    """
    await _judge(ctx, model)
    before = (Field("name") == model.name) & (Field("state") == "in_force")
    for each in await ctx.elevated.select(ScoringModel).where(before).all():
        await ctx.elevated.update(each, state="retired")
    put = await ctx.elevated.update(model, state="in_force")
    await ctx.start(score_all, model=put)
    return put


@action(
    ScoringModel,
    rights={SALES_MANAGER},
    elevated={
        ScoringModel: READ | CREATE | RELATE,
        ScoringRule: READ | CREATE | RELATE,
        RuleOf: READ | RELATE,
    },
)
async def follow_model_up(ctx: Context, model: ScoringModel) -> ScoringModel:
    """Draft the next edition of a model, with its rules to begin from.

    Args:
        ctx: of the call.
        model: which.
    """
    db = ctx.elevated
    editions = db.select(ScoringModel).where(Field("name") == model.name)
    last = max(each.edition for each in await editions.all())
    following = await db.create(
        ScoringModel(name=model.name, edition=last + 1, scored_type=model.scored_type)
    )
    for rule in await rules_of(db, model):
        await db.create(
            ScoringRule(title=rule.title, condition=rule.condition, points=rule.points),
            model=following,
        )
    return following


@workflow(elevated=SCORING)
async def score_all(ctx: WorkflowContext, model: ScoringModel) -> None:
    """Score all records of a model's type, page by page."""
    after: str | None = None
    while True:
        after = await ctx.step(score_page, model.id, after)
        if after is None:
            return


async def score_page(ctx: Context, model: UUID, after: str | None) -> str | None:
    """Score some records, and say where the next ones begin."""
    async with ctx.unit(reason="scoring") as within:
        by = await within.db.get(ScoringModel, model)
        if by.state != "in_force":
            return None
        scored = within.db.catalogue.classes[by.scored_type]
        page = await within.db.select(scored).order("id").page(_AT_ONCE, after)
        await rescored(within.db, by, [each.id for each in page.records])
    return page.cursor if len(page.records) == _AT_ONCE else None


async def score_records(ctx: Context, type_name: str, ids: list[UUID]) -> None:
    """Score records by every model in force for their type: for reactions to what changes."""
    meant = (Field("scored_type") == type_name) & (Field("state") == "in_force")
    async with ctx.unit(reason="scoring") as within:
        for model in await within.db.select(ScoringModel).where(meant).all():
            await rescored(within.db, model, ids)


async def _judge(ctx: Context, model: ScoringModel) -> None:
    """See to it that a model can score.

    Raises:
        Problems: rules of it are wrong; each by its title.
        Refused: it has none.
    """
    rules = await rules_of(ctx.elevated, model)
    if not rules:
        raise Refused("no_rules", path="model", message="It has no rules.")
    problems = []
    for rule in rules:
        try:
            condition_of(rule)
        except Refused as refused:
            problems.append(refused.at(rule.title))
    if problems:
        raise Problems("Rules of the model are wrong.", problems)
    await counted(ctx.elevated, model, [])
