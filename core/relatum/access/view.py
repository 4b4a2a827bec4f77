"""What of a principal a plan depends on: its roles and its purpose. Hashable, so that plans are kept by it."""

from dataclasses import dataclass
from typing import Final

from relatum.access.grants import EVERYTHING_OPEN, OPERATE, Grant, grants
from relatum.access.principal import Principal
from relatum.catalogue.model import Catalogue
from relatum_schemas.policy import Right


@dataclass(frozen=True)
class AccessView:
    """The rights of all principals of the same roles, in calls of the same purpose.

    Attributes:
        roles: of the principals.
        unrestricted: whether everything is open.
        large: the types of which they see so much that records are better judged one by one than gathered from what
            they are tied to. It decides how long an answer takes, never what it is.
        purpose: of the call.
    """

    roles: frozenset[str] = frozenset()
    unrestricted: bool = False
    large: frozenset[str] = frozenset()
    purpose: str = OPERATE

    def grants(self, catalogue: Catalogue, type_name: str, right: Right) -> tuple[Grant, ...]:
        """What the policies grant on a concrete type; nothing means that its records do not exist."""
        if self.unrestricted:
            return EVERYTHING_OPEN
        return grants(catalogue, self.roles, type_name, right, purpose=self.purpose)


UNGUARDED: Final = AccessView(unrestricted=True)
"""The view of the engine itself, and of the conditions that policies state."""


def view_of(principal: Principal) -> AccessView:
    """Return the view of a principal."""
    if principal.unrestricted:
        return UNGUARDED
    return AccessView(principal.roles, purpose=principal.purpose)
