"""From declarations to the tables of a database that has data in it.

A migration is a script in a plugin's package, one branch per plugin, kept and run by Alembic. In
the order in which a change of declarations passes through:

1. `operations`: what a script can do beyond Alembic's operations.
2. `shapes` and `schema`: tables as plain values, followed through the scripts in memory; `steps`: the
   `op` that is handed to a script.
3. `scripts`: where scripts are, in which order they run, what they lead to together.
4. `origins` and `renames`: which field a column belongs to, and what it was called before.
5. `found`, `column_changes`, `differences`: what declarations ask for beyond the scripts.
6. `authoring`: that as a new script; `marking`: scripts that are in development. `developing` keeps a database at them.
7. `reaching`: how a database is reached, with patience, and what its errors mean; `heads`: how far it is, plugin by
   plugin; `present`: whose tables are there at all.
8. `applying` (with `words`, and `sqlite` for what Alembic leaves out there): scripts written out
   as SQL, or applied, with the rows counted around each.
9. `rebuild`: folded texts and search words made again where they are stale.
10. `running`: how far a database is, what would be done, do it. `forgetting`: rules that name what was renamed end.
11. `drift`: whether the tables of a database are those that the declarations ask for.
"""

from relatum.migration.applying import Migration
from relatum.migration.authoring import make_migration, undone
from relatum.migration.drift import drift
from relatum.migration.rebuild import rebuild_text, stale_text
from relatum.migration.running import State, migrate, plan, state
from relatum.migration.shapes import smallest
from relatum.migration.steps import Steps

__all__ = [
    "Migration",
    "State",
    "Steps",
    "drift",
    "make_migration",
    "migrate",
    "plan",
    "rebuild_text",
    "smallest",
    "stale_text",
    "state",
    "undone",
]
