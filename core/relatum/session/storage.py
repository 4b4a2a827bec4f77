"""What sessions stand on: connections, tables and plans of one catalogue, under one edition of what is in force."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime

from relatum.catalogue import BeforeRule, Catalogue
from relatum.clock import Clock
from relatum.connections import Connections
from relatum.plugins.surroundings import Surroundings
from relatum.reading import Plans
from relatum.sealing import Keyring
from relatum.tables import Tables
from relatum.writing import Unit


@dataclass(frozen=True)
class Storage:
    """One process's way to one database, for one version of the catalogue.

    ``edition`` is the catalogue's. ``renewed`` gives the storage of the edition in force now; without it, whoever asks has
    to begin anew when this one turns out to be outdated. ``surface`` is what a transport has made of the catalogue's types.
    ``catalogue_at`` gives the catalogue with the rules of a recorded time. ``waiting`` says until when principals may not
    write because they met too many conflicts with what they may not see. ``surroundings`` are what plugins find beside the
    database.
    """

    connections: Connections
    catalogue: Catalogue
    tables: Tables
    plans: Plans
    clock: Clock
    keys: Keyring | None = None
    edition: int = 0
    renewed: "Callable[[], Awaitable[Storage]] | None" = field(
        default=None, compare=False, repr=False
    )
    surface: object = field(default=None, compare=False, repr=False)
    catalogue_at: Callable[[datetime], Awaitable[Catalogue]] | None = None
    surroundings: Surroundings = field(default_factory=Surroundings, compare=False)
    waiting: dict[str, datetime] = field(default_factory=dict, compare=False)

    def lend(self, unit: Unit, rule: BeforeRule) -> AbstractAsyncContextManager[object]:
        """What surrounds a reaction before commit, in a unit of work under way: gives its context."""
        # It stands on sessions, and they stand on this.
        from relatum.session.reacting import context_before

        return context_before(self, unit, rule)
