"""How promising a record is: points for what is true of it, with the reasons.

A model is kept as data: for records of one type, rules that each say "so many points when this is true of it". What is true
is said by a selection's condition, the language of filters and policies, so it may ask for anything that hangs on the
record. Models have versions: the one in force scores, those before keep what they said. `models` declares this, `judging`
works scores out, `acts` puts models in force.
"""

from relatum_sales.scoring.judging import rescored
from relatum_sales.scoring.models import (
    RuleOf,
    Score,
    ScoreOf,
    ScoringModel,
    ScoringRule,
)

__all__ = [
    "RuleOf",
    "Score",
    "ScoreOf",
    "ScoringModel",
    "ScoringRule",
    "rescored",
]
