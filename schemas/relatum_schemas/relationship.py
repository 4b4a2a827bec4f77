"""Relationship types as a plugin declares them.

::

    class InstalledAt(Relationship[Machine, Organization], valid="day"):
        ends = Ends("installed_at", "machines", limit=Limit(target=1))
        site: str | None = None

reads: a machine stands at an organization; a machine names its ties ``installed_at``, an organization ``machines``; at
any instant a machine has at most one target. Either type may be a union (``Person | Organization``), a trait, another
relationship type, or `Record` for anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Generic, Literal, TypeVar, cast
from uuid import UUID

from relatum_schemas.entity import Declared, Entity

Source = TypeVar("Source")
Target = TypeVar("Target")

DeleteRule = Literal["end", "restrict", "cascade"]
Bounds = int | tuple[int, int | None] | None


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How many ties there may be at every instant.

    ``target=1``: a source has at most one target; ``target=(1, 1)``: exactly one; ``source=...`` the other way round.
    ``per`` names a property: the limit then holds for each of its values ("one exclusive dealer per product line").
    The minimum is checked at the end of the unit of work.
    """

    source: Bounds = None
    target: Bounds = None
    per: str | None = None


@dataclass(frozen=True)
class Ends:
    """The names of a relationship type's ends and their rules.

    Args:
        source: what a source calls its ties (it leads to targets), e.g. ``installed_at``.
        target: what a target calls them, e.g. ``machines``; for a symmetric type the same name.
        limit: see `Limit`.
        on_delete: what follows when the *target* is deleted: the tie goes with it (``end``), the deletion is refused
            while the tie holds (``restrict``), or the source is deleted, too (``cascade``). A mapping states a rule for
            each side: ``{"source": "cascade", "target": "restrict"}``.
    """

    source: str
    target: str
    limit: Limit = field(default_factory=Limit)
    on_delete: DeleteRule | Mapping[Literal["source", "target"], DeleteRule] = "end"


class Record(Entity):
    """Stands for any type in the declaration of an end; it is no type itself."""


class Relationship(Declared, Generic[Source, Target]):
    """A kind of tie.

    Class keywords: ``plural``, ``valid="day" | "instant"``, ``symmetric=True``, ``acyclic=True`` (a hierarchy),
    ``overlap="allow"`` (the same two records may be tied twice at a time), ``represents=True`` (while the tie holds, its
    source may act for its target: a person for a firm), ``unique``, ``renamed_from``, ``deprecated``.
    """

    ends: ClassVar[Ends]

    source: UUID = cast(UUID, None)
    target: UUID = cast(UUID, None)
    valid_from: date | datetime | None = None
    valid_to: date | datetime | None = None
