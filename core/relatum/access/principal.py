"""Who asks: the first thing that every call on a database names."""

from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from relatum.catalogue.policies import ADMINISTRATOR
from relatum_schemas.errors import Forbidden
from relatum_schemas.policy import Right


@dataclass(frozen=True)
class Principal:
    """A person or a client app, with what it was signed in as.

    Attributes:
        id: its record, or none for a program that is no record.
        firm: the record of the firm it acts for.
        roles: which policies are about it.
        purpose: what the call is for.
        system: the engine itself, which no policy guards.
        client: the name of the client app that asks.
        session: the sign-in that it asks in.
        elevated: rights on types beyond those of its roles, lent to it while an action runs.
        looking: the administrator who sees what this principal sees, and may change nothing; None where it asks itself.
    """

    id: UUID | None = None
    firm: UUID | None = None
    roles: frozenset[str] = field(default_factory=frozenset)
    purpose: str = "operate"
    system: bool = False
    client: str | None = None
    session: UUID | None = None
    elevated: frozenset[tuple[str, Right]] = frozenset()
    looking: UUID | None = None

    @property
    def unrestricted(self) -> bool:
        """Whether everything is open to it: the engine itself and administrators."""
        return self.system or ADMINISTRATOR in self.roles


def looking_on() -> Forbidden:
    """What is said to an administrator who sees what another one sees, and would change something."""
    return Forbidden(
        "You only look at this as somebody else, and can change nothing.",
        hint="End looking as somebody else first.",
    )


SYSTEM: Final = Principal(purpose="system", system=True)
"""The engine itself: migrations, imports by an operator, the sequencer."""

PUBLIC: Final = Principal(roles=frozenset({"public"}))
"""Whoever has not signed in, where plugins let everybody in: it has what policies for the role `public` give."""
