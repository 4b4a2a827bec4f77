"""How Python asks.

`storage` is what a database in use consists of, `database` lets principals in, `session` is the database as one of them
sees it. `query` is how records are read, `records` what passes between records and JSON, `acting` runs the actions of
plugins, `choices` keeps the choice lists that are data.
"""

from relatum.clock import Clock, utc_now
from relatum.session.acting import Context, run_action
from relatum.session.choices import choices, keep_choices
from relatum.session.database import Database, open_database
from relatum.session.query import Query, RecordPage
from relatum.session.session import Session, Tie

__all__ = [
    "Clock",
    "Context",
    "Database",
    "Query",
    "RecordPage",
    "Session",
    "Tie",
    "choices",
    "keep_choices",
    "open_database",
    "run_action",
    "utc_now",
]
