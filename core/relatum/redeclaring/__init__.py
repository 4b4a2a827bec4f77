"""How declarations at run time come to be others: a wish, what it takes, and doing it.

1. `wishes`: what somebody wants, as a change of the declarations there are.
2. `comparing`: what that changes, thing by thing.
3. `standing`: the tables of what is declared now. `looking`, `limits`, `converting`: what they hold of it, and whether that
   goes with what is wanted.
4. `judging`, of `judging_types` and `judging_fields`: each change as an act that may be done, needs something, or is
   refused (`acts`).
   `opening`: who comes to see what is new. Which rules of administrators end, `relatum.identity.losing` tells.
5. `operations`: acts as operations on tables, as migrations have them.
6. `applying`: looking and judging alone, or all of it, in one transaction.
7. `asking`: that for an administrator, in a process that serves meanwhile.
"""

from relatum.redeclaring.acts import Act, CataloguePlan
from relatum.redeclaring.applying import Installation, Outcome, apply, plan
from relatum.redeclaring.asking import DeclaredNow, declared_now, redeclare
from relatum.redeclaring.wishes import (
    Wish,
    applied,
    declared_fields,
    declared_relationship,
    declared_type,
    removed,
    renamed,
    restored,
)

__all__ = [
    "Act",
    "CataloguePlan",
    "DeclaredNow",
    "Installation",
    "Outcome",
    "Wish",
    "applied",
    "apply",
    "declared_fields",
    "declared_now",
    "declared_relationship",
    "declared_type",
    "plan",
    "redeclare",
    "removed",
    "renamed",
    "restored",
]
