"""Taking in whoever accepts an invitation: a record for somebody new, and the tie to the firm."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ClauseElement, not_, select

from relatum.access import Principal
from relatum.catalogue import Catalogue, EntityType, RelationshipType
from relatum.identity.room import Room
from relatum.identity.standing import Standings
from relatum.identity.stored import RECORD, given, rows
from relatum.writing import Create, Relate, Unit, run_unit
from relatum.writing.periods import today
from relatum_schemas.errors import BadReference, BadValue


@dataclass(frozen=True)
class Newcomer:
    """Who an invitation takes in.

    Attributes:
        person: values of the record to make, and its `type` where several could be meant; None where there is one.
        tie: the relationship type by which it comes to act for
        firm: the firm.
    """

    person: Mapping[str, Any] | None
    tie: str | None
    firm: UUID | None


class _Rehearsed(Exception):
    """All went well, and is undone."""


async def rehearse(room: Room, standings: Standings, newcomer: Newcomer, host: Principal) -> None:
    """Try whether somebody could be taken in, and undo it.

    Raises:
        RelatumError: what is wrong with the values, by their names.
    """

    async def work(unit: Unit) -> None:
        await take_in(unit, room, standings, newcomer, known=None)
        await unit.finish(allow_missing=False)
        raise _Rehearsed

    try:
        await run_unit(work, room.storage, host)
    except _Rehearsed:
        return


async def take_in(
    unit: Unit, room: Room, standings: Standings, newcomer: Newcomer, *, known: UUID | None
) -> UUID:
    """Make the record, unless one is known, and the tie, unless there is one; return the record's id."""
    catalogue, record = room.catalogue, known
    if record is None:
        values = dict(newcomer.person or {})
        type_name = str(values.pop("type", "")) or person_type(catalogue, newcomer.tie)
        (made,) = await unit.apply([Create(type_name, values)])
        record = made.id
    if newcomer.tie is None or newcomer.firm is None:
        return record
    if newcomer.firm not in await standings.ties_on(unit.connection, record):
        since = _first_moment(catalogue.relationship(newcomer.tie), room.now(), catalogue.zone)
        await unit.apply([Relate(newcomer.tie, record, newcomer.firm, valid_from=since)])
    return record


def person_type(catalogue: Catalogue, tie: str | None = None) -> str:
    """Return the one type of those who sign in: that stands at the source of a tie that represents.

    Raises:
        BadValue: there is none, or there are several.
    """
    ties = [each for each in _representing(catalogue) if tie in (None, each.name)]
    types = {
        name
        for each in ties
        for name in each.source.types
        if isinstance(catalogue.types[name], EntityType)
    }
    if len(types) == 1:
        return types.pop()
    raise BadValue(
        f"People who sign in may be {' or '.join(sorted(types)) or 'of no type that is declared'}.",
        path=("person", "type"),
        hint="Say which in `type`." if types else "Name a record that is there.",
    )


async def tie_to(room: Room, firm: UUID, tie: str | None) -> str:
    """Return the relationship type by which people come to act for a firm.

    Raises:
        BadReference: there is no such firm, or nobody acts for records of its type.
        BadValue: several could be meant, or the one named cannot.
    """
    async with room.reading() as connection:
        found = await rows(connection, _type_of, id=firm)
    fitting = [
        each.name
        for each in _representing(room.catalogue)
        if found and found[0][0] in each.target.types and tie in (None, each.name)
    ]
    if len(fitting) == 1:
        return fitting[0]
    if not fitting:
        raise BadReference(
            f"Nobody comes to act for {firm} by a tie{f' {tie}' if tie else ''}.", path="firm"
        )
    raise BadValue(f"The tie may be {' or '.join(fitting)}.", path="tie", hint="Say which.")


def _first_moment(relationship: RelationshipType, now: datetime, zone: str) -> date | None:
    """From when a tie made now holds."""
    match relationship.validity:
        case "day":
            return today(now, zone)
        case "instant":
            return now
    return None


def _representing(catalogue: Catalogue) -> list[RelationshipType]:
    return [each for each in catalogue.relationships.values() if each.represents]


def _type_of() -> ClauseElement:
    return select(RECORD.c.type).where(
        RECORD.c.id == given("id", RECORD.c.id), not_(RECORD.c.deleted)
    )
