"""What sessions stand on: connections, tables and plans of one catalogue."""

from dataclasses import dataclass

from relatum.catalogue import Catalogue
from relatum.clock import Clock
from relatum.connections import Connections
from relatum.reading import Plans
from relatum.sealing import Keyring
from relatum.tables import Tables


@dataclass(frozen=True)
class Storage:
    """One process's way to one database, for one version of the catalogue."""

    connections: Connections
    catalogue: Catalogue
    tables: Tables
    plans: Plans
    clock: Clock
    keys: Keyring | None = None
