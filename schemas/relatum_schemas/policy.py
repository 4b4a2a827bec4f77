"""Policies and roles: who may exercise which right on which records and fields.

A policy is data: a role, the types it is about, rights and actions, the fields it opens, and a condition on the record,
in which a *path of ties* leads to the principal (`ME`) or the firm it acts for (`MY_FIRM`). Several policies of a
principal unite. Nothing is allowed that no policy allows. The condition is one of the selection language, so that
reading, counting and searching obey one predicate inside the statement.

`relatum_schemas.policy_data` writes policies and roles as JSON and reads them, for administrators.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Flag, auto
from typing import Final

from pydantic import BaseModel, ConfigDict

from relatum_schemas.principal import ME, MY_FIRM, Destination, Path
from relatum_schemas.selection import Condition

__all__ = [
    "AGGREGATE",
    "ALL",
    "BOTH_ENDS",
    "CREATE",
    "DELETE",
    "EVERYTHING",
    "EVERY_TYPE",
    "HISTORY",
    "ME",
    "MY_FIRM",
    "NO_RIGHT",
    "READ",
    "RELATE",
    "UPDATE",
    "BothEnds",
    "Destination",
    "Fields",
    "Policy",
    "Right",
    "Role",
    "only",
]

EVERY_TYPE: Final = "Record"
"""All types, ties included."""


class Right(Flag):
    """What may be done. Actions of plugins are rights of their own, by name (see `relatum_schemas.action`).

    ``READ`` includes ``AGGREGATE``; alone, ``AGGREGATE`` opens counts and sums without the rows. ``HISTORY`` is needed
    to read at a recorded time.
    """

    READ = auto()
    CREATE = auto()
    UPDATE = auto()
    DELETE = auto()
    RELATE = auto()
    AGGREGATE = auto()
    HISTORY = auto()

    # They are parts of keys at each request; that of an enumeration is worked out of the name each time.
    __hash__ = object.__hash__


READ: Final = Right.READ
CREATE: Final = Right.CREATE
UPDATE: Final = Right.UPDATE
DELETE: Final = Right.DELETE
RELATE: Final = Right.RELATE
AGGREGATE: Final = Right.AGGREGATE
HISTORY: Final = Right.HISTORY
NO_RIGHT: Final = Right(0)
"""For a policy that is about actions only."""

EVERYTHING: Final = READ | CREATE | UPDATE | DELETE | RELATE | AGGREGATE | HISTORY


class Fields(BaseModel):
    """A set of fields: all but some, or just some."""

    model_config = ConfigDict(frozen=True)

    names: frozenset[str] = frozenset()
    complement: bool = False

    def __sub__(self, names: Iterable[str]) -> "Fields":
        """The set without ``names``."""
        given = frozenset(names)
        return Fields(
            names=self.names | given if self.complement else self.names - given,
            complement=self.complement,
        )

    def __contains__(self, name: str) -> bool:
        """Whether the set holds the field."""
        return (name in self.names) != self.complement


ALL: Final = Fields(complement=True)


def only(*names: str) -> Fields:
    """Just these fields."""
    return Fields(names=frozenset(names))


class BothEnds(BaseModel):
    """For relationship types: the tie is open to whoever may read both of its records."""

    model_config = ConfigDict(frozen=True)


BOTH_ENDS: Final = BothEnds()


@dataclass(frozen=True, init=False)
class Policy:
    """A policy as a plugin declares it.

    Args:
        role: the role it is for.
        types: one or several types or traits (classes), or their names; or `EVERY_TYPE`.
        rights: e.g. ``READ | CREATE``.
        fields: the fields it opens, e.g. ``ALL - {"price"}`` or ``only("name")``.
        where: a condition that the record must fulfil.
        through: ends to follow from the record to the principal, ``"installed_at.employees"``, with ``*`` where any
            number of ties is climbed (`Path`); or `BOTH_ENDS`.
        to: where the path arrives: `ME`, or `MY_FIRM`.
        actions: names of actions that may be called, on such records where the action has a subject.
        purposes: the policy counts for calls with one of these purposes only; None means whatever the purpose.

    Raises:
        DeclarationError: ``through`` is no path.
    """

    role: str
    types: tuple[str, ...]
    rights: Right
    fields: Fields
    where: Condition | None
    through: str | None
    both_ends: bool
    to: Destination
    actions: tuple[str, ...]
    purposes: tuple[str, ...] | None

    def __init__(
        self,
        role: str,
        types: type | str | Sequence[type | str],
        rights: Right = NO_RIGHT,
        *,
        fields: Fields = ALL,
        where: Condition | None = None,
        through: str | BothEnds | None = None,
        to: Destination = ME,
        actions: Iterable[str] = (),
        purposes: Iterable[str] | None = None,
    ) -> None:
        """Keep the parts, types by name; the catalogue resolves them."""
        path = through if isinstance(through, str) else None
        if path is not None:
            Path(path)
        for attribute, value in (
            ("role", role),
            ("types", tuple(_named(each) for each in _several(types))),
            ("rights", rights),
            ("fields", fields),
            ("where", where),
            ("through", path),
            ("both_ends", isinstance(through, BothEnds)),
            ("to", to),
            ("actions", tuple(sorted(actions))),
            ("purposes", None if purposes is None else tuple(sorted(purposes))),
        ):
            object.__setattr__(self, attribute, value)

    @property
    def condition(self) -> Condition | None:
        """What a record must fulfil: the condition stated, and the path's."""
        if self.through is None:
            return self.where
        path = Path(self.through).to(self.to)
        return path if self.where is None else self.where & path


@dataclass(frozen=True, init=False)
class Role:
    """A role that policies are about.

    Without ``of`` and ``where`` it is held by whom somebody gave it. With them it is held through ties: by every record
    that fulfils the condition now.

    Args:
        name: as policies name it.
        title: what people call it.
        of: the type (class or name) or trait whose records hold it.
        where: what such a record must fulfil; ``IS_MY_FIRM`` in it is the firm that the principal acts for.
        invites: the roles that its holder may give to people of the firm acted for, whom it may invite and remove.
    """

    name: str
    title: str
    of: str | None
    where: Condition | None
    invites: tuple[str, ...]

    def __init__(
        self,
        name: str,
        *,
        title: str = "",
        of: type | str | None = None,
        where: Condition | None = None,
        invites: Iterable[str] = (),
    ) -> None:
        """Keep the parts, the type by name; the catalogue resolves them."""
        for attribute, value in (
            ("name", name),
            ("title", title),
            ("of", None if of is None else _named(of)),
            ("where", where),
            ("invites", tuple(sorted(invites))),
        ):
            object.__setattr__(self, attribute, value)


def _several(types: type | str | Sequence[type | str]) -> Sequence[type | str]:
    return (types,) if isinstance(types, type | str) else types


def _named(declared: type | str) -> str:
    return declared if isinstance(declared, str) else declared.__name__
