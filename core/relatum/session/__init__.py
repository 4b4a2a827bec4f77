"""How Python asks.

In the order in which a call passes through:

1. `storage`: what a database in use consists of. `database` lets principals in to it.
2. `session`: the database as one of them sees it. `reader` is its reading face; the session adds units of work and the
   verbs of writing, for which `ties` makes commands of ties as authors write them down. `once` answers requests that
   come again.
3. `query`: how records are read. `records`: what passes between records and JSON.
4. `reads`, `hidden`: what is noted of sessions in the access log: private values read, conflicts with what is hidden.
5. `context`: what functions of plugins are given, with what it shows people, `showing`. `acting`: runs their actions, whose
   `inputs` it reads and whose `results` it keeps for who asks again. `reacting`: what their reactions before commit are
   given. `choices`: keeps the choice lists that are data. `languages`: in which one somebody is spoken to. `activating`:
   puts plugins in and out of force.
"""

from relatum.clock import Clock, utc_now
from relatum.session.acting import admitted, perform, run_action
from relatum.session.assembling import assembling
from relatum.session.choices import choices, keep_choices
from relatum.session.context import Context, context_for
from relatum.session.database import Database, open_database
from relatum.session.query import Query, RecordPage
from relatum.session.session import Session
from relatum.session.storage import Storage
from relatum.session.ties import Tie
from relatum.writing.storage import in_force

__all__ = [
    "Clock",
    "Context",
    "Database",
    "Query",
    "RecordPage",
    "Session",
    "Storage",
    "Tie",
    "admitted",
    "assembling",
    "choices",
    "context_for",
    "in_force",
    "keep_choices",
    "open_database",
    "perform",
    "run_action",
    "utc_now",
]
