"""What administrators ask and do, declared as actions like those of plugins: GraphQL and commands offer them alike.

An action without ``rights`` is for administrators alone; others do not know of it. One that works in transactions of its
own is declared ``apart``. Each module is about one subject and names its actions; `ACTIONS` is all of them:

1. `plugins`: which are in force, how they fare.
2. `apps`: programs of others that may do a part of it, and are told of changes.
"""

from collections.abc import Mapping
from typing import Final

from relatum.catalogue import Catalogue
from relatum_schemas.action import Action
from relatum_server.administration import apps, plugins

ACTIONS: Final[Mapping[str, Action]] = {
    each.name: each for each in (*plugins.ACTIONS, *apps.ACTIONS)
}
"""The engine's own actions by name."""


def actions_of(catalogue: Catalogue) -> Mapping[str, Action]:
    """All actions by name: those of plugins, and the engine's own."""
    return {**catalogue.actions, **ACTIONS}
