"""Why somebody may do something to a record, or may not; and who may.

In the order in which a question passes through:

1. `explaining`: the two questions, who may put them, and of whom they are asked. `asking`: what that takes of a session.
2. `deciding`: the rules about what is asked. `judging`: whether one of them allows it to one principal.
3. `chains`: the ties by which a condition holds. `misses`: how far it gets, and the link that is missing.
4. `holders`: the reverse. `guarded` has what must be allowed, `everybody` makes the one statement that judges all, which
   begins where `origins` says that the rules' paths arrive.
5. `veiling`: what is kept from somebody who asks about himself.

`questions` is what 2 and 3 ask of the database, about `spots`, by small `statements` that the reading compiler makes;
`phrases` makes words of rules; `values` is what comes of it. Nothing else in the engine depends on this room: it tells
of what others decide, and laws hold it to their answers.
"""

from relatum.explaining.explaining import explain_access
from relatum.explaining.holders import who_can
from relatum.explaining.phrases import Phrases, role_words, rule_words
from relatum.explaining.values import (
    Asked,
    Explanation,
    Holder,
    Holders,
    Named,
    NearMiss,
    Rule,
    Step,
)

__all__ = [
    "Asked",
    "Explanation",
    "Holder",
    "Holders",
    "Named",
    "NearMiss",
    "Phrases",
    "Rule",
    "Step",
    "explain_access",
    "role_words",
    "rule_words",
    "who_can",
]
