"""The compiler of selections: a request becomes one SQL statement whose value is the JSON text of its answer.

    request -> plan -> statement, binds -> (one round trip) -> bytes

A query goes through the modules in this order:

1. `plans`, `plan`: a request with the rights of some roles is compiled once, and kept; `bind` gives it its values.
   `compiling` makes the `context` that every function is given: catalogue, tables, dialect, access, clock, `binds`.
2. `roots`: each root field picks its source of rows: a type (`identities`: an old id finds what it became), a search
   (`searching`; `excerpts` of its finds), a walk over ties (`walks`).
3. `rows`: what stands in FROM and what it offers. `guards` makes rows of one type, with the predicate of the policies
   in them: judged row by row, or by `reach`, all that the grants lead to, where `sizes` says that this is little.
   `several`: rows of several types; `ties`: those at an end, and the records at theirs. `times`: when ties hold.
4. `values`, `computed`, `completeness`, `paths`: from a row to a value of it, or of what a path leads to.
5. `conditions`, `comparisons`, `selective`, `climbing` (ties over any number of hops): filters, and what policies ask.
6. `orders`, `cursors`, `pages`, `pagewise`: the order of rows and the window on it.
7. `forms`, `listing`, `connection`, `aggregates`, `measures`: rows as one, many, a connection, groups.
8. `outputs`: what each row shows; ends lead back to 3. `private`: values whose reading is noted, and encrypted ones.
9. `changelog`: lines of the change log, of all records or of one; `facts`: what they show, `touched`: what they changed.
   `cuts`: the state in which the log has been read up to a position, in which guards and conditions are judged as well.
   `following`: what comes between two positions, and what left sight there; `dependence`: which changes may be why.
10. `dialects`: what PostgreSQL and SQLite spell differently. `sql`: the shapes in which all of it is written.

The functions are free and small, and take their `Context` by keyword. SQL is SQLAlchemy's until `prepare` makes text of
it. Three rules hold throughout: a value from outside is a bind, never text; an end is a correlated sub-select, never a join
that could multiply rows; a row of a type comes from `guards.type_row`, so no statement can forget a policy.

`granted` asks the same policies for the writing layer, `standing` those of roles for `relatum.identity`.
"""

from relatum.reading.granted import GrantedIds, granted_ids, granted_of_each
from relatum.reading.plan import Bound, ReadPlan, plan
from relatum.reading.plans import Plans

__all__ = ["Bound", "GrantedIds", "Plans", "ReadPlan", "granted_ids", "granted_of_each", "plan"]
