"""What of a principal a plan depends on: its roles, its purpose, and roughly how much it sees. Plans are kept by it."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from relatum.access.grants import (
    EVERYTHING_OPEN,
    OPERATE,
    Grant,
    classes_of,
    grants,
    holds_field,
    lends,
)
from relatum.access.principal import Principal
from relatum.catalogue.model import Catalogue, Field, RecordType
from relatum.catalogue.policies import ADMINISTRATOR
from relatum_schemas.policy import Right

_KEPT: Final = 1_000


@dataclass(frozen=True)
class AccessView:
    """The rights of all principals of the same roles, in calls of the same purpose.

    Attributes:
        roles: of the principals.
        unrestricted: whether every record is open, and every field but sensitive ones.
        engine: whether it is the engine itself, to which these are open, too.
        large: the types of which they see so much that records are better judged one by one than gathered from what
            they are tied to. It decides how long an answer takes, never what it is.
        purpose: of the call.
        elevated: rights on types that are lent to them while an action runs.
    """

    roles: frozenset[str] = frozenset()
    unrestricted: bool = False
    engine: bool = False
    large: frozenset[str] = frozenset()
    purpose: str = OPERATE
    elevated: frozenset[tuple[str, Right]] = frozenset()

    def grants(self, catalogue: Catalogue, type_name: str, right: Right) -> tuple[Grant, ...]:
        """What the policies grant on a concrete type; nothing means that its records do not exist."""
        if self.unrestricted:
            return EVERYTHING_OPEN
        if any(
            lends(catalogue, name, lent, type_name=type_name, right=right)
            for name, lent in self.elevated
        ):
            return EVERYTHING_OPEN
        return grants(catalogue, self.roles, type_name, right, purpose=self.purpose)

    def holds(
        self, catalogue: Catalogue, grant: Grant, field: Field, record_type: RecordType
    ) -> bool:
        """Whether a grant opens a field to calls of this purpose: sensitive data take a purpose that opens their class."""
        if not self.engine:
            classes = classes_of(field, record_type)
            if classes and not classes <= catalogue.opened_by(self.purpose):
                return False
        return holds_field(grant, field, record_type)


UNGUARDED: Final = AccessView(unrestricted=True, engine=True)
"""The view of the engine itself, and of the conditions that policies state."""


def view_of(principal: Principal) -> AccessView:
    """Return the view of a principal."""
    if principal.system:
        return UNGUARDED
    return _view(principal.roles, principal.purpose, principal.elevated)


@lru_cache(_KEPT)
def _view(
    roles: frozenset[str], purpose: str, elevated: frozenset[tuple[str, Right]]
) -> AccessView:
    if ADMINISTRATOR in roles:
        return AccessView(unrestricted=True, purpose=purpose)
    return AccessView(roles, purpose=purpose, elevated=elevated)
