"""On which terms an installation tells apps of changes, as its settings say it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from weakref import WeakKeyDictionary

from relatum.connections import Connections


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On which terms apps are told of changes.

    Attributes:
        allowed: hosts that may be told without encryption, and at private addresses.
        patience: how long nothing may arrive at an app before it is paused.
        kept: how long it is known what an app was told.
    """

    allowed: frozenset[str] = frozenset()
    patience: timedelta = timedelta(days=5)
    kept: timedelta = timedelta(days=30)


_in_force: Final = WeakKeyDictionary[Connections, Terms]()


def put_in_force(connections: Connections, terms: Terms) -> None:
    """Have these terms in force where this process works on a database."""
    _in_force[connections] = terms


def terms_of(connections: Connections) -> Terms:
    """The terms in force; the usual ones where nobody said any."""
    return _in_force.get(connections) or Terms()
