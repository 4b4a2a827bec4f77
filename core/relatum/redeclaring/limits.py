"""Whether ties that are there keep within a limit that is to come."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from relatum.catalogue import RelationshipType, Side
from relatum.catalogue.model import SideName
from relatum.redeclaring.looking import Looking, Tie


def broken(looking: Looking, relationship: RelationshipType, name: SideName, side: Side) -> int:
    """How many records that stand on a side have, at some time, more ties than it is to admit.

    Args:
        looking: into the database.
        relationship: as it is declared now.
        name: which side.
        side: as it is to be.
    """
    assert side.maximum is not None
    held: defaultdict[tuple[UUID, object], list[Tie]] = defaultdict(list)
    for tie in looking.ties(relationship, side.per):
        for holder in _holders(relationship, name, tie):
            held[holder, tie.per].append(tie)
    over = {holder for (holder, _), ties in held.items() if _most(ties) > side.maximum}
    return len(over)


def _holders(relationship: RelationshipType, name: SideName, tie: Tie) -> tuple[UUID, ...]:
    if relationship.symmetric:
        return tie.source, tie.target
    return (tie.source,) if name == "source" else (tie.target,)


def _most(ties: Iterable[Tie]) -> int:
    """The largest number of ties that hold at one instant; what ends at an instant holds no longer."""
    steps: list[tuple[tuple[bool, str], int]] = []
    for tie in ties:
        steps.append(((tie.begin is not None, str(tie.begin or "")), 1))
        if tie.end is not None:
            steps.append(((True, str(tie.end)), -1))
    most = holding = 0
    for _, step in sorted(steps):
        holding += step
        most = max(most, holding)
    return most
