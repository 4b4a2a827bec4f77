"""What sessions stand on: connections, tables and plans of one catalogue."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from relatum.catalogue import Catalogue
from relatum.clock import Clock
from relatum.connections import Connections
from relatum.reading import Plans
from relatum.sealing import Keyring
from relatum.tables import Tables


@dataclass(frozen=True)
class Storage:
    """One process's way to one database, for one version of the catalogue.

    ``catalogue_at`` gives the catalogue with the rules of a recorded time; the database sets it. ``waiting`` says until
    when principals may not write because they met too many conflicts with what they may not see.
    """

    connections: Connections
    catalogue: Catalogue
    tables: Tables
    plans: Plans
    clock: Clock
    keys: Keyring | None = None
    catalogue_at: Callable[[datetime], Awaitable[Catalogue]] | None = None
    waiting: dict[str, datetime] = field(default_factory=dict, compare=False)
