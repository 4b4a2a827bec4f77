"""Policies: who may exercise which right on which records and fields.

A policy is data: a role, the types it is about, rights, the fields it opens, a condition on the record, and a *path of
ties* from the record to the principal (`ME`) or the firm it acts for (`MY_FIRM`). Several policies of a principal unite.
Nothing is allowed that no policy allows. The core turns a policy into a `Condition` of the selection language, so that
reading, counting and searching obey one predicate inside the statement.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Flag, StrEnum, auto
from typing import Final

from pydantic import BaseModel, ConfigDict

from relatum_schemas.selection import Condition


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


READ: Final = Right.READ
CREATE: Final = Right.CREATE
UPDATE: Final = Right.UPDATE
DELETE: Final = Right.DELETE
RELATE: Final = Right.RELATE
AGGREGATE: Final = Right.AGGREGATE
HISTORY: Final = Right.HISTORY
EVERYTHING: Final = READ | CREATE | UPDATE | DELETE | RELATE | AGGREGATE | HISTORY


class Destination(StrEnum):
    """Where a path of ties has to arrive."""

    ME = "me"
    MY_FIRM = "my_firm"


ME: Final = Destination.ME
MY_FIRM: Final = Destination.MY_FIRM


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
        types: one or several types (classes), or their names.
        rights: e.g. ``READ | CREATE``.
        fields: the fields it opens, e.g. ``ALL - {"price"}`` or ``only("name")``.
        where: a condition that the record must fulfil.
        through: ends to follow from the record to the principal, ``"installed_at.employees"``; or `BOTH_ENDS`.
        to: where the path arrives: `ME`, or `MY_FIRM`.
    """

    role: str
    types: tuple[str, ...]
    rights: Right
    fields: Fields
    where: Condition | None
    through: tuple[str, ...] | None
    both_ends: bool
    to: Destination

    def __init__(
        self,
        role: str,
        types: type | str | Sequence[type | str],
        rights: Right,
        *,
        fields: Fields = ALL,
        where: Condition | None = None,
        through: str | BothEnds | None = None,
        to: Destination = ME,
    ) -> None:
        """Keep the parts, types by name; the catalogue resolves them."""
        several = [types] if isinstance(types, type | str) else types
        for attribute, value in (
            ("role", role),
            ("types", tuple(each if isinstance(each, str) else each.__name__ for each in several)),
            ("rights", rights),
            ("fields", fields),
            ("where", where),
            ("through", tuple(through.split(".")) if isinstance(through, str) else None),
            ("both_ends", isinstance(through, BothEnds)),
            ("to", to),
        ):
            object.__setattr__(self, attribute, value)
