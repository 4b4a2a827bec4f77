"""How Python asks: `database` (a database in use), `session` (it as one principal sees it), `query` (reading),
`records` (between records and JSON), `acting` (running the actions of plugins).
"""

from relatum.session.acting import Context, run_action
from relatum.session.database import Clock, Database, open_database, utc_now
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
