"""How Python asks.

`database` is a database in use, `session` the database as one principal sees it, `query` how records are read, `records`
what passes between records and JSON, `acting` runs the actions of plugins.
"""

from relatum.clock import Clock, utc_now
from relatum.session.acting import Context, run_action
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
    "open_database",
    "run_action",
    "utc_now",
]
