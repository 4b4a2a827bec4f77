"""The life of plugins in a database: installed, upgraded, removed, restored, purged; each told before it is done.

1. `parts`: what a plugin has in a database, known by names alone. `concerning`: which plugins an act concerns.
2. `storing`: how an act reaches the database: alone, in one transaction, and told to every process.
3. `installing`: migrations of single plugins.
4. `parking` and `removing`: data is put away. `settling` and `restoring`: it comes back. `purging`: it is destroyed.
5. `planning`: what each of these would do. `listing`: what there is.
"""

from relatum.life.installing import install, upgrade
from relatum.life.listing import PluginLife, lives
from relatum.life.planning import Act, LifePlan, Planned, plan_of
from relatum.life.purging import purge
from relatum.life.removing import remove
from relatum.life.restoring import restore

__all__ = [
    "Act",
    "LifePlan",
    "Planned",
    "PluginLife",
    "install",
    "lives",
    "plan_of",
    "purge",
    "remove",
    "restore",
    "upgrade",
]
