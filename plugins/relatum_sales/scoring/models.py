"""Scoring models, their rules, and the scores that came of them."""

from typing import Annotated

from relatum import (
    Ends,
    Entity,
    Help,
    Indexed,
    Json,
    Label,
    Limit,
    ReadOnly,
    Record,
    Relationship,
    Searchable,
    State,
    Transitions,
)


class ScoringModel(Entity, plural="scoring_models", unique=[("name", "edition")]):
    """A way to tell which records are promising. One of a name is in force at a time."""

    name: Annotated[str, Label, Searchable, Indexed]
    edition: Annotated[int, ReadOnly, Help("Counted up with each that follows another.")] = 1
    scored_type: Annotated[
        str, Indexed, Help("The type of the records that it scores, such as Lead.")
    ]
    state: Annotated[
        State,
        Indexed,
        Transitions(draft=["in_force", "retired"], in_force=["retired"], begin=["draft"]),
    ] = "draft"


class ScoringRule(Entity, plural="scoring_rules"):
    """So many points for a record of which something is true."""

    title: Annotated[str, Label, Searchable, Help("What people are told as the reason.")]
    condition: Annotated[Json, Help("As selections have it, with the fields of the scored type.")]
    points: Annotated[int, Help("Less than zero where it speaks against the record.")]


class RuleOf(Relationship[ScoringRule, ScoringModel], plural="scoring_rule_ties"):
    """A rule is one model's."""

    ends = Ends("model", "rules", limit=Limit(target=(1, 1)), on_delete="cascade")


class Score(Entity, plural="scores"):
    """How promising a record is by a model, and why; its history tells how that changed."""

    value: Annotated[int, Indexed, ReadOnly]
    model: Annotated[str, Label, Indexed, ReadOnly, Help("The name of the model that says so.")]
    edition: Annotated[int, ReadOnly, Help("Of the model.")]
    reasons: Annotated[Json, ReadOnly, Help("The titles of the rules that counted, with points.")]


class ScoreOf(Relationship[Score, Record], plural="score_ties"):
    """A score is one record's."""

    ends = Ends("scored", "scores", limit=Limit(target=(1, 1)), on_delete="cascade")
