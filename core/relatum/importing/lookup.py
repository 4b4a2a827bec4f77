"""Finds what is there already: records by external key, ties by their ends."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ClauseElement, bindparam, select

from relatum.catalogue import RelationshipType
from relatum.connections import Connection, DialectName, Prepared, any_of, prepare
from relatum.importing.wishes import Key, TieWish, single_side
from relatum.tables import Tables

Place = tuple[object, ...]
"""By what a tie without a key is found again: its ends, and its beginning where the mapping speaks of it."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record that is there; one that was deleted has no version."""

    id: UUID
    version: int | None


@dataclass(frozen=True, slots=True)
class _Tie:
    found: Found
    end: date | None


class Lookup:
    """Looks things up in one database.

    Args:
        tables: of the catalogue.
        dialect: of the database.
    """

    def __init__(self, tables: Tables, dialect: DialectName) -> None:
        self._tables = tables
        self._dialect = dialect
        self._prepared: dict[object, Prepared] = {}

    def _statement(self, key: object, statement: ClauseElement) -> Prepared:
        return self._prepared.setdefault(key, prepare(statement, self._dialect))

    async def records(self, connection: Connection, keys: Iterable[Key]) -> dict[Key, Found]:
        """The records that have these external keys."""
        groups: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for type_name, system, key in keys:
            groups[type_name, system].add(key)
        found: dict[Key, Found] = {}
        for (type_name, system), texts in groups.items():
            prepared = self._prepared.get(type_name) or self._statement(
                type_name, self._keyed(type_name)
            )
            rows: list[Any] = await connection.rows(
                prepared, {"system": system, "type": type_name, "keys": list(texts)}
            )
            for key, record, version in rows:
                found[type_name, system, key] = Found(record, version)
        return found

    def _keyed(self, type_name: str) -> ClauseElement:
        key, current = self._tables.external_key, self._tables.current[type_name]
        joined = key.outerjoin(current, current.c.id == key.c.record_id)
        return (
            select(key.c.key, key.c.record_id, current.c.version)
            .select_from(joined)
            .where(
                key.c.source == bindparam("system", type_=key.c.source.type),
                key.c.type == bindparam("type", type_=key.c.type.type),
                any_of(key.c.key, "keys"),
            )
        )

    async def ties(
        self,
        connection: Connection,
        relationship: RelationshipType,
        wanted: Iterable[tuple[TieWish, UUID, UUID]],
    ) -> dict[Place, Found]:
        """The ties at the ends of these wishes, by their places; of several at one place the one that holds last."""
        listed = list(wanted)
        if not listed:
            return {}
        side = single_side(relationship)
        ends = {
            "sources": [source for _, source, _ in listed],
            "targets": [target for _, _, target in listed],
        }
        if relationship.symmetric:
            both = [*ends["sources"], *ends["targets"]]
            ends = {"sources": both, "targets": both}
        prepared = self._prepared.get((relationship.name, side)) or self._statement(
            (relationship.name, side), self._at_ends(relationship, side)
        )
        rows: list[Any] = await connection.rows(prepared, ends)
        best: dict[Place, _Tie] = {}
        for record, version, source, target, *period in rows:
            start, end = period or (None, None)
            tie = _Tie(Found(record, version), end)
            for place in _places(relationship, source, target, start):
                if place not in best or _later(tie.end, best[place].end):
                    best[place] = tie
        return {place: tie.found for place, tie in best.items()}

    def _at_ends(self, relationship: RelationshipType, side: str | None) -> ClauseElement:
        table = self._tables.current[relationship.name]
        columns = [table.c.id, table.c.version, table.c.source_id, table.c.target_id]
        if relationship.validity:
            columns += [table.c.valid_from, table.c.valid_to]
        conditions = {
            "source": [any_of(table.c.source_id, "sources")],
            "target": [any_of(table.c.target_id, "targets")],
            None: [any_of(table.c.source_id, "sources"), any_of(table.c.target_id, "targets")],
        }[side]
        return select(*columns).where(*conditions)


def place_of(wish: TieWish, source: UUID, target: UUID) -> Place:
    """The place of a wish, once its ends are known."""
    relationship = wish.plan.relationship
    if wish.plan.valid_from is not None:
        return ("begun", *_pair(relationship, source, target), wish.valid_from)
    match single_side(relationship):
        case "source":
            return ("source", source)
        case "target":
            return ("target", target)
    return ("pair", *_pair(relationship, source, target))


def _places(
    relationship: RelationshipType, source: UUID, target: UUID, start: date | None
) -> tuple[Place, ...]:
    pair = _pair(relationship, source, target)
    return (("begun", *pair, start), ("source", source), ("target", target), ("pair", *pair))


def _pair(relationship: RelationshipType, source: UUID, target: UUID) -> tuple[UUID, UUID]:
    """Both ends; of a type that reads the same both ways, the smaller id first, as they are stored."""
    return (target, source) if relationship.symmetric and target < source else (source, target)


def _later(end: date | None, than: date | None) -> bool:
    return than is not None and (end is None or end > than)
